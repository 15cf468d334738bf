"""Settings from the environment. Nothing else reads os.environ; every name here is in the README."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

Mode = Literal["demo", "test", "production"]


class BadSettings(Exception):
    """The service cannot start with these settings; the message names the variable and what it wants."""


@dataclass(frozen=True)
class Settings:
    """How this installation runs."""

    data: Path
    database_url: str
    store_folder: Path
    base_url: str
    smtp_url: str
    mail_from: str
    whatsapp_url: str
    whatsapp_token: str = field(repr=False)
    trusted_proxies: str
    metrics_from: tuple[str, ...]
    """Networks that may ask for the figures of the machine."""
    key_file: Path
    mode: Mode
    clock: datetime | None
    second_factor: bool

    @property
    def secure(self) -> bool:
        """Whether the site is reached by https, so that cookies may insist on it."""
        return self.base_url.startswith("https://")

    @property
    def host(self) -> str:
        """Host and port as a browser sends them."""
        return urlsplit(self.base_url).netloc


_THIS_MACHINE = "127.0.0.0/8,::1"


def from_environment(environ: Mapping[str, str], port: int = 8000) -> Settings:
    """Read and check the LOKET_* variables. Raises BadSettings with the name of the wrong one."""
    data = Path(environ.get("LOKET_DATA", "data")).absolute()
    mode = environ.get("LOKET_MODE", "production")
    if mode not in ("demo", "test", "production"):
        raise BadSettings("LOKET_MODE must be demo, test or production")
    store_url = environ.get("LOKET_STORE_URL") or f"file://{data / 'scans'}"
    if not store_url.startswith("file://"):
        raise BadSettings("LOKET_STORE_URL must be file:///a/folder")
    base_url = (environ.get("LOKET_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
    if urlsplit(base_url).scheme not in ("http", "https") or not urlsplit(base_url).netloc:
        raise BadSettings("LOKET_BASE_URL must be http(s)://host[:port]")
    return Settings(
        data=data,
        database_url=environ.get("LOKET_DATABASE_URL") or f"sqlite:///{data / 'loket.sqlite3'}",
        store_folder=Path(store_url.removeprefix("file://")),
        base_url=base_url,
        smtp_url=environ.get("LOKET_SMTP_URL", ""),
        mail_from=environ.get("LOKET_MAIL_FROM", "loket@localhost"),
        whatsapp_url=_gateway(environ),
        whatsapp_token=environ.get("LOKET_WHATSAPP_TOKEN", ""),
        trusted_proxies=environ.get("LOKET_TRUSTED_PROXIES", ""),
        metrics_from=_networks(environ.get("LOKET_METRICS_FROM") or _THIS_MACHINE),
        key_file=Path(environ.get("LOKET_KEY_FILE") or data / "loket.key"),
        mode=cast(Mode, mode),
        clock=_clock(environ.get("LOKET_CLOCK", ""), mode),
        second_factor=_second_factor(environ.get("LOKET_SECOND_FACTOR", ""), mode),
    )


def _networks(text: str) -> tuple[str, ...]:
    """Networks with commas between them, such as 127.0.0.0/8,10.1.2.3."""
    found = tuple(one.strip() for one in text.split(",") if one.strip())
    try:
        return tuple(str(ip_network(one)) for one in found)
    except ValueError:
        raise BadSettings("LOKET_METRICS_FROM must be networks, such as 127.0.0.0/8,10.1.2.3") from None


def _gateway(environ: Mapping[str, str]) -> str:
    """Numbers and texts of people go there: by https, except to this very machine, and with a token."""
    url = environ.get("LOKET_WHATSAPP_URL", "")
    if not url:
        return ""
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    if not parts.hostname or not (parts.scheme == "https" or (parts.scheme == "http" and here)):
        raise BadSettings("LOKET_WHATSAPP_URL must be https://...")
    if not environ.get("LOKET_WHATSAPP_TOKEN"):
        raise BadSettings("LOKET_WHATSAPP_URL needs LOKET_WHATSAPP_TOKEN")
    return url


def _clock(text: str, mode: str) -> datetime | None:
    if not text:
        return None
    if mode == "production":
        raise BadSettings("LOKET_CLOCK is for tests and demonstrations; it is refused in production")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise BadSettings("LOKET_CLOCK must be like 2026-11-23T09:00:00+07:00") from None
    if moment.tzinfo is None:
        raise BadSettings("LOKET_CLOCK needs a UTC offset, such as +07:00")
    return moment.astimezone(UTC)


def _second_factor(text: str, mode: str) -> bool:
    """Always on in production; demonstrations and tests ask for it by setting it to "on"."""
    if text not in ("", "on", "off"):
        raise BadSettings("LOKET_SECOND_FACTOR must be on or off")
    if text == "off" and mode == "production":
        raise BadSettings(
            "LOKET_SECOND_FACTOR=off is for tests and demonstrations; it is refused in production"
        )
    return mode == "production" or text == "on"

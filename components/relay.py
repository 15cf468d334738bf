"""Where mail is handed over: the SMTP server of LOKET_SMTP_URL, and what its answers mean for a message."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from ssl import SSLError
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTP

from components.settings import BadSettings

SECONDS = 15.0
"""For each answer of the server."""


class NotNow(Exception):
    """The message was not accepted, and it is worth trying again. The text is for the officers' screen.

    unreachable: the server itself did not answer, so the next message will fare no better.
    """

    def __init__(self, words: str, *, unreachable: bool = False) -> None:
        super().__init__(words)
        self.words = words
        self.unreachable = unreachable


class Never(Exception):
    """The server refuses this recipient or this message for good. The text is for the officers' screen."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


@dataclass(frozen=True)
class Server:
    """Where and how to connect. tls: from the first byte; start_tls: by STARTTLS, without which nothing is sent."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    start_tls: bool = False


def server(url: str) -> Server:
    """Read smtp://[user:password@]host[:port] or smtps://...; the URL is never quoted in errors.

    Plain smtp:// is encrypted by STARTTLS except to this very machine. Raises BadSettings.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or port == -1:
        raise BadSettings("LOKET_SMTP_URL must be smtp://user:password@host:port or smtps://...")
    tls = parts.scheme == "smtps"
    return Server(
        parts.hostname,
        port or (465 if tls else 587),
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        tls=tls,
        start_tls=not tls and not _is_this_machine(parts.hostname),
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, repr=False)
class Envelope:
    """One message for one recipient, ready to leave. name: of its file, where it is written to one."""

    sender: str
    recipient: str
    message: bytes
    name: str


class Line:
    """One connection, kept for the messages of one run and opened anew when it broke."""

    def __init__(self, to: Server, greeting: str) -> None:
        self._to = to
        self._greeting = greeting
        self._smtp: SMTP | None = None

    async def send(self, envelope: Envelope) -> None:
        """Hand one message over; when this returns the server has taken it.

        Raises NotNow or Never. After NotNow the server may have taken it all the same: the Message-ID tells.
        """
        smtp = await self._connected()
        try:
            await smtp.sendmail(envelope.sender, [envelope.recipient], envelope.message)
        except asyncio.CancelledError:
            # Cut short by us: the answer that is still to come would be taken for one to the next message.
            self._hang_up()
            raise
        except aiosmtplib.SMTPRecipientsRefused as refused:
            raise _judged(refused.recipients[0], "Alamat email ini tidak menerima pesan") from None
        except aiosmtplib.SMTPDataError as error:
            raise _judged(error, "Server email menolak pesan ini") from None
        except aiosmtplib.SMTPTimeoutError:
            self._hang_up()
            raise NotNow("Server email tidak menjawab pada waktunya.", unreachable=True) from None
        except (aiosmtplib.SMTPServerDisconnected, OSError):
            self._hang_up()
            raise NotNow("Sambungan ke server email terputus sebelum ada jawaban.") from None
        except aiosmtplib.SMTPException as error:
            # The sender or the session is refused: a matter of our settings, not of this recipient.
            raise NotNow(f"Server email belum mau menerima dari kantor ini{_code(error)}.") from None

    async def _connected(self) -> SMTP:
        if self._smtp is not None and self._smtp.is_connected:
            return self._smtp
        to = self._to
        smtp = SMTP(
            hostname=to.host,
            port=to.port,
            username=to.user or None,
            password=to.password or None,
            local_hostname=self._greeting,
            use_tls=to.tls,
            start_tls=to.start_tls,
            timeout=SECONDS,
        )
        try:
            await smtp.connect()
        except aiosmtplib.SMTPAuthenticationError as error:
            words = f"Server email menolak nama atau kata sandi kantor ini{_code(error)}."
            raise NotNow(words, unreachable=True) from None
        except (aiosmtplib.SMTPException, OSError) as error:
            words = f"Server email tidak bisa dihubungi{_code(error)}."
            if _about_encryption(error):
                words = "Sambungan aman (STARTTLS) ke server email gagal, jadi tidak ada yang dikirim."
            raise NotNow(words, unreachable=True) from None
        self._smtp = smtp
        return smtp

    def _hang_up(self) -> None:
        """After a cut or a silence nobody knows what the server would answer next on this connection."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    async def close(self) -> None:
        """Say goodbye, without waiting long for an answer."""
        if self._smtp is not None and self._smtp.is_connected:
            with suppress(aiosmtplib.SMTPException, OSError):
                await self._smtp.quit(timeout=2.0)
        self._hang_up()


def _judged(error: aiosmtplib.SMTPResponseException, words: str) -> NotNow | Never:
    """4xx is worth another try, 5xx is not. What the server wrote may hold addresses: only its code is kept."""
    if error.code < 500:
        return NotNow(f"Server email meminta dicoba lagi nanti{_code(error)}.")
    return Never(f"{words}{_code(error)}.")


def _about_encryption(error: BaseException) -> bool:
    """Whether a connection failed for want of TLS or of a certificate we trust."""
    return "TLS" in str(error) or any(isinstance(one, SSLError) for one in (error, error.__cause__))


def _code(error: BaseException) -> str:
    code = getattr(error, "code", None)
    return f" (kode {code})" if isinstance(code, int) and code > 0 else ""

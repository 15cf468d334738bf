"""How a citizen gets into an application: by number and PIN, or by the link that was sent."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest

from components import misses
from components.kit import kit
from components.refusals import Missing, Refused
from components.sealing import seal, unseal
from models.application import Application
from models.complaint import Complaint
from models.rules.identity import PIN_LENGTH, Invalid, parse_number, parse_pin

_NO_PIN_FITS = "0" * 64
_CLOSED = "Permohonan belum bisa dibuka."
_WRONG = "Nomor atau PIN tidak cocok. Lihat lagi slip atau pesan Anda. Lupa? Tanya kami lewat WA."


@dataclass(frozen=True)
class Keys:
    """What lets its holder in. Shown to the applicant alone, stored hashed and sealed."""

    pin: str
    link: str

    def __repr__(self) -> str:
        return "Keys()"


def new_keys() -> Keys:
    """A PIN of six digits and a link token of 128 bits."""
    return Keys("".join(secrets.choice("0123456789") for _ in range(PIN_LENGTH)), secrets.token_urlsafe(16))


def columns(number: str, keys: Keys) -> dict[str, str]:
    """The columns of an application or a complaint that hold its keys: hashes to compare, sealed copies to show."""
    vault = kit().vault
    return {
        "pin_hash": vault.index(f"{number}:{keys.pin}", "pin"),
        "pin_sealed": seal(number, "pin", keys.pin),
        "link_hash": vault.token_hash(keys.link),
        "link_sealed": seal(number, "link", keys.link),
    }


def keys_of(row: Application | Complaint) -> Keys:
    """PIN and link token of an application or a complaint, for its holder and for messages to its holder."""
    return Keys(unseal(row, "pin"), unseal(row, "link"))


async def open_by_pin(number: str, pin: str, now: datetime) -> Application:
    """The application with this number and PIN, both as typed.

    Raises Refused with fields: what can never be a PIN says so; everything else gets one and the same answer
    (unknown number, unreadable number, wrong PIN), and after five misses per number a pause of 15 minutes.
    """
    digits = readable_pin(pin, _CLOSED)
    canonical = _canonical(number)
    row = await Application.objects().where(Application.number == canonical).first()
    await prove(canonical, digits, row.pin_hash if row else "", now, _CLOSED)
    if row is None:
        raise Missing
    return row


async def prove(canonical: str, digits: str, pin_hash: str, now: datetime, words: str) -> None:
    """Let who knows the PIN pass. pin_hash: of what has this number; empty for nothing, to which no PIN fits.
    words: above the form, when it does not.

    Raises Refused with the one answer for every wrong pair, and after five misses per number for 15 minutes.
    """
    key = f"pin:{canonical}"
    await misses.count(key, now)
    fits = compare_digest(kit().vault.index(f"{canonical}:{digits}", "pin"), pin_hash or _NO_PIN_FITS)
    if not fits:
        raise Refused(words, {"nomor": _WRONG})
    await misses.forget(key)


def readable_pin(pin: str, words: str) -> str:
    """The digits of a PIN as typed. Raises Refused with these words and the field for what can never be one."""
    try:
        return parse_pin(pin)
    except Invalid as invalid:
        raise Refused(words, {invalid.field: invalid.message}) from None


def _canonical(number: str) -> str:
    """The number in its one form; what cannot be read is looked up as it is, to be answered like any other."""
    try:
        return parse_number(number)
    except Invalid:
        if not number.strip():
            raise Refused(_CLOSED, {"nomor": "Isi nomor permohonan, misalnya KRN-7K4M2Q."}) from None
        return number.strip()[:40].replace("\0", "?")


async def open_by_link(token: str) -> Application:
    """The application whose link this is. Raises Missing for every other token."""
    row = await Application.objects().where(Application.link_hash == kit().vault.token_hash(token)).first()
    if row is None:
        raise Missing
    return row

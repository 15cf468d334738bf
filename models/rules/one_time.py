"""Codes that change every half minute, as authenticator apps show them (TOTP, RFC 6238): the second factor [M3].

SHA-1, six digits, 30 seconds: what every app understands without being told.
"""

import base64
import hmac
from datetime import datetime
from urllib.parse import quote

SECONDS = 30
DIGITS = 6
DRIFT = 1
"""Steps a phone's clock may be ahead or behind."""
SECRET_BYTES = 20
_LONGEST_LABEL = 40
"""Of the account in the QR code: with a longer one it would be too fine for a camera."""


def step_at(now: datetime) -> int:
    """The half minute since 1970 in which this moment lies."""
    return int(now.timestamp()) // SECONDS


def code_at(secret: bytes, step: int) -> str:
    """The six digits that an app with this secret shows during a step."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFF_FFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(code: str, secret: bytes, now: datetime, last_used: int) -> int | None:
    """The step whose code this is, one before or after the present one included; None when it fits none.

    last_used: the step whose code was taken last. It and all before it are worth nothing any more, so that
    somebody who watched a code being typed cannot use it again.
    """
    present, typed = step_at(now), code.encode("utf-8", "surrogatepass")
    fitting = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), typed) and step > last_used
    ]
    return fitting[0] if fitting else None


def spelled(secret: bytes) -> str:
    """The secret for typing: groups of four letters and digits."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, login: str, issuer: str) -> str:
    """What the QR code for an authenticator app says."""
    label = login.encode("ascii", "ignore").decode()[:_LONGEST_LABEL]
    key = base64.b32encode(secret).decode()
    return f"otpauth://totp/{quote(issuer)}:{quote(label)}?secret={key}&issuer={quote(issuer)}"

"""Codes that change every half minute, as authenticator apps show them (TOTP, RFC 6238): the second factor [M3].

The arithmetic is pyotp's; what is ours is that a code is worth nothing the second time.
"""

import base64
from datetime import datetime

from pyotp import TOTP
from pyotp.utils import strings_equal

SECONDS = 30
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
    return _totp(secret).generate_otp(step)


def step_of(code: str, secret: bytes, now: datetime, last_used: int) -> int | None:
    """The step whose code this is, one before or after the present one included; None when it fits none.

    last_used: the step whose code was taken last. It and all before it are worth nothing any more, so that
    somebody who watched a code being typed cannot use it again.
    """
    present, totp = step_at(now), _totp(secret)
    fitting = [
        step
        for step in range(present - DRIFT, present + DRIFT + 1)
        if strings_equal(totp.generate_otp(step), code) and step > last_used
    ]
    return fitting[0] if fitting else None


def spelled(secret: bytes) -> str:
    """The secret for typing: groups of four letters and digits."""
    text = _base32(secret)
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address(secret: bytes, login: str, issuer: str) -> str:
    """What the QR code for an authenticator app says."""
    label = login.encode("ascii", "ignore").decode()[:_LONGEST_LABEL]
    return TOTP(_base32(secret), interval=SECONDS, name=label, issuer=issuer).provisioning_uri()


def _totp(secret: bytes) -> TOTP:
    """SHA-1, six digits, 30 seconds: what every app understands without being told."""
    return TOTP(_base32(secret), interval=SECONDS)


def _base32(secret: bytes) -> str:
    return base64.b32encode(secret).decode()

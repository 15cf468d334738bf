"""Codes of authenticator apps: the vectors of RFC 6238, one step of drift, and no code twice [M3]."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from components import one_time

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 23, 2, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_the_vectors_of_the_standard(seconds: int, code: str) -> None:
    """The last six of the eight digits that RFC 6238 gives for SHA-1."""
    assert one_time.code_at(SECRET, seconds // 30) == code


@pytest.mark.parametrize(("steps", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(steps: int, taken: bool) -> None:
    code = one_time.code_at(SECRET, one_time.step_at(NOW + timedelta(seconds=30 * steps)))
    assert (one_time.step_of(code, SECRET, NOW, 0) is not None) is taken


def test_a_code_is_worth_nothing_the_second_time() -> None:
    """Nor is an earlier one that was never used, though its time is not over."""
    present = one_time.step_at(NOW)
    code, before = one_time.code_at(SECRET, present), one_time.code_at(SECRET, present - 1)
    used = one_time.step_of(code, SECRET, NOW, 0)
    assert used == present
    assert one_time.step_of(code, SECRET, NOW, used) is None
    assert one_time.step_of(before, SECRET, NOW, used) is None


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "۱۲۳۴۵۶", "' OR 1=1", "0" * 64])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert one_time.step_of(typed, SECRET, NOW, 0) is None


def test_the_address_holds_the_secret_and_stays_short_enough_for_a_camera() -> None:
    address = one_time.address(SECRET, "nama.panjang.sekali@" + "x" * 90 + ".contoh.id", "Loket Krian")
    parts = urlsplit(address)
    assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
    assert parse_qs(parts.query) == {
        "secret": ["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"],
        "issuer": ["Loket Krian"],
    }
    assert len(address) < 180
    assert one_time.spelled(SECRET).replace(" ", "") == "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

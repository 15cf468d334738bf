"""What does as a password: length, and nothing that everybody tries first; no rules of composition [M3]."""

import asyncio

import pytest

from components import passwords
from components.refusals import Refused

NAME, LOGIN = "Dewi Lestari", "dewi.lestari@krian.go.id"


@pytest.mark.parametrize(
    "password",
    [
        "delapan8",
        "kopi susu pagi hari",
        "          x",
        "ÅngströmÄÖÜ",
        "🐢🐢🐢🐢🐢🐢🐢🐢",
        "a" * 65 + "b" * 64,
        "0857 3634 9953 bu Siti",
    ],
)
def test_length_is_enough(password: str) -> None:
    passwords.refuse_unfit(password, password, LOGIN, NAME)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("", "paling sedikit 8"),
        ("tujuh77", "paling sedikit 8"),
        ("x" * 201, "paling banyak 200"),
        ("12345678", "sering ditebak"),
        ("Password1", "sering ditebak"),
        ("q w e r t y u i o p", "sering ditebak"),
        ("bismillah123", "sering ditebak"),
        ("dewilestari", "nama Anda"),
        ("Dewi Lestari", "nama Anda"),
        ("DEWI.LESTARI", "nama Anda"),
        (LOGIN, "nama Anda"),
    ],
)
def test_what_is_guessed_first_is_refused_beside_the_field(password: str, words: str) -> None:
    with pytest.raises(Refused) as no:
        passwords.refuse_unfit(password, password, LOGIN, NAME)
    assert words in no.value.fields["password"]


def test_the_list_is_long_and_plain() -> None:
    """The three thousand commonest that are long enough, and those of an office in Sidoarjo."""
    lines = passwords._COMMON.read_text(encoding="ascii").splitlines()
    assert len(lines) > 3000
    assert lines == sorted(set(lines))
    assert all(line == line.casefold() and len(line) >= passwords.SHORTEST for line in lines)


async def test_hashing_keeps_the_loop_free_and_the_queue_short() -> None:
    """While forty wait, other work goes on, and the next one is put off in words."""
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            await asyncio.sleep(0)
            turns += 1

    other_work = asyncio.create_task(others())
    found = await asyncio.gather(*[passwords.fits("salah", "") for _ in range(60)], return_exceptions=True)
    other_work.cancel()
    put_off = [one for one in found if isinstance(one, Refused)]
    assert found.count(False) == 40
    assert len(put_off) == 20
    assert "Tunggu satu menit" in put_off[0].message
    assert turns > 1000

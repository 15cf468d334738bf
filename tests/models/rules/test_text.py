import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.text import Invalid, ascii_digits, fold, parse_note

ANYTHING = st.text(st.characters(codec=None), max_size=60)


@pytest.mark.parametrize(
    "text",
    [
        "x\x00y",
        "\x1bx",
        "a\ud800",
        "\ufffdb",
        "\u202e\u202e",
        "a\u2066b",
        "a\uf8ff",
        "a\ufdd0",
        "a\ufdef",
        "a\uffff",
        "a\U0001fffe",
    ],
)
def test_what_no_keyboard_sends_is_refused_with_words(text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_note(text, 100)
    assert (refusal.value.field, refusal.value.code) == ("catatan", "unseen")
    assert "Ketik ulang" in refusal.value.message


def test_invisible_marks_of_a_paste_are_dropped() -> None:
    assert parse_note("\ufeffTolong\u200b di\u00adbaca\u200e", 100) == "Tolong dibaca"


def test_a_note_keeps_its_lines_and_emoji_but_not_loose_spaces() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert parse_note(f"  satu \u00a0 dua\r\n\r\n\r\n\r\ntiga {family} ", 100) == f"satu dua\n\ntiga {family}"


def test_emoji_newer_than_this_python_is_accepted() -> None:
    assert parse_note("hai \U0001fae8", 100) == "hai \U0001fae8"


def test_letters_next_to_the_refused_ones_are_accepted() -> None:
    assert parse_note("\ufdcf\ufdf0", 100) == "\ufdcf\ufdf0"


def test_a_note_may_be_empty_and_has_an_exact_limit() -> None:
    assert parse_note(" \n ", 10) == ""
    assert parse_note("x" * 10, 10) == "x" * 10
    with pytest.raises(Invalid, match="too_long") as refusal:
        parse_note("x" * 11, 10)
    assert "11 huruf" in refusal.value.message


def test_a_huge_text_is_refused_before_it_is_worked_on() -> None:
    assert len(parse_note("x" * 20_000, 100_000)) == 20_000
    with pytest.raises(Invalid, match="too_long"):
        parse_note("x" * 20_001, 100_000)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SITI  AMINAH", "siti aminah"),
        ("Siti\u00a0Aminah", "Siti Aminah"),
        ("Rene\u0301", "RENÉ"),
        ("Ma`ruf", "MA’RUF"),
        ("Straße", "STRASSE"),
    ],
)
def test_fold_makes_equal_what_people_mean_as_equal(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(ANYTHING)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANYTHING)
def test_a_stored_note_is_stored_the_same_again(text: str) -> None:
    try:
        stored = parse_note(text, 60)
    except Invalid:
        return
    assert parse_note(stored, 60) == stored


def test_digits_of_every_script_are_read() -> None:
    assert ascii_digits("３٣۳a²") == "333a²"

"""One key for each act of the desk, changeable, never two acts for one key."""

import pytest

from models.rules.keys import (
    COUNTER,
    COUNTER_KEYS,
    DEFAULT_KEYS,
    MESSAGE_KEYS,
    MESSAGES,
    BadKeys,
    CounterAct,
    DeskAct,
    MessageAct,
    checked,
)


def test_every_act_has_a_key_of_its_own() -> None:
    """Everything at the desk can be done from the keyboard [M5]."""
    assert set(DEFAULT_KEYS) == set(DeskAct)
    assert checked({}) == dict(DEFAULT_KEYS)


def test_keys_can_be_exchanged_or_taken_away() -> None:
    """WCAG 2.1.4: a key of one character can be remapped or switched off."""
    keys = checked({DeskAct.ACCEPT: "y", DeskAct.SKIP: ""})
    assert (keys[DeskAct.ACCEPT], keys[DeskAct.SKIP]) == ("y", "")
    swapped = checked({DeskAct.ACCEPT: "k", DeskAct.RETURN: "t"})
    assert (swapped[DeskAct.ACCEPT], swapped[DeskAct.RETURN]) == ("k", "t")


@pytest.mark.parametrize(
    ("key", "words"), [("5", "Angka"), ("tt", "satu huruf"), ("\t", "satu huruf"), ("k", "sudah dipakai")]
)
def test_a_key_that_cannot_be_is_refused_beside_its_act(key: str, words: str) -> None:
    with pytest.raises(BadKeys, match=words):
        checked({DeskAct.ACCEPT: key})


def test_the_switch_itself_stays() -> None:
    """Whoever switched the keys off finds the way back."""
    assert checked({DeskAct.SWITCH: "a"})[DeskAct.SWITCH] == "F2"


def test_the_counter_has_keys_of_its_own() -> None:
    """Enter finishes a step and cannot be lost; the others can be changed without touching the desk's [M5]."""
    assert set(COUNTER_KEYS) == set(CounterAct)
    keys = checked({CounterAct.CALL: "o", CounterAct.DONE: "x"}, COUNTER)
    assert (keys[CounterAct.CALL], keys[CounterAct.DONE]) == ("o", "Enter")
    with pytest.raises(BadKeys):
        checked({CounterAct.CALL: "a"}, COUNTER)


def test_messages_have_keys_of_their_own() -> None:
    assert set(MESSAGE_KEYS) == set(MessageAct)
    assert checked({}, MESSAGES) == dict(MESSAGE_KEYS)

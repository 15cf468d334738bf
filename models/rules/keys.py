"""The keys of the operator's desk and of the counter: one for each act, each pressing a visible button.

A person may change any of them or switch them all off (WCAG 2.1.4; design: look, keyboard). Digits tick boxes, arrows
walk the list and Tab the fields; these stay, for they mean the same on every page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class DeskAct(StrEnum):
    """What a key can do at the desk."""

    FIRST_DOCUMENT = "dokumen-1"
    SECOND_DOCUMENT = "dokumen-2"
    THIRD_DOCUMENT = "dokumen-3"
    FOURTH_DOCUMENT = "dokumen-4"
    ZOOM_IN = "perbesar"
    ZOOM_OUT = "perkecil"
    FIT = "pas"
    FULL_SIZE = "ukuran-asli"
    TURN = "putar"
    TURN_BACK = "putar-balik"
    BRIGHTER = "terangkan"
    SIDE_BY_SIDE = "banding"
    BEFORE_AFTER = "sebelumnya"
    NEXT_PAGE = "lembar-berikut"
    STRAIGHTEN = "luruskan"
    MATCHES = "cocok"
    DIFFERS = "beda"
    EDIT_MESSAGE = "ubah-pesan"
    RETURN = "kembalikan"
    ACCEPT = "terima"
    REFUSE = "tolak"
    SKIP = "lewati"
    NOTE = "catatan"
    ASK = "tanya"
    COPY_NIK = "salin-nik"
    UNDO = "batal"
    SEARCH = "cari"
    HELP = "bantuan"
    SWITCH = "pintasan"


DEFAULT_KEYS: Mapping[str, str] = MappingProxyType(
    {
        DeskAct.FIRST_DOCUMENT: "q",
        DeskAct.SECOND_DOCUMENT: "w",
        DeskAct.THIRD_DOCUMENT: "e",
        DeskAct.FOURTH_DOCUMENT: "d",
        DeskAct.ZOOM_IN: "+",
        DeskAct.ZOOM_OUT: "-",
        DeskAct.FIT: "0",
        DeskAct.FULL_SIZE: "f",
        DeskAct.TURN: "r",
        DeskAct.TURN_BACK: "R",
        DeskAct.BRIGHTER: "h",
        DeskAct.SIDE_BY_SIDE: "b",
        DeskAct.BEFORE_AFTER: "v",
        DeskAct.NEXT_PAGE: ".",
        DeskAct.STRAIGHTEN: "s",
        DeskAct.MATCHES: " ",
        DeskAct.DIFFERS: "x",
        DeskAct.EDIT_MESSAGE: "u",
        DeskAct.RETURN: "k",
        DeskAct.ACCEPT: "t",
        DeskAct.REFUSE: "o",
        DeskAct.SKIP: "l",
        DeskAct.NOTE: "c",
        DeskAct.ASK: "g",
        DeskAct.COPY_NIK: "n",
        DeskAct.UNDO: "z",
        DeskAct.SEARCH: "/",
        DeskAct.HELP: "?",
        DeskAct.SWITCH: "F2",
    }
)


class CounterAct(StrEnum):
    """What a key can do at the counter."""

    CALL = "panggil"
    CALL_AGAIN = "panggil-lagi"
    PRESENT = "di-loket"
    SKIP = "lewati"
    ARRIVED = "tiba"
    DONE = "langkah"
    FAILED = "gagal"
    POSTPONE = "tunda"
    RESCHEDULE = "jadwal-ulang"
    WALK_IN = "tanpa-janji"
    RESTOCK = "minta-blangko"
    UNDO = "batal"
    SEARCH = "cari"
    HELP = "bantuan"
    SWITCH = "pintasan"


COUNTER_KEYS: Mapping[str, str] = MappingProxyType(
    {
        CounterAct.CALL: "p",
        CounterAct.CALL_AGAIN: "u",
        CounterAct.PRESENT: "d",
        CounterAct.SKIP: "l",
        CounterAct.ARRIVED: "a",
        CounterAct.DONE: "Enter",
        CounterAct.FAILED: "g",
        CounterAct.POSTPONE: "s",
        CounterAct.RESCHEDULE: "j",
        CounterAct.WALK_IN: "n",
        CounterAct.RESTOCK: "m",
        CounterAct.UNDO: "z",
        CounterAct.SEARCH: "/",
        CounterAct.HELP: "?",
        CounterAct.SWITCH: "F2",
    }
)


class MessageAct(StrEnum):
    """What a key can do where messages are sent by hand."""

    OPEN = "buka-wa"
    SENT = "terkirim"
    NOT_SENT = "belum"
    NOT_REACHED = "tidak-bisa"
    SKIP = "lewati"
    SEARCH = "cari"
    HELP = "bantuan"
    SWITCH = "pintasan"


MESSAGE_KEYS: Mapping[str, str] = MappingProxyType(
    {
        MessageAct.OPEN: "w",
        MessageAct.SENT: "y",
        MessageAct.NOT_SENT: "b",
        MessageAct.NOT_REACHED: "x",
        MessageAct.SKIP: "l",
        MessageAct.SEARCH: "/",
        MessageAct.HELP: "?",
        MessageAct.SWITCH: "F2",
    }
)


@dataclass(frozen=True)
class KeySet:
    """The keys of one screen. name: under which a person's own ones are kept. room: the screen's address."""

    name: str
    room: str
    usual: Mapping[str, str]


DESK = KeySet("keys", "/verifikasi", DEFAULT_KEYS)
COUNTER = KeySet("counter_keys", "/loket", COUNTER_KEYS)
MESSAGES = KeySet("message_keys", "/pesan", MESSAGE_KEYS)

ALWAYS = frozenset({DeskAct.SWITCH, CounterAct.SWITCH, MessageAct.SWITCH})
"""The way back out of switched-off keys cannot be lost. It is no character, so it never meets typing."""
FIXED = ALWAYS | {CounterAct.DONE}
"""These are no characters, so nobody has to change them."""

_TAKEN = frozenset("123456789")


class BadKeys(ValueError):
    """A set of keys that cannot be used. act: the first one at fault; message: why, in words."""

    def __init__(self, act: str, message: str) -> None:
        super().__init__(message)
        self.act = act
        self.message = message


def checked(wanted: Mapping[str, str], of: KeySet = DESK) -> dict[str, str]:
    """A whole set of keys: the wanted ones, and the usual ones for the rest; an empty one switches an act's key off.

    Raises BadKeys for more than one character, for a digit that ticks a box, and for one key with two acts.
    """
    keys: dict[str, str] = {}
    for act, usual in of.usual.items():
        key = usual if act in FIXED else wanted.get(act, usual)
        if key and act not in FIXED and (len(key) > 1 or not key.isprintable()):
            raise BadKeys(act, "Tulis satu huruf atau tanda saja.")
        if key in _TAKEN:
            raise BadKeys(act, "Angka 1 sampai 9 sudah dipakai untuk kotak pilihan.")
        if key and key in keys.values():
            raise BadKeys(act, f"Tombol {key if key != ' ' else 'Spasi'} sudah dipakai untuk yang lain.")
        keys[act] = key
    return keys

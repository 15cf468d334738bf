"""How a person of the office likes to work: the keys, changed or switched off (WCAG 2.1.4), and the own counter."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from components.actors import Actor
from components.refusals import Refused
from models.account import Staff
from models.db import Prepared
from models.rules.keys import ALWAYS, DESK, BadKeys, KeySet, checked

_CAPS = {" ": "Spasi", "-": "−"}


@dataclass(frozen=True)
class Preferences:
    """keys: of every act, empty where it has none. on: whether keys of one character are listened to at all.

    window: what the wall screen shows beside a number that this person calls, such as "Loket 2".
    """

    keys: Mapping[str, str]
    on: bool = True
    window: str = ""

    def key(self, act: str) -> str:
        """The key of an act by its name; empty when it has none. Raises KeyError for an unknown act."""
        return self.keys[act]

    def listened_to(self, act: str) -> bool:
        """Whether a press of the act's key does anything now: F2 always, the others while they are switched on."""
        return bool(self.key(act)) and (self.on or act in ALWAYS)

    def cap(self, act: str) -> str:
        """What stands on the button's key cap; empty where no key is listened to."""
        key = self.key(act)
        if not self.listened_to(act):
            return ""
        if key.isalpha() and key.isupper() and len(key) == 1:
            return f"⇧{key}"
        return _CAPS.get(key, key.upper() if len(key) == 1 else key)

    def attributes(self, act: str, also: str = "") -> dict[str, str | None]:
        """By which a script finds the button of an act, and a screen reader announces its key.

        also: another act whose key presses the same button.
        """
        spoken = [spoken for one in (act, also) if one and (spoken := self._spoken(one))]
        return {"data-act": act, "aria-keyshortcuts": " ".join(spoken) or None}

    def _spoken(self, act: str) -> str:
        if not self.listened_to(act):
            return ""
        key = self.key(act)
        shifted = key.isalpha() and key.isupper() and len(key) == 1
        return f"Shift+{key.lower()}" if shifted else "Space" if key == " " else key


_KEPT = Prepared(lambda staff: Staff.select(Staff.preferences).where(Staff.id == staff))


async def of(by: Actor, screen: KeySet = DESK) -> Preferences:
    """The person's own keys on this screen. What was kept and no longer is valid falls back to the usual ones."""
    kept = await _kept(by)
    on, window = kept.get("on", True), kept.get("window", "")
    wanted = {act: key for act, key in kept.get(screen.name, {}).items() if act in screen.usual}
    try:
        return Preferences(checked(wanted, screen), on, window)
    except BadKeys:
        return Preferences(dict(screen.usual), on, window)


async def save_keys(wanted: Mapping[str, str], by: Actor, *, on: bool, screen: KeySet = DESK) -> None:
    """Keep a person's own keys. Raises Refused, beside the act at fault, for a set that cannot be used."""
    try:
        keys = checked(wanted, screen)
    except BadKeys as bad:
        raise Refused("Belum disimpan. Periksa tombolnya.", {str(bad.act): bad.message}) from None
    own = {str(act): key for act, key in keys.items() if key != screen.usual[act]}
    await _change({screen.name: own, "on": on}, by)


async def switch(by: Actor, *, on: bool) -> None:
    """Switch the keys off or on; which they are is kept."""
    await _change({"on": on}, by)


async def sit_at(window: str, by: Actor) -> None:
    """At which counter this person works: shown beside the numbers called there, at most 20 letters."""
    await _change({"window": " ".join(window.split())[:20]}, by)


async def _kept(by: Actor) -> dict[str, Any]:
    row = await _KEPT.first(by.staff_id)
    return dict(json.loads(row["preferences"])) if row else {}


async def _change(kept: Mapping[str, object], by: Actor) -> None:
    whole = json.dumps({**await _kept(by), **kept})
    await Staff.update({Staff.preferences: whole}).where(Staff.id == by.staff_id)

"""How a person of the office likes to work: the keys of the desk, changed or switched off (WCAG 2.1.4)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from components.actors import Actor
from components.refusals import Refused
from models.account import Staff
from models.db import Prepared
from models.rules.keys import DEFAULT_KEYS, FIXED, BadKeys, DeskAct, checked

_CAPS = {" ": "Spasi", "-": "−"}


@dataclass(frozen=True)
class Preferences:
    """keys: of every act, empty where it has none. on: whether keys of one character are listened to at all."""

    keys: Mapping[DeskAct, str]
    on: bool = True

    def key(self, act: str) -> str:
        """The key of an act by its name; empty when it has none. Raises ValueError for an unknown act."""
        return self.keys[DeskAct(act)]

    def listened_to(self, act: str) -> bool:
        """Whether a press of the act's key does anything now: F2 always, the others while they are switched on."""
        return bool(self.key(act)) and (self.on or DeskAct(act) in FIXED)

    def cap(self, act: str) -> str:
        """What stands on the button's key cap; empty where no key is listened to."""
        key = self.key(act)
        if not self.listened_to(act):
            return ""
        if key.isalpha() and key.isupper() and len(key) == 1:
            return f"⇧{key}"
        return _CAPS.get(key, key.upper())

    def attributes(self, act: str) -> dict[str, str | None]:
        """By which a script finds the button of an act, and a screen reader announces its key."""
        key = self.key(act)
        shifted = key.isalpha() and key.isupper() and len(key) == 1
        spoken = f"Shift+{key.lower()}" if shifted else "Space" if key == " " else key
        return {"data-act": act, "aria-keyshortcuts": spoken if self.listened_to(act) else None}


_KEPT = Prepared(lambda staff: Staff.select(Staff.preferences).where(Staff.id == staff))


async def of(by: Actor) -> Preferences:
    """The person's own keys. What was kept and no longer is valid falls back to the usual ones."""
    row = await _KEPT.first(by.staff_id)
    kept = json.loads(row["preferences"]) if row else {}
    known = set(DeskAct)
    wanted = {DeskAct(act): key for act, key in kept.get("keys", {}).items() if act in known}
    try:
        return Preferences(checked(wanted), on=kept.get("on", True))
    except BadKeys:
        return Preferences(dict(DEFAULT_KEYS), on=kept.get("on", True))


async def save_keys(wanted: Mapping[DeskAct, str], by: Actor, *, on: bool) -> None:
    """Keep a person's own keys. Raises Refused, beside the act at fault, for a set that cannot be used."""
    try:
        keys = checked(wanted)
    except BadKeys as bad:
        raise Refused("Belum disimpan. Periksa tombolnya.", {str(bad.act): bad.message}) from None
    await _save({"keys": {act: key for act, key in keys.items() if key != DEFAULT_KEYS[act]}, "on": on}, by)


async def switch(by: Actor, *, on: bool) -> None:
    """Switch the keys off or on; which they are is kept."""
    row = await _KEPT.first(by.staff_id)
    await _save({**(json.loads(row["preferences"]) if row else {}), "on": on}, by)


async def _save(kept: Mapping[str, object], by: Actor) -> None:
    await Staff.update({Staff.preferences: json.dumps(kept)}).where(Staff.id == by.staff_id)

"""Wrong PINs and passwords: counted per key, so that guessing becomes slow while others are not hindered."""

from datetime import datetime, timedelta

from components.kit import kit
from components.refusals import Refused
from components.words import jam
from models.account import Misses

ALLOWED = 5
WINDOW = timedelta(minutes=15)


def _index(key: str) -> str:
    return kit().vault.index(key, "misses")


async def count(key: str, now: datetime, allowed: int = ALLOWED) -> None:
    """Count a try before it is judged, so that of many sent at once no more are judged than of as many in a row.

    Raises Refused once there were too many within the last 15 minutes; it counts for keys that do not exist as well,
    so that the answer tells a stranger nothing. A right try is forgotten: see forget().
    """
    index = _index(key)
    none_yet = Misses(key=index, tries=0, since=now)
    await Misses.insert(none_yet).on_conflict(target=Misses.key, action="DO NOTHING")
    mine = Misses.key == index
    await Misses.update({Misses.tries: 0}).where(mine & (Misses.since <= now - WINDOW))
    counted = (
        await Misses.update({Misses.tries: Misses.tries + 1, Misses.since: now})
        .where(mine & (Misses.tries < allowed))
        .returning(Misses.key)
    )
    if not counted:
        row = await Misses.objects().where(mine).first()
        again = (row.since if row is not None else now) + WINDOW
        raise Refused(f"Terlalu banyak percobaan. Coba lagi setelah pukul {jam(again)}.")


async def forget(key: str) -> None:
    """A right try clears the count."""
    await Misses.delete().where(Misses.key == _index(key))

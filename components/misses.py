"""Wrong PINs and passwords: counted per key, so that guessing becomes slow while others are not hindered."""

from datetime import datetime, timedelta

from components.kit import kit
from components.refusals import Refused
from components.words import jam
from models.account import Misses
from models.db import UniqueViolation, transaction

ALLOWED = 5
WINDOW = timedelta(minutes=15)


def _index(key: str) -> str:
    return kit().vault.index(key, "misses")


async def refuse_when_many(key: str, now: datetime) -> None:
    """Raise Refused while there were too many wrong tries for this key within the last 15 minutes.

    It counts for keys that do not exist as well, so that the answer tells a stranger nothing.
    """
    row = await Misses.objects().where(Misses.key == _index(key)).first()
    if row is not None and row.tries >= ALLOWED and row.since > now - WINDOW:
        raise Refused(f"Terlalu banyak percobaan. Coba lagi setelah pukul {jam(row.since + WINDOW)}.")


async def count(key: str, now: datetime) -> None:
    """One more wrong try for this key."""
    index = _index(key)
    try:
        async with transaction():
            await Misses(key=index, tries=1, since=now).save()
    except UniqueViolation:
        fresh = now - WINDOW
        await Misses.update({Misses.tries: 0}).where((Misses.key == index) & (Misses.since <= fresh))
        await Misses.update({Misses.tries: Misses.tries + 1, Misses.since: now}).where(Misses.key == index)


async def forget(key: str) -> None:
    """A right try clears the count."""
    await Misses.delete().where(Misses.key == _index(key))

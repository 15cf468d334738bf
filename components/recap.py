"""One day of one village on paper, for the file: taken in, sent, returned, ready, handed over [P11, P12, M5]."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from components.actors import Actor
from components.refusals import Missing
from components.words import WIB, nama_samar
from models.history import Event
from models.office import Village
from models.rules.catalogue import Channel
from models.rules.workflow import Act

_COLUMNS = (
    ("Diterima dari warga", ("start",)),
    ("Dikirim ke kecamatan", (Act.SUBMIT, Act.RESUBMIT)),
    ("Dikembalikan kecamatan", (Act.RETURN,)),
    ("KTP-el siap diambil", (Act.MAKE_READY,)),
    ("KTP-el diserahkan", (Act.HAND_OVER,)),
)


@dataclass(frozen=True)
class Entry:
    """One case in a part of the day. name: masked, because the paper lies in a folder."""

    number: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Recap:
    """The day's parts in the order of the work, empty ones as well: "nothing" is an answer, too."""

    day: date
    village: str
    parts: tuple[tuple[str, tuple[Entry, ...]], ...]


async def of_day(day: date, by: Actor) -> Recap:
    """What happened that day (WIB) with the cases of the registrar's village. Raises Missing without a village."""
    village = await Village.objects().get(Village.id == by.village_id) if by.village_id else None
    if village is None:
        raise Missing
    begins = datetime.combine(day, time(0), WIB)
    rows = (
        await Event.select(
            Event.act,
            Event.happened_at,
            Event.application.number.as_alias("number"),
            Event.application.name.as_alias("name"),
        )
        .where(
            (Event.application.village == village.id)
            & (Event.application.channel == str(Channel.VILLAGE))
            & (Event.application.office == by.office_id)
            & (Event.happened_at >= begins)
            & (Event.happened_at < begins + timedelta(days=1))
        )
        .order_by(Event.id)
    )
    parts = tuple(
        (
            title,
            tuple(
                Entry(row["number"], nama_samar(row["name"]), row["happened_at"])
                for row in rows
                if row["act"] in acts
            ),
        )
        for title, acts in _COLUMNS
    )
    return Recap(day, f"{village.kind.capitalize()} {village.name}", parts)

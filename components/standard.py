"""The texts of the published standard: as they came with Loket, or as the office worded them [M1, M4]."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from markupsafe import Markup

from components import markup, office_history, standard_words
from components.actors import Actor
from components.founding import OfficeCard
from components.refusals import Missing, Refused
from components.rendering import TEMPLATES
from components.words import tanggal_surat
from models.db import transaction
from models.rules import standard as rules
from models.rules.calendar import wib_day
from models.rules.office_acts import OfficeAct
from models.rules.standard import Component, Place
from models.standard import StandardText

_FARTHEST = timedelta(days=366)
_NOT_SAVED = "Teks belum disimpan. Periksa bagian yang ditandai."


@dataclass(frozen=True)
class Text:
    """A component's text as it holds. own: worded by the office."""

    component: Component
    body: str
    since: date
    own: bool

    @property
    def title(self) -> str:
        return standard_words.COMPONENT_WORDS[self.component]

    @property
    def place(self) -> Place:
        return rules.PLACES[self.component]


@lru_cache(maxsize=len(Component))
def default(component: Component) -> Text:
    """The text that came with Loket, in force since the office published it."""
    body = (TEMPLATES / "standard" / "teks" / f"{component}.txt").read_text("utf-8").strip()
    return Text(component, body, rules.PUBLISHED_ON, own=False)


async def texts(office_id: int, today: date) -> tuple[Text, ...]:
    """All fourteen as they hold on this day (WIB), in their order."""
    rows = (
        await StandardText.select(StandardText.component, StandardText.body, StandardText.effective_on)
        .where((StandardText.office == office_id) & (StandardText.effective_on <= today))
        .order_by(StandardText.effective_on, StandardText.id)
    )
    held = {row["component"]: row for row in rows}
    return tuple(_text(component, held.get(component)) for component in Component)


def _text(component: Component, row: dict[str, Any] | None) -> Text:
    if row is None:
        return default(component)
    body = row["body"]
    # Without one: back at the text of this house, in force since that was decided.
    return Text(component, body or default(component).body, row["effective_on"], own=bool(body))


async def text(office_id: int, component: Component, today: date) -> Text:
    """One of them."""
    return (await texts(office_id, today))[tuple(Component).index(component)]


def html(body: str, office: OfficeCard, below: int = 1) -> Markup:
    """A text as it is read, its facts from the rules. below: level of the heading above it."""
    return markup.html(body, standard_words.facts(office), below)


# --- what an administrator does with them ---


def check(component: Component, body: str) -> None:
    """Raises Refused beside the field `body` for a text that could not be published."""
    wrong = rules.fault(component, body) or markup.fault(body)
    if wrong:
        raise Refused(_NOT_SAVED, {"body": wrong})


async def publish(component: Component, body: str, effective_on: str, by: Actor, now: datetime) -> None:
    """From that day on the component reads so. Every text that ever held is kept with who wrote it.

    effective_on: yyyy-mm-dd in WIB, today or later; empty for today. Raises Refused as check() does, and beside the
    field `effective_on` for a day gone by, one over a year ahead, or none at all.
    """
    check(component, body)
    await _add(component, body, _day(effective_on, wib_day(now)), OfficeAct.STANDARD_SET, by, now)


async def restore(component: Component, by: Actor, now: datetime) -> None:
    """Back to the text that came with Loket, from today on; that is a change like another."""
    await _add(component, "", wib_day(now), OfficeAct.STANDARD_RESTORED, by, now)


def _day(typed: str, today: date) -> date:
    try:
        day = date.fromisoformat(typed.strip()) if typed.strip() else today
    except ValueError:
        raise Refused(_NOT_SAVED, {"effective_on": "Pilih tanggal berlakunya."}) from None
    if day < today:
        raise Refused(
            _NOT_SAVED, {"effective_on": "Tanggal ini sudah lewat. Pilih hari ini atau sesudahnya."}
        )
    if day - today > _FARTHEST:
        raise Refused(_NOT_SAVED, {"effective_on": "Terlalu jauh. Pilih tanggal dalam satu tahun ini."})
    return day


async def _add(component: Component, body: str, day: date, act: OfficeAct, by: Actor, now: datetime) -> None:
    row = StandardText(
        office=by.office_id,
        component=str(component),
        body=body,
        effective_on=day,
        written_at=now,
        written_by=by.staff_id,
    )
    what = f"{standard_words.COMPONENT_WORDS[component]}, berlaku {tanggal_surat(day)}"
    async with transaction():
        await row.save()
        await office_history.record(act, what, by, now)


async def versions(component: Component, by: Actor) -> list[StandardText]:
    """Every text the office published for this component, by whom and when, newest first."""
    rows: list[StandardText] = await (
        StandardText.objects(StandardText.written_by)
        .where((StandardText.office == by.office_id) & (StandardText.component == str(component)))
        .order_by(StandardText.id, ascending=False)
    )
    return rows


async def version(component: Component, version_id: int, by: Actor) -> str:
    """What that text said. Raises Missing for one of another component or office."""
    row = (
        await StandardText.select(StandardText.body)
        .where(
            (StandardText.id == version_id)
            & (StandardText.office == by.office_id)
            & (StandardText.component == str(component))
        )
        .first()
    )
    if row is None:
        raise Missing
    return str(row["body"]) or default(component).body

"""The supervisor's screen, put together from the figures of each subject; indexes count them all [M4, G2, T1, M2].

Several short statements rather than one long one: between them others are served.
"""

from dataclasses import dataclass
from datetime import date, datetime

from components import case_lists, rejections
from components.actors import Actor
from components.figures.backlog import Backlog, backlog
from components.figures.day import Day, day
from components.figures.debt import Debt, debt
from components.figures.kept_promises import Promises, promises_of
from components.figures.looking import Looking, looks
from components.figures.machine import Machine, machine
from components.figures.rechecks import Rechecks, rechecks
from models.rules.calendar import wib_day

GOAL = 95
"""Per cent of cards that shall be ready within the promise."""


@dataclass(frozen=True)
class Screen:
    """Everything on the supervisor's screen that is counted here."""

    today: date
    promises: Promises
    backlog: Backlog
    day: Day
    reasons: tuple[tuple[str, int], ...]
    debt: Debt
    looks: tuple[Looking, ...]
    rechecks: Rechecks
    machine: Machine


async def screen(by: Actor, now: datetime) -> Screen:
    """The figures of the supervisor's own office at this moment."""
    cut = await case_lists.cuts(by.office_id or 0, now)
    return Screen(
        wib_day(now),
        await promises_of(cut),
        await backlog(cut),
        await day(cut),
        await rejections.counted(cut.office, cut.now),
        await debt(cut),
        await looks(cut),
        await rechecks(by, now),
        await machine(cut),
    )

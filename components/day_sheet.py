"""The day sheet: today's cases on paper, for the computer of the closed network, which knows nothing of this one [P9].

The NIK is typed there by hand, so it stands on the sheet in full; that is recorded for each case before it is shown.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from components import audit, casework, day_list, particulars
from components.actors import Actor
from components.founding import office_card
from components.kit import kit
from components.wording import berempat, state_word, wish_word
from components.words import jam, tanggal, tanggal_jam
from models.application import Application
from models.db import transaction
from models.rules.workflow import Role, State

_TO_BE_DONE = frozenset({State.ACCEPTED, State.SCHEDULED, State.ARRIVED, State.CAPTURED})


@dataclass(frozen=True)
class Case:
    """One line of the sheet. code: what its QR holds, the address that opens the case at the counter."""

    number: str
    name: str
    nik: str = field(repr=False)
    service: str
    change: str
    state: str
    queue_number: str
    starts_at: datetime | None
    code: str


async def cases(by: Actor, now: datetime) -> list[Case]:
    """Who is expected or here today and has no card yet, in the order of the day."""
    lines = [line for line in await day_list.today(by, now) if State(line.state) in _TO_BE_DONE]
    if not lines:
        return []
    rows = {
        row.number: row
        for row in await Application.objects().where(
            Application.number.is_in([line.number for line in lines])
        )
    }
    found = []
    async with transaction():
        for line in lines:
            row = rows[line.number]
            await casework.note(row, "show_identity", by, now, details={"on": "day_sheet"})
            known = await particulars.identity(row)
            found.append(
                Case(
                    line.number,
                    line.name,
                    berempat(known.nik),
                    line.service,
                    line.change,
                    line.state,
                    line.queue_number,
                    line.starts_at,
                    f"{kit().settings.base_url}/permohonan/{line.number}",
                )
            )
    return found


async def paper(by: Actor, now: datetime) -> bytes:
    """The same sheet as a PDF on A4, drawn beside the event loop."""
    # The PDF library is loaded by the first who prints, not by every process at start.
    from components.papers.day_list import Line, pdf

    found = await cases(by, now)
    office = office_card()
    lines = [
        Line(
            jam(case.starts_at) if case.starts_at else "Hadir",
            case.queue_number,
            case.name,
            case.nik,
            (wish_word(case.service, case.change), state_word(case.state)),
            case.number,
            case.code,
        )
        for case in found
    ]
    made = f"{office.name}. Dibuat {by.name}, {tanggal_jam(now)}. {len(lines)} berkas."
    head = await audit.head()
    return await asyncio.to_thread(
        pdf, f"Lembar harian, {tanggal(now)}", made, lines, head.line if head else ""
    )


ROLES = (Role.OPERATOR, Role.COUNTER)
"""Who works at the closed network's computer."""

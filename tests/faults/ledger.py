"""What citizens and operators were told, and whether the database and the store bear it out.

Every yes is a 303. A form is counted as answered once, however often it had to be sent.
"""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app import close_service, open_service
from components import history
from components.kit import kit
from components.refusals import Missing
from components.settings import from_environment
from components.storage import StorageError
from models.application import Application, Document, Page
from models.appointment import Appointment, Slot, SlotHold
from models.history import Event
from models.notification import Message
from models.rules.workflow import Act, State
from tests.faults.citizen import Citizen, Somebody

_AT_MOST_ONCE = (Act.SUBMIT, Act.ACCEPT, Act.SCHEDULE, Act.WITHDRAW, "start")


@dataclass
class Ledger:
    """Written while the service dies and comes back."""

    said_yes: dict[str, list[str]] = field(default_factory=dict)
    """Number -> what was acknowledged for it, in order."""
    moves: dict[str, list[int]] = field(default_factory=dict)
    """Number -> slots whose booking was acknowledged, in order."""
    people: dict[str, Somebody] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    decided: dict[str, asyncio.Event] = field(default_factory=dict)
    unanswered: int = 0

    def yes(self, what: str, citizen: Citizen, answer: httpx.Response) -> bool:
        """Note the answer to a step; whether it was a yes. Anything else is a fault: nobody did anything wrong."""
        if answer.status_code != 303:
            self.faults.append(f"{what}: {answer.status_code}")
            return False
        self.people[citizen.number] = citizen.who
        self.said_yes.setdefault(citizen.number, []).append(what)
        return True

    def moved(self, citizen: Citizen, slot: str, answer: httpx.Response) -> None:
        """Note the answer to a move: taken by somebody else meanwhile is no fault."""
        if answer.status_code == 303:
            self.said_yes[citizen.number].append("move")
            self.moves.setdefault(citizen.number, []).append(int(slot))
        elif answer.status_code in (409, 422):
            self.refused["move"] += 1
        else:
            self.faults.append(f"move: {answer.status_code}")

    def figures(self) -> dict[str, object]:
        return {
            "acknowledged": sum(map(len, self.said_yes.values())),
            "sent_again": self.unanswered,
            "submitted": sum("submit" in steps for steps in self.said_yes.values()),
            "accepted": sum("accept" in steps for steps in self.said_yes.values()),
            "moves": sum(map(len, self.moves.values())),
            "slot_taken_meanwhile": self.refused["move"],
        }


@dataclass
class Findings:
    """What the database and the store hold in the end. wrong: one line per fault, without personal data."""

    lost: int = 0
    doubled: int = 0
    wrong: list[str] = field(default_factory=list)
    applications: int = 0
    pages: int = 0
    messages: int = 0
    orphans: int = 0
    """Files without a row, left by a kill between the two; the sweep removes them."""

    def lose(self, what: str) -> None:
        self.lost += 1
        self.wrong.append(f"lost: {what}")

    def double(self, what: str) -> None:
        self.doubled += 1
        self.wrong.append(f"doubled: {what}")

    def figures(self) -> dict[str, object]:
        return {
            "lost": self.lost, "doubled": self.doubled, "other_faults": len(self.wrong) - self.lost - self.doubled,
            "applications": self.applications, "pages": self.pages, "messages": self.messages,
            "orphaned_files": self.orphans,
        }  # fmt: skip


async def examine(ledger: Ledger, data: Path, environment: Mapping[str, str], log: Path) -> Findings:
    """Open the data of a service that does not run any more, and compare."""
    found = Findings()
    _whole(data / "loket.sqlite3", found)
    settings = from_environment(environment)
    await open_service(settings)
    try:
        rows = {row.number: row for row in await Application.objects()}
        found.applications = len(rows)
        for number, steps in ledger.said_yes.items():
            await _bear_out(number, steps, rows.get(number), ledger, found)
        if len(rows) != len(ledger.said_yes):
            found.double(f"{len(rows)} applications were begun for {len(ledger.said_yes)} people")
        await _chains(rows.values(), found)
        await _places(found)
        await _messages(found)
        await _scans(found, settings.store_folder)
    finally:
        await close_service()
    _secrets(ledger, data, log, found)
    return found


def _whole(database: Path, found: Findings) -> None:
    """As SQLite itself sees it, before anything of ours touches it."""
    with sqlite3.connect(database) as connection:
        for check in ("integrity_check", "foreign_key_check"):
            answer = connection.execute(f"PRAGMA {check}").fetchall()
            if answer not in ([], [("ok",)]):
                found.wrong.append(f"{check}: {answer[:3]}")
    connection.close()


async def _bear_out(
    number: str, steps: list[str], row: Application | None, ledger: Ledger, found: Findings
) -> None:
    """Every yes about one application."""
    if row is None:
        found.lose(f"{number} with {len(steps)} steps")
        return
    who = ledger.people[number]
    events = Counter(event.act for event in await Event.objects().where(Event.application == row.id))
    if "tell_identity" in steps and row.name != who.name:
        found.lose(f"{number} identity")
    if "tell_contact" in steps and not row.phone_sealed:
        found.lose(f"{number} contact")
    for act in ("submit", "accept", "withdraw"):
        if steps.count(act) != events[act]:
            (found.lose if steps.count(act) > events[act] else found.double)(f"{number} {act}")
    await _documents(number, steps, row, events, found)
    await _appointment(number, steps, row, ledger.moves.get(number, []), events, found)


async def _documents(
    number: str, steps: list[str], row: Application, events: Counter[str], found: Findings
) -> None:
    kinds = {step.partition(":")[2] for step in steps if step.startswith("photo:")}
    documents = {one.kind: one for one in await Document.objects().where(Document.application == row.id)}
    for kind in kinds:
        document = documents.get(kind)
        pages = 0 if document is None else await Page.count().where(Page.document == document.id)
        if pages != 1:
            (found.double if pages else found.lose)(f"{number} {pages} pages of {kind}")
        if "accept" in steps and (document is None or document.verdict != "accepted"):
            found.lose(f"{number} verdict on {kind}")
    for act, expected in (("upload", len(kinds)), ("judge", steps.count("accept"))):
        if events[act] != expected:
            (found.lose if events[act] < expected else found.double)(f"{number} {act} x{events[act]}")


async def _appointment(
    number: str, steps: list[str], row: Application, moves: list[int], events: Counter[str], found: Findings
) -> None:
    booked = await Appointment.objects().where(
        (Appointment.application == row.id) & (Appointment.state == "booked")
    )
    expected = State.WITHDRAWN if "withdraw" in steps else State.SCHEDULED if "accept" in steps else None
    if expected is not None and row.state != expected:
        found.lose(f"{number} is {row.state}, not {expected}")
    if len(booked) != (expected is State.SCHEDULED):
        found.wrong.append(f"{number}: {len(booked)} appointments booked")
    elif moves and booked and booked[0].slot != moves[-1]:
        found.lose(f"{number} move")
    # Choosing the time one has already changes nothing, so there may be fewer steps than answers.
    if events[Act.RESCHEDULE] > len(moves):
        found.double(f"{number} reschedule")


async def _chains(rows: object, found: Findings) -> None:
    for row in rows:  # type: ignore[attr-defined]
        if await history.broken_at(row.id) is not None:
            found.wrong.append(f"history of {row.number} is broken")
        lines = [event.act for event in await history.lines(row.id)]
        for act in _AT_MOST_ONCE:
            if lines.count(str(act)) > 1:
                found.double(f"{row.number} {act} in the history")


async def _places(found: Findings) -> None:
    standing = Counter(
        row["slot"]
        for row in [
            *await Appointment.select(Appointment.slot).where(Appointment.state == "booked"),
            *await SlotHold.select(SlotHold.slot),
        ]
    )
    for slot in await Slot.objects():
        if slot.booked != standing[slot.id] or slot.booked > slot.capacity:
            found.wrong.append(f"slot {slot.id}: {slot.booked} booked, {standing[slot.id]} there")


async def _messages(found: Findings) -> None:
    """Each once: by its key, and by what it says of which version to whom."""
    keys = [row["key"] for row in await Message.select(Message.key)]
    found.messages = len(keys)
    for key, count in Counter(keys).items():
        if count > 1:
            found.double(f"message {key}")
    received = Counter(
        (row["application"], row["kind"], row["channel"])
        for row in await Message.select(Message.application, Message.kind, Message.channel)
        if row["kind"] in ("received", "scheduled", "withdrawn")
    )
    for (application, kind, _), count in received.items():
        if count > 1:
            found.double(f"message {kind} of application {application}")


async def _scans(found: Findings, folder: Path) -> None:
    """Every page opens with its own key; what no page refers to is counted."""
    known: set[str] = set()
    owners = {
        row["id"]: f"application:{row['number']}"
        for row in await Document.select(Document.id, Document.application.number.as_alias("number"))
    }
    for page in await Page.objects():
        found.pages += 1
        owner = owners[page.document]
        for blob, key in ((page.blob, page.blob_key), (page.thumbnail, page.thumbnail_key)):
            known.add(blob)
            try:
                content = await kit().store.get(blob, key, owner)
            except (StorageError, Missing):
                found.lose(f"scan of page {page.id}")
                continue
            if not content.startswith(b"\xff\xd8"):
                found.wrong.append(f"page {page.id} is no picture")
    found.orphans = len(_files(folder) - known)


def _files(folder: Path) -> set[str]:
    return {file.name for file in folder.rglob("*") if file.is_file()}


def _secrets(ledger: Ledger, data: Path, log: Path, found: Findings) -> None:
    """No number and no contact of anybody in the log, or in the database as it lies on the disk [R3]."""
    places = [log, *data.glob("loket.sqlite3*")]
    contents = {place.name: place.read_bytes() for place in places}
    for who in ledger.people.values():
        for secret in who.secrets:
            seen = [name for name, content in contents.items() if secret.encode() in content]
            found.wrong.extend(f"a secret of person {who.n} is in {name}" for name in seen)

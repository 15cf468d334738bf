"""Files waiting in the queue and officers at their desks, for journeys on the verification screen."""

import shutil
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Page, expect

from app import close_service, open_service
from components import applications, clock, corrections, decisions, documents, receiving, sessions
from components.decisions import Outcome
from components.settings import from_environment
from components.verification import Verdict
from models.application import Application
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import Role
from tests.journeys.browser import Server, free_port, running_server
from tests.load.served import environment
from tests.support.drafts import filled, holder, light, photo, with_documents
from tests.support.service import member_of_staff

NAMES = ("SITI AMINAH", "AGUS SETIAWAN", "NURAINI", "SLAMET RIYADI")
_PEOPLE = ("siti", "agus", "nuraini", "siti")
_SLOTS = {DocumentKind.OLD_CARD: "ktp", DocumentKind.FAMILY_CARD: "kk", DocumentKind.FORM_F102: "f102"}
_OTHER_PAGES = {("nuraini", DocumentKind.FAMILY_CARD): "scan-nuraini-kk-f102.pdf"}


@dataclass(frozen=True)
class Room:
    """numbers: of the waiting files in the order of the queue. officers: a session of each."""

    data: Path
    numbers: Sequence[str]
    officers: Sequence[str]


async def furnish(
    data: Path, files: int = 4, officers: int = 2, photos: Callable[[str], bytes] = light
) -> Room:
    """A fresh installation with so many files of three documents each, each of another person.

    photos: by the name of a specimen.
    """
    await open_service(from_environment(environment(data, 1)))
    try:
        numbers = [(await _sent(serial, photos)).number for serial in range(files)]
        staff = [await member_of_staff(Role.OPERATOR) for _ in range(officers)]
        tokens = [await sessions.begin_for_staff(one.staff_id or 0, clock.now()) for one in staff]
        return Room(data, numbers, tokens)
    finally:
        await close_service()


async def _sent(serial: int, photos: Callable[[str], bytes]) -> Application:
    """A complete application; the third one's KK is a PDF of two pages."""
    now = clock.now()
    typed = {
        "nik": f"351511520890{serial + 1:04}",
        "no_kk": f"351511140613{serial + 12:04}",
        "nama": NAMES[serial % len(NAMES)],
        "no_hp": f"0857 3634 99{serial + 10:02}",
    }
    draft = await filled(typed, now=now)
    person = _PEOPLE[serial % len(_PEOPLE)]
    for kind, short in _SLOTS.items():
        name = _OTHER_PAGES.get((person, kind), f"{person}-{short}.jpg")
        content = photo(name) if name.endswith(".pdf") else photos(name)
        # No two files hold the same bytes: the desk would point at that.
        await receiving.receive(draft, kind, content + bytes([serial]), name, holder(draft), now)
    return await applications.submit(draft, holder(draft), now)


async def furnish_corrected(data: Path) -> Room:
    """One file of four documents, of which the KK was returned and sent again."""
    await open_service(from_environment(environment(data, 1)))
    try:
        now = clock.now()
        operator = await member_of_staff(Role.OPERATOR)
        sent = await with_documents(await filled(reason="data_change", now=now), now)
        sent = await applications.submit(sent, holder(sent), now)
        fits = {slot.kind: Verdict() for slot in await documents.slots(sent)}
        cut = {**fits, DocumentKind.FAMILY_CARD: Verdict((RejectReason.CUT,))}
        returned = await decisions.decide(sent, Outcome.RETURN, cut, sent.version, operator, now)
        kind, name = DocumentKind.FAMILY_CARD, "agus-kk.jpg"
        await receiving.receive(returned, kind, light(name), name, holder(returned), now)
        await corrections.resubmit(returned, holder(returned), now)
        return Room(data, [sent.number], [await sessions.begin_for_staff(operator.staff_id or 0, now)])
    finally:
        await close_service()


@dataclass(frozen=True)
class Office:
    """The running service, and what lies in its queue."""

    server: Server
    room: Room

    async def sit_down(self, page: Page, officer: int = 0) -> None:
        """As this officer, at the queue."""
        cookie = {"name": "sesi", "value": self.room.officers[officer], "url": self.server.url}
        await page.context.add_cookies([cookie])  # type: ignore[list-item]
        await page.goto(f"{self.server.url}/verifikasi")

    async def take_first(self, page: Page, officer: int = 0) -> str:
        """Open the file whose turn it is, by keyboard; its number, once its first scan is there."""
        await self.sit_down(page, officer)
        await expect(page.get_by_role("button", name="Buka berkas berikutnya")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/verifikasi/KRN-*")
        await page.wait_for_function(SCAN_THERE)
        return on_desk(page)


@asynccontextmanager
async def open_office(room: Room, data: Path) -> AsyncIterator[Office]:
    """The service on a copy of the room in `data`."""
    shutil.copytree(room.data, data)
    port = free_port()
    wanted = environment(data, port)
    async with running_server(
        data, port=port, clock=wanted["LOKET_CLOCK"], LOKET_BASE_URL=wanted["LOKET_BASE_URL"]
    ) as server:
        yield Office(server, room)


def on_desk(page: Page) -> str:
    """The number in the address."""
    return page.url.rpartition("/")[2]


SCAN_THERE = """() => {
  const scan = document.querySelector('#kanvas figure:not([hidden]) .layar');
  return scan && scan.complete && scan.naturalWidth > 0;
}"""


async def next_ready(page: Page) -> None:
    """The next file is fetched, and its first scan."""
    await expect(page.locator("#meja[data-siap]")).to_have_count(1, timeout=60_000)


async def press(page: Page, *keys: str) -> None:
    """One key after the other."""
    for key in keys:
        await page.keyboard.press(key)


async def focused(page: Page) -> str:
    """Id, else name of the element, that has the keyboard."""
    found: str = await page.evaluate("document.activeElement.id || document.activeElement.tagName")
    return found

"""Officers at the counter and people before it, for journeys on the day: states made directly, steps walked."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from app import close_service, open_service
from components import appointments, clock, sessions, stock
from components.settings import from_environment
from models.rules.workflow import Role, State
from tests.journeys.desks import Office, Room
from tests.load.served import environment
from tests.support.cases import an_application, holder
from tests.support.service import member_of_staff

FIRST_BLANK, LAST_BLANK = "3515-26-000101", "3515-26-000120"


async def furnish_counter(data: Path, states: tuple[State, ...]) -> Room:
    """A fresh installation with one case in each state (accepted ones booked), twenty blanks, one counter officer."""
    await open_service(from_environment(environment(data, 1)))
    try:
        now = clock.now()
        moments = dict.fromkeys(("accepted_at", "arrived_at", "captured_at", "printed_at"), now)
        numbers = []
        for state in states:
            reached: dict[str, Any] = moments if state is State.PRINTED else {"accepted_at": now}
            application = await an_application(state, now, **reached)
            if state is State.ACCEPTED:
                await appointments.give_earliest(application, holder(application), now)
            numbers.append(application.number)
        officer = await member_of_staff(Role.COUNTER)
        await stock.receive(FIRST_BLANK, LAST_BLANK, "SJ 7", officer, now)
        token = await sessions.begin_for_staff(officer.staff_id or 0, now)
        return Room(data, numbers, [token])
    finally:
        await close_service()


@dataclass(frozen=True)
class Counter:
    """The officer's browser at /loket."""

    page: Page
    office: Office

    async def sit_down(self) -> None:
        """At the counter, signed in."""
        home = self.office.server.url
        cookie = {"name": "sesi", "value": self.office.room.officers[0], "url": home}
        await self.page.context.add_cookies([cookie])  # type: ignore[list-item]
        await self.page.goto(f"{home}/loket")

    async def scan(self, code: str) -> None:
        """As the scanner types it: the key of the search box, the code, Enter."""
        await self.page.keyboard.press("/")
        await self.page.keyboard.type(code)
        await self.page.keyboard.press("Enter")
        await expect(self.page.locator("#nm")).to_be_visible()

    async def press(self, *keys: str) -> None:
        """One key after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def stands_at(self, state: str) -> None:
        """The person's state, once the answer is there and the keyboard stands where the next step begins."""
        await expect(self.page.locator("#kini > .baris .chip")).to_have_text(state)
        await expect(self.page.locator("#kini [aria-busy]")).to_have_count(0)

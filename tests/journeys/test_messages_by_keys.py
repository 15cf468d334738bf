"""Messages sent by hand, one after the other, by keys alone: opened, asked about, the next one [G4]."""

from datetime import timedelta
from pathlib import Path

from playwright.async_api import Page, expect

from app import close_service, open_service
from components import clock, notifications, sessions
from components.settings import from_environment
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.journeys.desks import Room, open_office
from tests.load.served import environment
from tests.support.outbox import reachable
from tests.support.service import member_of_staff


async def furnish(data: Path) -> Room:
    """Three cards are ready, whose owners have WhatsApp and no e-mail; one operator."""
    await open_service(from_environment(environment(data, 1)))
    try:
        rows = [await reachable(State.READY, email="", ready_at=clock.now()) for _ in range(3)]
        for row in rows:
            await notifications.tell(Kind.READY, row, clock.now() - timedelta(minutes=5))
        operator = await member_of_staff(Role.OPERATOR)
        token = await sessions.begin_for_staff(operator.staff_id or 0, clock.now())
        return Room(data, [row.number for row in rows], [token])
    finally:
        await close_service()


async def test_three_messages_by_keys(tmp_path: Path, desk_with_tabs: Page) -> None:
    """W opens the draft; who comes back is asked; Y, B and X answer and the next one is there."""
    desk, room = desk_with_tabs, await furnish(tmp_path / "room")
    await desk.context.route("https://wa.me/**", lambda route: route.fulfill(body="WhatsApp"))
    async with open_office(room, tmp_path / "data") as office:
        await office.sit_down(desk)
        await desk.goto(f"{office.server.url}/pesan")
        card = desk.locator("#giliran")

        async def draft_is_opened(number: str) -> None:
            await expect(card.get_by_role("heading")).to_have_text("Kirim lewat WA")
            await expect(card).to_contain_text(number)
            await desk.wait_for_load_state()
            async with desk.context.expect_page() as opened:
                await desk.keyboard.press("w")
            draft = await opened.value
            await draft.wait_for_url("https://wa.me/**")
            await draft.close()
            await desk.bring_to_front()
            await desk.evaluate("dispatchEvent(new Event('focus'))")
            await expect(card.get_by_role("heading")).to_have_text("Terkirim?")
            await expect(card.get_by_role("button", name="Ya")).to_be_focused()

        first, second, third = room.numbers
        for number, key in ((first, "b"), (second, "y"), (first, "x"), (third, "y")):
            await draft_is_opened(number)
            await desk.keyboard.press(key)
        await expect(card).to_have_count(0)
        await expect(desk.locator("#telepon")).to_contain_text(first)
        await expect(desk.locator("#selesai")).to_contain_text("WA terkirim Senin 09.")
        await expect(desk.locator("#selesai")).to_contain_text("Nomor WA tidak menerima")
        # The last page may still be fetching a picture; the service goes away after it, not before.
        await desk.goto("about:blank")

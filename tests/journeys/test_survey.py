"""From the card in the hand to the poster on the wall: invited, answered while the line breaks, published [E2]."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Page, Route, expect

from app import close_service, open_service
from components import clock, sessions
from components.founding import office_card
from components.settings import from_environment
from models.rules.satisfaction import QUESTIONS, Element
from models.rules.workflow import Role, State
from models.survey import SurveyAnswer
from tests.components.papers import paper as look
from tests.journeys.browser import PostOffice, Watch, free_port, running_server, smtp_server
from tests.journeys.counters import Counter, furnish_counter
from tests.journeys.desks import Office, Room
from tests.load.served import environment
from tests.support.service import member_of_staff

BEFORE, LATER, AFTER = "2026-11-23T09:00:00+07:00", "2026-11-23T14:00:00+07:00", "2027-01-04T09:00:00+07:00"
"""The hand-over, the same afternoon, and the first working day after the semester."""
PLAN = "Kotak saran dibuka tiap Jumat"


async def test_from_hand_over_to_poster(desk: Page, phone: Page, watch: Watch, tmp_path: Path) -> None:
    """One respondent's way through three moments, on the same installation."""
    watch.allow("ERR_INTERNET_DISCONNECTED|Failed to fetch")
    room = await furnish_counter(tmp_path / "room", (State.PRINTED,))
    supervisor = await others_have_answered(room)
    port = free_port()
    async with smtp_server() as post:
        async with running_server(room.data, clock=BEFORE, smtp_url=post.url, port=port) as server:
            await hands_over(Counter(desk, Office(server, room)), room.numbers[0])
        async with running_server(room.data, clock=LATER, smtp_url=post.url, port=port):
            await answers_on_the_phone(phone, server.url, await invitation(post))
        async with running_server(room.data, clock=AFTER, smtp_url=post.url, port=port):
            await publishes(desk, server.url, supervisor)
            await anybody_reads(phone, server.url)


async def others_have_answered(room: Room) -> str:
    """Six earlier respondents of the semester; the session that the supervisor will have after it."""
    await open_service(from_environment(environment(room.data, 1)))
    try:
        values: dict[str, Any] = {**dict.fromkeys(map(str, Element), 4), "u8": 2, "sex": "female"}
        day = clock.now().date()
        await SurveyAnswer.insert(
            *[
                SurveyAnswer(office=office_card().id, way="online", answered_on=day, **values)
                for _ in range(6)
            ]
        )
        boss = await member_of_staff(Role.SUPERVISOR)
        return await sessions.begin_for_staff(boss.staff_id or 0, datetime.fromisoformat(AFTER))
    finally:
        await close_service()


async def hands_over(counter: Counter, number: str) -> None:
    await counter.sit_down()
    await counter.page.goto(f"{counter.office.server.url}/loket/{number}")
    await counter.page.get_by_label("Penerima memeriksa nama, NIK, foto").check()
    await counter.page.get_by_label("KTP-el lama ditarik").check()
    await counter.page.get_by_role("button", name="Sudah diserahkan").click()
    await counter.stands_at("Selesai")


async def invitation(post: PostOffice) -> str:
    """The address in the invitation, which leaves two hours after the hand-over."""
    part = (await post.next("bagaimana layanan kami")).get_body(("plain",))
    assert part is not None
    found = re.search(r"/survei/undangan/\S+", part.get_content())
    assert found
    return found[0]


async def answers_on_the_phone(phone: Page, home: str, link: str) -> None:
    """A tap for each question; the line breaks at the third and nothing is lost; one question is skipped."""
    await phone.goto(home + link)
    await phone.get_by_role("button", name="Mulai survei").click()
    await phone.get_by_role("link", name="Mulai").click()
    for place, element in enumerate(QUESTIONS, 1):
        await expect(phone.get_by_text(f"Pertanyaan {place} dari 9")).to_be_visible()
        if element is Element.TIME:
            await broken_line(phone)
        elif element is Element.FACILITIES:
            await phone.get_by_role("link", name="Lewati pertanyaan ini").click()
        else:
            await phone.locator("button[value='4']").click()
    await expect(phone.get_by_role("heading", name="Tentang Anda")).to_be_visible()
    await expect(phone.locator("main")).to_contain_text("1 pertanyaan Anda lewati")
    await phone.get_by_label("Jenis kelamin").select_option("Laki-laki")
    await phone.get_by_label("Saran").fill("Kursi tunggu kurang")
    await phone.get_by_role("button", name="Kirim jawaban").click()
    await expect(phone.get_by_role("heading", name="Terima kasih")).to_be_visible()
    # A second time, by the same link: thanks again.
    await phone.goto(home + link)
    await expect(phone.get_by_role("heading", name="Terima kasih")).to_be_visible()


async def broken_line(phone: Page) -> None:
    """The answer does not get through; the page says so and stays, and the same tap is sent once more."""

    async def cut(route: Route) -> None:
        await route.abort("internetdisconnected")

    await phone.route("**/u3", cut)
    await phone.get_by_role("button", name="Sangat cepat").click()
    await expect(phone.get_by_role("alert")).to_contain_text("Internet terputus")
    await phone.unroute("**/u3")
    await phone.get_by_role("button", name="Coba lagi").click()


async def publishes(desk: Page, home: str, token: str) -> None:
    """Not without a plan for the lowest element; then the figures stand."""
    cookie = {"name": "sesi", "value": token, "url": home}
    await desk.context.add_cookies([cookie])  # type: ignore[list-item]
    await desk.goto(home + "/verifikasi")
    await desk.get_by_role("link", name="SKM").click()
    await desk.get_by_label("Semester", exact=True).select_option("Semester II Tahun 2026")
    await desk.get_by_role("button", name="Tampilkan semester").click()
    await expect(desk.locator("main")).to_contain_text("7 responden")
    await desk.get_by_role("button", name="Terbitkan Semester II Tahun 2026").click()
    await expect(desk.locator("#ringkasan")).to_contain_text("rencana tindak lanjut untuk U8")
    await desk.get_by_label("Apa yang dilakukan").fill(PLAN)
    await desk.get_by_label("Penanggung jawab").fill("Kasi Pelayanan")
    await desk.get_by_label("Selesai paling lambat").fill("2027-03-31")
    await desk.get_by_role("button", name="Simpan rencana").click()
    await desk.get_by_role("button", name="Terbitkan Semester II Tahun 2026").click()
    await expect(desk.locator("main")).to_contain_text("Sudah diterbitkan")


async def anybody_reads(phone: Page, home: str) -> None:
    """The public page with figures, lowest element and plan; no group of fewer than five; poster as PDF."""
    await phone.context.clear_cookies()
    await phone.goto(home + "/survei/hasil")
    page = phone.locator("main")
    # Six with 4 but 2 for U8, one with 4 throughout and nothing for U9: (8 x 4 + 16/7) / 9 x 25 = 95.2380...
    for words in ("95,24", "Mutu A", "7 responden", "(terendah)", PLAN, "31 Maret 2027"):
        await expect(page).to_contain_text(words)
    await phone.get_by_text("Siapa yang menjawab").click()
    sexes = phone.locator("section", has=phone.get_by_role("heading", name="Jenis kelamin"))
    await expect(sexes.locator("dd")).to_have_text(["–", "–", "–"])
    await phone.get_by_role("link", name="Poster untuk dicetak").click()
    await expect(phone.locator(".poster .nilai")).to_have_text("95,24")
    for size in ("A4", "A3"):
        answer = await phone.request.get(f"{home}/survei/poster.pdf?semester=2026-2&kertas={size}")
        assert "95,24" in look.text_of(await answer.body())

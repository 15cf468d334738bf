"""The survey's pages: one question each, nothing lost, nobody in another's place, GET changes nothing [E2]."""

from typing import Any

import httpx
import pytest

from components import access, clock
from components.founding import office_card
from components.kit import Kit
from components.survey_words import ANSWER_WORDS, ELEMENT_WORDS, QUESTION_WORDS
from models.application import Application
from models.rules.catalogue import Sex
from models.rules.satisfaction import QUESTIONS, AgeGroup, parse_semester
from models.rules.workflow import Role, State
from models.survey import SurveyAnswer, SurveySheet
from routes.survey import ABOUT_CHOICES
from tests.components.papers.paper import holds_all, page_count, pieces, size_of, text_of
from tests.faults.people import browser, let_in, signed_in
from tests.routes.test_weight import FURTHER_PAGE, wire
from tests.support.cases import an_application
from tests.support.databases import Kind


@pytest.fixture
def kind() -> Kind:
    """Pages are the same on each database."""
    return "sqlite"


async def finished() -> Application:
    now = clock.now()
    return await an_application(State.HANDED_OVER, now, finished_at=now)


async def said(one: httpx.AsyncClient, path: str, **typed: Any) -> str:
    """Send a form; where it leads."""
    answer = await one.post(path, data=typed or {"_kunci": ""})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_nine_questions_one_after_the_other(service: Kit) -> None:
    """By the invitation's link; each answer leads to the next, one is skipped, and back shows what was said."""
    application = await finished()
    link = f"/survei/undangan/{access.keys_of(application).link}"
    async with browser(**{"Accept-Encoding": "br"}) as phone:
        assert "Mulai survei" in (await phone.get(link)).text
        home = await said(phone, link)
        for place, element in enumerate(QUESTIONS, 1):
            page = await phone.get(f"{home}/{element}")
            assert f"Pertanyaan {place} dari 9" in page.text
            assert wire(page) <= FURTHER_PAGE
            if element != "u4":
                assert await said(phone, f"{home}/{element}", jawaban="3") != f"{home}/{element}"
        assert "jawaban Anda sekarang" in (await phone.get(f"{home}/u3")).text
        about = await phone.get(f"{home}/tentang-anda")
        assert "1 pertanyaan Anda lewati" in about.text
        assert wire(about) <= FURTHER_PAGE
        assert await said(phone, f"{home}/tentang-anda", sex="male") == home
        assert "Terima kasih" in (await phone.get(home)).text
        # A second time, by whatever page: thanks again, and nothing more.
        assert await said(phone, f"{home}/u3", jawaban="1") == home
        assert await said(phone, f"{home}/tentang-anda", sex="female") == home
        assert "Isi survei" not in (await phone.get(f"/permohonan/{application.number}")).text
    (answer,) = await SurveyAnswer.objects()
    assert (answer.u3, answer.sex) == (3, "male")


async def test_reading_changes_nothing(service: Kit) -> None:
    """Previews and crawlers fetch links: no page of the survey writes anything."""
    application = await finished()
    async with browser(await let_in(application)) as phone:
        for page in ("", *(f"/{one}" for one in QUESTIONS), "/tentang-anda"):
            assert (await phone.get(f"/survei/{application.number}{page}")).status_code == 200
        assert "Isi survei" in (await phone.get(f"/permohonan/{application.number}")).text
    assert await SurveySheet.count() == 0


async def test_what_is_missing_is_said(service: Kit) -> None:
    application = await finished()
    home = f"/survei/{application.number}"
    async with browser(await let_in(application)) as phone:
        answer = await phone.post(f"{home}/u1", data={"jawaban": "5"})
        assert answer.status_code == 422
        assert "Pilih satu jawaban, atau lewati" in answer.text
        answer = await phone.post(f"{home}/tentang-anda", data={"remark": "Cepat sekali"})
        assert answer.status_code == 422
        assert "Cepat sekali" in answer.text


async def test_officers_read_that_it_is_not_theirs(service: Kit) -> None:
    """Neither page nor form of somebody's survey opens for staff; before the hand-over for nobody."""
    application, running = await finished(), await an_application(State.READY, clock.now())
    _, token = await signed_in(Role.COUNTER)
    async with browser(token) as desk:
        assert "Survei ini untuk pemohon" in (await desk.get(f"/survei/{application.number}")).text
        assert (
            await said(desk, f"/survei/{application.number}/u1", jawaban="4")
            == f"/survei/{application.number}"
        )
    async with browser(await let_in(running)) as phone:
        answer = await phone.get(f"/survei/{running.number}")
        assert answer.headers["location"] == f"/permohonan/{running.number}"
    assert await SurveySheet.count() == 0


async def test_in_by_number_and_pin(service: Kit) -> None:
    application = await finished()
    pin = access.keys_of(application).pin
    async with browser() as phone:
        assert wire(await phone.get("/survei", headers={"Accept-Encoding": "br"})) <= FURTHER_PAGE
        assert (
            await phone.post("/survei", data={"nomor": application.number, "pin": "000000"})
        ).status_code == 422
        home = await said(phone, "/survei", nomor=application.number, pin=pin)
        assert "Mulai" in (await phone.get(home)).text


async def test_a_paper_is_typed_in(service: Kit) -> None:
    """By keyboard on one page, in the order of the paper; what is wrong stays in its field."""
    application = await finished()
    _, token = await signed_in(Role.OPERATOR)
    typed = {"number": application.number, "day": "2020-01-01", "u9": "3", "u8": "2"}
    async with browser(token) as desk:
        page = (await desk.get("/survei/kertas")).text
        assert page.index("8. Sarana") < page.index("9. Penanganan")
        answer = await desk.post("/survei/kertas", data=typed)
        assert answer.status_code == 422
        assert f'value="{application.number}"' in answer.text
        assert await said(desk, "/survei/kertas", **{**typed, "day": f"{clock.now():%Y-%m-%d}"}) == (
            "/survei/kertas?dicatat=ya"
        )
        assert "Survei kertas dicatat" in (await desk.get("/survei/kertas?dicatat=ya")).text
    (row,) = await SurveyAnswer.objects()
    assert (row.u8, row.u9, row.way) == (2, 3, "paper")


async def test_the_blank_paper_is_one_page_of_the_same_questions(service: Kit) -> None:
    """[E2] Whoever types it in later finds every question and answer where the page has it."""
    async with browser((await signed_in(Role.COUNTER))[1]) as desk:
        assert 'href="/survei/kertas/kosong.pdf"' in (await desk.get("/survei/kertas")).text
        content = (await desk.get("/survei/kertas/kosong.pdf")).content
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as desk:
        assert (await desk.get("/survei/kertas/kosong.pdf")).status_code == 403
    assert (page_count(content), size_of(content)) == (1, (210, 297))
    text = text_of(content)
    heads = [f"{place}. {ELEMENT_WORDS[one]}" for place, one in enumerate(QUESTIONS, 1)]
    places = [text.index(head) for head in heads]
    assert places == sorted(places)
    answers = [f"{n} {words}" for one in QUESTIONS for n, words in enumerate(ANSWER_WORDS[one], 1)]
    about = [words for _, options in ABOUT_CHOICES.values() for _, words in options]
    assert not holds_all(text, [*map(QUESTION_WORDS.__getitem__, QUESTIONS), *answers, *about, "Saran"])
    assert max(one.bottom for one in pieces(content)) < 270


async def test_results_before_and_after_publication(service: Kit) -> None:
    """An empty semester is a page, too; published, anybody reads it within the budget, and takes the poster along."""
    _, token = await signed_in(Role.SUPERVISOR)
    async with browser() as phone:
        assert "Belum ada hasil" in (await phone.get("/survei/hasil")).text
        assert (await phone.get("/survei/poster.pdf")).headers["location"] == "/survei/hasil"
    async with browser(token) as desk:
        assert "Kurang dari lima jawaban" in (await desk.get("/pengawasan/skm")).text
        answer = await desk.post("/pengawasan/skm/unduhan", data={"semester": "2026-1"})
        assert answer.status_code == 422
        assert (await desk.get("/pengawasan/skm?dari=2026-03-01&sampai=2026-01-01")).status_code == 422
        await answers_of("2026-1", 40)
        overview = await desk.get("/pengawasan/skm?semester=2026-1")
        assert "40</b> responden" in overview.text
        plan = {
            "semester": "2026-1",
            "element": "u1",
            "text": "Daftar syarat dipasang",
            "owner": "Kasi",
            "due_on": "x",
        }
        answer = await desk.post("/pengawasan/skm/rencana", data=plan)
        assert answer.status_code == 422
        assert "Daftar syarat dipasang" in answer.text
        plan["due_on"] = "2026-12-31"
        shown = "/pengawasan/skm?semester=2026-1"
        assert await said(desk, "/pengawasan/skm/rencana", **plan) == shown
        assert await said(desk, "/pengawasan/skm/pengguna", semester="2026-1", users="300") == shown
        assert await said(desk, "/pengawasan/skm/penerbitan", semester="2026-1") == shown
        export = await desk.post("/pengawasan/skm/unduhan", data={"semester": "2026-1"})
        assert export.headers["content-type"].startswith("text/csv")
        assert export.content.count(b"\r\n") == 41
    async with browser(**{"Accept-Encoding": "br"}) as phone:
        page = await phone.get("/survei/hasil")
        assert "dari target" in page.text
        assert wire(page) <= FURTHER_PAGE
        assert wire(await phone.get("/survei/poster")) <= FURTHER_PAGE
        pdf = await phone.get("/survei/poster.pdf?kertas=a3")
        assert pdf.headers["content-type"] == "application/pdf"


async def answers_of(semester: str, count: int) -> None:
    """So many respondents, of every group."""
    known = parse_semester(semester)
    assert known is not None
    sexes, ages = [*Sex], [*AgeGroup]
    values: dict[str, Any] = {str(element): 2 if element == "u1" else 4 for element in QUESTIONS}
    rows = [
        SurveyAnswer(
            office=office_card().id,
            way="online",
            answered_on=known.first,
            sex=str(sexes[place % 2]),
            age_group=str(ages[place % len(ages)]),
            **values,
        )
        for place in range(count)
    ]
    await SurveyAnswer.insert(*rows)

"""Form, slip and calendar file over the wire: to whom, what is on them, and what never is [R2, P8, F1]."""

import io

import httpx
import pypdfium2
import pytest

from components import applications, appointments, clock, printing, sessions
from components.actors import SYSTEM, applicant
from components.kit import Kit
from models.application import Application
from models.history import Event
from models.rules.workflow import Role, State
from tests.support.cases import NAME, NIK, an_application
from tests.support.service import MONDAY, member_of_staff

PAPERS = ("f-1.02", "f-1.02.pdf", "slip", "slip.pdf", "jadwal.ics")


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
async def scheduled(client: httpx.AsyncClient) -> Application:
    """An application with an appointment, open in this browser."""
    application = await appointments.give_earliest(await an_application(), SYSTEM, MONDAY)
    token = await sessions.let_in(application.id, MONDAY)
    client.cookies.set("sesi", token, domain="loket.test")
    return application


def words_of(pdf: bytes) -> str:
    """The text of all pages."""
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return " ".join(text.split())


async def test_the_form_comes_filled_in_on_screen_and_as_a_pdf(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """Name, NIK and KK number as typed, the box for changed data marked, on A4 and on F4 [R2, F1]."""
    page = await client.get(f"/permohonan/{scheduled.number}/f-1.02")
    assert page.status_code == 200
    assert NAME in page.text
    assert NIK in page.text
    for paper, height in (("A4", 842), ("F4", 935)):
        answer = await client.get(f"/permohonan/{scheduled.number}/f-1.02.pdf", params={"kertas": paper})
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["cache-control"] == "no-store"
        assert round(pypdfium2.PdfDocument(answer.content)[0].get_height()) == height
        assert NAME in words_of(answer.content)
        assert "Gratis, Rp0" in words_of(answer.content)


async def test_the_slip_of_an_appointment_shows_when_and_where_but_no_pin(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """Number, queue number, day, place, what to bring, Rp0; the name masked, no NIK, no PIN [P8, F1]."""
    pin = applications.pin_of(scheduled)
    page = (await client.get(f"/permohonan/{scheduled.number}/slip")).text
    pdf = (await client.get(f"/permohonan/{scheduled.number}/slip.pdf", params={"kertas": "80mm"})).content
    for text in (page, words_of(pdf)):
        for wanted in (
            scheduled.number,
            "B-1",
            "Senin, 23 November 2026",
            "11.00 WIB",
            "GRATIS",
            "Kartu Keluarga",
        ):
            assert wanted in text
        for secret in (NIK, NAME, pin):
            assert secret not in text


async def test_the_slip_of_an_application_hands_out_the_pin_to_its_holder_alone(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """Before there is an appointment the slip is what lets in again; an officer's copy has no PIN [P5]."""
    application = await an_application(State.SUBMITTED)
    pin = applications.pin_of(application)
    path = f"/permohonan/{application.number}/slip"
    client.cookies.set("sesi", await sessions.let_in(application.id, MONDAY), domain="loket.test")
    assert pin in (await client.get(path)).text
    operator = await member_of_staff(Role.OPERATOR)
    assert operator.staff_id is not None
    client.cookies.set("sesi", await sessions.begin_for_staff(operator.staff_id, MONDAY), domain="loket.test")
    page = await client.get(path)
    assert page.status_code == 200
    assert pin not in page.text


async def test_the_calendar_file_moves_with_the_appointment(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """The same entry with a higher sequence; no name, no NIK and no link that signs in [P8]."""
    path = f"/permohonan/{scheduled.number}"
    first = await client.get(f"{path}/jadwal.ics")
    assert first.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20261123T040000Z" in first.text
    assert "SEQUENCE:0" in first.text
    slot = (await appointments.free_days(scheduled, MONDAY))[1].slots[0]
    await appointments.move(scheduled, slot.id, SYSTEM, MONDAY)
    second = (await client.get(f"{path}/jadwal.ics")).text
    assert "DTSTART:20261124T010000Z" in second
    assert "SEQUENCE:1" in second
    uids = {
        next(line for line in text.splitlines() if line.startswith("UID")) for text in (first.text, second)
    }
    assert len(uids) == 1
    for secret in (NIK, NAME, "/t/"):
        assert secret not in second


async def test_papers_are_given_to_who_was_let_in(client: httpx.AsyncClient, scheduled: Application) -> None:
    """Everybody else is asked for the PIN, the same for numbers that do not exist [P8, R2]."""
    client.cookies.clear()
    for paper in PAPERS:
        answers = [
            await client.get(f"/permohonan/{number}/{paper}") for number in (scheduled.number, "KRN-ZZZZZZ")
        ]
        assert {answer.status_code for answer in answers} == {403}
        assert all(NAME not in answer.text and "PIN" in answer.text for answer in answers)


async def test_what_is_not_there_is_not_found(client: httpx.AsyncClient, service: Kit) -> None:
    """No calendar file without an appointment, no slip of what is over."""
    application = await an_application(State.WITHDRAWN, finished_at=MONDAY)
    client.cookies.set("sesi", await sessions.let_in(application.id, MONDAY), domain="loket.test")
    for paper in ("slip", "slip.pdf", "jadwal.ics"):
        assert (await client.get(f"/permohonan/{application.number}/{paper}")).status_code == 404


async def test_a_look_by_staff_at_the_full_number_is_recorded(
    client: httpx.AsyncClient, scheduled: Application
) -> None:
    """Reading a full NIK is itself an event, written before it is shown [M4]."""
    before = await Event.count().where(Event.act == "show_identity")
    await client.get(f"/permohonan/{scheduled.number}/f-1.02.pdf")
    assert await Event.count().where(Event.act == "show_identity") == before
    operator = await member_of_staff(Role.OPERATOR)
    assert operator.staff_id is not None
    client.cookies.set("sesi", await sessions.begin_for_staff(operator.staff_id, MONDAY), domain="loket.test")
    await client.get(f"/permohonan/{scheduled.number}/f-1.02.pdf")
    assert await Event.count().where(Event.act == "show_identity") == before + 1


async def test_the_link_that_lets_in_is_for_its_holder_alone(service: Kit) -> None:
    """An officer's print leads to the address that asks for the PIN, never to the applicant's own link."""
    application = await an_application(State.SUBMITTED)
    operator = await member_of_staff(Role.OPERATOR)
    secret = applications.link_of(application)
    assert applications.address_for(application, applicant(application.id)) == secret
    assert applications.address_for(application, operator).endswith(f"/permohonan/{application.number}")
    assert (await printing.slip_of(application, operator)).tracking_url != secret

"""Many at once for the same thing, on both databases: one gets it, the others are told, nothing is done twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import httpx
import pytest

from components import clock, sessions
from components.kit import Kit
from models.application import Application, Document
from models.appointment import Appointment
from models.history import Event
from models.notification import Message
from models.rules.workflow import Act, Role, State
from tests.faults.citizen import SMALL_PHOTOS, Citizen, photo, somebody
from tests.faults.people import browser, signed_in
from tests.faults.visitor import PageForm, Visitor, form_in
from tests.load.rivals import compete
from tests.support.cases import fresh
from tests.support.databases import KINDS, Kind
from tests.support.desk import a_file


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    """Here the database does make a difference."""
    chosen: Kind = request.param
    return chosen


@pytest.fixture
async def visitor(service: Kit) -> AsyncIterator[Visitor]:
    async with browser() as client:
        yield Visitor(client)


async def test_fifty_rivals_three_times(service: Kit) -> None:
    """Fifty applicants for the last place: one has it, forty-nine are refused in words, three times over [P8]."""
    tally = await compete(rounds=3)
    assert tally.exact, tally


async def ready_to_submit(visitor: Visitor, n: int = 1) -> tuple[Citizen, PageForm]:
    """A citizen before the last button, and the form behind it."""
    citizen = Citizen(visitor, somebody(n))
    for step in (citizen.begin, citizen.tell_contact, citizen.tell_identity):
        assert (await step()).status_code == 303
    for kind, name in SMALL_PHOTOS.items():
        assert (await citizen.send_photo(kind, name, photo(name))).status_code == 303
    page = await visitor.open(f"{citizen.path}/periksa")
    return citizen, form_in(page.text, f"{citizen.path}/pengajuan")


async def test_twenty_identical_submissions_at_once_are_one(visitor: Visitor) -> None:
    """The same form twenty times at once, and five times afterwards: one submission, equal answers [P5, G4]."""
    citizen, form = await ready_to_submit(visitor)
    answers = await asyncio.gather(*(visitor.send(form, {}) for _ in range(20)))
    answers += [await visitor.send(form, {}) for _ in range(5)]
    assert {(one.status_code, one.headers["location"]) for one in answers} == {
        (303, f"{citizen.path}/tanda-terima")
    }
    (application,) = await Application.objects()
    assert application.state == State.SUBMITTED
    acts = Counter(event.act for event in await Event.objects())
    assert acts[Act.SUBMIT] == 1
    sent = Counter(message.kind for message in await Message.objects())
    assert sent == {"received": 2}, "once by e-mail, once by WhatsApp"


async def test_twenty_identical_beginnings_are_one_application(visitor: Visitor) -> None:
    """Who taps twenty times because nothing happens has one draft, and every answer opens it."""
    page = await visitor.open("/pengajuan/ktp/perubahan-biometrik")
    form = form_in(page.text, "/pengajuan/ktp/perubahan-biometrik")
    answers = await asyncio.gather(*(visitor.send(form, {"perubahan": "signature"}) for _ in range(20)))
    assert {one.status_code for one in answers} == {303}
    assert len({one.headers["location"] for one in answers}) == 1
    assert await Application.count() == 1
    assert (await visitor.client.get(answers[0].headers["location"])).status_code == 200


async def test_the_same_key_with_other_content_is_told_so(visitor: Visitor) -> None:
    """A form that comes back changed under the key it had is neither done nor silently dropped."""
    citizen = Citizen(visitor, somebody(7))
    await citizen.begin()
    await citizen.tell_contact()
    form = form_in((await visitor.open(f"{citizen.path}/identitas")).text, f"{citizen.path}/identitas")
    typed = {
        "nik": citizen.who.nik, "no_kk": citizen.who.kk, "nama": "KENARI SATU", "tempat_lahir": "SIDOARJO",
        "tgl_lahir": citizen.who.born, "jenis_kelamin": "female", "alamat": "DSN. MELATI", "rt_rw": "1/2",
    }  # fmt: skip
    assert (await visitor.send(form, typed)).status_code == 303
    answer = await visitor.send(form, {**typed, "nama": "KENARI DUA"})
    assert 400 <= answer.status_code < 500
    assert "sudah dikirim dengan isi lain" in answer.text
    assert "KENARI DUA" in answer.text, "what was typed is kept"
    (application,) = await Application.objects()
    assert application.name == "KENARI SATU"


async def test_the_same_photo_ten_times_at_once_is_one_page(visitor: Visitor) -> None:
    """A phone that sends again because no answer came does not fill the document with copies."""
    citizen = Citizen(visitor, somebody(2))
    for step in (citizen.begin, citizen.tell_contact, citizen.tell_identity):
        await step()
    form = form_in((await visitor.open(f"{citizen.path}/berkas")).text, f"{citizen.path}/berkas/old_card")
    files = {"old_card": ("x.jpg", photo("jpeg_plain.jpg"))}
    answers = await asyncio.gather(*(visitor.send(form, {}, files) for _ in range(10)))
    assert {one.status_code for one in answers} == {303}
    uploads = [event for event in await Event.objects() if event.act == "upload"]
    assert len(uploads) == 1


async def test_two_operators_at_once_decide_once(service: Kit) -> None:
    """Both have the page open and press at the same moment: one decides, the other reads who was quicker [G1].

    The history has one decision, the applicant one appointment, and nobody is told two things.
    """
    for attempt in range(4):
        application = await a_file(clock.now())
        (one, first_token), (two, second_token) = [await signed_in(Role.OPERATOR) for _ in range(2)]
        async with browser(first_token) as first, browser(second_token) as second:
            answers = await _press_at_once(application.number, first, second)
        statuses = [answer.status_code for answer in answers]
        assert sorted(statuses) == [303, 422], f"attempt {attempt}: {statuses}"
        winner, loser = (one, answers[1]) if statuses[0] == 303 else (two, answers[0])
        assert f"oleh {winner.name} pukul" in loser.text
        stands = await fresh(application)
        assert stands.state == (State.SCHEDULED if winner is one else State.REFUSED)
        acts = Counter(
            event.act for event in await Event.objects().where(Event.application == application.id)
        )
        assert acts[Act.ACCEPT] + acts[Act.REFUSE] == acts["judge"] + (winner is two) == 1
        booked = await Appointment.count().where(
            (Appointment.application == application.id) & (Appointment.state == "booked")
        )
        assert booked == (stands.state == State.SCHEDULED)


async def _press_at_once(
    number: str, first: httpx.AsyncClient, second: httpx.AsyncClient
) -> tuple[httpx.Response, httpx.Response]:
    """Each opened the file while nobody held it; then the first accepts and the second refuses."""
    path, forms = f"/verifikasi/{number}", []
    for client in (first, second):
        forms.append(form_in((await client.get(path)).text, f"{path}/putusan"))
        assert (await client.post(f"{path}/pelepasan", data={"_kunci": ""})).status_code == 303
    reason = "Permohonan untuk kecamatan lain, datang ke Taman."
    return await asyncio.gather(
        Visitor(first).send(forms[0], {"putusan": "terima"}),
        Visitor(second).send(forms[1], {"putusan": "tolak", "alasan_tertulis": reason}),
    )


async def test_who_holds_the_file_decides(service: Kit) -> None:
    """Its page was open before a colleague took it: the colleague's name comes back, and no verdict is written."""
    application = await a_file(clock.now())
    (_, first_token), (two, second_token) = [await signed_in(Role.OPERATOR) for _ in range(2)]
    path = f"/verifikasi/{application.number}"
    async with browser(first_token) as first, browser(second_token) as second:
        form = form_in((await first.get(path)).text, f"{path}/putusan")
        await first.post(f"{path}/pelepasan", data={"_kunci": ""})
        await second.get(path)
        answer = await Visitor(first).send(form, {"putusan": "terima"})
    assert answer.status_code == 422
    assert f"sedang dibuka {two.name}" in answer.text
    assert not await Document.exists().where(Document.verdict != "waiting")


async def test_a_session_ended_while_a_form_is_under_way_does_nothing(service: Kit) -> None:
    _, token = await signed_in(Role.COUNTER)
    async with browser(token) as counter:
        await sessions.end(token)
        answer = await counter.post("/blangko/penerimaan", data={"serial": "1", "last": "2"})
    assert answer.status_code == 403

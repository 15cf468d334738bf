"""The operator's desk over HTTP, as a browser without JavaScript uses it [P2, P6, P7, G1, G2, M4]."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html import unescape
from itertools import count
from typing import Any

import httpx
import pytest

from components import clock, comparison, grace, history, mail, sessions
from components.actors import Actor
from components.comparison import Found
from components.kit import Kit
from models.account import Staff
from models.application import Application, Document, Page
from models.appointment import Appointment
from models.desk import Decision, Question
from models.history import Event
from models.notification import Message
from models.office import Office as OfficeRow
from models.rules.fields import Field, Match
from models.rules.messages import Kind, MessageState
from models.rules.workflow import Role, State
from tests.faults.people import browser
from tests.faults.visitor import PageForm, form_in, forms_in
from tests.support.cases import NAME, NIK, fresh
from tests.support.databases import on_sqlite
from tests.support.desk import KINDS, a_file
from tests.support.service import MONDAY, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

A_SECOND, A_MINUTE = timedelta(seconds=1), timedelta(minutes=1)
GROUPED_NIK = " ".join(NIK[at : at + 4] for at in range(0, 16, 4))
REFUSAL = "Bukan warga kecamatan kami, silakan ke kecamatan domisili."


@dataclass
class Time:
    """The clock of the service; tests let it go on."""

    now: datetime = MONDAY

    def goes_on(self, by: timedelta) -> None:
        self.now += by


@pytest.fixture(autouse=True)
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    time = Time()
    monkeypatch.setattr(clock, "now", lambda: time.now)
    return time


@dataclass
class Officer:
    """Somebody at a desk: looks at a page, fills in one of its forms, sends it. answer: the last one."""

    actor: Actor
    browser: httpx.AsyncClient
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))

    @property
    def page(self) -> str:
        return self.answer.text

    @property
    def words(self) -> str:
        """What the page says, without its marks."""
        return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page)))

    @property
    def went(self) -> tuple[int, str]:
        return self.answer.status_code, self.answer.headers.get("location", "")

    async def look(self, path: str) -> int:
        self.answer = await self.browser.get(path)
        return self.answer.status_code

    def form(self, action: str) -> PageForm:
        """The form sent there; a note and a question take along what is ticked, by a button of that form."""
        if f'formaction="{action}"' in self.page:
            return replace(form_in(self.page, f"{action.rpartition('/')[0]}/putusan"), action=action)
        return form_in(self.page, action)

    async def send(self, form: PageForm, typed: Mapping[str, Any]) -> tuple[int, str]:
        """Send a form of the page; lists are ticked boxes."""
        self.answer = await self.browser.post(form.action, data={**form.values, **typed})
        return self.went

    async def fill_in(self, path: str, action: str, **typed: Any) -> tuple[int, str]:
        """Open the page, fill in its form, send it."""
        await self.look(path)
        return await self.send(self.form(action), typed)

    async def decide(self, application: Application, putusan: str, **typed: Any) -> tuple[int, str]:
        path = desk(application)
        return await self.fill_in(path, f"{path}/putusan", putusan=putusan, **typed)


def desk(application: Application) -> str:
    return f"/verifikasi/{application.number}"


class Office:
    """Officers of the first office, each with an own browser."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack = stack
        self._numbers = count(1)

    async def officer(self, *roles: Role) -> Officer:
        actor = await member_of_staff(*(roles or (Role.OPERATOR,)))
        name = f"Petugas Nomor {next(self._numbers)}"
        await Staff.update({Staff.name: name}).where(Staff.id == actor.staff_id)
        token = await sessions.begin_for_staff(actor.staff_id or 0, clock.now())
        client = await self._stack.enter_async_context(browser(token))
        return Officer(replace(actor, name=name), client)


@pytest.fixture
async def office(service: Kit) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        yield Office(stack)


@pytest.fixture
async def officer(office: Office) -> Officer:
    return await office.officer()


async def acts(application: Application) -> list[str]:
    return [event.act for event in await history.lines(application.id)]


# --- the queue, and opening a file ---


async def test_opening_holds_the_file_for_the_officer(officer: Officer, time: Time) -> None:
    """G1: open is claim, for five minutes; every sign of life prolongs it."""
    application = await a_file()
    await officer.look("/verifikasi")
    assert await officer.send(officer.form("/verifikasi/berikutnya"), {}) == (303, desk(application))
    assert (await fresh(application)).claimed_by is None
    assert await officer.look(desk(application)) == 200
    assert 'data-mine="ya"' in officer.page
    held = await fresh(application)
    assert (held.claimed_by, held.claimed_until) == (officer.actor.staff_id, MONDAY + 5 * A_MINUTE)
    time.goes_on(4 * A_MINUTE)
    alive = await officer.browser.post(f"{desk(application)}/pegangan", data={"_kunci": ""})
    assert alive.status_code == 303
    assert (await fresh(application)).claimed_until == MONDAY + 9 * A_MINUTE
    assert await officer.send(officer.form(f"{desk(application)}/pelepasan"), {}) == (303, "/verifikasi")
    assert (await fresh(application)).claimed_by is None


async def test_the_word_of_leaving_is_the_last_of_a_page(officer: Officer) -> None:
    """A sign of life that comes after it holds nothing, whatever way it went; the page opened anew holds [G1]."""
    application = await a_file()
    await officer.look(desk(application))
    page = {"_kunci": officer.form(f"{desk(application)}/putusan").values["_kunci"]}
    assert (await officer.browser.post(f"{desk(application)}/pelepasan", data=page)).status_code == 303
    assert (await officer.browser.post(f"{desk(application)}/pelepasan", data=page)).status_code == 303
    late = await officer.browser.post(f"{desk(application)}/pegangan", data=page)
    assert late.status_code == 409
    assert (await fresh(application)).claimed_by is None
    assert await officer.look(desk(application)) == 200
    page = {"_kunci": officer.form(f"{desk(application)}/putusan").values["_kunci"]}
    assert (await officer.browser.post(f"{desk(application)}/pegangan", data=page)).status_code == 303
    assert (await fresh(application)).claimed_by == officer.actor.staff_id


async def test_who_has_it_open_is_told_by_name(officer: Officer, office: Office, time: Time) -> None:
    """G1, M5: a colleague sees who holds the file and cannot decide it; five idle minutes free it."""
    application, colleague = await a_file(), await office.officer()
    await officer.look(desk(application))
    await colleague.look("/verifikasi")
    assert f"dibuka {officer.actor.name}" in colleague.words
    assert 'data-mine=""' not in colleague.page
    assert await colleague.look(desk(application)) == 200
    assert f"Berkas ini sedang dibuka {officer.actor.name}. Pilih berkas lain." in colleague.words
    assert 'data-mine=""' in colleague.page
    assert ("putusan", "terima") not in colleague.form(f"{desk(application)}/putusan").buttons
    time.goes_on(5 * A_MINUTE)
    await colleague.look(desk(application))
    assert 'data-mine="ya"' in colleague.page


async def test_out_of_turn_asks_for_a_reason_that_the_supervisor_reads(
    officer: Officer, office: Office
) -> None:
    """G2: 409 and a question, nothing held; with a reason it opens, and the reason stands where it is looked for."""
    await a_file()
    second = await a_file()
    assert await officer.look(desk(second)) == 409
    assert "Ada 1 berkas dengan janji lebih dulu." in officer.words
    assert (await fresh(second)).claimed_by is None
    claim = officer.form(f"{desk(second)}/pegangan")
    assert (await officer.send(claim, {"alasan_urutan": "ya"}))[0] == 422
    assert 'value="ya"' in officer.page or ">ya</textarea>" in officer.page.replace("\n", "")
    reason = "Pemohon akan dioperasi besok pagi."
    again = officer.form(f"{desk(second)}/pegangan")
    assert await officer.send(again, {"alasan_urutan": reason}) == (303, desk(second))
    assert await officer.look(desk(second)) == 200
    supervisor = await office.officer(Role.SUPERVISOR)
    await supervisor.look("/pertanyaan")
    told = f"{officer.actor.name} mendahulukan {second.number} : {reason}"
    assert told in supervisor.words.partition("Perhatian")[2]


async def test_a_supervisor_looks_and_holds_nothing(office: Office) -> None:
    """Section 11: a supervisor may read a file; there is nothing to decide it with."""
    application, supervisor = await a_file(), await office.officer(Role.SUPERVISOR)
    assert await supervisor.look(desk(application)) == 200
    assert (await fresh(application)).claimed_by is None
    assert ("putusan", "terima") not in supervisor.form(f"{desk(application)}/putusan").buttons
    assert "/verifikasi/berikutnya" not in supervisor.page
    answer = await supervisor.browser.post(f"{desk(application)}/putusan", data={"putusan": "terima"})
    assert answer.status_code == 403


async def test_a_new_order_is_taken_in_on_wish(officer: Officer) -> None:
    """G2: what arrives while working stands below until the officer sorts anew."""
    first = await a_file()
    await officer.look(desk(first))
    urgent = await a_file(promise_at=MONDAY + A_MINUTE)
    await officer.look("/verifikasi")
    assert officer.page.index(first.number) < officer.page.index(urgent.number)
    assert await officer.fill_in("/verifikasi", "/verifikasi/urutan") == (303, "/verifikasi")
    await officer.look("/verifikasi")
    assert officer.page.index(urgent.number) < officer.page.index(first.number)


async def test_the_next_two_files_are_peeked_at_without_being_held(officer: Officer, office: Office) -> None:
    """The screen has the next file ready; it is nobody's until it is opened. No other file can be peeked at."""
    files = [await a_file() for _ in range(4)]
    await officer.look(desk(files[0]))
    statuses = [await officer.look(f"{desk(one)}/intip") for one in files]
    assert statuses == [200, 200, 404, 404]
    assert await officer.look(f"{desk(files[1])}/intip") == 200
    assert 'data-mine="ya"' in officer.page, "as it will look once it is opened"
    assert f'data-next="{files[2].number}"' in officer.page, "not the one that is on the desk now"
    assert (await fresh(files[1])).claimed_by is None
    assert "show_identity" in await acts(files[1])
    colleague = await office.officer()
    await colleague.look(desk(files[1]))
    statuses = [await officer.look(f"{desk(one)}/intip") for one in files]
    assert statuses == [200, 404, 200, 404]
    supervisor = await office.officer(Role.SUPERVISOR)
    assert await supervisor.look(f"{desk(files[0])}/intip") == 403


# --- deciding ---


async def test_file_after_file_until_the_queue_is_calmly_empty(officer: Officer) -> None:
    """P6: accept, return, refuse and skip each lead to the next file, the last one to the queue."""
    files = [await a_file() for _ in range(4)]
    assert await officer.decide(files[0], "terima") == (303, desk(files[1]))
    returned = await officer.decide(
        files[1], "kembalikan", alasan_family_card=["cut", "blurred"], pesan="- KK: foto lagi."
    )
    assert returned == (303, desk(files[2]))
    path = desk(files[2])
    await officer.look(path)
    refusing = form_in(officer.page.replace('id="tolak-form"', ""), f"{path}/putusan")
    assert await officer.send(refusing, {"putusan": "tolak", "alasan_tertulis": REFUSAL}) == (
        303, desk(files[3]),
    )  # fmt: skip
    assert await officer.decide(files[3], "lewati") == (303, "/verifikasi")
    assert await officer.look("/verifikasi") == 200
    assert "Tidak ada berkas untuk Anda sekarang" in officer.words
    states = [(await fresh(one)).state for one in files]
    assert states == [State.SCHEDULED, State.RETURNED, State.REFUSED, State.SUBMITTED]
    assert (await fresh(files[3])).claimed_by is None
    (card,) = await Document.objects().where(
        (Document.application == files[1].id) & (Document.kind == "family_card")
    )
    assert (card.verdict, card.reasons) == ("rejected", '["cut", "blurred"]')
    fitting = (Document.application == files[1].id) & (Document.verdict == "accepted")
    assert await Document.count().where(fitting) == len(KINDS) - 1
    for one in files:
        assert await history.broken_at(one.id) is None


async def test_the_refusal_has_its_own_form_and_its_reason(officer: Officer) -> None:
    """P7: without a sentence nothing happens and what was typed stays; with it the applicant gets it."""
    application = await a_file()
    await officer.look(desk(application))
    forms = [form for form in forms_in(officer.page) if form.action == f"{desk(application)}/putusan"]
    refusing = next(form for form in forms if ("putusan", "tolak") in form.buttons)
    assert (await officer.send(refusing, {"putusan": "tolak", "alasan_tertulis": "Tidak."}))[0] == 422
    assert "Tidak.</textarea>" in officer.page
    assert (await fresh(application)).state == State.SUBMITTED
    assert await officer.send(refusing, {"putusan": "tolak", "alasan_tertulis": REFUSAL, "_kunci": "k2"}) == (
        303, "/verifikasi",
    )  # fmt: skip
    assert (await fresh(application)).decided_reason == REFUSAL
    assert not await Document.exists().where(Document.verdict != "waiting")


async def test_the_message_is_read_before_it_goes(officer: Officer) -> None:
    """P7: the first press shows what is composed, with everything that was ticked; the second sends it as it stands."""
    application = await a_file()
    ticked = {
        "alasan_family_card": ["cut"],
        "catatan_family_card": "Sisi bawah hilang.",
        "banding_nik": "match",
    }
    assert (await officer.decide(application, "kembalikan", **ticked))[0] == 200
    assert (await fresh(application)).state == State.SUBMITTED
    assert await Decision.count() == 0
    shown = officer.form(f"{desk(application)}/putusan")
    assert "- Kartu Keluarga (KK): Ada bagian yang terpotong." in shown.values["pesan"]
    assert "Sisi bawah hilang." in shown.values["pesan"]
    assert shown.values["alasan_family_card"] == "cut"
    assert shown.values["banding_nik"] == "match"
    assert "Baca pesannya dulu" in officer.words
    own = "- KK: bagian bawah terpotong. Foto seluruh lembar, ya.\r\n\r\nTerima kasih."
    assert (await officer.send(shown, {"putusan": "kembalikan", "pesan": own}))[0] == 303
    told = await fresh(application)
    assert told.decided_reason == "- KK: bagian bawah terpotong. Foto seluruh lembar, ya.\nTerima kasih."
    assert await comparison.of(told) == Found({Field.NIK: Match.MATCH})


@pytest.mark.parametrize("act", ["catatan", "pertanyaan", "putusan"])
async def test_what_was_ticked_stays_with_a_file_put_aside(
    officer: Officer, office: Office, act: str
) -> None:
    """P6, G1: for whoever goes on with it; a decision leaves nothing of it. The values are in no history."""
    application = await a_file()
    path = desk(application)
    ticked = {
        "alasan_family_card": ["cut", "blurred"], "catatan_family_card": "Sisi bawah hilang.", "banding_nik": "match",
        "catatan_rekan": "Saya lanjut nanti.", "pertanyaan": "Boleh begini?", "putusan": "lewati",
    }  # fmt: skip
    assert (await officer.fill_in(path, f"{path}/{act}", **ticked))[0] == 303
    await officer.browser.post(f"{path}/pelepasan", data={"_kunci": ""})
    colleague = await office.officer()
    await colleague.look(path)
    kept = colleague.page
    assert re.findall(r'name="alasan_family_card" value="(\w+)"[^>]* checked', kept) == ["blurred", "cut"]
    assert colleague.form(f"{path}/putusan").values["catatan_family_card"] == "Sisi bawah hilang."
    assert (await comparison.of(await fresh(application))).marks == {Field.NIK: Match.MATCH}
    none = {"alasan_family_card": [], "catatan_family_card": ""}
    assert (await colleague.decide(application, "terima", **none))[0] == 303
    assert (await comparison.of(await fresh(application))).verdicts == {}


async def test_nothing_to_return_is_said_and_nothing_typed_is_lost(officer: Officer) -> None:
    """Refused decisions come back as they were typed, with what is wrong; no verdict stays."""
    application = await a_file(officer_check=True)
    assert (await officer.decide(application, "kembalikan", banding_nama="differs"))[0] == 422
    assert "Pilih dulu berkas yang tidak cocok" in officer.words
    assert officer.form(f"{desk(application)}/putusan").values["banding_nama"] == "differs"
    typed = {
        "alasan_old_card": ["other"], "catatan_form_f102": "Tanda tangan berbeda.", "banding_nik": "match",
        "pesan": "Tulisan saya sendiri.", "alasan_tertulis": "Sudah saya periksa.",
    }  # fmt: skip
    assert (await officer.decide(application, "terima", **typed))[0] == 422
    assert "Alasan lainnya perlu ditulis." in officer.words
    kept = officer.form(f"{desk(application)}/putusan").values
    for name, value in {**typed, "alasan_old_card": "other"}.items():
        assert kept[name].strip() == value, name
    assert not await Document.exists().where(Document.verdict != "waiting")
    assert await comparison.of(application) == Found()


async def test_what_needs_a_judgement_is_accepted_with_its_reason(officer: Officer) -> None:
    """R4: the place to write it is there, and its absence is said there."""
    application = await a_file(officer_check=True)
    assert (await officer.decide(application, "terima"))[0] == 422
    assert "Alasan tertulis diperlukan." in officer.words
    reason = "Bekas luka terlihat pada foto lama dan baru."
    assert (await officer.decide(application, "terima", alasan_tertulis=reason))[0] == 303


@pytest.mark.parametrize(
    "typed",
    [
        {"putusan": "hapus"},
        {},
        {"putusan": "terima", "alasan_old_card": "ugly"},
        {"putusan": "terima", "banding_nik": "maybe"},
    ],
    ids=["no such outcome", "no outcome", "no such reason", "no such mark"],
)
async def test_what_no_button_sends_does_nothing(officer: Officer, typed: dict[str, str]) -> None:
    application = await a_file()
    await officer.look(desk(application))
    form = officer.form(f"{desk(application)}/putusan")
    assert (await officer.send(form, typed))[0] == 404
    assert (await fresh(application)).version == application.version
    assert not await Document.exists().where(Document.verdict != "waiting")


async def test_a_page_of_yesterday_decides_nothing(officer: Officer) -> None:
    """G1: the version stands in the form; without one, or with another, the file is shown as it is now."""
    application = await a_file()
    for version in ("", "x", f"{application.version + 1}"):
        assert (await officer.decide(application, "terima", versi=version))[0] == 422
        assert "Muat ulang" in officer.words
    assert (await fresh(application)).state == State.SUBMITTED


async def test_the_second_officer_reads_who_decided_what(officer: Officer, office: Office) -> None:
    """G1, M5: the page was open, the colleague was quicker."""
    application, colleague = await a_file(), await office.officer()
    await officer.look(desk(application))
    form = officer.form(f"{desk(application)}/putusan")
    await officer.browser.post(f"{desk(application)}/pelepasan", data={"_kunci": ""})
    assert (await colleague.decide(application, "terima"))[0] == 303
    assert (await officer.send(form, {"putusan": "terima"}))[0] == 422
    assert f"Berkas ini sudah diterima oleh {colleague.actor.name} pukul 09.00" in officer.words
    assert await Decision.count() == 1


async def test_a_form_sent_twice_is_acted_on_once(officer: Officer) -> None:
    """G1: a double press, a retry, the back button: the same answer, one decision, one note, one question."""
    application, other = await a_file(), await a_file()
    path = desk(application)
    await officer.look(path)
    note, asking, deciding = [officer.form(f"{path}/{name}") for name in ("catatan", "pertanyaan", "putusan")]
    for form, typed, goal in (
        (note, {"catatan_rekan": "Sudah ditelepon."}, path),
        (asking, {"pertanyaan": "Nama beda satu huruf?"}, desk(other)),
        (deciding, {"putusan": "terima"}, desk(other)),
    ):
        assert [await officer.send(form, typed) for _ in range(2)] == [(303, goal)] * 2
    happened = await acts(application)
    assert [happened.count(act) for act in ("colleague_note", "ask_supervisor", "judge", "accept")] == [1] * 4
    assert (await officer.send(deciding, {"putusan": "lewati"}))[0] == 422
    assert "sudah dikirim dengan isi lain" in officer.words


# --- taking back, and mending ---


async def test_within_the_minute_a_decision_is_taken_back(officer: Officer, time: Time) -> None:
    """P6: the bar stands on the next page, its button leads back to the file, held and undecided; nobody is told."""
    application, other = await a_file(), await a_file()
    await officer.decide(application, "terima")
    await officer.look(desk(other))
    told = rf"Berkas {application.number} diterima ?\. Pesan dikirim ke pemohon pukul 09\.01"
    assert re.search(told, officer.words)
    time.goes_on(59 * A_SECOND)
    back = officer.form(f"{desk(application)}/pembatalan")
    assert [await officer.send(back, {}) for _ in range(2)] == [(303, desk(application))] * 2
    stands = await fresh(application)
    assert (stands.state, stands.claimed_by) == (State.SUBMITTED, officer.actor.staff_id)
    assert not await Appointment.exists().where(Appointment.state == "booked")
    time.goes_on(A_MINUTE)
    assert await mail.deliver_due(time.now) == 0
    assert await officer.look(desk(application)) == 200
    assert f"{desk(application)}/pembatalan" not in officer.page


async def test_after_the_minute_it_is_mended_with_a_reason(
    officer: Officer, office: Office, time: Time
) -> None:
    """P6, G1: too late to take back; with a written reason any operator looks again, and the applicant is told."""
    application, colleague = await a_file(), await office.officer()
    await officer.decide(application, "terima")
    await officer.look("/verifikasi")
    back = officer.form(f"{desk(application)}/pembatalan")
    time.goes_on(grace.GRACE)
    await mail.deliver_due(time.now)
    assert (await officer.send(back, {}))[0] == 422
    assert "Pesannya sudah dikirim ke pemohon." in officer.words
    path = desk(application)
    assert (await colleague.fill_in(path, f"{path}/perbaikan-keputusan", alasan_ulang="salah"))[0] == 422
    assert "salah</textarea>" in colleague.page
    reason = "Foto KK ternyata milik orang lain."
    mended = await colleague.fill_in(path, f"{path}/perbaikan-keputusan", alasan_ulang=reason)
    assert mended == (303, path)
    stands = await fresh(application)
    assert (stands.state, stands.claimed_by) == (State.SUBMITTED, colleague.actor.staff_id)
    told = await Message.objects().where(Message.kind == str(Kind.LOOKED_AT_AGAIN))
    assert {message.state for message in told} == {str(MessageState.WAITING)}
    assert reason in [event.reason for event in await history.lines(application.id)]


async def test_a_colleague_takes_nothing_back(officer: Officer, office: Office) -> None:
    application, colleague = await a_file(), await office.officer()
    await officer.decide(application, "terima")
    await officer.look("/verifikasi")
    back = officer.form(f"{desk(application)}/pembatalan")
    assert (await colleague.send(back, {}))[0] == 422
    assert "Keputusan ini dibuat petugas lain." in colleague.words
    assert (await fresh(application)).state == State.SCHEDULED
    await colleague.look("/verifikasi")
    assert f"{desk(application)}/pembatalan" not in colleague.page


# --- notes, questions, the supervisor ---


async def test_a_note_is_read_by_the_colleague_who_opens_the_file(officer: Officer, office: Office) -> None:
    """G1: with the name of who wrote it; an empty one is refused beside its field."""
    application, supervisor = await a_file(), await office.officer(Role.SUPERVISOR)
    path = desk(application)
    assert (await officer.fill_in(path, f"{path}/catatan", catatan_rekan=" "))[0] == 422
    assert "Tulis dulu, lalu simpan." in officer.words
    long = "x" * 301
    assert (await officer.fill_in(path, f"{path}/catatan", catatan_rekan=long))[0] == 422
    assert long in officer.page, "what was typed is kept"
    words = "Sudah ditelepon, akan kirim ulang <besok>."
    assert await officer.fill_in(path, f"{path}/catatan", catatan_rekan=words) == (303, path)
    assert (await supervisor.fill_in(path, f"{path}/catatan", catatan_rekan="Lanjutkan."))[0] == 303
    await officer.look(path)
    assert f"Catatan {officer.actor.name} {words}" in officer.words
    assert f"Catatan {supervisor.actor.name} Lanjutkan." in officer.words


async def test_a_question_waits_for_the_supervisor(officer: Officer, office: Office) -> None:
    """M4: the officer goes on; the file leaves the lists until the supervisor, and nobody else, answered."""
    application, other = await a_file(), await a_file()
    supervisor, path = await office.officer(Role.SUPERVISOR), desk(application)
    assert (await officer.fill_in(path, f"{path}/pertanyaan", pertanyaan=""))[0] == 422
    words = "Nama di KK beda satu huruf, boleh?"
    assert await officer.fill_in(path, f"{path}/pertanyaan", pertanyaan=words) == (303, desk(other))
    assert (await fresh(application)).claimed_by is None
    assert await officer.look("/pertanyaan") == 403
    row = await Question.objects().first()
    assert row is not None
    there = f"/pertanyaan/{row.id}/jawaban"
    assert (await officer.browser.post(there, data={"jawaban": "Boleh."})).status_code == 403
    assert (await supervisor.fill_in("/pertanyaan", there, jawaban=" "))[0] == 422
    assert "Tulis dulu, lalu simpan." in supervisor.words
    answering = supervisor.form(there)
    assert [await supervisor.send(answering, {"jawaban": "Boleh."}) for _ in range(2)] == [
        (303, "/pertanyaan")
    ] * 2
    assert (await supervisor.send(answering, {"jawaban": "Tidak.", "_kunci": "lain"}))[0] == 409
    assert await supervisor.look("/pertanyaan") == 200
    assert "Tidak ada pertanyaan yang menunggu." in supervisor.words
    await officer.look(path)
    assert f"Ditanyakan ke atasan: {words} {supervisor.actor.name} menjawab: Boleh." in officer.words


# --- how a page lies ---


async def test_how_a_page_lies_is_kept_beside_the_picture(officer: Officer) -> None:
    """Turned and straightened for reading; not a byte of the scan, and no other page, is touched."""
    application = await a_file()
    await officer.look(desk(application))
    own = Page.document.application == application.id
    first, second, _ = await Page.objects().where(own).order_by(Page.id)
    there = f"{desk(application)}/lembar/{first.id}/letak"
    corners = "0.1 0.2 0.9 0.2 0.9 0.8 0.1 0.8"
    laid = {"putar": "450", "sudut": corners, "_kunci": ""}
    assert (await officer.browser.post(there, data=laid)).status_code == 303
    await officer.look(desk(application))
    shown = re.search(rf'data-page="{first.id}" data-turn="(\d+)" data-corners="([^"]*)"', officer.page)
    assert shown is not None
    assert shown.groups() == ("90", "0.1000 0.2000 0.9000 0.2000 0.9000 0.8000 0.1000 0.8000")
    after = await Page.objects().where(own).order_by(Page.id)
    for before, now in zip((first, second), after, strict=False):
        assert (now.blob, now.blob_key, now.sha256) == (before.blob, before.blob_key, before.sha256)
    assert (after[1].turn, after[1].corners) == (0, "")


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"putar": "45"}, 422),
        ({"putar": "x"}, 404),
        ({"sudut": "0.1 0.2 0.9"}, 422),
        ({"sudut": "0.1 0.2 0.9 0.2"}, 422),
        ({"sudut": "0 0 2 0 1 1 0 1"}, 422),
        ({"sudut": "nan 0 1 0 1 1 0 1"}, 422),
        ({"sudut": "a b"}, 404),
    ],
)
async def test_no_page_lies_impossibly(officer: Officer, typed: dict[str, str], status: int) -> None:
    application = await a_file()
    page = await Page.objects().where(Page.document.application == application.id).first()
    assert page is not None
    there = f"{desk(application)}/lembar/{page.id}/letak"
    assert (await officer.browser.post(there, data={**typed, "_kunci": ""})).status_code == status
    assert await Page.count().where((Page.turn == 0) & (Page.corners == "")) == len(KINDS)


async def test_a_page_of_another_file_is_not_laid(officer: Officer) -> None:
    application, other = await a_file(), await a_file()
    page = await Page.objects().where(Page.document.application == other.id).first()
    assert page is not None
    there = f"{desk(application)}/lembar/{page.id}/letak"
    assert (await officer.browser.post(there, data={"putar": "90", "_kunci": ""})).status_code == 404


# --- keys ---


async def test_keys_are_changed_and_conflicts_said(officer: Officer) -> None:
    """WCAG 2.1.4: remapped by the person; two acts on one key and digits are refused, with all that was typed."""
    application = await a_file()
    await officer.look("/pintasan")
    form = officer.form("/pintasan")
    assert form.values["cocok"] == "Spasi"
    assert (await officer.send(form, {"terima": "k"}))[0] == 422
    assert "Tombol k sudah dipakai untuk yang lain." in officer.words
    assert officer.form("/pintasan").values["terima"] == "k"
    assert (await officer.send(form, {"terima": "3", "_kunci": "a"}))[0] == 422
    changed = {"terima": "y", "cocok": "a", "beda": "spasi", "tolak": "", "_kunci": "b"}
    assert await officer.send(form, changed) == (303, "/verifikasi")
    await officer.look(desk(application))
    keys = dict(re.findall(r'data-act="([\w-]+)" aria-keyshortcuts="([^"]+)"', officer.page))
    assert (keys["terima"], keys["cocok"], keys["beda"]) == ("y", "a", "Space")
    assert "tolak" not in keys


async def test_keys_are_switched_off_and_on_again(officer: Officer) -> None:
    """WCAG 2.1.4: F2 alone is still listened to; the way back leads to the file, and nowhere else."""
    application = await a_file()
    path = desk(application)
    assert await officer.fill_in(path, "/pintasan/saklar") == (303, path)
    await officer.look(path)
    assert re.findall(r'aria-keyshortcuts="([^"]+)"', officer.page.partition("<main")[2]) == ["F2"]
    assert "Pintasan mati." in officer.words
    switch = officer.form("/pintasan/saklar")
    assert await officer.send(switch, {}) == (303, path)
    await officer.look(path)
    assert "Pintasan mati." not in officer.words
    for astray in (
        "//jahat.test",
        "https://jahat.test",
        "/keluar",
        "/verifikasi/KRN-A\r\nSet-Cookie: sesi=x",
        "",
    ):
        assert await officer.send(switch, {"kembali": astray}) == (303, "/verifikasi")


# --- the day sheet, and what must not be told ---


async def test_the_day_sheet_shows_and_records_the_nik(
    officer: Officer, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """P9, G1: in full on paper, for who works at the closed network, recorded for each case; in no address or log."""
    application = await a_file()
    await officer.decide(application, "terima")
    appointment = await Appointment.objects(Appointment.slot).first()
    assert appointment is not None
    counter, supervisor = await office.officer(Role.COUNTER), await office.officer(Role.SUPERVISOR)
    assert await supervisor.look("/lembar-harian") == 403
    assert appointment.slot.starts_at.date() == MONDAY.date(), "today's appointment"
    before = (await acts(application)).count("show_identity")
    with caplog.at_level("DEBUG"):
        assert await counter.look("/lembar-harian") == 200
    assert GROUPED_NIK in counter.words
    assert NAME in counter.words
    assert (await acts(application)).count("show_identity") == before + 1
    last = (await history.lines(application.id))[-1]
    assert (last.actor, last.details) == (counter.actor.label, '{"on": "day_sheet"}')
    assert NIK not in caplog.text
    assert GROUPED_NIK not in caplog.text
    addresses = re.findall(r'(?:href|src|action)="([^"]*)"', counter.page)
    assert [one for one in addresses if NIK in one or NAME in unescape(one)] == []
    assert counter.answer.headers["cache-control"] == "no-store"


async def test_the_full_nik_on_the_desk_is_recorded_first(officer: Officer) -> None:
    """G1: each time the file is shown; the page is kept by no cache, its addresses tell nothing."""
    application = await a_file()
    await officer.look(desk(application))
    assert GROUPED_NIK in officer.words
    assert (await acts(application)).count("show_identity") == 1
    assert officer.answer.headers["cache-control"] == "no-store"
    addresses = re.findall(r'(?:href|src|action|data-[\w-]+)="([^"]*)"', officer.page)
    assert [one for one in addresses if NIK in one.replace(" ", "")] == []


async def test_another_office_finds_nothing_anywhere(officer: Officer, office: Office) -> None:
    """G1: 404 on every address of a file and of its question, as for a number that nobody has."""
    application = await a_file()
    await officer.fill_in(desk(application), f"{desk(application)}/pertanyaan", pertanyaan="Boleh begini?")
    question = await Question.objects().first()
    page = await Page.objects().first()
    assert question is not None
    assert page is not None
    there = await _elsewhere(await office.officer(Role.OPERATOR, Role.SUPERVISOR))
    before = await Event.count()
    paths = ["", "/intip"]
    posts = [
        "/pegangan", "/pelepasan", "/putusan", "/pembatalan", "/perbaikan-keputusan", "/catatan", "/pertanyaan",
        f"/lembar/{page.id}/letak",
    ]  # fmt: skip
    typed = {
        "putusan": "terima", "alasan_urutan": "Karena mendesak.", "catatan_rekan": "Halo.", "pertanyaan": "Apa?",
        "alasan_ulang": "Karena keliru sekali.", "_kunci": "",
    }  # fmt: skip
    for base in (desk(application), "/verifikasi/KRN-ZZZZZZ", "/verifikasi/x"):
        assert [(await there.browser.get(base + path)).status_code for path in paths] == [404] * 2
        answers = [await there.browser.post(base + path, data=typed) for path in posts]
        assert [answer.status_code for answer in answers] == [404] * len(posts), base
    answer = await there.browser.post(f"/pertanyaan/{question.id}/jawaban", data={"jawaban": "Ya."})
    assert answer.status_code == 404
    assert await there.look("/pertanyaan") == 200
    assert application.number not in there.page
    await there.look("/verifikasi")
    assert application.number not in there.page
    assert await Event.count() == before


async def _elsewhere(officer: Officer) -> Officer:
    row = await OfficeRow.objects().first()
    assert row is not None
    other = OfficeRow(
        prefix="XYZ",
        name="Kecamatan Lain",
        short_name="Lain",
        regency="Lain",
        area_code="351599",
        address="-",
    )
    await other.save()
    await Staff.update({Staff.office: other.id}).where(Staff.id == officer.actor.staff_id)
    return officer

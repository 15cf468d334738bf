"""The other services at the counter, from the intake to the card in the hand [R1, R2, P1, P2, P4, P10, P13]."""

import httpx
import pytest

from components import clock, destruction, hand_over, intake_drafts, printing, walkin
from components.kit import Kit
from components.papers.receipt import Intake, ReturnSlip
from components.refusals import Missing, Refused
from models.application import Application
from models.card_stock import Capture
from models.rules.catalogue import CATALOGUE, Channel, Service, captures, has_old_card
from models.rules.workflow import Role, State
from tests.routes.test_messages import signed_in
from tests.routes.test_services import ANSWERS, OTHERS, switch
from tests.support.cases import an_application
from tests.support.citizen import Citizen, form_to
from tests.support.databases import on_sqlite
from tests.support.drafts import PERSON, village
from tests.support.service import MONDAY, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

ROOM = "/loket/baru"
KEY = "halaman-pertama"


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    """The process's clock says Monday 09.00 WIB."""
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
async def counter(client: httpx.AsyncClient, service: Kit) -> Citizen:
    """The officer's browser, signed in at the counter."""
    await signed_in(client, Role.COUNTER)
    return Citizen(client)


async def answers(service: Service, **other: str) -> dict[str, str]:
    papers = {f"berkas_{kind}": walkin.THERE for kind in CATALOGUE[service].documents[Channel.COUNTER]}
    own = {**ANSWERS[service], **papers}
    return {**PERSON, "desa": await village(), "layanan": str(service), **own, **other}


async def the_application(number: str) -> Application:
    row = await Application.objects().where(Application.number == number).first()
    assert row is not None
    return row


async def accepted(counter: Citizen, service: Service) -> str:
    """From the chooser to the accepted file: its number."""
    await counter.visit(f"{ROOM}?layanan={service}")
    asked = {name for name in form_to(counter.page, ROOM).values if name.startswith("berkas_")}
    assert asked == {f"berkas_{kind}" for kind in CATALOGUE[service].documents[Channel.COUNTER]}
    assert ("Dari KTP-el lama" in counter.page) == has_old_card(service)
    await counter.send(await answers(service), ROOM)
    assert counter.path.endswith("/berkas"), counter.page
    number = counter.number
    place = counter.page.split('name="waktu" value="')[1].split('"')[0]
    await counter.send({"waktu": place}, f"/loket/{number}/putusan")
    assert "Diterima, nomor antrean C-1" in counter.page
    return number


@pytest.mark.parametrize("service_", OTHERS)
async def test_each_service_is_served_within_the_visit(counter: Citizen, service_: Service) -> None:
    """R1, R2, P2, P3, P10, P13: its papers, questions and recordings; an old card only where there is one."""
    await switch(service_)
    number = await accepted(counter, service_)
    row = await the_application(number)
    assert (row.service, row.channel, row.state) == (service_, "counter", State.ARRIVED)
    paper = await printing.walk_in_paper(row, await member_of_staff(Role.COUNTER), MONDAY)
    assert isinstance(paper, Intake)
    assert paper.service
    base = f"/loket/{number}"
    await counter.visit(base)
    assert ("KTP-el lama, dan KK asli cocok" in counter.page) == has_old_card(service_)
    await counter.send({"matched": "ya", "approved": "ya"}, f"{base}/perekaman")
    recorded = await Capture.objects().where(Capture.application == row.id).first()
    assert recorded is not None
    wanted = captures(service_, None) | ({"signature"} if service_ is Service.DATA_CHANGE else set())
    assert {
        kind for kind in ("photo", "signature", "fingerprints", "iris") if getattr(recorded, kind)
    } == wanted
    await counter.send({"serial": "AB-000001"}, f"{base}/pencetakan")
    assert ('name="old_card_taken"' in counter.page) == (service_ is not Service.FIRST)
    old = {"old_card_taken": "ya"} if has_old_card(service_) else {}
    await counter.send({"receiver": "holder", "checked": "ya", **old}, f"{base}/penyerahan")
    row = await the_application(number)
    assert row.state == State.HANDED_OVER, counter.page
    given = await hand_over.handover_of(row)
    assert given is not None
    assert given.old_card_taken == has_old_card(service_)
    assert bool(given.old_card_reason) != has_old_card(service_)


@pytest.mark.parametrize(("service_", "taken"), [(Service.LOST, True), (Service.FIRST, False)])
async def test_a_lost_card_that_turned_up_is_taken_in(
    counter: Citizen, service_: Service, taken: bool
) -> None:
    """P13, S1: it is on the receipt and waits to be destroyed; a first card has none before it, whatever is ticked."""
    officer = await member_of_staff(Role.COUNTER)
    row = await an_application(State.PRINTED, service=service_, change="", reason="", printed_at=MONDAY)
    page = (await counter.visit(f"/loket/{row.number}")).text
    assert ("KTP-el lama ditemukan dan ditarik" in page) == taken
    given = {"receiver": "holder", "checked": "ya", "old_card_taken": "ya"}
    await counter.send(given, f"/loket/{row.number}/penyerahan")
    assert (await the_application(row.number)).state == State.HANDED_OVER, counter.page
    receipt = await printing.receipt_of(row)
    assert (receipt.old_card_taken, receipt.old_card_reason) == (
        taken,
        "" if taken else "Ini KTP-el pertama.",
    )
    waiting = await destruction.pending(officer, MONDAY.date(), MONDAY.date())
    assert [item.number for item in waiting] == [row.number] * taken


async def test_the_counter_has_no_choice_while_nothing_else_is_on(counter: Citizen) -> None:
    """P4: the biometric form alone, and no address for another one; once it is on, both are there."""
    await counter.visit(ROOM)
    assert 'aria-label="Layanan"' not in counter.page
    assert (await counter.visit(f"{ROOM}?layanan=lost")).status_code == 404
    await switch(Service.LOST)
    await counter.visit(ROOM)
    assert f"{ROOM}?layanan=lost" in counter.page
    assert form_to(counter.page, ROOM).values["layanan"] == "biometric"


@pytest.mark.parametrize("service_", OTHERS)
async def test_what_is_off_cannot_be_sent_in(counter: Citizen, service_: Service) -> None:
    """P4: also where it went off while its form was typed; the typing comes back, and nothing is an application."""
    await switch(service_)
    await counter.visit(f"{ROOM}?layanan={service_}")
    await switch(service_, on=False)
    await counter.send(await answers(service_), ROOM)
    assert counter.answer.status_code == 422
    assert "sedang tidak aktif" in counter.page
    assert PERSON["alamat"] in counter.page
    assert await Application.count() == 0


@pytest.mark.parametrize("service_", [Service.DATA_CHANGE, Service.LOST, Service.FIRST])
async def test_the_questions_of_a_service_are_asked(counter: Citizen, service_: Service) -> None:
    """R1: left out, each comes back beside its field, together with the papers nothing was said of."""
    await switch(service_)
    await counter.visit(f"{ROOM}?layanan={service_}")
    await counter.send({**PERSON, "desa": await village()}, ROOM)
    assert counter.answer.status_code == 422
    for name in (*ANSWERS[service_], "berkas_family_card"):
        assert f'id="{name}-e"' in counter.page
    assert await Application.count() == 0


async def test_a_first_card_waits_for_the_birthday_at_the_counter(service: Kit) -> None:
    """R1: under 17 and never married, the officer reads from which day; married, it goes on."""
    await switch(Service.FIRST)
    officer = await member_of_staff(Role.COUNTER)
    young = await answers(Service.FIRST, nik="3515115208200001", tgl_lahir="12-08-2020")
    with pytest.raises(Refused) as no:
        await walkin.take_in(young, KEY, officer, MONDAY)
    assert "12 Agustus 2037" in no.value.fields["tgl_lahir"]
    file = await walkin.take_in({**young, "kawin": "ya"}, KEY, officer, MONDAY)
    assert file.ever_married


async def test_the_return_slip_names_the_service_and_its_papers(counter: Citizen) -> None:
    """P2: what a lost card takes, and that the police letter is missing; the file is taken up again as it is."""
    await switch(Service.LOST)
    await counter.visit(f"{ROOM}?layanan=lost")
    await counter.send(await answers(Service.LOST, berkas_police_letter="missing"), ROOM)
    number = counter.number
    assert ANSWERS[Service.LOST]["catatan"] in counter.page
    await counter.send({"putusan": "kembalikan"}, f"/loket/{number}/putusan")
    row = await the_application(number)
    paper = await printing.walk_in_paper(row, await member_of_staff(Role.COUNTER), MONDAY)
    assert isinstance(paper, ReturnSlip)
    assert [one.document for one in paper.missing] == ["Surat kehilangan dari polisi"]
    page = (await counter.visit(f"/loket/{number}/slip")).text
    assert "Ganti KTP\u2011el hilang" in page, "a printed KTP-el is never broken at its hyphen"
    await switch(Service.LOST, on=False)
    await counter.visit(f"/loket/{number}/berkas")
    place = counter.page.split('name="waktu" value="')[1].split('"')[0]
    await counter.send({"waktu": place, "berkas_police_letter": "ada"}, f"/loket/{number}/putusan")
    assert (await the_application(number)).state == State.ARRIVED


async def test_another_service_keeps_what_was_typed(service: Kit) -> None:
    """P1: of a form that is kept; one that became an application already is left alone."""
    await switch(Service.LOST)
    officer = await member_of_staff(Role.COUNTER)
    typed = await answers(Service.LOST)
    await intake_drafts.keep(KEY, typed, officer, MONDAY)
    key, values = await walkin.change_service("biometric", KEY, officer)
    assert (key, values["nama"], values["layanan"]) == (KEY, PERSON["nama"], "biometric")
    await walkin.take_in(typed, KEY, officer, MONDAY)
    assert await walkin.change_service("lost", KEY, officer) == ("", {"layanan": "lost"})
    with pytest.raises(Missing):
        await walkin.change_service("first", KEY, officer)

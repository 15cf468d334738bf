"""The other services of the catalogue: switched on by an administrator, applied for, carried through [R1, R2, P4]."""

from datetime import timedelta

import httpx
import pytest

from components import casework, printing, services
from components.kit import Kit
from components.refusals import Refused
from components.village import Check, checks, checks_again
from components.village import begin as begin_in_village
from models.application import Application, Document, Page
from models.rules.catalogue import CATALOGUE, Channel, DocumentKind, Service, has_old_card
from models.rules.workflow import Role, State
from tests.routes.test_messages import signed_in
from tests.support.cases import an_application
from tests.support.citizen import Citizen
from tests.support.databases import on_sqlite
from tests.support.drafts import CONTACT, PERSON, PHOTOS, holder, light, village
from tests.support.service import MONDAY, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

OTHERS = tuple(service for service in Service if service is not Service.BIOMETRIC)
ANSWERS = {
    Service.DAMAGED: {"ikut": "none"},
    Service.DATA_CHANGE: {"catatan": "Status kawin menjadi kawin", "ikut": "signature"},
    Service.LOST: {"catatan": "20 November 2026 di Pasar Krian"},
    Service.FIRST: {"kawin": "tidak"},
}
MARKS = {
    Service.DAMAGED: ({"II.C.2"}, {"damaged_card"}),
    Service.DATA_CHANGE: ({"IV.B"}, {"change_evidence"}),
    Service.LOST: ({"II.C.1"}, {"police_letter"}),
    Service.FIRST: ({"II.A"}, set()),
}


async def switch(service: Service, *, on: bool = True, note: str = "") -> None:
    typed = {"aktif": "ya" if on else "", "catatan": note}
    await services.put(service, typed, await member_of_staff(Role.ADMIN), MONDAY)


async def test_an_administrator_switches_a_service(service: Kit, client: httpx.AsyncClient) -> None:
    """P4: on the menu and at its address while it is on, and like any missing page while it is off."""
    path = "/pengajuan/ktp/kehilangan"
    missing = await client.get("/pengajuan/ktp/tidak-ada")
    assert (await client.get(path)).status_code == missing.status_code == 404
    await signed_in(client, Role.ADMIN)
    typed = {"aktif": "ya", "catatan": "Laporkan dulu ke polisi.", "_kunci": "a"}
    assert (await client.post("/pengaturan/layanan/lost", data=typed)).status_code == 303
    assert "Surat" in (await client.get("/pengaturan/layanan")).text
    assert "Kehilangan: aktif" in (await client.get("/pengaturan")).text
    client.cookies.clear()
    assert 'href="/pengajuan/ktp"' in (await client.get("/")).text
    assert "Laporkan dulu ke polisi." in (await client.get(path)).text
    await switch(Service.LOST, on=False)
    assert (await client.get(path)).status_code == 404


async def test_the_biometric_service_stays_on(service: Kit) -> None:
    """It is what the office's standard is about [M1]."""
    with pytest.raises(Refused, match="tidak bisa dimatikan"):
        await switch(Service.BIOMETRIC, on=False)


async def sent(client: httpx.AsyncClient, service: Service) -> tuple[Citizen, Application]:
    citizen = Citizen(client)
    await citizen.visit(f"/pengajuan/ktp/{CATALOGUE[service].slug}")
    await citizen.send({})
    if ANSWERS[service] != {"ikut": "none"}:
        assert citizen.answer.status_code == 422
    await citizen.visit(f"/pengajuan/ktp/{CATALOGUE[service].slug}")
    await citizen.send(ANSWERS[service])
    assert citizen.path.endswith("/kontak"), citizen.page
    await citizen.send({**CONTACT, "desa": await village()})
    assert ("Sama seperti di KTP-el" in citizen.page) is has_old_card(service)
    await citizen.send(PERSON)
    row = await Application.objects().where(Application.number == citizen.number).first()
    assert row is not None
    for slot in CATALOGUE[service].documents[next(iter(CATALOGUE[service].documents))]:
        await citizen.upload(slot, light(PHOTOS[slot]))
    await citizen.visit(f"/permohonan/{citizen.number}/periksa")
    await citizen.submit()
    assert citizen.path.endswith("/tanda-terima"), citizen.page
    return citizen, await casework.reread(row)


@pytest.mark.parametrize(
    ("service_", "change", "reason"),
    [("biometric", "photo", "damaged"), ("damaged", "photo", "damaged"), ("damaged", "signature", "")],
)
async def test_what_rides_along_is_marked_too(service: Kit, service_: str, change: str, reason: str) -> None:
    """R2, R4: a damaged card with a new photo or signature is the same form from whichever end it began."""
    row = await an_application(State.SUBMITTED, service=service_, change=change, reason=reason)
    form = await printing.form_of(row, holder(row), MONDAY)
    assert (set(form.items), set(form.attachments)) == ({"II.C.2", "IV.B"}, {"damaged_card"})


async def test_a_first_card_waits_for_the_birthday(service: Kit, client: httpx.AsyncClient) -> None:
    """Under 17 and never married: not yet, and the page says from which day; married: it goes on."""
    await switch(Service.FIRST)
    citizen = Citizen(client)
    await citizen.visit("/pengajuan/ktp/baru")
    await citizen.send({"kawin": "tidak"})
    await citizen.send({**CONTACT, "desa": await village()})
    young = {**PERSON, "nik": "3515115208200001", "tgl_lahir": "12-08-2020"}
    await citizen.send(young)
    assert citizen.answer.status_code == 422
    assert "12 Agustus 2037" in citizen.page
    path = f"/permohonan/{citizen.path.split('/')[2]}"
    await citizen.visit(f"{path}/rincian")
    await citizen.send({"kawin": "ya"})
    await citizen.visit(f"{path}/identitas")
    await citizen.send(young)
    assert citizen.path == f"{path}/berkas"


@pytest.mark.parametrize("service_", OTHERS)
async def test_a_village_begins_each_service(service: Kit, service_: Service) -> None:
    """P11, R2: once it is on; the registrar compares an old card only where there is one."""
    registrar = await member_of_staff(Role.REGISTRAR, village_id=int(await village()))
    typed = {"dibacakan": "ya", "perubahan": str(service_)}
    with pytest.raises(Refused):
        await begin_in_village(typed, registrar, MONDAY)
    await switch(service_)
    draft = (await begin_in_village(typed, registrar, MONDAY)).application
    assert (draft.service, draft.channel) == (service_, "village")
    has_card = DocumentKind.OLD_CARD in CATALOGUE[service_].documents[Channel.VILLAGE]
    assert (Check.OLD_CARD in checks(draft)) == has_card


@pytest.mark.parametrize("kind_", [DocumentKind.POLICE_LETTER, DocumentKind.DATA_EVIDENCE])
async def test_names_are_compared_on_a_new_letter(service: Kit, kind_: DocumentKind) -> None:
    """P7, P12: the registrar sends no letter on that nobody compared with the others."""
    row = await an_application(State.RETURNED, channel="village", service="lost", returned_at=MONDAY)
    document = Document(application=row.id, kind=str(kind_))
    await document.save()
    page = Page(
        document=document.id,
        blob="00",
        blob_key=b"k",
        thumbnail="00",
        thumbnail_key=b"k",
        sha256="s",
        received_at=MONDAY,
    )
    await page.save()
    assert await checks_again(row) == ()
    await Page.update({Page.received_at: MONDAY + timedelta(hours=1)}).where(Page.id == page.id)
    assert await checks_again(row) == (Check.NAMES,)


@pytest.mark.parametrize("service_", OTHERS)
async def test_a_village_answers_what_the_service_asks(
    service: Kit, client: httpx.AsyncClient, service_: Service
) -> None:
    """P5, P11: passed over, its questions wait, nothing on the page answers them, and nothing is sent."""
    await switch(service_)
    await signed_in(client, Role.REGISTRAR, village_id=int(await village()))
    helper = Citizen(client)
    await helper.visit("/desa/warga-baru")
    await helper.send({"dibacakan": "ya", "perubahan": str(service_)}, "/desa/warga-baru")
    asked = helper.path
    assert asked.endswith("/rincian")
    await helper.visit(f"/permohonan/{helper.number}/kontak")
    await helper.send(CONTACT, helper.path)
    assert helper.path == asked
    await helper.visit(f"/permohonan/{helper.number}/periksa")
    assert "Jawab pertanyaan layanan ini." in helper.page
    assert "Belum pernah kawin" not in helper.page
    await helper.visit(asked)
    await helper.send({}, asked)
    assert helper.answer.status_code == 422
    await helper.send(ANSWERS[service_], asked)
    assert helper.path.endswith("/identitas")

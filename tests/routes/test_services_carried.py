"""Each other service from its first question to the receipt, applied for online and in the village [R1, R2, P3-P13]."""

import re
from datetime import timedelta

import httpx
import pytest

from components import appointments, casework, clock, printing
from components.kit import Kit
from components.village import CHECK_WORDS, checks
from components.wording import DOCUMENT_WORDS, SERVICE_WORDS
from models.application import Application
from models.card_stock import Capture
from models.rules.catalogue import CATALOGUE, Change, Channel, Service, captures, has_old_card
from models.rules.workflow import Role, State
from tests.routes.test_messages import signed_in
from tests.routes.test_services import ANSWERS, MARKS, OTHERS, sent, switch
from tests.support.citizen import Citizen
from tests.support.databases import on_sqlite
from tests.support.drafts import CONTACT, PERSON, PHOTOS, holder, light, village
from tests.support.outbox import messages, text
from tests.support.service import MONDAY

RECORDINGS = ("photo", "signature", "fingerprints", "iris")
OLD_CARD = {
    Service.DAMAGED: "Diserahkan ke petugas",
    Service.DATA_CHANGE: "Diserahkan ke petugas",
    Service.LOST: "Tidak ditarik. Hilang, ada surat kehilangan dari polisi.",
    Service.FIRST: "Tidak ditarik. Ini KTP-el pertama.",
}
"""What the receipt says became of the old card."""


def plain(page: str) -> str:
    """What a person reads: no mark-up, and a hyphen is a hyphen, breakable or not."""
    return " ".join(re.sub(r"<[^>]+>", " ", page.replace("\u2011", "-")).split())


class Office:
    """The hour, as the process's clock has it."""

    def __init__(self) -> None:
        self.now = MONDAY


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    """From Monday 09.00 WIB on."""
    here = Office()
    monkeypatch.setattr(clock, "now", lambda: here.now)
    return here


async def status_of(browser: Citizen, row: Application) -> str:
    """What the applicant's own page says now."""
    page = plain((await browser.visit(f"/permohonan/{row.number}")).text.partition("<main")[2])
    return page.partition("Butuh bantuan?")[0]


async def sent_by_the_village(client: httpx.AsyncClient, service: Service) -> Application:
    """The registrar reads the notice aloud, asks, photographs, compares and sends."""
    await signed_in(client, Role.REGISTRAR, village_id=int(await village()))
    helper = Citizen(client)
    await helper.visit("/desa/warga-baru")
    await helper.send({"dibacakan": "ya", "perubahan": str(service)}, "/desa/warga-baru")
    for answers in (ANSWERS[service], CONTACT, PERSON):
        await helper.send(answers, helper.path)
    row = await Application.objects().where(Application.number == helper.number).first()
    assert row is not None
    for kind in CATALOGUE[service].documents[Channel.VILLAGE]:
        await helper.upload(kind, light(PHOTOS[kind]))
    await helper.visit(f"/permohonan/{row.number}/periksa")
    for check in checks(row):
        assert CHECK_WORDS[check] in helper.page
    await helper.send({str(check): "ya" for check in checks(row)}, f"/permohonan/{row.number}/pengajuan")
    assert helper.path.endswith("/tanda-terima"), helper.page
    receipt = plain((await helper.visit(f"/permohonan/{row.number}/bukti")).text)
    for word in (
        SERVICE_WORDS[service],
        *map(DOCUMENT_WORDS.get, CATALOGUE[service].documents[Channel.VILLAGE]),
    ):
        assert str(word) in receipt
    return await casework.reread(row)


@on_sqlite
@pytest.mark.parametrize("service_", OTHERS)
@pytest.mark.parametrize("channel", [Channel.ONLINE, Channel.VILLAGE])
async def test_each_service_is_carried_through(
    service: Kit, client: httpx.AsyncClient, office: Office, service_: Service, channel: Channel
) -> None:
    """Its own documents, boxes of F-1.02, recordings and words, from the menu to the receipt."""
    await switch(service_)
    if channel is Channel.ONLINE:
        row = (await sent(client, service_))[1]
    else:
        row = await sent_by_the_village(client, service_)
    assert (row.service, row.channel, row.state) == (service_, channel, State.SUBMITTED)
    form = await printing.form_of(row, holder(row), office.now)
    assert (set(form.items), set(form.attachments)) == MARKS[service_]

    await signed_in(client, Role.OPERATOR)
    officer, desk, base = Citizen(client), f"/verifikasi/{row.number}", f"/loket/{row.number}"
    await officer.visit(desk)
    assert ("old_card" in officer.page) is has_old_card(service_)  # nor a place on a card that there is not
    await officer.send({"putusan": "terima"}, f"{desk}/putusan")
    status = [await status_of(officer, row)]
    booking = await appointments.current(row.id)
    assert booking is not None, officer.page
    office.now = booking.starts_at
    await signed_in(client, Role.COUNTER)
    await officer.visit(base)
    await officer.send({}, f"{base}/kehadiran")
    status.append(await status_of(officer, row))
    await officer.visit(base)
    change = Change(row.change) if row.change else None
    wanted = captures(service_, change)
    assert {name for name in RECORDINGS if f'name="{name}"' in officer.page} == wanted
    await officer.send(dict.fromkeys(RECORDINGS, ""), f"{base}/perekaman")
    assert officer.answer.status_code == 422
    await officer.send(
        {**dict.fromkeys(wanted, "ya"), "matched": "ya", "approved": "ya"}, f"{base}/perekaman"
    )
    recorded = await Capture.objects().where(Capture.application == row.id).first()
    assert recorded is not None
    assert {name for name in RECORDINGS if getattr(recorded, name)} == wanted
    assert ("Rekam ulang" if wanted else "Cocokkan ulang") in officer.page
    status.append(await status_of(officer, row))
    await officer.visit(base)
    await officer.send({"serial": "AB-000001"}, f"{base}/pencetakan")
    await officer.send({}, f"{base}/siap-diambil")
    assert (await casework.reread(row)).state == State.READY
    status.append(await status_of(officer, row))
    office.now += timedelta(minutes=10)
    await officer.visit(base)
    old = {"old_card_taken": "ya"} if has_old_card(service_) else {}
    await officer.send({"receiver": "holder", "checked": "ya", **old}, f"{base}/penyerahan")
    assert (await casework.reread(row)).state == State.HANDED_OVER, officer.page
    paper = (await officer.visit(f"{base}/tanda-terima")).text
    assert OLD_CARD[service_] in plain(paper)
    assert SERVICE_WORDS[service_] in plain(paper)
    said = [*status, *(text(message) for message in await messages(row))]
    if not wanted:
        assert [words for words in said if re.search("rekam|foto|tanda tangan", words, re.IGNORECASE)] == []
    if not has_old_card(service_):
        assert [words for words in said if "KTP-el lama" in words] == []

"""The screens of blanks: what is typed stays, what is entered shows, papers are there as page and PDF [M2, M5, S1]."""

import re

import httpx
import pytest

from components import clock, sessions, stock, stock_moves
from components.actors import Actor
from components.kit import Kit
from models.account import Staff
from models.card_stock import StockEntry
from models.notification import Message
from models.rules.messages import StaffNews
from models.rules.workflow import Role
from tests.components.papers import paper as look
from tests.support.databases import Kind
from tests.support.outbox import text
from tests.support.service import MONDAY, member_of_staff


@pytest.fixture
def kind() -> Kind:
    """The database makes no difference to a screen."""
    return "sqlite"


@pytest.fixture
async def officer(service: Kit, client: httpx.AsyncClient) -> Actor:
    """At the counter, signed in."""
    return await signed_in(client, Role.COUNTER)


async def signed_in(client: httpx.AsyncClient, *roles: Role) -> Actor:
    actor = await member_of_staff(*roles)
    token = await sessions.begin_for_staff(actor.staff_id or 0, clock.now())
    client.cookies.set("sesi", token, domain="loket.test")
    return actor


def value_of(page: str, field: str) -> str:
    found = re.search(rf'<input[^>]*id="{field}"[^>]*value="([^"]*)"', page)
    assert found is not None
    return found[1]


REFUSED = {
    "penerimaan": ({"serial": "AB-0001", "delivery_note": "SJ 9"}, "count"),
    "penghitungan": ({"found": "4", "reason": ""}, "reason"),
    "permintaan": ({"quantity": "banyak", "note": "stok tipis"}, "quantity"),
    "kerusakan": ({"serial": "AB-0001", "last": "0099", "reason": "patah di dos"}, "serial"),
    "pinjaman": ({"kind": "lent", "serial": "AB-0001", "party": "Kecamatan Taman"}, "note"),
    "koreksi": ({"serial": "AB-0001", "reason": "terselip"}, "kind"),
}


@pytest.mark.parametrize("form", REFUSED)
async def test_what_was_typed_stays_beside_its_words(
    client: httpx.AsyncClient, officer: Actor, form: str
) -> None:
    """The form that was refused comes back open, with what was typed, and nothing is entered [M5]."""
    await stock.receive("AB-0001", "0005", "SJ 1", officer, clock.now())
    typed, field = REFUSED[form]
    answer = await client.post(f"/blangko/{form}", data=typed)
    assert answer.status_code == 422
    assert "<title>Galat: " in answer.text
    assert f'href="#{field}"' in answer.text
    assert len(re.findall(rf'id="{field}"', answer.text)) == 1
    for name, value in typed.items():
        if name != "kind":
            assert (
                value_of(answer.text, f"{name}-minta" if name == "note" and form == "permintaan" else name)
                == value
            )
    assert await StockEntry.count() == 1


async def test_blanks_are_asked_for(client: httpx.AsyncClient, officer: Actor) -> None:
    """Who, when and how many is a line of the ledger; the supervisor is told; a delivery settles it [M2]."""
    await member_of_staff(Role.SUPERVISOR)
    await Staff.update({Staff.login: "camat@krian.test"}).where(Staff.roles == '["supervisor"]')
    await stock.receive("AB-0001", "0005", "SJ 1", officer, clock.now())
    await client.post("/blangko/permintaan", data={"quantity": "1.000", "note": "untuk Desember"})
    page = (await client.get("/blangko?tercatat=ya&minta=ya")).text
    assert "Diminta, 1000 keping. Stok sekarang 5 keping." in page
    assert "Belum datang" in page
    letter = await Message.objects().get(Message.kind == str(StaffNews.BLANKS_ASKED))
    assert letter is not None
    assert "meminta 1000 keping blangko KTP-el" in text(letter)
    assert "Catatan: untuk Desember" in text(letter)
    await stock.receive("AB-0006", "0009", "SJ 2", officer, clock.now())
    assert "Belum datang" not in (await client.get("/blangko")).text


async def test_an_entry_shows_itself_and_a_form_sent_twice_acts_once(
    client: httpx.AsyncClient, officer: Actor
) -> None:
    """POST, 303, and the page says what was entered and what the stock is now [M2]."""
    form = {"serial": "AB-0001", "count": "3", "delivery_note": "SJ 1", "_kunci": "k1"}
    answers = [await client.post("/blangko/penerimaan", data=form) for _ in range(2)]
    assert [(one.status_code, one.headers["location"]) for one in answers] == [
        (303, "/blangko?tercatat=ya")
    ] * 2
    page = (await client.get("/blangko?tercatat=ya")).text
    assert "Diterima, 3 keping. Stok sekarang 3 keping." in page
    assert await StockEntry.count() == 1


async def test_the_supervisor_reads_and_sets_the_threshold(client: httpx.AsyncClient, officer: Actor) -> None:
    """Entering is the counter's; the threshold is one setting of the office [M2, M4, G1]."""
    await signed_in(client, Role.SUPERVISOR)
    page = (await client.get("/blangko")).text
    assert "Batas peringatan" in page
    assert "Terima kiriman" not in page
    assert (await client.post("/blangko/penerimaan", data={"serial": "AB-1001"})).status_code == 403
    assert (await client.post("/blangko/ambang", data={"days": "0"})).status_code == 422
    assert (await client.post("/blangko/ambang", data={"days": "9"})).status_code == 303
    assert (await stock.level(officer.office_id or 0, MONDAY)).threshold == 9


async def test_papers_are_pages_and_pdfs(client: httpx.AsyncClient, officer: Actor) -> None:
    """The ledger and the berita acara, on A4 and F4; another day's list is not signed by chance [M2, S1]."""
    await stock.receive("AB-0001", "0005", "SJ 1", officer, clock.now())
    await stock_moves.damage("AB-0005", "", "", "patah di dos", officer, clock.now())
    assert "patah di dos" in (await client.get("/blangko/buku")).text
    ledger = await client.get("/blangko/buku.pdf?kertas=F4")
    assert look.size_of(ledger.content) == (215, 330)
    assert "stok akhir 4 keping" in look.text_of(ledger.content)
    assert (await client.get("/blangko/buku?dari=kemarin")).status_code == 422
    assert (await client.get("/blangko/buku.pdf?dari=kemarin")).status_code == 404
    waiting = (await client.get("/blangko/pemusnahan")).text
    assert "Menunggu dimusnahkan: 1" in waiting
    days = dict(re.findall(r'name="(dari|sampai)" value="([^"]+)"', waiting))
    form = {**days, "seen": "1", "number": "BA/7", "place": "Kantor", "first_officer": "Rini Loket"}
    refused = await client.post("/blangko/pemusnahan", data=form)
    assert refused.status_code == 422
    assert value_of(refused.text, "number") == "BA/7"
    done = await client.post("/blangko/pemusnahan", data={**form, "second_officer": "Dewi Operator"})
    assert done.status_code == 303
    page = (await client.get(done.headers["location"])).text
    pdf = await client.get(done.headers["location"] + "/berita-acara.pdf")
    for said in (page, look.text_of(pdf.content)):
        for words in ("BA/7", "AB-0005", "Dewi Operator", "0 KTP-el lama dan 1 blangko rusak"):
            assert words in said

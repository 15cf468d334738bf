"""/standar, its fourteen pages and the office's hand in them; help, data protection, accessibility [M1, M4, F1, T1]."""

import re
from datetime import timedelta

import httpx
import pytest

from components import clock, standard
from components.kit import Kit
from models.office import Office
from models.rules.calendar import wib_day
from models.rules.standard import PLACES, Component, Part
from models.rules.workflow import Role
from models.standard import StandardText
from tests.routes.test_messages import signed_in
from tests.routes.test_weight import FIRST_PAINT, FURTHER_PAGE, LANDING, wire
from tests.support.databases import on_sqlite

pytestmark = on_sqlite

SAYS = {
    # R1 R2 R3 R4
    Component.REQUIREMENTS: ("KTP-el lama", "Fotokopi Kartu Keluarga", "F-1.02", "jilbab", "KTP-el rusak"),
    # P1-P13
    Component.PROCEDURE: ("Operator kecamatan memeriksa", "12.00 WIB keesokan harinya", "petugas registrasi"),
    Component.TIME: ("2 (dua) hari kerja", "kendala teknis"),  # T1
    Component.COST: ("Rp0, gratis",),  # F1
    Component.PRODUCT: ("KTP-el",),  # O1
    # C1
    Component.COMPLAINTS: (
        "https://wa.me/6285736349953", "tel:+62318971010", "mailto:kec.krian@gmail.com", "sms:1708",
        "@kecamatankrian", "Facebook", "otak saran", "aksimile", "@lapor1708", "lapor.go.id", "Camat Krian",
    ),
    Component.LEGAL_BASIS: ("Nomor 25 Tahun 2009", "Nomor 22 Tahun 2020"),  # M1
    Component.FACILITIES: ("Blangko KTP-el", "Jaringan komputer tertutup", "Tidak ada kendala"),  # M2
    Component.COMPETENCE: ("perekaman dan pencetakan", "santun", "Disiplin"),  # M3
    Component.SUPERVISION: ("atasan langsung", "berkelanjutan"),  # M4
    Component.OFFICERS: ("2 (dua) orang",),  # M5
    # G1 G2 G3 G4 G5
    Component.GUARANTEES: ("norma waktu", "tanpa diskriminasi", "Permohonan maaf", "WA atau email", "satu KK"),
    Component.SAFETY: ("keasliannya", "pungli", "/pengaduan/pungutan"),  # S1 S2
    Component.EVALUATION: ("Rapat koordinasi", "/survei/hasil", "media pengaduan"),  # E1 E2
}  # fmt: skip
TOPICS = ("layanan-ini", "memotret-dokumen", "yang-dibawa", "tanpa-hp", "lupa-pin", "siapa-membantu")
PAGES = [
    "/standar",
    "/standar/cetak",
    *(f"/standar/{one}" for one in Component),
    "/bantuan",
    *(f"/bantuan/{one}" for one in TOPICS),
    "/data-anda",
    "/aksesibilitas",
]
HOME = "/pengaturan/standar"


@pytest.mark.parametrize("component", Component)
async def test_each_component_is_a_page(client: httpx.AsyncClient, component: Component) -> None:
    """M1 M2 M3 M4 M5, F1, C1, G1-G5, S1 S2, E1 E2, T1, O1: what the standard says, and since when."""
    page = (await client.get(f"/standar/{component}")).text
    for words in (*SAYS[component], "Berlaku sejak 17 Januari 2025"):
        assert words in page
    assert page.count("<h1>") == 1
    assert "{" not in page.partition("<main")[2]
    assert "<script" not in page


async def test_the_overview_leads_to_all_fourteen(client: httpx.AsyncClient) -> None:
    """M1: in two halves, in their order; addresses with an anchor still lead to where they led."""
    page = (await client.get("/standar")).text
    found = re.findall(r'<li id="([\w-]+)"><a href="/standar/([\w-]+)">', page)
    assert found == [(str(one), str(one)) for one in Component]
    assert "2 (dua) hari kerja, jika tidak ada kendala teknis. Biaya Rp0." in page
    assert page.index("A. Penyampaian pelayanan") < page.index("B. Pengelolaan pelayanan")
    assert {"dasar-hukum", "pengaduan"} < {anchor for anchor, _ in found}


async def test_the_whole_standard_prints_on_paper(client: httpx.AsyncClient) -> None:
    """M1, C1, F1, T1, G3, G5, S1, S2, E2: fourteen components with nine regulations and every channel on one page."""
    page = (await client.get("/standar/cetak")).text
    assert len(re.findall(r"<h2>\d\. ", page)) == 14
    assert len(re.findall(r"<li>(?:Undang-Undang|Peraturan) ", page)) == 9
    for component, words in SAYS.items():
        missing = [one for one in words if one not in page and not one.startswith("Tidak ada")]
        assert missing == [], component
    assert "Saber" not in page
    numbers = [f"<h2>{PLACES[one].number}. " for one in Component]
    assert [page.count(f"<h2>{n}. ") for n in range(1, 9)] == [
        numbers.count(f"<h2>{n}. ") for n in range(1, 9)
    ]
    assert all(f"<b>{part}. " in page for part in Part)


@pytest.mark.parametrize("path", PAGES)
async def test_pages_are_light(client: httpx.AsyncClient, path: str) -> None:
    """From our own pages and landed on alike; the same for everybody, without a script."""
    further = await client.get(path, headers={"Accept-Encoding": "br"})
    assert further.status_code == 200
    assert wire(further) <= FURTHER_PAGE
    assert wire(await client.get(path, headers=LANDING)) <= FIRST_PAINT
    assert "<script" not in further.text
    assert 'href="/bantuan"' in further.text


async def test_every_link_leads_somewhere(client: httpx.AsyncClient) -> None:
    """Of all these pages, those in the office's texts too: no page of ours that is not there."""
    found: set[str] = set()
    for path in PAGES:
        found |= set(re.findall(r'href="(/[^"#]*)', (await client.get(path)).text))
    pages = sorted(one for one in found if not one.startswith("/static/"))
    assert {"/pengajuan", "/pengaduan/pungutan", "/survei/hasil", "/permohonan"} < set(pages)
    assert [one for one in pages if (await client.get(one)).status_code != 200] == []


@pytest.mark.parametrize("path", ["/standar/lain", "/standar/Biaya", "/bantuan/lain", "/bantuan/_lupa-pin"])
async def test_nothing_else_is_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


# --- the office's own texts ---

OWN = {"body": "# Untuk semua\r\n\r\n{biaya}, gratis. Lihat [standar](/standar).", "_kunci": "a"}


async def test_a_text_is_looked_at_published_and_taken_back(service: Kit, client: httpx.AsyncClient) -> None:
    """F1, M4: preview keeps nothing; published once for a form sent twice; seen at once, with its day; and back."""
    await signed_in(client, Role.ADMIN)
    path = f"{HOME}/biaya"
    page = await client.post(path, data={**OWN, "aksi": "lihat"})
    assert "<h3>Untuk semua</h3>" in page.text
    assert "Rp0, gratis" in page.text
    assert await StandardText.count() == 0
    assert "Untuk semua" not in (await client.get("/standar/biaya")).text
    for _ in range(2):
        answer = await client.post(path, data={**OWN, "aksi": "terbit"})
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert await StandardText.count() == 1
    assert "Diubah kantor" in (await client.get(HOME)).text
    page = await client.get("/standar/biaya")
    assert "<h2>Untuk semua</h2>" in page.text
    assert 'Rp0, gratis. Lihat <a href="/standar">standar</a>.' in page.text
    assert "Berlaku sejak 17 Januari 2025" not in page.text
    assert "<h3>Untuk semua</h3>" in (await client.get("/standar/cetak")).text
    assert "Standar pelayanan diubah" in (await client.get("/pengaturan")).text
    editor = (await client.get(path)).text
    version = re.search(r"\?versi=(\d+)", editor)
    assert "Petugas admin" in editor
    assert version is not None
    await client.post(f"{path}/bawaan", data={"_kunci": "b"})
    assert "Untuk semua" not in (await client.get("/standar/biaya")).text
    assert "# Untuk semua" in (await client.get(f"{path}?versi={version[1]}")).text
    assert (await client.get(f"{HOME}/produk?versi={version[1]}")).status_code == 404


async def test_a_text_for_later_is_not_shown_today(service: Kit, client: httpx.AsyncClient) -> None:
    await signed_in(client, Role.ADMIN)
    later = wib_day(clock.now()) + timedelta(days=5)
    await client.post(f"{HOME}/biaya", data={**OWN, "effective_on": str(later), "aksi": "terbit"})
    assert await StandardText.count() == 1
    assert "Untuk semua" not in (await client.get("/standar/biaya")).text
    assert "Belum berlaku" in (await client.get(f"{HOME}/biaya")).text


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{biaya}. Biaya lain Rp10.000.", "Jangan tulis jumlah uang"),
        ("Gratis.", "harus memuat {biaya}"),
        ("{biaya} {pin}", "{pin} tidak dikenal"),
        ("{biaya} [sini](//luar.example)", "tidak boleh"),
        ("{biaya} [sini](javascript:alert(1))", "tidak boleh"),
        ("", "Tulis isinya dulu"),
        ("{biaya} " + "a" * 4000, "Terlalu panjang"),
    ],
)
@pytest.mark.parametrize("act", ["lihat", "terbit"])
async def test_a_wrong_text_comes_back_as_typed(
    client: httpx.AsyncClient, body: str, said: str, act: str
) -> None:
    """Beside the field, in words, and nothing is kept."""
    await signed_in(client, Role.ADMIN)
    page = await client.post(f"{HOME}/biaya", data={"body": body, "aksi": act, "_kunci": "a"})
    assert page.status_code == 422
    assert said in page.text
    assert body in page.text
    assert await StandardText.count() == 0


ESCAPES = (
    '<script>alert(1)</script><img src=x onerror="alert(1)">\n\n![x](https://luar.example/x.png)\n\n'
    '</main><form action="https://luar.example"><input name="pin">'
)


async def test_no_text_breaks_out_of_its_page(service: Kit, client: httpx.AsyncClient) -> None:
    """Of what an administrator typed, or somebody with an administrator's session, nothing runs or loads."""
    await signed_in(client, Role.ADMIN)
    await client.post(f"{HOME}/produk", data={"body": ESCAPES, "aksi": "terbit", "_kunci": "a"})
    assert await StandardText.count() == 1
    for path in ("/standar/produk", "/standar/cetak", f"{HOME}/produk"):
        page = (await client.get(path)).text
        assert "&lt;script&gt;alert(1)" in page
        for piece in ("<script>alert", "<img", "</main><form", 'onerror="', '<form action="https'):
            assert piece not in page


async def test_the_supervisor_reads_and_does_not_write(service: Kit, client: httpx.AsyncClient) -> None:
    """M4: sees the texts and their history; only an administrator changes them; nobody else comes in."""
    await signed_in(client, Role.SUPERVISOR)
    page = await client.get(f"{HOME}/biaya")
    assert page.status_code == 200
    assert "Terbitkan" not in page.text
    assert f'href="{HOME}"' in page.text
    assert 'href="/pengaturan/kontak"' not in (await client.get(HOME)).text
    answer = await client.post(f"{HOME}/biaya", data={**OWN, "aksi": "terbit"})
    assert answer.status_code == 403
    await signed_in(client, Role.OPERATOR)
    assert (await client.get(HOME)).status_code == 403
    assert await StandardText.count() == 0


async def test_another_offices_text_is_not_ours(service: Kit, client: httpx.AsyncClient) -> None:
    other = Office(
        prefix="SDA", name="Kecamatan Sidoarjo", short_name="Sidoarjo", regency="Kabupaten Sidoarjo",
        area_code="351508", address="Jl. Cokronegoro",
    )  # fmt: skip
    await other.save()
    staff = await signed_in(client, Role.ADMIN)
    row = StandardText(
        office=other.id, component="produk", body="Milik kantor lain", written_by=staff,
        effective_on=wib_day(clock.now()), written_at=clock.now(),
    )  # fmt: skip
    await row.save()
    assert "Milik kantor lain" not in (await client.get("/standar/produk")).text
    strange = await client.get(f"{HOME}/produk?versi={row.id}")
    assert strange.status_code == 404
    assert strange.text == (await client.get(f"{HOME}/produk?versi=99999")).text
    assert (await standard.text(other.id, Component.PRODUCT, wib_day(clock.now()))).own


# --- the notices ---


async def test_the_data_protection_notice_says_what_the_law_asks(client: httpx.AsyncClient) -> None:
    """Who, what for, on which ground, who sees it, for how long, which rights and how, and a breach (UU 27/2022)."""
    page = (await client.get("/data-anda")).text
    for words in (
        "Undang-Undang Nomor 27 Tahun 2022", "Pengendali data: Kecamatan Krian, Kabupaten Sidoarjo",
        "Gubernur Soenandar",
        "Untuk apa, dan dasarnya", "tugas pelayanan publik", "Siapa yang melihat", "Berapa lama", "Hak Anda",
        "Melihat data Anda", "memperbaiki yang salah", "3x24 jam", "Jika data bocor", "/pengaduan/baru", "wa.me",
    ):  # fmt: skip
        assert words in page


async def test_the_accessibility_statement_says_what_is_lacking(client: httpx.AsyncClient) -> None:
    """What was tested and how, what is known to lack, and where to complain."""
    page = (await client.get("/aksesibilitas")).text
    for words in ("WCAG 2.2 tingkat AA", "axe", "Yang masih kurang", "belum diperiksa", "/pengaduan/baru"):
        assert words in page


async def test_help_answers_what_people_ask(client: httpx.AsyncClient) -> None:
    """P5, P11, F1: what it is, photos, what to bring, no phone, lost PIN, who helps; from the office's own data."""
    page = (await client.get("/bantuan")).text
    assert re.findall(r'href="/bantuan/([\w-]+)"', page) == list(TOPICS)
    assert "Rp0" in (await client.get("/bantuan/layanan-ini")).text
    assert "Gubernur Soenandar" in (await client.get("/bantuan/yang-dibawa")).text
    assert "0857-3634-9953" in (await client.get("/bantuan/lupa-pin")).text
    for way in ("https://wa.me/6285736349953", "tel:+62318971010", "Petugas registrasi desa"):
        assert way in (await client.get("/bantuan/siapa-membantu")).text

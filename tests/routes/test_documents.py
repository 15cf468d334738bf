"""Photos sent by plain forms, looked at and taken out, as a browser without JavaScript does it."""

import json
import re
from pathlib import Path

import httpx
import pytest

from components import clock, history, sessions
from components import pages as scans
from components.kit import Kit
from models.application import Application, Document, Page
from models.rules.workflow import Role
from tests.support.citizen import Citizen, form_to, forms_on
from tests.support.databases import on_sqlite
from tests.support.drafts import photo
from tests.support.service import bare_app, member_of_staff

pytestmark = on_sqlite

UTF_7 = b"""--b\r
Content-Disposition: form-data; name="n"\r
Content-Type: text/plain; charset=utf-7\r
\r
+ADw-script+AD4-\r
--b--\r
"""
CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture
async def citizen(client: httpx.AsyncClient) -> Citizen:
    """Somebody who has come to the documents."""
    person = Citizen(client)
    await person.fill()
    return person


async def pages(citizen: Citizen) -> list[Page]:
    row = await stored(citizen)
    found: list[Page] = await Page.objects().where(Page.document.application == row.id).order_by(Page.id)
    return found


async def stored(citizen: Citizen) -> Application:
    row = await Application.objects().where(Application.number == citizen.number).first()
    assert row is not None
    return row


def slot(citizen: Citizen, kind: str) -> str:
    """The part of the page that is about one document."""
    return citizen.page.split(f'id="{kind}"')[1].split("</section>")[0]


async def test_each_document_offers_camera_and_gallery(citizen: Citizen) -> None:
    """R2, P5: three slots, each with two ways, and the form F-1.02 filled in by us."""
    for kind in ("old_card", "family_card", "form_f102"):
        assert 'capture="environment"' in slot(citizen, kind)
        assert 'accept="image/*,application/pdf"' in slot(citizen, kind)
        assert "Belum ada" in slot(citizen, kind)
    assert f'href="/permohonan/{citizen.number}/f-1.02"' in slot(citizen, "form_f102")


async def test_a_photo_is_kept_and_shown(citizen: Citizen) -> None:
    number = citizen.number
    await citizen.upload("old_card", photo("siti-ktp.jpg"))
    assert (citizen.path, citizen.answer.url.fragment) == (f"/permohonan/{number}/berkas", "old_card")
    assert "Selesai" in slot(citizen, "old_card")
    assert "NIK bisa dibaca?" in slot(citizen, "old_card")
    assert "1 dari 3 selesai" in citizen.page
    small = re.search(r'src="(/permohonan/[^"]+ukuran=kecil)"', citizen.page)
    assert small is not None
    answer = await citizen.browser.get(small[1])
    assert (answer.headers["content-type"], answer.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert "private" in answer.headers["cache-control"]


async def test_a_second_photo_is_a_second_page_or_replaces(citizen: Citizen) -> None:
    await citizen.upload("family_card", photo("siti-kk.jpg"))
    await citizen.upload("family_card", photo("agus-kk.jpg"))
    assert "Halaman 2" in slot(citizen, "family_card")
    await citizen.upload("family_card", photo("nuraini-kk.jpg"), again=True)
    assert "Halaman 2" not in slot(citizen, "family_card")
    assert len(await pages(citizen)) == 1


async def test_the_same_photo_sent_twice_is_one_page(citizen: Citizen) -> None:
    for _ in range(2):
        await citizen.upload("family_card", photo("agus-kk.jpg"))
        await citizen.visit(f"/permohonan/{citizen.number}/berkas")
    assert len(await pages(citizen)) == 1


async def test_a_doubtful_photo_is_said_and_does_not_block(citizen: Citizen) -> None:
    await citizen.upload("old_card", photo("bad-ktp-blurred.jpg"))
    assert "mungkin buram" in slot(citizen, "old_card")
    assert "Selesai" in slot(citizen, "old_card")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"hello", "bukan foto"), (b"%PDF-1.4 cut", "terpotong"), (b"", "kosong"), (b"x" * 21_000_000, "20 MB")],
)
async def test_a_fault_stands_in_the_slot_and_everything_else_stays(
    citizen: Citizen, content: bytes, words: str
) -> None:
    """P5: what was wrong and what to do, beside the document; the other photos are still there."""
    await citizen.upload("family_card", photo("agus-kk.jpg"))
    answer = await citizen.upload("old_card", content)
    assert answer.status_code == 422
    assert "Gagal dikirim" in slot(citizen, "old_card")
    assert words in slot(citizen, "old_card")
    assert "Selesai" in slot(citizen, "family_card")
    assert citizen.page.count("<title>Galat: ") == 1
    await citizen.upload("old_card", photo("agus-ktp.jpg"))
    assert "Selesai" in slot(citizen, "old_card")


@pytest.mark.parametrize("page", ["berkas/old_card", "berkas/old_card/penggantian", "pengajuan"])
async def test_a_dropped_page_comes_back(citizen: Citizen, page: str) -> None:
    """P5: a phone short of memory forgets the page while its camera is open, and asks for its address again."""
    answer = await citizen.visit(f"/permohonan/{citizen.number}/{page}")
    assert (answer.status_code, citizen.path) == (200, f"/permohonan/{citizen.number}/berkas")


async def test_pressing_send_without_a_photo_is_said(citizen: Citizen) -> None:
    action = f"/permohonan/{citizen.number}/berkas/old_card"
    form = form_to(citizen.page, action)
    empty = dict.fromkeys(form.files, ("", b""))
    citizen.answer = await citizen.browser.post(action, data=form.values, files=empty)
    assert citizen.answer.status_code == 422
    assert "Belum ada foto" in slot(citizen, "old_card")


async def test_two_photos_in_one_form_are_two_pages(citizen: Citizen) -> None:
    action = f"/permohonan/{citizen.number}/berkas/family_card"
    files = [
        ("family_card", ("a.jpg", photo("siti-kk.jpg"), "image/jpeg")),
        ("family_card_galeri", ("b.jpg", photo("agus-kk.jpg"), "image/jpeg")),
    ]
    answer = await citizen.browser.post(action, files=files)
    assert answer.status_code == 303
    assert len(await pages(citizen)) == 2


async def test_an_upload_that_breaks_off_is_refused_and_leaves_no_file(
    citizen: Citizen, service: Kit
) -> None:
    """The line fails half-way: nothing half is kept."""
    body = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\n\r\n' + photo(
        "agus-ktp.jpg"
    )
    answer = await citizen.browser.post(
        f"/permohonan/{citizen.number}/berkas/old_card",
        content=body,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert answer.status_code == 422
    assert "terputus" in answer.text
    assert [path for path in service.settings.store_folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize(
    ("headers", "content"),
    [
        ({"Content-Type": "text/plain"}, b"x"),
        ({"Content-Type": "multipart/form-data"}, b"x"),
        ({"Content-Type": "multipart/form-data; boundary=b"}, b"--b\r\n" + b"A: b\r\n" * 50),
        (
            {"Content-Type": "multipart/form-data; boundary=b"},
            UTF_7,
        ),
    ],
)
async def test_bodies_no_page_of_ours_would_send_are_refused(
    citizen: Citizen, headers: dict[str, str], content: bytes
) -> None:
    path = f"/permohonan/{citizen.number}/berkas/old_card"
    answer = await citizen.browser.post(path, content=content, headers=headers)
    assert answer.status_code == 422
    assert "<script>" not in answer.text
    assert await pages(citizen) == []


async def test_hostile_file_names_change_nothing(citizen: Citizen, service: Kit) -> None:
    """No name becomes a path, a header or markup; the content is what counts."""
    content = photo("agus-ktp.jpg")
    hostile = json.loads((CORPUS / "filenames.json").read_text("utf-8"))["hostile"]
    for entry in hostile:
        name = entry["name"].encode("utf-8", "surrogatepass").decode("utf-8", "replace").replace("\r\n", " ")
        answer = await citizen.upload("old_card", content + name.encode(), name or "x")
        assert answer.status_code == 200, entry
        assert "onmouseover='" not in answer.text
        assert len(await pages(citizen)) == 1
        await citizen.send(
            {}, next(f.action for f in forms_on(citizen.page) if f.action.endswith("/penghapusan"))
        )
    await scans.settled()
    assert all(
        re.fullmatch("[0-9a-f]{32}", path.name)
        for path in service.settings.store_folder.rglob("*")
        if path.is_file()
    )


async def test_a_page_is_taken_out_again(citizen: Citizen) -> None:
    await citizen.upload("old_card", photo("agus-ktp.jpg"))
    remove = next(form for form in forms_on(citizen.page) if form.action.endswith("/penghapusan"))
    await citizen.send({}, remove.action)
    assert "Belum ada" in slot(citizen, "old_card")
    assert await pages(citizen) == []


@pytest.mark.parametrize("document", ["police_letter", "passport", "..%2f..%2fx"])
async def test_documents_that_are_not_asked_for_are_not_taken(citizen: Citizen, document: str) -> None:
    files = {"f": ("a.jpg", photo("agus-ktp.jpg"), "image/jpeg")}
    answer = await citizen.browser.post(f"/permohonan/{citizen.number}/berkas/{document}", files=files)
    assert answer.status_code in (404, 422)
    assert await Document.count() == 0


async def test_strangers_neither_see_nor_send(citizen: Citizen) -> None:
    await citizen.upload("old_card", photo("agus-ktp.jpg"))
    page = (await pages(citizen))[0]
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=bare_app()),  # type: ignore[arg-type]
        base_url="http://loket.test",
        headers={"Sec-Fetch-Site": "same-origin"},
    ) as other:
        base = f"/permohonan/{citizen.number}"
        assert (await other.get(f"{base}/lembar/{page.id}")).status_code == 403
        files = {"f": ("a.jpg", photo("siti-ktp.jpg"), "image/jpeg")}
        assert (await other.post(f"{base}/berkas/old_card", files=files)).status_code == 403
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        gone = await other.post(f"{base}/lembar/{page.id}/penghapusan", content="_kunci=a", headers=form)
        assert gone.status_code == 403
    assert len(await pages(citizen)) == 1


async def test_another_sites_form_cannot_send(citizen: Citizen) -> None:
    """A forged upload is turned away before its body is read."""
    files = {"f": ("a.jpg", photo("agus-ktp.jpg"), "image/jpeg")}
    path = f"/permohonan/{citizen.number}/berkas/old_card"
    answer = await citizen.browser.post(path, files=files, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert await pages(citizen) == []


async def as_operator(citizen: Citizen) -> int:
    """The browser of the citizen becomes an operator's, whose id is returned."""
    operator = await member_of_staff(Role.OPERATOR)
    assert operator.staff_id is not None
    citizen.browser.cookies.clear()
    token = await sessions.begin_for_staff(operator.staff_id, clock.now())
    citizen.browser.cookies.set("sesi", token, domain="loket.test")
    return operator.staff_id


async def looks_at(citizen: Citizen) -> int:
    row = await stored(citizen)
    return [line.act for line in await history.lines(row.id)].count("look")


async def test_an_officers_look_is_watermarked_and_recorded(citizen: Citizen) -> None:
    """P6, M4: the operator sees the scan with its purpose on it, and the look is a line of the history."""
    await citizen.visit("/")
    await citizen.complete()
    await citizen.submit()
    address = f"/permohonan/{citizen.number}/lembar/{(await pages(citizen))[0].id}"
    clean = await citizen.browser.get(address)
    assert clean.headers["cache-control"] == "no-store"
    await as_operator(citizen)
    assert (await citizen.browser.get(f"{address}?ukuran=kecil")).headers["content-type"] == "image/webp"
    head = await citizen.browser.head(address)
    assert (head.status_code, head.content, await looks_at(citizen)) == (200, b"", 0)
    seen = await citizen.browser.get(address)
    assert (seen.status_code, await looks_at(citizen)) == (200, 1)
    assert seen.content != clean.content
    for name in ("etag", "content-type", "cache-control", "vary", "content-disposition"):
        assert head.headers[name] == seen.headers[name]
    assert (seen.headers["cache-control"], seen.headers["vary"]) == ("no-store", "Cookie")
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["content-disposition"].endswith('.webp"')


async def test_a_browser_keeps_a_picture_only_at_an_address_that_names_its_reader(citizen: Citizen) -> None:
    """Chromium does not look at Vary: the next officer would see it, marked for another and unrecorded [M4]."""
    await citizen.visit("/")
    await citizen.complete()
    await citizen.submit()
    reader = await as_operator(citizen)
    address = f"/permohonan/{citizen.number}/lembar/{(await pages(citizen))[0].id}?oleh="
    kept = dict.fromkeys(("", "None", f"{reader}0", "x"), "no-store") | {f"{reader}": "private, max-age=300"}
    for named, wanted in kept.items():
        assert (await citizen.browser.head(address + named)).headers["cache-control"] == wanted
    await citizen.visit(f"/verifikasi/{citizen.number}")
    sources = re.findall(r'src="(/permohonan/[^"]+)"', citizen.page)
    assert len(sources) == 6
    assert all(f"?oleh={reader}&amp;ukuran=" in source for source in sources)


async def test_what_the_browser_still_has_is_not_sent_twice_and_yet_a_look(citizen: Citizen) -> None:
    """304 without making the picture; that it is looked at is recorded all the same [M4]."""
    await citizen.visit("/")
    await citizen.complete()
    await citizen.submit()
    await as_operator(citizen)
    address = f"/permohonan/{citizen.number}/lembar/{(await pages(citizen))[0].id}"
    tag = (await citizen.browser.head(address)).headers["etag"]
    answer = await citizen.browser.get(address, headers={"If-None-Match": f'"other", W/{tag}'})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
    assert await looks_at(citizen) == 1
    await as_operator(citizen)
    assert (await citizen.browser.get(address, headers={"If-None-Match": tag})).status_code == 200


@pytest.mark.parametrize("size", ["kecil", "layar", "penuh"])
async def test_a_page_has_three_sizes(citizen: Citizen, size: str) -> None:
    await citizen.upload("family_card", photo("siti-kk.jpg"))
    address = f"/permohonan/{citizen.number}/lembar/{(await pages(citizen))[0].id}?ukuran={size}"
    answer = await citizen.browser.get(address)
    most = {"kecil": 6_000, "layar": 150_000, "penuh": 1_000_000}[size]
    assert most / 3 < len(answer.content) <= most
    assert answer.headers["content-type"] == ("image/webp" if size == "layar" else "image/jpeg")
    assert answer.headers["cache-control"] == ("private, max-age=300" if size == "kecil" else "no-store")
    assert (await citizen.browser.get(address.replace(size, "raksasa"))).status_code == 404

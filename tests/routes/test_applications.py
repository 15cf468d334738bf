"""The wizard as a browser without JavaScript sees it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from components import applications, casework, clock, sessions
from components.kit import Kit
from models.application import Application, Document
from models.rules.workflow import Act, Role, State
from tests.support.citizen import START, Citizen, form_to, forms_on
from tests.support.databases import on_sqlite
from tests.support.drafts import CONTACT, PERSON, photo, village
from tests.support.service import MONDAY, bare_app, member_of_staff

pytestmark = on_sqlite
"""Pages and forms over components that are tried on both; every address is also asked on PostgreSQL (tests/faults)."""

BAD = json.loads((Path(__file__).parent.parent / "corpus" / "bad_forms.json").read_text("utf-8"))
SEX = {"L": "male", "P": "female"}
NAMES = {"catatan": "keterangan", "kode_lacak": "permohonan"}
CONTACTS = {"no_hp", "email"}


@pytest.fixture
def citizen(client: httpx.AsyncClient) -> Citizen:
    return Citizen(client)


@pytest.fixture
def stranger(service: Kit) -> Citizen:
    """Somebody else, on another device."""
    return Citizen(
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app=bare_app()),  # type: ignore[arg-type]
            base_url="http://loket.test",
            headers={"Sec-Fetch-Site": "same-origin"},
        )
    )


async def stored(number: str) -> Application:
    row = await Application.objects().where(Application.number == number).first()
    assert row is not None
    return row


# --- the whole way ---


async def test_from_the_front_page_to_the_receipt(citizen: Citizen) -> None:
    """P4, P5, P6, R2, T1, F1: what a woman who now wears a jilbab goes through, and what she takes away."""
    await citizen.visit("/")
    await citizen.begin()
    assert citizen.path.endswith("/kontak")
    await citizen.complete()
    assert "SITI AMINAH" in citizen.page
    assert "Rp0" in citizen.page
    number = citizen.number
    await citizen.submit()
    assert citizen.path == f"/permohonan/{number}/tanda-terima"
    row = await stored(number)
    assert row.state == State.SUBMITTED
    for words in (
        number,
        applications.pin_of(row),
        "jika tidak ada kendala teknis",
        "<svg",
        f"/permohonan/{number}/slip",
    ):
        assert words in citizen.page


async def test_number_and_pin_are_shown_from_the_first_saved_step(citizen: Citizen) -> None:
    """P5: a phone may be lost, a browser may forget; paper does not."""
    await citizen.begin(reason="")
    pin = applications.pin_of(await stored(citizen.number))
    for typed in ({"alasan": "damaged"}, {**CONTACT, "desa": await village()}, PERSON):
        assert citizen.number in citizen.page
        assert pin in citizen.page
        await citizen.send(typed)
    assert pin in citizen.page


async def test_another_device_goes_on_at_the_first_unfinished_step(
    citizen: Citizen, stranger: Citizen
) -> None:
    """P5: begun on one phone, finished on another, by number and PIN."""
    await citizen.begin()
    number, pin = citizen.number, applications.pin_of(await stored(citizen.number))
    await stranger.visit(f"/?nomor={number}")
    await stranger.visit(f"/permohonan?nomor={number}")
    await stranger.send({"pin": pin})
    assert stranger.path == f"/permohonan/{number}/kontak"


async def test_the_link_opens_by_a_press_and_not_by_a_look(citizen: Citizen, stranger: Citizen) -> None:
    """WhatsApp fetches links to draw a preview: that must neither open nor tell anything."""
    await citizen.begin()
    row = await stored(citizen.number)
    link = "/t/" + applications.link_of(row).rpartition("/")[2]
    await stranger.visit(link)
    assert row.number not in stranger.page
    assert "set-cookie" not in stranger.answer.headers
    await stranger.send({})
    assert stranger.path == f"/permohonan/{row.number}/kontak"
    await stranger.visit(link)
    assert stranger.path == f"/permohonan/{row.number}/kontak"


async def test_an_unknown_link_offers_the_other_way(citizen: Citizen) -> None:
    answer = await citizen.visit("/t/" + "a" * 22)
    assert answer.status_code == 404
    assert "Tautan ini tidak berlaku lagi" in answer.text
    assert forms_on(answer.text)[0].action == "/permohonan"


async def test_a_shared_device_can_be_closed(citizen: Citizen) -> None:
    await citizen.begin()
    number = citizen.number
    await citizen.visit("/selesai-di-perangkat-ini")
    await citizen.send({})
    assert "Sudah ditutup" in citizen.page
    answer = await citizen.visit(f"/permohonan/{number}/kontak")
    assert (answer.status_code, form_to(answer.text, "/permohonan").values["nomor"]) == (403, number)


@pytest.mark.parametrize(
    "page", ["", "/kontak", "/berkas", "/periksa", "/tanda-terima", "/sudah-ada", "/lembar/1"]
)
async def test_a_stranger_is_asked_for_the_pin_whether_or_not_the_number_exists(
    citizen: Citizen, stranger: Citizen, page: str
) -> None:
    await citizen.begin()
    for number in (citizen.number, "KRN-ZZZZZZ"):
        answer = await stranger.visit(f"/permohonan/{number}{page}")
        assert answer.status_code == 403
        assert answer.text.count("PIN") > 1
        assert "jilbab" not in answer.text


# --- what may be asked for ---


async def test_a_reason_that_does_not_suffice_is_explained_and_the_way_on_is_one_tap(
    citizen: Citizen,
) -> None:
    """R4: why not, what is possible, and the same draft goes on with the added evidence."""
    await citizen.begin(reason="other")
    number = citizen.number
    assert citizen.path.endswith("/pilihan-lain")
    assert "Foto saja belum bisa diganti" in citizen.page
    for way in ("damaged", "data_change", "physical_change"):
        assert f'name="alasan" value="{way}"' in citizen.page
    await citizen.send({"alasan": "data_change"})
    assert citizen.path == f"/permohonan/{number}/kontak"
    await citizen.send({**CONTACT, "desa": await village()})
    await citizen.send(PERSON)
    assert "Bukti perubahan data" in citizen.page
    assert await Application.count() == 1


async def test_a_physical_change_is_told_in_words(citizen: Citizen) -> None:
    """Goes on as "perlu pemeriksaan petugas", with a written account."""
    await citizen.begin(reason="physical_change")
    assert citizen.path.endswith("/keterangan")
    await citizen.send({"catatan": ""})
    assert citizen.answer.status_code == 422
    await citizen.send({"catatan": "Luka bakar"})
    assert citizen.path.endswith("/kontak")


async def test_jilbab_and_a_man_lead_to_the_other_ways_with_nothing_lost(citizen: Citizen) -> None:
    """R3: said when the sex is known; the typed data stays."""
    await citizen.begin()
    await citizen.send({**CONTACT, "desa": await village()})
    await citizen.send({**PERSON, "jenis_kelamin": "male", "nik": "3515111208900001"})
    assert citizen.path.endswith("/pilihan-lain")
    assert "hanya berlaku bagi pemohon perempuan" in citizen.page
    await citizen.send({"perubahan": "signature"}, f"/permohonan/{citizen.number}/perubahan")
    assert citizen.path.endswith("/berkas")
    assert (await stored(citizen.number)).name == "SITI AMINAH"


async def test_a_signature_needs_no_reason(citizen: Citizen) -> None:
    await citizen.begin("signature", reason="")
    assert citizen.path.endswith("/kontak")
    assert "Langkah 2 dari 5" in citizen.page


async def test_side_pages_are_only_for_the_reasons_that_lead_there(citizen: Citizen) -> None:
    await citizen.begin()
    number = citizen.number
    for page in ("pilihan-lain", "keterangan"):
        await citizen.visit(f"/permohonan/{number}/{page}")
        assert citizen.path == f"/permohonan/{number}/kontak"


async def test_changing_an_answer_from_the_check_page_returns_there(citizen: Citizen) -> None:
    """Ask nothing twice: "Ubah" leads to the one question and straight back."""
    await citizen.complete()
    number = citizen.number
    for page in ("perubahan", "alasan", "kontak", "identitas"):
        assert f'href="/permohonan/{number}/{page}"' in citizen.page
        await citizen.visit(f"/permohonan/{number}/{page}")
        await citizen.send({}, f"/permohonan/{number}/{page}")
        assert citizen.path == f"/permohonan/{number}/periksa"


async def test_an_incomplete_check_page_names_what_is_missing(citizen: Citizen) -> None:
    await citizen.begin()
    number = citizen.number
    await citizen.visit(f"/permohonan/{number}/periksa")
    assert "Belum lengkap" in citizen.page
    assert not [form for form in forms_on(citizen.page) if form.action.endswith("/pengajuan")]
    answer = await citizen.browser.post(
        f"/permohonan/{number}/pengajuan",
        content="_kunci=abc",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert answer.status_code == 422
    assert (await stored(number)).state == State.DRAFT


async def test_a_draft_can_be_thrown_away(citizen: Citizen) -> None:
    await citizen.fill()
    number = citizen.number
    await citizen.visit(f"/permohonan/{number}/penghapusan")
    await citizen.send({})
    row = await stored(number)
    assert (row.state, row.name, row.nik_sealed) == (State.WITHDRAWN, "", "")


# --- sent twice, sent by machines, sent by others ---


async def test_the_same_form_twenty_times_at_once_is_one_application(client: httpx.AsyncClient) -> None:
    """P5: double taps and retries on a weak line; every answer leads to the same draft and opens it."""
    form = forms_on((await client.get(START)).text)[0]
    answers = await asyncio.gather(
        *[client.post(START, data={**form.values, "perubahan": "photo"}) for _ in range(20)]
    )
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert await Application.count() == 1
    assert all("sesi=" in answer.headers["set-cookie"] for answer in answers)
    assert (await client.get(answers[0].headers["location"])).status_code == 200


async def test_a_filled_honeypot_looks_accepted_and_stores_nothing(citizen: Citizen) -> None:
    await citizen.visit(START)
    answer = await citizen.send({"perubahan": "photo", "website": "http://x"})
    assert answer.status_code == 200
    assert "Terima kasih" in answer.text
    assert await Application.count() == 0


async def test_sending_twice_leads_to_the_status(citizen: Citizen) -> None:
    await citizen.complete()
    number, page = citizen.number, citizen.answer
    await citizen.submit()
    citizen.answer = page
    await citizen.submit()
    assert citizen.path == f"/permohonan/{number}/tanda-terima"
    answer = await citizen.browser.post(
        f"/permohonan/{number}/pengajuan",
        content="_kunci=another",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, f"/permohonan/{number}")


async def test_the_same_person_is_led_to_the_first_application(citizen: Citizen, stranger: Citizen) -> None:
    """One at a time per NIK: from another phone too, once KK, birth date and phone agree."""
    await citizen.complete()
    first = citizen.number
    await citizen.submit()
    await stranger.complete()
    await stranger.submit()
    assert stranger.path == f"/permohonan/{first}/sudah-ada"
    assert (await stranger.visit(f"/permohonan/{first}")).status_code == 200


async def test_a_stranger_with_that_nik_notices_nothing(citizen: Citizen, stranger: Citizen) -> None:
    await citizen.complete()
    first = citizen.number
    await citizen.submit()
    await stranger.complete(no_hp="081234567890")
    await stranger.submit()
    assert stranger.path.endswith("/tanda-terima")
    assert first not in stranger.page
    assert (await stranger.visit(f"/permohonan/{first}")).status_code == 403


async def test_after_sending_the_wizard_is_closed(citizen: Citizen) -> None:
    await citizen.complete()
    number = citizen.number
    await citizen.submit()
    for page in ("alasan", "identitas", "berkas", "periksa", "penghapusan"):
        await citizen.visit(f"/permohonan/{number}/{page}")
        assert citizen.path == f"/permohonan/{number}"


async def test_a_returned_file_is_mended_in_the_same_place(citizen: Citizen) -> None:
    """P7: the reason stands in the document's slot; typing may be mended too; one button hands it in."""
    await citizen.complete()
    number = citizen.number
    await citizen.submit()
    row = await stored(number)
    await Document.update({Document.verdict: "accepted"}).where(Document.application == row.id)
    await Document.update({Document.verdict: "rejected", Document.reasons: '["blurred"]'}).where(
        (Document.application == row.id) & (Document.kind == "old_card")
    )
    operator = await member_of_staff(Role.OPERATOR)
    due = {Application.correction_due_at: MONDAY.replace(year=2999), Application.returned_at: MONDAY}
    await casework.advance(row, Act.RETURN, operator, MONDAY, changes=due, silent=True)
    await citizen.visit(f"/permohonan/{number}/berkas")
    assert citizen.path == f"/permohonan/{number}/perbaikan"
    assert "Foto buram" in citizen.page
    await citizen.submit()
    assert citizen.answer.status_code == 422
    await citizen.visit(f"/permohonan/{number}/identitas")
    await citizen.send({**PERSON, "nama": "SITI AMINAH PUTRI"})
    assert citizen.path == f"/permohonan/{number}/perbaikan"
    await citizen.upload("old_card", photo("agus-ktp.jpg"))
    await citizen.submit()
    assert citizen.path == f"/permohonan/{number}"
    row = await stored(number)
    assert (row.state, row.name) == (State.SUBMITTED, "SITI AMINAH PUTRI")


# --- what people type ---


async def page_for(citizen: Citizen, field: str) -> str:
    """Open the page that asks for this field; its address."""
    if field == "kode_lacak":
        path = "/permohonan"
    elif field == "catatan":
        path = f"/permohonan/{citizen.number}/keterangan"
    else:
        path = f"/permohonan/{citizen.number}/{'kontak' if field in CONTACTS else 'identitas'}"
    await citizen.visit(path)
    return path


async def typed_for(entry: dict[str, Any]) -> dict[str, str]:
    """A form that is right but for this entry."""
    fields = entry["field"].split("+")
    values = [entry["value"]] if len(fields) == 1 else entry["value"]
    given = dict(zip(fields, values, strict=True))
    if "jenis_kelamin" in given:
        given["jenis_kelamin"] = SEX[given["jenis_kelamin"]]
    right = {**CONTACT, "desa": await village()} if fields[0] in CONTACTS else dict(PERSON)
    return given if fields[0] in NAMES else {**right, **given}


async def known(citizen: Citizen, field: str) -> str:
    """How the field is stored now."""
    row = await stored(citizen.number)
    sealed = await applications.identity(row)
    return {
        "nik": sealed.nik,
        "no_hp": sealed.phone,
        "email": sealed.email,
        "nama": row.name,
        "tgl_lahir": str(row.birth_date),
        "catatan": row.account,
        "rt_rw": f"{row.rt}/{row.rw}",
    }[field]


async def prepared(citizen: Citizen) -> str:
    """A draft on which every page can be opened; its number."""
    await citizen.begin(reason="physical_change")
    await citizen.send({"catatan": "Luka"})
    return citizen.number


async def test_unusual_but_lawful_answers_are_taken(citizen: Citizen) -> None:
    """R3, P5: single names, degrees, apostrophes, spaces between digits, emoji; odd ones after a second press."""
    number = await prepared(citizen)
    for entry in (one for one in BAD["must_accept"] if one["field"] != "kode_lacak"):
        await page_for(citizen, entry["field"].split("+")[0])
        answer = await citizen.send(await typed_for(entry))
        if 'name="yakin"' in answer.text:
            confirmed = answer.text.split('id="yakin" name="yakin" value="')[1].split('"')[0]
            answer = await citizen.send({"yakin": confirmed})
        assert answer.status_code == 200, (entry, answer.text)
        field = entry["field"].split("+")[0]
        wanted = entry["stored_as"] if isinstance(entry["stored_as"], str) else entry["stored_as"][0]
        citizen.answer = await citizen.visit(f"/permohonan/{number}/kontak")
        assert await known(citizen, field) == wanted, entry


async def test_odd_answers_are_asked_once_and_then_taken(citizen: Citizen) -> None:
    """The message stands beside the field, nothing typed is lost, the second press is enough, the operator sees it."""
    await prepared(citizen)
    for entry in BAD["must_warn"]:
        field = entry["field"].split("+")[0]
        path = await page_for(citizen, field)
        typed = await typed_for(entry)
        answer = await citizen.send(typed)
        assert answer.status_code == 422, entry
        assert f'id="{field}-e"' in answer.text, entry
        kept = form_to(answer.text, path).values
        assert {name: kept[name] for name in typed} == typed, entry
        confirmed = answer.text.split('id="yakin" name="yakin" value="')[1].split('"')[0]
        answer = await citizen.send({"yakin": confirmed})
        assert answer.status_code == 200, entry
        assert (await applications.identity(await stored(citizen.number))).warnings


async def test_impossible_answers_are_refused_beside_the_field_and_nothing_is_lost(citizen: Citizen) -> None:
    """Never a fault of the server; every other field keeps what was typed, and nothing is stored."""
    await prepared(citizen)
    for entry in (one for one in BAD["must_refuse"] if one["field"] != "kode_lacak"):
        path = await page_for(citizen, entry["field"])
        before = await known(citizen, entry["field"])
        typed = await typed_for(entry)
        answer = await citizen.send(typed)
        assert 400 <= answer.status_code < 500, entry
        assert await known(citizen, entry["field"]) == before, entry
        if "\0" in entry["value"] and answer.status_code != 422:
            continue
        assert f'id="{entry["field"]}-e"' in answer.text, entry
        kept = form_to(answer.text, path).values
        others = {name: value for name, value in typed.items() if name != entry["field"]}
        assert {name: kept[name] for name in others} == others, entry
        assert "<script>alert" not in answer.text
    for entry in BAD["either"]:
        await page_for(citizen, entry["field"])
        answer = await citizen.send(await typed_for(entry))
        assert answer.status_code < 500, entry


async def test_a_number_that_cannot_be_gets_the_answer_of_an_unknown_one(citizen: Citizen) -> None:
    """Case, spaces and dashes do not matter; junk tells no more than a number nobody has."""
    await citizen.begin()
    number, pin = citizen.number, applications.pin_of(await stored(citizen.number))
    answers = set()
    for wrong in (
        "KRN-ZZZZZZ",
        *(one["value"] for one in BAD["must_refuse"] if one["field"] == "kode_lacak"),
    ):
        await citizen.visit("/permohonan")
        answer = await citizen.send({"nomor": wrong, "pin": "000000"})
        assert form_to(answer.text, "/permohonan").values["nomor"] == wrong
        answers.add((answer.status_code, answer.text.split('id="nomor-e"')[1].split("</p>")[0]))
    assert len(answers) == 1
    for spelt in (number.lower(), f" {number.replace('-', ' ')}. "):
        await citizen.visit("/permohonan")
        await citizen.send({"nomor": spelt, "pin": pin})
        assert citizen.path == f"/permohonan/{number}/kontak"


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"nik=3515010101900001&nik=3515010101900002", FORM),
        (b"nama=%ED%A0%80", FORM),
        (b"nama=%FF%FE", FORM),
        (b"nama=a%00b", FORM),
        (b"x" * 200_000 + b"=1", FORM),
        (b"nik=3515010101900001", {"Content-Type": "text/plain"}),
        (b"&".join(b"f%d=1" % n for n in range(200)), FORM),
        (b"{}", {"Content-Type": "application/json"}),
    ],
)
async def test_requests_no_page_of_ours_would_send_are_refused(
    citizen: Citizen, content: bytes, headers: dict[str, str]
) -> None:
    await citizen.begin()
    for path in (START, "/permohonan", f"/permohonan/{citizen.number}/identitas"):
        answer = await citizen.browser.post(path, content=content, headers=headers)
        assert 400 <= answer.status_code < 500, path
    assert (await stored(citizen.number)).nik_sealed == ""


async def test_a_method_in_a_header_is_ignored(citizen: Citizen) -> None:
    await citizen.begin()
    answer = await citizen.browser.get(
        f"/permohonan/{citizen.number}/kontak", headers={"X-HTTP-Method-Override": "DELETE"}
    )
    assert answer.status_code == 200


async def test_staff_do_not_lose_their_session_to_the_public_form(client: httpx.AsyncClient) -> None:
    """One browser is a desk or a citizen's, never both by accident."""
    operator = await member_of_staff(Role.OPERATOR)
    assert operator.staff_id is not None
    client.cookies.set(
        "sesi", await sessions.begin_for_staff(operator.staff_id, clock.now()), domain="loket.test"
    )
    citizen = Citizen(client)
    await citizen.visit(START)
    answer = await citizen.send({"perubahan": "photo"})
    assert answer.status_code == 422
    assert "masuk sebagai petugas" in answer.text
    assert await Application.count() == 0

"""The file copy of a complaint: who gets it, what stands on it, and what never does [C1, S2]."""

import httpx
import pytest

from components import access
from models.rules.workflow import Role
from tests.components.papers.paper import holds_all, text_of
from tests.faults.people import browser, signed_in
from tests.routes.test_complaints import LEVY, sent, the_only_one
from tests.support.databases import Kind

REGISTER = "/pengaduan/register"
LETTER = {
    "saluran": "lapor",
    "nomor_luar": "LAPOR-889912",
    "jenis": "complaint",
    "uraian": "Antre dua jam, loket kosong.",
    "kejadian": "Senin pagi, loket 2",
    "harapan": "Petugas ditambah",
    "nama": "Siti Aminah",
    "no_hp": "0857 3634 9953",
    "email": "siti@contoh.test",
}


@pytest.fixture
def kind() -> Kind:
    """Papers are the same on each database."""
    return "sqlite"


async def test_all_that_was_said_and_no_way_to_reach_who_said_it(client: httpx.AsyncClient) -> None:
    """The officer who typed it in reads PIN and contacts on the screen; the paper has none of them."""
    async with browser((await signed_in(Role.OPERATOR))[1]) as desk:
        assert (await sent(desk, f"{REGISTER}/baru", **LETTER, identitas="named")).status_code == 303
        complaint = await the_only_one()
        ours = f"{REGISTER}/{complaint.number}"
        for step, typed in (
            ("klasifikasi", {"kelas": "plain"}),
            ("jawaban", {"teks": "Loket kedua dibuka."}),
        ):
            assert (await sent(desk, f"{ours}/{step}", **typed)).status_code == 303
        assert f'href="{ours}/berkas.pdf"' in (await desk.get(ours)).text
        answer = await desk.get(f"{ours}/berkas.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    text = text_of(answer.content)
    typed_in = [LETTER[name] for name in ("nomor_luar", "uraian", "kejadian", "harapan", "nama")]
    ours_too = ["Pengaduan P-", complaint.number, "Loket kedua dibuka.", "Jawaban paling lambat", "Dipilah"]
    assert not holds_all(text, [*typed_in, *ours_too, "Foto bukti: 0", "SP4N-LAPOR", "Diterima: "])
    for hidden in (access.keys_of(complaint).pin, "siti@contoh.test", "34 9953", "349953"):
        assert hidden not in text


async def test_what_the_supervisor_may_know_stays_off_the_paper(client: httpx.AsyncClient) -> None:
    """A confidential name is on the supervisor's screen, and not in the folder."""
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as desk:
        await sent(desk, f"{REGISTER}/baru", **LETTER, identitas="confidential")
        ours = f"{REGISTER}/{(await the_only_one()).number}"
        assert LETTER["nama"] in (await desk.get(ours)).text
        text = text_of((await desk.get(f"{ours}/berkas.pdf")).content)
    assert LETTER["uraian"] in text
    assert LETTER["nama"] not in text


async def test_a_secret_one_is_not_there_for_officers(client: httpx.AsyncClient) -> None:
    """[S2] The same answer as for a number that was never given out; its supervisor gets it, marked."""
    await sent(client, **LEVY)
    path = f"{REGISTER}/{(await the_only_one()).number}/berkas.pdf"
    for role in (Role.OPERATOR, Role.COUNTER):
        async with browser((await signed_in(role))[1]) as desk:
            hidden, unknown = await desk.get(path), await desk.get(f"{REGISTER}/P-ZZZZZZ/berkas.pdf")
            assert hidden.status_code == unknown.status_code == 404
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as desk:
        assert "Khusus atasan" in text_of((await desk.get(path)).content)

"""Fifty people whose numbers exist nowhere else go through everything; then their numbers are looked for.

In the log, in addresses, in mail, and in every byte the service left on the disk [R3, P6].
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from pathlib import Path

import httpx
import pytest

from components import applications, clock, intake, scheduler, verification, walkin
from components.kit import Kit
from components.logs import Redacting
from components.refusals import Missing
from models.application import Application
from models.office import Village
from models.rules.workflow import Role, State
from tests.faults.citizen import SMALL_PHOTOS, Citizen, Somebody, photo, somebody
from tests.faults.people import browser, signed_in
from tests.faults.states import columns_of
from tests.faults.visitor import Visitor, form_in
from tests.support.cases import an_application

CANARIES = [somebody(n) for n in range(50)]
WALK_IN, NEIGHBOUR, RECEIVER = HELPED = [somebody(50 + n) for n in range(3)]
"""Whom staff write down: who walks in, who sits at the registrar's table, who takes the card of another."""
EVERYBODY = [*CANARIES, *HELPED]
PASSWORDS = ("kuda-laut-biru-tua", "908172", "4711-0815-1234")
"""Typed into forms that a fault of ours then breaks."""
TO_THE_END = 6
"""So many submit and are decided on; the others leave at different places before."""

_ADDRESS = re.compile(r'(?:href|src|action)="([^"]*)"')


@dataclass
class Traces:
    """Where a number could have been left: log lines and addresses. Pages themselves may show a person's own."""

    log_file: Path
    addresses: list[str] = field(default_factory=list)

    async def watch(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.addresses.append(answer.headers.get("location", ""))
        if answer.headers.get("content-type", "").startswith("text/html"):
            self.addresses.extend(_ADDRESS.findall(answer.text))


@pytest.fixture
def log_file(tmp_path: Path) -> Iterator[Path]:
    """What the process would write to its log, at its most talkative."""
    handler = logging.FileHandler(tmp_path / "log", encoding="utf-8")
    handler.setFormatter(Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield tmp_path / "log"
    root.setLevel(before)
    root.removeHandler(handler)
    handler.close()


@pytest.fixture
def traces(service: Kit, log_file: Path) -> Traces:
    return Traces(log_file)


def found_in(content: str | bytes, people: list[Somebody]) -> list[str]:
    """Which secrets of whom are in there, without telling them."""
    raw = content.encode() if isinstance(content, str) else content
    return [
        f"secret {place} of person {who.n}"
        for who in people
        for place, secret in enumerate(who.secrets)
        if secret.encode() in raw
    ]


async def test_no_number_and_no_contact_is_left_anywhere(
    service: Kit, traces: Traces, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wizard, refusals, faults with the form in their message, searches, decisions, mail: nothing in clear."""
    numbers = [await _through_the_wizard(traces, who, monkeypatch) for who in CANARIES]
    await _through_the_office(traces, numbers[:TO_THE_END])
    await _at_the_counter(traces, monkeypatch)
    await _in_the_village(traces)
    await _guesses_and_searches(traces)
    await scheduler.tick(clock.now())

    log = traces.log_file.read_text("utf-8")
    assert "unexpected" in log, "the forced faults must be in the log"
    assert found_in(log, EVERYBODY) == []
    assert [word for word in PASSWORDS if word in log] == []
    assert re.findall(r"/alih/[\w-]{10,}", log) == []
    assert [one for one in traces.addresses if found_in(one, EVERYBODY)] == []
    letters = [part for file in service.settings.data.rglob("*.eml") for part in _parts(file.read_bytes())]
    assert any("<html" in letter for letter in letters)
    assert [
        n for n, letter in enumerate(letters) if any(w.nik in letter or w.kk in letter for w in EVERYBODY)
    ] == []
    left = _left_on_disk(service)
    assert {name: found_in(content, EVERYBODY) for name, content in left.items()} == {
        name: [] for name in left
    }


async def _through_the_wizard(traces: Traces, who: Somebody, monkeypatch: pytest.MonkeyPatch) -> str:
    """Typed wrong first, then broken by a fault of ours, then right; a few go on to the end."""
    async with browser() as client:
        client.event_hooks["response"].append(traces.watch)
        citizen = Citizen(Visitor(client), who)
        assert (await citizen.begin()).status_code == 303
        assert (await citizen.tell_contact()).status_code == 303
        assert (await citizen.tell_identity(nama="K3NARI")).status_code == 422
        with monkeypatch.context() as broken:
            broken.setattr("routes.applications._SAVES", _Breaking())
            assert (await citizen.tell_identity()).status_code == 500
        assert (await citizen.tell_identity()).status_code == 303
        if who.n < TO_THE_END:
            for kind, name in SMALL_PHOTOS.items():
                sent = await citizen.send_photo(kind, f"KTP {who.nik} {who.phone}.jpg", photo(name))
                assert sent.status_code == 303
            assert (await citizen.submit()).status_code == 303
            for page in ("", "/f-1.02", "/slip", "/jadwal.ics", "/tanda-terima"):
                await citizen.visitor.open(f"{citizen.path}{page}")
    return citizen.number


class _Breaking(dict[str, object]):
    """Fails as a driver or a parser would: with all that it was given in its message."""

    def __getitem__(self, page: str) -> object:
        async def fail(application: Application, typed: object, *_: object) -> None:
            known = await applications.identity(application)
            raise RuntimeError(f"cannot save {typed} for {application} {known} {known.phone} {known.email}")

        return fail


async def _through_the_office(traces: Traces, numbers: list[str]) -> None:
    """Queue, file, search by NIK, question, note, acceptance, day sheet, outbox."""
    _, token = await signed_in(Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR)
    async with browser(token) as client:
        client.event_hooks["response"].append(traces.watch)
        operator = Visitor(client)
        for n, number in enumerate(numbers):
            found = await client.post("/cari", data={"kode": CANARIES[n].nik})
            assert found.status_code == 303
            path = f"/verifikasi/{number}"
            asked = {"pertanyaan": f"NIK {n} ini benar?", "catatan_rekan": "Sudah ditelepon."}
            for word, field in (("pertanyaan", "pertanyaan"), ("catatan", "catatan_rekan")):
                # Its button sends the form of the decision to an address of its own.
                page = await operator.open(path)
                form = replace(form_in(page.text, f"{path}/putusan"), action=f"{path}/{word}")
                told = await operator.send(form, {field: asked[field]})
                assert told.status_code == 303
            decided = await operator.fill_in(path, {"putusan": "terima"}, action=f"{path}/putusan")
            assert decided.status_code == 303
            await client.get(f"/loket/{number}")
        for room in (
            "/verifikasi",
            "/pertanyaan",
            "/lembar-harian",
            "/pintasan",
            "/loket",
            "/pesan",
            "/blangko",
        ):
            assert (await client.get(room)).status_code == 200


async def _at_the_counter(traces: Traces, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed wrong, kept while it is typed, broken by a fault of ours, then taken in; a card given to somebody else."""
    _, token = await signed_in(Role.COUNTER)
    ready = await an_application(State.READY, clock.now(), **columns_of(State.READY, clock.now()))
    async with browser(token) as client:
        client.event_hooks["response"].append(traces.watch)
        officer, who = Visitor(client), WALK_IN
        form = form_in((await officer.open("/loket/baru")).text, "/loket/baru")
        typed = {
            "nik": who.nik, "no_kk": who.kk, "nama": who.name, "tempat_lahir": "SIDOARJO", "tgl_lahir": who.born,
            "jenis_kelamin": "female", "alamat": "DSN. MELATI NO. 14", "rt_rw": "003/002", "no_hp": who.phone,
            "email": who.email, "desa": str((await intake.villages_of(ready.office))[0]["id"]),
            "perubahan": "signature", **dict.fromkeys(("berkas_old_card", "berkas_form_f102"), "ada"),
        }  # fmt: skip
        kept = await client.post("/loket/baru/simpanan", data={"_draf": form.values["_draf"], **typed})
        assert kept.status_code == 200
        assert (await officer.send(form, typed)).status_code == 422
        typed["berkas_family_card"] = "ada"
        with monkeypatch.context() as broken:
            broken.setattr(walkin, "take_in", _fail)
            assert (await officer.send(form, typed)).status_code == 500
        taken = await officer.send(form, {**typed, "_kunci": "x" * 16})
        assert taken.status_code == 303
        place = taken.headers["location"]
        await officer.open(place)
        decided = await officer.fill_in(
            place, {"putusan": "terima"}, action=place.replace("berkas", "putusan")
        )
        assert decided.status_code == 303
        given = await officer.fill_in(
            f"/loket/{ready.number}",
            {
                "receiver": "family", "receiver_name": RECEIVER.name, "receiver_nik": RECEIVER.nik,
                "relation": "ibu", "checked": "ya", "old_card_taken": "ya",
            },
            action=f"/loket/{ready.number}/penyerahan",
        )  # fmt: skip
        assert given.status_code == 303
        for path in (place.replace("berkas", "slip"), f"/loket/{ready.number}/tanda-terima"):
            await _without_numbers(client, path, f"{path}.pdf?kertas=80mm")
        for room in (
            "/loket/baru",
            f"/loket/{ready.number}",
            "/antrean",
            "/lembar-harian",
            "/lembar-harian.pdf",
        ):
            assert (await client.get(room)).status_code == 200


async def _fail(*all_of_it: object) -> None:
    raise RuntimeError(f"cannot take in {all_of_it}")


async def _without_numbers(client: httpx.AsyncClient, *papers: str) -> None:
    """What people carry about and show: neither the words nor what is written beside them tells a number."""
    for path in papers:
        answer = await client.get(path)
        assert answer.status_code == 200, path
        assert found_in(answer.content, EVERYBODY) == []
        assert found_in(str(answer.headers), EVERYBODY) == []


async def _in_the_village(traces: Traces) -> None:
    """A neighbour's whole way at the registrar's table, the search, the phone it is handed to, the day on paper."""
    village = await Village.objects().first()
    assert village is not None
    _, token = await signed_in(Role.REGISTRAR, village_id=village.id)
    async with browser(token) as client:
        client.event_hooks["response"].append(traces.watch)
        neighbour = Citizen(Visitor(client), NEIGHBOUR)
        begun = await neighbour.visitor.fill_in(
            "/desa/warga-baru", {"dibacakan": "ya", "perubahan": "signature"}
        )
        neighbour.number = begun.headers["location"].split("/")[2]
        contact = {"no_hp": NEIGHBOUR.phone, "email": NEIGHBOUR.email, "whatsapp": "ya"}
        assert (await neighbour.visitor.fill_in(f"{neighbour.path}/kontak", contact)).status_code == 303
        assert (await neighbour.tell_identity()).status_code == 303
        for kind, name in SMALL_PHOTOS.items():
            assert (await neighbour.send_photo(kind, f"{NEIGHBOUR.nik}.jpg", photo(name))).status_code == 303
        ticks = dict.fromkeys(("cek_nama", "cek_kk", "cek_tanda_tangan", "cek_ktp"), "ya")
        check, send = f"{neighbour.path}/periksa", f"{neighbour.path}/pengajuan"
        assert (await neighbour.visitor.fill_in(check, ticks, action=send)).status_code == 303
        for wanted in NEIGHBOUR.secrets:
            assert (await client.post("/desa/pencarian", data={"cari": wanted})).status_code == 200
        assert (await neighbour.visitor.fill_in(f"{neighbour.path}/alih-hp", {})).status_code == 200
        await _without_numbers(
            client,
            "/desa",
            "/desa/rekap",
            "/desa/rekap.pdf",
            f"{neighbour.path}/bukti",
            f"{neighbour.path}/bukti.pdf",
        )


def _parts(letter: bytes) -> list[str]:
    """All of a letter as its reader sees it: headers and every part, decoded."""
    mail = message_from_bytes(letter, policy=policy.default)
    return [str(mail.items()), *(part.get_content() for part in mail.walk() if not part.is_multipart())]


async def _guesses_and_searches(traces: Traces) -> None:
    """Numbers typed where they do not belong: as a login, as an application's number, as a PIN.

    And a fault that shows a form with what opens something.
    """
    typed = {"password": PASSWORDS[0], "pin": PASSWORDS[1], "kode": PASSWORDS[2]}
    logging.getLogger("loket").error("cannot read %s, sent from /alih/%s", typed, "a" * 22)
    _, token = await signed_in(Role.OPERATOR)
    async with browser() as client, browser(token) as operator:
        for one in (client, operator):
            one.event_hooks["response"].append(traces.watch)
        for who in CANARIES[-10:]:
            await client.post("/permohonan", data={"nomor": who.nik, "pin": "123456"})
            await client.post("/permohonan", data={"nomor": "KRN-AAAAAA", "pin": who.nik})
            await client.post("/masuk", data={"login": who.email, "password": who.nik})
            await operator.post("/cari", data={"kode": who.nik})


def _left_on_disk(service: Kit) -> dict[str, bytes]:
    """Everything the service wrote but the letters, whose envelope names their receiver."""
    database = Path(service.settings.database_url.removeprefix("sqlite:///"))
    files = [*database.parent.glob(f"{database.name}*"), *service.settings.data.rglob("*")]
    return {file.name: file.read_bytes() for file in files if file.is_file() and file.suffix != ".eml"}


async def test_what_is_sealed_is_found_by_who_may(service: Kit) -> None:
    """The desk finds a person by the NIK; a draft that somebody began with it afterwards hides nothing."""
    who = CANARIES[0]
    async with browser() as client:
        citizen = Citizen(Visitor(client), who)
        await citizen.apply()
    async with browser() as client:
        other = Citizen(Visitor(client), who)
        for step in (other.begin, other.tell_contact, other.tell_identity):
            assert (await step()).status_code == 303
    by, _ = await signed_in(Role.OPERATOR)
    assert await verification.number_of(who.nik, by, clock.now()) == citizen.number
    with pytest.raises(Missing):
        await verification.number_of(CANARIES[1].nik, by, clock.now())

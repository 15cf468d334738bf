"""Fifty people whose numbers exist nowhere else go through everything; then their numbers are looked for.

In the log, in addresses, in mail, and in every byte the service left on the disk [R3, P6].
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from components import applications, clock, scheduler, verification
from components.kit import Kit
from components.logs import Redacting
from components.refusals import Missing
from models.application import Application
from models.rules.workflow import Role
from tests.faults.citizen import SMALL_PHOTOS, Citizen, Somebody, photo, somebody
from tests.faults.people import browser, signed_in
from tests.faults.visitor import Visitor

CANARIES = [somebody(n) for n in range(50)]
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
    await _guesses_and_searches(traces)
    await scheduler.tick(clock.now())

    log = traces.log_file.read_text("utf-8")
    assert "unexpected" in log, "the forced faults must be in the log"
    assert found_in(log, CANARIES) == []
    assert [one for one in traces.addresses if found_in(one, CANARIES)] == []
    letters = [file.read_bytes() for file in service.settings.data.rglob("*.eml")]
    assert letters
    for who in CANARIES:
        for letter in letters:
            assert who.nik.encode() not in letter
            assert who.kk.encode() not in letter
    left = _left_on_disk(service)
    assert {name: found_in(content, CANARIES) for name, content in left.items()} == {
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
                told = await operator.fill_in(path, {field: asked[field]}, action=f"{path}/{word}")
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


async def _guesses_and_searches(traces: Traces) -> None:
    """Numbers typed where they do not belong: as a login, as an application's number, as a PIN."""
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

"""The lists of the desks and of the office, taken along by whom they are shown to [M4, G1]."""

import csv
from collections.abc import AsyncIterator
from io import BytesIO, StringIO
from typing import Any

import httpx
import pytest
from openpyxl import load_workbook

from components import clock, complaint_filing, exports, stock
from components.actors import Actor
from components.kit import Kit
from models.account import Staff
from models.history import Event
from models.notification import Message
from models.office import Office
from models.rules.complaints import ComplaintKind, Naming
from models.rules.workflow import Role, State
from tests.faults.people import browser, signed_in
from tests.routes.samples import SAMPLES, Place, Scene
from tests.support.cases import NAME, NIK, an_application
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY

KEPT_IN = (
    NIK,
    "85736349953",
    "siti@contoh.test",
    "Permohonan Anda kami terima",
    "Antre lama sekali",
)
"""What no list of the desks takes along."""


class Office1:
    """Who works here, each with a browser."""

    def __init__(self, browsers: dict[Role, httpx.AsyncClient], actors: dict[Role, Actor]) -> None:
        self.browsers, self.actors = browsers, actors

    async def lines(self, role: Role, path: str) -> list[dict[str, str]]:
        """A CSV by its head."""
        answer = await self.browsers[role].get(path)
        assert answer.status_code == 200, path
        found = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
        assert not [one for one in KEPT_IN if one in answer.text]
        return found

    def scene(self) -> Scene:
        clerk = self.actors[Role.OPERATOR]
        return Scene(Place(clerk.office_id or 0, 1, clerk.staff_id or 0))


@pytest.fixture
async def office(service: Kit, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office1]:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    signed = {
        role: await signed_in(role) for role in (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.ADMIN)
    }
    async with (
        browser(signed[Role.OPERATOR][1]) as operator,
        browser(signed[Role.COUNTER][1]) as counter,
        browser(signed[Role.SUPERVISOR][1]) as supervisor,
        browser(signed[Role.ADMIN][1]) as admin,
    ):
        browsers = dict(zip(signed, (operator, counter, supervisor, admin), strict=True))
        yield Office1(browsers, {role: actor for role, (actor, _) in signed.items()})


async def test_the_queue_is_whole_and_in_its_order(office: Office1, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are read at once; of the own office; and what looks like a formula is what was typed."""
    monkeypatch.setattr(exports, "AT_ONCE", 2)
    other = Office(prefix="WNY", name="W", short_name="W", regency="S", area_code="351516", address="J")
    await other.save()
    names = ["=1+1", "+6281", "-", "@x", "\t=1", "＝1+1", "\u00a0=1"]
    wanted = [
        await an_application(State.SUBMITTED, name=name, promise_at=MONDAY.replace(day=30 - at))
        for at, name in enumerate(names)
    ]
    await an_application(State.SUBMITTED, office=other.id)
    found = await office.lines(Role.OPERATOR, "/verifikasi.csv")
    assert [line["Nomor"] for line in found] == [one.number for one in reversed(wanted)]
    assert [line["Nama"].removeprefix("'") for line in found] == names[::-1]
    assert all(line["Nama"].startswith("'") for line in found)
    answer = await office.browsers[Role.SUPERVISOR].get("/verifikasi.xlsx")
    page = load_workbook(BytesIO(answer.content)).active
    cells = [row[1] for row in page.iter_rows(min_row=2)]
    assert [cell.value for cell in cells] == names[::-1]
    assert {cell.data_type for cell in cells} == {"s"}
    assert page.freeze_panes == "A2"
    events = await Event.select(Event.actor, Event.details).where(Event.act == "exported").order_by(Event.id)
    operator, supervisor = office.actors[Role.OPERATOR], office.actors[Role.SUPERVISOR]
    assert [one["actor"] for one in events] == [operator.label, supervisor.label]
    assert {one["details"] for one in events} == {'{"list": "antrean", "rows": 7}'}


async def test_the_day_comes_as_the_counter_serves_it(office: Office1) -> None:
    here = await an_application(State.ARRIVED, arrived_at=MONDAY)
    ready = await an_application(State.READY)
    found = await office.lines(Role.COUNTER, "/loket.csv")
    assert [line["Nomor"] for line in found] == [here.number, ready.number]
    assert found[0]["Nama"] == NAME
    assert (found[0]["Tiba"], found[0]["Keadaan"]) == ("2026-11-23 09:00", "Hadir")
    assert await office.lines(Role.SUPERVISOR, "/pengawasan/hari-ini.csv?daftar=datang") == []


async def test_a_levy_stays_the_supervisor_s_alone(office: Office1, monkeypatch: pytest.MonkeyPatch) -> None:
    """C1, S2: as in the register; and what was written is in no list."""
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    operator = office.actors[Role.OPERATOR]
    plain, levy = [
        await complaint_filing.file(
            complaint_filing.Filing(kind, Naming.NAMED, False, "Antre lama sekali.", name="Siti"),
            operator,
            MONDAY,
        )
        for kind in (ComplaintKind.COMPLAINT, ComplaintKind.LEVY)
    ]
    for role in (Role.OPERATOR, Role.COUNTER):
        found = await office.lines(role, "/pengaduan/register.csv?daftar=semua")
        assert [line["Nomor"] for line in found] == [plain.number]
    found = await office.lines(Role.SUPERVISOR, "/pengaduan/register.csv")
    assert [line["Nomor"] for line in found] == [plain.number, levy.number]
    assert found[0]["Diterima"] == "2026-11-23 09:00"
    assert await office.lines(Role.SUPERVISOR, "/pengaduan/register.csv?daftar=lewat") == []


async def test_messages_go_along_without_texts_and_addresses(
    office: Office1, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And what supervisors are told of officers is theirs alone."""
    monkeypatch.setattr(exports, "AT_ONCE", 1)
    scene = office.scene()
    first, second = [await SAMPLES["message_id"].make(scene) for _ in range(2)]
    await Message.update({Message.kind: "many_looks", Message.trouble: "550 siti@contoh.test"}).where(
        Message.id == second
    )
    assert len(await office.lines(Role.SUPERVISOR, "/pesan.csv")) == 2
    (line,) = await office.lines(Role.OPERATOR, "/pesan.csv")
    assert line["Nomor"] == (await scene.application()).number
    assert first


async def test_what_the_office_keeps_about_itself(office: Office1) -> None:
    """Broken promises, obstacles, follow-ups, blanks, people: a line of each."""
    scene, counter = office.scene(), office.actors[Role.COUNTER]
    for sample in ("compensation_id", "obstacle_id", "follow_up_id"):
        await SAMPLES[sample].make(scene)
    await stock.receive("AB-0001", "0010", "S 1", counter, MONDAY)
    (broken,) = await office.lines(Role.OPERATOR, "/kompensasi.csv")
    assert broken["Nomor"] == (await scene.application()).number
    assert (broken["Permohonan maaf"], broken["Janji"]) == ("", "2026-11-23 08:00")
    (obstacle,) = await office.lines(Role.COUNTER, "/kendala.csv")
    assert (obstacle["Sebab"], obstacle["Selesai"]) == ("Listrik padam", "2026-11-23 09:00")
    (task,) = await office.lines(Role.COUNTER, "/pengawasan/rapat/tindak-lanjut.csv")
    assert (task["Tindak lanjut"], task["Keadaan"], task["Sampai"]) == (
        *("Menambah petugas loket.", "terbuka", "2026-11-23"),
    )
    (entry,) = await office.lines(Role.COUNTER, "/blangko/buku.csv")
    assert (entry["Nomor seri pertama"], entry["Perubahan"], entry["Stok"]) == ("AB-0001", "10", "10")
    people = await office.lines(Role.ADMIN, "/pengaturan/petugas.csv")
    assert len(people) == await Staff.count()


@on_sqlite
async def test_who_took_a_list_stands_in_the_own_record(office: Office1) -> None:
    """The record itself can be taken along; there is none of another office, no ledger of days nobody could mean."""
    supervisor = office.actors[Role.SUPERVISOR]
    await office.lines(Role.SUPERVISOR, "/pesan.csv")
    record: Any = await office.lines(Role.ADMIN, f"/pengaturan/petugas/{supervisor.staff_id}/riwayat.csv")
    assert (record[0]["Peristiwa"], record[0]["Oleh"]) == ("Daftar diunduh", supervisor.name)
    for path in ("/pengaturan/petugas/999999/riwayat.csv", "/blangko/buku.csv?dari=2026-02-31"):
        assert (await office.browsers[Role.SUPERVISOR].get(path)).status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    ("role", "screen", "file"),
    [
        (Role.OPERATOR, "/kendala", "/kendala"),
        (Role.OPERATOR, "/kompensasi", "/kompensasi"),
        (Role.OPERATOR, "/pesan", "/pesan"),
        (Role.COUNTER, "/loket", "/loket"),
        (Role.COUNTER, "/blangko/buku", "/blangko/buku"),
        (Role.OPERATOR, "/pengaduan/register", "/pengaduan/register"),
        (Role.SUPERVISOR, "/pengawasan/rapat", "/pengawasan/rapat/tindak-lanjut"),
        (Role.SUPERVISOR, "/pengawasan/hari-ini", "/pengawasan/hari-ini"),
        (Role.ADMIN, "/pengaturan/petugas", "/pengaturan/petugas"),
    ],
)
async def test_every_screen_offers_its_list(office: Office1, role: Role, screen: str, file: str) -> None:
    """Both forms, by buttons that lead where the file is."""
    page = (await office.browsers[role].get(screen)).text
    for words, ending in (("Unduh Excel", "xlsx"), ("Unduh CSV", "csv")):
        assert f'href="{file}.{ending}' in page
        assert words in page
    assert (await office.browsers[role].get(f"{file}.xlsx")).content.startswith(b"PK")

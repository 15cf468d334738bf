"""The supervisor's screen as it is served: every figure opens its list, and that has as many lines [M4]."""

import re
from datetime import timedelta
from html import unescape

import html5lib
import httpx
import pytest

from components import (
    attention,
    casework,
    clock,
    demo,
    follow_ups,
    meetings,
    scheduler,
    sessions,
    verification,
)
from components.figures import machine
from components.job_words import JOB_WORDS
from components.kit import Kit
from models.application import Application
from models.notification import Message
from models.rules.workflow import Role, State
from models.system import Outage
from tests.components.papers.paper import text_of
from tests.faults.people import browser, signed_in
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY

_NOT_COUNTED = (
    "/blangko",  # cards and days, not lines
    "/kendala#alat",  # so many of so many
    "/pengawasan/skm",  # nobody's answer is shown, only what they come to
    "/pengawasan/mesin#",  # times, room
)
_LINES = (
    ("/kompensasi", r'id="kasus-\d+"'),
    ("/pengawasan/rapat", r'<li class="tindak">'),
    ("/pengawasan/urutan", r'<ul class="daftar kartu rapat">|<li(?= class| id)'),
    ("/pengawasan/uji-petik", r'<li><div><a class="num" href="/pengawasan/uji-petik/'),
    ("", r"<tr(?=[ >])"),
)
"""What a line of a list begins with, by address."""


pytestmark = on_sqlite
"""What is shown is no matter of the database."""


@pytest.fixture(autouse=True)
def on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


def figures_of(page: str) -> list[tuple[str, int, str]]:
    """(address, number, words) of every link on the screen that is a figure."""
    root = html5lib.parse(page, namespaceHTMLElements=False)
    (board,) = [one for one in root.iter() if one.get("id") == "angka"]
    found = []
    for link in board.iter("a"):
        words = " ".join("".join(link.itertext()).split())
        number = re.match(r"\d[\d.]*", words)
        if number and not link.get("href", "").startswith(_NOT_COUNTED):
            found.append((link.get("href", ""), int(number[0].replace(".", "")), words))
    return found


async def lines_of(href: str, by: httpx.AsyncClient) -> int:
    """How many lines the list has, on all its pages."""
    lines, begin = 0, next(pattern for path, pattern in _LINES if href.startswith(path))
    while href:
        answer = await by.get(href)
        assert answer.status_code == 200, href
        body = answer.text.partition("<main")[2]
        tables = re.findall(r"<tbody>(.*?)</tbody>", body, re.DOTALL)
        lines += len(re.findall(begin, "".join(tables) if begin.startswith("<tr") else body))
        further = re.search(r'href="([^"]+)">Berikutnya', body)
        href = unescape(further[1]) if further else ""
    return lines


async def test_every_figure_opens_as_many_lines(service: Kit) -> None:
    """M4 T1 P9 G2: of a whole office's work, each number on the screen is the length of the list behind it."""
    await demo.fill()
    file = await Application.objects().where(Application.state == str(State.ACCEPTED)).first()
    operator = await demo._staff("operator")
    assert file is not None
    await Application.update({Application.service: "damaged"}).where(Application.id == file.id)
    await verification.look(file, operator, MONDAY)
    await casework.note(file, attention.LOOK, operator, MONDAY)
    failed = await Message.objects().where(Message.state == "waiting").order_by(Message.id).first()
    assert failed is not None
    await Message.update({Message.state: "failed"}).where(Message.id == failed.id)
    # Made on Saturday, without a promise: on the screen it belongs to Friday, and was kept.
    done = await Application.objects().where(Application.printed_at.is_not_null()).first()
    assert done is not None
    await Application.update(
        {Application.printed_at: MONDAY - timedelta(days=2), Application.promise_at: None}
    ).where(Application.id == done.id)
    supervisor = await demo._staff("camat")
    meeting = await meetings.make({"masa": "bulan"}, supervisor, MONDAY - timedelta(days=7))
    held = await meetings.find(meeting, supervisor)
    for due_on in ("2026-11-20", "2026-11-30"):
        task = {"text": "Tambah kursi", "owner": str(operator.staff_id), "due_on": due_on}
        await follow_ups.add(held, task, supervisor, MONDAY - timedelta(days=7))
    async with browser(await _token(supervisor.staff_id)) as one:
        figures = figures_of((await one.get("/pengawasan")).text)
        for href, number, words in figures:
            assert (href, words, await lines_of(href, one)) == (href, words, number)
        printed = text_of((await one.get("/pengawasan/laporan.pdf")).content)
    told = {href for href, number, _ in figures if number}
    counts = {href: number for href, number, _ in figures}
    standing = "/pengawasan/berkas?keadaan="
    for words in (
        "Keadaan Senin, 23 November 2026, 09.00 WIB.",
        f"Dalam janji {counts[standing + 'tepat']} Tempo hari ini {counts[standing + 'hari-ini']} ",
        f"Lewat janji {counts[standing + 'lewat']} Dijeda {counts[standing + 'dijeda']} ",
        "Terpotong 4",
        "Kompetensi pelaksana (terendah) 3,00",
        "1 lewat tanggal",
    ):
        assert words in printed, printed
    assert "SRI WAHYUNI" not in printed  # a paper lies about; the number says which file
    assert len(told) > 20
    seen = f"/pengawasan/dilihat/{operator.staff_id}?hari={MONDAY.date()}"
    assert {seen, f"{seen}&apa=nik"} <= told
    assert {"/pengawasan/mesin/pesan?daftar=gagal", "/pengawasan/rapat?daftar=lewat"} <= told
    assert {"/pengawasan/berkas?layanan=damaged", "/pengawasan/berkas?layanan=biometric"} <= told
    assert "/pengawasan/berkas?keadaan=jadi-tepat&hari=2026-11-20" in told


async def _token(staff_id: int | None) -> str:
    assert staff_id is not None
    return await sessions.begin_for_staff(staff_id, MONDAY)


async def test_the_machine_says_what_each_job_did(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """M4: last run, last failure by its kind and never its words; a job that works again keeps its failure in sight."""
    assert set(JOB_WORDS) == {name for name, _ in scheduler.JOBS}

    async def breaks(now: object) -> int:
        raise ValueError("SULASTRI 3515115208900001")

    first, second, *rest = scheduler.JOBS
    monkeypatch.setattr(scheduler, "JOBS", ((first[0], breaks), (second[0], breaks), *rest))
    await scheduler.tick(MONDAY)
    monkeypatch.setattr(scheduler, "JOBS", (first, (second[0], breaks), *rest))
    await scheduler.tick(MONDAY + timedelta(minutes=1))
    well, ill, never_failed, *_ = await machine.jobs()
    assert (well.fails, well.failed_at, well.trouble) == (False, MONDAY, "ValueError")
    assert (ill.fails, ill.failed_at) == (True, MONDAY + timedelta(minutes=1))
    assert (never_failed.ran_at, never_failed.failed_at) == (MONDAY + timedelta(minutes=1), None)
    await Outage(began_at=MONDAY - timedelta(hours=3), ended_at=MONDAY - timedelta(hours=1)).save()
    async with browser((await signed_in(Role.SUPERVISOR))[1]) as one:
        page = (await one.get("/pengawasan/mesin")).text
        screen = (await one.get("/pengawasan")).text
    assert "Layanan berhenti, 30 hari: 1 kali" in page
    assert "ValueError" in page
    assert "SULASTRI" not in page
    assert "1 tugas gagal" in screen

"""Whole NIKs leave the house only for a supervisor's written reason, and that stays on record [G1, M4]."""

import csv
import json
from collections.abc import AsyncIterator
from io import BytesIO, StringIO

import httpx
import pytest
from openpyxl import load_workbook

from components import clock, in_full
from components.actors import Actor
from components.kit import Kit
from models.history import Event
from models.rules.workflow import Role, State
from tests.faults.people import browser, signed_in
from tests.support.cases import NIK, an_application
from tests.support.databases import on_sqlite
from tests.support.service import MONDAY

CASES, BOOK = "/pengawasan/berkas", "/pengawasan/buku-harian"
MASKED = "351511******0000"
REASON = "Pencocokan dengan data Dispendukcapil"


@pytest.fixture
async def signed(service: Kit, monkeypatch: pytest.MonkeyPatch) -> tuple[Actor, str]:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)
    return await signed_in(Role.SUPERVISOR)


@pytest.fixture
async def supervisor(signed: tuple[Actor, str]) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(signed[1]) as one:
        yield one


async def taken_along() -> list[tuple[str, str, dict[str, object]]]:
    rows = await Event.select(Event.act, Event.reason, Event.details).order_by(Event.id)
    return [
        (row["act"], row["reason"], json.loads(row["details"]))
        for row in rows
        if row["act"].startswith(("exported", "show_identity"))
    ]


def nik_in(answer: httpx.Response) -> list[object]:
    """What the column NIK holds, whatever the form of the file."""
    if answer.headers["content-type"].startswith("text/csv"):
        lines = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline="")))
    else:
        page = load_workbook(BytesIO(answer.content)).active
        lines = [list(line) for line in page.iter_rows(values_only=True)]
    place = next(at for at, name in enumerate(lines[0]) if str(name).startswith("NIK"))
    return [line[place] for line in lines[1:]]


@pytest.mark.parametrize(("room", "name"), [(CASES, "berkas"), (BOOK, "buku-harian")])
async def test_a_reason_brings_whole_numbers_and_stays_on_record(
    supervisor: httpx.AsyncClient, room: str, name: str
) -> None:
    """Each file tells that its NIK was read, why, and in which list; the account tells how many lines were taken."""
    await an_application(State.SUBMITTED, submitted_at=MONDAY)
    await an_application(State.SUBMITTED, submitted_at=MONDAY, nik_sealed="")
    asked = {"alasan": REASON, "bentuk": "xlsx"}
    answer = await supervisor.post(f"{room}/nik-lengkap", data=asked)
    assert sorted(map(str, nik_in(answer))) == [NIK, "None"]
    assert f'filename="{name}-nik-lengkap-2026-11-23.xlsx"' in answer.headers["content-disposition"]
    assert await taken_along() == [
        ("show_identity", REASON, {"on": name}),
        ("exported_full", REASON, {"list": f"{name}-nik-lengkap", "rows": 2}),
    ]
    trail = (await supervisor.get("/pengawasan/jejak?peristiwa=exported_full")).text
    assert REASON in trail
    assert f"{name.replace('-', ' ')} NIK lengkap, 2 baris" in trail


@on_sqlite
async def test_what_was_narrowed_stays_narrow(supervisor: httpx.AsyncClient) -> None:
    """As CSV, too; of the own list, not of all."""
    await an_application(State.SUBMITTED, submitted_at=MONDAY)
    await an_application(State.RETURNED, submitted_at=MONDAY)
    asked = {"alasan": REASON, "bentuk": "csv", "tahap": "verifikasi"}
    assert nik_in(await supervisor.post(f"{CASES}/nik-lengkap", data=asked)) == [NIK]
    assert len(await taken_along()) == 2


@on_sqlite
@pytest.mark.parametrize("room", [CASES, BOOK])
@pytest.mark.parametrize("reason", ["", "  minta  ", "perlu\u00a0  "])
async def test_no_number_without_a_reason(supervisor: httpx.AsyncClient, room: str, reason: str) -> None:
    """And what was typed stays; addresses never show more than the mask, whatever they ask for."""
    await an_application(State.SUBMITTED, submitted_at=MONDAY)
    answer = await supervisor.post(f"{room}/nik-lengkap", data={"alasan": reason, "bentuk": "xlsx"})
    assert answer.status_code == 422
    assert "Tulis untuk apa NIK lengkap diperlukan" in answer.text
    assert NIK not in answer.text
    assert 'name="alasan" aria-invalid="true" aria-describedby="alasan-h alasan-e" type="text"' in answer.text
    assert f'value="{reason}"' in answer.text
    for ending in ("csv", "xlsx"):
        file = await supervisor.get(f"{room}.{ending}?alasan={REASON}&bentuk={ending}")
        assert nik_in(file) == [MASKED]
    assert [act for act, _, _ in await taken_along()] == ["exported", "exported"]


@on_sqlite
async def test_a_list_too_long_is_not_taken_in_parts(
    supervisor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused in words before anything is noted."""
    monkeypatch.setattr(in_full, "MOST", 2)
    for _ in range(3):
        await an_application(State.SUBMITTED, submitted_at=MONDAY)
    for room in (CASES, BOOK):
        answer = await supervisor.post(f"{room}/nik-lengkap", data={"alasan": REASON})
        assert answer.status_code == 422
        assert "lebih dari 2 baris" in answer.text
    assert await taken_along() == []


@on_sqlite
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.COUNTER, Role.ADMIN, Role.REGISTRAR])
async def test_nobody_else_gets_them(signed: tuple[Actor, str], role: Role) -> None:
    await an_application(State.SUBMITTED, submitted_at=MONDAY)
    _, token = await signed_in(role, village_id=1 if role is Role.REGISTRAR else None)
    async with browser(token) as one:
        for room in (CASES, BOOK):
            answer = await one.post(f"{room}/nik-lengkap", data={"alasan": REASON, "bentuk": "csv"})
            assert answer.status_code in (403, 404)
    assert await taken_along() == []

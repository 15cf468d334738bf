"""What an incident touched, and what a person may ask for: counted, complete, and written down."""

import asyncio
import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from components import breach, casework, history, notifications, own_data
from components.actors import Actor
from components.kit import Kit
from components.refusals import Refused
from models.account import Staff
from models.application import Application
from models.history import Event
from models.office import Village
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.components.test_removal import with_scan
from tests.support.cases import NIK, an_application
from tests.support.outbox import EMAIL, PHONE, reachable
from tests.support.service import MONDAY, member_of_staff

DAY = timedelta(days=1)


def scope(**narrowed: str) -> breach.Scope:
    return breach.Scope(MONDAY, MONDAY + DAY, **narrowed)


async def looked_at(*rows: Application, by: Actor, hours: int = 1) -> None:
    for row in rows:
        await casework.note(row, "show_identity", by, MONDAY + timedelta(hours=hours))


async def test_what_one_account_touched_in_that_time(service: Kit) -> None:
    """Only its own acts, only then; numbers and counts without a name, a NIK or a contact [M4]."""
    mine, his, late = [await reachable(now=MONDAY - DAY) for _ in range(3)]
    one, other = await member_of_staff(Role.OPERATOR), await member_of_staff(Role.OPERATOR)
    await looked_at(mine, mine, by=one)
    await looked_at(his, by=other)
    await looked_at(late, by=one, hours=30)
    account = await Staff.objects().get(Staff.id == one.staff_id)
    assert account is not None
    said = await breach.report(scope(account=account.login), MONDAY + 2 * DAY)
    assert "Applications touched: 1\n" in said
    assert "2 NIK lengkap dilihat petugas" in said
    assert mine.number in said
    assert his.number not in said
    assert late.number not in said
    assert [secret for secret in (NIK, PHONE, EMAIL, mine.name) if secret in said] == []
    assert "pasal 46" in said
    assert "Sabtu, 28 November 2026" in said
    said = await breach.report(scope(account=account.login), MONDAY, contacts=True)
    assert f"{mine.number}; {PHONE}; {EMAIL}" in said
    lines = await Event.objects().where(Event.act == "breach_report").order_by(Event.id)
    assert [json.loads(line.details)["contacts"] for line in lines] == [False, True]


async def test_who_was_on_record_of_a_village_or_an_office(service: Kit) -> None:
    """A copied list leaves no line in the history: whoever was there by then may be in it."""
    villages = await Village.objects().order_by(Village.id).limit(2)
    rows = [await reachable(now=MONDAY - 40 * DAY, village=village.id) for village in villages]
    draft = await reachable(State.DRAFT, now=MONDAY - 40 * DAY, village=villages[0].id)
    found = await breach.find(scope(village=villages[0].name))
    assert found.numbers == (rows[0].number,)
    found = await breach.find(scope(office="krn"))
    assert found.numbers == tuple(row.number for row in rows)
    assert draft.number not in found.numbers
    assert (await breach.find(scope())).numbers == ()
    for wrong in (scope(account="siapa"), scope(village="Nirwana"), scope(office="XYZ")):
        with pytest.raises(Refused, match="There is no"):
            await breach.find(wrong)


async def test_a_person_gets_all_that_is_kept(service: Kit, tmp_path: Path) -> None:
    """Facts in clear, scans, messages, the history without officers' names; that it was copied is a line of it."""
    row = await reachable(State.READY, ready_at=MONDAY)
    await with_scan(service, row)
    await notifications.tell(Kind.READY, row, MONDAY)
    officer = await member_of_staff(Role.OPERATOR)
    await looked_at(row, by=officer)
    content = await own_data.gather(row.number.lower(), MONDAY + DAY)
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert set(file.namelist()) == {"data-anda.html", "data-anda.json", "foto/KTP-el lama-1.jpg"}
        assert file.read("foto/KTP-el lama-1.jpg") == b"scan" * 500
        page, known = file.read("data-anda.html").decode(), json.loads(file.read("data-anda.json"))
    assert known["facts"]["NIK"] == NIK
    assert known["facts"]["Nomor HP"] == PHONE
    assert len(known["messages"]) == 2
    assert "NIK lengkap dilihat petugas" in page
    assert officer.name not in page
    assert EMAIL in page
    assert [line.act for line in await history.lines(row.id)][-1] == "data_copied"
    target = tmp_path / "data.zip"
    await asyncio.to_thread(own_data.write, content, target)
    assert oct(target.stat().st_mode)[-3:] == "600"
    with pytest.raises(Refused, match="exists already"):
        await asyncio.to_thread(own_data.write, content, target)
    for wrong in ("KRN-222222", "bukan nomor"):
        with pytest.raises(Refused, match="There is no application"):
            await own_data.gather(wrong, MONDAY)


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"service": "first", "change": "", "reason": ""}, ("KTP-el pertama", "", "Belum pernah kawin")),
        ({"service": "lost", "change": "", "reason": ""}, ("Ganti KTP-el hilang", "", None)),
        ({}, ("Foto", "Saya perempuan, sekarang memakai jilbab", None)),
    ],
)
async def test_what_was_applied_for_is_among_it(
    service: Kit, columns: dict[str, Any], told: tuple[str | None, ...]
) -> None:
    """The service, why, and what it alone asked [R1]."""
    row = await an_application(State.READY, ready_at=MONDAY, **columns)
    with zipfile.ZipFile(io.BytesIO(await own_data.gather(row.number, MONDAY))) as file:
        facts = json.loads(file.read("data-anda.json"))["facts"]
    assert tuple(map(facts.get, ("Layanan", "Alasan", "Status kawin"))) == told

"""Keeping a time while choosing, and the freed time that is offered, as a browser does it without JavaScript [P8]."""

import re
from datetime import timedelta

import httpx
import pytest

from components import appointments, clock, earlier
from components.actors import SYSTEM
from components.kit import Kit
from models.application import Application
from models.appointment import Slot, SlotHold
from models.rules.workflow import State
from tests.routes.test_appointments import choices, let_in
from tests.support.cases import an_application
from tests.support.service import MONDAY


@pytest.fixture
def database(sqlite_database: str) -> str:
    """Races are tested below; here it is about pages."""
    return sqlite_database


@pytest.fixture(autouse=True)
def at_nine_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
async def tuesday(client: httpx.AsyncClient, service: Kit) -> Application:
    """Whose time is on Tuesday, open in this browser; Monday is full."""
    rows = [await appointments.give_earliest(await an_application(), SYSTEM, MONDAY) for _ in range(9)]
    await let_in(client, rows[-1])
    return rows[-1]


async def test_a_chosen_time_is_kept_shown_and_taken(client: httpx.AsyncClient, tuesday: Application) -> None:
    """The earliest is ticked by itself; two posts, each with its page, and until when it is kept in words."""
    path = f"/permohonan/{tuesday.number}"
    page = (await client.get(f"{path}/jadwal")).text
    (ticked,) = re.findall(r'name="jadwal" value="(\d+)" checked', page)
    assert ticked == choices(page)[0]
    last = choices(page)[-1]
    kept = await client.post(f"{path}/jadwal/pilihan", data={"jadwal": last, "_kunci": "a"})
    assert (kept.status_code, kept.headers["location"]) == (303, f"{path}/jadwal")
    page = (await client.get(f"{path}/jadwal")).text
    assert "Kami simpan untuk Anda sampai 09.10 WIB" in page
    assert "janji kami ikut bergeser" in page
    assert f'name="jadwal" value="{last}"' in page
    taken = await client.post(f"{path}/jadwal", data={"jadwal": last, "_kunci": "b"})
    assert taken.headers["location"] == path
    assert "Senin, 7 Desember 2026" in (await client.get(path)).text
    assert await SlotHold.count() == 0


async def test_looking_changes_nothing_and_leaving_gives_back(
    client: httpx.AsyncClient, tuesday: Application
) -> None:
    path = f"/permohonan/{tuesday.number}/jadwal"
    first = choices((await client.get(path)).text)[0]
    assert await SlotHold.count() == 0
    await client.post(f"{path}/pilihan", data={"jadwal": first, "_kunci": "c"})
    gone = await client.post(f"{path}/pilihan/pelepasan", data={"_kunci": "d"})
    assert gone.headers["location"] == path
    assert first in choices((await client.get(path)).text)
    wrong = await client.post(f"{path}/pilihan", data={"jadwal": "", "_kunci": "e"})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


async def test_asking_being_offered_and_one_tap(client: httpx.AsyncClient, tuesday: Application) -> None:
    """Offered on the status page; opening it takes nothing, the button does."""
    path = f"/permohonan/{tuesday.number}"
    assert "Beri tahu jika ada yang lebih cepat" in (await client.get(path)).text
    asked = await client.post(f"{path}/jadwal/penantian", data={"_kunci": "f"})
    assert asked.headers["location"] == path
    assert "Berhenti menunggu" in (await client.get(path)).text
    slot = await Slot.objects().get(Slot.starts_at == MONDAY + timedelta(hours=5))
    assert slot is not None
    await Slot.update({Slot.booked: 0}).where(Slot.id == slot.id)
    await earlier.offer_freed(MONDAY)
    page = (await client.get(path)).text
    assert "Ada jadwal lebih awal" in page
    assert "Senin, 23 November 2026, 14.00 WIB" in page
    assert await SlotHold.count() == 1
    unsaid = await client.post(f"{path}/jadwal/tawaran", data={"_kunci": "g"})
    assert unsaid.status_code == 422
    taken = await client.post(f"{path}/jadwal/tawaran", data={"jawaban": "ambil", "_kunci": "h"})
    assert taken.status_code == 303
    page = (await client.get(path)).text
    assert "Ada jadwal lebih awal" not in page
    assert "14.00 WIB" in page
    late = await client.post(f"{path}/jadwal/tawaran", data={"jawaban": "ambil", "_kunci": "i"})
    assert late.status_code == 409
    assert "tidak berlaku" in late.text


async def test_who_has_no_time_to_move_is_not_asked(client: httpx.AsyncClient, service: Kit) -> None:
    """Neither for an earlier time, nor for one to keep."""
    row = await an_application(State.SUBMITTED)
    await let_in(client, row)
    path = f"/permohonan/{row.number}"
    for address, data in (("penantian", {}), ("pilihan", {"jadwal": "1"}), ("tawaran", {"jawaban": "ambil"})):
        answer = await client.post(f"{path}/jadwal/{address}", data={**data, "_kunci": address})
        assert answer.status_code == 409

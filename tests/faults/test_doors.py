"""Who may enter which room: every address of the site map, asked by everybody.

What the guards declare is compared with a table written by hand; tests/routes/test_matrix.py compares what happens
with what they declare.
"""

import re

import pytest

from components import clock
from components.kit import Kit
from models.account import Staff
from models.application import Application
from models.rules.workflow import Role, State
from tests.faults.people import browser, let_in, signed_in
from tests.faults.site import SAFE, Way, ways
from tests.faults.states import columns_of
from tests.support.cases import an_application

EVERYBODY = {"registrar", "operator", "counter", "supervisor", "admin"}
ROOMS: tuple[tuple[str, set[str], set[str]], ...] = (
    # Room, who may look, who may act (design: rules of the service, section 11).
    ("/permohonan/{number:str}/alih-hp", {"registrar"}, {"registrar"}),
    ("/desa", {"registrar"}, {"registrar"}),
    ("/verifikasi/{number:str}/catatan", set(), {"operator", "supervisor"}),
    ("/verifikasi/{number:str}/intip", {"operator"}, set()),
    ("/verifikasi", {"operator", "supervisor"}, {"operator"}),
    ("/permohonan/{number:str}/bukti", {"counter", "registrar"}, set()),
    ("/pertanyaan", {"supervisor"}, {"supervisor"}),
    (
        "/pengawasan/rapat/tindak-lanjut/{follow_up_id:int}/penyelesaian",
        set(),
        {"operator", "counter", "supervisor"},
    ),
    ("/pengawasan/rapat", {"operator", "counter", "supervisor"}, {"supervisor"}),
    ("/pengawasan", {"supervisor"}, {"supervisor"}),
    ("/pintasan/loket", {"counter", "supervisor"}, {"counter", "supervisor"}),
    ("/pintasan/pesan", {"operator", "counter"}, {"operator", "counter"}),
    ("/pintasan/saklar", set(), {"operator", "counter", "supervisor"}),
    ("/pintasan", {"operator", "supervisor"}, {"operator", "supervisor"}),
    ("/lembar-harian", {"operator", "counter"}, set()),
    ("/lembar-harian.pdf", {"operator", "counter"}, set()),
    ("/cari", set(), {"operator", "counter", "supervisor"}),
    ("/kendala", {"operator", "counter", "supervisor"}, {"operator", "counter", "supervisor"}),
    ("/kompensasi", {"operator", "counter", "supervisor"}, {"operator", "counter", "supervisor"}),
    ("/loket/baru", {"counter"}, {"counter"}),
    ("/loket/{number:str}/berkas", {"counter"}, {"counter"}),
    ("/loket/{number:str}/slip", {"counter"}, set()),
    ("/loket", {"counter", "operator", "supervisor"}, {"counter"}),
    ("/blangko/ambang", set(), {"supervisor"}),
    ("/blangko/pemusnahan", {"counter", "supervisor"}, {"counter", "supervisor"}),
    ("/blangko", {"counter", "supervisor"}, {"counter"}),
    ("/pesan", {"operator", "counter", "supervisor"}, {"operator", "counter"}),
    ("/pengaturan/pesan", {"admin"}, {"admin"}),
    ("/pengaturan/petugas", {"admin", "supervisor"}, {"admin"}),
    ("/pengaturan/penyimpanan", {"admin", "supervisor"}, {"admin"}),
    ("/pengaturan/standar", {"admin", "supervisor"}, {"admin"}),
    ("/pengaturan", {"admin"}, {"admin"}),
    ("/pengaduan/register/{complaint:str}/kerahasiaan", {"supervisor"}, {"supervisor"}),
    ("/pengaduan/register", {"operator", "counter", "supervisor"}, {"operator", "counter", "supervisor"}),
    ("/survei/kertas", {"operator", "counter"}, {"operator", "counter"}),
    ("/bantuan/petugas/operator", {"operator"}, set()),
    ("/bantuan/petugas/loket", {"counter"}, set()),
    ("/bantuan/petugas/desa", {"registrar"}, set()),
    ("/bantuan/petugas/supervisor", {"supervisor"}, set()),
    ("/bantuan/petugas/admin", {"admin"}, set()),
    ("/bantuan/petugas", EVERYBODY, set()),
    ("/akun", EVERYBODY, EVERYBODY),
)
PUBLIC = (
    "/masuk", "/keluar", "/undangan", "/permohonan", "/alih", "/r", "/t", "/pengajuan", "/standar", "/sehat", "/metrik",
    "/static", "/antrean", "/selesai-di-perangkat-ini", "/data-anda", "/aksesibilitas", "/robots.txt", "/favicon.ico",
    "/unggah", "/luring", "/sw.js", "/pengaduan", "/survei", "/bantuan",
)  # fmt: skip
"""Addresses anybody may ask for; what is shown there depends on what the browser was let into."""


_ELSEWHERE = r"\.(?:pdf|csv|xlsx)$"
"""The same on paper, or as a file to take along."""


def _room(way: Way) -> tuple[str, set[str], set[str]] | None:
    place = f"{re.sub(_ELSEWHERE, '', way.pattern)}/"
    return next((room for room in ROOMS if place.startswith(f"{room[0]}/")), None)


@pytest.mark.parametrize("way", ways(), ids=str)
def test_guards_let_in_who_the_table_says(way: Way) -> None:
    """A new room fails here until somebody has decided, and written down, who may enter it [G1]."""
    room = _room(way)
    if room is None:
        assert way.roles is None
        assert way.pattern == "/" or any(f"{way.pattern}/".startswith(f"{start}/") for start in PUBLIC)
    else:
        assert way.roles == frozenset(room[1] if way.method in SAFE else room[2])


async def test_who_is_not_signed_in_is_led_to_sign_in(service: Kit) -> None:
    """The page asks for name and password and remembers where the person wanted to go."""
    async with browser() as nobody:
        for way in ways():
            if way.roles is not None and way.method == "GET":
                answer = await nobody.get(way.path())
                assert 'name="password"' in answer.text, str(way)


async def test_a_registrar_reaches_only_the_own_village(service: Kit) -> None:
    """Applications of another village, and those not made through a village, are not there [P11]."""
    columns = columns_of(State.RETURNED, clock.now())
    own = await an_application(State.RETURNED, channel="village", village=1, **columns)
    others = (
        await an_application(State.RETURNED, channel="village", village=2, **columns),
        await an_application(State.RETURNED, village=1, **columns),
    )
    _, token = await signed_in(Role.REGISTRAR, village_id=1)
    async with browser(token) as registrar:
        assert (await registrar.get(f"/permohonan/{own.number}")).status_code == 200
        for other in others:
            for way in _addresses_of_an_application():
                answer = await registrar.request(way.method, way.path(number=other.number))
                assert answer.status_code == 404, str(way)


async def test_a_disabled_account_is_nobody_at_once(service: Kit) -> None:
    actor, token = await signed_in(Role.OPERATOR)
    async with browser(token) as operator:
        assert (await operator.get("/verifikasi")).status_code == 200
        await Staff.update({Staff.disabled_at: clock.now()}).where(Staff.id == actor.staff_id)
        assert (await operator.get("/verifikasi")).status_code == 403


def _addresses_of_an_application() -> list[Way]:
    return [way for way in ways() if way.pattern.startswith("/permohonan/{number")]


async def test_an_application_s_id_is_no_way_in(service: Kit) -> None:
    """Only the number names an application; its row number in the database leads nowhere."""
    application = await an_application()
    assert isinstance(application, Application)
    async with browser(await let_in(application)) as holder:
        answer = await holder.get(f"/permohonan/{application.id}")
    assert answer.status_code == 404

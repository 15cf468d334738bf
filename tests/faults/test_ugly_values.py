"""What no page of ours sends, in every field, query and address of the service: answered in words, never by a fault.

The list is made of the site map: an address that is added tomorrow is tried as well. Its fields are those that its
handler asks for. On PostgreSQL, which raises where SQLite keeps what it is given: NUL, numbers and texts too long.
"""

import inspect
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

import httpx
import pytest

from components import accounts, clock, founding, second_factor, sessions
from components.kit import Kit
from components.sessions import Stage
from models.application import Application
from models.office import Village
from models.rules.workflow import State
from routes import SITE_MAP, forms
from tests.faults.people import STAFF, browser, let_in, signed_in
from tests.faults.site import SAFE, Way, ways
from tests.routes.samples import STATES, WORDS, Place, Scene, sample_for
from tests.support.databases import Kind

UGLY = {
    "NUL and escapes": "a\0%_\\\U0001f600\u202e",
    "long": "Kata panjang. " * 200,
    "digits without end": "9" * 5_000,
    "more than a bigint": "9" * 20,
    "the first date": "0001-01-01",
    "the last date": "9999-12-31",
}
ALONE = ("NUL and escapes", "digits without end")
"""These are tried in each field by itself, and one that its reader would take for good; each try is a page anew."""
FITTING = {
    "/loket/{number}/kehadiran": State.SCHEDULED,
    "/loket/{number}/ketidakhadiran": State.SCHEDULED,
    "/loket/{number}/perekaman": State.ARRIVED,
    "/loket/{number}/panggilan": State.ARRIVED,
    "/loket/{number}/penundaan": State.ARRIVED,
    "/loket/{number}/kepulangan": State.ARRIVED,
    "/loket/{number}/perekaman-ulang": State.CAPTURED,
    "/loket/{number}/pencetakan": State.CAPTURED,
    "/loket/{number}/blangko-rusak": State.PRINTED,
    "/loket/{number}/penyerahan": State.READY,
    "/permohonan/{number}/dokumen-keluarga": State.SCHEDULED,
    "/permohonan/{number}/kontak": State.DRAFT,
    "/permohonan/{number}/identitas": State.DRAFT,
    "/permohonan/{number}/alasan": State.DRAFT,
    "/permohonan/{number}/kirim": State.DRAFT,
    **STATES,
}
"""States in which an address reads its form; SUBMITTED where none is said."""

GOOD = {
    "_draf": "A" * 16, "perubahan": "both", "alasan": "surgery", "catatan": "Wajah berubah setelah operasi.",
    "nik": "3515110101900001", "no_kk": "3515110101150001", "nama": "KENARI SATU", "tempat_lahir": "SIDOARJO",
    "tgl_lahir": "01-01-1990", "jenis_kelamin": "male", "alamat": "DSN. MELATI NO. 14", "rt_rw": "003/002",
    "no_hp": "081370000001", "jam": "08.30", "hari": "0", "kind": "other", "reason": "Salah ketik.",
    "receiver": "family", "receiver_name": "KENARI DUA", "receiver_nik": "3515110101900001", "relation": "anak",
    "old_card_taken": "", "old_reason": "Hilang di jalan.", "checked": "ya", "photo": "ya", "signature": "ya",
    "approved": "ya", "matched": "ya", "device": "Kamera 1", "serial": "A0000001", "last": "A0000003",
    "name": "Petugas Satu", "login": "petugas-satu", "roles": "operator", "day": "2026-12-24",
    "what": "power", "began_at": "2026-11-23T08:00", "aside_reason": "Menunggu pusat.", "note": "Sudah.",
    "party": "Dispenduk", "found": "3", "held_on": "2026-11-23", "place": "Kantor", "dibacakan": "ya",
    "putusan": "terima", "pertanyaan": "Boleh?", "jawaban": "Boleh.", "catatan_rekan": "Ya.", "kode": "123456",
    "nomor": "KRN-AAAAAA", "pin": "123456", "password": "kuda laut biru tua", "repeated": "kuda laut biru tua",
}  # fmt: skip


@pytest.fixture
def kind() -> Kind:
    """The stricter one."""
    return "postgres"


class _Asked(forms.Typed):
    """A good form that writes down what it is asked for."""

    def __init__(self, good: Mapping[str, str], names: set[str]) -> None:
        super().__init__()
        self._good, self._names = good, names

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self._names.add(name)
        return self._good.get(name, default)

    def __missing__(self, name: str) -> str:
        return self.get(name)


@dataclass
class Target:
    """One address of the service with things behind it, and a browser that may ask it."""

    way: Way
    pattern: str
    values: Mapping[str, object]
    scene: Scene
    browser: httpx.AsyncClient

    def path(self, **other: str) -> str:
        return self.way.path(**{**self.values, **other})

    def queries(self) -> list[str]:
        """Names of what is read from behind the question mark."""
        handler = next(
            one for one in SITE_MAP if self.way.pattern in one.paths and self.way.method in one.http_methods
        )
        wanted = inspect.signature(handler.fn).parameters.values()
        return [one.name for one in wanted if "Query" in str(one.annotation)]

    async def send(self, path: str, typed: Mapping[str, str] | None = None) -> httpx.Response:
        if self.way.method == "GET":
            return await self.browser.get(path)
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.browser.post(path, content=urlencode(typed or {"x": "1"}).encode(), headers=kind)

    async def good(self) -> dict[str, str]:
        """What is typed well; the version is that of the application as it stands."""
        if "{number}" not in self.pattern:
            return GOOD
        row = await Application.objects().get(Application.id == (await self.scene.application()).id)
        return {**GOOD, "versi": str(row.version if row else 0)}

    async def asked(self, patch: pytest.MonkeyPatch) -> list[str]:
        """Names of the fields that the handler asks a good form for."""
        names: set[str] = set()
        good = await self.good()

        def parse(_body: bytes, many: frozenset[str] = frozenset()) -> forms.Form:
            names.update(many)
            return forms.Form(_Asked(good, names), {})

        with patch.context() as asking:
            asking.setattr(forms, "parse", parse)
            await self.send(self.path())
        return sorted(names)


async def _in_address(target: Target) -> AsyncIterator[tuple[str, httpx.Response]]:
    """In each query, and in the place of each thing."""
    for place, ugly in UGLY.items():
        quoted = quote(ugly, safe="")
        for name in target.queries():
            yield f"?{name} {place}", await target.send(f"{target.path()}?{name}={quoted}")
        for name in target.values if "dat" not in place and place != "long" else ():
            yield f"{{{name}}} {place}", await target.send(target.path(**{name: quoted}))


async def _in_form(target: Target, names: list[str]) -> AsyncIterator[tuple[str, httpx.Response]]:
    """In each field beside good ones, and in all of them at once."""
    for place, ugly in UGLY.items():
        room = forms.LARGEST // (12 * (len(names) + 1))
        yield f"all {place}", await target.send(target.path(), dict.fromkeys(names, ugly[:room]))
        for name in names:
            if place not in (*ALONE, _nearly_good(name)):
                continue
            good = await target.good()
            typed = {**{known: good.get(known, "") for known in names}, name: ugly}
            yield f"{name} {place}", await target.send(target.path(), typed)


def _nearly_good(name: str) -> str:
    """A day where a day is asked for, and too much of a text elsewhere."""
    return (
        "the first date"
        if re.search(r"tgl|tanggal|day|date|_on\b|_at\b|hari|since|until|sejak|mulai|dari|sampai", name)
        else "long"
    )


async def _token(way: Way, scene: Scene, everything: str, clerk: int) -> str:
    if way.roles is not None:
        return everything
    stage = {"/masuk/kode": Stage.CODE, "/masuk/pemasangan": Stage.ENROL}.get(way.pattern)
    if stage:
        return await sessions.begin_for_staff(clerk, clock.now(), stage=stage)
    return await let_in(await scene.application())


def _tried() -> list[Way]:
    left_out = ("/static", "/unggah", "/keluar")
    return [way for way in ways() if way.method != "HEAD" and not way.pattern.startswith(left_out)]


@pytest.mark.timeout(600)
async def test_no_ugly_value_is_a_fault(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every field of every form, alone and with all the others; every query; every part of an address."""
    village = await Village.objects().first()
    assert village is not None
    actor, everything = await signed_in(*STAFF, village_id=village.id)
    place = Place(founding.office_card().id, village.id, actor.staff_id or 0)
    await second_factor.prepare(await accounts.of(actor))
    wrong: list[str] = []
    sent = 0
    for way in _tried():
        pattern = re.sub(r":\w+\}", "}", way.pattern)
        fitting = [state for start, state in FITTING.items() if pattern.startswith(start)]
        scene = Scene(place, fitting[-1] if fitting else State.SUBMITTED)
        samples = {name: sample_for(name, pattern) for name in re.findall(r"\{(\w+)\}", pattern)}
        values = {name: await one.make(scene) if one else WORDS[name] for name, one in samples.items()}
        async with browser(await _token(way, scene, everything, place.clerk)) as one:
            target = Target(way, pattern, values, scene, one)
            found = [pair async for pair in _in_address(target)]
            if way.method not in SAFE:
                found += [pair async for pair in _in_form(target, await target.asked(monkeypatch))]
        sent += len(found)
        wrong += [
            f"{way} {words}: {answer.status_code}" for words, answer in found if answer.status_code >= 500
        ]
    print(f"\nugly values: {sent} requests")  # noqa: T201 (shown with -s)
    assert not wrong, "\n".join(wrong)
    assert sent > 2000

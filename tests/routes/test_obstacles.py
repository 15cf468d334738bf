"""/kendala over HTTP: who may, what is asked for, what stays to be read [M2, T1, G1]."""

from datetime import timedelta

import httpx
import pytest

from components import clock, founding
from components.kit import Kit
from components.words import WIB
from models.obstacle import Device, Obstacle
from models.office import Office
from models.rules.workflow import Role
from tests.routes.test_messages import signed_in


async def posted(client: httpx.AsyncClient, path: str, key: str = "", **typed: str) -> httpx.Response:
    return await client.post(path, data={"_kunci": key or path + repr(sorted(typed.items())), **typed})


async def test_only_officers_of_the_office_set_obstacles(client: httpx.AsyncClient) -> None:
    """[G1] Another office's obstacle and device are as absent as one that does not exist."""
    await signed_in(client, Role.COUNTER)
    assert (await posted(client, "/kendala", what="power", reason="Listrik padam")).status_code == 303
    other = Office(
        prefix="TMN", name="Taman", short_name="Taman", regency="-", area_code="351513", address="-"
    )
    await other.save()
    await Obstacle.update({Obstacle.office: other.id}).where(Obstacle.id == 1)
    await Device.update({Device.office: other.id}).where(Device.id == 1)
    for path in ("/kendala/1", "/kendala/999"):
        assert (await client.get(f"{path}/perbaikan")).status_code == 404
        assert (await posted(client, f"{path}/akhir")).status_code == 404
    for path in ("/kendala/alat/1", "/kendala/alat/999"):
        for act in ("gangguan", "pemulihan", "penghapusan"):
            assert (await posted(client, f"{path}/{act}", reason="Rusak berat")).status_code == 404
    for roles in ((), (Role.REGISTRAR,), (Role.ADMIN,)):
        client.cookies.clear()
        if roles:
            await signed_in(client, *roles)
        assert (await client.get("/kendala")).status_code == 403
        assert (await posted(client, "/kendala", what="power", reason="Listrik padam")).status_code == 403


async def test_declared_once_ended_and_put_right(client: httpx.AsyncClient) -> None:
    """[T1] The same form twice declares once; a correction leaves the first entry to be read."""
    await signed_in(client, Role.OPERATOR)
    for _ in range(2):
        answer = await posted(client, "/kendala", "same", what="siak_network", reason="Kabel pusat putus")
        assert answer.headers["location"] == "/kendala"
    assert await Obstacle.count() == 1
    assert "Kabel pusat putus" in (await client.get("/kendala")).text
    assert (await posted(client, "/kendala/1/akhir")).status_code == 303
    stands = await client.get("/kendala/1/perbaikan")
    assert "Kabel pusat putus" in stands.text
    began = f"{clock.now().astimezone(WIB) - timedelta(hours=1):%Y-%m-%dT%H:%M}"
    mended = {"what": "power", "reason": "Listrik padam", "began_at": began, "ended_at": began}
    assert (await posted(client, "/kendala/1/perbaikan", **mended)).status_code == 422
    done = await posted(client, "/kendala/1/perbaikan", **mended, late_reason="Salah pilih jenis")
    assert done.status_code == 303
    page = (await client.get("/kendala")).text
    assert "Sudah diperbaiki" in page
    assert "Salah pilih jenis" in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"what": "power", "reason": ""}, "Tulis sebabnya"),
        ({"what": "", "reason": "Listrik padam"}, "Pilih apa yang terganggu"),
        ({"what": "alat-99", "reason": "Listrik padam"}, "Pilih apa yang terganggu"),
        ({"what": "power", "reason": "Listrik padam", "began_at": "kemarin"}, "Pilih tanggal dan jamnya"),
        ({"what": "power", "reason": "Hubungi 081234567890"}, "Jangan tulis NIK"),
    ],
)
async def test_what_was_typed_stays_beside_the_fault(
    client: httpx.AsyncClient, typed: dict[str, str], words: str
) -> None:
    await signed_in(client, Role.COUNTER)
    answer = await posted(client, "/kendala", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert typed["reason"] in answer.text
    assert await Obstacle.count() == 0


async def test_a_device_is_stopped_and_started_from_the_counter(
    client: httpx.AsyncClient, service: Kit
) -> None:
    """[M2] And the officer is back at the counter afterwards."""
    await signed_in(client, Role.COUNTER)
    camera = await Device.objects().get(
        (Device.office == founding.office_card().id) & (Device.kind == "camera")
    )
    assert camera is not None
    path = f"/kendala/alat/{camera.id}"
    refused = await posted(client, f"{path}/gangguan", dari="loket", reason="")
    assert refused.status_code == 422
    assert 'href="#reason"' in refused.text
    stopped = await posted(client, f"{path}/gangguan", dari="loket", reason="Lensa pecah")
    assert stopped.headers["location"] == "/loket"
    assert "Kamera 1 tidak siap" in (await client.get("/kendala")).text
    started = await posted(client, f"{path}/pemulihan", dari="http://evil.test")
    assert started.headers["location"] == "/kendala"
    assert "Kamera 1 siap" in (await client.get("/kendala")).text
    assert (await posted(client, f"{path}/penghapusan")).status_code == 303
    assert (await posted(client, "/kendala/alat", kind="camera", name="Kamera 2")).status_code == 303
    page = (await client.get("/kendala")).text
    assert "Kamera 2 siap" in page
    assert "Kamera 1 siap" not in page

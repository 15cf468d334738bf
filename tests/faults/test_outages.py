"""Many uploads at once, and the service goes away, or its disk is full: all of them end as if nothing was [P5]."""

import asyncio
import hashlib
import random
from pathlib import Path

import httpx
import pytest

from routes.tus import PIECE_TYPE
from tests.journeys.browser import running_server
from tests.support.killable import Phone, Service
from tests.support.tus import Sender, arrived, picture, prepared

pytestmark = pytest.mark.timeout(300)

PHONES = 20


async def persistently(service: Service, sender: Sender, content: bytes) -> None:
    """Send as the page does: ask how far it got, go on from there, wait a moment when nobody answers."""
    one = Phone(service.port, sender)
    place, offset = "", 0
    while offset < len(content):
        try:
            place = place or await one.begin(len(content))
            offset = await one.offset(place)
            await one.send(place, offset, content[: offset + 131_072], pause=0.02)
            offset = await one.offset(place)
        except (OSError, httpx.TransportError, IndexError):  # no answer, or none but the end of the line
            await asyncio.sleep(0.1)
    await one.close()


async def test_killed_while_twenty_uploads_run(tmp_path: Path) -> None:
    """Killed and started again three times under all of them: every photo is there, once, byte for byte."""
    dice = random.Random(11)
    senders = await prepared(tmp_path / "data", PHONES)
    contents = [picture(dice.randrange(310_000, 500_000)) for _ in senders]
    service = Service(tmp_path / "data")
    async with service.running():
        sending = asyncio.gather(
            *(
                persistently(service, sender, content)
                for sender, content in zip(senders, contents, strict=True)
            )
        )
        for _ in range(3):
            await asyncio.sleep(dice.uniform(0.2, 0.6))
            await service.kill()
            await service.start()
        await sending
    wanted = [
        (s.number, "old_card", hashlib.sha256(c).hexdigest()) for s, c in zip(senders, contents, strict=True)
    ]
    assert sorted(await arrived(tmp_path / "data")) == sorted(wanted)


async def test_a_full_disk_costs_nothing_but_time(tmp_path: Path) -> None:
    """507 in words in the middle of a piece; what was named safe is safe, and it goes on when there is room."""
    (sender,) = await prepared(tmp_path / "data", 1)
    content, flag = picture(900_000), tmp_path / "full"
    command = ("-m", "tests.faults.full_disk", str(flag), "run")
    async with running_server(tmp_path / "data", command=command) as server:
        one = Phone(server.port, sender)
        place = await one.begin(len(content))
        await one.send(place, 0, content, until=300_000)
        named = await one.offset(place)
        flag.touch()
        async with httpx.AsyncClient(base_url=server.url, headers=sender.headers, trust_env=False) as client:
            headers = {"Content-Type": PIECE_TYPE, "Upload-Offset": str(named)}
            answer = await client.patch(place, headers=headers, content=content[named:])
            assert answer.status_code == 507
            assert (
                answer.text == "Tempat penyimpanan kami sedang penuh. Isian Anda aman. Coba kirim lagi nanti."
            )
            assert answer.headers["retry-after"]
            assert (await client.post("/unggah", headers=sender.announcing(5))).status_code == 507
            assert (await client.get(f"/permohonan/{sender.number}/berkas")).status_code == 200
        assert named <= await one.offset(place) < len(content)
        flag.unlink()
        assert await one.send(place, await one.offset(place), content) == 204
        await one.close()
    wanted = (sender.number, "old_card", hashlib.sha256(content).hexdigest())
    assert await arrived(tmp_path / "data") == [wanted]

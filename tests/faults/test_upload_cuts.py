"""Uploads to the real service on a real socket: lines cut and processes killed at any byte [P5]."""

import asyncio
import hashlib
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.support.killable import Phone, Service
from tests.support.tus import Sender, arrived, picture, prepared

pytestmark = pytest.mark.timeout(300)

KILLS = 20

Record = Callable[[str, object], None]


@asynccontextmanager
async def phone(service: Service, sender: Sender) -> AsyncIterator[Phone]:
    one = Phone(service.port, sender)
    try:
        yield one
    finally:
        await one.close()


async def hang_up(writer: asyncio.StreamWriter) -> None:
    """Close the connection in the proper way; what was written still arrives."""
    writer.close()
    await writer.wait_closed()


async def test_a_line_cut_at_any_byte(tmp_path: Path, record_property: Record) -> None:
    """Closed properly or torn away: what the service says it has, it has, and the photo comes out the same."""
    dice = random.Random(4)
    content = picture(2_000_000)
    (sender,) = await prepared(tmp_path / "data", 1)
    service = Service(tmp_path / "data")
    async with service.running(), phone(service, sender) as one:
        place = await one.begin(len(content))
        offset = 0
        for cut in sorted(dice.sample(range(len(content)), 16)):
            end = max(offset, cut)
            await one.send(place, offset, content, until=end, then=dice.choice([hang_up, None]))
            found = await one.offset(place)
            assert offset <= found <= end
            offset = found
        # A request that was cut may still have been on its way to the disk when the last HEAD was answered.
        while await one.send(place, await one.offset(place), content) == 409:
            pass
        assert await one.offset(place) == len(content)
    assert await arrived(tmp_path / "data") == [
        (sender.number, "old_card", hashlib.sha256(content).hexdigest())
    ]
    record_property("bytes_sent_again", one.sent - len(content))


async def test_killed_twenty_times_on_the_way(tmp_path: Path, record_property: Record) -> None:
    """SIGKILL in the middle of a PATCH: nothing the service has named is lost, nothing comes out twice."""
    dice = random.Random(5)
    content = picture(4_000_000)
    (sender,) = await prepared(tmp_path / "data", 1)
    service = Service(tmp_path / "data")
    sent, place, named = 0, "", 0
    cuts = sorted(dice.sample(range(1, len(content)), KILLS))
    for cut in [*cuts, None]:
        async with service.running(), phone(service, sender) as one:
            if not place:
                place = await one.begin(len(content))
            offset = await one.offset(place)
            assert offset >= named
            named = offset
            if cut is None:
                assert await one.send(place, offset, content) == 204
            elif cut > offset:
                await one.send(place, offset, content, until=cut, then=lambda _: service.kill(), pause=0.002)
            else:
                await service.kill()
            sent += one.sent
    assert service.kills == KILLS
    assert await arrived(tmp_path / "data") == [
        (sender.number, "old_card", hashlib.sha256(content).hexdigest())
    ]
    record_property("bytes_sent_again", sent - len(content))


async def test_killed_while_the_photo_is_looked_at(tmp_path: Path) -> None:
    """After the last byte, before the answer: HEAD finishes what was begun, and the page is there once."""
    content = picture(3_000_000)
    senders = await prepared(tmp_path / "data", 5)
    service = Service(tmp_path / "data")
    places = []
    for number, sender in enumerate(senders):

        async def kill_a_little_later(_: asyncio.StreamWriter, after: float = 0.02 * number) -> None:
            await asyncio.sleep(after)
            await service.kill()

        async with service.running(), phone(service, sender) as one:
            place = await one.begin(len(content))
            places.append(place)
            await one.send(place, 0, content, until=len(content), then=kill_a_little_later)
    async with service.running():
        for sender, place in zip(senders, places, strict=True):
            async with phone(service, sender) as one:
                offset = await one.offset(place)
                if offset < len(content):
                    assert await one.send(place, offset, content) == 204
                assert await one.offset(place) == len(content)
    wanted = hashlib.sha256(content).hexdigest()
    assert sorted(await arrived(tmp_path / "data")) == sorted(
        (sender.number, "old_card", wanted) for sender in senders
    )

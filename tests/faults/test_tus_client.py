"""The real tus-js-client over a line that breaks, to a service that is killed [P5].

Needs Node.js and npm; the client itself is fetched from the npm registry into .cache/tus.
"""

import asyncio
import hashlib
import random
from pathlib import Path
from typing import Any

import pytest

from components import pictures
from tests.support import tus_js
from tests.support.killable import Service
from tests.support.rough_line import rough_line
from tests.support.tus import Sender, arrived, picture, prepared

pytestmark = pytest.mark.timeout(300)

KINDS = ("old_card", "family_card", "form_f102")
WAYS: tuple[dict[str, Any], ...] = (
    {},  # the whole file in one PATCH
    {"chunkSize": 100_000},
    {"chunkSize": 333_333, "uploadDataDuringCreation": True},
    {"overridePatchMethod": True},
    {"chunkSize": 64_000, "overridePatchMethod": True},
    {},
)


def files(folder: Path, sizes: list[int]) -> list[Path]:
    """Pictures of these sizes, each like no other."""
    folder.mkdir()
    made = [folder / f"{number}.jpg" for number in range(len(sizes))]
    for path, size in zip(made, sizes, strict=True):
        path.write_bytes(picture(size))
    return made


def plan(sender: Sender, kind: str, file: Path, **more: Any) -> dict[str, Any]:
    """What the client is told of one upload."""
    headers = {name: value for name, value in sender.headers.items() if name != "Tus-Resumable"}
    metadata = {"number": sender.number, "kind": kind, "filename": file.name}
    return {"file": str(file), "headers": headers, "metadata": metadata, **more}


def fingerprint(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


async def test_files_arrive_whole_over_resets_and_kills(tmp_path: Path) -> None:
    """Two drafts with three documents each, in every way the client can send: each page once, byte for byte."""
    dice = random.Random(7)
    senders = await prepared(tmp_path / "data", 2)
    made = files(tmp_path / "files", [700_000, 1_000_000, 900_000, 800_000, 650_000, 1_200_000])
    wanted = [
        (sender.number, kind, file)
        for (sender, kind), file in zip(((s, k) for s in senders for k in KINDS), made, strict=True)
    ]
    by_number = {sender.number: sender for sender in senders}
    service = Service(tmp_path / "data")

    def cut_after() -> int | None:
        return dice.randrange(30_000, 400_000) if dice.random() < 0.5 else None

    async with service.running(), rough_line(service.port, cut_after) as line:
        client = asyncio.create_task(
            tus_js.upload(
                f"http://127.0.0.1:{line.port}/unggah",
                [
                    plan(by_number[number], kind, file, options=way)
                    for (number, kind, file), way in zip(wanted, WAYS, strict=True)
                ],
            )
        )
        await line.reached(1_500_000)
        await service.kill()
        await service.start()
        told = await client
    assert [one.ok for one in told] == [True] * len(made), told
    assert service.kills == 1
    assert line.cuts > 0
    assert sum(one.retries for one in told) > 0
    assert sorted(await arrived(tmp_path / "data")) == sorted(
        (number, kind, fingerprint(file)) for number, kind, file in wanted
    )


async def test_a_phone_that_was_switched_off_goes_on(tmp_path: Path) -> None:
    """A new process of the client finds the address it kept and sends only the rest."""
    (sender,) = await prepared(tmp_path / "data", 1)
    (file,) = files(tmp_path / "files", [1_500_000])
    storage = str(tmp_path / "addresses.json")
    service = Service(tmp_path / "data")
    async with service.running():
        endpoint = f"http://127.0.0.1:{service.port}/unggah"
        off = plan(sender, "old_card", file, storage=storage, switchOffAt=0.5, options={"chunkSize": 100_000})
        assert await tus_js.upload(endpoint, [off]) == []
        (told,) = await tus_js.upload(endpoint, [plan(sender, "old_card", file, storage=storage)])
    assert (told.ok, told.resumed) == (True, True)
    assert told.sent <= 1_500_000 * 0.6
    assert await arrived(tmp_path / "data") == [(sender.number, "old_card", fingerprint(file))]


async def test_refused_cancelled_and_foreign_are_told_to_the_client(tmp_path: Path) -> None:
    """A refusal brings its words, a cancelled upload leaves nothing, a stranger finds nothing."""
    sender, stranger = await prepared(tmp_path / "data", 2)
    (file,) = files(tmp_path / "files", [900_000])
    text = tmp_path / "files" / "text.jpg"
    text.write_text("this is no picture")
    service = Service(tmp_path / "data")
    async with service.running():
        foreign = plan(sender, "old_card", file)
        foreign["headers"] = plan(stranger, "old_card", file)["headers"]
        refused, cancelled, unknown = await tus_js.upload(
            f"http://127.0.0.1:{service.port}/unggah",
            [
                plan(sender, "old_card", text),
                plan(sender, "family_card", file, giveUpAt=0.3, options={"chunkSize": 50_000}),
                foreign,
            ],
        )
    words = pictures.MESSAGES[pictures.Reason.KIND]
    assert (refused.ok, refused.status, refused.body) == (False, 422, words)
    assert cancelled.ok
    assert (unknown.ok, unknown.status) == (False, 404)
    assert await arrived(tmp_path / "data") == []
    left = list((tmp_path / "data").glob("scans/uploads/*/*"))
    assert len(left) == 1  # what became of the refused one

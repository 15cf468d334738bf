"""Scans at rest [P5]: durable before "diterima" is said, unreadable as files, and never silently wrong."""

import asyncio
import errno
import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components import storage
from components.storage import CHUNK, HAND_OVER, SEALED_CHUNK, Damaged, FileGone, NoRoom, Store, StoredFile
from components.vault import Vault

OWNER = "application:7"
CONTENT = b"KTP-el " * 40_000  # 280 kB, five chunks
SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, HAND_OVER, HAND_OVER + 1, HAND_OVER + CHUNK]
reusing_the_folder = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data" / "scans"


@pytest.fixture
def store(folder: Path) -> Store:
    return Store(folder, Vault(bytes(range(32))), keep_free_share=0, keep_free_bytes=0)


@pytest.fixture
async def kept(store: Store) -> StoredFile:
    return await store.put(CONTENT, OWNER)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def modes_and_contents(folder: Path) -> list[tuple[int, bytes]]:
    return [
        (path.stat().st_mode & 0o777, path.read_bytes() if path.is_file() else b"")
        for path in [folder, *folder.rglob("*")]
    ]


def path_of(folder: Path, file: StoredFile) -> Path:
    return folder / file.id[:2] / file.id


@pytest.mark.parametrize("size", SIZES)
async def test_every_size_comes_back_whole(store: Store, folder: Path, size: int) -> None:
    content = os.urandom(size)
    file = await store.put(content, OWNER)
    assert await store.get(file.id, file.wrapped_key, OWNER) == content
    assert file.size == size
    assert files_in(folder) == [path_of(folder, file)]


@pytest.mark.parametrize("piece", [1_000, CHUNK, HAND_OVER + 7])
async def test_content_that_streams_in_is_the_same_in_any_pieces(store: Store, piece: int) -> None:
    """An upload over a weak line arrives in pieces of any size [P5]."""
    whole = await store.put(CONTENT, OWNER)
    async with store.open_incoming(OWNER) as incoming:
        for at in range(0, len(CONTENT), piece):
            await incoming.write(CONTENT[at : at + piece])
        file = await incoming.finish()
    assert (file.size, file.sha256) == (whole.size, whole.sha256)
    assert await store.get(file.id, file.wrapped_key, OWNER) == CONTENT


async def test_nothing_lies_in_clear_and_nobody_else_may_look(store: Store, folder: Path) -> None:
    incoming = store.open_incoming(OWNER)
    await incoming.write(CONTENT * 2)
    assert files_in(folder)
    assert all(b"KTP" not in path.read_bytes() for path in files_in(folder))
    await incoming.finish()
    for mode, content in modes_and_contents(folder):
        assert mode == (0o600 if content else 0o700)
        assert b"KTP" not in content


async def test_memory_stays_flat_while_a_big_file_streams_in(store: Store) -> None:
    async with store.open_incoming(OWNER) as incoming:
        for _ in range(200):
            await incoming.write(bytes(CHUNK))
            assert len(incoming._waiting) <= HAND_OVER
        assert (await incoming.finish()).size == 200 * CHUNK


async def test_equal_contents_look_different(store: Store, folder: Path) -> None:
    first, second = await store.put(CONTENT, OWNER), await store.put(CONTENT, OWNER)
    assert first.sha256 == second.sha256
    assert path_of(folder, first).read_bytes()[12:] != path_of(folder, second).read_bytes()[12:]


@reusing_the_folder
@given(at=st.integers(0, 11 + 5 * SEALED_CHUNK), bit=st.integers(0, 7))
async def test_one_flipped_bit_is_noticed(
    store: Store, folder: Path, kept: StoredFile, at: int, bit: int
) -> None:
    path = path_of(folder, kept)
    raw = path.read_bytes()
    at %= len(raw)
    path.write_bytes(raw[:at] + bytes([raw[at] ^ (1 << bit)]) + raw[at + 1 :])
    with pytest.raises(Damaged):
        await store.get(kept.id, kept.wrapped_key, OWNER)
    path.write_bytes(raw)


@reusing_the_folder
@given(keep=st.integers(0, len(CONTENT)) | st.sampled_from([12 + n * SEALED_CHUNK for n in range(5)]))
async def test_a_cut_tail_is_noticed(store: Store, folder: Path, kept: StoredFile, keep: int) -> None:
    """Also when the cut falls exactly between two chunks."""
    path = path_of(folder, kept)
    raw = path.read_bytes()
    path.write_bytes(raw[:keep])
    with pytest.raises(Damaged):
        await store.get(kept.id, kept.wrapped_key, OWNER)
    path.write_bytes(raw)


@reusing_the_folder
@given(order=st.permutations(range(5)).filter(lambda order: order != list(range(5))))
async def test_swapped_chunks_are_noticed(
    store: Store, folder: Path, kept: StoredFile, order: list[int]
) -> None:
    path = path_of(folder, kept)
    raw = path.read_bytes()
    chunks = [raw[12 + n * SEALED_CHUNK : 12 + (n + 1) * SEALED_CHUNK] for n in range(5)]
    path.write_bytes(raw[:12] + b"".join(chunks[n] for n in order))
    with pytest.raises(Damaged):
        await store.get(kept.id, kept.wrapped_key, OWNER)
    path.write_bytes(raw)


@reusing_the_folder
@given(tail=st.binary(min_size=1, max_size=100))
async def test_an_added_tail_is_noticed(store: Store, folder: Path, kept: StoredFile, tail: bytes) -> None:
    path = path_of(folder, kept)
    raw = path.read_bytes()
    path.write_bytes(raw + tail)
    with pytest.raises(Damaged):
        await store.get(kept.id, kept.wrapped_key, OWNER)
    path.write_bytes(raw)


async def test_content_of_another_file_or_owner_is_never_shown(
    store: Store, folder: Path, kept: StoredFile
) -> None:
    """One applicant's KTP must not appear in another's application, whatever happens on disk."""
    other = await store.put(b"the scan of somebody else", "application:8")
    with pytest.raises(Damaged):
        await store.get(kept.id, kept.wrapped_key, "application:8")
    with pytest.raises(Damaged):
        await store.get(kept.id, other.wrapped_key, OWNER)
    path_of(folder, other).replace(path_of(folder, kept))
    for key in (kept.wrapped_key, other.wrapped_key):
        with pytest.raises(Damaged):
            await store.get(kept.id, key, OWNER)


async def test_without_the_key_nothing_opens(folder: Path, kept: StoredFile) -> None:
    with pytest.raises(Damaged):
        await Store(folder, Vault(b"k" * 32)).get(kept.id, kept.wrapped_key, OWNER)


@pytest.mark.parametrize("file_id", ["", "..", "../../../../etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n"])
async def test_ids_we_never_gave_out_lead_nowhere(store: Store, kept: StoredFile, file_id: str) -> None:
    with pytest.raises(FileGone):
        await store.get(file_id, kept.wrapped_key, OWNER)
    with pytest.raises(FileGone):
        await store.delete(file_id)


async def test_a_deleted_file_is_gone_and_deleting_twice_is_no_error(
    store: Store, folder: Path, kept: StoredFile
) -> None:
    await store.delete(kept.id)
    await store.delete(kept.id)
    assert files_in(folder) == []
    with pytest.raises(FileGone):
        await store.get(kept.id, kept.wrapped_key, OWNER)


async def test_an_upload_given_up_leaves_nothing(store: Store, folder: Path) -> None:
    incoming = store.open_incoming(OWNER)

    async def broken_off() -> None:
        async with incoming:
            await incoming.write(CONTENT * 2)
            assert files_in(folder)
            raise ConnectionError

    with pytest.raises(ConnectionError):
        await broken_off()
    assert files_in(folder) == []
    for again in (incoming.write(b"x"), incoming.finish()):
        with pytest.raises(ValueError, match="given up"):
            await again


async def test_a_cancelled_request_leaves_nothing(store: Store, folder: Path) -> None:
    begun = asyncio.Event()

    async def upload() -> None:
        async with store.open_incoming(OWNER) as incoming:
            while True:
                await incoming.write(bytes(CHUNK))
                begun.set()

    task = asyncio.create_task(upload())
    await begun.wait()
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert files_in(folder) == []


async def test_content_name_and_folder_reach_the_disk_before_the_answer(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """fsync of the file, then the rename, then fsync of the folder: a power cut loses nothing acknowledged."""
    steps: list[str] = []
    real_fsync, real_rename = os.fsync, Path.rename

    def fsync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        steps.append(f"fsync {name}")
        real_fsync(descriptor)

    def rename(self: Path, target: Path) -> Path:
        steps.append("rename " + target.name)
        return real_rename(self, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "rename", rename)
    file = await store.put(CONTENT, OWNER)
    assert (
        steps[-4:]
        == [
            f"fsync {file.id}.part",
            "fsync scans",  # the new folder's own name
            f"rename {file.id}",
            f"fsync {file.id[:2]}",
        ]
    )


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("failing", ["write", "fsync"])
async def test_a_full_disk_is_told_and_leaves_nothing(
    store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch, failing: str, code: int
) -> None:
    await store.delete((await store.put(b"so that the folders exist", OWNER)).id)

    def full(*_: object, **__: object) -> None:
        raise OSError(code, "full")

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", full)
    else:
        monkeypatch.setattr(storage.Incoming, "_append", full)
    with pytest.raises(NoRoom) as caught:
        await store.put(CONTENT, OWNER)
    assert "penuh" in caught.value.message
    assert files_in(folder) == []
    monkeypatch.undo()
    assert (await store.put(CONTENT, OWNER)).size == len(CONTENT)


async def test_a_broken_disk_is_not_mistaken_for_a_full_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    with pytest.raises(OSError, match="Input/output"):
        await store.put(CONTENT, OWNER)


def test_room_is_kept_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New files are refused while there is still room to finish what was begun."""
    store = Store(tmp_path / "not" / "yet", Vault(bytes(range(32))), keep_free_share=0.10, keep_free_bytes=50)

    def disk(total: int, free: int) -> None:
        usage = SimpleNamespace(total=total, used=total - free, free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    disk(total=1000, free=200)
    store.ensure_room(100)
    with pytest.raises(NoRoom):
        store.ensure_room(101)
    disk(total=100, free=60)
    store.ensure_room(10)
    with pytest.raises(NoRoom):
        store.ensure_room(11)


async def test_the_sweeper_takes_only_what_is_old_and_unknown(store: Store, folder: Path) -> None:
    """A file whose row is not committed yet must survive; what a crash left behind must go."""
    now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    known, orphan, fresh = [await store.put(b"x", OWNER) for _ in range(3)]
    left_over = store.open_incoming(OWNER)
    await left_over.write(CONTENT * 2)
    stranger = path_of(folder, known).with_name("notes.txt")
    stranger.write_text("not ours")
    day_before = (now - timedelta(hours=25)).timestamp()
    for path in files_in(folder):
        if path != path_of(folder, fresh):
            os.utime(path, (day_before, day_before))
    removed = await store.sweep({known.id}, now - timedelta(hours=24))
    assert sorted(removed) == sorted([orphan.id, left_over.id])
    assert files_in(folder) == sorted([path_of(folder, known), path_of(folder, fresh), stranger])
    with pytest.raises(ValueError, match="time zone"):
        await store.sweep(set(), datetime(2026, 11, 23))  # noqa: DTZ001 (that is what is refused)
    await left_over.abort()


async def test_sweeping_an_empty_store_is_no_error(store: Store) -> None:
    assert await store.sweep(set(), datetime(2026, 11, 23, tzinfo=UTC)) == []

"""Files that arrive piece by piece [P5]: what was acknowledged is there, what lies there cannot be read."""

import errno
import os
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.partials import LARGEST_RECORD, Partials, TakenOver
from components.storage import Damaged, FileGone
from components.vault import Vault

ID = "ab" + "0" * 30
OTHER = "ab" + "1" * 30
TOLD = b'{"number": "KRN-7K4M2Q"}'
AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CONTENT = b"KTP-el " * 3_000
in_one_folder = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "scans" / "uploads"


@pytest.fixture
def partials(folder: Path) -> Partials:
    found = Partials(folder, Vault(bytes(range(32))))
    found.put(ID, TOLD, AT)
    return found


def path_of(folder: Path, file_id: str = ID) -> Path:
    return folder / file_id[:2] / file_id


def written(partials: Partials, *pieces: bytes) -> None:
    """Each piece by a process of its own, so to speak: the file is opened anew for it."""
    for piece in pieces:
        file = partials.open(ID)
        file.append(piece, AT)
        file.close()


def stored(partials: Partials) -> bytes:
    file = partials.open(ID)
    try:
        assert file.told == TOLD
        content = file.content()
        assert len(content) == file.size
        return content
    finally:
        file.close()


@in_one_folder
@given(cuts=st.lists(st.integers(0, len(CONTENT)), max_size=12))
def test_content_is_the_same_in_whatever_pieces_it_came(partials: Partials, cuts: list[int]) -> None:
    edges = [0, *sorted(cuts), len(CONTENT)]
    partials.put(ID, TOLD, AT)
    written(partials, *[CONTENT[a:b] for a, b in pairwise(edges)])
    assert stored(partials) == CONTENT


def test_nothing_lies_in_clear_and_nobody_else_may_look(partials: Partials, folder: Path) -> None:
    written(partials, CONTENT, CONTENT)
    paths = [folder.parent, folder, *folder.rglob("*")]
    assert sum(path.is_file() for path in paths) == 1
    for path in paths:
        assert path.stat().st_mode & 0o777 == (0o600 if path.is_file() else 0o700)
        if path.is_file():
            assert b"KTP" not in path.read_bytes()
            assert b"KRN" not in path.read_bytes()


@in_one_folder
@given(data=st.data())
def test_a_torn_end_is_cut_off_and_the_rest_goes_on(
    partials: Partials, folder: Path, data: st.DataObject
) -> None:
    """SIGKILL or a power cut in the middle of a write: earlier pieces stay, the torn one was never told of."""
    pieces = [CONTENT[:5_000], CONTENT[5_000:5_001], CONTENT[5_001:]]
    partials.put(ID, TOLD, AT)
    ends = [path_of(folder).stat().st_size]
    for piece in pieces:
        written(partials, piece)
        ends.append(path_of(folder).stat().st_size)
    size = data.draw(st.integers(ends[0], ends[-1]))
    whole = sum(end <= size for end in ends) - 1
    garbage = data.draw(st.sampled_from([b"", bytes(5_000), os.urandom(40)]))
    with path_of(folder).open("r+b") as file:
        file.truncate(size)
        file.seek(size)
        file.write(garbage)
    os.utime(path_of(folder), (AT.timestamp(), AT.timestamp()))
    kept = b"".join(pieces[:whole])
    assert stored(partials) == kept
    assert path_of(folder).stat().st_mtime == AT.timestamp()
    written(partials, CONTENT[len(kept) :])
    assert stored(partials) == CONTENT


@in_one_folder
@given(at=st.integers(0, 10_000_000), bit=st.integers(0, 7))
def test_a_flipped_bit_never_gives_other_content(partials: Partials, folder: Path, at: int, bit: int) -> None:
    partials.put(ID, TOLD, AT)
    written(partials, CONTENT[:9_000], CONTENT[9_000:])
    raw = bytearray(path_of(folder).read_bytes())
    raw[at % len(raw)] ^= 1 << bit
    path_of(folder).write_bytes(raw)
    with suppress(Damaged):
        assert stored(partials) in (b"", CONTENT[:9_000])


def test_a_piece_that_counts_whole_or_not_at_all(partials: Partials) -> None:
    """Its open records are cut off by the next who opens the file, unless a last one closed them."""
    written(partials, b"before ")
    file = partials.open(ID)
    file.append(b"half ", AT, closes=False)
    file.append(b"of it", AT, closes=False)
    assert file.size == 17
    file.close()
    assert stored(partials) == b"before "
    file = partials.open(ID)
    file.append(b"all ", AT, closes=False)
    file.append(b"", AT)
    file.close()
    assert stored(partials) == b"before all "


def test_what_was_appended_can_be_taken_out_again(partials: Partials) -> None:
    written(partials, b"good ")
    file = partials.open(ID)
    mark = file.mark
    file.append(b"bad", AT, closes=False)
    file.append(b"worse", AT)
    file.cut_back(mark)
    file.append(b"again", AT)
    file.close()
    assert stored(partials) == b"good again"


def test_of_two_who_have_it_open_the_one_who_writes_first_goes_on(partials: Partials) -> None:
    old, new = partials.open(ID), partials.open(ID)
    new.append(b"new", AT)
    with pytest.raises(TakenOver):
        old.append(b"old", AT)
    with pytest.raises(TakenOver):
        old.cut_back(old.mark)
    new.append(b"er", AT)
    assert stored(partials) == b"newer"
    old.close()
    new.close()


@pytest.mark.parametrize("end", ["remove", "put"])
def test_an_ended_file_takes_nothing_more(partials: Partials, end: str) -> None:
    file = partials.open(ID)
    if end == "remove":
        partials.remove(ID)
    else:
        partials.put(ID, b"done", AT)
    with pytest.raises(TakenOver):
        file.append(b"late", AT)
    file.close()


def test_putting_again_leaves_only_what_is_told(partials: Partials, folder: Path) -> None:
    written(partials, CONTENT)
    partials.put(ID, b"done", AT)
    file = partials.open(ID)
    assert (file.told, file.size, file.content()) == (b"done", 0, b"")
    file.close()
    assert path_of(folder).stat().st_size < 200


def test_nothing_is_called_safe_before_it_is_synced(
    partials: Partials, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was written, by this process or by one that was killed, is synced before its size is told."""
    dirty: list[str] = []
    write, sync = os.pwrite, os.fsync

    def writing(descriptor: int, data: memoryview, offset: int) -> int:
        dirty.append("written")
        return write(descriptor, data, offset)

    def syncing(descriptor: int) -> None:
        sync(descriptor)
        dirty.clear()

    monkeypatch.setattr(os, "pwrite", writing)
    monkeypatch.setattr(os, "fsync", syncing)
    partials.put(OTHER, TOLD, AT)
    assert dirty == []
    dirty.append("killed before it could sync")
    file = partials.open(OTHER)
    assert dirty == []
    file.append(b"x", AT)
    assert (dirty, file.size) == ([], 1)
    dirty.append("cut")
    file.cut_back(1)
    assert dirty == []
    file.close()


def test_a_full_disk_leaves_the_file_as_it_was(
    partials: Partials, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(partials, b"safe")
    before = path_of(folder).read_bytes()
    real = os.pwrite
    written_already = 0

    def half(descriptor: int, data: memoryview, offset: int) -> int:
        nonlocal written_already
        written_already += 1
        if written_already > 2:
            raise OSError(errno.ENOSPC, "full")
        return real(descriptor, data[:10], offset)

    file = partials.open(ID)
    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", half)
        with pytest.raises(OSError, match="full"):
            file.append(b"more", AT)
    assert path_of(folder).read_bytes() == before
    file.append(b" and sound", AT)
    file.close()
    assert stored(partials) == b"safe and sound"


def test_beginning_on_a_full_disk_leaves_nothing(
    partials: Partials, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(OSError, match="full"):
        partials.put(OTHER, TOLD, AT)
    assert [path.name for path in (folder / "ab").iterdir()] == [ID]


def test_a_file_opens_only_under_its_own_id_and_key(partials: Partials, folder: Path) -> None:
    written(partials, CONTENT)
    path_of(folder, OTHER).write_bytes(path_of(folder).read_bytes())
    with pytest.raises(Damaged):
        partials.open(OTHER)
    with pytest.raises(Damaged):
        Partials(folder, Vault(bytes(range(1, 33)))).open(ID)
    path_of(folder, OTHER).write_bytes(b"LOKU")
    with pytest.raises(Damaged):
        partials.open(OTHER)


@pytest.mark.parametrize("file_id", ["", "../../etc/passwd", "AB" + "0" * 30, OTHER, ID + "\n", "ab"])
def test_an_id_never_given_out_leads_nowhere(partials: Partials, file_id: str) -> None:
    with pytest.raises(FileGone):
        partials.open(file_id)


def test_records_have_a_limit(partials: Partials) -> None:
    file = partials.open(ID)
    file.append(bytes(LARGEST_RECORD), AT)
    with pytest.raises(ValueError, match="too much"):
        file.append(bytes(LARGEST_RECORD + 1), AT)
    file.close()
    assert stored(partials) == bytes(LARGEST_RECORD)


def test_files_are_found_by_the_beginning_of_their_id(partials: Partials, folder: Path) -> None:
    partials.put(OTHER, b"two", AT - timedelta(hours=1))
    partials.put("ac" + "0" * 30, b"three", AT)
    (folder / "ab" / f"{ID}.12345678").write_bytes(b"left over")
    assert [(one.id, one.told) for one in partials.beginning_with("ab")] == [(OTHER, b"two"), (ID, TOLD)]
    assert [one.id for one in partials.beginning_with("ab0")] == [ID]
    assert partials.beginning_with("dd") == []


def test_what_nobody_touched_is_swept(partials: Partials, folder: Path) -> None:
    """By the time the service told, not by the disk's own: a demonstration's clock may be set ahead."""
    partials.put(OTHER, b"two", AT - timedelta(hours=49))
    leftover = folder / "ab" / f"{ID}.12345678"
    leftover.write_bytes(b"")
    os.utime(leftover, (0, 0))
    assert partials.sweep(AT - timedelta(hours=48)) == 2
    assert stored(partials) == b""
    file = partials.open(ID)
    file.append(b"x", AT + timedelta(hours=47))
    assert file.touched == AT + timedelta(hours=47)
    file.close()
    assert partials.sweep(AT + timedelta(hours=1)) == 0
    assert stored(partials) == b"x"
    partials.remove(ID)
    partials.remove(ID)
    assert partials.sweep(AT + timedelta(days=9)) == 0

"""Uploads that survive a weak line [P5], and the deadline they keep [P7]."""

import asyncio
import hashlib
import os
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components import casework, documents, inflow, pictures, receiving, turns, uploads
from components.actors import Actor, applicant
from components.inflow import Checksum, LineCut, Stalled, TooLong, WrongSum
from components.kit import Kit
from components.partials import Partial
from components.refusals import Missing, Overtaken, Refused
from components.storage import NoRoom, Store
from components.turns import MadeWay
from components.uploads import Conflict, NotNow, Rejected, Upload
from models.application import Application, Document, Page
from models.db import DatabaseBusy
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Act, Role, State
from tests.support.drafts import begun, holder, photo, submitted
from tests.support.service import MONDAY, member_of_staff
from tests.support.tus import body, picture, ticket

pytestmark = pytest.mark.usefixtures("service")

CARD = DocumentKind.OLD_CARD
CONTENT = os.urandom(300_000)
PHOTO = photo("nuraini-ktp.jpg")
LATER = MONDAY + timedelta(minutes=5)


class Killed(BaseException):
    """The process ends here, as far as the code after it knows."""


@pytest.fixture
async def draft() -> Application:
    return await begun()


async def new(application: Application, content: bytes = CONTENT, now: datetime = MONDAY) -> Upload:
    return await uploads.begin(ticket(application, len(content)), holder(application), now)


async def sent(upload: Upload, by: Actor, content: bytes = CONTENT, offset: int = 0) -> Upload:
    return await uploads.send(upload.id, offset, body([content[offset:]]), by, MONDAY)


async def cut_after(upload: Upload, by: Actor, piece: bytes, offset: int = 0) -> None:
    with pytest.raises(LineCut):
        await uploads.send(upload.id, offset, body([piece], cut=True), by, MONDAY)


async def offset_of(upload: Upload, by: Actor) -> int:
    return (await uploads.look(upload.id, by, MONDAY)).offset


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """What reaches the documents, for content that is no picture."""
    arrived: list[bytes] = []

    async def receive(_: Application, __: DocumentKind, data: bytes, *___: object, **____: object) -> None:
        arrived.append(data)

    monkeypatch.setattr(receiving, "receive", receive)
    return arrived


# --- the whole way ---


async def test_a_photo_becomes_a_document_with_its_last_byte(draft: Application) -> None:
    """R2, P5: in two pieces; afterwards the slot holds one page with the very bytes that were sent."""
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await cut_after(upload, by, PHOTO[:30_000])
    full = await sent(upload, by, PHOTO, await offset_of(upload, by))
    assert full.full
    assert (await documents.slots(draft))[0].wanted
    done = await uploads.finish(upload.id, by, LATER)
    assert (done.ticket.outcome, done.offset, done.full) == ("", len(PHOTO), False)
    (page,) = await Page.objects()
    assert page.sha256 == hashlib.sha256(PHOTO).hexdigest()
    assert (page.original_name, page.received_at) == ("kartu.jpg", LATER)
    assert not (await documents.slots(draft))[0].wanted


async def test_the_answer_may_be_lost(draft: Application) -> None:
    """Whoever asks again learns that it is complete, and the document is there once."""
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await sent(upload, by, PHOTO)
    await uploads.finish(upload.id, by, MONDAY)
    for _ in range(2):
        again = await uploads.finish(upload.id, by, LATER)
        assert (again.offset, again.ticket.outcome) == (len(PHOTO), "")
    assert await Page.count() == 1
    empty = await uploads.send(upload.id, len(PHOTO), body([]), by, LATER)
    assert empty.offset == len(PHOTO)
    with pytest.raises(TooLong):
        await uploads.send(upload.id, len(PHOTO), body([b"x"]), by, LATER, announced=1)
    await documents.remove_page(draft, (await Page.objects())[0].id, by, LATER)
    assert await offset_of(upload, by) == len(PHOTO)


async def test_killed_between_the_last_byte_and_the_document(draft: Application) -> None:
    """The client is not told "complete" of what nobody has made a document of: who looks finds it full."""
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await sent(upload, by, PHOTO)
    found = await uploads.look(upload.id, by, LATER)
    assert found.full
    await uploads.finish(upload.id, by, LATER)
    assert await Page.count() == 1


async def test_killed_between_the_document_and_the_note_of_it(
    draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Finishing again finds the same photo there, and adds nothing."""
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await sent(upload, by, PHOTO)
    with monkeypatch.context() as patch:

        def killed(*_: object) -> None:
            raise Killed

        patch.setattr("components.partials.Partials.put", killed)
        with pytest.raises(Killed):
            await uploads.finish(upload.id, by, MONDAY)
    assert await Page.count() == 1
    assert (await uploads.finish(upload.id, by, LATER)).ticket.outcome == ""
    assert await Page.count() == 1


async def test_a_replacement_takes_the_place_of_what_was_there(draft: Application) -> None:
    by = holder(draft)
    await receiving.receive(draft, CARD, photo("agus-ktp.jpg"), "a.jpg", by, MONDAY)
    announced = ticket(draft, len(PHOTO))
    upload = await uploads.begin(uploads.Ticket(announced.number, CARD, len(PHOTO), replace=True), by, MONDAY)
    await sent(upload, by, PHOTO)
    await uploads.finish(upload.id, by, MONDAY)
    assert [page.sha256 for page in await Page.objects()] == [hashlib.sha256(PHOTO).hexdigest()]


# --- cutting and going on ---


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
async def test_any_cuts_give_the_same_bytes(
    draft: Application, taken: list[bytes], data: st.DataObject
) -> None:
    """Random pieces, random cuts, resumed where it says: the same bytes, and none sent twice."""
    by = holder(draft)
    length = data.draw(st.integers(1, len(CONTENT)), "length")
    content = CONTENT[:length]
    upload = await new(draft, content)
    offset, sent_in_all = 0, 0
    for number in count():
        end = data.draw(st.integers(offset, length), "end") if number < 6 else length
        middle = data.draw(st.integers(offset, end), "middle")
        whole = body([content[offset:middle], b"", content[middle:end]], cut=end < length)
        sent_in_all += end - offset
        if end < length:
            with pytest.raises(LineCut):
                await uploads.send(upload.id, offset, whole, by, MONDAY)
        else:
            assert (await uploads.send(upload.id, offset, whole, by, MONDAY)).full
        offset = await offset_of(upload, by)
        assert offset == end
        if end == length:
            break
    assert sent_in_all == length
    await uploads.finish(upload.id, by, MONDAY)
    assert taken.pop() == content


async def test_what_lies_on_the_disk_on_its_way_cannot_be_read(draft: Application, service: Kit) -> None:
    upload = await new(draft, b"KTP-el " * 9_000)
    await cut_after(upload, holder(draft), b"KTP-el " * 1_000)
    found = [path for path in service.settings.data.rglob("*") if path.is_file()]
    assert any(upload.id == path.name for path in found)
    for path in found:
        content = path.read_bytes()
        assert b"KTP-el KTP-el" not in content
        assert b"kartu.jpg" not in content


async def test_the_client_is_told_when_it_is_wrong(draft: Application) -> None:
    by = holder(draft)
    upload = await new(draft)
    await cut_after(upload, by, CONTENT[:1_000])
    for offset in (0, 999, 1_001, len(CONTENT)):
        with pytest.raises(Conflict) as conflict:
            await uploads.send(upload.id, offset, body([b"x"]), by, MONDAY)
        assert conflict.value.offset == 1_000
    assert await offset_of(upload, by) == 1_000


@pytest.mark.parametrize("announced", [None, 1_001])
async def test_more_than_was_announced_is_not_kept(
    draft: Application, taken: list[bytes], announced: int | None
) -> None:
    """Also when the request does not say how much it brings (chunked)."""
    by = holder(draft)
    upload = await new(draft, CONTENT[:1_500])
    await cut_after(upload, by, CONTENT[:500])
    pieces = [CONTENT[500:1_500], b"x"]
    with pytest.raises(TooLong):
        await uploads.send(upload.id, 500, body(pieces), by, MONDAY, announced=announced)
    assert await offset_of(upload, by) == 500
    await sent(upload, by, CONTENT[:1_500], 500)
    await uploads.finish(upload.id, by, MONDAY)
    assert taken == [CONTENT[:1_500]]


async def test_a_great_body_in_one_piece_is_taken(draft: Application, taken: list[bytes]) -> None:
    content = os.urandom(3_000_000)
    upload = await new(draft, content)
    await sent(upload, holder(draft), content)
    await uploads.finish(upload.id, holder(draft), MONDAY)
    assert taken == [content]


@pytest.mark.parametrize("algorithm", inflow.ALGORITHMS)
async def test_a_piece_with_a_checksum_counts_whole_or_not_at_all(
    draft: Application, taken: list[bytes], algorithm: str
) -> None:
    by = holder(draft)
    upload = await new(draft)
    await cut_after(upload, by, CONTENT[:10])
    right = Checksum(algorithm, hashlib.new(algorithm, CONTENT[10:]).digest())
    wrong = Checksum(algorithm, hashlib.new(algorithm, b"").digest())
    halves = [CONTENT[10 : 10 + inflow.PIECE], CONTENT[10 + inflow.PIECE :]]
    with pytest.raises(WrongSum):
        await uploads.send(upload.id, 10, body(halves), by, MONDAY, checksum=wrong)
    assert await offset_of(upload, by) == 10
    with pytest.raises(LineCut):
        await uploads.send(upload.id, 10, body(halves[:1], cut=True), by, MONDAY, checksum=right)
    assert await offset_of(upload, by) == 10
    assert (await uploads.send(upload.id, 10, body(halves), by, MONDAY, checksum=right)).full
    await uploads.finish(upload.id, by, MONDAY)
    assert taken == [CONTENT]


# --- silence, and newer requests ---


class Line:
    """A body fed by hand; it waits for the next piece as a socket does."""

    def __init__(self) -> None:
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue()

    async def next_piece(self) -> bytes | None:
        piece = await self.pieces.get()
        self.pieces.task_done()
        return piece


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    yield Line()
    assert not turns._lines


async def test_slow_is_not_stalled(draft: Application, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    """No total limit: only a minute without a byte ends a request, and what came before stays."""
    monkeypatch.setattr(inflow, "STALLED", 0.4)
    monkeypatch.setattr(inflow, "SAVE_WITHIN", 0.05)
    by = holder(draft)
    upload = await new(draft)
    request = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    for at in range(8):
        line.pieces.put_nowait(CONTENT[at : at + 1])
        await asyncio.sleep(0.1)
    assert not request.done()
    with pytest.raises(Stalled):
        await request
    assert await offset_of(upload, by) == 8


async def test_waiting_bytes_are_saved_while_the_line_is_silent(
    draft: Application, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash a second later costs nothing."""
    monkeypatch.setattr(inflow, "SAVE_WITHIN", 0.05)
    by = holder(draft)
    upload = await new(draft)
    request = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    line.pieces.put_nowait(CONTENT[:700])
    partials = uploads._partials()
    while True:
        await asyncio.sleep(0.02)
        path = next(partials._folder.glob(f"*/{upload.id}"))
        if path.stat().st_size > 700:
            break
    assert not request.done()
    line.pieces.put_nowait(None)
    assert (await request).offset == 700


async def test_bytes_are_taken_in_while_the_disk_is_slow(
    draft: Application, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waits in the server's own buffers is lost with the line: they are emptied while older bytes are saved."""
    disk, kept_back = threading.Event(), Partial.append

    def append(file: Partial, content: bytes | memoryview, at: datetime, *, closes: bool = True) -> None:
        disk.wait()
        kept_back(file, content, at, closes=closes)

    monkeypatch.setattr(inflow, "PIECE", 100_000)
    monkeypatch.setattr(Partial, "append", append)
    by = holder(draft)
    upload = await new(draft)
    request = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    for at in range(0, 150_000, 50_000):
        line.pieces.put_nowait(CONTENT[at : at + 50_000])
    await line.pieces.join()
    request.cancel()
    await asyncio.sleep(0)
    disk.set()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert await offset_of(upload, by) == 150_000


@pytest.mark.parametrize("newer", ["look", "send", "remove"])
async def test_a_newer_request_takes_over_from_one_that_hangs(
    draft: Application, line: Line, newer: str
) -> None:
    """The phone is back on another line; the old request waits for bytes that never come."""
    by = holder(draft)
    upload = await new(draft)
    hanging = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    line.pieces.put_nowait(CONTENT[:5_000])
    await line.pieces.join()
    if newer == "look":
        assert await offset_of(upload, by) == 5_000
    elif newer == "send":
        with pytest.raises(Conflict) as conflict:
            await sent(upload, by)
        assert conflict.value.offset == 5_000
    else:
        await uploads.remove(upload.id, by, MONDAY)
    with pytest.raises(MadeWay):
        await hanging
    if newer == "remove":
        with pytest.raises(Missing):
            await offset_of(upload, by)


async def test_given_up_while_its_last_bytes_arrived_it_leaves_no_page(draft: Application) -> None:
    """P5: the word to give up may cross with the last bytes; what came in place of other pages stays."""
    by = holder(draft)
    for replacing, left in ((False, 0), (True, 1)):
        upload = await uploads.begin(replace(ticket(draft, len(PHOTO)), replace=replacing), by, MONDAY)
        await sent(upload, by, PHOTO)
        await uploads.finish(upload.id, by, MONDAY)
        assert await Page.count() == 1
        await uploads.remove(upload.id, by, MONDAY)
        assert await Page.count() == left
        with pytest.raises(Missing):
            await offset_of(upload, by)


async def test_of_many_only_the_newest_goes_on(draft: Application, line: Line) -> None:
    by = holder(draft)
    upload = await new(draft)
    requests = [
        asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY)) for _ in range(4)
    ]
    await asyncio.wait(requests[:-1])
    assert not requests[-1].done()
    line.pieces.put_nowait(CONTENT[:10])
    line.pieces.put_nowait(None)
    assert (await requests[-1]).offset == 10
    assert all(isinstance(request.exception(), MadeWay) for request in requests[:-1])


async def test_what_had_arrived_before_is_taken_along(draft: Application, line: Line) -> None:
    """Behind a stalled proxy the old request's bytes and the new request come at the same moment."""
    by = holder(draft)
    upload = await new(draft)
    for at in range(5):
        line.pieces.put_nowait(CONTENT[at * 1_000 : at * 1_000 + 1_000])
    old = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    await asyncio.sleep(0)
    assert await offset_of(upload, by) == 5_000
    assert isinstance(old.exception(), MadeWay)


async def test_who_keeps_sending_makes_way_in_the_end(
    draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "_LONGEST", 0.1)
    by = holder(draft)
    upload = await new(draft)

    async def endless() -> bytes:
        await asyncio.sleep(0.001)
        return b"x"

    old = asyncio.create_task(uploads.send(upload.id, 0, endless, by, MONDAY))
    await asyncio.sleep(0)
    assert await offset_of(upload, by) > 0
    assert isinstance(old.exception(), MadeWay)


async def test_another_process_may_take_over_too(draft: Application, line: Line) -> None:
    """Nothing is doubled: the slower of two processes finds the file changed and writes nothing."""
    by = holder(draft)
    upload = await new(draft)
    request = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    await asyncio.sleep(0.05)
    other = uploads._partials().open(upload.id)
    other.append(CONTENT[:100], MONDAY)
    other.close()
    line.pieces.put_nowait(CONTENT[:100])
    line.pieces.put_nowait(None)
    with pytest.raises(MadeWay):
        await request
    assert await offset_of(upload, by) == 100


async def test_a_cancelled_request_keeps_what_came(draft: Application, line: Line) -> None:
    """The service stops for an update while a photo is on its way."""
    by = holder(draft)
    upload = await new(draft)
    request = asyncio.create_task(uploads.send(upload.id, 0, line.next_piece, by, MONDAY))
    line.pieces.put_nowait(CONTENT[:321])
    await line.pieces.join()
    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request
    assert await offset_of(upload, by) == 321


# --- what cannot be taken ---


async def test_a_refused_file_is_over_and_says_why(draft: Application) -> None:
    by = holder(draft)
    upload = await new(draft, b"this is no picture")
    await sent(upload, by, b"this is no picture")
    words = pictures.MESSAGES[pictures.Reason.KIND]
    with pytest.raises(Rejected, match=words):
        await uploads.finish(upload.id, by, MONDAY)
    assert (await uploads.look(upload.id, by, LATER)).ticket.outcome == words
    with pytest.raises(Rejected, match=words):
        await uploads.send(upload.id, 18, body([]), by, LATER)
    assert await Document.count() == 0


@pytest.mark.parametrize("trouble", [pictures.ReaderBusy(), pictures.ReaderDown(), DatabaseBusy()])
async def test_a_fault_of_ours_costs_nobody_the_upload(
    draft: Application, monkeypatch: pytest.MonkeyPatch, trouble: Exception
) -> None:
    """It stays full, and the next who asks finishes it."""
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await sent(upload, by, PHOTO)
    with monkeypatch.context() as patch:

        async def fail(_: bytes) -> pictures.Reading:
            raise trouble

        patch.setattr(pictures, "read_document", fail)
        with pytest.raises((NotNow, DatabaseBusy)):
            await uploads.finish(upload.id, by, MONDAY)
    assert (await uploads.look(upload.id, by, MONDAY)).full
    assert (await uploads.finish(upload.id, by, MONDAY)).ticket.outcome == ""


async def test_a_full_disk_keeps_what_is_there(
    draft: Application, service: Kit, monkeypatch: pytest.MonkeyPatch
) -> None:
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await cut_after(upload, by, PHOTO[:100])
    with monkeypatch.context() as patch:

        def full(*_: object) -> None:
            raise NoRoom

        patch.setattr(Store, "ensure_room", full)
        with pytest.raises(NoRoom):
            await new(draft)
        with pytest.raises(NoRoom):
            await sent(upload, by, PHOTO, 100)
    await sent(upload, by, PHOTO, 100)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "ensure_room", full)
        with pytest.raises(NoRoom):
            await uploads.finish(upload.id, by, MONDAY)
    assert (await uploads.finish(upload.id, by, MONDAY)).ticket.outcome == ""


async def test_what_may_not_begin(draft: Application) -> None:
    by = holder(draft)
    with pytest.raises(Rejected, match="kosong"):
        await new(draft, b"")
    with pytest.raises(TooLong):
        await uploads.begin(ticket(draft, uploads.LARGEST + 1), by, MONDAY)
    with pytest.raises(Missing):
        await uploads.begin(ticket(draft, 1, DocumentKind.POLICE_LETTER), by, MONDAY)
    for number in ("", "KRN-AAAAAA", "\0", "KRN-" + "A" * 900):
        with pytest.raises(Missing):
            await uploads.begin(uploads.Ticket(number, CARD, 1), by, MONDAY)


async def test_a_damaged_middle_is_sent_anew(draft: Application, service: Kit) -> None:
    """What cannot be read any more is never handed on as if it were the photo."""
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await cut_after(upload, by, PHOTO[:20_000])
    await sent(upload, by, PHOTO, 20_000)
    path = next(service.settings.store_folder.glob(f"uploads/*/{upload.id}"))
    raw = bytearray(path.read_bytes())
    raw[10_000] ^= 1
    path.write_bytes(raw)
    for _ in range(2):
        with pytest.raises(Missing):
            await uploads.finish(upload.id, by, MONDAY)
    assert not path.exists()


# --- whose it is ---


async def test_only_who_may_write_gets_at_an_upload(draft: Application) -> None:
    upload = await new(draft, PHOTO)
    stranger = applicant(draft.id + 1)
    clerk = await member_of_staff(Role.OPERATOR)
    for other in (stranger, clerk):
        for attempt in (
            uploads.look(upload.id, other, MONDAY),
            sent(upload, other),
            uploads.finish(upload.id, other, MONDAY),
            uploads.remove(upload.id, other, MONDAY),
            uploads.begin(ticket(draft, 1), other, MONDAY),
        ):
            with pytest.raises(Missing):
                await attempt
    assert await offset_of(upload, holder(draft)) == 0


async def test_an_officer_who_may_only_read_does_not_write(draft: Application) -> None:
    sent_in = await submitted()
    await Application.update({Application.state: State.RETURNED}).where(Application.id == sent_in.id)
    upload = await uploads.begin(ticket(sent_in, 10), holder(sent_in), MONDAY)
    with pytest.raises(Refused, match="tidak berwenang"):
        await uploads.look(upload.id, await member_of_staff(Role.OPERATOR), MONDAY)


async def test_after_submission_nothing_more_is_taken(draft: Application) -> None:
    by = holder(draft)
    upload = await new(draft)
    await cut_after(upload, by, CONTENT[:10])
    full = await new(draft, PHOTO)
    await sent(full, by, PHOTO)
    await Application.update({Application.state: State.SUBMITTED}).where(Application.id == draft.id)
    with pytest.raises(Overtaken):
        await new(draft)
    with pytest.raises(Overtaken):
        await sent(upload, by, CONTENT, 10)
    with pytest.raises(Rejected, match="sudah dikirim"):
        await uploads.finish(full.id, by, MONDAY)
    assert await offset_of(upload, by) == 10


async def test_a_document_no_longer_asked_for(draft: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    by = holder(draft)
    upload = await new(draft, PHOTO)
    await sent(upload, by, PHOTO)
    monkeypatch.setattr(receiving, "requirements", lambda _: ())
    with pytest.raises(Rejected, match="tidak diminta lagi"):
        await uploads.finish(upload.id, by, MONDAY)


# --- time ---


async def test_the_first_byte_of_a_replacement_keeps_the_deadline() -> None:
    """P7: begun before noon it has an hour more; announcing it without a byte is not beginning it."""
    sent_in = await submitted()
    operator = await member_of_staff(Role.OPERATOR)
    noon = MONDAY + timedelta(hours=3)
    await casework.advance(
        sent_in, Act.RETURN, operator, MONDAY, silent=True, changes={Application.correction_due_at: noon}
    )
    by = holder(sent_in)

    async def begun_at() -> datetime | None:
        return (await casework.reread(sent_in)).upload_begun_at

    upload = await uploads.begin(ticket(sent_in, len(CONTENT)), by, MONDAY)
    await uploads.send(upload.id, 0, body([]), by, MONDAY)
    assert await begun_at() is None
    early = noon - timedelta(seconds=1)
    with pytest.raises(LineCut):
        await uploads.send(upload.id, 0, body([b"", CONTENT[:1]], cut=True), by, early)
    assert await begun_at() == early
    await uploads.send(upload.id, 1, body([CONTENT[1:2]]), by, noon + timedelta(minutes=9))
    assert await begun_at() == early


async def test_bytes_are_kept_when_their_beginning_cannot_be_noted(
    draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A busy database costs the request, not what it brought."""
    by = holder(draft)
    upload = await new(draft)

    async def busy(*_: object) -> None:
        raise DatabaseBusy

    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_note_beginning", busy)
        with pytest.raises(DatabaseBusy):
            await sent(upload, by)
    assert await offset_of(upload, by) == len(CONTENT)


async def test_it_waits_48_hours_for_its_next_byte(draft: Application) -> None:
    by = holder(draft)
    upload = await new(draft)
    assert upload.expires_at == MONDAY + uploads.KEPT
    late = MONDAY + timedelta(hours=47)
    await uploads.send(upload.id, 0, body([b"x"]), by, late)
    over = late + uploads.KEPT + timedelta(minutes=1)
    assert await uploads.sweep(over - timedelta(minutes=2)) == 0
    found = await uploads.look(upload.id, by, over - timedelta(minutes=2))
    assert (found.offset, abs(found.expires_at - late - uploads.KEPT) < timedelta(seconds=30)) == (1, True)
    with pytest.raises(Missing):
        await uploads.look(upload.id, by, over)
    assert await uploads.sweep(over) == 1
    assert await uploads.sweep(over) == 0


async def test_a_new_one_takes_the_place_of_the_one_left_alone_the_longest(draft: Application) -> None:
    """No dead end for a phone whose line loses the answers; finished ones do not count."""
    by = holder(draft)
    done = await new(draft, PHOTO)
    await sent(done, by, PHOTO)
    await uploads.finish(done.id, by, MONDAY)
    many = [
        await uploads.begin(ticket(draft, 10), by, MONDAY + timedelta(minutes=n))
        for n in range(uploads.MOST_OPEN + 2)
    ]
    for gone in many[:2]:
        with pytest.raises(Missing):
            await uploads.look(gone.id, by, LATER)
    for there in (done, *many[2:]):
        await uploads.look(there.id, by, LATER)


async def test_many_finish_at_once_but_few_are_in_memory(
    draft: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_now = most = 0

    async def receive(*_: object, **__: object) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0.01)
        open_now -= 1

    monkeypatch.setattr(receiving, "receive", receive)
    by = holder(draft)
    begun_now = [await new(draft, b"x") for _ in range(uploads.MOST_OPEN)]
    for upload in begun_now:
        await sent(upload, by, b"x")
    await asyncio.gather(*(uploads.finish(upload.id, by, MONDAY) for upload in begun_now))
    assert most == pictures.CHILDREN


def test_pictures_of_any_size_are_like_no_other() -> None:
    """The support of these tests: exact sizes, and each is a picture of its own."""
    for size in (len(PHOTO), len(PHOTO) + 4, 400_000, 1_234_567):
        assert len(picture(size)) == size
    assert picture(400_000) != picture(400_000)

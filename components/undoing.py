"""Taking back the last step at the counter, for a short while and only where nothing has left the house [G1]."""

from datetime import datetime, timedelta

from components import arrivals, bookings, card_making, casework, grace, history
from components.actors import Actor
from components.refusals import Refused
from models.application import Application
from models.db import transaction
from models.history import Event
from models.rules.workflow import Act

UNDONE_WITHIN = timedelta(minutes=5)
_SAFE = (Act.ARRIVE, Act.CAPTURE, Act.MAKE_READY)
_INSTEAD = {
    Act.PRINT: "Blangko sudah terpakai, jadi cetak tidak bisa dibatalkan. Pakai Gagal, blangko rusak.",
    Act.HAND_OVER: "KTP-el sudah diserahkan, jadi tidak bisa dibatalkan. Laporkan ke atasan Anda.",
    Act.RETAKE: "Langkah ini tidak bisa dibatalkan. Rekam lagi, lalu catat.",
    Act.SPOIL: "Blangko sudah tercatat rusak. Cetak lagi dengan blangko baru.",
}
_TOO_LATE = "Sudah lewat 5 menit, jadi tidak bisa dibatalkan lagi."
_TOLD = "Pemohon sudah dikabari bahwa KTP-el siap diambil, jadi tidak bisa dibatalkan."


async def possible(application: Application, now: datetime) -> Act | None:
    """The step that undo() would take back now; None when there is none."""
    last = await _last_step(application)
    if last is None or last.act not in _SAFE or now - last.entered_at >= UNDONE_WITHIN:
        return None
    return Act(last.act)


async def undo(application: Application, by: Actor, now: datetime) -> Application:
    """Take the last step back; the history keeps both. Raises Refused, saying what to do instead, where it is unsafe.

    Arrived, captured and ready can be taken back for 5 minutes; ready only while its message has not left.
    """
    async with transaction():
        row = await bookings.locked(application.id)
        last = await _last_step(row)
        if last is None or last.act not in _SAFE:
            words = _INSTEAD.get(Act(last.act)) if last is not None else None
            raise Refused(words or "Tidak ada langkah loket yang bisa dibatalkan.")
        if now - last.entered_at >= UNDONE_WITHIN:
            raise Refused(_TOO_LATE)
        # The version as it was seen: a colleague's step since then is not taken back.
        row.version = application.version
        if last.act == Act.ARRIVE:
            return await arrivals.take_back(row, by, now)
        if last.act == Act.CAPTURE:
            return await _take_back_capture(row, by, now)
        return await _take_back_ready(row, last, by, now)


async def _last_step(application: Application) -> Event | None:
    """The step that brought the application to where it stands."""
    steps = [event for event in await history.lines(application.id) if event.to_state]
    return steps[-1] if steps else None


async def _take_back_capture(row: Application, by: Actor, now: datetime) -> Application:
    changes = {Application.captured_at: None}
    details: dict[str, history.Detail] = {"step": Act.CAPTURE}
    after = await casework.advance(row, Act.UNDO, by, now, changes=changes, details=details)
    await card_making.void_captures(row, now)
    return after


async def _take_back_ready(row: Application, last: Event, by: Actor, now: datetime) -> Application:
    if not await grace.recall_messages(row.id, last.entered_at):
        raise Refused(_TOLD)
    changes = {Application.ready_at: None}
    details: dict[str, history.Detail] = {"step": Act.MAKE_READY}
    return await casework.advance(row, Act.UNDO, by, now, changes=changes, details=details)

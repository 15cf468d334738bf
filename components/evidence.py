"""Photos that show what a complaint is about: opened, made safe and sealed as every picture [C1, P5]."""

import hashlib
from datetime import datetime

from components import complaints, pages, pictures
from components.actors import Actor
from components.kit import kit
from components.receiving import MOST_BYTES, MOST_PAGES, few_at_once
from components.refusals import Missing, Overtaken, Refused
from components.storage import Damaged, FileGone, Incoming
from components.words import ukuran
from models.complaint import Complaint, Evidence
from models.db import lock, transaction
from models.rules.complaints import ComplaintState

_TOO_MANY = f"Paling banyak {MOST_PAGES} foto untuk satu pengaduan."


def open_upload(complaint: Complaint) -> Incoming:
    """Where a photo is kept, sealed, while it arrives; receive() takes it over."""
    return kit().store.open_incoming(_owner(complaint))


def _owner(complaint: Complaint) -> str:
    return f"complaint:{complaint.number}"


async def receive(complaint: Complaint, upload: Incoming, by: Actor, now: datetime) -> None:
    """Add a photo, or the pages of a PDF; the same one again changes nothing.

    Raises Refused: unreadable, more than 6 in all, more than 25 MB; Overtaken once it is closed.
    """
    if not complaints.roles_towards(complaint, by):
        raise Missing
    stored = await upload.finish()
    try:
        async with few_at_once():
            data = await kit().store.get(stored.id, stored.wrapped_key, _owner(complaint))
            reading = await pictures.read_document(data)
    finally:
        await pages.remove_files([stored.id])
    for n, page in enumerate(reading.pages):
        sha256 = hashlib.sha256(f"{reading.sha256}:{n}".encode()).hexdigest()
        await _keep(complaint, page.jpeg, sha256, by, now)


async def _keep(complaint: Complaint, jpeg: bytes, sha256: str, by: Actor, now: datetime) -> None:
    blob = await kit().store.put(jpeg, _owner(complaint))
    try:
        async with transaction():
            fresh = await lock(Complaint.objects()).where(Complaint.id == complaint.id).first()
            if fresh is None or fresh.state == ComplaintState.CLOSED:
                raise Overtaken("Pengaduan ini sudah ditutup. Buka lagi dulu, lalu kirim fotonya.")
            there = await of(complaint)
            if any(row.sha256 == sha256 for row in there):
                pages.remove_after_commit([blob.id])
                return
            if len(there) >= MOST_PAGES:
                raise Refused(_TOO_MANY)
            if sum(row.size for row in there) + blob.size > MOST_BYTES:
                raise Refused(f"Semua foto bersama-sama lebih dari {ukuran(MOST_BYTES)}.")
            await Evidence(
                complaint=complaint.id,
                blob=blob.id,
                blob_key=blob.wrapped_key,
                sha256=sha256,
                size=blob.size,
                received_at=now,
            ).save()
            await complaints.note(complaint, "evidence", by, now)
    except BaseException:
        await pages.remove_files([blob.id])
        raise


async def of(complaint: Complaint) -> list[Evidence]:
    """All photos of a complaint, oldest first."""
    return await Evidence.objects().where(Evidence.complaint == complaint.id).order_by(Evidence.id)


async def show(complaint: Complaint, evidence_id: int, by: Actor, now: datetime) -> bytes:
    """The picture, for who handles the complaint; that it is looked at is recorded before [M4].

    Raises Missing for a photo of another complaint, Refused when its file is damaged.
    """
    mine = (Evidence.id == evidence_id) & (Evidence.complaint == complaint.id)
    row = await Evidence.objects().where(mine).first()
    if row is None or not by.is_staff:
        raise Missing
    await complaints.note(complaint, "look", by, now, {"evidence": row.id})
    try:
        return await kit().store.get(row.blob, row.blob_key, _owner(complaint))
    except (FileGone, Damaged):
        raise Refused("Foto ini rusak di penyimpanan kami.") from None

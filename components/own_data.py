"""All that is kept about one application, for the person concerned: one ZIP with a page to read (UU 27/2022, 6-7).

It is in clear, so it is made by hand, on the server, for who proved at the counter who they are.
"""

import io
import json
import os
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from components import casework, hand_over, history, pages, told
from components.actors import SYSTEM
from components.notifications import body_of, recipient_of
from components.particulars import opened
from components.refusals import Refused
from components.rendering import render
from components.vault import SealBroken
from components.wording import (
    document_word,
    event_word,
    married_word,
    message_word,
    reason_word,
    role_word,
    state_word,
    wish_word,
)
from components.words import tanggal_jam
from models.application import Application, Document
from models.rules.catalogue import Service
from models.rules.identity import Invalid, parse_number


async def gather(number: str, now: datetime) -> bytes:
    """The ZIP: data-anda.html, data-anda.json and the scans that are still kept. That it was made is written down.

    Raises Refused for a number that there is not.
    """
    try:
        row = await casework.find(parse_number(number), SYSTEM)
    except (Invalid, Refused):
        raise Refused(f"There is no application {number}.") from None
    scans = await _scans(row)
    known: dict[str, Any] = {
        "made_at": tanggal_jam(now),
        "facts": _facts(row),
        "history": await _history(row),
        "messages": await _messages(row),
        "handed_over": await _handed_over(row),
        "scans": [name for name, _ in scans],
    }
    await casework.note(row, "data_copied", SYSTEM, now, details={"scans": len(scans)})
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("data-anda.html", render("print/own_data.html", known))
        file.writestr("data-anda.json", json.dumps(known, ensure_ascii=False, indent=1))
        for name, content in scans:
            file.writestr(name, content, zipfile.ZIP_STORED)
    return out.getvalue()


def write(content: bytes, target: Path) -> None:
    """A file that only its owner may read. Raises Refused when it exists already."""
    try:
        with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
    except FileExistsError:
        raise Refused(f"{target} exists already.") from None


def _facts(row: Application) -> dict[str, str]:
    known = opened(row)
    asked = {} if row.service != Service.FIRST else {"Status kawin": married_word(row.ever_married)}
    return {
        "Nomor": row.number,
        "Keadaan": state_word(row.state),
        "Nama": row.name,
        "NIK": known.nik,
        "Nomor KK": known.kk,
        "Tempat lahir": row.birth_place,
        "Tanggal lahir": "" if row.birth_date is None else f"{row.birth_date:%d-%m-%Y}",
        "Jenis kelamin": {"female": "Perempuan", "male": "Laki-laki"}.get(row.sex, ""),
        "Alamat": f"{row.address} RT {row.rt} RW {row.rw}".strip(),
        "Nomor HP": known.phone,
        "Email": known.email,
        "Layanan": wish_word(row.service, row.change),
        "Alasan": reason_word(row.reason),
        "Penjelasan Anda": row.account,
        **asked,
        "Dibuat": tanggal_jam(row.created_at),
        "Dikirim": "" if row.submitted_at is None else tanggal_jam(row.submitted_at),
        "Selesai": "" if row.finished_at is None else tanggal_jam(row.finished_at),
    }


async def _history(row: Application) -> list[list[str]]:
    """When, what, by which role, why: who of the staff it was is the office's to say."""
    return [
        [tanggal_jam(line.happened_at), event_word(line.act), role_word(line.role), line.reason]
        for line in await history.lines(row.id)
    ]


async def _messages(row: Application) -> list[list[str]]:
    return [
        [
            tanggal_jam(one.sent_at) if one.sent_at is not None else "",
            message_word(one.kind),
            _or_gone(recipient_of, one),
            _or_gone(body_of, one),
        ]
        for one in await told.of_case(row.id)
    ]


def _or_gone(read: Any, message: Any) -> str:
    try:
        return str(read(message))
    except SealBroken:
        return "(sudah dihapus)"


async def _handed_over(row: Application) -> dict[str, str]:
    found = await hand_over.handover_of(row)
    if found is None:
        return {}
    return {
        "Diserahkan": tanggal_jam(found.happened_at),
        "Kepada": found.receiver_name or "pemohon sendiri",
        "Hubungan": found.relation,
    }


async def _scans(row: Application) -> list[tuple[str, bytes]]:
    """Pages that count, as they were made safe; those whose time is over are gone."""
    documents = await Document.objects().where(Document.application == row.id)
    live = await pages.live([one.id for one in documents])
    return [
        (
            f"foto/{document_word(one.kind).replace('/', '-')}-{at}.jpg",
            await pages.read(row, page.blob, page.blob_key),
        )
        for one in documents
        for at, page in enumerate(live.get(one.id, []), start=1)
    ]

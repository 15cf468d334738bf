"""The texts of messages: as they came with Loket, or as the office wrote them; whole messages made of them [G4]."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from components import letter, office_history, placeholders
from components.actors import Actor
from components.kit import kit
from components.refusals import Missing, Refused
from components.rendering import TEMPLATES, render
from components.wording import message_word
from models.db import Prepared, transaction
from models.notification import MessageText
from models.office import Office
from models.rules.message_texts import LONGEST, MessageWords, faults, fill, parse
from models.rules.messages import OF_THE_OFFICE, ComplaintNews, Kind, MessageChannel, News, StaffNews
from models.rules.office_acts import OfficeAct

_MAY_BE_CUT = {"alasan": "... Selengkapnya di tautan ini.", "sebab": "...", "karena": "..."}
"""What people wrote by hand, and what stands where it was cut."""

_FRAMES: Mapping[type[News], str] = {
    Kind: "mail/base.txt",
    ComplaintNews: "mail/complaint.txt",
    StaffNews: "mail/staff.txt",
}
"""What stands around the office's words: who speaks, about which number, the link."""


@lru_cache(maxsize=len(OF_THE_OFFICE))
def default(kind: News) -> MessageWords:
    """The text that came with Loket."""
    return parse((TEMPLATES / "mail" / f"{kind}.txt").read_text("utf-8"))


_LAST = Prepared(
    lambda office, kind: (
        MessageText.select(MessageText.subject, MessageText.body, MessageText.button)
        .where((MessageText.office == office) & (MessageText.kind == kind))
        .order_by(MessageText.id, ascending=False)
        .limit(1)
    )
)


async def of_office(office_id: int, kind: News) -> MessageWords:
    """The text as this office has it now."""
    row = await _LAST.first(office_id, str(kind))
    return MessageWords(**row) if row and row["body"] else default(kind)


@dataclass(frozen=True)
class Written:
    """A message as it is read."""

    subject: str
    body: str


def write(kind: News, words: MessageWords, about: Mapping[str, Any]) -> Written:
    """The whole message: who speaks, the number, the office's words, one link, and that it costs nothing.

    On WhatsApp what people wrote by hand is cut where it would not fit on a screen; all of it stands behind the link.
    """
    values = placeholders.words_of(about)
    written = _write(kind, words, values, about)
    if about["channel"] == MessageChannel.EMAIL:
        return written
    for name, mark in _MAY_BE_CUT.items():
        over, said = len(written.body) - LONGEST, values[name]
        if over > 0 and said:
            kept = said[: max(len(said) - over - len(mark), 0)].rpartition(" ")[0].rstrip(" .,:;-\n")
            written = _write(kind, words, {**values, name: f"{kept}{mark}"}, about)
    return written


def _write(
    kind: News, words: MessageWords, values: Mapping[str, str | None], about: Mapping[str, Any]
) -> Written:
    first, _, rest = fill(words.body, values).strip().partition("\n")
    parts = {"first": first, "rest": rest.strip(), "action": fill(words.button, values).partition("\n")[0]}
    body = render(_FRAMES[type(kind)], {**about, **parts})
    return Written(_one_line(fill(words.subject, values)), re.sub(r"\n{3,}", "\n\n", body).strip() + "\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())[:200]


# --- what an administrator does with them ---


@dataclass(frozen=True)
class Preview:
    """One text on an invented case, in each of its forms; colleagues are told by e-mail alone."""

    subject: str
    plain: str
    html: str
    whatsapp: str


async def preview(kind: News, words: MessageWords, by: Actor, now: datetime) -> Preview:
    """The message as its reader would get it. Raises Refused, by field, for a text that could not be kept."""
    office = await _office(by)
    wrong = faults(kind, words)
    if wrong:
        raise Refused("Pesan belum disimpan. Periksa bagian yang ditandai.", wrong)
    plain = write(kind, words, _about(kind, office, MessageChannel.EMAIL, now))
    whatsapp = write(kind, words, _about(kind, office, MessageChannel.WHATSAPP, now)).body
    if not isinstance(kind, StaffNews) and len(whatsapp) > LONGEST:
        said = f"Terlalu panjang: {len(whatsapp)} huruf di WA, paling banyak {LONGEST}."
        raise Refused("Pesan belum disimpan. Ringkas isinya.", {"body": said})
    return Preview(
        plain.subject,
        plain.body,
        letter.html(plain.subject, plain.body),
        "" if isinstance(kind, StaffNews) else whatsapp,
    )


def _about(kind: News, office: Office, channel: MessageChannel, now: datetime) -> dict[str, Any]:
    case = placeholders.invented(kind, office, now)
    link = f"{kit().settings.base_url}{case['path']}"
    return {**case, "channel": str(channel), "link": link, "for_registrar": False}


async def _office(by: Actor) -> Office:
    office = await Office.objects().where(Office.id == by.office_id).first()
    if office is None:
        raise Missing
    return office


async def keep(kind: News, words: MessageWords, by: Actor, now: datetime) -> None:
    """From now on messages of this kind read so. Every text that ever held is kept with who wrote it.

    Raises Refused as preview() does.
    """
    await preview(kind, words, by, now)
    await _add(kind, words, OfficeAct.TEXT_SET, by, now)


async def restore(kind: News, by: Actor, now: datetime) -> None:
    """Back to the text that came with Loket; that is a change like another."""
    await _add(kind, MessageWords("", "", ""), OfficeAct.TEXT_RESTORED, by, now)


async def _add(kind: News, words: MessageWords, act: OfficeAct, by: Actor, now: datetime) -> None:
    row = MessageText(
        office=by.office_id,
        kind=str(kind),
        subject=words.subject,
        body=words.body,
        button=words.button,
        written_at=now,
        written_by=by.staff_id,
    )
    async with transaction():
        await row.save()
        await office_history.record(act, message_word(kind), by, now)


async def changes(kind: News, by: Actor) -> list[MessageText]:
    """What was changed in this text, by whom and when, newest first."""
    rows: list[MessageText] = await (
        MessageText.objects(MessageText.written_by)
        .where((MessageText.office == by.office_id) & (MessageText.kind == str(kind)))
        .order_by(MessageText.id, ascending=False)
    )
    return rows


async def changed_kinds(by: Actor) -> frozenset[str]:
    """The kinds whose text is the office's own now."""
    rows = (
        await MessageText.select(MessageText.kind, MessageText.body)
        .where(MessageText.office == by.office_id)
        .order_by(MessageText.id)
    )
    return frozenset(kind for kind, body in {row["kind"]: row["body"] for row in rows}.items() if body)

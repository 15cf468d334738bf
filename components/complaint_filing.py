"""Taking in a complaint: what was typed, by whom and by which channel, and its number and PIN [C1, S2]."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any

from components import access, complaints, founding, history, notifications
from components.actors import Actor, complainant
from components.contacts import parse_email, parse_phone
from components.refusals import Refused
from components.sealing import seal
from models.complaint import Complaint
from models.db import transaction
from models.rules import complaints as rules
from models.rules.calendar import wib_day, wib_moment
from models.rules.complaints import ComplaintChannel, ComplaintKind, Naming
from models.rules.identity import Invalid, parse_note, parse_number
from models.rules.messages import ComplaintNews, StaffNews
from models.rules.text import one_line
from models.rules.workflow import Role

LONGEST_PLACE = 200
LONGEST_WISH = 500
_LONGEST_NAME = 100
_SHORTEST_TEXT = 10
_TRIES = 5
_NOT_SENT = "Belum terkirim. Yang Anda tulis masih ada."
_NO_NUMBER = "Nomor ini belum benar. Contoh: KRN-7K4M2Q. Boleh dikosongkan."


@dataclass(frozen=True)
class Filing:
    """What is to be kept of a complaint. about_officer: it says so itself."""

    kind: ComplaintKind
    naming: Naming
    about_officer: bool
    text: str = field(repr=False)
    place: str = field(default="", repr=False)
    wish: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    mobile: bool = False
    email: str = field(default="", repr=False)
    about: str = ""
    channel: ComplaintChannel = ComplaintChannel.ONLINE
    outside_number: str = ""
    received_at: datetime | None = None


def read(values: Mapping[str, str], now: datetime, *, by_officer: bool = False) -> Filing:
    """What was typed as it is kept; all faults at once, beside their fields.

    by_officer: a letter, a call: with its channel, its outside number and the day it came. Raises Refused.
    """
    faults: dict[str, str] = {}

    def of(name: str, parse: Any) -> Any:
        try:
            return parse(values.get(name, ""))
        except Invalid as invalid:
            faults[name] = invalid.message
        except Refused as no:
            faults[name] = no.message
        return ""

    kind = of("jenis", lambda text: _one_of(ComplaintKind, text, "Pilih jenisnya."))
    naming = of("identitas", lambda text: _one_of(Naming, text, "Pilih apakah nama Anda boleh diketahui."))
    text = of("uraian", lambda typed: parse_note(typed, complaints.LONGEST, "uraian"))
    if "uraian" not in faults and len(text) < _SHORTEST_TEXT:
        faults["uraian"] = "Ceritakan apa yang terjadi, satu kalimat pun cukup."
    place = of("kejadian", lambda typed: parse_note(typed, LONGEST_PLACE, "kejadian"))
    wish = of("harapan", lambda typed: parse_note(typed, LONGEST_WISH, "harapan"))
    about = of("nomor_permohonan", read_about)
    unknown = naming == Naming.ANONYMOUS
    name = "" if unknown else of("nama", lambda typed: one_line(typed, "nama")[:_LONGEST_NAME])
    phone = None if unknown or not values.get("no_hp", "").strip() else of("no_hp", parse_phone)
    email = of("email", parse_email)
    came = _came(now, of) if by_officer else {}
    if faults:
        raise Refused("Belum disimpan." if by_officer else _NOT_SENT, faults)
    return Filing(
        kind,
        naming,
        bool(values.get("petugas")),
        text,
        place,
        wish,
        name,
        phone.number if phone else "",
        bool(phone and phone.mobile),
        email,
        about,
        **came,
    )


def _came(now: datetime, of: Any) -> dict[str, Any]:
    """By which way, under which number of theirs, and when it came."""
    channel = of("saluran", lambda text: _one_of(ComplaintChannel, text, "Pilih salurannya."))
    outside = of("nomor_luar", lambda text: one_line(text, "nomor_luar")[:40])
    return {
        "channel": channel,
        "outside_number": outside or of("nomor_luar", lambda _: _needed_number(channel)),
        "received_at": of("diterima", lambda text: _day_of_receipt(text, now)),
    }


def _needed_number(channel: str) -> str:
    if channel == ComplaintChannel.LAPOR:
        raise Refused("Tulis nomor laporan dari SP4N-LAPOR!.")
    return ""


def _day_of_receipt(text: str, now: datetime) -> datetime:
    """The beginning of the day it came; today means now."""
    if not text:
        return now
    try:
        day = datetime.fromisoformat(text).date()
    except ValueError:
        raise Refused("Pilih tanggalnya.") from None
    if day > wib_day(now):
        raise Refused("Tanggal ini belum tiba.")
    return now if day == wib_day(now) else wib_moment(day, time(8))


def _one_of(choices: Any, text: str, words: str) -> Any:
    try:
        return choices(text)
    except ValueError:
        raise Refused(words) from None


def read_about(text: str) -> str:
    """The number of an application in its one form; whether it exists is not said. Raises Refused."""
    if not text.strip():
        return ""
    try:
        return parse_number(text)
    except Invalid:
        raise Refused(_NO_NUMBER, {"nomor_permohonan": _NO_NUMBER}) from None


async def file(filing: Filing, by: Actor, now: datetime) -> Complaint:
    """Keep a complaint under a new number, with its PIN, clocks, first line of history and news [C1].

    A report of a levy, and whatever says that it is about an officer, is the supervisor's alone from the first moment
    on, who hears of it [S2]; also from the officer who typed it in.
    """
    secret = filing.about_officer or filing.kind is ComplaintKind.LEVY
    received = filing.received_at or now
    office_id = by.office_id or founding.office_card().id
    first_due, due = await complaints.first_clocks(filing.kind, office_id, received)
    columns: dict[str, Any] = {
        "office": office_id,
        "channel": str(filing.channel),
        "outside_number": filing.outside_number,
        "kind": str(filing.kind),
        "secret": secret,
        "naming": str(filing.naming),
        "phone_whatsapp": filing.mobile,
        "about": filing.about,
        "typed_by": by.staff_id,
        "received_at": received,
        "created_at": now,
        "clock_at": received,
        "first_due_at": first_due,
        "due_at": due,
    }
    async with transaction():
        complaint = await _insert(columns, filing)
        who = by if by.is_staff else complainant(complaint.id)
        role = by.role_for(rules.OFFICERS) if by.is_staff else Role.APPLICANT
        await history.record_of_complaint(complaint.id, "receive", who, role, now, target=complaint.state)
        await notifications.tell_complainant(ComplaintNews.RECEIVED, complaint, now)
        if secret:
            path = f"/pengaduan/register/{complaint.number}"
            await notifications.tell_supervisors(
                StaffNews.COMPLAINT_FOR_YOU, office_id, complaint.number, path, {}, now
            )
    return complaint


async def _insert(columns: Mapping[str, Any], filing: Filing) -> Complaint:
    """The row under a number that is free: a taken one changes nothing, and another one is tried."""
    for _ in range(_TRIES):
        number = rules.new_number(secrets.choice)
        row = Complaint(number=number, **{**columns, **_sealed(number, filing)})
        made = (
            await Complaint.insert(row)
            .on_conflict(target=Complaint.number, action="DO NOTHING")
            .returning(Complaint.id)
        )
        if made:
            found = await Complaint.objects().get(Complaint.id == made[0]["id"])
            if found is not None:
                return found
    raise LookupError("no free complaint number was found")


def _sealed(number: str, filing: Filing) -> dict[str, str]:
    names = ("text", "place", "wish", "name", "phone", "email")
    sealed = {f"{name}_sealed": seal(number, name, getattr(filing, name)) for name in names}
    return {**sealed, **access.columns(number, access.new_keys())}


async def link(complaint: Complaint, about: str, by: Actor, now: datetime) -> None:
    """Say which application it is about; empty: none. Raises Refused with the field."""
    number = read_about(about)
    async with transaction():
        await complaints.note(complaint, "link", by, now)
        await Complaint.update({Complaint.about: number}).where(Complaint.id == complaint.id)

"""What a registrar does for a neighbour: begins once the notice was read aloud, checks before sending [P11, P12]."""

from collections.abc import Collection, Mapping
from datetime import datetime, time
from enum import StrEnum

from components import applications, assisting, casework, corrections, intake, services
from components.actors import Actor
from components.applications import Started
from components.refusals import Missing, Refused
from components.words import WIB
from models.application import Application
from models.db import transaction
from models.history import Event
from models.rules.catalogue import Channel, DocumentKind, Service


class Check(StrEnum):
    """What the registrar compares, papers in hand and the person at the table; also the name of its tick."""

    NAMES = "cek_nama"
    FAMILY_CARD = "cek_kk"
    SIGNED = "cek_tanda_tangan"
    OLD_CARD = "cek_ktp"
    AUTHORITY = "cek_kuasa"


CHECK_WORDS: Mapping[Check, str] = {
    Check.NAMES: "Nama di semua dokumen sama",
    Check.FAMILY_CARD: "Tulisan di foto KK terbaca",
    Check.SIGNED: "F-1.02 sudah ditandatangani dengan tinta",
    Check.OLD_CARD: "KTP-el lama yang asli ditunjukkan dan cocok dengan orangnya",
    Check.AUTHORITY: "Surat kuasa ditandatangani pemberi kuasa",
}


class NotChecked(Refused):
    """Sending waits for the registrar's own comparison; checks: those that are not ticked."""

    def __init__(self, checks: Collection[Check]) -> None:
        super().__init__("Belum dikirim. Cocokkan dulu yang belum dicentang.")
        self.checks = frozenset(checks)


async def begin(typed: Mapping[str, str], by: Actor, now: datetime) -> Started:
    """A draft for somebody at the registrar's table [P11].

    That the notice on data was read aloud, and whether somebody stands in by written authority, is a line of the
    history: by whom and when. `perubahan` also takes another service that is on, whose own questions come next.
    Raises Missing for a registrar without a village, Refused with `dibacakan` and `perubahan`.
    """
    if by.village_id is None:
        raise Missing
    faults = {} if typed.get("dibacakan") else {"dibacakan": "Bacakan dulu pemberitahuan ini, lalu centang."}
    others = {str(offer.entry.service) for offer in await services.others_on(by.office_id or 0)}
    service, change = typed.get("perubahan", ""), ""
    if service not in others:
        try:
            service, change = str(Service.BIOMETRIC), str(intake.read_change(typed))
        except Refused as no:
            raise Refused(no.message, {**faults, **no.fields}) from None
    if faults:
        raise Refused("Ada yang perlu diperbaiki.", faults)
    represented = bool(typed.get("kuasa"))
    values = {
        "channel": str(Channel.VILLAGE),
        "service": service,
        "change": change,
        "village": by.village_id,
        "represented": represented,
    }
    async with transaction():
        started = await applications.create(values, by, now)
        details = {"represented": represented}
        await casework.note(started.application, "notice_read", by, now, details=details)
    return started


async def usual_rt_rw(by: Actor, now: datetime) -> str:
    """RT/RW as the registrar typed it for the neighbour before, today: people come by the street. Empty at first."""
    day = datetime.combine(now.astimezone(WIB).date(), time(0), WIB)
    rows = (
        await Event.select(Event.application.rt.as_alias("rt"), Event.application.rw.as_alias("rw"))
        .where(
            (Event.actor == by.label)
            & (Event.act == "notice_read")
            & (Event.entered_at >= day)
            & (Event.application.rt != "")
        )
        .order_by(Event.id, ascending=False)
        .limit(1)
    )
    return f"{rows[0]['rt']}/{rows[0]['rw']}" if rows else ""


def checks(application: Application) -> tuple[Check, ...]:
    """What has to be compared before this application is sent."""
    without_card = DocumentKind.OLD_CARD not in applications.requirements(application)
    spared = {Check.OLD_CARD} if without_card else set()
    if not application.represented:
        spared.add(Check.AUTHORITY)
    return tuple(one for one in Check if one not in spared)


_AGAIN: Mapping[DocumentKind, Check] = {
    DocumentKind.OLD_CARD: Check.OLD_CARD,
    DocumentKind.FAMILY_CARD: Check.FAMILY_CARD,
    DocumentKind.FORM_F102: Check.SIGNED,
    DocumentKind.AUTHORITY: Check.AUTHORITY,
}
"""What is compared once more when this document was replaced."""


async def checks_again(application: Application) -> tuple[Check, ...]:
    """What has to be compared before a correction is sent: the names, and what the replaced documents are about
    [P7, P12].
    """
    replaced = await corrections.replaced(application)
    of_documents = {_AGAIN[kind] for kind in replaced if kind in _AGAIN}
    return tuple(one for one in Check if one in of_documents or (replaced and one is Check.NAMES))


async def resubmit(
    application: Application, ticked: Collection[str], by: Actor, now: datetime
) -> Application:
    """Send the neighbour's correction, once what the new documents are about is compared [P7, P12].

    Raises NotChecked, and what corrections.resubmit() does; then nothing is recorded.
    """
    if not assisting.assists(application, by):
        raise Missing
    wanted = await checks_again(application)
    async with transaction():
        sent = await corrections.resubmit(application, by, now)
        await _note_checked(application, wanted, ticked, by, now)
        return sent


async def _note_checked(
    application: Application, wanted: Collection[Check], ticked: Collection[str], by: Actor, now: datetime
) -> None:
    """Raise NotChecked for what is not ticked; else the comparison becomes a line of the history."""
    lacking = [one for one in wanted if one not in ticked]
    if lacking:
        raise NotChecked(lacking)
    if wanted:
        details = {"checks": [str(one) for one in wanted]}
        await casework.note(application, "precheck", by, now, details=details)


async def submit(application: Application, ticked: Collection[str], by: Actor, now: datetime) -> Application:
    """Send the neighbour's application to the operators, once every comparison is ticked [P12].

    Raises NotChecked, and Refused as applications.submit() does; then nothing is recorded.
    """
    if not assisting.assists(application, by):
        raise Missing
    async with transaction():
        await _note_checked(application, checks(application), ticked, by, now)
        return await applications.submit(application, by, now)

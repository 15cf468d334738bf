"""Whose data an incident touched, and the draft of the notice that is owed within 3 x 24 hours (UU 27/2022, 46).

Numbers and counts alone; how to reach people only where it is asked for, and that it was asked is written down.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from components import history
from components.actors import SYSTEM
from components.refusals import Refused
from components.sealing import unseal
from components.vault import SealBroken
from components.wording import event_word
from components.words import tanggal_jam
from models.account import Staff
from models.application import Application
from models.history import Event
from models.office import Office, Village
from models.rules.identity import fold
from models.rules.workflow import Role, State

OWED_WITHIN = timedelta(hours=72)
_STEP = 500


@dataclass(frozen=True)
class Scope:
    """What is known of the incident. account: a login; village, office: names or prefixes; empty does not narrow."""

    since: datetime
    until: datetime
    account: str = ""
    village: str = ""
    office: str = ""


@dataclass(frozen=True)
class Touched:
    """Applications the incident touched, oldest first, and what was done with them. contacts: number -> where."""

    numbers: tuple[str, ...]
    acts: tuple[tuple[str, int], ...]
    contacts: tuple[tuple[str, str, str], ...] = ()


async def report(scope: Scope, now: datetime, *, contacts: bool = False) -> str:
    """The whole report as text. Raises Refused for an account, village or office that there is not."""
    touched = await find(scope, contacts=contacts)
    await _write_down(scope, touched, now, contacts=contacts)
    lines = [
        f"Applications touched: {len(touched.numbers)}",
        *(f"  {count:6} {words}" for words, count in touched.acts),
        "Numbers:",
        *(f"  {number}" for number in touched.numbers),
    ]
    if contacts:
        lines += ["Contacts (number; phone; e-mail):", *("  " + "; ".join(one) for one in touched.contacts)]
    return "\n".join([*lines, "", _notice(scope, len(touched.numbers), now)])


async def find(scope: Scope, *, contacts: bool = False) -> Touched:
    """Whom it touched: by an account what it looked at or changed, else all in village, office and time."""
    where, actor = await _narrowed(scope)
    acts, ids = Counter[str](), set[int]()
    in_time = (Event.entered_at >= scope.since) & (Event.entered_at < scope.until)
    if actor:
        in_time = in_time & (Event.actor == actor)
    after = 0
    while (
        rows := await Event.select(Event.id, Event.act, Event.application)
        .where(in_time & Event.application.is_not_null() & (Event.id > after))
        .order_by(Event.id)
        .limit(_STEP)
    ):
        after = rows[-1]["id"]
        ids |= {row["application"] for row in rows}
        acts.update(row["act"] for row in rows)
    if not actor and (scope.village or scope.office):
        # A copied list or folder leaves no line: whoever was on record then may be in it.
        there = await Application.select(Application.id).where(where & (Application.created_at < scope.until))
        ids |= {row["id"] for row in there}
    found: list[Application] = []
    wanted = sorted(ids)
    for at in range(0, len(wanted), _STEP):
        mine = Application.id.is_in(wanted[at : at + _STEP]) & (Application.state != State.DRAFT)
        found += await Application.objects().where(mine & where).order_by(Application.id)
    return Touched(
        tuple(row.number for row in found),
        tuple((event_word(act), count) for act, count in acts.most_common()),
        tuple((row.number, _opened(row, "phone"), _opened(row, "email")) for row in found)
        if contacts
        else (),
    )


def _opened(row: Application, field: str) -> str:
    try:
        return unseal(row, field) or "-"
    except SealBroken:
        return "?"


async def _narrowed(scope: Scope) -> tuple[Any, str]:
    """(condition on applications, actor as the history writes it or empty)."""
    where: Any = Application.id > 0
    actor = ""
    if scope.account:
        staff = await Staff.select(Staff.id).where(Staff.login == fold(scope.account)).first()
        if staff is None:
            raise Refused(f"There is no account {scope.account}.")
        actor = f"staff:{staff['id']}"
    if scope.village:
        village = (
            await Village.select(Village.id)
            .where(Village.folded == fold(scope.village).replace(" ", ""))
            .first()
        )
        if village is None:
            raise Refused(f"There is no village {scope.village}.")
        where = where & (Application.village == village["id"])
    if scope.office:
        office = await Office.select(Office.id).where(Office.prefix == scope.office.upper()).first()
        if office is None:
            raise Refused(f"There is no office with the prefix {scope.office}.")
        where = where & (Application.office == office["id"])
    return where, actor


async def _write_down(scope: Scope, touched: Touched, now: datetime, *, contacts: bool) -> None:
    """In the record of every office concerned: that it was asked, about what, and whether contacts were shown."""
    details: dict[str, history.Detail] = {
        "since": scope.since.isoformat(),
        "until": scope.until.isoformat(),
        "account": bool(scope.account),
        "applications": len(touched.numbers),
        "contacts": contacts,
    }
    for office in await Office.select(Office.id):
        await history.record_of_office(
            office["id"], "breach_report", SYSTEM, Role.SYSTEM, now, details=details
        )


def _notice(scope: Scope, people: int, now: datetime) -> str:
    return f"""Draf pemberitahuan (UU 27/2022 pasal 46), paling lambat {tanggal_jam(now + OWED_WITHIN)}
kepada {people} pemohon dan lembaga pelindungan data pribadi:

Antara {tanggal_jam(scope.since)} dan {tanggal_jam(scope.until)} data pribadi Anda di layanan KTP-el
mungkin dibuka oleh pihak yang tidak berhak.
Data yang mungkin terbuka: nama, NIK, nomor KK, tempat dan tanggal lahir, alamat, kontak, dan foto dokumen
permohonan Anda. [Coret yang tidak.]
Bagaimana terjadi: [tulis apa yang terjadi, tanpa istilah teknis].
Yang sudah kami lakukan: [misalnya: akun dihentikan, kunci diganti, kejadian dilaporkan].
Yang bisa Anda lakukan: jangan memberi NIK, KK, atau kode kepada siapa pun yang mengaku dari kantor kami.
Pertanyaan: [kontak kantor]. Layanan ini tetap gratis."""

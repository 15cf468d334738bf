"""What an administrator changes in the browser: days off of the office, and who works there [M3]."""

from datetime import date, datetime, timedelta

from components import accounts, promises
from components.actors import Actor
from components.refusals import Missing, Refused
from components.words import WIB
from models.account import Session, Staff
from models.db import UniqueViolation, transaction
from models.office import ClosedDay, Village
from models.rules.identity import Invalid, parse_name, parse_note
from models.rules.workflow import Role

KIND_WORDS = {"public": "Libur nasional", "government": "Cuti bersama", "local": "Tutup setempat"}
STAFF_ROLES = (Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.REGISTRAR, Role.ADMIN)
_FURTHEST = timedelta(days=800)


async def closed_days(by: Actor, now: datetime) -> list[ClosedDay]:
    """Days without service from today on, in order."""
    today = now.astimezone(WIB).date()
    rows: list[ClosedDay] = await (
        ClosedDay.objects()
        .where((ClosedDay.office == by.office_id) & (ClosedDay.closed_on >= today))
        .order_by(ClosedDay.closed_on)
    )
    return rows


async def lacks_joint_leave(by: Actor, now: datetime) -> int | None:
    """Next year, when its cuti bersama are not in the table yet: the promise would then count too few days."""
    year = now.astimezone(WIB).year + 1
    known = await ClosedDay.exists().where(
        (ClosedDay.office == by.office_id)
        & (ClosedDay.kind == "government")
        & (ClosedDay.closed_on >= date(year, 1, 1))
        & (ClosedDay.closed_on <= date(year, 12, 31))
    )
    return None if known else year


async def close_day(day: str, kind: str, name: str, by: Actor, now: datetime) -> None:
    """Close the office on a day (yyyy-mm-dd). Appointments of that day are moved by the scheduler and told.

    Raises Refused with fields for a day gone by, one too far away, or one that is closed already.
    """
    fields: dict[str, str] = {}
    today = now.astimezone(WIB).date()
    closed_on = today
    try:
        closed_on = date.fromisoformat(day)
    except ValueError:
        fields["day"] = "Pilih tanggalnya."
    if not today <= closed_on <= today + _FURTHEST:
        fields["day"] = "Pilih hari ini atau sesudahnya, paling jauh dua tahun."
    if kind not in KIND_WORDS:
        fields["kind"] = "Pilih jenisnya."
    try:
        words = parse_note(name, 120)
    except Invalid as invalid:
        words, fields["name"] = "", invalid.message
    if not words:
        fields.setdefault("name", "Tulis sebabnya, warga akan membacanya.")
    if fields:
        raise Refused("Hari tutup belum disimpan.", fields)
    try:
        async with transaction():
            await ClosedDay(
                office=by.office_id, closed_on=closed_on, kind=kind, name=words, source=by.label
            ).save()
    except UniqueViolation:
        raise Refused("Hari itu sudah tercatat tutup.", {"day": "Sudah tercatat tutup."}) from None
    await promises.calendar_changed(by.office_id or 0, now)


async def open_day(closed_day_id: int, by: Actor, now: datetime) -> None:
    """The office works on that day after all. Raises Missing for a line of another office."""
    gone = (
        await ClosedDay.delete()
        .where((ClosedDay.id == closed_day_id) & (ClosedDay.office == by.office_id))
        .returning(ClosedDay.id)
    )
    if not gone:
        raise Missing
    await promises.calendar_changed(by.office_id or 0, now)


async def staff(by: Actor) -> list[Staff]:
    """Everybody of the office, by name."""
    rows: list[Staff] = (
        await Staff.objects(Staff.village).where(Staff.office == by.office_id).order_by(Staff.name)
    )
    return rows


async def villages(by: Actor) -> list[tuple[int, str]]:
    """The office's villages as choices."""
    rows = (
        await Village.select(Village.id, Village.name)
        .where(Village.office == by.office_id)
        .order_by(Village.name)
    )
    return [(int(row["id"]), str(row["name"])) for row in rows]


async def invite(name: str, login: str, roles: list[str], village: str, by: Actor, now: datetime) -> str:
    """Create an account and return the token of its one-time link, shown once. Raises Refused with fields."""
    fields: dict[str, str] = {}
    try:
        name = parse_name(name)
    except Invalid as invalid:
        fields["name"] = invalid.message
    login = login.strip()
    if not 3 <= len(login) <= 120 or any(char.isspace() for char in login):
        fields["login"] = "Pakai 3 sampai 120 huruf tanpa spasi, misalnya alamat email."
    held = frozenset(role for role in STAFF_ROLES if role in roles)
    if not held:
        fields["roles"] = "Pilih paling sedikit satu tugas."
    known = dict(await villages(by))
    village_id = int(village) if village.isdecimal() and int(village) in known else None
    if Role.REGISTRAR in held and village_id is None:
        fields["village"] = "Petugas registrasi perlu desa atau kelurahannya."
    if fields or by.office_id is None:
        raise Refused("Petugas belum diundang.", fields)
    try:
        return await accounts.invite(by.office_id, name, login, held, now, village_id)
    except UniqueViolation:
        words = "Nama pengguna ini sudah dipakai."
        raise Refused(words, {"login": words}) from None


async def disable(staff_id: int, by: Actor, now: datetime) -> None:
    """End an account at once, with its sessions. Nobody ends their own. Raises Missing for a foreign one."""
    if staff_id == by.staff_id:
        raise Refused("Anda tidak bisa menonaktifkan akun sendiri. Minta admin lain.")
    async with transaction():
        gone = (
            await Staff.update({Staff.disabled_at: now})
            .where((Staff.id == staff_id) & (Staff.office == by.office_id))
            .returning(Staff.id)
        )
        if not gone:
            raise Missing
        await Session.delete().where(Session.staff == staff_id)

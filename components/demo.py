"""`make demo`: one account per role and applications in every state, of people who do not exist."""

import json
import secrets
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from components import (
    accounts,
    applications,
    appointments,
    arrivals,
    card_making,
    casework,
    clock,
    compensation,
    complaint_filing,
    demo_voices,
    documents,
    founding,
    hand_over,
    passing_on,
    promises,
    receiving,
    services,
    stock,
    told,
    village,
    wording,
)
from components.actors import SYSTEM, Actor, applicant
from components.card_making import Recorded
from components.decisions import Outcome, decide
from components.kit import kit
from components.verification import Verdict
from components.words import WIB
from models.account import Staff
from models.application import Application
from models.arrival import Arrival
from models.db import transaction
from models.notification import Message
from models.office import Village
from models.rules.calendar import wib_day
from models.rules.catalogue import Change, DocumentKind, RejectReason, Service
from models.rules.messages import Kind, MessageChannel
from models.rules.workflow import Act, Role
from models.standard import ServiceDay

SPECIMEN = Path(__file__).resolve().parent.parent / "tests" / "specimen"
_ACCOUNTS = (
    ("operator", "Dewi Operator", (Role.OPERATOR,)),
    ("loket", "Rini Loket", (Role.COUNTER,)),
    ("camat", "Bapak Camat", (Role.SUPERVISOR,)),
    ("admin", "Admin Kecamatan", (Role.ADMIN,)),
    ("desa", "Petugas Tropodo", (Role.REGISTRAR,)),
)
_PHOTOS = {
    "siti": ("siti-ktp.jpg", "siti-kk.jpg", "siti-f102.jpg"),
    "nuraini": ("nuraini-ktp.jpg", "nuraini-kk.jpg", "nuraini-f102.jpg"),
    "agus": ("agus-ktp.jpg", "agus-kk.jpg", "agus-f102.jpg"),
}
_KINDS = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)
_NAMES = (
    ("JOKO SUSILO", "male", "1979-04-11"),
    ("ENDANG LESTARI", "female", "1984-09-02"),
    ("WAHYU PRATAMA", "male", "1996-01-23"),
    ("RUKMINI", "female", "1958-06-30"),
    ("YULIATI", "female", "1991-12-05"),
    ("MOCH. FAUZAN", "male", "1988-03-17"),
    ("DWI CAHYONO", "male", "1993-08-08"),
    ("HARTINI", "female", "1969-10-21"),
    ("SUMARNI", "female", "1975-02-14"),
    ("SLAMET", "male", "1961-03-05"),
    ("KARTINI", "female", "1987-04-21"),
    ("SUTINAH", "female", "1950-07-01"),
    ("MBAH KROMO", "male", "1944-05-20"),
    ("PAINEM", "female", "1955-01-15"),
    ("TUKIRAN", "male", "1949-09-09"),
    ("SRI WAHYUNI", "female", "1982-12-12"),
)

_SERVED = (
    ("SUPRIYADI", "male", "1972-08-17"),
    ("NUR HAYATI", "female", "1994-02-03"),
    ("BAMBANG IRAWAN", "male", "1985-11-29"),
    ("SITI ROKAYAH", "female", "1966-06-06"),
    ("EKO PURNOMO", "male", "1999-10-10"),
)
"""Whose card was handed over this morning, and who answered the survey on paper."""
_LATE = ("SRI WAHYUNI", "female", "1990-05-25")
"""Whose file stayed too long."""
_LOST = (
    ("WARSITO", "male", "1980-02-09"),
    ("LILIK INDRAWATI", "female", "1989-07-19"),
    ("MULYADI", "male", "1977-05-28"),
    ("KUSNIATI", "female", "1963-11-11"),
)
"""Who lost the card."""


@dataclass(frozen=True)
class _Desk:
    """Who works in the demonstration, and the moments it is told at."""

    operator: Actor
    counter: Actor
    before: datetime
    """The last working day before today, 14.30."""
    now: datetime


async def fill() -> str:
    """Fill an empty installation; returns what to print: the accounts with their passwords, made up just now.

    A filled one is left as it is, and its accounts are printed again.
    """
    notes = kit().settings.data / "demo-accounts.txt"
    if notes.exists():
        return notes.read_text(encoding="utf-8")
    if await Staff.exists().where(Staff.password_hash != ""):
        return "This data directory is in real use; the demonstration leaves it alone."
    now = clock.now()
    lines = [f"{login:10} {password}" for login, password in await _accounts(now)]
    await _applications(now)
    text = "Demonstration accounts (sign in at /masuk):\n" + "\n".join(lines) + "\n"
    if not kit().settings.second_factor:
        text += "The password is enough here; LOKET_SECOND_FACTOR=on asks for a code, too.\n"
    notes.touch(mode=0o600)
    notes.write_text(text, encoding="utf-8")
    return text


async def _accounts(now: datetime) -> list[tuple[str, str]]:
    office = founding.office_card().id
    made = []
    for login, name, roles in _ACCOUNTS:
        home = await founding.village_named("Tropodo") if Role.REGISTRAR in roles else None
        token = await accounts.invite(office, name, login, frozenset(roles), now, home)
        password = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}-{secrets.token_hex(2)}"
        await accounts.accept_invitation(token, password, password, now)
        made.append((login, password))
    return made


async def _staff(login: str) -> Actor:
    row = await Staff.objects().get(Staff.login == login)
    if row is None:
        raise LookupError(login)
    return accounts.actor_of(row)


async def _applications(now: datetime) -> None:
    calendar = await promises.office_calendar(founding.office_card().id)
    day = now.astimezone(WIB).date() - timedelta(days=1)
    while not calendar.is_working_day(day):
        day -= timedelta(days=1)
    desk = _Desk(
        await _staff("operator"), await _staff("loket"), datetime.combine(day, time(14, 30), WIB), now
    )
    await _weeks_before(calendar.is_working_day, desk.now)
    await stock.receive("3515-26-000101", "3515-26-000160", "SJ/2026/118", desk.counter, desk.before)
    people = iter(_NAMES)
    for number, story in enumerate(_STORIES):
        name, sex, born = next(people)
        await story(desk, await _sent(desk, number, name, sex, born))
    await applications.start(Change.PHOTO, Actor(roles=frozenset({Role.APPLICANT})), now)
    await _at_the_village(desk, people)
    await _of_lost_cards(desk)
    await _complaint(desk)
    for person, change, reason in (("siti", "photo", "jilbab_on"), ("agus", "both", "data_change")):
        await _specimen(desk, person, change, reason)
    served = [await _served(desk, number, *person) for number, person in enumerate(_SERVED, 40)]
    await demo_voices.fill(served, desk.operator, desk.counter, now)
    await _carry_in(
        desk.before - timedelta(days=7), _typed(50, *_LATE), {"perubahan": "signature"}, "nuraini"
    )
    await compensation.notice_broken(now)


async def _served(desk: _Desk, number: int, name: str, sex: str, born: str) -> Application:
    """From the day before to the card in the hand."""
    application = await _sent(desk, number, name, sex, born)
    await _handed_over(desk, application)
    return await casework.find(application.number, desk.counter)


async def _weeks_before(is_working_day: Callable[[date], bool], now: datetime) -> None:
    """What was printed before the demonstration begins: the published figures need more files than it tells of."""
    days = [wib_day(now) - timedelta(days=n) for n in range(1, 60)]
    await ServiceDay.insert(
        *[
            ServiceDay(
                office=founding.office_card().id,
                day=day,
                printed=9,
                on_time=8 if day.day % 5 == 0 else 9,
                taken=json.dumps({0: 3, 1: 4, 2: 2}),
                counted_at=now,
            )
            for day in days
            if is_working_day(day)
        ]
    )


async def _sent(desk: _Desk, number: int, name: str, sex: str, born: str) -> Application:
    """A made-up person's complete application for a new signature, sent on the day before."""
    return await _carry_in(
        desk.before, _typed(number, name, sex, born), {"perubahan": "signature"}, "nuraini"
    )


def _typed(number: int, name: str, sex: str, born: str) -> dict[str, str]:
    """What such a person types of themselves."""
    year, month, day = born.split("-")
    coded = f"{int(day) + (40 if sex == 'female' else 0):02}{month}{year[2:]}"
    return {
        "nik": f"999999{coded}{number + 11:04}",
        "no_kk": f"999999150610{number + 11:04}",
        "nama": name,
        "tempat_lahir": "SIDOARJO",
        "tgl_lahir": born,
        "jenis_kelamin": sex,
        "alamat": f"DSN. KENANGA NO. {number + 3}",
        "rt_rw": "3/2",
    }


async def _at_the_village(desk: _Desk, people: Iterator[tuple[str, str, str]]) -> None:
    """What the registrar took in from neighbours without a phone: one returned, one accepted, a card, a draft."""
    registrar = await _staff("desa")
    stories: tuple[_Story, ...] = (_returned, _accepted, _ready)
    for number, person in enumerate(people, len(_STORIES)):
        begun = await village.begin({"dibacakan": "ya", "perubahan": "signature"}, registrar, desk.before)
        draft = await applications.save_contact(begun.application, {}, registrar, desk.before)
        typed = {**_typed(number, *person), "yakin": _EVERY_DOUBT}
        draft = await applications.save_identity(draft, typed, registrar, desk.before)
        if number - len(_STORIES) < len(stories):
            await _photos(draft, "nuraini", registrar, desk.before)
            sent = await village.submit(draft, village.checks(draft), registrar, desk.before)
            await stories[number - len(_STORIES)](desk, sent)


async def _of_lost_cards(desk: _Desk) -> None:
    """A second service switched on, and its files: to be decided, returned, expected, and handed over [M4, R1]."""
    note = {"aktif": "ya", "catatan": "Laporkan dulu ke polisi."}
    await services.put(Service.LOST, note, await _staff("admin"), desk.before)
    stories: tuple[_Story | None, ...] = (None, _returned, _accepted, _handed_over)
    for number, (person, story) in enumerate(zip(_LOST, stories, strict=True), 60):
        lost = {"catatan": "Jumat lalu di Pasar Krian"}
        application = await _carry_in(desk.before, _typed(number, *person), lost, "nuraini", Service.LOST)
        if story is not None:
            await story(desk, application)


async def _specimen(desk: _Desk, person: str, change: str, reason: str) -> None:
    known = json.loads((SPECIMEN / "people.json").read_text(encoding="utf-8"))["people"][person]
    typed = {
        "nik": known["nik"],
        "no_kk": known["kk_number"],
        "nama": known["name"],
        "tempat_lahir": known["birth_place"],
        "tgl_lahir": known["birth_date"],
        "jenis_kelamin": "female" if known["sex"] == "PEREMPUAN" else "male",
        "alamat": known["address"],
        "rt_rw": f"{known['rt']}/{known['rw']}",
    }
    await _carry_in(desk.now, typed, {"perubahan": change, "alasan": reason}, person)


async def _carry_in(
    now: datetime,
    typed: dict[str, str],
    wish: dict[str, str],
    photos: str,
    service: Service = Service.BIOMETRIC,
) -> Application:
    nobody = Actor(roles=frozenset({Role.APPLICANT}))
    if service is Service.BIOMETRIC:
        draft = (await applications.start(Change(wish["perubahan"]), nobody, now)).application
    else:
        draft = (await applications.start_of(service, wish, nobody, now)).application
    holder = applicant(draft.id)
    if "alasan" in wish:
        draft = await applications.save_reason(draft, wish, holder, now)
    home = await Village.objects().where(Village.name == "Tropodo").first()
    if home is None:
        raise LookupError("Tropodo")
    contact = {
        "no_hp": "0812-0000-0000",
        "whatsapp": "ya",
        "email": "warga@contoh.id",
        "desa": str(home.id),
    }
    draft = await applications.save_contact(draft, contact, holder, now)
    draft = await applications.save_identity(draft, {**typed, "yakin": _EVERY_DOUBT}, holder, now)
    await _photos(draft, photos, holder, now)
    return await applications.submit(draft, holder, now)


async def _photos(draft: Application, whose: str, by: Actor, now: datetime) -> None:
    """Every document that is asked for, photographed."""
    for kind in applications.requirements(draft):
        name = dict(zip(_KINDS, _PHOTOS[whose], strict=True)).get(kind, _PHOTOS[whose][1])
        await receiving.receive(draft, kind, (SPECIMEN / name).read_bytes(), name, by, now)


_EVERY_DOUBT = ",".join(wording.WARNING_WORDS)

_Story = Callable[[_Desk, Application], Awaitable[object]]


async def _fitting(application: Application) -> dict[DocumentKind, Verdict]:
    return {slot.kind: Verdict() for slot in await documents.slots(application)}


async def _accepted(desk: _Desk, application: Application) -> Application:
    return await decide(
        application,
        Outcome.ACCEPT,
        await _fitting(application),
        application.version,
        desk.operator,
        desk.before,
    )


async def _arrived(desk: _Desk, application: Application) -> Application:
    application = await _accepted(desk, application)
    # Each came a minute before the one whose file is told before, so that nobody is served out of turn.
    came = desk.now - timedelta(minutes=await Arrival.count())
    return await arrivals.arrive(application, desk.counter, desk.now, came)


async def _captured(desk: _Desk, application: Application) -> Application:
    application = await _arrived(desk, application)
    recorded = Recorded(signature=application.change == Change.SIGNATURE, matched=True)
    return await card_making.capture(application, recorded, desk.counter, desk.now, desk.now)


async def _printed(desk: _Desk, application: Application) -> Application:
    application = await _captured(desk, application)
    serial = f"3515-26-{101 + application.id:06}"
    return await card_making.print_card(application, serial, desk.counter, desk.now, desk.now)


async def _ready(desk: _Desk, application: Application) -> Application:
    return await card_making.make_ready(await _printed(desk, application), desk.counter, desk.now)


async def _unreached(desk: _Desk, application: Application) -> None:
    """Its card is ready, and an officer found that the number takes no messages: the page offers another one."""
    ready = await _ready(desk, application)
    for message in await told.of_case(ready.id):
        if message.kind == Kind.READY and message.channel == MessageChannel.WHATSAPP:
            # It would wait until the step cannot be taken back any more.
            await Message.update({Message.due_at: desk.now}).where(Message.id == message.id)
            await passing_on.not_reached(message.id, desk.counter, desk.now)


async def _complaint(desk: _Desk) -> None:
    """By telephone, typed in at the counter; its message has the link that opens it."""
    told_by_phone = {
        "saluran": "phone",
        "jenis": "complaint",
        "identitas": "named",
        "uraian": "Antre dua jam, hanya satu loket yang dibuka.",
        "nama": "Ibu Lestari",
        "no_hp": "0857 0000 0123",
    }
    filing = complaint_filing.read(told_by_phone, desk.now, by_officer=True)
    await complaint_filing.file(filing, desk.counter, desk.now)


async def _handed_over(desk: _Desk, application: Application) -> str:
    application = await _printed(desk, application)
    return await hand_over.hand_over(
        application,
        hand_over.Receiver("holder"),
        hand_over.OldCard(taken=application.service != Service.LOST),
        desk.counter,
        desk.now,
        desk.now,
        checked=True,
    )


async def _returned(desk: _Desk, application: Application) -> Application:
    verdicts = {**await _fitting(application), DocumentKind.FAMILY_CARD: Verdict((RejectReason.CUT,))}
    return await decide(application, Outcome.RETURN, verdicts, application.version, desk.operator, desk.now)


async def _lapsed(desk: _Desk, application: Application) -> Application:
    application = await _returned(desk, application)
    changes = {Application.finished_at: desk.now}
    return await casework.advance(application, Act.LAPSE, SYSTEM, desk.now, changes=changes)


async def _refused(desk: _Desk, application: Application) -> Application:
    words = "KTP-el ini milik warga kecamatan lain. Silakan ajukan di kecamatan sesuai alamat KTP-el."
    return await decide(
        application, Outcome.REFUSE, {}, application.version, desk.operator, desk.now, reason=words
    )


async def _missed(desk: _Desk, application: Application) -> Application:
    application = await _accepted(desk, application)
    async with transaction():
        await appointments.release(application.id, "missed", desk.now)
        changes = {Application.misses: 1, Application.promise_at: None}
        return await casework.advance(application, Act.MISS, desk.counter, desk.now, changes=changes)


async def _withdrawn(desk: _Desk, application: Application) -> Application:
    return await applications.withdraw(application, applicant(application.id), desk.now)


_STORIES: tuple[_Story, ...] = (
    _accepted,
    _arrived,
    _captured,
    _printed,
    _ready,
    _unreached,
    _handed_over,
    _returned,
    _lapsed,
    _refused,
    _withdrawn,
    _missed,
)

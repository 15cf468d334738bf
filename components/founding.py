"""The first office: Kecamatan Krian with its villages, hours, days off and devices. And the office as pages show it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time

import holidays

from components.kit import kit
from components.refusals import Refused
from models.db import transaction
from models.obstacle import Device
from models.office import ClosedDay, Office, OpeningHours, SlotTemplate, Village
from models.rules.calendar import wib_moment
from models.rules.obstacles import ObstacleKind


@dataclass(frozen=True)
class OfficeCard:
    """What public pages say about the office."""

    id: int
    prefix: str
    name: str
    short_name: str
    regency: str
    address: str
    phone: str
    whatsapp: str
    email: str
    fax: str
    instagram: str
    facebook: str


_KRIAN = {
    "prefix": "KRN",
    "name": "Kecamatan Krian",
    "short_name": "Krian",
    "regency": "Kabupaten Sidoarjo",
    "area_code": "351511",
    "address": "Jl. Gubernur Soenandar Priyo Sudarmo No. 1, Krian",
    "phone": "(031) 8971010",
    "whatsapp": "0857-3634-9953",
    "email": "kec.krian@gmail.com",
    "fax": "(031) 8971010",
    "instagram": "kecamatankrian",
    "facebook": "Pelayanan Kecamatan Krian",
}

# Codes of Kepmendagri 300.2.2-2430/2025 within Kecamatan Krian; 1xxx = kelurahan, 2xxx = desa.
_VILLAGES = (
    ("1013", "Kemasan"),
    ("1015", "Tambakkemerakan"),
    ("1016", "Krian"),
    ("2001", "Tropodo"),
    ("2002", "Sedenganmijen"),
    ("2003", "Katerungan"),
    ("2004", "Jerukgamping"),
    ("2005", "Gamping"),
    ("2006", "Terik"),
    ("2007", "Junwangi"),
    ("2008", "Terungkulon"),
    ("2009", "Terungwetan"),
    ("2010", "Jatikalang"),
    ("2011", "Keboharan"),
    ("2012", "Ponokawan"),
    ("2014", "Sidomojo"),
    ("2017", "Kraton"),
    ("2018", "Sidomulyo"),
    ("2019", "Tempel"),
    ("2020", "Watugolong"),
    ("2021", "Barengkrajan"),
    ("2022", "Sidorejo"),
)

# Monday to Thursday and Friday (design: rules of the service, section 5).
_HOURS = tuple(
    (weekday, opens, closes)
    for weekdays, spans in (
        (range(4), ((time(8), time(12)), (time(13), time(15)))),
        ((4,), ((time(8), time(10, 30)), (time(13), time(14)))),
    )
    for weekday in weekdays
    for opens, closes in spans
)

# What an office of this service at least has; it may add more, and name them its own way.
_DEVICES = (
    (ObstacleKind.CAMERA, "Kamera 1"),
    (ObstacleKind.SIGNATURE_PAD, "Alat tanda tangan 1"),
    (ObstacleKind.PRINTER, "Pencetak KTP-el 1"),
    (ObstacleKind.SIAK_NETWORK, "Jaringan SIAK"),
    (ObstacleKind.POWER, "Listrik kantor"),
)

_card: OfficeCard | None = None


async def found(today: date) -> None:
    """Create the first office when there is none yet, and fill in days off of this and next year. Repeatable."""
    async with transaction():
        office = await Office.objects().order_by(Office.id).first()
        if office is None:
            office = Office(
                _data={Office._meta.get_column_by_name(name): value for name, value in _KRIAN.items()}
            )
            await office.save()
            await Village.insert(*[_village(office.id, code, name) for code, name in _VILLAGES])
            await SlotTemplate.insert(
                *[SlotTemplate(office=office.id, weekday=day, opens=a, closes=b) for day, a, b in _HOURS]
            )
            await OpeningHours.insert(
                *[OpeningHours(office=office.id, weekday=day, opens=a, closes=b) for day, a, b in _HOURS]
            )
            since = wib_moment(today, time(0))
            await Device.insert(
                *[
                    Device(office=office.id, kind=str(kind), name=name, added_at=since)
                    for kind, name in _DEVICES
                ]
            )
        for year in (today.year, today.year + 1):
            await fill_days_off(office.id, year)
    await load()


async def fill_days_off(office_id: int, year: int) -> None:
    """National holidays and cuti bersama of a year into the office's table, unless that year has some already.

    The office edits the table afterwards; it is never computed again over what was edited.
    """
    known = ClosedDay.exists().where(
        (ClosedDay.office == office_id)
        & (ClosedDay.kind != "local")
        & (ClosedDay.closed_on >= date(year, 1, 1))
        & (ClosedDay.closed_on <= date(year, 12, 31))
    )
    if await known:
        return
    rows = [
        ClosedDay(office=office_id, closed_on=day, kind=kind, name=name[:120], source="holidays")
        for kind in ("public", "government")
        for day, name in _national(year, kind)
    ]
    # A day that is both is named once, as a national holiday.
    by_day = {row.closed_on: row for row in reversed(rows)}
    if by_day:
        await ClosedDay.insert(*by_day.values())


def _national(year: int, category: str) -> Iterable[tuple[date, str]]:
    found_days = holidays.country_holidays("ID", years=year, language="id", categories=(category,))
    return sorted(found_days.items())


def _village(office_id: int, code: str, name: str) -> Village:
    kind = "kelurahan" if code.startswith("1") else "desa"
    return Village(office=office_id, code=f"351511{code}", name=name, kind=kind, folded=folded(name))


def folded(name: str) -> str:
    """A village's name as it is searched by: without spaces and case."""
    return "".join(name.split()).casefold()


async def load() -> None:
    """Read the office as public pages show it; called at start and after an administrator changed it."""
    global _card
    row = await Office.objects().order_by(Office.id).first()
    if row is not None:
        names = OfficeCard.__dataclass_fields__
        _card = OfficeCard(**{name: getattr(row, name) for name in names})


async def village_named(name: str) -> int | None:
    """The id of the village with this name, however it is spaced; None for an empty name. Raises Refused."""
    if not name:
        return None
    row = await Village.select(Village.id).where(Village.folded == folded(name)).first()
    if row is None:
        raise Refused(f"Desa atau kelurahan {name!r} tidak ada di kecamatan ini.")
    return int(row["id"])


def office_card() -> OfficeCard:
    """The office as public pages show it."""
    if _card is None:
        raise RuntimeError("founding.load() has not run")
    return _card


def tracking_address(token: str) -> str:
    """The full address by which the holder of a link opens an application."""
    return f"{kit().settings.base_url}/t/{token}"

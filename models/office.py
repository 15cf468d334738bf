"""The office, its villages and the hours it keeps: what an administrator may change without a programmer."""

from datetime import time

from piccolo.columns import JSON, Boolean, Date, ForeignKey, Integer, Serial, Time, Timestamptz, Varchar
from piccolo.table import Table


class Office(Table):
    """A kecamatan. Several may live in one installation; nobody sees another office's data."""

    id: Serial
    prefix = Varchar(
        length=3, default=None, unique=True, help_text="first letters of its application numbers"
    )
    name = Varchar(length=100, default=None)
    short_name = Varchar(length=40, default=None)
    regency = Varchar(length=60, default=None)
    area_code = Varchar(length=6, default=None, help_text="first six digits of a NIK registered here")
    address = Varchar(length=200, default=None)
    phone = Varchar(length=30, default="")
    whatsapp = Varchar(length=30, default="")
    email = Varchar(length=120, default="")
    fax = Varchar(length=30, default="")
    instagram = Varchar(length=40, default="", help_text="name of the account, without @")
    facebook = Varchar(length=120, default="", help_text="what to look for there")
    settings = JSON(default="{}")
    stock_kept = Boolean(default=False, help_text="the blank-card ledger is in use, so zero means none left")
    promises_stale_at = Timestamptz(
        default=None, null=True, help_text="a cause of promises changed then: they are to be counted anew"
    )
    low_stock_days = Integer(default=5, help_text="warn below so many working days of average use")
    quiet_from = Time(default=time(20), help_text="from then on nobody is told what can wait")
    quiet_until = Time(default=time(6))
    daily_messages = Integer(default=6, help_text="of what can wait, to one person")
    blanks_out_since = Timestamptz(default=None, null=True, help_text="blanks are out, and people were told")


class Village(Table):
    """A desa or kelurahan of the office."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    code = Varchar(length=10, default=None)
    name = Varchar(length=60, default=None)
    kind = Varchar(length=10, default=None, help_text="desa | kelurahan")
    folded = Varchar(length=60, default=None, help_text="name without spaces and case, for search")
    retired_at = Timestamptz(
        default=None, null=True, help_text="no new application and no registrar since; old ones keep it"
    )


class RejectionText(Table, tablename="rejection_text"):
    """How this office puts one reason against a document; the reasons themselves are the catalogue's [P7]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    reason = Varchar(length=20, default=None)
    advice = Varchar(length=200, default="", help_text="what the citizen reads; empty: the usual words")
    position = Integer(default=0, help_text="1 to 99, lowest first; 0: where it usually stands")
    switched_off = Boolean(default=False)


class DocumentNote(Table, tablename="document_note"):
    """What this office says beside one document: what to photograph, and how [R2]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    kind = Varchar(length=16, default=None)
    text = Varchar(length=300, default=None)


class OfferedService(Table, tablename="offered_service"):
    """An entry of the catalogue that this office switched on or off, with its own words for citizens [R1, P4]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    service = Varchar(length=20, default=None)
    switched_on = Boolean(default=False)
    note = Varchar(length=300, default="")


class ClosedDay(Table):
    """A day without service, or part of one: national holiday, cuti bersama or a closure of this office alone."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    closed_on = Date(default=None)
    kind = Varchar(length=20, default=None, help_text="public | government | local")
    name = Varchar(length=120, default=None)
    source = Varchar(length=60, default="")
    shut_from = Time(default=None, null=True, help_text="of the day; null: from its beginning")
    shut_to = Time(default=None, null=True, help_text="of the day; null: to its end")


class Season(Table):
    """Days on which other hours hold: Ramadan. Both ends included; seasons of one office never overlap."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    name = Varchar(length=60, default=None)
    first_on = Date(default=None)
    last_on = Date(default=None)


class OpeningHours(Table):
    """When the office is open on a weekday, in WIB: what the promise counts. Slots lie within these hours."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    season = ForeignKey(references=Season, default=None, null=True, help_text="null: the normal hours")
    weekday = Integer(default=None, help_text="0 = Monday")
    opens = Time(default=None)
    closes = Time(default=None)


class SlotTemplate(Table):
    """Weekly hours in which photos and signatures are taken; capacity = capture devices in service.

    With dates it holds from first_on to last_on, both included, in place of the lines without any of that weekday.
    """

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    weekday = Integer(default=None, help_text="0 = Monday")
    opens = Time(default=None)
    closes = Time(default=None)
    minutes = Integer(default=30)
    capacity = Integer(default=1)
    first_on = Date(default=None, null=True)
    last_on = Date(default=None, null=True)


class Sequence(Table):
    """Running numbers that must never repeat (queue numbers of a day, receipts)."""

    id: Serial
    name = Varchar(length=60, default=None, unique=True)
    value = Integer(default=0)

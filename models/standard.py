"""The published standard as the office words it, and what each day's files say about its promise [M1, T1]."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.office import Office


class StandardText(Table, tablename="standard_text"):
    """A component as the office worded it. Lines are only added; no body: the text of this house."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    component = Varchar(length=30, default=None)
    body = Text(default="")
    effective_on = Date(default=None, help_text="from this day on (WIB) it holds")
    written_at = Timestamptz(default=None)
    written_by = ForeignKey(references=Staff, default=None, null=False)


class ServiceDay(Table, tablename="service_day"):
    """What was printed on one day: counted once it is over, again while files may still be entered late."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    day = Date(default=None)
    printed = Integer(default=None)
    on_time = Integer(default=None, help_text="of them within the promise")
    taken = Text(default="{}", help_text="JSON: working days a file took -> files")
    counted_at = Timestamptz(default=None)

"""The complaint (pengaduan), what was said about it, and the photos sent as evidence [C1, S2].

What people wrote and how to reach them is sealed. `state` is written by components.complaints alone.
"""

from piccolo.columns import Boolean, Bytea, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.office import Office


class Complaint(Table):
    """One complaint, suggestion, praise, question or report, by whichever channel it came."""

    id: Serial
    number = Varchar(length=12, default=None, unique=True, help_text="P-7K4M2Q")
    office = ForeignKey(references=Office, default=None, null=False)
    channel = Varchar(length=12, default=None)
    outside_number = Varchar(length=40, default="", help_text="of SP4N-LAPOR, or of the letter")
    kind = Varchar(length=12, default=None)
    grade = Varchar(
        length=12, default="", help_text="information | plain | inspection; empty: not yet classified"
    )
    state = Varchar(length=12, default="received")
    version = Integer(default=0, help_text="raised by every step")
    secret = Boolean(default=False, help_text="about an officer, or a levy: the supervisor's alone")

    pin_hash = Varchar(length=64, default=None)
    pin_sealed = Text(default=None)
    link_hash = Varchar(length=64, default=None, unique=True)
    link_sealed = Text(default=None)

    naming = Varchar(length=12, default=None, help_text="named | confidential | anonymous")
    text_sealed = Text(default=None)
    place_sealed = Text(default="", help_text="when and where, as it was written")
    wish_sealed = Text(default="")
    name_sealed = Text(default="")
    phone_sealed = Text(default="")
    phone_whatsapp = Boolean(default=False)
    email_sealed = Text(default="")
    about = Varchar(length=12, default="", help_text="number of an application, as it was given")

    typed_by = ForeignKey(references=Staff, default=None, null=True)
    received_at = Timestamptz(
        default=None, help_text="when it reached the office; typed in later, it is earlier"
    )
    created_at = Timestamptz(default=None)
    first_due_at = Timestamptz(default=None)
    first_answered_at = Timestamptz(default=None, null=True)
    clock_at = Timestamptz(default=None, help_text="the answer's clock runs since: receipt, or reopening")
    due_at = Timestamptz(default=None)
    asked_at = Timestamptz(default=None, null=True, help_text="while a question back is open")
    answered_at = Timestamptz(default=None, null=True)
    closed_at = Timestamptz(default=None, null=True)
    texts_removed_at = Timestamptz(default=None, null=True, help_text="what was written is gone since")


class ComplaintLine(Table, tablename="complaint_line"):
    """What was said, in order; the history knows only that something was."""

    id: Serial
    complaint = ForeignKey(references=Complaint, default=None, null=False)
    n = Integer(default=None, help_text="1, 2, 3 ... within the complaint")
    act = Varchar(length=12, default=None)
    staff = ForeignKey(
        references=Staff, default=None, null=True, help_text="who wrote it; null: the complainant"
    )
    text_sealed = Text(default=None)
    said_at = Timestamptz(default=None)


class Evidence(Table):
    """A photo that shows what happened: made safe as every picture, and sealed in the store."""

    id: Serial
    complaint = ForeignKey(references=Complaint, default=None, null=False)
    blob = Varchar(length=64, default=None)
    blob_key = Bytea(default=None)
    sha256 = Varchar(
        length=64, default=None, help_text="of what was sent, so that the same photo twice is one"
    )
    size = Integer(default=0)
    received_at = Timestamptz(default=None)

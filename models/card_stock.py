"""Card blanks, what was captured, which card was printed, and to whom it was given."""

from piccolo.columns import Boolean, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.office import Office


class Blank(Table):
    """One blank card by its serial number: in stock, used for one application, or spoiled [M2, S1]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    serial = Varchar(length=32, default=None)
    state = Varchar(length=10, default="in_stock", help_text="in_stock | used | spoiled")
    application = ForeignKey(references=Application, default=None, null=True, index=True)
    received_at = Timestamptz(default=None)
    delivery_note = Varchar(length=60, default="")
    used_at = Timestamptz(default=None, null=True)
    spoiled_at = Timestamptz(default=None, null=True)
    spoiled_reason = Varchar(length=200, default="")


class Capture(Table):
    """That a photo and/or signature was recorded on the closed network; never the biometric itself [P3]."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    photo = Boolean(default=False)
    signature = Boolean(default=False)
    approved_by_applicant = Boolean(default=False)
    device = Varchar(length=60, default="")
    captured_by = ForeignKey(references=Staff, default=None, null=False)
    happened_at = Timestamptz(default=None)
    entered_at = Timestamptz(default=None)


class Handover(Table):
    """The card given out: to whom, by whom, when, and what became of the old card [P13]."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    receiver = Varchar(length=10, default=None, help_text="holder | family | authorised")
    receiver_name = Varchar(length=120, default="")
    receiver_nik_sealed = Text(default="")
    relation = Varchar(length=60, default="")
    old_card_taken = Boolean(default=False)
    old_card_reason = Varchar(length=200, default="")
    code = Varchar(length=16, default=None, unique=True, help_text="of the receipt, checked at /r/<code>")
    given_by = ForeignKey(references=Staff, default=None, null=False)
    happened_at = Timestamptz(default=None)
    entered_at = Timestamptz(default=None)

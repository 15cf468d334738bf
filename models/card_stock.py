"""Card blanks and their ledger, what was captured, which card was printed, to whom it was given, what was destroyed."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.office import Office


class Destruction(Table):
    """A record (berita acara) of old cards and spoiled blanks that were destroyed before two officers [S1, M2]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    number = Varchar(length=60, default=None)
    held_on = Date(default=None)
    place = Varchar(length=120, default=None)
    manner = Varchar(length=120, default="", help_text="how: cut up, burnt")
    since = Date(default=None)
    until = Date(default=None)
    first_officer = Varchar(length=100, default=None)
    second_officer = Varchar(length=100, default=None)
    items = Text(default="[]", help_text="JSON, the list as it was signed; no full NIK, no names")
    entered_by = ForeignKey(references=Staff, default=None, null=True)
    entered_at = Timestamptz(default=None)


class Blank(Table):
    """One blank card by its serial number. This row is the truth about where the blank is [M2, S1]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    serial = Varchar(length=32, default=None)
    state = Varchar(length=10, default="in_stock", help_text="rules.blanks.BlankState")
    application = ForeignKey(references=Application, default=None, null=True, index=True)
    received_at = Timestamptz(default=None)
    delivery_note = Varchar(length=60, default="")
    used_at = Timestamptz(default=None, null=True)
    spoiled_at = Timestamptz(default=None, null=True)
    spoiled_reason = Varchar(length=200, default="")
    destruction = ForeignKey(references=Destruction, default=None, null=True)


class StockEntry(Table):
    """One line of the ledger, written with the change of the rows it tells of, and never changed after [M2].

    change: how many blanks the office has more or fewer by it, so that the sum of all lines is the stock.
    """

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    kind = Varchar(length=12, default=None, help_text="rules.blanks.EntryKind")
    change = Integer(default=None)
    quantity = Integer(default=None)
    first_serial = Varchar(length=32, default="")
    last_serial = Varchar(length=32, default="")
    application = ForeignKey(references=Application, default=None, null=True)
    note = Varchar(length=60, default="", help_text="number of the delivery note or the letter")
    party = Varchar(length=80, default="", help_text="the other office")
    reason = Varchar(length=200, default="")
    expected = Integer(default=None, null=True, help_text="at a count")
    found = Integer(default=None, null=True, help_text="at a count")
    destruction = ForeignKey(references=Destruction, default=None, null=True)
    entered_by = ForeignKey(references=Staff, default=None, null=True)
    happened_at = Timestamptz(default=None)
    entered_at = Timestamptz(default=None)


class Capture(Table):
    """That a photo and/or signature was recorded on the closed network; never the biometric itself [P3]."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    photo = Boolean(default=False)
    signature = Boolean(default=False)
    fingerprints = Boolean(default=False)
    iris = Boolean(default=False)
    approved_by_applicant = Boolean(default=False)
    matched = Boolean(default=False, help_text="face, old card and KK were compared")
    device = Varchar(length=60, default="")
    captured_by = ForeignKey(references=Staff, default=None, null=False)
    happened_at = Timestamptz(default=None)
    entered_at = Timestamptz(default=None)
    undone_at = Timestamptz(default=None, null=True, help_text="taken back, or recorded again")


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
    checked = Boolean(default=False, help_text="who took it compared name, NIK and photo")
    survey_offered = Boolean(default=False)
    code = Varchar(length=16, default=None, unique=True, help_text="of the receipt, checked at /r/<code>")
    destruction = ForeignKey(
        references=Destruction, default=None, null=True, help_text="of the old card taken in"
    )
    given_by = ForeignKey(references=Staff, default=None, null=False)
    happened_at = Timestamptz(default=None)
    entered_at = Timestamptz(default=None)

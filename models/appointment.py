"""Slots for photo and signature, and who has one."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from models.application import Application
from models.office import Office


class Slot(Table):
    """A stretch of time with room for `capacity` people. `booked` is raised by a conditional UPDATE only."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    starts_at = Timestamptz(default=None)
    ends_at = Timestamptz(default=None)
    capacity = Integer(default=1)
    booked = Integer(default=0)


class Appointment(Table):
    """One application in one slot. An application has at most one whose state is `booked`."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    slot = ForeignKey(references=Slot, default=None, null=False, index=True)
    state = Varchar(length=10, default="booked", help_text="booked | moved | kept | missed | cancelled")
    queue_number = Varchar(length=8, default=None)
    sequence = Integer(default=0, help_text="of the calendar file: raised when moved")
    booked_at = Timestamptz(default=None)
    ended_at = Timestamptz(default=None, null=True)
    reminded_eve_at = Timestamptz(default=None, null=True)
    reminded_day_at = Timestamptz(default=None, null=True)


class SlotHold(Table):
    """One place kept for one application: while it is chosen, or while it is offered. It counts as booked."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    slot = ForeignKey(references=Slot, default=None, null=False, index=True)
    held_at = Timestamptz(default=None)
    until = Timestamptz(default=None, index=True)
    offered = Boolean(default=False, help_text="a freed time offered to who would rather come earlier")


class EarlierWish(Table):
    """An applicant with an appointment asks to be told when an earlier time is freed."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    asked_at = Timestamptz(default=None)


class SlotOffer(Table):
    """A freed time was offered to an application: once, whatever came of it."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False)
    slot = ForeignKey(references=Slot, default=None, null=False)
    offered_at = Timestamptz(default=None)
    until = Timestamptz(default=None)

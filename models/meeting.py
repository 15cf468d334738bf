"""The office's own meetings, what was said in them, and what somebody promised to do [E1]."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.office import Office


class Meeting(Table):
    """One coordination meeting and the period that its figures are of. Written by components.meetings alone."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    held_on = Date(default=None)
    since = Date(default=None, help_text="first day of the period that is looked back on")
    until = Date(default=None, help_text="its last day")
    place = Varchar(length=120, default="")
    present = Text(default="", help_text="who was there")
    minutes = Text(default="", help_text="what was said")
    decisions = Text(default="")
    version = Integer(default=0, help_text="raised by every change; a form names the one it was made on")
    made_by = ForeignKey(references=Staff, default=None, null=False)
    made_at = Timestamptz(default=None)


class FollowUp(Table, tablename="follow_up"):
    """What one person is to do until a day. It is carried to each later meeting until it is done or dropped."""

    id: Serial
    meeting = ForeignKey(references=Meeting, default=None, null=False, index=True)
    office = ForeignKey(references=Office, default=None, null=False)
    text = Text(default=None)
    owner = ForeignKey(references=Staff, default=None, null=False)
    due_on = Date(default=None)
    state = Varchar(length=10, default="open", help_text="open | done | dropped")
    note = Text(default="", help_text="what came of it, or why it was dropped")
    settled_at = Timestamptz(default=None, null=True)
    settled_by = ForeignKey(references=Staff, default=None, null=True)
    made_by = ForeignKey(references=Staff, default=None, null=False)
    made_at = Timestamptz(default=None)

"""What the operator's desk remembers: decisions, the order of work, comparisons, questions to the supervisor."""

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.office import Office


class Decision(Table):
    """One outcome an officer gave a file [P6]. `before` holds the columns it changed, to put them back."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    outcome = Varchar(length=12, default=None, help_text="accept | return | refuse")
    decided_by = ForeignKey(references=Staff, default=None, null=False)
    decided_at = Timestamptz(default=None)
    version = Integer(default=None, help_text="of the application once the decision was whole")
    before = Text(default="{}", help_text="JSON: column -> value, times as ISO 8601")
    taken_back_by = ForeignKey(references=Staff, default=None, null=True)
    taken_back_at = Timestamptz(default=None, null=True)


class WorkList(Table, tablename="work_list"):
    """The order in which one officer works just now: frozen, so that nothing jumps while it is read [G2]."""

    id: Serial
    staff = ForeignKey(references=Staff, default=None, null=False, unique=True)
    numbers = Text(default="[]", help_text="JSON: application numbers in order")
    skipped = Text(default="[]", help_text="JSON: numbers put off in this sitting")
    frozen_at = Timestamptz(default=None)
    touched_at = Timestamptz(default=None)


class Comparison(Table):
    """What the officer found of a file so far: field by field, and on each document what was not sent yet [P6]."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    fields = Text(default="{}", help_text="JSON: field -> match | differs")
    compared_by = ForeignKey(references=Staff, default=None, null=False)
    compared_at = Timestamptz(default=None)
    verdicts = Text(default="{}", help_text="JSON: document -> [reasons, remark], ticked but not sent")
    version = Integer(default=-1, help_text="of the application when they were ticked")


class Question(Table):
    """An officer asks the supervisor about a file, and what the answer was."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    office = ForeignKey(references=Office, default=None, null=False)
    asked_by = ForeignKey(references=Staff, default=None, null=False)
    asked_at = Timestamptz(default=None)
    text = Text(default=None)
    answered_by = ForeignKey(references=Staff, default=None, null=True)
    answered_at = Timestamptz(default=None, null=True)
    answer = Text(default="")

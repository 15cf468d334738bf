"""What is owed when the promise was broken: three tasks, and the documents a family still lacks [G3-G5]."""

from piccolo.columns import Date, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.office import Office


class Compensation(Table):
    """One broken promise: at most one per application, whatever happens to its dates later."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    office = ForeignKey(references=Office, default=None, null=False)
    promised_at = Timestamptz(default=None)
    broken_at = Timestamptz(default=None, help_text="when this was noticed; promised_at is when it was due")
    cause = Text(default="", help_text="in words for the applicant, if one is known")
    expected_on = Date(default=None, null=True)
    answered_at = Timestamptz(
        default=None,
        null=True,
        help_text="the applicant said what the family lacks, or that it lacks nothing",
    )
    closed_at = Timestamptz(default=None, null=True, help_text="all three tasks are done")


class CompensationTask(Table, tablename="compensation_task"):
    """Apology, notice that the card can be collected, facilitation; each once, with an owner and a done mark."""

    id: Serial
    compensation = ForeignKey(references=Compensation, default=None, null=False)
    kind = Varchar(length=12, default=None, help_text="apology | ready_notice | facilitation")
    owner = ForeignKey(references=Staff, default=None, null=True)
    done_at = Timestamptz(default=None, null=True)
    done_by = ForeignKey(references=Staff, default=None, null=True, help_text="null: the system itself")
    note = Text(default="")


class FamilyDocument(Table, tablename="family_document"):
    """One document that a member of the same KK lacks, followed until done or explained [G5]."""

    id: Serial
    compensation = ForeignKey(references=Compensation, default=None, null=False, index=True)
    kind = Varchar(length=20, default=None)
    person = Varchar(length=60, default="", help_text="relation in the applicant's words, without numbers")
    asked_at = Timestamptz(default=None)
    state = Varchar(length=10, default="open", help_text="open | done | explained")
    outcome = Text(default="", help_text="what was done, or why not, in words for the applicant")
    settled_at = Timestamptz(default=None, null=True)
    settled_by = ForeignKey(references=Staff, default=None, null=True)

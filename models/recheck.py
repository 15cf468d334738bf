"""The second look at some accepted files, by a supervisor who does not see the first verdict [M4, E2]."""

from piccolo.columns import Boolean, Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.desk import Decision
from models.office import Office


class RecheckDraw(Table, tablename="recheck_draw"):
    """One day's draw of one office: of how many accepted files how many were drawn. Its row is what makes it once."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    day = Date(default=None, help_text="WIB, on which the files were accepted")
    files = Integer(default=None)
    drawn = Integer(default=None)
    drawn_at = Timestamptz(default=None)


class Recheck(Table, tablename="recheck"):
    """One file that was drawn. `differs`: something in it did not fit in the supervisor's eyes."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    application = ForeignKey(references=Application, default=None, null=False)
    decision = ForeignKey(references=Decision, default=None, null=False, unique=True)
    day = Date(default=None)
    state = Varchar(length=8, default="waiting", help_text="waiting | judged | closed | lapsed")
    lapsed_why = Varchar(length=16, default="", help_text="scans_removed | decided_again")
    judged_by = ForeignKey(references=Staff, default=None, null=True)
    judged_at = Timestamptz(default=None, null=True)
    differs = Boolean(default=False)
    note = Text(default="", help_text="the supervisor's reason, once both verdicts were seen")
    closed_at = Timestamptz(default=None, null=True)
    handed_back_at = Timestamptz(default=None, null=True)


class RecheckDocument(Table, tablename="recheck_document"):
    """The second verdict on one document; the first one was that it fits."""

    id: Serial
    recheck = ForeignKey(references=Recheck, default=None, null=False)
    kind = Varchar(length=16, default=None)
    differs = Boolean(default=None)
    reasons = Text(default="[]", help_text="JSON")
    remark = Text(default="")

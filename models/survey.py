"""The satisfaction survey [E2]. An answer does not say whose it is; a sheet only says that a case was answered for."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.office import Office


class SurveySheet(Table, tablename="survey_sheet"):
    """The one survey of an application, from its first answer on. Written by components.survey alone.

    Once it was handed in, only the day is left here, and the answers lie in a SurveyAnswer without the application.
    """

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    draft_sealed = Text(default="", help_text="JSON of what was answered so far; empty once handed in")
    touched_at = Timestamptz(default=None)
    answered_on = Date(default=None, null=True)


class SurveyAnswer(Table, tablename="survey_answer"):
    """What one respondent answered; blank elements are null. Only the day is kept, so that the hour tells nothing."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    way = Varchar(length=6, default=None, help_text="of models.rules.satisfaction.Way")
    answered_on = Date(default=None)
    u1 = Integer(default=None, null=True)
    u2 = Integer(default=None, null=True)
    u3 = Integer(default=None, null=True)
    u4 = Integer(default=None, null=True)
    u5 = Integer(default=None, null=True)
    u6 = Integer(default=None, null=True)
    u7 = Integer(default=None, null=True)
    u8 = Integer(default=None, null=True)
    u9 = Integer(default=None, null=True)
    sex = Varchar(length=6, default="")
    age_group = Varchar(length=8, default="")
    education = Varchar(length=8, default="")
    occupation = Varchar(length=13, default="")
    remark = Text(default="")
    entered_by = ForeignKey(references=Staff, default=None, null=True, help_text="who typed a paper in")


class SurveyUsers(Table, tablename="survey_users"):
    """How many people the office served in a year, where the service itself does not know."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    year = Integer(default=None)
    users = Integer(default=None)
    entered_by = ForeignKey(references=Staff, default=None, null=False)
    entered_at = Timestamptz(default=None)


class SurveyPlan(Table, tablename="survey_plan"):
    """What is being done about the lowest element of a semester."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    semester = Varchar(length=6, default=None, help_text="2026-1")
    element = Varchar(length=2, default=None)
    text = Text(default=None)
    owner = Varchar(length=80, default=None, help_text="an office held, not a name: this is published")
    due_on = Date(default=None)
    done_on = Date(default=None, null=True)
    written_by = ForeignKey(references=Staff, default=None, null=False)
    written_at = Timestamptz(default=None)


class SurveyResult(Table, tablename="survey_result"):
    """The published figures of a semester, as they stood then. Never changed after."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    semester = Varchar(length=6, default=None)
    figures = Text(default=None, help_text="JSON")
    published_by = ForeignKey(references=Staff, default=None, null=False)
    published_at = Timestamptz(default=None)

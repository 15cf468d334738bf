"""What the counter has typed for somebody who walked in."""

from piccolo.columns import ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.office import Office


class IntakeDraft(Table, tablename="intake_draft"):
    """One intake form, from its first key press until it is an application. Written by components.intake_drafts."""

    id: Serial
    key = Varchar(length=24, default=None, unique=True, help_text="made with the page; not a secret")
    office = ForeignKey(references=Office, default=None, null=False)
    staff = ForeignKey(references=Staff, default=None, null=False, help_text="who typed last")
    number = Varchar(length=12, default="", help_text="of the application it became; empty until then")
    typing_sealed = Text(default="", help_text="JSON of names and values; empty once it is an application")
    typed_at = Timestamptz(default=None)

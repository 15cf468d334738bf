"""What happened, in a chain: each line is signed over the line before, so a removed or altered one shows."""

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.application import Application


class Event(Table):
    """One line of one stream (`application:12`, `staff:3`). Append-only."""

    id: Serial
    stream = Varchar(length=40, default=None)
    n = Integer(default=None, help_text="1, 2, 3 ... within the stream")
    application = ForeignKey(references=Application, default=None, null=True, index=True)
    act = Varchar(length=30, default=None)
    from_state = Varchar(length=12, default="")
    to_state = Varchar(length=12, default="")
    role = Varchar(length=12, default=None)
    actor = Varchar(length=60, default="", help_text="staff:3, applicant, system")
    reason = Text(default="")
    details = Text(default="{}", help_text="JSON, no identity numbers, no names")
    happened_at = Timestamptz(default=None)
    entered_at = Timestamptz(default=None)
    mac = Varchar(length=64, default=None)

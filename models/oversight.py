"""What supervision remembers: which jumps in the queue were seen, each day's head of the history, and its checks."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.history import Event


class SeenJump(Table, tablename="seen_jump"):
    """A supervisor has read why somebody was served before their turn [G2]."""

    id: Serial
    event = ForeignKey(references=Event, default=None, null=False, unique=True)
    seen_by = ForeignKey(references=Staff, default=None, null=False)
    seen_at = Timestamptz(default=None)


class DailyHead(Table, tablename="daily_head"):
    """One digest over all lines of a day and the digest before it: a line taken away later no longer fits [M4]."""

    id: Serial
    day = Date(default=None, unique=True, help_text="the last day in WIB that it covers")
    lines = Integer(default=None, help_text="how many lines it covers, beyond the head before")
    digest = Varchar(length=64, default=None)
    made_at = Timestamptz(default=None)


class ChainCheck(Table, tablename="chain_check"):
    """One day's check of every signature of the history, done in small steps: stream, n and mac say how far."""

    id: Serial
    day = Date(default=None, unique=True)
    begun_at = Timestamptz(default=None)
    ended_at = Timestamptz(default=None, null=True)
    told_at = Timestamptz(default=None, null=True)
    stream = Varchar(length=40, default="")
    n = Integer(default=0)
    mac = Varchar(length=64, default="")
    lines = Integer(default=0, help_text="checked so far")
    broken = Text(default="[]", help_text="JSON: streams and days of heads that do not fit")

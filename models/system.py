"""What the machine remembers about itself: answers already given, when it was awake, who holds the scheduler."""

from piccolo.columns import Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table


class Answer(Table):
    """A form that was already acted on, by its idempotency key: the same form twice gets the same answer."""

    id: Serial
    key = Varchar(length=64, default=None, unique=True)
    digest = Varchar(length=64, default=None, help_text="keyed hash of what was sent")
    location = Varchar(length=200, default=None)
    given_at = Timestamptz(default=None, index=True)


class Heartbeat(Table):
    """When a part of the service was last seen at work."""

    id: Serial
    name = Varchar(length=40, default=None, unique=True)
    beat_at = Timestamptz(default=None)
    holder = Varchar(length=60, default="")
    fence = Integer(default=0)


class Outage(Table):
    """A stretch in which the service was not running; it may move a noon deadline (rules.md 4)."""

    id: Serial
    began_at = Timestamptz(default=None)
    ended_at = Timestamptz(default=None, index=True)


class JobRun(Table):
    """What became of a job of the scheduler the last time, and when it last failed."""

    id: Serial
    name = Varchar(length=60, default=None, unique=True)
    ran_at = Timestamptz(default=None)
    failed_at = Timestamptz(default=None, null=True)
    trouble = Varchar(
        length=80, default="", help_text="what kind of failure; never its words, they may name somebody"
    )

"""What stands in the way of the promise: the office's devices, and declared technical obstacles [M2, T1]."""

from typing import Any

from piccolo.columns import Boolean, ForeignKey, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.office import Office


class Device(Table):
    """A device or line the service hangs on. It is in service unless an open obstacle says otherwise."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    kind = Varchar(length=20, default=None, help_text="of models.rules.obstacles.ObstacleKind")
    name = Varchar(length=60, default=None)
    added_at = Timestamptz(default=None)
    added_by = ForeignKey(references=Staff, default=None, null=True)
    retired_at = Timestamptz(default=None, null=True)
    retired_by = ForeignKey(references=Staff, default=None, null=True)


class Obstacle(Table):
    """A technical obstacle with who, when and why [T1]. Never edited: a correction is a new line in its place."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    kind = Varchar(length=20, default=None, help_text="of models.rules.obstacles.ObstacleKind")
    device = ForeignKey(references=Device, default=None, null=True, help_text="null: the whole office")
    reason = Text(default=None)
    began_at = Timestamptz(default=None)
    expected_at = Timestamptz(default=None, null=True, help_text="when the office expects it to be over")
    declared_at = Timestamptz(default=None, help_text="when it was entered")
    declared_by = ForeignKey(references=Staff, default=None, null=True, help_text="null: the system itself")
    automatic = Boolean(default=False)
    ended_at = Timestamptz(default=None, null=True)
    ended_entered_at = Timestamptz(default=None, null=True)
    ended_by = ForeignKey(references=Staff, default=None, null=True)
    ended_note = Text(default="")
    late_reason = Text(default="", help_text="why it was entered later than it happened, or corrected")
    corrects: ForeignKey[Any] = ForeignKey(references="self", default=None, null=True, unique=True)
    corrected_at = Timestamptz(default=None, null=True, help_text="another line stands in its place since")

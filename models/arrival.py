"""Who is at the office today, and whose turn it is."""

from piccolo.columns import ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.office import Office


class Arrival(Table):
    """One person here for one application; who comes again on another day takes the same row anew [P9, G2]."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, unique=True)
    office = ForeignKey(references=Office, default=None, null=False)
    queue_number = Varchar(length=8, default=None)
    state = Varchar(length=10, default="waiting", help_text="models.rules.turns.Turn")
    arrived_at = Timestamptz(default=None)
    behind = Integer(default=0, help_text="how many are still called before, after the turn was skipped")
    called_at = Timestamptz(default=None, null=True, help_text="the last time")
    called_by = ForeignKey(references=Staff, default=None, null=True)
    window_label = Varchar(
        length=20, default="", help_text="the counter that called, as the wall screen shows it"
    )
    calls = Integer(default=0)

"""What the village's room remembers besides the applications themselves [P11]."""

from piccolo.columns import ForeignKey, Serial, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application


class Handoff(Table):
    """A one-time link that hands a case to the citizen's own phone; only its hash is stored."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    token_hash = Varchar(length=64, default=None, unique=True)
    made_by = ForeignKey(references=Staff, default=None, null=False)
    made_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None)
    used_at = Timestamptz(default=None, null=True)

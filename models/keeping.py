"""What was removed when its time was over: figures alone (rules of the service, 12)."""

from piccolo.columns import Date, ForeignKey, Integer, Serial, Varchar
from piccolo.table import Table

from models.office import Office


class Removal(Table):
    """How much of one kind an office removed on one day (WIB)."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    term = Varchar(length=20, default=None, help_text="models.rules.keeping.Term")
    day = Date(default=None)
    number = Integer(default=0)

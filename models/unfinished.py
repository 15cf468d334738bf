"""What somebody typed into a page of the wizard and has not saved yet."""

from piccolo.columns import ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.application import Application


class Unfinished(Table):
    """One page of one application: what is typed there now, as typed, sealed. Written by components.unfinished."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False)
    page = Varchar(length=12, default=None, help_text="last part of its address, such as identitas")
    version = Integer(default=1, help_text="raised by every change of the typing and every save of the step")
    writer = Varchar(length=24, default="", help_text="name of the rendered page that wrote last")
    typing_sealed = Text(default="", help_text="JSON of names and values; empty once the step is saved")
    typed_at = Timestamptz(default=None)

"""What an officer found when comparing what was typed with the documents, field by field [P6]."""

import json
from collections.abc import Mapping
from datetime import datetime

from components.actors import Actor
from models.application import Application
from models.db import Prepared
from models.desk import Comparison
from models.rules.fields import Field, Match


async def save(application: Application, found: Mapping[Field, Match], by: Actor, now: datetime) -> None:
    """Keep the marks of this officer; those of an earlier look at the same file are replaced."""
    fields = json.dumps({str(field): str(match) for field, match in found.items()})
    await Comparison.insert(
        Comparison(application=application.id, fields=fields, compared_by=by.staff_id, compared_at=now)
    ).on_conflict(
        target=Comparison.application,
        action="DO UPDATE",
        values=[Comparison.fields, Comparison.compared_by, Comparison.compared_at],
    )


_OF_FILE = Prepared(
    lambda application: Comparison.select(Comparison.fields, Comparison.compared_at).where(
        Comparison.application == application
    )
)


async def of(application: Application) -> dict[Field, Match]:
    """The marks that still hold: none from before the file was last handed in, for it may have changed since."""
    row = await _OF_FILE.first(application.id)
    if row is None or (application.received_at is not None and row["compared_at"] < application.received_at):
        return {}
    return {Field(field): Match(match) for field, match in json.loads(row["fields"]).items()}

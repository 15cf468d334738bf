"""What an officer found of a file so far: field by field, and what was ticked on its documents but not sent [P6]."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from components.actors import Actor
from components.verification import Verdict
from models.application import Application
from models.db import Prepared
from models.desk import Comparison
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.fields import Field, Match


@dataclass(frozen=True)
class Found:
    """marks: of typed values. verdicts: of documents that somebody ticked something on, for who goes on with it."""

    marks: Mapping[Field, Match] = field(default_factory=dict)
    verdicts: Mapping[DocumentKind, Verdict] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.marks or self.verdicts)


async def save(application: Application, found: Found, by: Actor, now: datetime) -> None:
    """Keep what this officer found; that of an earlier look at the same file is replaced.

    application: as it was read when it was looked at.
    """
    fields = json.dumps({str(field): str(match) for field, match in found.marks.items()})
    verdicts = json.dumps(
        {
            str(kind): [[str(reason) for reason in verdict.reasons], verdict.remark]
            for kind, verdict in found.verdicts.items()
        }
    )
    await Comparison.insert(
        Comparison(
            application=application.id,
            fields=fields,
            compared_by=by.staff_id,
            compared_at=now,
            verdicts=verdicts,
            version=application.version,
        )
    ).on_conflict(
        target=Comparison.application,
        action="DO UPDATE",
        values=[
            Comparison.fields,
            Comparison.compared_by,
            Comparison.compared_at,
            Comparison.verdicts,
            Comparison.version,
        ],
    )


_OF_FILE = Prepared(
    lambda application: Comparison.select(
        Comparison.fields, Comparison.compared_at, Comparison.verdicts, Comparison.version
    ).where(Comparison.application == application)
)


async def of(application: Application) -> Found:
    """What still holds. Marks: none from before the file was last handed in, for it may have changed since.

    Ticks: none from before the last step, for a decision has verdicts of its own.
    """
    row = await _OF_FILE.first(application.id)
    if row is None or (application.received_at is not None and row["compared_at"] < application.received_at):
        return Found()
    marks = {Field(field): Match(match) for field, match in json.loads(row["fields"]).items()}
    if row["version"] != application.version:
        return Found(marks)
    return Found(
        marks, {DocumentKind(kind): _verdict(*kept) for kind, kept in json.loads(row["verdicts"]).items()}
    )


def _verdict(reasons: list[str], remark: str) -> Verdict:
    return Verdict(tuple(RejectReason(reason) for reason in reasons), remark)

"""Coordination meetings with their follow-ups, and what the figures of a past period are counted by."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-12-01T09:00:00:000020"
VERSION = "1.38.0"
DESCRIPTION = "meetings"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE meeting (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        held_on DATE NOT NULL,
        since DATE NOT NULL,
        until DATE NOT NULL,
        place VARCHAR(120) NOT NULL DEFAULT '',
        present TEXT NOT NULL DEFAULT '',
        minutes TEXT NOT NULL DEFAULT '',
        decisions TEXT NOT NULL DEFAULT '',
        version INTEGER NOT NULL DEFAULT 0,
        made_by INTEGER NOT NULL REFERENCES staff,
        made_at TIMESTAMPTZ NOT NULL,
        CHECK (since <= until)
    )
    """,
    """
    CREATE TABLE follow_up (
        id {serial},
        meeting INTEGER NOT NULL REFERENCES meeting,
        office INTEGER NOT NULL REFERENCES office,
        text TEXT NOT NULL,
        owner INTEGER NOT NULL REFERENCES staff,
        due_on DATE NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'open',
        note TEXT NOT NULL DEFAULT '',
        settled_at TIMESTAMPTZ,
        settled_by INTEGER REFERENCES staff,
        made_by INTEGER NOT NULL REFERENCES staff,
        made_at TIMESTAMPTZ NOT NULL,
        CHECK (state IN ('open', 'done', 'dropped')),
        CHECK ((state = 'open') = (settled_at IS NULL)),
        CHECK (state <> 'dropped' OR note <> '')
    )
    """,
    "CREATE INDEX meeting_held ON meeting (office, held_on)",
    "CREATE INDEX follow_up_meeting ON follow_up (meeting)",
    "CREATE INDEX follow_up_open ON follow_up (office, due_on) WHERE state = 'open'",
    # Each covers one figure of a period, so that a semester is counted without looking at its rows.
    "CREATE INDEX application_came ON application (office, submitted_at, channel, village)",
    "CREATE INDEX application_took ON application (office, printed_at, promise_at, received_at)",
    "CREATE INDEX complaint_received ON complaint (office, received_at)",
    "CREATE INDEX compensation_promised ON compensation (office, promised_at)",
)


async def forwards() -> MigrationManager:
    """Create the tables, then the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

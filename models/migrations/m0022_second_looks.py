"""Accepted files that are drawn to be judged again by the supervisor, and what was found of each document."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000022"
VERSION = "1.38.0"
DESCRIPTION = "second looks"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE recheck_draw (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        day DATE NOT NULL,
        files INTEGER NOT NULL,
        drawn INTEGER NOT NULL,
        drawn_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE recheck (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        application INTEGER NOT NULL REFERENCES application,
        decision INTEGER UNIQUE NOT NULL REFERENCES decision,
        day DATE NOT NULL,
        state VARCHAR(8) NOT NULL DEFAULT 'waiting',
        lapsed_why VARCHAR(16) NOT NULL DEFAULT '',
        judged_by INTEGER REFERENCES staff,
        judged_at TIMESTAMPTZ,
        differs BOOLEAN NOT NULL DEFAULT FALSE,
        note TEXT NOT NULL DEFAULT '',
        closed_at TIMESTAMPTZ,
        handed_back_at TIMESTAMPTZ,
        CHECK (state IN ('waiting', 'judged', 'closed', 'lapsed'))
    )
    """,
    """
    CREATE TABLE recheck_document (
        id {serial},
        recheck INTEGER NOT NULL REFERENCES recheck,
        kind VARCHAR(16) NOT NULL,
        differs BOOLEAN NOT NULL,
        reasons TEXT NOT NULL DEFAULT '[]',
        remark TEXT NOT NULL DEFAULT ''
    )
    """,
    "CREATE UNIQUE INDEX recheck_draw_day ON recheck_draw (office, day)",
    "CREATE INDEX recheck_state ON recheck (office, state, judged_at)",
    "CREATE INDEX recheck_application ON recheck (application)",
    "CREATE INDEX recheck_document_of ON recheck_document (recheck)",
    "CREATE INDEX decision_accepted ON decision (decided_at) WHERE outcome = 'accept'",
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

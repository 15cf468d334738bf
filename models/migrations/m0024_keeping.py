"""What is removed when its time is over: marks, figures, and indexes by which a job finds it without looking around."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-12-01T09:00:00:000024"
VERSION = "1.38.0"
DESCRIPTION = "keeping"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    "ALTER TABLE application ADD COLUMN identity_removed_at TIMESTAMPTZ",
    "ALTER TABLE complaint ADD COLUMN texts_removed_at TIMESTAMPTZ",
    """
    CREATE TABLE removal (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        term VARCHAR(20) NOT NULL,
        day DATE NOT NULL,
        number INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE UNIQUE INDEX removal_once ON removal (office, term, day)",
    """
    CREATE INDEX application_identified ON application (office, finished_at)
        WHERE identity_removed_at IS NULL AND finished_at IS NOT NULL
    """,
    "CREATE INDEX application_uncollected ON application (office, ready_at) WHERE state = 'ready'",
    "CREATE INDEX complaint_kept ON complaint (office, closed_at) WHERE texts_removed_at IS NULL",
    "CREATE INDEX evidence_complaint ON evidence (complaint)",
    "CREATE INDEX message_body ON message (office, state, created_at) WHERE body_sealed <> ''",
)


async def forwards() -> MigrationManager:
    """Create columns and table, then the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

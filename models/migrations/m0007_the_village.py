"""What the village's room remembers: who is represented by somebody else, and links that hand a case to a phone."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000007"
VERSION = "1.38.0"
DESCRIPTION = "the village's room"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    "ALTER TABLE application ADD COLUMN represented BOOLEAN NOT NULL DEFAULT false",
    """
    CREATE TABLE handoff (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        token_hash VARCHAR(64) UNIQUE NOT NULL,
        made_by INTEGER NOT NULL REFERENCES staff,
        made_at TIMESTAMPTZ NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ
    )
    """,
    "CREATE INDEX handoff_application ON handoff (application)",
    "CREATE INDEX application_village ON application (village, channel, state)",
)


async def forwards() -> MigrationManager:
    """Add the column, the table and the index of a village's list."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

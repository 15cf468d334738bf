"""What is typed at the counter for who walks in, and is not saved yet."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-25T09:00:00:000009"
VERSION = "1.38.0"
DESCRIPTION = "unfinished intake at the counter"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE intake_draft (
        id {serial},
        key VARCHAR(24) UNIQUE NOT NULL,
        office INTEGER NOT NULL REFERENCES office,
        staff INTEGER NOT NULL REFERENCES staff,
        number VARCHAR(12) NOT NULL DEFAULT '',
        typing_sealed TEXT NOT NULL DEFAULT '',
        typed_at TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE INDEX intake_draft_open ON intake_draft (office, typed_at)",
)


async def forwards() -> MigrationManager:
    """Create the table and its index."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", _SERIAL[dialect()]))

    manager.add_raw(create)
    return manager

"""What is typed and not saved yet, per application and page."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000002"
VERSION = "1.38.0"
DESCRIPTION = "unfinished typing"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE unfinished (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        page VARCHAR(12) NOT NULL,
        version INTEGER NOT NULL DEFAULT 1,
        writer VARCHAR(24) NOT NULL DEFAULT '',
        typing_sealed TEXT NOT NULL DEFAULT '',
        typed_at TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX unfinished_once ON unfinished (application, page)",
)


async def forwards() -> MigrationManager:
    """Create the table and its index."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", _SERIAL[dialect()]))

    manager.add_raw(create)
    return manager

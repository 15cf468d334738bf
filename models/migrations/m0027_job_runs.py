"""What became of each job of the scheduler [M4]."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-12-01T09:00:00:000027"
VERSION = "1.38.0"
DESCRIPTION = "job runs"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE job_run (
        id {serial},
        name VARCHAR(60) NOT NULL UNIQUE,
        ran_at TIMESTAMPTZ NOT NULL,
        failed_at TIMESTAMPTZ,
        trouble VARCHAR(80) NOT NULL DEFAULT ''
    )
    """,
)


async def forwards() -> MigrationManager:
    """Create the table."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        for statement in STATEMENTS:
            await run_sql(statement.format(serial=_SERIAL[dialect()]))

    manager.add_raw(create)
    return manager

"""What an officer ticked on a file and did not send yet stays with it, beside the marks of the comparison."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import run_sql

ID = "2026-11-23T09:00:00:000005"
VERSION = "1.38.0"
DESCRIPTION = "found so far"

COLUMNS = (
    "ALTER TABLE comparison ADD COLUMN verdicts TEXT NOT NULL DEFAULT '{}'",
    "ALTER TABLE comparison ADD COLUMN version INTEGER NOT NULL DEFAULT -1",
)


async def forwards() -> MigrationManager:
    """Add the columns. Of comparisons that are there already no ticks are known."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def add() -> None:
        for column in COLUMNS:
            await run_sql(column)

    manager.add_raw(add)
    return manager

"""Pages remember how they came: what went over the line, and whether somebody said that they can be read."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import run_sql

ID = "2026-11-23T09:00:00:000003"
VERSION = "1.38.0"
DESCRIPTION = "how pages came"

COLUMNS = (
    "ALTER TABLE page ADD COLUMN sent INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE page ADD COLUMN confirmed BOOLEAN NOT NULL DEFAULT false",
)


async def forwards() -> MigrationManager:
    """Add the columns. Of pages that are there already neither is known."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def add() -> None:
        for column in COLUMNS:
            await run_sql(column)

    manager.add_raw(add)
    return manager

"""The figures about files that are under way ask for the service as well: only some services record anything."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import run_sql

ID = "2026-12-01T09:00:00:000025"
VERSION = "1.38.0"
DESCRIPTION = "figures by service"

STATEMENTS = (
    "DROP INDEX application_under_way",
    """
    CREATE INDEX application_under_way ON application
        (office, state, promise_at, received_at, channel, village, change, service)
        WHERE state IN ('submitted', 'returned', 'accepted', 'scheduled', 'arrived', 'captured')
    """,
)


async def forwards() -> MigrationManager:
    """The covering index anew, with the service at its end."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        for statement in STATEMENTS:
            await run_sql(statement)

    manager.add_raw(create)
    return manager

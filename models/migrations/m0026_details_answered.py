"""Whether the questions of a service were answered: at the village it begins without them [P5, P11]."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import run_sql

ID = "2026-12-01T09:00:00:000026"
VERSION = "1.38.0"
DESCRIPTION = "details answered"

STATEMENTS = (
    "ALTER TABLE application ADD COLUMN details_answered BOOLEAN NOT NULL DEFAULT FALSE",
    # Elsewhere nothing began without its answers; a draft of the village may have skipped them, and is asked again.
    """
    UPDATE application SET details_answered = TRUE
        WHERE service <> 'biometric' AND (channel <> 'village' OR state <> 'draft')
    """,
)


async def forwards() -> MigrationManager:
    """Add the column, then say of what began before whether it was asked."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        for statement in STATEMENTS:
            await run_sql(statement)

    manager.add_raw(create)
    return manager

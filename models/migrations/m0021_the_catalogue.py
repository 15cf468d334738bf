"""Which services of the catalogue an office offers, what a first card asks, and every kind of recording [R1, P3]."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000021"
VERSION = "1.38.0"
DESCRIPTION = "the catalogue"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE offered_service (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        service VARCHAR(20) NOT NULL,
        switched_on BOOLEAN NOT NULL DEFAULT FALSE,
        note VARCHAR(300) NOT NULL DEFAULT ''
    )
    """,
    "CREATE UNIQUE INDEX offered_service_once ON offered_service (office, service)",
    "ALTER TABLE application ADD COLUMN ever_married BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE capture ADD COLUMN fingerprints BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE capture ADD COLUMN iris BOOLEAN NOT NULL DEFAULT FALSE",
)


async def forwards() -> MigrationManager:
    """Create the table and its index, then the columns."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

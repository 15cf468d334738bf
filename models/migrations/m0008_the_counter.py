"""What the counter remembers of the day: who is here and who was called, what was shown before a recording, and how
the card was given out. The database itself refuses a print without a recording.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-25T20:00:00:000008"
VERSION = "1.38.0"
DESCRIPTION = "the counter on the day"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE arrival (
        id {serial},
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        office INTEGER NOT NULL REFERENCES office,
        queue_number VARCHAR(8) NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'waiting',
        arrived_at TIMESTAMPTZ NOT NULL,
        behind INTEGER NOT NULL DEFAULT 0,
        called_at TIMESTAMPTZ,
        called_by INTEGER REFERENCES staff,
        window_label VARCHAR(20) NOT NULL DEFAULT '',
        calls INTEGER NOT NULL DEFAULT 0,
        CHECK (state IN ('waiting', 'called', 'present', 'aside', 'gone')),
        CHECK (behind >= 0)
    )
    """,
    "CREATE INDEX arrival_of_day ON arrival (office, arrived_at)",
    "ALTER TABLE capture ADD COLUMN matched BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE capture ADD COLUMN undone_at TIMESTAMPTZ",
    "ALTER TABLE handover ADD COLUMN checked BOOLEAN NOT NULL DEFAULT FALSE",
    "ALTER TABLE handover ADD COLUMN survey_offered BOOLEAN NOT NULL DEFAULT FALSE",
)

_GUARDS = {
    "sqlite": (
        """
        CREATE TRIGGER print_after_capture BEFORE UPDATE OF state ON application
        WHEN NEW.state = 'printed' AND OLD.state = 'captured' AND NEW.captured_at IS NULL
        BEGIN SELECT RAISE(ABORT, 'nothing is printed before it was captured'); END
        """,
    ),
    "postgres": (
        """
        CREATE FUNCTION refuse_print() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'nothing is printed before it was captured'; END $$
        """,
        """
        CREATE TRIGGER print_after_capture BEFORE UPDATE OF state ON application FOR EACH ROW
        WHEN (NEW.state = 'printed' AND OLD.state = 'captured' AND NEW.captured_at IS NULL)
        EXECUTE FUNCTION refuse_print()
        """,
    ),
}


async def forwards() -> MigrationManager:
    """Create the table, the new columns and the guard."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        engine = dialect()
        for statement in (*STATEMENTS, *_GUARDS[engine]):
            await run_sql(statement.replace("{serial}", _SERIAL[engine]))

    manager.add_raw(create)
    return manager

"""The published standard as the office words it, and what each day's files say about the promise."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-12-01T09:00:00:000019"
VERSION = "1.38.0"
DESCRIPTION = "published standard"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    # Each change is a line of its own; an empty body is the text as it came with Loket.
    """
    CREATE TABLE standard_text (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        component VARCHAR(30) NOT NULL,
        body TEXT NOT NULL DEFAULT '',
        effective_on DATE NOT NULL,
        written_at TIMESTAMPTZ NOT NULL,
        written_by INTEGER NOT NULL REFERENCES staff
    )
    """,
    "CREATE INDEX standard_text_holds ON standard_text (office, component, effective_on, id)",
    """
    CREATE TABLE service_day (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        day DATE NOT NULL,
        printed INTEGER NOT NULL,
        on_time INTEGER NOT NULL,
        taken TEXT NOT NULL DEFAULT '{}',
        counted_at TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX service_day_of_office ON service_day (office, day)",
)

_WRITTEN_ONCE = {
    "sqlite": (
        """
        CREATE TRIGGER standard_text_kept BEFORE UPDATE ON standard_text
        BEGIN SELECT RAISE(ABORT, 'a text that was published is never changed'); END
        """,
        """
        CREATE TRIGGER standard_text_stays BEFORE DELETE ON standard_text
        BEGIN SELECT RAISE(ABORT, 'a text that was published is never removed'); END
        """,
    ),
    # The function came with the texts of messages.
    "postgres": (
        """
        CREATE TRIGGER standard_text_kept BEFORE UPDATE OR DELETE ON standard_text
        FOR EACH ROW EXECUTE FUNCTION refuse_new_text()
        """,
    ),
}


async def forwards() -> MigrationManager:
    """Create the tables, then what keeps every text that was ever published."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in (*STATEMENTS, *_WRITTEN_ONCE[dialect()]):
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

"""Staff accounts: the second factor with its recovery codes, kinds of links and sessions, a record never rewritten."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000006"
VERSION = "1.38.0"
DESCRIPTION = "staff accounts"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    "ALTER TABLE staff ADD COLUMN totp_sealed TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE staff ADD COLUMN totp_since TIMESTAMPTZ",
    "ALTER TABLE staff ADD COLUMN totp_last_step INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE session ADD COLUMN stage VARCHAR(8) NOT NULL DEFAULT ''",
    "ALTER TABLE session ADD COLUMN device VARCHAR(40) NOT NULL DEFAULT ''",
    "ALTER TABLE invitation ADD COLUMN renews BOOLEAN NOT NULL DEFAULT false",
    """
    CREATE TABLE recovery_code (
        id {serial},
        staff INTEGER NOT NULL REFERENCES staff,
        code_hash VARCHAR(64) UNIQUE NOT NULL,
        used_at TIMESTAMPTZ
    )
    """,
    "CREATE INDEX recovery_code_staff ON recovery_code (staff)",
)

# What happened to an account is written once. The chain of signatures shows a change; this keeps it from happening.
_WRITTEN_ONCE = {
    "sqlite": (
        """
        CREATE TRIGGER event_of_staff_kept BEFORE UPDATE ON event WHEN OLD.stream LIKE 'staff:%'
        BEGIN SELECT RAISE(ABORT, 'a line about an account is never changed'); END
        """,
        """
        CREATE TRIGGER event_of_staff_stays BEFORE DELETE ON event WHEN OLD.stream LIKE 'staff:%'
        BEGIN SELECT RAISE(ABORT, 'a line about an account is never removed'); END
        """,
    ),
    "postgres": (
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a line about an account is never changed or removed'; END $$
        """,
        """
        CREATE TRIGGER event_of_staff_kept BEFORE UPDATE OR DELETE ON event
        FOR EACH ROW WHEN (OLD.stream LIKE 'staff:%') EXECUTE FUNCTION refuse_change()
        """,
    ),
}


async def forwards() -> MigrationManager:
    """Add the columns and the table, then what guards the history of accounts."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in (*STATEMENTS, *_WRITTEN_ONCE[dialect()]):
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

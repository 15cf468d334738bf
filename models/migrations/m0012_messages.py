"""When people are told, and how often a day; what becomes of what does not arrive; the office's own texts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-24T09:00:00:000012"
VERSION = "1.38.0"
DESCRIPTION = "messages in full"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    "ALTER TABLE office ADD COLUMN quiet_from TIME NOT NULL DEFAULT '20:00:00'",
    "ALTER TABLE office ADD COLUMN quiet_until TIME NOT NULL DEFAULT '06:00:00'",
    "ALTER TABLE office ADD COLUMN daily_messages INTEGER NOT NULL DEFAULT 6",
    "ALTER TABLE message ADD COLUMN recipient_key VARCHAR(64) NOT NULL DEFAULT ''",
    "ALTER TABLE message ADD COLUMN opened_by INTEGER REFERENCES staff",
    "ALTER TABLE message ADD COLUMN passed_on BOOLEAN NOT NULL DEFAULT false",
    "CREATE INDEX message_recipient ON message (recipient_key, due_at) WHERE recipient_key <> ''",
    # Each change is a line of its own, the last one holds; an empty body is the text as it came with Loket.
    """
    CREATE TABLE message_text (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        kind VARCHAR(40) NOT NULL,
        subject VARCHAR(200) NOT NULL DEFAULT '',
        body TEXT NOT NULL DEFAULT '',
        button VARCHAR(60) NOT NULL DEFAULT '',
        written_at TIMESTAMPTZ NOT NULL,
        written_by INTEGER NOT NULL REFERENCES staff
    )
    """,
    "CREATE INDEX message_text_last ON message_text (office, kind, id)",
)

_WRITTEN_ONCE = {
    "sqlite": (
        """
        CREATE TRIGGER message_text_kept BEFORE UPDATE ON message_text
        BEGIN SELECT RAISE(ABORT, 'a text that was written is never changed'); END
        """,
        """
        CREATE TRIGGER message_text_stays BEFORE DELETE ON message_text
        BEGIN SELECT RAISE(ABORT, 'a text that was written is never removed'); END
        """,
    ),
    "postgres": (
        """
        CREATE FUNCTION refuse_new_text() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'a text that was written is never changed or removed'; END $$
        """,
        """
        CREATE TRIGGER message_text_kept BEFORE UPDATE OR DELETE ON message_text
        FOR EACH ROW EXECUTE FUNCTION refuse_new_text()
        """,
    ),
}


async def forwards() -> MigrationManager:
    """Add the columns and the table, then what keeps every text that was ever written."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in (*STATEMENTS, *_WRITTEN_ONCE[dialect()]):
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

"""What an office changes of villages, of the reasons against a document, and of what it says beside each document."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000023"
VERSION = "1.38.0"
DESCRIPTION = "office words"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    "ALTER TABLE village ADD COLUMN retired_at TIMESTAMPTZ",
    # What is searched by was meant to have no spaces, and kept them.
    "UPDATE village SET folded = replace(folded, ' ', '')",
    "CREATE UNIQUE INDEX village_folded ON village (office, folded)",
    """
    CREATE TABLE rejection_text (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        reason VARCHAR(20) NOT NULL,
        advice VARCHAR(200) NOT NULL DEFAULT '',
        position INTEGER NOT NULL DEFAULT 0,
        switched_off BOOLEAN NOT NULL DEFAULT FALSE
    )
    """,
    """
    CREATE TABLE document_note (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        kind VARCHAR(16) NOT NULL,
        text VARCHAR(300) NOT NULL
    )
    """,
    "CREATE UNIQUE INDEX rejection_text_reason ON rejection_text (office, reason)",
    "CREATE UNIQUE INDEX document_note_kind ON document_note (office, kind)",
)


async def forwards() -> MigrationManager:
    """Change the table, then create the others."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

"""What the operator's desk remembers: decisions that can be taken back, the order of work, comparisons, questions,
how a page lies, and each officer's keys.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000004"
VERSION = "1.38.0"
DESCRIPTION = "the operator's desk"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE decision (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        outcome VARCHAR(12) NOT NULL,
        decided_by INTEGER NOT NULL REFERENCES staff,
        decided_at TIMESTAMPTZ NOT NULL,
        version INTEGER NOT NULL,
        before TEXT NOT NULL DEFAULT '{}',
        taken_back_by INTEGER REFERENCES staff,
        taken_back_at TIMESTAMPTZ,
        CHECK (outcome IN ('accept', 'return', 'refuse'))
    )
    """,
    """
    CREATE TABLE work_list (
        id {serial},
        staff INTEGER UNIQUE NOT NULL REFERENCES staff,
        numbers TEXT NOT NULL DEFAULT '[]',
        skipped TEXT NOT NULL DEFAULT '[]',
        frozen_at TIMESTAMPTZ NOT NULL,
        touched_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE comparison (
        id {serial},
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        fields TEXT NOT NULL DEFAULT '{}',
        compared_by INTEGER NOT NULL REFERENCES staff,
        compared_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE question (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        office INTEGER NOT NULL REFERENCES office,
        asked_by INTEGER NOT NULL REFERENCES staff,
        asked_at TIMESTAMPTZ NOT NULL,
        text TEXT NOT NULL,
        answered_by INTEGER REFERENCES staff,
        answered_at TIMESTAMPTZ,
        answer TEXT NOT NULL DEFAULT ''
    )
    """,
    "ALTER TABLE page ADD COLUMN turn INTEGER NOT NULL DEFAULT 0",
    "ALTER TABLE page ADD COLUMN corners TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE staff ADD COLUMN preferences TEXT NOT NULL DEFAULT '{}'",
    "CREATE INDEX decision_application ON decision (application)",
    "CREATE INDEX decision_by ON decision (decided_by, decided_at)",
    "CREATE INDEX question_application ON question (application)",
    "CREATE INDEX question_open ON question (office, asked_at) WHERE answered_at IS NULL",
    # In the queue's very order, so that its head is found without sorting what waits behind it.
    """
    CREATE INDEX application_waiting ON application
        (office, (promise_at IS NULL), promise_at, (returned_at IS NULL), received_at) WHERE state = 'submitted'
    """,
    "CREATE INDEX page_sha256 ON page (sha256)",
    "CREATE INDEX event_by ON event (actor, act, entered_at)",
)


async def forwards() -> MigrationManager:
    """Create the tables, then the new columns and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

"""What stands in the way of the promise, and what is owed when it is broken: devices, declared obstacles,
compensation and the documents a family still lacks.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "obstacles, devices, compensation"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE device (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        kind VARCHAR(20) NOT NULL,
        name VARCHAR(60) NOT NULL,
        added_at TIMESTAMPTZ NOT NULL,
        added_by INTEGER REFERENCES staff,
        retired_at TIMESTAMPTZ,
        retired_by INTEGER REFERENCES staff,
        CHECK (kind IN ('siak_network', 'power', 'camera', 'signature_pad', 'printer')),
        CHECK (retired_at IS NULL OR retired_at >= added_at)
    )
    """,
    """
    CREATE TABLE obstacle (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        kind VARCHAR(20) NOT NULL,
        device INTEGER REFERENCES device,
        reason TEXT NOT NULL,
        began_at TIMESTAMPTZ NOT NULL,
        expected_at TIMESTAMPTZ,
        declared_at TIMESTAMPTZ NOT NULL,
        declared_by INTEGER REFERENCES staff,
        automatic BOOLEAN NOT NULL DEFAULT false,
        ended_at TIMESTAMPTZ,
        ended_entered_at TIMESTAMPTZ,
        ended_by INTEGER REFERENCES staff,
        ended_note TEXT NOT NULL DEFAULT '',
        late_reason TEXT NOT NULL DEFAULT '',
        corrects INTEGER UNIQUE REFERENCES obstacle,
        corrected_at TIMESTAMPTZ,
        CHECK (kind IN ('blanks', 'siak_network', 'power', 'camera', 'signature_pad', 'printer', 'other')),
        CHECK (length(reason) > 0),
        CHECK (automatic OR declared_by IS NOT NULL),
        CHECK (began_at <= declared_at),
        CHECK (ended_at IS NULL OR ended_at >= began_at),
        CHECK ((ended_at IS NULL) = (ended_entered_at IS NULL))
    )
    """,
    """
    CREATE TABLE compensation (
        id {serial},
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        office INTEGER NOT NULL REFERENCES office,
        promised_at TIMESTAMPTZ NOT NULL,
        broken_at TIMESTAMPTZ NOT NULL,
        cause TEXT NOT NULL DEFAULT '',
        expected_on DATE,
        answered_at TIMESTAMPTZ,
        closed_at TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE compensation_task (
        id {serial},
        compensation INTEGER NOT NULL REFERENCES compensation,
        kind VARCHAR(12) NOT NULL,
        owner INTEGER REFERENCES staff,
        done_at TIMESTAMPTZ,
        done_by INTEGER REFERENCES staff,
        note TEXT NOT NULL DEFAULT '',
        CHECK (kind IN ('apology', 'ready_notice', 'facilitation'))
    )
    """,
    """
    CREATE TABLE family_document (
        id {serial},
        compensation INTEGER NOT NULL REFERENCES compensation,
        kind VARCHAR(20) NOT NULL,
        person VARCHAR(60) NOT NULL DEFAULT '',
        asked_at TIMESTAMPTZ NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'open',
        outcome TEXT NOT NULL DEFAULT '',
        settled_at TIMESTAMPTZ,
        settled_by INTEGER REFERENCES staff,
        CHECK (state IN ('open', 'done', 'explained'))
    )
    """,
    "ALTER TABLE application ADD COLUMN promise_told_at TIMESTAMPTZ",
    "UPDATE application SET promise_told_at = promise_at",
    "ALTER TABLE office ADD COLUMN promises_stale_at TIMESTAMPTZ",
    "CREATE INDEX device_office ON device (office)",
    "CREATE INDEX obstacle_office ON obstacle (office, began_at)",
    # One open entry for one thing: two officers who declare the same outage at once declare it once.
    """
    CREATE UNIQUE INDEX obstacle_one_open ON obstacle (office, kind, COALESCE(device, 0), automatic)
        WHERE ended_at IS NULL AND corrected_at IS NULL
    """,
    "CREATE INDEX compensation_open ON compensation (office, broken_at) WHERE closed_at IS NULL",
    "CREATE UNIQUE INDEX compensation_task_once ON compensation_task (compensation, kind)",
    "CREATE INDEX family_document_compensation ON family_document (compensation)",
    # Whose promise passes next without a card: the job that looks for broken promises starts here.
    """
    CREATE INDEX application_promise ON application (promise_at)
        WHERE printed_at IS NULL AND finished_at IS NULL AND promise_at IS NOT NULL
    """,
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

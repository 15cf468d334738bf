"""What the supervisor's screen counts by, which jumps in the queue were seen, and the daily check of the history."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000018"
VERSION = "1.38.0"
DESCRIPTION = "oversight"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE seen_jump (
        id {serial},
        event INTEGER UNIQUE NOT NULL REFERENCES event,
        seen_by INTEGER NOT NULL REFERENCES staff,
        seen_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE daily_head (
        id {serial},
        day DATE UNIQUE NOT NULL,
        lines INTEGER NOT NULL,
        digest VARCHAR(64) NOT NULL,
        made_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE chain_check (
        id {serial},
        day DATE UNIQUE NOT NULL,
        begun_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ,
        told_at TIMESTAMPTZ,
        stream VARCHAR(40) NOT NULL DEFAULT '',
        n INTEGER NOT NULL DEFAULT 0,
        mac VARCHAR(64) NOT NULL DEFAULT '',
        lines INTEGER NOT NULL DEFAULT 0,
        broken TEXT NOT NULL DEFAULT '[]'
    )
    """,
    # Covers every figure about files that are under way, so that none of them is looked up row by row.
    """
    CREATE INDEX application_under_way ON application
        (office, state, promise_at, received_at, channel, village, change)
        WHERE state IN ('submitted', 'returned', 'accepted', 'scheduled', 'arrived', 'captured')
    """,
    "CREATE INDEX application_submitted ON application (office, submitted_at)",
    "CREATE INDEX application_printed ON application (office, printed_at, promise_at)",
    "CREATE INDEX application_closed ON application (office, finished_at, printed_at)",
    "CREATE INDEX event_entered ON event (entered_at, id)",
    "CREATE INDEX event_act ON event (act, entered_at)",
    "CREATE INDEX event_actor ON event (actor, entered_at)",
    "CREATE INDEX blank_of_state ON blank (office, state)",
    "CREATE INDEX blank_used_at ON blank (office, used_at)",
    "CREATE INDEX blank_spoiled_at ON blank (office, spoiled_at)",
    "CREATE INDEX message_failed ON message (office) WHERE state = 'failed'",
)


async def forwards() -> MigrationManager:
    """Create the tables, then the indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

"""Hours of the office apart from its slots, closures of part of a day, times held while choosing, and who would
rather come earlier.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000013"
VERSION = "1.38.0"
DESCRIPTION = "hours, closures, held times, wishes to come earlier"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}

STATEMENTS = (
    """
    CREATE TABLE season (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        name VARCHAR(60) NOT NULL,
        first_on DATE NOT NULL,
        last_on DATE NOT NULL,
        CHECK (first_on <= last_on)
    )
    """,
    """
    CREATE TABLE opening_hours (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        season INTEGER REFERENCES season,
        weekday INTEGER NOT NULL,
        opens TIME NOT NULL,
        closes TIME NOT NULL,
        CHECK (weekday BETWEEN 0 AND 6),
        CHECK (opens < closes)
    )
    """,
    """
    CREATE TABLE slot_hold (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        slot INTEGER NOT NULL REFERENCES slot,
        held_at TIMESTAMPTZ NOT NULL,
        until TIMESTAMPTZ NOT NULL,
        offered BOOLEAN NOT NULL DEFAULT false
    )
    """,
    """
    CREATE TABLE earlier_wish (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        asked_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE slot_offer (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        slot INTEGER NOT NULL REFERENCES slot,
        offered_at TIMESTAMPTZ NOT NULL,
        until TIMESTAMPTZ NOT NULL
    )
    """,
    # Until now the office was open exactly while its slots said so; from now on it says so itself.
    """
    INSERT INTO opening_hours (office, weekday, opens, closes)
        SELECT DISTINCT office, weekday, opens, closes FROM slot_template WHERE opens < closes
    """,
    "ALTER TABLE slot_template ADD COLUMN first_on DATE",
    "ALTER TABLE slot_template ADD COLUMN last_on DATE",
    "ALTER TABLE closed_day ADD COLUMN shut_from TIME",
    "ALTER TABLE closed_day ADD COLUMN shut_to TIME",
    "DROP INDEX closed_day_office_day",
    """
    CREATE UNIQUE INDEX closed_day_office_day ON closed_day (office, closed_on)
        WHERE shut_from IS NULL AND shut_to IS NULL
    """,
    "CREATE INDEX season_office ON season (office)",
    "CREATE INDEX opening_hours_office ON opening_hours (office)",
    "CREATE INDEX slot_hold_until ON slot_hold (until)",
    "CREATE INDEX slot_hold_slot ON slot_hold (slot)",
    "CREATE INDEX earlier_wish_office ON earlier_wish (office)",
    # A freed time is offered to one person once.
    "CREATE UNIQUE INDEX slot_offer_once ON slot_offer (application, slot)",
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

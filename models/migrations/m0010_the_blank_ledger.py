"""The ledger of card blanks: every movement a line that is never changed; what was destroyed, and by which record.

The table of blanks is built anew, because SQLite cannot give a column a wider CHECK. What is known of blanks so far
becomes the first lines of the ledger, so that its balance equals the rows from the beginning.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-25T20:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "the ledger of card blanks"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}
STATEMENTS = (
    """
    CREATE TABLE destruction (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        number VARCHAR(60) NOT NULL,
        held_on DATE NOT NULL,
        place VARCHAR(120) NOT NULL,
        manner VARCHAR(120) NOT NULL DEFAULT '',
        since DATE NOT NULL,
        until DATE NOT NULL,
        first_officer VARCHAR(100) NOT NULL,
        second_officer VARCHAR(100) NOT NULL,
        items TEXT NOT NULL DEFAULT '[]',
        entered_by INTEGER REFERENCES staff,
        entered_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE blank_anew (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        serial VARCHAR(32) NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'in_stock',
        application INTEGER REFERENCES application,
        received_at TIMESTAMPTZ NOT NULL,
        delivery_note VARCHAR(60) NOT NULL DEFAULT '',
        used_at TIMESTAMPTZ,
        spoiled_at TIMESTAMPTZ,
        spoiled_reason VARCHAR(200) NOT NULL DEFAULT '',
        destruction INTEGER REFERENCES destruction,
        CHECK (state IN ('in_stock', 'used', 'spoiled', 'lent', 'returned', 'missing')),
        CHECK (state <> 'used' OR application IS NOT NULL),
        CHECK (destruction IS NULL OR state = 'spoiled')
    )
    """,
    """
    INSERT INTO blank_anew
        (id, office, serial, state, application, received_at, delivery_note, used_at, spoiled_at, spoiled_reason)
    SELECT id, office, serial, state, application, received_at, delivery_note, used_at, spoiled_at, spoiled_reason
    FROM blank ORDER BY id
    """,
    "DROP TABLE blank",
    "ALTER TABLE blank_anew RENAME TO blank",
    "CREATE INDEX blank_application ON blank (application)",
    "CREATE UNIQUE INDEX blank_serial ON blank (office, serial)",
    "CREATE INDEX blank_in_stock ON blank (office, serial) WHERE state = 'in_stock'",
    "CREATE INDEX blank_spoiled ON blank (office, spoiled_at) WHERE state = 'spoiled'",
    # One serial number never stands for two cards, whichever office printed them.
    "CREATE UNIQUE INDEX blank_one_card ON blank (serial) WHERE state = 'used'",
    """
    CREATE TABLE stock_entry (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        kind VARCHAR(12) NOT NULL,
        change INTEGER NOT NULL,
        quantity INTEGER NOT NULL,
        first_serial VARCHAR(32) NOT NULL DEFAULT '',
        last_serial VARCHAR(32) NOT NULL DEFAULT '',
        application INTEGER REFERENCES application,
        note VARCHAR(60) NOT NULL DEFAULT '',
        party VARCHAR(80) NOT NULL DEFAULT '',
        reason VARCHAR(200) NOT NULL DEFAULT '',
        expected INTEGER,
        found INTEGER,
        destruction INTEGER REFERENCES destruction,
        entered_by INTEGER REFERENCES staff,
        happened_at TIMESTAMPTZ NOT NULL,
        entered_at TIMESTAMPTZ NOT NULL,
        CHECK (quantity >= 0),
        CHECK (change IN (0, quantity, -quantity))
    )
    """,
    "CREATE INDEX stock_entry_office ON stock_entry (office, entered_at)",
    "CREATE INDEX stock_entry_kind ON stock_entry (office, kind, happened_at)",
    # An office that kept no stock wrote a blank down when it used it: such a one never was in stock.
    """
    INSERT INTO stock_entry (office, kind, change, quantity, first_serial, last_serial, note, happened_at, entered_at)
    SELECT office, 'received', COUNT(*), COUNT(*), MIN(serial), MAX(serial), delivery_note, received_at, received_at
    FROM blank WHERE used_at IS NULL OR used_at <> received_at
    GROUP BY office, received_at, delivery_note, LENGTH(serial) ORDER BY received_at
    """,
    """
    INSERT INTO stock_entry
        (office, kind, change, quantity, first_serial, last_serial, application, happened_at, entered_at)
    SELECT office, 'used', CASE WHEN used_at = received_at THEN 0 ELSE -1 END, 1, serial, serial, application,
        used_at, used_at
    FROM blank WHERE used_at IS NOT NULL ORDER BY used_at, id
    """,
    """
    INSERT INTO stock_entry
        (office, kind, change, quantity, first_serial, last_serial, application, reason, happened_at, entered_at)
    SELECT office, 'spoiled', 0, 1, serial, serial, application, spoiled_reason, spoiled_at, spoiled_at
    FROM blank WHERE spoiled_at IS NOT NULL ORDER BY spoiled_at, id
    """,
    "ALTER TABLE handover ADD COLUMN destruction INTEGER REFERENCES destruction",
    "CREATE INDEX handover_old_card ON handover (happened_at) WHERE old_card_taken AND destruction IS NULL",
    "ALTER TABLE office ADD COLUMN low_stock_days INTEGER NOT NULL DEFAULT 5",
    "ALTER TABLE office ADD COLUMN blanks_out_since TIMESTAMPTZ",
    "CREATE UNIQUE INDEX destruction_number ON destruction (office, number)",
)

_NAMES = (
    "ALTER SEQUENCE blank_anew_id_seq RENAME TO blank_id_seq",
    "ALTER INDEX blank_anew_pkey RENAME TO blank_pkey",
    "SELECT setval('blank_id_seq', (SELECT COALESCE(MAX(id), 0) + 1 FROM blank), false)",
)
"""On PostgreSQL a table that is renamed keeps the names of what belongs to it, and its sequence begins at 1."""


async def forwards() -> MigrationManager:
    """Create the tables, carry over what is known, then the new columns and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))
        if dialect() == "postgres":
            for statement in _NAMES:
                await run_sql(statement)

    manager.add_raw(create)
    return manager

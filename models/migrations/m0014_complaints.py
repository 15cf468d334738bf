"""Complaints by every channel, what was said about them, their evidence and their messages; the office's channels."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000014"
VERSION = "1.38.0"
DESCRIPTION = "complaints"

_TYPES = {
    "sqlite": {"serial": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"},
    "postgres": {"serial": "SERIAL PRIMARY KEY", "bytes": "BYTEA"},
}

STATEMENTS = (
    """
    CREATE TABLE complaint (
        id {serial},
        number VARCHAR(12) UNIQUE NOT NULL,
        office INTEGER NOT NULL REFERENCES office,
        channel VARCHAR(12) NOT NULL,
        outside_number VARCHAR(40) NOT NULL DEFAULT '',
        kind VARCHAR(12) NOT NULL,
        grade VARCHAR(12) NOT NULL DEFAULT '',
        state VARCHAR(12) NOT NULL DEFAULT 'received',
        version INTEGER NOT NULL DEFAULT 0,
        secret BOOLEAN NOT NULL DEFAULT false,
        pin_hash VARCHAR(64) NOT NULL,
        pin_sealed TEXT NOT NULL,
        link_hash VARCHAR(64) UNIQUE NOT NULL,
        link_sealed TEXT NOT NULL,
        naming VARCHAR(12) NOT NULL,
        text_sealed TEXT NOT NULL,
        place_sealed TEXT NOT NULL DEFAULT '',
        wish_sealed TEXT NOT NULL DEFAULT '',
        name_sealed TEXT NOT NULL DEFAULT '',
        phone_sealed TEXT NOT NULL DEFAULT '',
        phone_whatsapp BOOLEAN NOT NULL DEFAULT false,
        email_sealed TEXT NOT NULL DEFAULT '',
        about VARCHAR(12) NOT NULL DEFAULT '',
        typed_by INTEGER REFERENCES staff,
        received_at TIMESTAMPTZ NOT NULL,
        created_at TIMESTAMPTZ NOT NULL,
        first_due_at TIMESTAMPTZ NOT NULL,
        first_answered_at TIMESTAMPTZ,
        clock_at TIMESTAMPTZ NOT NULL,
        due_at TIMESTAMPTZ NOT NULL,
        asked_at TIMESTAMPTZ,
        answered_at TIMESTAMPTZ,
        closed_at TIMESTAMPTZ,
        CHECK (kind IN ('complaint', 'suggestion', 'praise', 'levy', 'question')),
        CHECK (grade IN ('', 'information', 'plain', 'inspection')),
        CHECK (naming IN ('named', 'confidential', 'anonymous')),
        CHECK (secret OR kind <> 'levy'),
        CHECK (naming <> 'anonymous' OR (name_sealed = '' AND phone_sealed = ''))
    )
    """,
    """
    CREATE TABLE complaint_line (
        id {serial},
        complaint INTEGER NOT NULL REFERENCES complaint,
        n INTEGER NOT NULL,
        act VARCHAR(12) NOT NULL,
        staff INTEGER REFERENCES staff,
        text_sealed TEXT NOT NULL,
        said_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE evidence (
        id {serial},
        complaint INTEGER NOT NULL REFERENCES complaint,
        blob VARCHAR(64) NOT NULL,
        blob_key {bytes} NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        size INTEGER NOT NULL DEFAULT 0,
        received_at TIMESTAMPTZ NOT NULL
    )
    """,
    "ALTER TABLE message ADD COLUMN complaint INTEGER REFERENCES complaint",
    "ALTER TABLE office ADD COLUMN fax VARCHAR(30) NOT NULL DEFAULT ''",
    "ALTER TABLE office ADD COLUMN instagram VARCHAR(40) NOT NULL DEFAULT ''",
    "ALTER TABLE office ADD COLUMN facebook VARCHAR(120) NOT NULL DEFAULT ''",
    # What the pages of the first office named before its administrator could.
    """
    UPDATE office SET fax = phone, instagram = 'kecamatankrian', facebook = 'Pelayanan Kecamatan Krian'
        WHERE prefix = 'KRN'
    """,
    "CREATE INDEX complaint_register ON complaint (office, secret, state, due_at)",
    "CREATE INDEX complaint_open ON complaint (state, answered_at) WHERE state IN ('answered', 'asked_back')",
    "CREATE UNIQUE INDEX complaint_line_n ON complaint_line (complaint, n)",
    "CREATE UNIQUE INDEX evidence_once ON evidence (complaint, sha256)",
    "CREATE INDEX evidence_blob ON evidence (blob)",
    "CREATE INDEX message_complaint ON message (complaint) WHERE complaint IS NOT NULL",
)


async def forwards() -> MigrationManager:
    """Create the tables, then the new columns and indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        types = _TYPES[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", types["serial"]).replace("{bytes}", types["bytes"]))

    manager.add_raw(create)
    return manager

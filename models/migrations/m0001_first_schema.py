"""The first schema. Plain SQL, for it can say what Piccolo's own migrations cannot on both databases:
checks, partial and compound unique indexes. A reference never deletes what hangs on it.
"""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "first schema"

_TYPES = {
    "sqlite": {"serial": "INTEGER PRIMARY KEY AUTOINCREMENT", "bytes": "BLOB"},
    "postgres": {"serial": "SERIAL PRIMARY KEY", "bytes": "BYTEA"},
}

TABLES = (
    """
    CREATE TABLE office (
        id {serial},
        prefix VARCHAR(3) UNIQUE NOT NULL,
        name VARCHAR(100) NOT NULL,
        short_name VARCHAR(40) NOT NULL,
        regency VARCHAR(60) NOT NULL,
        area_code VARCHAR(6) NOT NULL,
        address VARCHAR(200) NOT NULL,
        phone VARCHAR(30) NOT NULL DEFAULT '',
        whatsapp VARCHAR(30) NOT NULL DEFAULT '',
        email VARCHAR(120) NOT NULL DEFAULT '',
        settings JSON NOT NULL DEFAULT '{}',
        stock_kept BOOLEAN NOT NULL DEFAULT false
    )
    """,
    """
    CREATE TABLE village (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        code VARCHAR(10) NOT NULL,
        name VARCHAR(60) NOT NULL,
        kind VARCHAR(10) NOT NULL,
        folded VARCHAR(60) NOT NULL
    )
    """,
    """
    CREATE TABLE closed_day (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        closed_on DATE NOT NULL,
        kind VARCHAR(20) NOT NULL,
        name VARCHAR(120) NOT NULL,
        source VARCHAR(60) NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE slot_template (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        weekday INTEGER NOT NULL,
        opens TIME NOT NULL,
        closes TIME NOT NULL,
        minutes INTEGER NOT NULL DEFAULT 30,
        capacity INTEGER NOT NULL DEFAULT 1,
        CHECK (weekday BETWEEN 0 AND 6),
        CHECK (capacity >= 0)
    )
    """,
    """
    CREATE TABLE sequence (
        id {serial},
        name VARCHAR(60) UNIQUE NOT NULL,
        value INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE staff (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        village INTEGER REFERENCES village,
        name VARCHAR(100) NOT NULL,
        login VARCHAR(120) UNIQUE NOT NULL,
        roles JSON NOT NULL DEFAULT '[]',
        password_hash VARCHAR(200) NOT NULL DEFAULT '',
        created_at TIMESTAMPTZ NOT NULL,
        disabled_at TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE invitation (
        id {serial},
        staff INTEGER NOT NULL REFERENCES staff,
        token_hash VARCHAR(64) UNIQUE NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL,
        used_at TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE session (
        id {serial},
        token_hash VARCHAR(64) UNIQUE NOT NULL,
        staff INTEGER REFERENCES staff,
        created_at TIMESTAMPTZ NOT NULL,
        seen_at TIMESTAMPTZ NOT NULL,
        expires_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE misses (
        id {serial},
        tries INTEGER NOT NULL DEFAULT 0,
        key VARCHAR(64) UNIQUE NOT NULL,
        since TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE application (
        id {serial},
        number VARCHAR(12) UNIQUE NOT NULL,
        office INTEGER NOT NULL REFERENCES office,
        village INTEGER REFERENCES village,
        channel VARCHAR(10) NOT NULL,
        service VARCHAR(20) NOT NULL,
        state VARCHAR(12) NOT NULL,
        version INTEGER NOT NULL DEFAULT 0,
        pin_hash VARCHAR(64) NOT NULL,
        pin_sealed TEXT NOT NULL,
        link_hash VARCHAR(64) UNIQUE NOT NULL,
        link_sealed TEXT NOT NULL,
        change VARCHAR(12) NOT NULL DEFAULT '',
        reason VARCHAR(20) NOT NULL DEFAULT '',
        account TEXT NOT NULL DEFAULT '',
        name VARCHAR(120) NOT NULL DEFAULT '',
        folded_name VARCHAR(120) NOT NULL DEFAULT '',
        nik_sealed TEXT NOT NULL DEFAULT '',
        nik_index VARCHAR(64) NOT NULL DEFAULT '',
        kk_sealed TEXT NOT NULL DEFAULT '',
        birth_place VARCHAR(60) NOT NULL DEFAULT '',
        birth_date DATE,
        sex VARCHAR(6) NOT NULL DEFAULT '',
        address VARCHAR(200) NOT NULL DEFAULT '',
        rt VARCHAR(3) NOT NULL DEFAULT '',
        rw VARCHAR(3) NOT NULL DEFAULT '',
        phone_sealed TEXT NOT NULL DEFAULT '',
        phone_whatsapp BOOLEAN NOT NULL DEFAULT false,
        email_sealed TEXT NOT NULL DEFAULT '',
        confirmed_warnings JSON NOT NULL DEFAULT '[]',
        officer_check BOOLEAN NOT NULL DEFAULT false,
        created_at TIMESTAMPTZ NOT NULL,
        touched_at TIMESTAMPTZ NOT NULL,
        submitted_at TIMESTAMPTZ,
        received_at TIMESTAMPTZ,
        promise_at TIMESTAMPTZ,
        correction_due_at TIMESTAMPTZ,
        upload_begun_at TIMESTAMPTZ,
        returned_at TIMESTAMPTZ,
        decided_reason TEXT NOT NULL DEFAULT '',
        accepted_at TIMESTAMPTZ,
        arrived_at TIMESTAMPTZ,
        captured_at TIMESTAMPTZ,
        printed_at TIMESTAMPTZ,
        ready_at TIMESTAMPTZ,
        finished_at TIMESTAMPTZ,
        scans_removed_at TIMESTAMPTZ,
        misses INTEGER NOT NULL DEFAULT 0,
        claimed_by INTEGER REFERENCES staff,
        claimed_until TIMESTAMPTZ,
        reopened_from VARCHAR(12) NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE session_grant (
        id {serial},
        session INTEGER NOT NULL REFERENCES session,
        application INTEGER NOT NULL REFERENCES application
    )
    """,
    """
    CREATE TABLE document (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        kind VARCHAR(16) NOT NULL,
        verdict VARCHAR(10) NOT NULL DEFAULT 'waiting',
        reasons JSON NOT NULL DEFAULT '[]',
        note TEXT NOT NULL DEFAULT '',
        judged_by INTEGER REFERENCES staff,
        judged_at TIMESTAMPTZ,
        received_at TIMESTAMPTZ,
        CHECK (verdict IN ('waiting', 'accepted', 'rejected'))
    )
    """,
    """
    CREATE TABLE page (
        id {serial},
        document INTEGER NOT NULL REFERENCES document,
        position INTEGER NOT NULL DEFAULT 0,
        blob VARCHAR(64) NOT NULL,
        blob_key {bytes} NOT NULL,
        thumbnail VARCHAR(64) NOT NULL,
        thumbnail_key {bytes} NOT NULL,
        sha256 VARCHAR(64) NOT NULL,
        width INTEGER NOT NULL DEFAULT 0,
        height INTEGER NOT NULL DEFAULT 0,
        size INTEGER NOT NULL DEFAULT 0,
        original_name VARCHAR(120) NOT NULL DEFAULT '',
        flags JSON NOT NULL DEFAULT '[]',
        received_at TIMESTAMPTZ NOT NULL,
        replaced_at TIMESTAMPTZ
    )
    """,
    """
    CREATE TABLE slot (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        starts_at TIMESTAMPTZ NOT NULL,
        ends_at TIMESTAMPTZ NOT NULL,
        capacity INTEGER NOT NULL DEFAULT 1,
        booked INTEGER NOT NULL DEFAULT 0,
        CHECK (booked >= 0 AND booked <= capacity)
    )
    """,
    """
    CREATE TABLE appointment (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        slot INTEGER NOT NULL REFERENCES slot,
        state VARCHAR(10) NOT NULL DEFAULT 'booked',
        queue_number VARCHAR(8) NOT NULL,
        sequence INTEGER NOT NULL DEFAULT 0,
        booked_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ,
        reminded_eve_at TIMESTAMPTZ,
        reminded_day_at TIMESTAMPTZ,
        CHECK (state IN ('booked', 'moved', 'kept', 'missed', 'cancelled'))
    )
    """,
    """
    CREATE TABLE blank (
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
        CHECK (state IN ('in_stock', 'used', 'spoiled')),
        CHECK (state <> 'used' OR application IS NOT NULL)
    )
    """,
    """
    CREATE TABLE capture (
        id {serial},
        application INTEGER NOT NULL REFERENCES application,
        photo BOOLEAN NOT NULL DEFAULT false,
        signature BOOLEAN NOT NULL DEFAULT false,
        approved_by_applicant BOOLEAN NOT NULL DEFAULT false,
        device VARCHAR(60) NOT NULL DEFAULT '',
        captured_by INTEGER NOT NULL REFERENCES staff,
        happened_at TIMESTAMPTZ NOT NULL,
        entered_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE handover (
        id {serial},
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        receiver VARCHAR(10) NOT NULL,
        receiver_name VARCHAR(120) NOT NULL DEFAULT '',
        receiver_nik_sealed TEXT NOT NULL DEFAULT '',
        relation VARCHAR(60) NOT NULL DEFAULT '',
        old_card_taken BOOLEAN NOT NULL DEFAULT false,
        old_card_reason VARCHAR(200) NOT NULL DEFAULT '',
        code VARCHAR(16) UNIQUE NOT NULL,
        given_by INTEGER NOT NULL REFERENCES staff,
        happened_at TIMESTAMPTZ NOT NULL,
        entered_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE message (
        id {serial},
        key VARCHAR(120) UNIQUE NOT NULL,
        office INTEGER NOT NULL REFERENCES office,
        application INTEGER REFERENCES application,
        kind VARCHAR(40) NOT NULL,
        channel VARCHAR(10) NOT NULL,
        recipient_sealed TEXT NOT NULL DEFAULT '',
        subject VARCHAR(200) NOT NULL DEFAULT '',
        body_sealed TEXT NOT NULL DEFAULT '',
        message_id VARCHAR(120) NOT NULL,
        state VARCHAR(10) NOT NULL DEFAULT 'waiting',
        created_at TIMESTAMPTZ NOT NULL,
        due_at TIMESTAMPTZ NOT NULL,
        claimed_until TIMESTAMPTZ,
        attempts INTEGER NOT NULL DEFAULT 0,
        sent_at TIMESTAMPTZ,
        opened_at TIMESTAMPTZ,
        trouble VARCHAR(200) NOT NULL DEFAULT '',
        CHECK (state IN ('waiting', 'sent', 'failed', 'recalled'))
    )
    """,
    """
    CREATE TABLE event (
        id {serial},
        stream VARCHAR(40) NOT NULL,
        n INTEGER NOT NULL,
        application INTEGER REFERENCES application,
        act VARCHAR(30) NOT NULL,
        from_state VARCHAR(12) NOT NULL DEFAULT '',
        to_state VARCHAR(12) NOT NULL DEFAULT '',
        role VARCHAR(12) NOT NULL,
        actor VARCHAR(60) NOT NULL DEFAULT '',
        reason TEXT NOT NULL DEFAULT '',
        details TEXT NOT NULL DEFAULT '{}',
        happened_at TIMESTAMPTZ NOT NULL,
        entered_at TIMESTAMPTZ NOT NULL,
        mac VARCHAR(64) NOT NULL
    )
    """,
    """
    CREATE TABLE answer (
        id {serial},
        key VARCHAR(64) UNIQUE NOT NULL,
        digest VARCHAR(64) NOT NULL,
        location VARCHAR(200) NOT NULL,
        given_at TIMESTAMPTZ NOT NULL
    )
    """,
    """
    CREATE TABLE heartbeat (
        id {serial},
        name VARCHAR(40) UNIQUE NOT NULL,
        beat_at TIMESTAMPTZ NOT NULL,
        holder VARCHAR(60) NOT NULL DEFAULT '',
        fence INTEGER NOT NULL DEFAULT 0
    )
    """,
    """
    CREATE TABLE outage (
        id {serial},
        began_at TIMESTAMPTZ NOT NULL,
        ended_at TIMESTAMPTZ NOT NULL
    )
    """,
)

INDEXES = (
    "CREATE INDEX village_office ON village (office)",
    "CREATE INDEX closed_day_office ON closed_day (office)",
    "CREATE INDEX slot_template_office ON slot_template (office)",
    "CREATE INDEX staff_office ON staff (office)",
    "CREATE INDEX session_staff ON session (staff)",
    "CREATE INDEX session_expires_at ON session (expires_at)",
    "CREATE INDEX session_grant_session ON session_grant (session)",
    "CREATE INDEX session_grant_application ON session_grant (application)",
    "CREATE INDEX document_application ON document (application)",
    "CREATE INDEX page_document ON page (document)",
    "CREATE INDEX appointment_application ON appointment (application)",
    "CREATE INDEX appointment_slot ON appointment (slot)",
    "CREATE INDEX blank_application ON blank (application)",
    "CREATE INDEX capture_application ON capture (application)",
    "CREATE INDEX message_application ON message (application)",
    "CREATE INDEX event_application ON event (application)",
    "CREATE INDEX answer_given_at ON answer (given_at)",
    "CREATE INDEX outage_ended_at ON outage (ended_at)",
    "CREATE UNIQUE INDEX village_office_folded ON village (office, folded)",
    "CREATE UNIQUE INDEX closed_day_office_day ON closed_day (office, closed_on)",
    "CREATE UNIQUE INDEX session_grant_once ON session_grant (session, application)",
    "CREATE INDEX application_queue ON application (office, state, promise_at)",
    "CREATE INDEX application_same_person ON application (nik_index, service)",
    "CREATE INDEX application_name ON application (office, folded_name)",
    "CREATE INDEX application_correction_due ON application (correction_due_at) WHERE state = 'returned'",
    "CREATE INDEX application_draft ON application (touched_at) WHERE state = 'draft'",
    "CREATE UNIQUE INDEX document_once ON document (application, kind)",
    "CREATE UNIQUE INDEX page_once ON page (document, sha256, position) WHERE replaced_at IS NULL",
    "CREATE UNIQUE INDEX slot_office_start ON slot (office, starts_at)",
    "CREATE UNIQUE INDEX appointment_one_booked ON appointment (application) WHERE state = 'booked'",
    "CREATE UNIQUE INDEX blank_serial ON blank (office, serial)",
    "CREATE UNIQUE INDEX event_stream_n ON event (stream, n)",
    "CREATE INDEX message_due ON message (due_at) WHERE state = 'waiting'",
)


async def forwards() -> MigrationManager:
    """Create every table, then every index."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        types = _TYPES[dialect()]
        for table in TABLES:
            # Not str.format: column defaults hold braces of their own.
            await run_sql(table.replace("{serial}", types["serial"]).replace("{bytes}", types["bytes"]))
        for index in INDEXES:
            await run_sql(index)

    manager.add_raw(create)
    return manager

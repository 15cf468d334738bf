"""The satisfaction survey: which case was answered for, the answers without the case, plans and published results."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from models.db import dialect, run_sql

ID = "2026-11-23T09:00:00:000015"
VERSION = "1.38.0"
DESCRIPTION = "the satisfaction survey"

_SERIAL = {"sqlite": "INTEGER PRIMARY KEY AUTOINCREMENT", "postgres": "SERIAL PRIMARY KEY"}
_ELEMENTS = tuple(f"u{place}" for place in range(1, 10))
_COLUMNS = ",\n        ".join(f"{name} INTEGER" for name in _ELEMENTS)
_SCALE = ",\n        ".join(f"CHECK ({name} BETWEEN 1 AND 4)" for name in _ELEMENTS)

STATEMENTS = (
    """
    CREATE TABLE survey_sheet (
        id {serial},
        application INTEGER UNIQUE NOT NULL REFERENCES application,
        draft_sealed TEXT NOT NULL DEFAULT '',
        touched_at TIMESTAMPTZ NOT NULL,
        answered_on DATE,
        CHECK (answered_on IS NULL OR draft_sealed = '')
    )
    """,
    f"""
    CREATE TABLE survey_answer (
        id {{serial}},
        office INTEGER NOT NULL REFERENCES office,
        way VARCHAR(6) NOT NULL,
        answered_on DATE NOT NULL,
        {_COLUMNS},
        sex VARCHAR(6) NOT NULL DEFAULT '',
        age_group VARCHAR(8) NOT NULL DEFAULT '',
        education VARCHAR(8) NOT NULL DEFAULT '',
        occupation VARCHAR(13) NOT NULL DEFAULT '',
        remark TEXT NOT NULL DEFAULT '',
        entered_by INTEGER REFERENCES staff,
        {_SCALE},
        CHECK (way IN ('online', 'paper')),
        CHECK ((way = 'paper') = (entered_by IS NOT NULL))
    )
    """,
    """
    CREATE TABLE survey_users (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        year INTEGER NOT NULL,
        users INTEGER NOT NULL,
        entered_by INTEGER NOT NULL REFERENCES staff,
        entered_at TIMESTAMPTZ NOT NULL,
        CHECK (users > 0)
    )
    """,
    """
    CREATE TABLE survey_plan (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        semester VARCHAR(6) NOT NULL,
        element VARCHAR(2) NOT NULL,
        text TEXT NOT NULL,
        owner VARCHAR(80) NOT NULL,
        due_on DATE NOT NULL,
        done_on DATE,
        written_by INTEGER NOT NULL REFERENCES staff,
        written_at TIMESTAMPTZ NOT NULL,
        CHECK (length(text) > 0)
    )
    """,
    """
    CREATE TABLE survey_result (
        id {serial},
        office INTEGER NOT NULL REFERENCES office,
        semester VARCHAR(6) NOT NULL,
        figures TEXT NOT NULL,
        published_by INTEGER NOT NULL REFERENCES staff,
        published_at TIMESTAMPTZ NOT NULL
    )
    """,
    "CREATE INDEX survey_answer_office ON survey_answer (office, answered_on)",
    "CREATE UNIQUE INDEX survey_users_year ON survey_users (office, year)",
    "CREATE UNIQUE INDEX survey_plan_semester ON survey_plan (office, semester)",
    "CREATE UNIQUE INDEX survey_result_semester ON survey_result (office, semester)",
    # Who was handed a card last year: the users that the sample is drawn from.
    "CREATE INDEX application_finished ON application (office, state, finished_at)",
)


async def forwards() -> MigrationManager:
    """Create the tables, then their indexes."""
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def create() -> None:
        serial = _SERIAL[dialect()]
        for statement in STATEMENTS:
            await run_sql(statement.replace("{serial}", serial))

    manager.add_raw(create)
    return manager

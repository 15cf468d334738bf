"""Migrations, on a folder of our own: whole or not at all, once, also with rivals and after a crash."""

import asyncio
import json
import os
import sys
from pathlib import Path
from textwrap import dedent

import pytest

from models import db
from tests.support.databases import Databases, Kind

ROOT = Path(__file__).resolve().parents[3]

HEAD = """
from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.columns import ForeignKey, Integer, Serial, Timestamptz, Varchar
from piccolo.columns.base import OnDelete, OnUpdate
from piccolo.table import Table
from models.db import run_sql

ID = "{id}"
VERSION = "1.38.0"
DESCRIPTION = ""
"""

TABLES = """
class Parent(Table, tablename="m_parent"):
    id = Serial()

async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)
    manager.add_table(class_name="Parent", tablename="m_parent")
    manager.add_column(
        table_class_name="Parent", tablename="m_parent", column_name="code",
        column_class=Varchar, params={"length": 10, "default": None, "null": False},
    )
    manager.add_table(class_name="Child", tablename="m_child")
    manager.add_column(
        table_class_name="Child", tablename="m_child", column_name="parent", column_class=ForeignKey,
        params={
            "references": Parent, "default": None, "null": False, "index": True,
            "on_delete": OnDelete.cascade, "on_update": OnUpdate.cascade,
        },
    )
    manager.add_column(
        table_class_name="Child", tablename="m_child", column_name="place",
        column_class=Integer, params={"default": 0, "null": False},
    )
    return manager
"""

RAW = """
async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def raw():
        {extra}
        await run_sql("CREATE UNIQUE INDEX m_child_place ON m_child (parent, place) WHERE place > 0")
        await run_sql("INSERT INTO m_parent (code) VALUES ('sqlite')",
                      postgres="INSERT INTO m_parent (code) VALUES ('postgres')")

    manager.add_raw(raw)
    return manager
"""

REBUILD = """
async def forwards():
    manager = MigrationManager(migration_id=ID, app_name="loket", description=DESCRIPTION)

    async def raw():
        await run_sql("CREATE TABLE m_new (id INTEGER PRIMARY KEY, code VARCHAR(20) NOT NULL CHECK (code <> ''))")
        await run_sql("INSERT INTO m_new (id, code) SELECT id, code FROM m_parent")
        await run_sql("DROP TABLE m_parent")
        await run_sql("ALTER TABLE m_new RENAME TO m_parent")
        {extra}

    manager.add_raw(raw)
    return manager
"""


def write(folder: Path, number: int, body: str, extra: str = "pass") -> Path:
    folder.mkdir(exist_ok=True)
    text = HEAD.format(id=f"2026-01-0{number}T00:00:00:000000") + body.replace("{extra}", extra)
    (folder / f"m{number}.py").write_text(text)
    return folder


async def test_tables_and_raw_sql_run_once(databases: Databases, kind: Kind, tmp_path: Path) -> None:
    folder = write(write(tmp_path / "m", 1, TABLES), 2, RAW)
    async with databases.fresh(kind, migrated=False):
        assert await db.migrate(folder) == ["2026-01-01T00:00:00:000000", "2026-01-02T00:00:00:000000"]
        assert await db.migrate(folder) == []
        assert await db.engine.run("SELECT code FROM m_parent", []) == [{"code": kind}]
        await db.run_sql("INSERT INTO m_child (parent, place) VALUES (1, 1)")
        with pytest.raises(db.UniqueViolation):
            await db.run_sql("INSERT INTO m_child (parent, place) VALUES (1, 1)")


async def test_the_migrations_of_the_release_run(database: str) -> None:
    """The fixture has run them; there is nothing left to do."""
    assert await db.migrate() == []


async def test_a_failing_migration_is_undone(
    databases: Databases, kind: Kind, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path / "m", 1, TABLES)
    folder = write(tmp_path / "m", 2, RAW, "await run_sql('CREATE TABLE m_half (id INTEGER)'); 1 / 0")
    async with databases.fresh(kind, migrated=False):
        with pytest.raises(ZeroDivisionError):
            await db.migrate(folder)
        write(folder, 2, RAW, "await run_sql('CREATE TABLE m_half (id INTEGER)')")
        assert await db.migrate(folder) == ["2026-01-02T00:00:00:000000"]
    assert capsys.readouterr().out == ""


async def test_a_database_of_a_newer_release_is_refused(
    databases: Databases, kind: Kind, tmp_path: Path
) -> None:
    folder = write(write(tmp_path / "m", 1, TABLES), 2, RAW)
    async with databases.fresh(kind, migrated=False):
        await db.migrate(folder)
        (folder / "m2.py").unlink()
        with pytest.raises(db.MigrationMismatch, match="2026-01-02"):
            await db.migrate(folder)


async def test_two_migrations_cannot_have_one_id(databases: Databases, tmp_path: Path) -> None:
    folder = write(tmp_path / "m", 1, TABLES)
    (folder / "again.py").write_text((folder / "m1.py").read_text())
    async with databases.fresh("sqlite", migrated=False):
        with pytest.raises(db.MigrationMismatch, match="two migrations"):
            await db.migrate(folder)


async def test_sqlite_rebuilds_a_table_without_losing_its_children(
    databases: Databases, tmp_path: Path
) -> None:
    """DROP TABLE would delete them by cascade; a migration that leaves orphans is refused and undone."""
    folder = write(tmp_path / "m", 1, TABLES)
    async with databases.fresh("sqlite", migrated=False):
        await db.migrate(folder)
        await db.run_sql("INSERT INTO m_parent (code) VALUES ('a')")
        await db.run_sql("INSERT INTO m_child (parent) VALUES (1)")
        write(folder, 2, REBUILD, "await run_sql('DELETE FROM m_parent')")
        with pytest.raises(Exception, match="without their parent"):
            await db.migrate(folder)
        write(folder, 2, REBUILD)
        await db.migrate(folder)
        assert len(await db.engine.run("SELECT * FROM m_child", [])) == 1
        with pytest.raises(Exception, match=r"(?i)foreign key"):
            await db.run_sql("INSERT INTO m_child (parent) VALUES (99)")


async def start(url: str, folder: Path, first: str = "") -> asyncio.subprocess.Process:
    """Another process that migrates and prints what it ran. first: Python to run before."""
    program = dedent(f"""
        import asyncio, json
        from pathlib import Path
        from models import db

        async def main():
            await db.connect({url!r})
            ran = await db.migrate(Path({str(folder)!r}))
            await db.close()
            print(json.dumps(ran))

        {first}
        asyncio.run(main())
    """)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        program,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_rival_starters_run_each_migration_once(
    databases: Databases, kind: Kind, tmp_path: Path
) -> None:
    write(tmp_path / "m", 1, TABLES)
    folder = write(tmp_path / "m", 2, RAW, "import asyncio; await asyncio.sleep(0.3)")
    url = await databases.create(kind, migrated=False)
    starters = [await start(url, folder) for _ in range(3)]
    outputs = [await starter.communicate() for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0], outputs
    ran = [name for output, _ in outputs for name in json.loads(output)]
    assert sorted(ran) == ["2026-01-01T00:00:00:000000", "2026-01-02T00:00:00:000000"]
    await databases.drop(url)


async def test_a_crash_inside_a_migration_does_not_hinder_the_next_start(
    databases: Databases, kind: Kind, tmp_path: Path
) -> None:
    write(tmp_path / "m", 1, TABLES)
    folder = write(
        tmp_path / "m", 2, RAW, "await run_sql('CREATE TABLE m_half (id INTEGER)'); import os; os._exit(9)"
    )
    url = await databases.create(kind, migrated=False)
    first = await start(url, folder)
    assert await first.wait() == 9
    write(folder, 2, RAW, "await run_sql('CREATE TABLE m_half (id INTEGER)')")
    second = await start(url, folder)
    output, errors = await second.communicate()
    assert second.returncode == 0, errors
    assert json.loads(output) == ["2026-01-02T00:00:00:000000"]
    await databases.drop(url)


async def test_a_crash_before_the_note_does_not_hinder_the_next_start(
    databases: Databases, kind: Kind, tmp_path: Path
) -> None:
    """The migration and the row that it has run are one: never the one without the other."""
    folder = write(tmp_path / "m", 1, TABLES)
    url = await databases.create(kind, migrated=False)
    crash = "from models.engines.migrating import Migration; Migration.insert = lambda *_: __import__('os')._exit(9)"
    first = await start(url, folder, crash)
    assert await first.wait() == 9
    second = await start(url, folder)
    output, errors = await second.communicate()
    assert second.returncode == 0, errors
    assert json.loads(output) == ["2026-01-01T00:00:00:000000"]
    await databases.drop(url)


async def test_piccolos_own_command_works_on_the_same_database(databases: Databases, kind: Kind) -> None:
    """With LOKET_DATABASE_URL; what it ran is noted as migrate() notes it."""
    url = await databases.create(kind, migrated=False)
    program = "import sys; sys.argv = ['piccolo', 'migrations', 'forwards', 'loket', '--trace']\n"
    command = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", program + "from piccolo.main import main; main()"),
        cwd=ROOT,
        env={**os.environ, "LOKET_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await command.communicate()
    assert command.returncode == 0, output.decode()
    await db.connect(url)
    assert await db.migrate() == []
    await db.close()
    await databases.drop(url)

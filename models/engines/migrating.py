"""Runs Piccolo migrations whole: each in one transaction with the row that says it has run.

Piccolo's own command writes that row after the migration's transaction, so a crash between the two makes
every later start fail with "table exists". The transaction is also the start-up lock: SQLite's write lock, an
advisory lock on PostgreSQL.
"""

import io
from contextlib import redirect_stdout
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from piccolo.apps.migrations.auto.migration_manager import MigrationManager
from piccolo.apps.migrations.tables import Migration

from models.engines.engine import LoketEngine, Transaction
from models.engines.faults import DatabaseBusy

ATTEMPTS = 12  # each waits 5 s (PostgreSQL) or 10 s (SQLite) for the other starter


class MigrationMismatch(Exception):
    """The database has run migrations this release does not know: it belongs to a newer one."""


async def run_pending(engine: LoketEngine, folder: Path, app_name: str) -> list[str]:
    """The IDs that ran, in order. See models.db.migrate."""
    modules = _load(folder)
    ran: list[str] = []
    if await Migration.table_exists() and not await _pending(modules, app_name):
        return ran
    while (name := await _run_next_patiently(engine, modules, app_name)) is not None:
        ran.append(name)
    return ran


def _load(folder: Path) -> dict[str, ModuleType]:
    """The migration modules by their ID."""
    modules: dict[str, ModuleType] = {}
    for path in sorted(folder.glob("*.py")):
        if path.name == "__init__.py":
            continue
        spec = spec_from_file_location(f"{folder.name}_{path.stem}", path)
        assert spec is not None, "a .py file has a loader"  # noqa: S101
        assert spec.loader is not None, "a .py file has a loader"  # noqa: S101
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        if module.ID in modules:
            raise MigrationMismatch(f"two migrations have the ID {module.ID}")
        modules[module.ID] = module
    return modules


async def _pending(modules: dict[str, ModuleType], app_name: str) -> list[str]:
    done = set(await Migration.get_migrations_which_ran(app_name=app_name))
    if unknown := done - modules.keys():
        raise MigrationMismatch(f"this release does not know: {', '.join(sorted(unknown))}")
    return sorted(modules.keys() - done)


async def _run_next_patiently(
    engine: LoketEngine, modules: dict[str, ModuleType], app_name: str
) -> str | None:
    for _ in range(ATTEMPTS - 1):
        try:
            return await _run_next(engine, modules, app_name)
        except DatabaseBusy:
            continue
    return await _run_next(engine, modules, app_name)


async def _run_next(engine: LoketEngine, modules: dict[str, ModuleType], app_name: str) -> str | None:
    """Runs the first pending migration under the lock, where nobody else can be running it."""
    async with Transaction(engine, migrating=True):
        await Migration.create_table(if_not_exists=True)
        pending = await _pending(modules, app_name)
        if not pending:
            return None
        name = pending[0]
        manager = await modules[name].forwards()
        if isinstance(manager, MigrationManager):
            with redirect_stdout(io.StringIO()):
                await manager.run()
        await Migration.insert(Migration(name=name, app_name=app_name))
        return name

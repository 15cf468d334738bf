"""A SQLite file copied while others write to it, and whether one is whole. Blocks: call it from a thread."""

import sqlite3
from contextlib import closing
from pathlib import Path

from models.engines.faults import DatabaseLost


def copy_sqlite(source: Path, copy: Path) -> None:
    """One moment of the database into a file that stands alone. In WAL mode nobody waits for it.

    Raises DatabaseLost when the source is missing, unreadable or damaged.
    """
    if not source.is_file():
        raise DatabaseLost(f"there is no {source.name}")
    try:
        with closing(sqlite3.connect(source)) as database, closing(sqlite3.connect(copy)) as out:
            database.backup(out)
            out.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error as error:
        raise DatabaseLost(f"{source.name} cannot be copied: {error}") from None
    refuse_damaged(copy)


def refuse_damaged(path: Path) -> None:
    """Reads all of it. Raises DatabaseLost for a damaged one."""
    try:
        with closing(sqlite3.connect(path)) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check")]
    except sqlite3.Error as error:
        raise DatabaseLost(f"{path.name} is damaged: {error}") from None
    if found != ["ok"]:
        raise DatabaseLost(f"{path.name} is damaged: {len(found)} findings")

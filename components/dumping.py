"""PostgreSQL's own programs, pg_dump and pg_restore: the password in their environment, never in their arguments."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_FROM_QUERY = {"sslmode": "PGSSLMODE", "host": "PGHOST", "sslrootcert": "PGSSLROOTCERT"}


class DumpFailed(Exception):
    """The program is missing or said no. The message holds its words, which name no data."""


def dump(url: str, file: Path) -> None:
    """All of one moment of the database, while others write. Raises DumpFailed."""
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={file}"], url)


def restore(url: str, file: Path) -> None:
    """All of it into an empty database, or nothing. Raises DumpFailed."""
    name = urlsplit(url).path.lstrip("/")
    _run(
        "pg_restore",
        [
            "--no-owner",
            "--no-privileges",
            "--exit-on-error",
            "--single-transaction",
            f"--dbname={name}",
            str(file),
        ],
        url,
    )


def has_tables(url: str) -> bool:
    """Whether somebody made tables there already. Raises DumpFailed."""
    question = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
    return (
        _run("psql", ["--no-psqlrc", "--tuples-only", "--no-align", f"--command={question}"], url).strip()
        != "0"
    )


def _run(program: str, arguments: list[str], url: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise DumpFailed(f"{program} is not installed: apt-get install postgresql-client")
    done = subprocess.run(  # noqa: S603 - a program of the system, no shell
        [found, *arguments], env=_environment(url), capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DumpFailed(
            f"{program} failed: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else ''}"
        )
    return done.stdout


def _environment(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    told = {
        "PATH": os.defpath,
        "PGHOST": parts.hostname or "",
        "PGPORT": str(parts.port or ""),
        "PGUSER": unquote(parts.username or ""),
        "PGPASSWORD": unquote(parts.password or ""),
        "PGDATABASE": unquote(parts.path.lstrip("/")),
        "PGCONNECT_TIMEOUT": "10",
        "LC_ALL": "C",
    }
    for name, values in parse_qs(parts.query).items():
        if name in _FROM_QUERY:
            told[_FROM_QUERY[name]] = values[-1]
    return {name: value for name, value in told.items() if value}

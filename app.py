"""Loket: the KTP-el service of a kecamatan. `python app.py --help` lists what it can do."""

import argparse
import asyncio
import ctypes
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import uvicorn
from litestar import Litestar
from litestar.di import Provide

import models  # noqa: F401  (first: it chooses the SQLite library)
from components import (
    accounts,
    backups,
    breach,
    clock,
    demo,
    exports,
    founding,
    logs,
    own_data,
    pictures,
    proof,
    relay,
    rotation,
    scheduler,
    scrubbing,
    staffing,
)
from components.kit import Kit, install
from components.refusals import Refused
from components.settings import BadSettings, Settings, from_environment
from components.storage import Store
from components.vault import load_vault
from components.words import WIB
from models import db
from models.rules.keeping import BACKUPS_KEPT_DAYS
from models.rules.workflow import Role
from routes import SITE_MAP, connections, failures, public
from routes.gate import Gate
from routes.visit import visit_of

log = logging.getLogger("loket")

_M_MMAP_THRESHOLD = -3
"""Of malloc.h."""


async def open_service(settings: Settings) -> None:
    """Keys, store and database in place, the schema up to date, the office founded."""
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    vault = load_vault(settings.key_file, settings.data)
    install(Kit(settings, vault, Store(settings.store_folder, vault)))
    clock.start_at(settings.clock)
    await db.connect(settings.database_url)
    await db.migrate()
    await founding.found(clock.now().date())


async def close_service() -> None:
    """Everything open_service() opened."""
    await db.close()
    pictures.close()
    install(None)


def create_app(
    settings: Settings,
    *,
    with_scheduler: bool = True,
    once_open: Callable[[], Coroutine[Any, Any, None]] | None = None,
) -> Litestar:
    """The whole application. with_scheduler=False leaves ticking to somebody else (tests, a second process).

    once_open: what else to do when database and keys are there, before the first request.
    """

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await open_service(settings)
        exports.clear(settings.data)
        ticking = asyncio.create_task(scheduler.run()) if with_scheduler else None
        try:
            if once_open is not None:
                await once_open()
            yield
        finally:
            if ticking is not None:
                ticking.cancel()
                with suppress(asyncio.CancelledError):
                    await ticking
            await close_service()

    return assemble([lifespan])


Lifespan = Sequence[Callable[[Litestar], AbstractAsyncContextManager[None]]]


def assemble(lifespan: Lifespan) -> Litestar:
    """Routes, errors and the gate; what is open while it runs is the caller's to say."""
    app = routed(lifespan)
    app.asgi_handler = Gate(app.asgi_handler)
    return app


def routed(lifespan: Lifespan) -> Litestar:
    """The routes and errors alone, as they are behind the gate."""
    return Litestar(
        route_handlers=SITE_MAP,
        dependencies={"visit": Provide(visit_of, sync_to_thread=False)},
        exception_handlers=failures.HANDLERS,
        lifespan=list(lifespan),
        debug=False,
        openapi_config=None,
        request_max_body_size=32_768,
        logging_config=None,
    )


def serve(settings: Settings, port: int) -> None:
    """Answer requests until told to stop."""
    _give_memory_back()
    connections.raise_file_limit()
    limits = connections.Limits(most=connections.most_connections())
    uvicorn.run(
        create_app(settings, once_open=partial(_greet, settings)),
        host=os.environ.get("HOST", "127.0.0.1"),
        port=port,
        # A partial of a protocol's class; uvicorn only calls it.
        http=cast(Any, connections.protocol(limits)),
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_graceful_shutdown=10,
        timeout_keep_alive=30,
    )


def _give_memory_back() -> None:
    """Have glibc map buffers of 128 KB and more one by one, so that the memory of uploads returns when they end.

    Left alone it raises that threshold with the first large buffer and keeps what was freed. Other C libraries
    have no such knob.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").mallopt(_M_MMAP_THRESHOLD, 128 * 1024)


async def _greet(settings: Settings) -> None:
    """Have the public pages ready, then say where we are; and how to begin, while nobody did."""
    public.prepare()
    print(f"Loket: {settings.base_url}  (data: {settings.data})", flush=True)
    if token := await _first_administrator():
        link = f"{settings.base_url}/undangan/{token}"
        print(f"First administrator, one-time link (3 days): {link}", flush=True)


async def _with_service(settings: Settings, work: Callable[[], Coroutine[Any, Any, str]]) -> str:
    await open_service(settings)
    try:
        return await work()
    finally:
        await close_service()


async def _first_administrator() -> str:
    """An invitation for the first administrator while nobody has accepted one; empty afterwards."""
    return await accounts.invite_first(founding.office_card().id, clock.now())


def main(arguments: list[str] | None = None) -> int:
    """The command line. Returns the exit code: 0 done, 1 something is wrong, 2 cannot start."""
    options = _parser().parse_args(arguments)
    logs.configure()
    try:
        settings = from_environment(os.environ, options.port)
        if settings.smtp_url:
            relay.server(settings.smtp_url)
    except BadSettings as bad:
        print(f"Loket cannot start: {bad}", file=sys.stderr)
        return 2
    result: int = options.do(settings, options)
    return result


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description=__doc__)
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, words: str, do: Callable[[Settings, Any], int]) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=words, description=words)
        sub.set_defaults(do=do)
        return sub

    command("run", "serve the application", _run)
    command("demo", "fill a data directory with fictional people, then serve it", _demo)
    command("migrate", "bring the database to this version", _migrate)
    command("tick", "do once what is due: deadlines, reminders, mail", _tick)
    command("check", "say whether this installation is sound", _check)
    invite = command("invite", "create an account and print its one-time link", _invite)
    invite.add_argument("login")
    invite.add_argument("name")
    invite.add_argument("roles", nargs="+", choices=sorted({r.value for r in Role} - {"applicant", "system"}))
    invite.add_argument("--village", default="", help="for a registrar: name of the desa or kelurahan")
    regain = command(
        "regain", "print a link for who lost password or phone, and reset the second factor", _regain
    )
    regain.add_argument("login")
    _upkeep(command)
    return parser


Adder = Callable[[str, str, Callable[[Settings, Any], int]], argparse.ArgumentParser]


def _upkeep(command: Adder) -> None:
    """What keeps, proves and hands over the data."""
    backup = command("backup", "copy database and scans into a dated folder, while the service runs", _backup)
    backup.add_argument("target", type=Path, help="the folder in which backups lie")
    backup.add_argument("--keep", type=int, default=BACKUPS_KEPT_DAYS, help="how many stay (35; 0: all)")
    restore = command("restore", "lay a backup into an installation without data, and prove it", _restore)
    restore.add_argument(
        "source", type=Path, help="a dated folder, or the one in which backups lie: the newest"
    )
    command("scrub", "read everything sealed and say how much of it opens", _scrub)
    command(
        "rotate-key", "seal everything with a new master key; can be interrupted and given again", _rotate
    )
    transfer = command("transfer", "write all data about one application for the person concerned", _transfer)
    transfer.add_argument("number")
    transfer.add_argument("target", type=Path, help="a .zip that is not there yet")
    report = command("breach-report", "say whose data an incident touched, and draft the notice", _breach)
    for name, words in (("since", "2026-11-23T09:00+07:00"), ("until", "now, if left out")):
        report.add_argument(f"--{name}", type=_moment, required=name == "since", help=words)
    report.add_argument("--account", default="", help="login of an account in wrong hands")
    report.add_argument("--village", default="", help="name of a desa or kelurahan")
    report.add_argument("--office", default="", help="prefix of an office's numbers, such as KRN")
    report.add_argument(
        "--contacts", action="store_true", help="with phone and e-mail of each; this is written down"
    )


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=WIB)


def _tell(work: Callable[[], str]) -> int:
    """Print what was done, or why it was not."""
    try:
        print(work())
    except (Refused, backups.BackupFailed, rotation.NotRotated) as no:
        print(no, file=sys.stderr)
        return 1
    return 0


def _backup(settings: Settings, options: Any) -> int:
    async def copy() -> str:
        now = clock.now()
        made = await asyncio.to_thread(backups.make, settings, options.target, now, options.keep)
        await backups.note(now)
        return f"{made.folder}: {made.files} scans, {made.size} bytes; {made.removed} old ones removed"

    return _tell(lambda: asyncio.run(_with_service(settings, copy)))


def _restore(settings: Settings, options: Any) -> int:
    found: list[proof.Proven] = []

    async def prove() -> str:
        found.append(await proof.prove())
        return found[0].words

    def work() -> str:
        laid = backups.lay(settings, options.source)
        return f"Laid down {laid.folder}, made {laid.made_at}.\n{asyncio.run(_with_service(settings, prove))}"

    return _tell(work) or int(not found[0].sound)


def _scrub(settings: Settings, _options: Any) -> int:
    found: list[scrubbing.Scrubbed] = []

    async def read() -> str:
        found.append(await scrubbing.scrub())
        return found[0].words

    return _tell(lambda: asyncio.run(_with_service(settings, read))) or int(bool(found[0].damage))


def _rotate(settings: Settings, _options: Any) -> int:
    async def rotate() -> str:
        done = await rotation.rotate(settings, clock.now())
        return (
            f"Key {done.version}: {done.texts} texts and {done.files} files sealed anew. "
            f"{done.codes} recovery codes of staff no longer count: have new ones made. Copy the key file anew."
        )

    return _tell(lambda: asyncio.run(_with_service(settings, rotate)))


def _transfer(settings: Settings, options: Any) -> int:
    async def gather() -> str:
        content = await own_data.gather(options.number, clock.now())
        await asyncio.to_thread(own_data.write, content, options.target)
        return f"{options.target}: {len(content)} bytes, in clear. Hand it over, then remove it."

    return _tell(lambda: asyncio.run(_with_service(settings, gather)))


def _breach(settings: Settings, options: Any) -> int:
    async def report() -> str:
        now = clock.now()
        scope = breach.Scope(
            options.since, options.until or now, options.account, options.village, options.office
        )
        return await breach.report(scope, now, contacts=options.contacts)

    return _tell(lambda: asyncio.run(_with_service(settings, report)))


def _run(settings: Settings, options: Any) -> int:
    serve(settings, options.port)
    return 0


def _demo(settings: Settings, options: Any) -> int:
    print(asyncio.run(_with_service(settings, demo.fill)), flush=True)
    serve(settings, options.port)
    return 0


def _migrate(settings: Settings, _options: Any) -> int:
    async def nothing() -> str:
        return "Database is up to date."

    print(asyncio.run(_with_service(settings, nothing)))
    return 0


def _tick(settings: Settings, _options: Any) -> int:
    async def once() -> str:
        return await scheduler.tick(clock.now())

    print(asyncio.run(_with_service(settings, once)))
    return 0


def _invite(settings: Settings, options: Any) -> int:
    async def create() -> str:
        village = await founding.village_named(options.village)
        roles = frozenset(Role(role) for role in options.roles)
        office = founding.office_card().id
        token = await accounts.invite(office, options.name, options.login, roles, clock.now(), village)
        return f"{settings.base_url}/undangan/{token}"

    print(asyncio.run(_with_service(settings, create)))
    return 0


def _regain(settings: Settings, options: Any) -> int:
    async def renew() -> str:
        return f"{settings.base_url}/undangan/{await staffing.regain(options.login, clock.now())}"

    try:
        print(asyncio.run(_with_service(settings, renew)))
    except Refused as no:
        print(no.message, file=sys.stderr)
        return 1
    return 0


def _check(settings: Settings, _options: Any) -> int:
    async def look() -> str:
        return "\n".join(await scheduler.self_check(clock.now()))

    troubles = asyncio.run(_with_service(settings, look))
    print(troubles or "Everything is in order.")
    return 1 if troubles else 0


if __name__ == "__main__":
    sys.exit(main())

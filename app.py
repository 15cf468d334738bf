"""Loket: the KTP-el service of a kecamatan. `python app.py --help` lists what it can do."""

import argparse
import asyncio
import ctypes
import logging
import os
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from functools import partial
from typing import Any, cast

import uvicorn
from litestar import Litestar
from litestar.di import Provide

import models  # noqa: F401  (first: it chooses the SQLite library)
from components import accounts, clock, demo, founding, logs, pictures, relay, scheduler, staffing
from components.kit import Kit, install
from components.refusals import Refused
from components.settings import BadSettings, Settings, from_environment
from components.storage import Store
from components.vault import load_vault
from models import db
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
    return parser


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

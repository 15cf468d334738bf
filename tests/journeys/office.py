"""The office of a journey: its data, its address and its mail outlive every start and stop of the service."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.journeys.browser import ROOT, PostOffice, Server, free_port, running_server, smtp_server
from tests.journeys.people import everybody
from tests.support.forked import Forked


@dataclass(frozen=True)
class Office:
    """One installation. To let time pass, stop the service and open it again at a later moment."""

    data: Path
    port: int
    post: PostOffice

    @property
    def home(self) -> str:
        """The address people reach it at."""
        return f"http://127.0.0.1:{self.port}"

    def open_at(self, moment: str) -> AbstractAsyncContextManager[Server]:
        """The service, running from this moment on: open_at("2026-11-23T09:00")."""
        return running_server(self.data, clock=wib(moment), smtp_url=self.post.url, port=self.port)

    async def invite(self, moment: str, login: str, name: str, *roles: str) -> str:
        """Create an account from the command line; the one-time link that it prints [M3]."""
        return await self.run(moment, "app.py", "invite", login, name, *roles)

    async def hours_pass(self, since: str, until: str) -> None:
        """Let the scheduler work through this time as it does while the service runs."""
        await self.run(since, "-m", "tests.journeys.hours", wib(since), wib(until))

    def closes(self) -> None:
        """Nothing came by mail that nobody expected, nothing twice, and the logs name nobody. After the last stop."""
        assert [str(message["subject"]) for message in self.post.messages] == []
        logged = "".join(log.read_text("utf-8") for log in self.data.glob("server-*.log"))
        assert [person.key for person in everybody() if person.is_told_by(logged)] == []

    async def run(self, moment: str, *words: str) -> str:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
        own = {
            "LOKET_DATA": str(self.data),
            "LOKET_MODE": "test",
            "LOKET_CLOCK": wib(moment),
            "LOKET_SMTP_URL": self.post.url,
            "PORT": str(self.port),
        }
        run = _forked if words[0] == "-m" else _started
        code, out, err = await run(words, {**inherited, **own})
        assert code == 0, err[-3000:]
        assert "Traceback" not in err, err[-3000:]
        return out.strip()


Ended = tuple[int | None, str, str]
"""Code, answers and errors of a program."""


async def _started(words: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """A command of the service, by a Python of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    return process.returncode, out.decode(), err.decode()


async def _forked(words: Sequence[str], environment: Mapping[str, str]) -> Ended:
    """A module that prepares a journey: no part of what is proven, so it need not import the service anew."""
    with TemporaryDirectory(prefix="loket-run-") as folder:
        answers, errors = Path(folder) / "answers", Path(folder) / "errors"
        code = await Forked(words[2:], environment, errors, module=words[1], answers=answers).wait()
        return code, answers.read_text("utf-8"), errors.read_text("utf-8")


def wib(moment: str) -> str:
    """2026-11-23T09:00 as a moment in WIB."""
    return f"{moment}:00+07:00"


@asynccontextmanager
async def office_with_mail(data: Path) -> AsyncIterator[Office]:
    """An office that has not opened yet, and the post office it sends through."""
    async with smtp_server() as post:
        yield Office(data, free_port(), post)

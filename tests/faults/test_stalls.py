"""A phone that stops in the middle, against the whole application: by uploads' own limit, and by the server's [P5]."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

import pytest
import uvicorn

from components import clock, inflow, sessions
from components.kit import Kit, kit
from models.application import Page
from routes.connections import Limits, protocol
from routes.tus import PIECE_TYPE
from tests.faults.raw import Answer, over_socket
from tests.journeys.browser import free_port
from tests.support.drafts import begun
from tests.support.killable import Phone
from tests.support.service import bare_app
from tests.support.tus import Sender, picture

pytestmark = pytest.mark.timeout(60)


@asynccontextmanager
async def listening(limits: Limits) -> AsyncIterator[int]:
    """The application on a port, with these limits; in this process, on the open service."""
    port = free_port()
    config = uvicorn.Config(
        cast(Any, bare_app()), port=port, http=cast(Any, protocol(limits)), log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        await _until_it_answers(port)
    try:
        yield port
    finally:
        server.should_exit = True
        await running


async def _until_it_answers(port: int) -> None:
    for _ in range(1000):
        try:
            await over_socket(port, f"GET /sehat HTTP/1.1\nHost: 127.0.0.1:{port}\nConnection: close")
        except ConnectionError:
            await asyncio.sleep(0.02)
        else:
            return


async def a_sender() -> Sender:
    """Somebody let into a new draft."""
    now = clock.now()
    draft = await begun(now=now)
    cookie = await sessions.let_in(draft.id, now)
    return Sender(draft.number, cookie, kit().vault.index(cookie, "form")[:32])


async def half_sent(port: int, sender: Sender, place: str, content: bytes, half: int) -> Answer:
    """What is heard by who announces all of it, sends half, and then waits."""
    said = {
        **sender.headers,
        "Host": f"127.0.0.1:{port}",
        "Content-Type": PIECE_TYPE,
        "Content-Length": str(len(content)),
        "Upload-Offset": "0",
    }
    lines = "\n".join(f"{name}: {value}" for name, value in said.items())
    return await over_socket(port, f"PATCH {place} HTTP/1.1\n{lines}", content[:half])


@pytest.mark.parametrize(
    ("own", "server", "status", "words"),
    [(0.3, 30.0, 503, "Tidak ada kiriman selama satu menit."), (30.0, 0.3, 408, "berhenti di tengah jalan")],
    ids=["uploads notice first", "the server notices first"],
)
async def test_a_stalled_upload_keeps_what_came(
    service: Kit, monkeypatch: pytest.MonkeyPatch, own: float, server: float, status: int, words: str
) -> None:
    """Whoever notices: an answer, every byte that came is safe, and the rest makes the document."""
    monkeypatch.setattr(inflow, "STALLED", own)
    sender, content = await a_sender(), picture(400_000)
    async with listening(Limits(body=server, look=0.05)) as port:
        phone = Phone(port, sender)
        place = await phone.begin(len(content))
        answer = await half_sent(port, sender, place, content, 150_000)
        assert answer.status == status
        assert words in answer.text
        assert answer.headers["connection"] == ["close"]
        assert await phone.offset(place) == 150_000
        assert await phone.send(place, 150_000, content) == 204
        await phone.close()
    page = await Page.objects().first()
    assert page is not None
    assert page.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    "content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
async def test_a_stalled_form_is_answered(
    service: Kit, content_type: str, caplog: pytest.LogCaptureFixture
) -> None:
    """No form waits for ever; nothing of it is done, and it is no fault of ours."""
    sender = await a_sender()
    async with listening(Limits(body=0.3, look=0.05)) as port:
        head = (
            f"POST /permohonan/{sender.number}/berkas/old_card HTTP/1.1\nHost: 127.0.0.1:{port}\n"
            f"Sec-Fetch-Site: same-origin\nCookie: sesi={sender.cookie}\nContent-Type: {content_type}\n"
            "Content-Length: 5000"
        )
        answer = await over_socket(port, head, b"--x\r\nContent-Disp")
        assert answer.status == 408
        assert "kirim lagi" in answer.text
    assert [record for record in caplog.records if record.levelname in ("ERROR", "CRITICAL")] == []
    assert await Page.count() == 0

"""A folder as a site: `python -m tests.load.line_pages FOLDER PORT`. Text goes out in brotli, as packages ship it."""

import mimetypes
import sys
from pathlib import Path
from typing import Any

import brotli
import uvicorn

_TEXT = ("text/", "application/json", "image/svg", "application/javascript")
_SMALL = 1024
"""Bytes below which compressing gains nothing worth having."""

Answer = tuple[bytes, list[tuple[bytes, bytes]]]


def _answer(file: Path) -> Answer:
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    if file.suffix == ".mjs":
        kind = "text/javascript"
    body = file.read_bytes()
    headers = [(b"content-type", kind.encode())]
    if kind.startswith(_TEXT) and len(body) > _SMALL:
        body = brotli.compress(body, quality=11)
        headers.append((b"content-encoding", b"br"))
    if file.name != "index.html":
        headers.append((b"cache-control", b"public, max-age=31536000"))
    return body, [*headers, (b"content-length", str(len(body)).encode())]


def site(folder: Path) -> Any:
    """An ASGI application that answers with what lies in the folder now."""
    known = {f"/{file.relative_to(folder)}": _answer(file) for file in folder.rglob("*") if file.is_file()}
    known["/"] = known["/index.html"]

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        body, headers = known.get(scope["path"], (b"", [(b"content-length", b"0")]))
        status = 200 if scope["path"] in known else 404
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return answer


def main() -> None:
    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    uvicorn.run(site(folder), host="127.0.0.1", port=port, log_level="warning", lifespan="off")


if __name__ == "__main__":
    main()

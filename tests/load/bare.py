"""The least a request costs here: one text handler, served as app.py serves: `python -m tests.load.bare PORT`."""

import sys

import uvicorn
from litestar import Litestar, get


@get("/", media_type="text/plain")
async def text() -> str:
    """A few bytes."""
    return "ok\n"


if __name__ == "__main__":
    uvicorn.run(
        Litestar([text], openapi_config=None, debug=False, logging_config=None),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        http="h11",
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_keep_alive=30,
    )

"""What stands in front of each site as in a deployment: TLS and HTTP/2 by nginx, else the rig's TLS relay.

The relay speaks HTTP/1.1 only, so figures measured through it are worse and are marked.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.journeys.browser import ROOT
from tests.load.line_link import RIG
from tests.load.served import Process

_NGINX = """daemon off;
{user}worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/f;
  uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  ssl_certificate {chain}; ssl_certificate_key {key};
  # As docs/deployment.md tells offices to do, for every page alike; but the default of a minute would starve
  # parallel streams of the heavy pages on the slowest line.
  ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:all:1m; ssl_session_timeout 1d; ssl_buffer_size 4k;
  send_timeout 300; client_body_timeout 60; keepalive_timeout 30; reset_timedout_connection on;
  gzip off; http2_max_concurrent_streams 32; client_max_body_size 25m;
  proxy_http_version 1.1; proxy_request_buffering off; proxy_read_timeout 75; proxy_send_timeout 75;
  proxy_set_header Host $http_host; proxy_set_header Connection "";
  proxy_set_header X-Forwarded-For $remote_addr; proxy_set_header X-Forwarded-Proto https;
{servers}}}
"""
_SERVER = """  server {{ listen {address}:{port} ssl http2; location / {{ proxy_pass http://127.0.0.1:{behind}; }} }}
"""


@dataclass(frozen=True)
class Front:
    """kind: what it is, in words. certificate: the chain that phones are told to trust."""

    kind: str
    certificate: Path


def certificates(folder: Path) -> tuple[Path, Path]:
    """(chain, key) of the rig's throw-away authority, made when missing."""
    sys.path.insert(0, str(RIG))
    try:
        import rigca  # type: ignore[import-not-found,unused-ignore]
    finally:
        sys.path.remove(str(RIG))
    chain, key, _ = rigca.ensure(str(folder))
    return Path(chain), Path(key)


@asynccontextmanager
async def running(
    *command: str, port: int, ready: str = "", host: str = "127.0.0.1", log: Path, **wanted: str
) -> AsyncIterator[Process]:
    """A server from its first answer (to `ready`, or to a connection alone) to its end.

    Raises RuntimeError with its log when it ends early or is not ready within 30 seconds.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
    with log.open("ab") as out:
        child = await asyncio.create_subprocess_exec(
            *command, cwd=ROOT, env={**inherited, **wanted}, stdin=asyncio.subprocess.DEVNULL,
            stdout=out, stderr=out,
        )  # fmt: skip
    try:
        for _ in range(600):
            if child.returncode is not None or await _ready(host, port, ready):
                break
            await asyncio.sleep(0.05)
        if child.returncode is not None or not await _ready(host, port, ready):
            raise RuntimeError(f"{command[0]} is not ready (exit {child.returncode}):\n{_end_of(log)}")
        yield Process(child.pid, port, 0.0)
    finally:
        if child.returncode is None:
            child.terminate()
        await child.wait()


def _end_of(log: Path) -> str:
    return log.read_text(errors="replace")[-2000:]


async def _ready(host: str, port: int, path: str) -> bool:
    try:
        if not path:
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return True
        # By a name that every host check knows: the site's own may be another one.
        async with httpx.AsyncClient(trust_env=False) as client:
            answer = await client.get(f"http://{host}:{port}{path}", headers={"Host": "localhost"})
            return answer.status_code == 200
    except (OSError, httpx.TransportError):
        return False


def _command(
    folder: Path, authority: Path, chain: Path, key: Path, address: str, sites: Mapping[int, int]
) -> tuple[list[str], str]:
    """(how it is started, what it is)."""
    folder.mkdir()
    nginx = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not nginx:
        pairs = [f"{port}={behind}" for port, behind in sites.items()]
        relay = [sys.executable, "-m", "tests.load.line_relay", str(RIG), str(authority), address, *pairs]
        return relay, "the rig's TLS relay, HTTP/1.1: nginx is not installed"
    servers = "".join(_SERVER.format(address=address, port=p, behind=b) for p, b in sites.items())
    config = folder / "nginx.conf"
    user = "user root;\n" if os.geteuid() == 0 else ""
    config.write_text(_NGINX.format(folder=folder, chain=chain, key=key, servers=servers, user=user))
    return [nginx, "-p", str(folder), "-e", str(folder / "nginx.log"), "-c", str(config)], "nginx, HTTP/2"


@asynccontextmanager
async def front(
    folder: Path, authority: Path, address: str, sites: Mapping[int, int]
) -> AsyncIterator[Front]:
    """TLS at `address` on the ports of `sites`, each handed on to its port on loopback."""
    chain, key = certificates(authority)
    command, kind = _command(folder, authority, chain, key, address, sites)
    first = next(iter(sites))
    async with running(*command, port=first, host=address, log=folder / "front.log"):
        yield Front(kind, chain)

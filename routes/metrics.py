"""Figures for the keeper of the machine: /metrik [M4]. For this machine and the networks that settings name."""

from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from litestar import Response, get
from litestar.di import NamedDependency

from components import metrics
from components.kit import kit
from components.refusals import Missing
from routes.guards import public
from routes.origins import Headers
from routes.visit import Visit

_FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@get("/metrik", guards=[public])
async def figures(visit: NamedDependency[Visit]) -> Response[bytes]:
    """In the text format of Prometheus. Raises Missing for everybody else, as an address that there is not."""
    if not _may_ask(visit):
        raise Missing
    headers = {"Cache-Control": "no-store"}
    return Response(await metrics.text(visit.now), media_type=metrics.CONTENT_TYPE, headers=headers)


def _may_ask(visit: Visit) -> bool:
    """Only who asks this process directly: through a proxy everybody looks like the machine the proxy runs on.

    A proxy is known by what it forwards, or, from this very machine, by the public name it was asked for.
    """
    settings = kit().settings
    headers = Headers(visit.request.scope)
    if any(headers.all(name) for name in _FORWARDED):
        return False
    client = visit.request.scope.get("client")
    try:
        address = ip_address(client[0]) if client else None
    except ValueError:
        return False
    if address is None or not any(address in ip_network(one) for one in settings.metrics_from):
        return False
    by_public_name = headers.one(b"host") == settings.host
    return not (
        address.is_loopback and by_public_name and urlsplit(settings.base_url).hostname not in _LOOPBACK
    )


HANDLERS = (figures,)

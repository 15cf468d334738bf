"""What anybody may read: front page, menu, privacy, static files; and whether the service is well."""

from collections.abc import Iterable
from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import obstacles, publishing, scheduler, services, stock, terms
from components.assets import Asset
from components.founding import office_card
from components.refusals import Missing
from components.rendering import assets
from components.services import Offer
from components.wording import SERVICE_WORDS
from models.db import DatabaseProblem
from models.rules.catalogue import CATALOGUE, Service
from models.rules.keeping import BOUNDS
from routes.guards import public
from routes.origins import Headers
from routes.policy import landing_policy
from routes.shelf import lands, saves_data, share
from routes.visit import Visit

_FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
SHOW_AND_ASK = "max-age=300, stale-while-revalidate=604800"
"""For pages that hardly ever change: shown at once from the phone, looked up again behind them."""
_MAY_BE_OLD = 2.0
"""Seconds that one process answers with the same page without looking whether it still holds."""
_MENU = "/pengajuan/ktp"
_ONLY_ONE = f"{_MENU}/{CATALOGUE[Service.BIOMETRIC].slug}"
"""Where "Ajukan sekarang" leads while there is nothing to choose from."""
_NEVER_KEPT = {"Cache-Control": "no-store"}

Raw = Response[bytes]


def asset_answer(visit: Visit, asset: Asset, headers: dict[str, str]) -> Raw:
    content, coding = asset.fitting(visit.request.headers.get("accept-encoding", ""))
    told = {"Vary": "Accept-Encoding", **headers}
    if coding:
        told["Content-Encoding"] = coding
    kind = asset.content_type
    if kind.startswith("text/"):  # to these the framework adds the character set by itself
        kind = kind.removesuffix("; charset=utf-8")
    return Response(content, media_type=kind, headers=told)


def published_answer(visit: Visit, template: str, kept: str, **values: Any) -> Raw:
    """A page that is the same for everybody; the gate hands it out again, and 304 to a browser that still has it."""
    published = publishing.page(template, office_card(), **values)
    share(visit.request.scope, _MAY_BE_OLD)
    headers = {
        "Cache-Control": kept,
        "ETag": published.etag,
        # In both forms: a browser may keep the one, and be told by the other's headers that it is still good.
        "Content-Security-Policy": landing_policy(published.style),
    }
    return asset_answer(
        visit, published.landing if lands(Headers(visit.request.scope)) else published.linked, headers
    )


def prepare() -> None:
    """Files and pages compressed before the first visitor asks: he would wait for it half a second and more."""
    card = office_card()
    publishing.page("public/home.html", card, blanks_out=False, obstacles=(), sparing=False, begin=_ONLY_ONE)
    publishing.page("public/accessibility.html", card)
    publishing.page("complaints/overview.html", card)
    publishing.page(
        "public/privacy.html", card, **{str(term): usual for term, (usual, _, _) in BOUNDS.items()}
    )


@get("/", guards=[public])
async def home(visit: NamedDependency[Visit]) -> Raw:
    """The front page; it says what stands in the way, and that card blanks are out [F1, T1, S2, M2]."""
    office_id = office_card().id
    out = await stock.blanks_are_out(office_id)
    hindering = await obstacles.published(office_id, visit.now)
    sparing = saves_data(Headers(visit.request.scope))
    return published_answer(
        visit,
        "public/home.html",
        ASK_AGAIN,
        blanks_out=out,
        obstacles=hindering,
        sparing=sparing,
        begin=_MENU if await services.others_on(office_id) else _ONLY_ONE,
    )


@get(["/pengajuan", _MENU], guards=[public])
async def menu(visit: NamedDependency[Visit]) -> Raw:
    """The menu Pengajuan > KTP, by the words of the standard [P4]; what is switched off is not on it."""
    entries = _entries(await services.offers(office_card().id))
    return published_answer(visit, "public/menu.html", ASK_AGAIN, entries=entries)


def _entries(offers: Iterable[Offer]) -> tuple[tuple[str, str, str], ...]:
    """Of each service that is on: its words in the menu, what it is, and the last part of its address."""
    return tuple(
        (offer.entry.menu[-1], SERVICE_WORDS[offer.entry.service], offer.entry.slug)
        for offer in offers
        if offer.on
    )


@get("/data-anda", guards=[public])
async def privacy(visit: NamedDependency[Visit]) -> Raw:
    """Which data is kept, why, how long, and whom to ask."""
    days = await terms.of_office(office_card().id)
    return published_answer(
        visit, "public/privacy.html", SHOW_AND_ASK, **{str(term): number for term, number in days.items()}
    )


@get("/aksesibilitas", guards=[public])
async def accessibility(visit: NamedDependency[Visit]) -> Raw:
    """For whom the pages are made to work, what was tried, and the way without them."""
    return published_answer(visit, "public/accessibility.html", SHOW_AND_ASK)


@get("/static/{path:path}", guards=[public])
async def static(visit: NamedDependency[Visit], path: FromPath[str]) -> Raw:
    """A static file; under its hashed name it may be kept for ever."""
    return _static(visit, path.lstrip("/"))


@get("/robots.txt", guards=[public])
async def robots(visit: NamedDependency[Visit]) -> Raw:
    """What search engines leave alone."""
    return _static(visit, "robots.txt")


@get("/favicon.ico", guards=[public])
async def favicon(visit: NamedDependency[Visit]) -> Raw:
    """For browsers that ask without reading the page."""
    return _static(visit, "favicon.svg")


def _static(visit: Visit, name: str) -> Raw:
    asset = assets().find(name)
    if asset is None:
        raise Missing
    share(visit.request.scope)
    kept = _FOR_EVER if assets().is_hashed(name) else ASK_AGAIN
    return asset_answer(visit, asset, {"Cache-Control": kept, "ETag": asset.etag})


@get("/sehat", guards=[public])
async def alive() -> Response[str]:
    """The process answers; an answer that was kept would say nothing."""
    return Response("ok\n", media_type="text/plain", headers=_NEVER_KEPT)


@get("/sehat/siap", guards=[public])
async def ready() -> Response[str]:
    """The process can serve: its database answers. And when the scheduler was last at work, in UTC [P7]."""
    try:
        beat = await scheduler.last_beat()
    except DatabaseProblem:
        return Response("database\n", status_code=503, media_type="text/plain", headers=_NEVER_KEPT)
    said = f"ok\nscheduler: {f'{beat:%Y-%m-%dT%H:%M:%SZ}' if beat else 'never'}\n"
    return Response(said, media_type="text/plain", headers=_NEVER_KEPT)


HANDLERS = [home, menu, privacy, accessibility, static, robots, favicon, alive, ready]

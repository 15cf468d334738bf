"""Help for members of staff, a page for each role: /bantuan/petugas [M3]."""

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler

from components.staff_help import GUIDES, Guide
from routes.guards import STAFF, only
from routes.visit import Html, Visit

ROOM = "/bantuan/petugas"


@get(ROOM, guards=[STAFF])
async def own(visit: NamedDependency[Visit]) -> Html:
    """The page of the first role that somebody holds."""
    return visit.go(f"{ROOM}/{next(guide.slug for guide in GUIDES if visit.actor.holds(guide.role))}")


def _page_of(guide: Guide) -> HTTPRouteHandler:
    @get(f"{ROOM}/{guide.slug}", guards=[only(guide.role)], name=f"help for {guide.slug}")
    async def page(visit: NamedDependency[Visit]) -> Html:
        """What this role does in a day, its keys, and what to do when something fails."""
        others = [one for one in GUIDES if visit.actor.holds(one.role)]
        return visit.page("help/staff.html", guide=guide, guides=others)

    return page


HANDLERS = (own, *(_page_of(guide) for guide in GUIDES))

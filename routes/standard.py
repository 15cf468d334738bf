"""The published standard with its live figures: /standar [M1, M2, M3, M4, M5, F1, T1, O1, C1, G1, S1, S2, E1, E2]."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import standard, standard_figures, standard_words
from components.founding import office_card
from components.refusals import Missing
from components.standard import Text
from models.rules.calendar import wib_day
from models.rules.standard import Component
from routes.guards import public
from routes.public import ASK_AGAIN, Raw, published_answer
from routes.visit import Visit


async def _texts(visit: Visit) -> tuple[Text, ...]:
    return await standard.texts(office_card().id, wib_day(visit.now))


@get("/standar", guards=[public])
async def overview(visit: NamedDependency[Visit]) -> Raw:
    """All fourteen components, each a page of its own, with what the office reaches beside what it promises."""
    facts = standard_words.facts(office_card())
    return published_answer(
        visit,
        "standard/overview.html",
        ASK_AGAIN,
        texts=await _texts(visit),
        lines=await standard_figures.lines(office_card().id, visit.now),
        promise=facts["janji"],
        fee=facts["biaya"],
    )


@get("/standar/cetak", guards=[public])
async def whole(visit: NamedDependency[Visit]) -> Raw:
    """The whole standard on paper; it says what is promised, and no figures that are old tomorrow."""
    texts = await _texts(visit)
    pages = tuple(standard.html(text.body, office_card(), below=2) for text in texts)
    return published_answer(visit, "standard/whole.html", ASK_AGAIN, texts=texts, pages=pages)


@get("/standar/{component:str}", guards=[public])
async def one(visit: NamedDependency[Visit], component: FromPath[str]) -> Raw:
    """One component."""
    chosen = component_of(component)
    lines = await standard_figures.lines(office_card().id, visit.now)
    own = tuple(line for line in lines if line.component is chosen)
    texts = await _texts(visit)
    place = tuple(Component).index(chosen)
    return published_answer(
        visit,
        "standard/component.html",
        ASK_AGAIN,
        text=texts[place],
        html=standard.html(texts[place].body, office_card()),
        lines=own,
        before=texts[place - 1] if place else None,
        after=texts[place + 1] if place + 1 < len(texts) else None,
    )


def component_of(slug: str) -> Component:
    """Raises Missing for a component that there is not."""
    try:
        return Component(slug)
    except ValueError:
        raise Missing from None


HANDLERS = (overview, whole, one)

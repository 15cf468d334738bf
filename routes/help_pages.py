"""Help for citizens: /bantuan, a small page for each question [P5, P11, F1, C1]."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath

from components.help_topics import TOPICS
from components.refusals import Missing
from routes.guards import public
from routes.public import SHOW_AND_ASK, Raw, published_answer
from routes.visit import Visit


@get("/bantuan", guards=[public])
async def overview(visit: NamedDependency[Visit]) -> Raw:
    """Every question, and who helps."""
    return published_answer(visit, "help/overview.html", SHOW_AND_ASK, topics=TOPICS)


@get("/bantuan/{topic:str}", guards=[public])
async def one(visit: NamedDependency[Visit], topic: FromPath[str]) -> Raw:
    """One question and its answer."""
    chosen = next((one for one in TOPICS if one.slug == topic), None)
    if chosen is None:
        raise Missing
    return published_answer(visit, "help/topic.html", SHOW_AND_ASK, topic=chosen)


HANDLERS = (overview, one)

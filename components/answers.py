"""A form sent twice is acted on once: double clicks, retries on a weak line, the back button.

And what a page sent before it was closed, but came after that word, is not acted on at all.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from components.kit import kit
from components.refusals import Refused
from models.db import Prepared, UniqueViolation, transaction
from models.system import Answer

KEPT_FOR = timedelta(days=7)


async def once(key: str, sent: str, now: datetime, work: Callable[[], Awaitable[str]]) -> str:
    """Do `work` in one transaction and remember the path it answers with; the same form again gets that path.

    key: from the form's hidden field; empty means the form has none and is simply done. sent: all that was
    sent, of which only a keyed hash is kept. Raises Refused when the key comes back with other content.
    """
    if not key:
        async with transaction():
            return await work()
    digest = kit().vault.index(sent, "answer")
    given = await _given(key, digest)
    if given is not None:
        return given
    try:
        async with transaction():
            answer = Answer(key=key, digest=digest, location="", given_at=now)
            await answer.save()
            location = await work()
            await Answer.update({Answer.location: location}).where(Answer.key == key)
            return location
    except UniqueViolation:
        given = await _given(key, digest)
        if given is None:
            raise
        return given


_GIVEN = Prepared(lambda key: Answer.select(Answer.digest, Answer.location).where(Answer.key == key))


async def _given(key: str, digest: str) -> str | None:
    answer = await _GIVEN.first(key)
    if answer is None:
        return None
    if answer["digest"] != digest:
        raise Refused(
            "Formulir ini sudah dikirim dengan isi lain. Muat ulang halaman untuk melihat hasilnya."
        )
    return str(answer["location"])


async def close_page(key: str, now: datetime) -> None:
    """Remember that the page whose form has this key was left. An empty key names no page."""
    if key:
        row = Answer(key=_closed(key), digest="", location="", given_at=now)
        await Answer.insert(row).on_conflict(target=Answer.key, action="DO NOTHING")


async def page_is_closed(key: str) -> bool:
    """Whether close_page() was told of it."""
    return bool(key) and await Answer.exists().where(Answer.key == _closed(key))


def _closed(key: str) -> str:
    """Beside the form's own key, under which a decision may still be on its way."""
    return kit().vault.index(key, "closed page")


async def forget_old(now: datetime) -> None:
    """Remove answers nobody will ask for again."""
    await Answer.delete().where(Answer.given_at < now - KEPT_FOR)

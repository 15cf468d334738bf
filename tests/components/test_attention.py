"""What a supervisor is told of the day: mass viewing and jumps in the queue [G2, M4]."""

import asyncio
from datetime import timedelta

import pytest

from components import attention, history, looks, mail, notifications, outbox
from components.actors import Actor
from components.attention import MANY_LOOKS
from components.kit import Kit
from components.looks import Size
from components.refusals import Missing
from models.application import Application, Page
from models.history import Event
from models.notification import Message
from models.rules.thresholds import Thresholds
from models.rules.workflow import Role
from tests.support.cases import an_application
from tests.support.desk import a_file, opened
from tests.support.service import MONDAY, member_of_staff

IN_AN_HOUR, IN_A_DAY = Thresholds().looks_an_hour, Thresholds().looks_a_day
A_SECOND = timedelta(seconds=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
async def operator(service: Kit) -> Actor:
    return await member_of_staff(Role.OPERATOR)


async def looked_before(by: Actor, files: int, minutes_ago: int) -> None:
    """This officer saw a scan of so many other files, then."""
    at = MONDAY - timedelta(minutes=minutes_ago)
    for _ in range(files):
        row = await an_application()
        await history.record(row.id, attention.LOOK, by, Role.OPERATOR, at)


async def look(application: Application, by: Actor, hours: int = 0, size: Size = Size.SCREEN) -> None:
    """Every page of the file, as the desk shows it; what is recorded, not the pictures."""
    now = MONDAY + hours * AN_HOUR
    for page in await Page.objects().where(Page.document.application == application.id):
        await looks.record(await looks.find(application, page.id, size, by, now), by, now)


async def alerts() -> list[str]:
    events = await Event.select(Event.details).where(Event.act == MANY_LOOKS)
    return [event["details"] for event in events]


async def test_the_sixty_first_file_within_an_hour_is_told(operator: Actor) -> None:
    """Sixty files are a busy hour, whatever is opened of each; one more is told, and nothing is refused."""
    supervisor = await member_of_staff(Role.SUPERVISOR)
    await looked_before(operator, 1, 60)
    await looked_before(operator, IN_AN_HOUR - 1, 59)
    sixtieth, one_more = await a_file(), await a_file()
    await look(sixtieth, operator)
    await look(sixtieth, operator, size=Size.FULL)
    assert await alerts() == []
    await look(one_more, operator)
    assert await alerts() == ['{"files": 61, "within": "hour"}']
    (notice,) = await attention.today(supervisor, MONDAY)
    assert (notice.officer, notice.number, notice.files) == (operator.name, one_more.number, IN_AN_HOUR + 1)
    assert await history.broken_at(one_more.id) is None


async def test_supervisors_are_told_by_mail_without_a_name(operator: Actor) -> None:
    """M4: every supervisor of the office who has an address, in an e-mail that only they see in the outbox."""
    supervisor = await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")
    await member_of_staff(Role.SUPERVISOR, login="kasi")
    await member_of_staff(Role.COUNTER, login="loket@krian.test")
    await looked_before(operator, IN_AN_HOUR, 1)
    file = await a_file()
    await look(file, operator)
    (message,) = await Message.objects()
    assert notifications.recipient_of(message) == "camat@krian.test"
    body = notifications.body_of(message)
    assert "seorang petugas membuka dokumen 61 berkas dalam satu jam" in body
    assert "http://loket.test/pertanyaan" in body
    assert not any(private in body + message.subject for private in (operator.name, file.number, file.name))
    assert await mail.deliver_due(MONDAY) == 1
    seen = [await outbox.overview(by, MONDAY) for by in (supervisor, operator)]
    assert [[(line.number, line.kind) for line in box.done] for box in seen] == [[("", "many_looks")], []]


async def test_an_officer_is_told_of_once_a_day(operator: Actor) -> None:
    """Looking on does not drown the supervisor, on the page or by mail; tomorrow counts anew."""
    await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")
    await looked_before(operator, IN_AN_HOUR, 1)
    one, two = await a_file(), await a_file()
    await asyncio.gather(*(look(file, operator) for file in (one, two)))
    assert len(await alerts()) == await Message.count() == 1
    await look(one, operator, hours=24)
    assert len(await alerts()) == await Message.count() == 1
    assert await attention.today(await member_of_staff(Role.SUPERVISOR), MONDAY + 24 * AN_HOUR) == []


async def test_a_whole_day_has_a_budget_of_its_own(operator: Actor) -> None:
    """Three hundred files spread over the hours of one day."""
    for hour in range(1, 6):
        await looked_before(operator, IN_A_DAY // 5, 1 + hour * 61)
    await look(await a_file(), operator)
    assert await alerts() == ['{"files": 301, "within": "day"}']


async def test_thumbnails_and_other_officers_do_not_count(operator: Actor) -> None:
    """What cannot be read is no look; each officer has an own budget."""
    colleague = await member_of_staff(Role.OPERATOR, login="rekan")
    await looked_before(colleague, IN_AN_HOUR, 1)
    file = await a_file()
    await look(file, colleague, size=Size.SMALL)
    await look(file, operator)
    assert await alerts() == []


async def test_jumps_are_told_with_their_reasons(operator: Actor) -> None:
    """G2: of today, newest first, to the supervisor alone."""
    _, second, third = [await a_file() for _ in range(3)]
    await opened(second, operator, MONDAY, "Pemohon sakit keras.")
    await opened(third, operator, MONDAY + A_SECOND, "Diminta RSUD Sidoarjo.")
    supervisor = await member_of_staff(Role.SUPERVISOR)
    told = [
        (one.number, one.reason, one.files) for one in await attention.today(supervisor, MONDAY + AN_HOUR)
    ]
    assert told == [(third.number, "Diminta RSUD Sidoarjo.", 0), (second.number, "Pemohon sakit keras.", 0)]
    assert await attention.today(supervisor, MONDAY + 24 * AN_HOUR) == []
    with pytest.raises(Missing):
        await attention.today(operator, MONDAY)

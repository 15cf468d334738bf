"""The light letter beside the plain text, and the calendar file with it [G4, P8]."""

import re
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from html import unescape
from typing import Any

import icalendar
import pytest

from components import bookings, casework, mail, notifications
from components.kit import Kit, install, kit
from models.application import Application
from models.notification import Message
from models.rules.messages import Kind
from models.rules.workflow import Act, State
from tests.support.cases import holder
from tests.support.outbox import plain, reachable, with_appointment
from tests.support.relay import relay
from tests.support.service import MONDAY

_REMOTE = re.compile(r"(?:src|background|srcset)=|url\(|@import|<(?:img|link|script|style|iframe|form)\b")


async def arrived(kind: Kind, **columns: Any) -> EmailMessage:
    """The mail of this kind as a mail server gets it."""
    row = await reachable(
        State.READY, whatsapp=False, ready_at=MONDAY, correction_due_at=MONDAY + timedelta(days=1), **columns
    )
    await with_appointment(row)
    await notifications.tell(kind, row, MONDAY)
    return await delivered()


async def delivered() -> EmailMessage:
    async with relay() as server:
        install(replace(kit(), settings=replace(kit().settings, smtp_url=server.url)))
        await Message.update({Message.due_at: MONDAY}).where(Message.state == "waiting")
        assert await mail.deliver_due(MONDAY) == 1
        return server.deliveries[0].message


def letter(mail: EmailMessage) -> str:
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def words_of(html: str) -> str:
    """What a reader of the letter reads, the link of its button after its words as in the plain text."""
    body = html.partition("<body")[2].partition(">")[2]
    linked = re.sub(r'<a href="([^"]+)"[^>]*>(.*?)</a>', r"\2: \1", body)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", linked)).split())


@pytest.mark.parametrize("news", [Kind.CORRECTION_ASKED, Kind.SCHEDULED, Kind.READY])
async def test_the_letter_says_what_the_text_says(service: Kit, news: Kind) -> None:
    """Word for word, with one button for the one link, and nothing that is fetched from elsewhere [G4]."""
    message = await arrived(news, decided_reason="- KK: <b>Terpotong</b> & buram.")
    html = letter(message)
    assert words_of(html) == " ".join(plain(message).split()).replace(" -- ", " ")
    assert html.count("<a ") == 1
    assert not _REMOTE.search(html)
    assert "<b>" not in html
    assert not re.search(r"\bclass=", html)
    assert 'content="light dark"' in html
    assert len(html.encode()) < 4_000


def calendar_in(message: EmailMessage) -> Any:
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part.get_filename() == "jadwal.ics"
    calendar: Any = icalendar.Calendar.from_ical(str(part.get_content()))
    assert part.get_param("method") == calendar["METHOD"]
    return calendar


async def test_an_appointment_comes_with_its_calendar_file(service: Kit) -> None:
    """And news about anything else without one [P8]."""
    calendar = calendar_in(await arrived(Kind.SCHEDULED))
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["SEQUENCE"], str(event["STATUS"])) == ("PUBLISH", 0, "CONFIRMED")
    assert event.decoded("DTSTART") == MONDAY + timedelta(days=3)


async def test_other_news_come_alone(service: Kit) -> None:
    assert list((await arrived(Kind.READY)).iter_attachments()) == []


async def test_an_appointment_taken_away_is_taken_out_of_the_calendar(service: Kit) -> None:
    """METHOD:CANCEL with the same UID and a higher SEQUENCE, when the applicant withdraws [P8]."""
    row = await reachable(State.SCHEDULED, whatsapp=False)
    await with_appointment(row)
    booking = await bookings.current(row.id)
    assert booking is not None
    row = await _withdrawn(row, booking)
    calendar = calendar_in(await delivered())
    (event,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["SEQUENCE"], str(event["STATUS"])) == ("CANCEL", 1, "CANCELLED")
    assert str(event["UID"]) == f"jadwal-{row.number}@loket.test"


async def _withdrawn(row: Application, booking: bookings.Booking) -> Application:
    await bookings.end(booking, "moved", MONDAY)
    return await casework.advance(row, Act.WITHDRAW, holder(row), MONDAY)

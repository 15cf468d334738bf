"""The mail that arrives: who it is to, what it says, and that it gives nothing away."""

import re
from dataclasses import dataclass

from tests.journeys.browser import PostOffice
from tests.journeys.people import Citizen, everybody


@dataclass(frozen=True)
class Letter:
    """One message as its reader sees it. link: where it asks to go."""

    subject: str
    text: str
    link: str


async def letter(office: PostOffice, reader: Citizen, subject: str) -> Letter:
    """The next letter whose subject holds these words: to its reader, without numbers, names and contacts [G4]."""
    message = await office.next(subject)
    assert message["to"] == reader.email
    body = message.get_body(("plain",))
    assert body is not None
    text = str(body.get_content())
    whole = f"{message['subject']}\n{text}"
    assert [person.key for person in everybody() if person.is_told_by(whole)] == []
    assert "Layanan ini gratis, Rp0." in text
    links = re.findall(r"http://\S+", text)
    assert len(links) == 1
    return Letter(str(message["subject"]), text, links[0])

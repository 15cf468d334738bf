"""What is told to whom, once, in the transaction of its step, without names and numbers of people [G4, P7, P8]."""

import asyncio
import re
from datetime import timedelta

import pytest

from components import casework, notifications
from components.access import keys_of
from components.actors import SYSTEM, Actor
from components.kit import Kit, kit
from components.refusals import Overtaken
from components.rendering import TEMPLATES
from components.vault import SealBroken
from models.account import Staff
from models.application import Application
from models.db import transaction
from models.history import Event
from models.notification import Message
from models.office import Village
from models.rules.messages import CAUSED_BY, RECALLED_BY, Kind, MessageChannel
from models.rules.workflow import STEPS, Act, Role, State
from tests.support.cases import NAME, NIK, fresh, holder, with_documents
from tests.support.outbox import EMAIL, PHONE, messages, reachable, text, to, told, with_appointment
from tests.support.service import MONDAY, member_of_staff

LINK = re.compile(r"https?://\S+")

SPOKEN = {
    "causes": ["camera", "power"],
    "promised_at": MONDAY,
    "expected_on": MONDAY.date(),
    "made": False,
    "offer": {"starts_at": MONDAY + timedelta(days=1), "until": MONDAY + timedelta(hours=2)},
}
"""What the texts about the promise and about earlier times speak of beside what all do."""


async def an_application_with_everything() -> Application:
    row = await reachable(
        State.RETURNED,
        promise_at=MONDAY + timedelta(days=2),
        correction_due_at=MONDAY + timedelta(days=1, hours=3),
        ready_at=MONDAY,
        finished_at=MONDAY,
        returned_at=MONDAY,
        decided_reason=f"- Kartu Keluarga (KK): Bagian bawah terpotong. NIK {NIK}, HP 0857 3634 9953.",
    )
    await with_documents(row)
    await with_appointment(row)
    return row


@pytest.mark.parametrize("news", Kind)
async def test_every_text_keeps_the_rules_of_writing(service: Kit, news: Kind) -> None:
    """Who speaks, the number, one link, no levy; no NIK, KK number, phone or name in any message [G4, F1, S2]."""
    row = await an_application_with_everything()
    await notifications.tell(news, row, MONDAY, values=SPOKEN)
    queued = await messages(row)
    assert [message.channel for message in queued] == ["email", "whatsapp"]
    for message in queued:
        body = text(message)
        assert body.startswith("Kecamatan Krian: ")
        assert row.number in body
        page = "survei/undangan" if news is Kind.SURVEY else "t"
        assert LINK.findall(body) == [f"http://loket.test/{page}/{_token(row)}"]
        assert "gratis, Rp0" in body
        assert "SMS 1708" in body
        said = body + message.subject
        for private in (NIK, "3515110302140000", "85736349953", "0857 3634", *NAME.split()):
            assert private.casefold() not in said.casefold().replace(_token(row).casefold(), "")
        assert "\n\n\n" not in body
        assert "None" not in said
        assert not re.search(r"[.,?][A-Z]", body.replace("F-1.02", ""))
        assert not re.search(r"[{}%]|!", body)
        assert message.subject.startswith(row.number)
        assert "\n" not in message.subject
    mail, whatsapp = (text(message) for message in queued)
    assert mail.startswith(whatsapp.rstrip("\n"))


def _token(row: Application) -> str:
    return keys_of(row).link


async def test_a_correction_says_when_what_and_what_fits(service: Kit) -> None:
    """The deadline as a day and an hour, the reasons per document, and what need not be sent again [P7]."""
    row = await an_application_with_everything()
    await notifications.tell(Kind.CORRECTION_ASKED, row, MONDAY)
    body = text((await messages(row))[0])
    assert "paling lambat Selasa, 24 November 2026, 12.00 WIB" in body
    assert "Kartu Keluarga (KK): Bagian bawah terpotong." in body
    assert "Sudah benar, tidak perlu dikirim lagi: KTP-el lama, Kartu Keluarga (KK), Formulir F-1.02." in body


async def test_an_appointment_says_when_where_and_what_to_bring(service: Kit) -> None:
    """Day, hour, place, queue number and the documents [P8]."""
    row = await an_application_with_everything()
    await notifications.tell(Kind.SCHEDULED, row, MONDAY)
    body = text((await messages(row))[0])
    assert "Waktu: Kamis, 26 November 2026, 09.00 WIB" in body
    assert "Tempat: Kecamatan Krian, Jl. Gubernur" in body
    assert "Nomor antrean: B-14" in body
    assert "Bawa yang asli: KTP-el lama, Kartu Keluarga (KK), Formulir F-1.02." in body


@pytest.mark.parametrize(
    ("means", "expected"),
    [
        ({"email": EMAIL, "phone": PHONE, "whatsapp": True}, ["email", "whatsapp"]),
        ({"email": EMAIL, "phone": PHONE, "whatsapp": False}, ["email"]),
        ({"email": "", "phone": PHONE, "whatsapp": True}, ["whatsapp"]),
        ({"email": "", "phone": PHONE, "whatsapp": False}, ["phone"]),
        ({"email": "", "phone": "", "whatsapp": False}, []),
    ],
)
async def test_people_are_told_by_the_means_they_gave(
    service: Kit, means: dict[str, object], expected: list[str]
) -> None:
    """E-mail is optional; where there is neither mail nor WhatsApp an officer calls, if it is worth it [G4]."""
    row = await reachable(**means)  # type: ignore[arg-type]
    await notifications.tell(Kind.READY, row, MONDAY)
    queued = await messages(row)
    assert [message.channel for message in queued] == expected
    assert [to(message) for message in queued] == [EMAIL if way == "email" else PHONE for way in expected]


async def test_small_news_are_not_worth_a_call(service: Kit) -> None:
    row = await reachable(email="", whatsapp=False)
    assert not await notifications.tell(Kind.RECEIVED, row, MONDAY)
    assert await messages(row) == []


async def test_in_a_village_the_registrar_is_told_too(service: Kit) -> None:
    """By e-mail, with an address that needs signing in, not with the citizen's link [P11, P12]."""
    village = (await Village.objects().first()).id  # type: ignore[union-attr]
    await member_of_staff(Role.REGISTRAR, village_id=village, login="reg@desa.test")
    await member_of_staff(Role.REGISTRAR, village_id=village, login="tanpa-email")
    left = await member_of_staff(Role.REGISTRAR, village_id=village, login="lama@desa.test")
    await member_of_staff(Role.REGISTRAR, village_id=village + 1, login="lain@desa.test")
    await Staff.update({Staff.disabled_at: MONDAY}).where(Staff.id == left.staff_id)
    row = await reachable(channel="village", village=village)
    await notifications.tell(Kind.READY, row, MONDAY)
    queued = await messages(row)
    assert [to(message) for message in queued] == [EMAIL, PHONE, "reg@desa.test"]
    assert LINK.findall(text(queued[2])) == [f"http://loket.test/permohonan/{row.number}"]
    assert "yang Anda bantu" in text(queued[2])


async def test_a_step_queues_its_message_and_falls_with_it(service: Kit) -> None:
    """Step, history and message stand or fall together; a refused step leaves none [G1, G4]."""
    row = await reachable(State.SUBMITTED)
    operator = await member_of_staff(Role.OPERATOR)
    history = await Event.count()
    with pytest.raises(ZeroDivisionError):
        await _refuse_and_fail(row, operator)
    assert (await Message.count(), await Event.count()) == (0, history)
    await casework.advance(row, Act.REFUSE, operator, MONDAY)
    with pytest.raises(Overtaken):
        await casework.advance(row, Act.REFUSE, operator, MONDAY)
    assert await told(row) == [("refused", "email", "waiting"), ("refused", "whatsapp", "waiting")]


async def _refuse_and_fail(row: Application, by: Actor) -> None:
    async with transaction():
        await casework.advance(row, Act.REFUSE, by, MONDAY)
        raise ZeroDivisionError


async def test_an_event_queues_its_message_once(service: Kit) -> None:
    """Called again, also at the same moment by another task, nothing is queued twice [G4]."""
    row = await reachable()
    await asyncio.gather(*(notifications.tell(Kind.READY, row, MONDAY) for _ in range(8)))
    assert len(await messages(row)) == 2
    assert not await notifications.tell(Kind.READY, row, MONDAY)
    assert await notifications.tell(Kind.READY, row, MONDAY, occasion="again")
    assert len(await messages(row)) == 4


async def test_the_message_id_is_of_the_key_and_tells_nothing(service: Kit) -> None:
    """Stable per message, different between messages, without the application's number in it [G4]."""
    row = await reachable()
    await notifications.tell(Kind.READY, row, MONDAY)
    ids = [message.message_id for message in await messages(row)]
    assert len(set(ids)) == 2
    keys = [message.key for message in await messages(row)]
    assert ids == [f"<{kit().vault.index(key, 'message-id')[:32]}@loket.test>" for key in keys]
    assert keys == [f"application:{row.id}:ready:0:{channel}" for channel in ("email", "whatsapp")]


async def test_recipient_and_text_are_sealed_in_their_place(service: Kit) -> None:
    """The outbox holds links and addresses: neither is readable in the database, nor movable to another row."""
    row = await reachable()
    await notifications.tell(Kind.READY, row, MONDAY)
    mail, whatsapp = await messages(row)
    for message in (mail, whatsapp):
        stored = "".join(map(str, message.to_dict().values()))
        assert EMAIL not in stored
        assert "/t/" not in stored
        assert "85736" not in stored
    mail.recipient_sealed = whatsapp.recipient_sealed
    with pytest.raises(SealBroken):
        to(mail)


async def test_what_a_later_step_makes_pointless_is_recalled(service: Kit) -> None:
    """Nobody is asked in the evening for what was handed in at noon [P7]."""
    row = await reachable(State.RETURNED, correction_due_at=MONDAY, returned_at=MONDAY)
    await notifications.tell(Kind.CORRECTION_ASKED, row, MONDAY)
    await Message.update({Message.state: "sent"}).where(Message.channel == "email")
    await casework.advance(row, Act.LAPSE, SYSTEM, MONDAY)
    assert await told(row) == [
        ("correction_asked", "email", "sent"),
        ("correction_asked", "whatsapp", "recalled"),
        ("lapsed", "email", "waiting"),
        ("lapsed", "whatsapp", "waiting"),
    ]


async def test_who_was_told_to_come_is_told_not_to(service: Kit) -> None:
    """A card spoiled after the ready notice: its owner must not come in vain; told once, and ready again [G4, S1]."""
    counter = await member_of_staff(Role.COUNTER)
    printed = await reachable(State.PRINTED, captured_at=MONDAY)
    row = await casework.advance(printed, Act.MAKE_READY, counter, MONDAY)
    await Message.update({Message.state: "sent"}).where(Message.channel == "email")
    row = await casework.advance(row, Act.SPOIL, counter, MONDAY)
    row = await casework.advance(row, Act.PRINT, counter, MONDAY)
    await Message.update({Message.state: "sent"}).where(Message.kind == "reprint")
    row = await casework.advance(row, Act.SPOIL, counter, MONDAY)
    row = await casework.advance(row, Act.PRINT, counter, MONDAY)
    await casework.advance(row, Act.MAKE_READY, counter, MONDAY)
    assert [kind for kind, channel, _ in await told(row) if channel == "email"] == [
        "ready",
        "reprint",
        "ready",
    ]
    assert ("ready", "whatsapp", "recalled") in await told(row)


async def test_a_card_spoiled_before_anybody_was_told_is_no_news(service: Kit) -> None:
    counter = await member_of_staff(Role.COUNTER)
    row = await casework.advance(await reachable(State.PRINTED), Act.MAKE_READY, counter, MONDAY)
    await casework.advance(row, Act.SPOIL, counter, MONDAY)
    assert {state for _, _, state in await told(row)} == {"recalled"}


async def test_who_did_not_withdraw_is_told_why_it_ended(service: Kit) -> None:
    """The system gives its reason; a withdrawal by the applicant has none, but says whom to call if it was not."""
    ended, own = await reachable(State.ACCEPTED), await reachable(State.ACCEPTED)
    await casework.advance(ended, Act.WITHDRAW, SYSTEM, MONDAY, reason="Jadwal terlewat 3 kali.")
    await casework.advance(own, Act.WITHDRAW, holder(own), MONDAY)
    assert "Sebabnya: Jadwal terlewat 3 kali." in text((await messages(ended))[0])
    assert "Merasa tidak membatalkan?" in text((await messages(own))[0])


async def test_a_reminder_is_not_sent_to_who_moved_on(service: Kit) -> None:
    """Between looking and telling, the applicant may have handed in the correction."""
    row = await reachable(State.RETURNED, correction_due_at=MONDAY, returned_at=MONDAY, ready_at=MONDAY)
    await casework.advance(row, Act.WITHDRAW, holder(row), MONDAY, silent=True)
    assert await notifications.remind(Kind.CORRECTION_REMINDER, {row.id: (row, "07")}, MONDAY) == 0
    current = await fresh(row)
    assert await notifications.remind(Kind.READY_REMINDER, {row.id: (current, "1")}, MONDAY) == 1
    assert await notifications.remind(Kind.READY_REMINDER, {row.id: (current, "1")}, MONDAY) == 0


def test_the_table_of_messages_only_names_steps_that_exist() -> None:
    """A step that leaves the workflow leaves no dead line here; every kind has both of its texts [G1]."""
    acts = {step.act for step in STEPS}
    assert set(CAUSED_BY) <= acts
    assert set(RECALLED_BY) <= acts
    for kind in Kind:
        assert (TEMPLATES / "mail" / f"{kind}.txt").is_file()
    assert set(MessageChannel) == {"email", "whatsapp", "phone", "village"}

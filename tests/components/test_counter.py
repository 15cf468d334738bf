"""The counter: nothing printed before capture, one blank for one card, a receipt for every hand-over."""

import asyncio
from datetime import timedelta

import pytest

from components import card_making, casework, counter, hand_over, history, stock
from components.card_making import Recorded
from components.kit import Kit
from components.refusals import Overtaken, Refused
from models.application import Application
from models.card_stock import Blank, Capture, Handover
from models.rules.workflow import Role, State
from tests.components.test_casework import an_application
from tests.support.service import MONDAY, member_of_staff

SIGNED = Recorded(signature=True, matched=True)


async def arrived(number: str = "KRN-AAAAAA", change: str = "signature") -> Application:
    application = await an_application(State.ARRIVED, number)
    await Application.update({Application.change: change, Application.name: "NUR'AINI"}).where(
        Application.id == application.id
    )
    return await casework.reread(application)


async def captured(number: str = "KRN-AAAAAA") -> Application:
    officer = await member_of_staff(Role.COUNTER)
    return await card_making.capture(await arrived(number), SIGNED, officer, MONDAY, MONDAY)


async def printed(serial: str = "AB-000001", number: str = "KRN-AAAAAA") -> Application:
    officer = await member_of_staff(Role.COUNTER)
    return await card_making.print_card(await captured(number), serial, officer, MONDAY, MONDAY)


async def test_nothing_is_printed_before_it_was_captured(service: Kit) -> None:
    """Printing is preceded by the recording of photo or signature [P3, P10]; the refused print uses no blank."""
    officer = await member_of_staff(Role.COUNTER)
    with pytest.raises(Overtaken):
        await card_making.print_card(await arrived(), "AB-000001", officer, MONDAY, MONDAY)
    assert await Blank.count() == 0


async def test_no_layer_lets_a_card_be_printed_unrecorded(service: Kit) -> None:
    """Whatever the state says: without a recording that counts there is no card, and the database agrees [P3]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await captured()
    await card_making.void_captures(application, MONDAY)
    with pytest.raises(Refused, match="Belum direkam"):
        await card_making.print_card(application, "AB-000001", officer, MONDAY, MONDAY)
    await Application.update({Application.captured_at: None}).where(Application.id == application.id)
    with pytest.raises(Exception, match="captured"):
        await Application.update({Application.state: State.PRINTED}).where(Application.id == application.id)


def test_a_step_may_be_entered_days_later_but_in_order() -> None:
    """Yesterday, within a week, never before the step before it; what is entered as now always fits [P10, P13]."""
    yesterday = counter.happened("15.30", MONDAY, "1")
    assert yesterday == MONDAY - timedelta(hours=17, minutes=30)
    for text, days_ago in (("15.30", "8"), ("15.30", "-1"), ("", "1"), ("15.30", "x"), ("25.00", "0")):
        with pytest.raises(Refused):
            counter.happened(text, MONDAY, days_ago)
    with pytest.raises(Refused, match="Langkah sebelumnya"):
        counter.after(MONDAY, yesterday, MONDAY)
    counter.after(MONDAY, MONDAY, MONDAY)


@pytest.mark.parametrize(
    ("change", "photo", "signature", "approved", "wrong"),
    [
        ("photo", False, False, False, {"photo"}),
        ("photo", True, False, False, {"approved"}),
        ("signature", False, False, False, {"signature"}),
        ("both", True, False, True, {"signature"}),
        ("both", True, True, True, set()),
        ("photo", True, False, True, set()),
    ],
)
async def test_what_was_asked_for_is_what_is_recorded(
    service: Kit, change: str, photo: bool, signature: bool, approved: bool, wrong: set[str]
) -> None:
    """The wish decides what must be recorded, and the applicant approves the photo [P3, P10]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await arrived(change=change)
    try:
        recorded = Recorded(photo, signature, approved, matched=True)
        await card_making.capture(application, recorded, officer, MONDAY, MONDAY)
        refused: set[str] = set()
    except Refused as no:
        refused = set(no.fields)
    assert refused == wrong
    assert await Capture.count() == (0 if wrong else 1)


async def test_both_times_are_kept(service: Kit) -> None:
    """An officer enters later what happened earlier: when it happened and when it was entered [P13]."""
    officer = await member_of_staff(Role.COUNTER)
    earlier = MONDAY - timedelta(minutes=40)
    await card_making.capture(await arrived(), SIGNED, officer, MONDAY, earlier)
    row = await Capture.objects().first()
    assert row is not None
    assert (row.happened_at, row.entered_at) == (earlier, MONDAY)


def test_a_time_that_has_not_come_is_refused() -> None:
    with pytest.raises(Refused):
        counter.happened("16.00", MONDAY)
    assert counter.happened("08.30", MONDAY) == MONDAY - timedelta(minutes=30)
    assert counter.happened("", MONDAY) == MONDAY


async def test_a_failed_print_is_printed_again(service: Kit) -> None:
    """A spoiled blank is recorded with its reason, and the next one takes its place [M2, S1]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await printed("AB-000001")
    application = await card_making.spoil(application, "tinta luntur", officer, MONDAY)
    assert application.state == State.CAPTURED
    application = await card_making.print_card(application, "AB-000002", officer, MONDAY, MONDAY)
    assert await stock.serial_of(application) == "AB-000002"
    spoiled = await Blank.objects().where(Blank.state == "spoiled").first()
    assert spoiled is not None
    assert (spoiled.serial, spoiled.spoiled_reason) == ("AB-000001", "tinta luntur")


@pytest.mark.parametrize(
    ("receiver", "old_card", "wrong"),
    [
        (hand_over.Receiver("holder"), hand_over.OldCard(taken=True), set()),
        (hand_over.Receiver("holder"), hand_over.OldCard(taken=False), {"old_reason"}),
        (hand_over.Receiver("holder"), hand_over.OldCard(taken=False, reason="hilang di jalan"), set()),
        (
            hand_over.Receiver("family"),
            hand_over.OldCard(taken=True),
            {"receiver_name", "receiver_nik", "relation"},
        ),
        (
            hand_over.Receiver("family", "LILIK MASRUROH", "9999996502740032", "ibu"),
            hand_over.OldCard(taken=True),
            set(),
        ),
        (hand_over.Receiver("neighbour"), hand_over.OldCard(taken=True), {"receiver"}),
    ],
)
async def test_who_may_receive_the_card(
    service: Kit, receiver: hand_over.Receiver, old_card: hand_over.OldCard, wrong: set[str]
) -> None:
    """To the holder, a member of the same KK, or by written authority; the old card taken in or why not [P13]."""
    officer = await member_of_staff(Role.COUNTER)
    application = await printed()
    if wrong:
        with pytest.raises(Refused) as refusal:
            await hand_over.hand_over(application, receiver, old_card, officer, MONDAY, MONDAY, checked=True)
        assert set(refusal.value.fields) == wrong
        assert (await casework.reread(application)).state == State.PRINTED
        return
    code = await hand_over.hand_over(application, receiver, old_card, officer, MONDAY, MONDAY, checked=True)
    checked = await hand_over.receipt(code.lower())
    assert checked is not None
    assert (checked.number, checked.handed_over_at) == (application.number, MONDAY)
    assert await hand_over.receipt("AAAAAAAAAAAA") is None
    assert await history.broken_at(application.id) is None
    row = await Handover.objects().first()
    assert row is not None
    assert "9999996502740032" not in repr(row.to_dict())


async def test_two_rivals_never_share_a_blank(service: Kit) -> None:
    """Ten files at once want one blank: one gets it, and no card is without its own [M2, S1]."""
    officer = await member_of_staff(Role.COUNTER)
    await stock.receive("AB-000001", "AB-000001", "", officer, MONDAY)
    files = [await captured(f"KRN-AAAAA{letter}") for letter in "ABCDEFGHJK"]
    answers = await asyncio.gather(
        *[card_making.print_card(one, "AB-000001", officer, MONDAY, MONDAY) for one in files],
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Application) for answer in answers) == 1
    assert all(isinstance(answer, Application | Refused) for answer in answers)
    assert await Application.count().where(Application.state == State.PRINTED) == 1


async def test_the_stock_is_counted(service: Kit) -> None:
    """Received, used, spoiled; at zero no new appointment is given [M2]."""
    officer = await member_of_staff(Role.COUNTER)
    office = officer.office_id or 0
    assert not await stock.blanks_are_out(office)
    assert await stock.receive("AB-000001", "AB-000002", "SJ 7", officer, MONDAY) == 2
    with pytest.raises(Refused):
        await stock.receive("AB-000002", "AB-000003", "", officer, MONDAY)
    await printed("AB-000001", "KRN-AAAAAA")
    spoilt = await printed("AB-000002", "KRN-AAAAAB")
    await card_making.spoil(spoilt, "patah", officer, MONDAY)
    level = await stock.level(office, MONDAY)
    assert (level.kept, level.in_stock, level.used_today, level.spoiled_today) == (True, 0, 2, 1)
    assert level.low
    assert await stock.blanks_are_out(office)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("AB-1", "CD-9"),
        ("AB-000009", "AB-000001"),
        ("AB-0001", "AB-9999"),
        ("", ""),
        ("<b>1", ""),
        ("AB-01", "AB-1"),
    ],
)
def test_serial_ranges_that_cannot_be(first: str, last: str) -> None:
    with pytest.raises(Refused):
        stock.serials(first, last)


def test_a_range_keeps_its_leading_zeros() -> None:
    assert stock.serials("ab 0098", "AB0101") == ["AB0098", "AB0099", "AB0100", "AB0101"]

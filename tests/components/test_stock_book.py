"""The ledger of blanks: every movement a line, nothing edited, its balance the rows themselves [M2, S1, O1]."""

from datetime import date, timedelta

import pytest

from components import destruction, stock, stock_book, stock_moves, stock_papers
from components.actors import Actor
from components.blank_serials import serials
from components.destruction import Typed
from components.kit import Kit
from components.papers import listing
from components.refusals import Missing, Overtaken, Refused
from models.card_stock import Blank, Handover, StockEntry
from models.db import transaction
from models.office import Office
from models.rules.workflow import Role, State
from tests.components.papers import paper as look
from tests.support.cases import NIK, an_application
from tests.support.service import MONDAY, member_of_staff

TODAY = MONDAY.date()
LATER = MONDAY + timedelta(days=1)
BOOK = "Kecamatan Taman"
RECORD = Typed("BA/7/2026", "Kantor Kecamatan Krian", "dipotong", "", "Rini Loket", "Dewi Operator", "2")


async def an_officer() -> Actor:
    return await member_of_staff(Role.COUNTER)


async def printed_on(serial: str, by: Actor) -> None:
    async with transaction():
        await stock.take(await an_application(State.CAPTURED), serial, by, MONDAY)


async def lines(by: Actor) -> list[tuple[str, int, int]]:
    """(kind, change, balance) of each line, oldest first."""
    book = await stock_book.book(by, TODAY, TODAY + timedelta(days=1))
    return [(line.kind, line.change, line.balance) for line in book.lines]


@pytest.mark.parametrize(
    ("last", "count", "made"),
    [
        ("600", "", 500),
        ("AB-000600", "", 500),
        ("", "500", 500),
        ("600", "500", 500),
        ("ab-000 600", "5 00", 500),
        ("", "", 1),
        ("", "1", 1),
        ("102", "2", 2),
    ],
)
def test_a_delivery_of_five_hundred_is_a_few_keys(last: str, count: str, made: int) -> None:
    """The first number whole, then the end of the last one, or how many [M2, M5]."""
    numbers = serials("AB-000101", last, count)
    assert (numbers[0], len(numbers)) == ("AB-000101", made)
    assert numbers[-1] == f"AB-{100 + made:06d}"


@pytest.mark.parametrize(
    ("last", "count", "field"),
    [
        ("600", "400", "count"),
        ("", "0", "count"),
        ("", "banyak", "count"),
        ("", "9999", "count"),
        ("100", "", "last"),
        ("CD-000600", "", "last"),
    ],
)
def test_what_does_not_fit_is_said_beside_the_field(last: str, count: str, field: str) -> None:
    with pytest.raises(Refused) as no:
        serials("AB-000101", last, count)
    assert set(no.value.fields) == {field}


async def test_all_movements_are_lines_with_balances(service: Kit) -> None:
    """Received, used, damaged, lent and back, borrowed and given back, corrected, counted [M2]."""
    by = await an_officer()
    await stock.receive("AB-0001", "0010", "SJ 1", by, MONDAY)
    await printed_on("AB-0001", by)
    await stock_moves.damage("AB-0010", "", "", "patah di dos", by, MONDAY)
    await stock_moves.lend("lent", "AB-0002", "0003", "", BOOK, "S 1", by, MONDAY)
    await stock_moves.lend("taken_back", "AB-0002", "", "", BOOK, "S 2", by, MONDAY)
    await stock_moves.lend("borrowed", "CD-0001", "", "3", BOOK, "S 3", by, MONDAY)
    await stock_moves.lend("given_back", "CD-0001", "", "3", BOOK.upper(), "S 4", by, MONDAY)
    await stock_moves.correct("missing", "AB-0009", "", "", "tidak ada di lemari", by, MONDAY)
    await stock_moves.correct("found", "AB-0009", "", "", "terselip di dos", by, MONDAY)
    assert await lines(by) == [
        ("received", 10, 10),
        ("used", -1, 9),
        ("spoiled", -1, 8),
        ("lent", -2, 6),
        ("taken_back", 1, 7),
        ("borrowed", 3, 10),
        ("given_back", -3, 7),
        ("missing", -1, 6),
        ("found", 1, 7),
    ]
    assert await stock_level(by) == 7
    (loan,) = (await stock_book.shelf(by, MONDAY)).loans
    assert (loan.party, loan.count, loan.borrowed) == (BOOK, 1, False)


async def stock_level(by: Actor) -> int:
    return (await stock.level(by.office_id or 0, MONDAY)).in_stock


async def test_a_movement_is_all_or_nothing(service: Kit) -> None:
    """One number that is not there stops the whole row, and is named; no line is written [S1]."""
    by = await an_officer()
    await stock.receive("AB-0001", "0010", "SJ 1", by, MONDAY)
    await printed_on("AB-0005", by)
    for first, last, words in (
        ("AB-0004", "0007", "AB-0005 sudah dipakai"),
        ("AB-0008", "0012", "AB-0011 tidak ada di stok"),
    ):
        with pytest.raises(Refused) as no:
            await stock_moves.lend("lent", first, last, "", BOOK, "S 1", by, MONDAY)
        assert words in no.value.fields["serial"]
    assert await stock_level(by) == 9
    assert [kind for kind, _, _ in await lines(by)] == ["received", "used"]


async def test_a_count_keeps_what_was_expected_and_found(service: Kit) -> None:
    """A difference wants words; both stay, and the balance changes only by a correction [M2]."""
    by = await an_officer()
    await stock.receive("AB-0001", "0010", "SJ 1", by, MONDAY)
    with pytest.raises(Refused, match="berbeda"):
        await stock_moves.count("9", "", by, MONDAY)
    assert await stock_moves.count("9", "AB-0010 tidak ditemukan", by, MONDAY) == -1
    shelf = await stock_book.shelf(by, MONDAY)
    assert shelf.last_count is not None
    assert (shelf.last_count.expected, shelf.last_count.found) == (10, 9)
    assert shelf.last_count.reason == "AB-0010 tidak ditemukan"
    assert shelf.counted_today
    assert await stock_level(by) == 10
    await stock_moves.correct("missing", "AB-0010", "", "", "tidak ditemukan saat dihitung", by, LATER)
    assert await stock_moves.count("9", "", by, LATER) == 0
    assert [run.first for run in (await stock_book.shelf(by, LATER)).missing] == ["AB-0010"]


async def test_gaps_in_serials_are_seen(service: Kit) -> None:
    """Numbers between two deliveries that nobody entered, and what lies in the safe in runs [M2]."""
    by = await an_officer()
    await stock.receive("AB-0001", "0010", "SJ 1", by, MONDAY)
    await stock.receive("AB-0013", "0020", "SJ 1", by, MONDAY)
    await printed_on("AB-0003", by)
    shelf = await stock_book.shelf(by, MONDAY)
    assert [(run.first, run.last, run.count) for run in shelf.gaps] == [("AB-0011", "AB-0012", 2)]
    assert [(run.first, run.count) for run in shelf.in_stock] == [
        ("AB-0001", 2),
        ("AB-0004", 7),
        ("AB-0013", 8),
    ]


async def test_a_period_begins_with_what_was_there(service: Kit) -> None:
    """Opening, what came and went, closing, and the totals; other offices have a book of their own [M2]."""
    by = await an_officer()
    await stock.receive("AB-0001", "0010", "SJ 1", by, MONDAY)
    await stock.receive("AB-0011", "0015", "SJ 2", by, LATER)
    await stock_moves.damage("AB-0001", "", "", "patah di dos", by, LATER)
    book = await stock_book.book(by, LATER.date(), LATER.date())
    assert (book.opening, book.came, book.went, book.closing) == (10, 5, 1, 14)
    assert dict(book.totals) == {"received": 5, "spoiled": 1}
    other = Office(
        prefix="TMN", name="Taman", short_name="Taman", regency="S", area_code="351512", address="T"
    )
    await other.save()
    stranger = Actor(roles=frozenset({Role.COUNTER}), office_id=other.id)
    assert (await stock_book.book(stranger, TODAY, LATER.date())).lines == ()
    assert "stok akhir 14 keping" in look.text_of(listing.pdf(stock_papers.ledger(book, "Rini", LATER)))


@pytest.mark.parametrize(
    ("since", "until"), [("2026-11-24", "2026-11-23"), ("2026-01-01", ""), ("kemarin", ""), ("", "besok")]
)
def test_periods_that_cannot_be_read(since: str, until: str) -> None:
    with pytest.raises(Refused):
        stock_book.period(since, until, MONDAY)
    assert stock_book.period("", "", MONDAY) == (date(2026, 11, 1), TODAY)


# --- destruction ---


async def two_things(by: Actor) -> None:
    """A blank that was spoiled in the box, and an old card taken in."""
    await stock.receive("AB-0001", "0010", "SJ 1", by, MONDAY)
    await stock_moves.damage("AB-0001", "", "", "patah di dos", by, MONDAY)
    row = await an_application(State.HANDED_OVER)
    await Handover(
        application=row.id, receiver="holder", old_card_taken=True, code="AAAAAAAAAAAA", given_by=by.staff_id,
        happened_at=MONDAY, entered_at=MONDAY,
    ).save()  # fmt: skip


async def test_what_is_destroyed_is_pending_no_more(service: Kit) -> None:
    """Serial or masked number, reason, two officers, a number of its own; the history stays [S1, M2]."""
    by = await an_officer()
    await two_things(by)
    items = await destruction.pending(by, TODAY, TODAY)
    assert [(item.kind, item.mark, item.reason) for item in items] == [
        ("blank", "AB-0001", "patah di dos"),
        ("card", f"{NIK[:6]}******{NIK[-4:]}", "Ditarik saat KTP-el baru diserahkan"),
    ]
    done = await destruction.destroy(RECORD, TODAY, TODAY, by, MONDAY)
    assert await destruction.pending(by, TODAY, TODAY) == ()
    record = await destruction.record(done, by)
    assert (record.items, record.blanks, record.cards) == (items, 1, 1)
    assert [one.number for one in await destruction.records(by)] == ["BA/7/2026"]
    assert (await stock_book.recent(by))[0].kind == "destroyed"
    said = look.text_of(listing.pdf(stock_papers.minutes(record), "F4"))
    for words in ("BA/7/2026", "AB-0001", "Rini Loket", "Dewi Operator", "1 KTP-el lama dan 1 blangko rusak"):
        assert words in said
    assert NIK not in said
    stranger = Actor(roles=frozenset({Role.COUNTER}), office_id=(by.office_id or 0) + 1)
    with pytest.raises(Missing):
        await destruction.record(done, stranger)
    assert await destruction.pending(stranger, TODAY, TODAY) == ()


async def test_a_list_that_changed_is_looked_at_again(service: Kit) -> None:
    """Nothing is signed away that nobody saw, and no number twice [S1]."""
    by = await an_officer()
    await two_things(by)
    await stock_moves.damage("AB-0002", "", "", "luntur di printer", by, MONDAY)
    with pytest.raises(Overtaken):
        await destruction.destroy(RECORD, TODAY, TODAY, by, MONDAY)
    with pytest.raises(Refused) as no:
        await destruction.destroy(
            Typed("", "", "", "2026-11-30", "Rini", "RINI", "3"), TODAY, TODAY, by, MONDAY
        )
    assert set(no.value.fields) == {"number", "place", "held_on", "second_officer"}
    seen = Typed(**{**RECORD.__dict__, "seen": "3"})
    await destruction.destroy(seen, TODAY, TODAY, by, MONDAY)
    await stock_moves.damage("AB-0003", "", "", "patah di dos", by, MONDAY)
    again = Typed(**{**RECORD.__dict__, "seen": "1"})
    with pytest.raises(Refused, match="sudah dipakai"):
        await destruction.destroy(again, TODAY, TODAY, by, MONDAY)
    assert await Blank.count().where(Blank.state == "spoiled", Blank.destruction.is_null()) == 1
    assert await StockEntry.count().where(StockEntry.kind == "destroyed") == 1

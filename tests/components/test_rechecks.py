"""The second look at accepted files: drawn by chance, judged blind, and what comes of it [M4, E2]."""

from datetime import timedelta

import pytest

from components import casework, decisions, history, recheck_draws, rechecks, removal, supervision
from components.actors import Actor
from components.decisions import Outcome
from components.figures import rechecks as figures
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from models.application import Application
from models.desk import Decision
from models.notification import Message
from models.recheck import Recheck, RecheckDraw
from models.rules.calendar import wib_day
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.support.cases import fresh
from tests.support.desk import CUT_CARD, FITTING, a_file, opened
from tests.support.service import MONDAY, member_of_staff

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
async def supervisor(service: Kit) -> Actor:
    return await member_of_staff(Role.SUPERVISOR, login="camat@krian.test")


@pytest.fixture
async def operator(service: Kit) -> Actor:
    return await member_of_staff(Role.OPERATOR)


async def accepted(by: Actor) -> Application:
    file = await a_file()
    held = await opened(file, by, MONDAY)
    return await decisions.decide(held, Outcome.ACCEPT, FITTING, held.version, by, MONDAY)


async def drawn(by: Actor) -> Application:
    """A file that was accepted on Monday and drawn on Tuesday: the only one, so it is drawn for certain."""
    file = await accepted(by)
    await recheck_draws.keep(TUESDAY)
    return await fresh(file)


async def test_a_day_is_drawn_once_and_always_alike(supervisor: Actor, operator: Actor) -> None:
    """M4: a share of the day's accepted files, at least one, the same ones whoever asks again; not on that day."""
    files = [await accepted(operator) for _ in range(5)]
    assert await recheck_draws.keep(MONDAY + timedelta(hours=1)) == 0
    assert await Recheck.count() == 0
    await recheck_draws.keep(TUESDAY)
    first = [row["application"] for row in await Recheck.select(Recheck.application)]
    assert len(first) == 1
    assert first[0] in {file.id for file in files}
    await recheck_draws.keep(TUESDAY + timedelta(hours=1))
    assert await Recheck.count() == 1
    day = await RecheckDraw.objects().where(RecheckDraw.day == wib_day(MONDAY)).first()
    assert day is not None
    assert (day.files, day.drawn) == (5, 1)
    await Recheck.delete(force=True)
    await RecheckDraw.delete(force=True)
    await recheck_draws.keep(TUESDAY)
    assert [row["application"] for row in await Recheck.select(Recheck.application)] == first


async def test_nobody_judges_what_they_accepted(service: Kit) -> None:
    """M5: who is operator and supervisor at once is no judge of the own decisions; a second supervisor is."""
    one = await member_of_staff(Role.OPERATOR, Role.SUPERVISOR, login="satu")
    file = await accepted(one)
    assert (await recheck_draws.keep(TUESDAY), await Recheck.count()) == (0, 0)
    other = await member_of_staff(Role.SUPERVISOR, login="dua")
    await RecheckDraw.delete(force=True)
    await recheck_draws.keep(TUESDAY)
    assert [row.number for row in await figures.waiting(other)] == [file.number]
    assert await figures.waiting(one) == []
    with pytest.raises(Missing):
        await rechecks.sample(file, one)


async def test_paper_and_taken_back_decisions_are_not_drawn(supervisor: Actor, operator: Actor) -> None:
    """Where there is no scan there is nothing to look at; a decision that does not stand is none."""
    paper = await accepted(operator)
    await Application.update({Application.scans_removed_at: MONDAY}).where(Application.id == paper.id)
    again = await accepted(operator)
    await Decision.update({Decision.taken_back_at: MONDAY}).where(Decision.application == again.id)
    await recheck_draws.keep(TUESDAY)
    assert await Recheck.count() == 0


async def test_the_first_verdict_shows_only_after_the_second(supervisor: Actor, operator: Actor) -> None:
    """M4: blind means no verdict, no mark, no name; then both side by side, and the look is in the history."""
    file = await drawn(operator)
    blind = await rechecks.blind(file, supervisor, TUESDAY)
    assert {sheet.slot.verdict for sheet in blind.sheets} == {"waiting"}
    assert {line.found for line in blind.lines} == {None}
    assert operator.name not in repr(blind)
    row = await rechecks.sample(file, supervisor)
    with pytest.raises(Missing):
        await rechecks.both(row, file)
    await rechecks.judge(file, CUT_CARD, supervisor, TUESDAY)
    both = await rechecks.both(await rechecks.sample(file, supervisor), file)
    assert (both.first.by, both.row.differs) == (operator.name, True)
    assert [one.kind for one in both.found if one.differs] == [DocumentKind.FAMILY_CARD]
    acts = [line.act for line in await history.lines(file.id)]
    assert {"show_identity", rechecks.SECOND_LOOK} <= set(acts)
    assert (await fresh(file)).state == State.SCHEDULED


async def test_every_document_is_judged_once(supervisor: Actor, operator: Actor) -> None:
    """Nothing is left open, "other" has its words, and a verdict that was kept stays."""
    file = await drawn(operator)
    for wrong in (
        {DocumentKind.OLD_CARD: Verdict()},
        {**FITTING, DocumentKind.OLD_CARD: Verdict((RejectReason.OTHER,))},
        {**FITTING, DocumentKind.OLD_CARD: Verdict((RejectReason.MISSING,))},
    ):
        with pytest.raises(Refused):
            await rechecks.judge(file, wrong, supervisor, TUESDAY)
    assert (await rechecks.sample(file, supervisor)).state == "waiting"
    await rechecks.judge(file, FITTING, supervisor, TUESDAY)
    with pytest.raises(Overtaken):
        await rechecks.judge(file, CUT_CARD, supervisor, TUESDAY)
    await rechecks.close(file, "", supervisor, TUESDAY)
    assert (await rechecks.sample(file, supervisor)).state == "closed"


async def test_a_difference_needs_its_reason_and_may_go_back(supervisor: Actor, operator: Actor) -> None:
    """M4 P6: only by the supervisor's wish, with a note to them; the applicant is told."""
    file = await drawn(operator)
    with pytest.raises(Overtaken):
        await rechecks.hand_back(file, "KK terpotong di bawah.", supervisor, TUESDAY)
    await rechecks.judge(file, CUT_CARD, supervisor, TUESDAY)
    with pytest.raises(Refused):
        await rechecks.close(file, "", supervisor, TUESDAY)
    with pytest.raises(Refused):
        await rechecks.hand_back(file, " ", supervisor, TUESDAY)
    await rechecks.hand_back(file, "KK terpotong di bawah.", supervisor, TUESDAY)
    await rechecks.close(file, "Tepi bawah KK tidak terbaca.", supervisor, TUESDAY)
    after = await fresh(file)
    assert (after.state, after.claimed_by) == (State.SUBMITTED, None)
    assert [line.reason for line in await history.lines(file.id) if line.act == "colleague_note"] == [
        "KK terpotong di bawah."
    ]
    kinds = [row["kind"] for row in await Message.select(Message.kind).where(Message.application == file.id)]
    assert Kind.LOOKED_AT_AGAIN in kinds
    with pytest.raises(Overtaken):
        await rechecks.hand_back(after, "KK terpotong di bawah.", supervisor, TUESDAY)
    held = await opened(after, operator, TUESDAY)
    assert held.claimed_by == operator.staff_id


async def test_what_was_printed_stays(supervisor: Actor, operator: Actor) -> None:
    """A card that exists is not taken back by a second opinion."""
    file = await drawn(operator)
    await rechecks.judge(file, CUT_CARD, supervisor, TUESDAY)
    await Application.update({Application.state: str(State.PRINTED)}).where(Application.id == file.id)
    with pytest.raises(Overtaken):
        await rechecks.hand_back(await fresh(file), "KK terpotong di bawah.", supervisor, TUESDAY)


async def test_samples_lapse_with_their_scans(supervisor: Actor, operator: Actor) -> None:
    """What retention removed cannot be judged: the sample says so, and counts for nothing."""
    file = await drawn(operator)
    await Application.update(
        {Application.state: str(State.WITHDRAWN), Application.finished_at: TUESDAY}
    ).where(Application.id == file.id)
    later = TUESDAY + timedelta(days=15)
    await removal.remove_old_scans(later)
    await recheck_draws.keep(later)
    row = await rechecks.sample(await casework.reread(file), supervisor)
    assert (row.state, row.lapsed_why) == ("lapsed", "scans_removed")
    with pytest.raises(Overtaken):
        await rechecks.judge(await casework.reread(file), FITTING, supervisor, later)
    assert (await figures.rechecks(supervisor, later)).files.samples == 0
    assert [one.why for one in await figures.done(supervisor, later)] == ["scans_removed"]


async def test_figures_are_by_document_and_reason(supervisor: Actor, operator: Actor) -> None:
    """M4 E2: nobody's name is in them; few samples tell no share; each figure is as long as its list."""
    file = await drawn(operator)
    assert (await figures.rechecks(supervisor, TUESDAY)).waiting == 1
    await rechecks.judge(file, CUT_CARD, supervisor, TUESDAY)
    found = (await supervision.screen(supervisor, TUESDAY)).rechecks
    by_kind = {kind: (share.different, share.samples) for kind, share in found.kinds}
    assert by_kind == {kind: (int(kind is DocumentKind.FAMILY_CARD), 1) for kind in FITTING}
    assert found.reasons == ((RejectReason.CUT, 1),)
    assert (found.waiting, found.unexplained, found.files.enough) == (0, 1, False)
    assert operator.name not in repr(found)
    for kind, reason, count in (
        ("family_card", "", 1),
        ("old_card", "", 0),
        ("", "cut", 1),
        ("", "blurred", 0),
    ):
        assert len(await figures.done(supervisor, TUESDAY, kind, reason)) == count

"""A decision is stored at once and told a minute later; taken back within the minute, mended with a reason after it."""

import asyncio
from datetime import timedelta

import pytest

from components import appointments, casework, decisions, history, mail, worklist
from components.actors import Actor
from components.decisions import Outcome
from components.grace import GRACE
from components.kit import Kit
from components.refusals import Overtaken, Refused
from components.sealing import seal
from components.verification import Verdict
from models.application import Application, Document
from models.desk import Decision
from models.notification import Message
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.messages import Kind, MessageState
from models.rules.workflow import Role, State
from tests.components.test_verification import KINDS, a_file
from tests.support.cases import fresh
from tests.support.service import MONDAY, member_of_staff

FITTING = {kind: Verdict() for kind in KINDS}
CUT_CARD = {**FITTING, DocumentKind.FAMILY_CARD: Verdict((RejectReason.CUT,))}
A_SECOND = timedelta(seconds=1)


async def a_reachable_file(number: str = "KRN-AAAAAA") -> Application:
    return await a_file(number, {"email_sealed": seal(number, "email", "siti@contoh.test")})


async def an_operator(login: str = "") -> Actor:
    return await member_of_staff(Role.OPERATOR, login=login)


async def waiting_messages(application: Application) -> list[str]:
    rows = await Message.select(Message.kind).where(
        (Message.application == application.id) & (Message.state == str(MessageState.WAITING))
    )
    return [row["kind"] for row in rows]


async def decide(
    application: Application,
    outcome: Outcome,
    by: Actor,
    verdicts: dict[DocumentKind, Verdict] = FITTING,
    reason: str = "",
) -> Application:
    return await decisions.decide(
        application, outcome, verdicts, application.version, by, MONDAY, reason=reason
    )


async def test_a_clean_file_is_judged_and_accepted_in_one_step(service: Kit) -> None:
    """Verdicts, decision and appointment at once; the applicant hears of it after the minute [P6, P8]."""
    application, operator = await a_reachable_file(), await an_operator()
    after = await decide(application, Outcome.ACCEPT, operator)
    assert after.state == State.SCHEDULED
    assert await Document.count().where(Document.verdict == "accepted") == len(KINDS)
    assert await waiting_messages(after) == [Kind.SCHEDULED]
    assert await mail.deliver_due(MONDAY + GRACE - A_SECOND) == 0
    assert await mail.deliver_due(MONDAY + GRACE) == 1


@pytest.mark.parametrize(
    ("outcome", "verdicts", "reason"),
    [
        (Outcome.ACCEPT, FITTING, ""),
        (Outcome.RETURN, CUT_CARD, ""),
        (Outcome.REFUSE, FITTING, "Bukan warga kecamatan kami, silakan ke kecamatan domisili."),
    ],
)
async def test_within_the_minute_nothing_has_happened(
    service: Kit, outcome: Outcome, verdicts: dict[DocumentKind, Verdict], reason: str
) -> None:
    """Taken back: state and deadlines as before, no appointment, no message ever; the officer holds the file [P6]."""
    application, operator = await a_reachable_file(), await an_operator()
    kept = {
        "correction_due_at": None,
        "accepted_at": None,
        "finished_at": None,
        "decided_reason": "",
        "returned_at": None,
        "promise_at": application.promise_at,
    }
    await decide(application, outcome, operator, verdicts, reason)
    made = await decisions.just_made(operator, MONDAY + A_SECOND)
    assert made is not None
    assert (made.number, made.outcome, made.until) == (application.number, outcome, MONDAY + GRACE)
    after = await decisions.take_back(await fresh(application), operator, MONDAY + GRACE - A_SECOND)
    assert after.state == State.SUBMITTED
    assert {name: getattr(after, name) for name in kept} == kept
    assert after.claimed_by == operator.staff_id
    assert await appointments.current(application.id) is None
    assert await mail.deliver_due(MONDAY + timedelta(days=1)) == 0
    assert await decisions.just_made(operator, MONDAY + A_SECOND) is None
    acts = [event.act for event in await history.lines(application.id)]
    assert "take_back" in acts
    assert await history.broken_at(application.id) is None


async def test_after_it_was_taken_back_it_is_decided_again(service: Kit) -> None:
    """The second decision is told, the first one never [P6]."""
    application, operator = await a_reachable_file(), await an_operator()
    await decide(application, Outcome.RETURN, operator, CUT_CARD)
    again = await decisions.take_back(await fresh(application), operator, MONDAY + A_SECOND)
    after = await decide(again, Outcome.ACCEPT, operator)
    assert after.state == State.SCHEDULED
    await mail.deliver_due(MONDAY + GRACE)
    sent = await Message.select(Message.kind).where(Message.state == str(MessageState.SENT))
    assert [row["kind"] for row in sent] == [Kind.SCHEDULED]


async def test_a_minute_later_a_reason_is_needed(service: Kit) -> None:
    """After the minute the applicant may know: it is mended with a reason, and the applicant is told [P6, G1]."""
    application, operator = await a_reachable_file(), await an_operator()
    colleague = await an_operator("rekan")
    await decide(application, Outcome.RETURN, operator, CUT_CARD)
    await mail.deliver_due(MONDAY + GRACE)
    with pytest.raises(Refused, match="Perbaiki keputusan"):
        await decisions.take_back(await fresh(application), operator, MONDAY + GRACE)
    with pytest.raises(Refused, match="alasan"):
        await decisions.mend(await fresh(application), "salah", colleague, MONDAY + GRACE)
    reason = "Foto KK ternyata utuh, kami keliru membacanya."
    after = await decisions.mend(await fresh(application), reason, colleague, MONDAY + GRACE)
    assert (after.state, after.claimed_by) == (State.SUBMITTED, colleague.staff_id)
    assert await waiting_messages(after) == [Kind.LOOKED_AT_AGAIN]
    (event,) = [event for event in await history.lines(after.id) if event.act == "take_back"]
    assert event.reason == reason


async def test_only_ones_own_decision_is_taken_back_without_a_reason(service: Kit) -> None:
    application, operator = await a_reachable_file(), await an_operator()
    colleague = await an_operator("rekan")
    await decide(application, Outcome.RETURN, operator, CUT_CARD)
    with pytest.raises(Refused, match="petugas lain"):
        await decisions.take_back(await fresh(application), colleague, MONDAY + A_SECOND)


async def test_what_the_applicant_did_meanwhile_is_not_undone(service: Kit) -> None:
    """Who moved the appointment within the minute has seen the decision [P8]."""
    application, operator = await a_reachable_file(), await an_operator()
    after = await decide(application, Outcome.ACCEPT, operator)
    days = await appointments.free_days(after, MONDAY)
    await appointments.move(after, days[-1].slots[-1].id, operator, MONDAY + A_SECOND)
    with pytest.raises(Overtaken):
        await decisions.take_back(await fresh(application), operator, MONDAY + 2 * A_SECOND)


async def test_the_second_officer_sees_who_decided_what(service: Kit) -> None:
    """Two officers never decide the same file [G1, M5]."""
    application, operator = await a_reachable_file(), await an_operator()
    colleague = await an_operator("rekan")
    await decide(application, Outcome.RETURN, operator, CUT_CARD)
    with pytest.raises(Overtaken, match=f"dikembalikan untuk diperbaiki oleh {operator.name} pukul 09.00"):
        await decide(await fresh(application), Outcome.ACCEPT, colleague)


async def test_two_officers_at_once_make_one_decision(service: Kit) -> None:
    """One wins, the other is told; no verdict of the loser stays [G1, M5]."""
    application = await a_reachable_file()
    first, second = await an_operator("satu"), await an_operator("dua")
    results = await asyncio.gather(
        decide(application, Outcome.ACCEPT, first),
        decide(application, Outcome.RETURN, second, CUT_CARD),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Overtaken) for result in results) == 1
    row = await fresh(application)
    rejected = await Document.count().where(Document.verdict == "rejected")
    assert (row.state == State.RETURNED) == (rejected == 1)
    assert await Decision.count() == 1


async def test_a_message_that_is_leaving_stops_the_way_back(service: Kit) -> None:
    """Taking back and sending race for each message: recalled or sent, never both [P6, G4]."""
    application, operator = await a_reachable_file(), await an_operator()
    await decide(application, Outcome.RETURN, operator, CUT_CARD)
    await Message.update({Message.due_at: MONDAY}).where(Message.application == application.id)
    results = await asyncio.gather(
        mail.deliver_due(MONDAY + A_SECOND),
        decisions.take_back(await fresh(application), operator, MONDAY + A_SECOND),
        return_exceptions=True,
    )
    states = {row["state"] for row in await Message.select(Message.state)}
    row = await fresh(application)
    if isinstance(results[1], Refused):
        assert (states, row.state) == ({str(MessageState.SENT)}, State.RETURNED)
    else:
        assert (results[0], states, row.state) == (0, {str(MessageState.RECALLED)}, State.SUBMITTED)


async def test_the_officers_wording_goes_out(service: Kit) -> None:
    """The composed message can be changed before it goes [P7]."""
    application, operator = await a_reachable_file(), await an_operator()
    words = "- Kartu Keluarga (KK): bagian bawah tidak terlihat. Foto seluruh lembar."
    after = await decisions.decide(
        application, Outcome.RETURN, CUT_CARD, application.version, operator, MONDAY, message=words
    )
    assert after.decided_reason == words
    assert after.correction_due_at is not None


async def test_a_refused_decision_leaves_no_verdict(service: Kit) -> None:
    """Everything or nothing: an acceptance with a document against it changes no document [P6]."""
    application, operator = await a_reachable_file(), await an_operator()
    with pytest.raises(Refused, match="Belum bisa diterima"):
        await decide(application, Outcome.ACCEPT, operator, CUT_CARD)
    assert await Document.count().where(Document.verdict == "waiting") == len(KINDS)
    assert (await casework.reread(application)).state == State.SUBMITTED
    assert await decisions.just_made(operator, MONDAY) is None
    assert (await worklist.queue(operator, MONDAY))[0].number == application.number

"""The operator: claims, verdicts with reasons, the decision; two officers never decide the same file."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from piccolo.columns import Column

from components import casework, decisions, history, verification, worklist
from components.actors import Actor
from components.decisions import Outcome
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from components.verification import Verdict
from models.application import Application, Document, Page
from models.rules.catalogue import DocumentKind, RejectReason
from models.rules.workflow import Role, State
from tests.components.test_casework import an_application
from tests.support.service import MONDAY, member_of_staff

KINDS = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)


async def a_file(number: str = "KRN-AAAAAA", columns: dict[Column | str, Any] | None = None) -> Application:
    """A submitted application for a new signature, with one page for each of its documents."""
    application = await an_application(State.SUBMITTED, number)
    values: dict[Column | str, Any] = {
        "change": "signature",
        "received_at": MONDAY,
        "promise_at": MONDAY + timedelta(days=2),
        **(columns or {}),
    }
    await Application.update(values).where(Application.id == application.id)
    for kind in KINDS:
        document = Document(application=application.id, kind=kind, received_at=MONDAY)
        await document.save()
        await Page(
            document=document.id,
            position=1,
            blob="00" * 16,
            blob_key=b"k",
            thumbnail="00" * 16,
            thumbnail_key=b"k",
            sha256=f"{kind}",
            received_at=MONDAY,
        ).save()
    return await casework.reread(application)


FITTING: dict[DocumentKind, Verdict] = {kind: Verdict() for kind in KINDS}


async def accept(
    application: Application,
    by: Actor,
    *,
    version: int | None = None,
    reason: str = "",
    verdicts: Mapping[DocumentKind, Verdict] = FITTING,
    minutes: int = 0,
) -> Application:
    """Every document fits, unless said otherwise, on the page as it now stands."""
    seen = application.version if version is None else version
    now = MONDAY + timedelta(minutes=minutes)
    return await decisions.decide(application, Outcome.ACCEPT, verdicts, seen, by, now, reason=reason)


async def test_a_complete_file_gets_an_appointment(service: Kit) -> None:
    """Accepted means scheduled at once: the earliest slot at least two office hours ahead [P6, P8]."""
    operator = await member_of_staff(Role.OPERATOR)
    application = await a_file()
    accepted = await accept(application, operator)
    assert accepted.state == State.SCHEDULED
    assert [line.act for line in await history.lines(application.id)][-3:] == ["judge", "accept", "schedule"]


async def test_nothing_is_accepted_unjudged(service: Kit) -> None:
    """Complete and valid means every document was looked at [P2, P6]."""
    operator = await member_of_staff(Role.OPERATOR)
    two: dict[DocumentKind, Verdict] = {
        kind: verdict for kind, verdict in FITTING.items() if kind is not DocumentKind.FAMILY_CARD
    }
    none: dict[DocumentKind, Verdict] = {}
    for verdicts in (none, two):
        with pytest.raises(Refused, match=r"Nilai dulu: .*Kartu Keluarga"):
            await accept(await fresh_file(), operator, verdicts=verdicts)
    assert not await Document.exists().where(Document.verdict == "accepted")


async def fresh_file() -> Application:
    """One more file, with the next number."""
    return await a_file(f"KRN-AAAAA{'ABCDEFGHJK'[await Application.count()]}")


@pytest.mark.parametrize(
    ("reasons", "remark"),
    [((RejectReason.OTHER,), ""), ((RejectReason.UNSIGNED,), ""), ((RejectReason.CUT,), "x" * 301)],
    ids=["other without words", "not a reason for this kind", "too many words"],
)
async def test_a_rejection_has_a_reason_that_fits(
    service: Kit, reasons: tuple[RejectReason, ...], remark: str
) -> None:
    """Each document that does not fit says why [P7]."""
    operator = await member_of_staff(Role.OPERATOR)
    application = await a_file()
    verdicts = {**FITTING, DocumentKind.FAMILY_CARD: Verdict(reasons, remark)}
    with pytest.raises(Refused):
        await decisions.decide(application, Outcome.RETURN, verdicts, application.version, operator, MONDAY)
    assert not await Document.exists().where(Document.verdict != "waiting")


async def test_a_held_file_is_not_decided_by_another(service: Kit) -> None:
    """The second officer is told who has it; after five idle minutes it is free again [G1, M5]."""
    first = await member_of_staff(Role.OPERATOR)
    second = await member_of_staff(Role.OPERATOR)
    application = await a_file()
    await verification.claim(application, first, MONDAY)
    with pytest.raises(Overtaken, match=first.name):
        await accept(application, second, minutes=4)
    assert (await worklist.queue(second, MONDAY + timedelta(minutes=4)))[0].held_by == first.name
    assert (await worklist.queue(second, MONDAY + verification.CLAIM_LASTS))[0].held_by == ""
    assert (await accept(application, second, minutes=5)).state == State.SCHEDULED


async def test_a_page_that_is_out_of_date_decides_nothing(service: Kit) -> None:
    """The decision names the version it was made on [G1]."""
    operator = await member_of_staff(Role.OPERATOR)
    application = await a_file()
    with pytest.raises(Overtaken):
        await accept(application, operator, version=application.version - 1)


async def test_rivals_decide_a_file_once(service: Kit) -> None:
    """Accept and refuse at the same moment by two officers: one wins, the other reads who was quicker [G1]."""
    operators = [await member_of_staff(Role.OPERATOR) for _ in range(2)]
    for _ in range(10):
        application = await fresh_file()
        answers = await asyncio.gather(
            accept(application, operators[0]),
            decisions.decide(
                application, Outcome.REFUSE, {}, application.version, operators[1], MONDAY,
                reason="Bukan warga kecamatan ini.",
            ),
            return_exceptions=True,
        )  # fmt: skip
        (loser,) = [answer for answer in answers if isinstance(answer, Exception)]
        winner = operators[answers.index(loser) - 1]
        assert isinstance(loser, Overtaken)
        assert f"oleh {winner.name} pukul" in loser.message
        acts = [line.act for line in await history.lines(application.id)]
        assert ("accept" in acts) != ("refuse" in acts)


async def test_one_card_at_a_time_for_a_person(service: Kit) -> None:
    """A second application of the same NIK is not accepted while the first is under way [G2]."""
    operator = await member_of_staff(Role.OPERATOR)
    first = await a_file("KRN-AAAAAA", {"nik_index": "n"})
    second = await a_file("KRN-AAAAAB", {"nik_index": "n"})
    await accept(first, operator)
    with pytest.raises(Refused, match="KRN-AAAAAA"):
        await accept(second, operator)


async def test_two_files_of_one_person_are_not_accepted_at_once(service: Kit) -> None:
    """Two officers accept two applications of one NIK at the same moment: one goes on [G1, G2]."""
    operators = [await member_of_staff(Role.OPERATOR) for _ in range(2)]
    for number in range(5):
        letter = "ABCDE"[number]
        files = [await a_file(f"KRN-AAAA{letter}{n}", {"nik_index": letter}) for n in "AB"]
        answers = await asyncio.gather(
            *[accept(one, by) for one, by in zip(files, operators, strict=True)], return_exceptions=True
        )
        assert [type(answer) for answer in answers if isinstance(answer, Exception)] == [Refused]


async def test_a_judgement_call_is_accepted_in_writing(service: Kit) -> None:
    """A lasting physical change goes on only with the officer's written reason [R4]."""
    operator = await member_of_staff(Role.OPERATOR)
    application = await a_file(columns={"officer_check": True})
    with pytest.raises(Refused):
        await accept(application, operator)
    reason = "Bekas luka bakar terlihat pada pas foto lama dan baru."
    await accept(application, operator, reason=reason)
    assert reason in [line.reason for line in await history.lines(application.id)]


async def test_a_search_by_nik_is_recorded(service: Kit) -> None:
    """Finding somebody by NIK leaves a line of history; an unknown one looks like any unknown number."""
    operator = await member_of_staff(Role.OPERATOR)
    application = await a_file(columns={"nik_index": service.vault.index("3515110101900001", "nik")})
    assert await verification.number_of("3515 1101 0190 0001", operator, MONDAY) == application.number
    assert [line.act for line in await history.lines(application.id)] == ["search_by_nik"]
    for wanted in ("3515110101900002", "Siti", ""):
        with pytest.raises(Missing):
            await verification.number_of(wanted, operator, MONDAY)


async def test_whatever_a_scanner_reads_leads_to_the_file(service: Kit) -> None:
    """The ticket's short code, the slip's link and an address with the number all check a person in [P9]."""
    operator = await member_of_staff(Role.COUNTER)
    application = await a_file(columns={"link_hash": service.vault.token_hash("a" * 22)})
    for scanned in (
        "LOKET-KRN-AAAAAA",
        "loket-krn-aaaaaa",
        "http://loket.test/t/" + "a" * 22,
        "http://loket.test/permohonan/KRN-AAAAAA",
        " krn aaaaaa ",
    ):
        assert await verification.number_of(scanned, operator, MONDAY) == application.number
    with pytest.raises(Missing):
        await verification.number_of("http://loket.test/t/" + "b" * 22, operator, MONDAY)

"""Typing that is not saved yet: kept as typed, sealed, never over somebody else's, gone when it is of no use."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from components import applications, casework, review, unfinished
from components.actors import ANYBODY
from components.refusals import Missing, Overtaken, Refused
from components.unfinished import Edition, Newer
from models.application import Application
from models.db import transaction
from models.rules.catalogue import Change
from models.rules.workflow import Role, State
from models.unfinished import Unfinished
from tests.support.cases import an_application
from tests.support.drafts import CONTACT, PERSON, begun, filled, holder, submitted, village, with_documents
from tests.support.service import MONDAY, member_of_staff

pytestmark = pytest.mark.usefixtures("service")

HALF = {"nik": "35151152", "tgl_lahir": "31-02", "nama": "SITI", "jenis_kelamin": "female"}
PHONE, OTHER = "first-page", "second-page"
LATER = MONDAY + timedelta(hours=1)


async def shown(application: Application, page: str, name: str) -> Edition:
    """The edition of a page rendered now, under this name."""
    return (await unfinished.look(application, page)).edition(application, name)


async def keep(
    application: Application,
    typed: Mapping[str, str],
    made_from: Edition | None,
    page: str = "identitas",
    now: datetime = MONDAY,
) -> None:
    await unfinished.keep(application, page, typed, made_from, holder(application), now)


async def look(application: Application, page: str = "identitas") -> dict[str, str]:
    return dict((await unfinished.look(application, page)).values)


async def test_half_a_nik_is_kept_as_it_was_typed() -> None:
    """P5: nothing is judged, nothing becomes an answer, and the state does not move."""
    draft = await begun()
    page = await shown(draft, "identitas", PHONE)
    await keep(draft, {**HALF, "_token": "t", "_kunci": "k", "yakin": "x", "pin": "1"}, page)
    assert await look(draft) == HALF
    await keep(draft, HALF | {"nik": "351511520"}, page, now=LATER)
    kept = await unfinished.look(draft, "identitas")
    assert (kept.values["nik"], kept.at) == ("351511520", LATER)
    fresh = await casework.reread(draft)
    assert fresh.to_dict() == draft.to_dict()


async def test_nothing_of_it_lies_in_clear_or_opens_elsewhere() -> None:
    draft, other = await begun(), await begun()
    await keep(draft, HALF, await shown(draft, "identitas", PHONE))
    row = await Unfinished.objects().first()
    assert row is not None
    assert not any(value in str(row.to_dict()) for value in ("35151152", "SITI"))
    assert "SITI" not in repr(await unfinished.look(draft, "identitas"))
    await Unfinished.update({Unfinished.application: other.id}).where(Unfinished.id == row.id)
    with pytest.raises(Exception, match="does not open"):
        await unfinished.look(other, "identitas")


async def test_what_another_device_wrote_is_not_written_over() -> None:
    """P5: the older page is told, sees what differs, and may insist."""
    draft = await begun()
    phone = await shown(draft, "identitas", PHONE)
    computer = await shown(draft, "identitas", OTHER)
    await keep(draft, HALF, phone)
    with pytest.raises(Newer, match=r"perangkat lain \(09\.00\)") as no:
        await keep(draft, HALF | {"nik": "999"}, computer, now=LATER)
    assert no.value.theirs == {"nik": "35151152"}
    assert await look(draft) == HALF
    await keep(draft, {"nik": "999"}, no.value.kept.edition(draft, OTHER), now=LATER)
    await keep(draft, {"nik": "9999"}, computer, now=LATER)
    with pytest.raises(Newer):
        await keep(draft, HALF, phone, now=LATER)
    assert await look(draft) == {"nik": "9999"}


async def test_an_answer_that_got_lost_is_no_rival() -> None:
    """P5: on a weak line the own page may not know that it was heard; the same words are no conflict either."""
    draft = await begun()
    phone = await shown(draft, "identitas", PHONE)
    for nik in ("3", "35", "351"):
        await keep(draft, {"nik": nik}, phone)
    await keep(draft, {"nik": " 3 51"}, Edition(draft.version, 0, OTHER))
    assert await look(draft) == {"nik": " 3 51"}


async def test_of_rivals_at_once_one_is_kept_and_the_others_are_told() -> None:
    draft = await begun()
    pages = [await shown(draft, "identitas", f"page-{n:04}") for n in range(8)]
    results = await asyncio.gather(
        *(keep(draft, {"nik": str(n)}, page) for n, page in enumerate(pages)), return_exceptions=True
    )
    assert [type(result) for result in results if result] == [Newer] * 7
    won = next(str(n) for n, result in enumerate(results) if result is None)
    assert await look(draft) == {"nik": won}


async def save(application: Application, typed: Mapping[str, str], made_from: Edition | None) -> Application:
    async with transaction():
        await unfinished.settle(application, "kontak", typed, made_from, LATER)
        return await applications.save_contact(application, typed, holder(application), LATER)


async def test_a_saved_step_leaves_nothing_unfinished() -> None:
    draft = await begun()
    page = await shown(draft, "kontak", PHONE)
    typed = {**CONTACT, "desa": await village()}
    await keep(draft, typed, page, "kontak")
    assert await unfinished.pages(draft) == ["kontak"]
    draft = await save(draft, typed, page)
    assert await look(draft, "kontak") == {}
    assert await unfinished.pages(draft) == []
    with pytest.raises(Newer):  # what its own page had sent just before, and what came late
        await keep(draft, {"no_hp": "0857"}, page, "kontak")


async def test_an_answer_changed_elsewhere_is_shown_and_not_written_over() -> None:
    """P5: two tabs on one step; the second to press Lanjut sees what the first saved."""
    draft = await begun()
    first, second = await shown(draft, "kontak", PHONE), await shown(draft, "kontak", OTHER)
    typed = {**CONTACT, "desa": await village()}
    draft = await save(draft, typed, first)
    with pytest.raises(Newer) as no:
        await save(draft, typed | {"no_hp": "0812 3456 7890", "whatsapp": ""}, second)
    words = await review.differences(draft, no.value.theirs)
    assert words == {
        "no_hp": "Nomor HP di perangkat lain: 0857 3634 9953",
        "whatsapp": "WhatsApp di perangkat lain: ya",
    }
    assert applications.answered(await casework.reread(draft))["no_hp"] == "0857 3634 9953"
    await save(draft, typed, second)  # the same answer is no difference
    await save(draft, typed | {"no_hp": "0812 3456 7890"}, None)  # a button that asks one thing always counts
    assert applications.answered(await casework.reread(draft))["no_hp"] == "0812 3456 7890"


async def test_differences_are_told_in_words_whatever_was_typed() -> None:
    draft = await begun()
    theirs = {"perubahan": "signature", "alasan": "nothing of ours", "catatan": "x" * 900, "desa": ""}
    words = await review.differences(draft, theirs)
    assert words["perubahan"] == "Yang diganti di perangkat lain: Tanda tangan"
    assert words["alasan"] == "Alasan di perangkat lain: nothing of ours"
    assert len(words["catatan"]) < 250
    assert words["desa"] == "Desa di perangkat lain: kosong"


async def test_what_is_saved_already_is_not_unfinished() -> None:
    draft = await filled()
    page = await shown(draft, "identitas", PHONE)
    await keep(draft, PERSON | {"tgl_lahir": "12-08-1990", "nama": "Siti  Aminah"}, page)
    assert await unfinished.pages(draft) == []
    await keep(draft, PERSON | {"nama": "SITI AMINAN"}, page)
    assert await unfinished.pages(draft) == ["identitas"]


async def test_only_the_applicant_and_only_while_it_may_change() -> None:
    """G1: operators type nothing into it; what was sent stays as it was sent."""
    draft = await begun()
    page = await shown(draft, "identitas", PHONE)
    with pytest.raises(Missing):
        await unfinished.keep(draft, "identitas", HALF, page, ANYBODY, MONDAY)
    sent = await submitted({"nik": "3515115208900002"})
    operator = await member_of_staff(Role.OPERATOR)
    with pytest.raises(Refused, match="berwenang"):
        await unfinished.keep(
            sent, "identitas", HALF, await shown(sent, "identitas", PHONE), operator, MONDAY
        )
    with pytest.raises(Overtaken):
        await keep(sent, HALF, await shown(sent, "identitas", PHONE))


async def test_while_a_file_is_mended_only_what_may_be_mended_is_kept() -> None:
    """P7: data and contacts of a returned file; what was asked for is not asked again."""
    mended = await an_application(State.RETURNED)
    await keep(mended, HALF, await shown(mended, "identitas", PHONE))
    assert await unfinished.pages(mended) == ["identitas"]
    with pytest.raises(Overtaken):
        await keep(mended, {"alasan": "other"}, await shown(mended, "alasan", PHONE), "alasan")
    # A page that was left open since before it was sent does not know that.
    earlier = Edition(mended.version - 1, 1, OTHER)
    with pytest.raises(Newer):
        await keep(mended, {"nik": "1"}, earlier)


async def test_a_page_holds_so_much_and_names_its_edition() -> None:
    draft = await begun(reason="physical_change")
    page = await shown(draft, "keterangan", PHONE)
    await keep(draft, {"catatan": "ü" * 4000}, page, "keterangan")
    with pytest.raises(Refused, match="terlalu panjang"):
        await keep(draft, {"catatan": "ü" * 4200}, page, "keterangan")
    with pytest.raises(Refused, match="Muat ulang"):
        await keep(draft, {"catatan": "x"}, None, "keterangan")
    for nonsense in ("", "1-2", "1-2-short", "1-2-" + "x" * 25, "-1-2-" + "x" * 12, "٣-2-" + "x" * 12):
        assert unfinished.edition(nonsense) is None
    assert unfinished.edition(str(page)) == page


async def test_it_goes_when_the_draft_is_sent_or_thrown_away() -> None:
    """Privacy: half an identity number outlives neither its draft nor its use."""
    thrown = await begun()
    await keep(thrown, HALF, await shown(thrown, "identitas", PHONE))
    await applications.discard(thrown, holder(thrown), MONDAY)
    assert await Unfinished.count() == 0
    draft = await with_documents(await filled())
    await keep(draft, HALF, await shown(draft, "identitas", PHONE))
    sent = await applications.submit(draft, holder(draft), MONDAY)
    assert await Unfinished.count() == 0
    # Whatever else closed it.
    await Unfinished.insert(Unfinished(application=sent.id, page="kontak", typed_at=MONDAY))
    await applications.purge_drafts(MONDAY)
    assert await Unfinished.count() == 0


async def test_who_still_types_keeps_the_draft() -> None:
    """P5: seven days count from the last letter, not from the last saved step."""
    draft = (await applications.start(Change.PHOTO, ANYBODY, MONDAY)).application
    week = timedelta(days=7)
    await keep(draft, {"alasan": "other"}, await shown(draft, "alasan", PHONE), "alasan", now=LATER)
    assert await applications.purge_drafts(MONDAY + week) == 0
    assert await applications.purge_drafts(LATER + week) == 1
    assert (await casework.reread(draft)).state == State.WITHDRAWN
    assert await Unfinished.count() == 0

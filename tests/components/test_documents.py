"""Pages that come in, are shown, replaced and removed."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import pytest

from components import applications, casework, documents, history, looks, pages, pictures, receiving
from components.actors import SYSTEM, applicant
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from models.application import Application, Document, Page
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Act, Role, State
from tests.support.drafts import begun, holder, light, looked_at, photo, submitted, with_documents
from tests.support.service import MONDAY, member_of_staff

pytestmark = pytest.mark.usefixtures("service")

CARD, FAMILY, FORM = DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102
LATER = MONDAY + timedelta(hours=1)


async def send(
    draft: Application,
    name: str,
    kind: DocumentKind = CARD,
    *,
    replace: bool = False,
    filename: str = "foto.jpg",
) -> Document:
    content = light(name) if name.startswith(("siti", "agus")) else photo(name)
    return await receiving.receive(draft, kind, content, filename, holder(draft), MONDAY, replace=replace)


async def slot(application: Application, kind: DocumentKind) -> documents.Slot:
    return next(one for one in await documents.slots(application) if one.kind is kind)


def files(service: Kit) -> list[Path]:
    return [path for path in service.settings.store_folder.rglob("*") if path.is_file()]


async def returned(kind: DocumentKind) -> Application:
    """An application whose document of this kind was found not to fit, all others were."""
    sent = await submitted()
    operator = await member_of_staff(Role.OPERATOR)
    await Document.update({Document.verdict: "accepted"}).where(Document.application == sent.id)
    await Document.update({Document.verdict: "rejected", Document.reasons: json.dumps(["blurred"])}).where(
        (Document.application == sent.id) & (Document.kind == str(kind))
    )
    return await casework.advance(sent, Act.RETURN, operator, MONDAY, silent=True)


async def test_each_required_document_has_its_slot() -> None:
    """R2: old card, KK and F-1.02, empty at first, each filled by a photo."""
    draft = await begun()
    assert [one.kind for one in await documents.slots(draft)] == [CARD, FAMILY, FORM]
    assert all(one.wanted for one in await documents.slots(draft))
    await send(draft, "siti-ktp.jpg")
    filled = await slot(draft, CARD)
    assert not filled.wanted
    assert filled.received_at == MONDAY
    assert max(filled.pages[0].width, filled.pages[0].height) <= 2400


async def test_the_same_photo_twice_is_one_page() -> None:
    """P5: a tap too many, or a retry whose first answer was lost, changes nothing."""
    draft = await begun()
    await asyncio.gather(*[send(draft, "agus-ktp.jpg") for _ in range(3)])
    assert len((await slot(draft, CARD)).pages) == 1
    assert await Page.count() == 1


async def test_several_photos_are_several_pages_in_order() -> None:
    draft = await begun()
    for name in ("siti-kk.jpg", "agus-kk.jpg"):
        await send(draft, name, FAMILY)
    pages = (await slot(draft, FAMILY)).pages
    assert len(pages) == 2
    assert pages[0].id < pages[1].id


async def test_a_pdf_yields_its_pages() -> None:
    """P12: a scan of two pages is two pages, and the same PDF again is no more."""
    draft = await begun()
    for _ in range(2):
        await send(draft, "scan-nuraini-kk-f102.pdf", FAMILY)
    assert len((await slot(draft, FAMILY)).pages) == 2


async def test_a_document_has_at_most_six_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    draft = await begun()
    monkeypatch.setattr(receiving, "MOST_PAGES", 1)
    await send(draft, "siti-kk.jpg", FAMILY)
    with pytest.raises(Refused) as no:
        await send(draft, "agus-kk.jpg", FAMILY)
    assert set(no.value.fields) == {"family_card"}
    with pytest.raises(Refused):
        await send(draft, "scan-nuraini-kk-f102.pdf", FORM)


async def test_all_pages_together_have_a_limit(monkeypatch: pytest.MonkeyPatch, service: Kit) -> None:
    draft = await begun()
    await send(draft, "siti-ktp.jpg")
    monkeypatch.setattr(receiving, "MOST_BYTES", (await slot(draft, CARD)).pages[0].size + 1)
    with pytest.raises(Refused, match="bersama-sama"):
        await send(draft, "siti-kk.jpg", FAMILY)
    assert len(files(service)) == 2


async def test_what_cannot_be_read_leaves_nothing(service: Kit) -> None:
    draft = await begun()
    with pytest.raises(Refused) as no:
        await receiving.receive(draft, CARD, b"not a photo", "foto.jpg", holder(draft), MONDAY)
    assert no.value.fields == {"old_card": pictures.MESSAGES[pictures.Reason.KIND]}
    assert files(service) == []
    assert (await slot(draft, CARD)).wanted


async def test_a_reader_that_is_down_is_our_fault_not_the_photos(monkeypatch: pytest.MonkeyPatch) -> None:
    async def down(_data: bytes) -> pictures.Reading:
        raise pictures.ReaderDown

    draft = await begun()
    monkeypatch.setattr(pictures, "read_document", down)
    with pytest.raises(Refused, match="gangguan di sistem kami"):
        await send(draft, "agus-ktp.jpg")


async def test_doubts_about_a_photo_are_told_and_never_block() -> None:
    draft = await begun()
    await send(draft, "bad-ktp-blurred.jpg")
    seen = await slot(draft, CARD)
    assert "blurred" in seen.flags
    assert not seen.wanted


async def test_taking_again_replaces_in_a_draft_without_a_trace(service: Kit) -> None:
    draft = await begun()
    await send(draft, "bad-ktp-blurred.jpg")
    await send(draft, "siti-ktp.jpg", replace=True)
    await pages.settled()
    assert len((await slot(draft, CARD)).pages) == 1
    assert await Page.count() == 1
    assert len(files(service)) == 2


async def test_a_document_that_is_not_asked_for_is_not_taken() -> None:
    draft = await begun()
    with pytest.raises(Missing):
        await send(draft, "siti-kk.jpg", DocumentKind.POLICE_LETTER)


async def test_hostile_names_are_only_shown_and_never_more_than_that() -> None:
    draft = await begun()
    await send(draft, "agus-ktp.jpg", filename="../../etc/pass\u202ewd\r\nx" + "a" * 300 + ".jpg")
    page = await Page.objects().first()
    assert page is not None
    assert page.original_name.startswith("passwdxaaa")
    assert len(page.original_name) == 120


async def test_a_page_can_be_taken_out_again(service: Kit) -> None:
    draft = await begun()
    await send(draft, "agus-kk.jpg", FAMILY)
    page_id = (await slot(draft, FAMILY)).pages[0].id
    with pytest.raises(Missing):
        await documents.remove_page(draft, page_id + 1000, holder(draft), MONDAY)
    other = await begun()
    with pytest.raises(Missing):
        await documents.remove_page(other, page_id, holder(other), MONDAY)
    assert await documents.remove_page(draft, page_id, holder(draft), MONDAY) is FAMILY
    await pages.settled()
    assert (await slot(draft, FAMILY)).wanted
    assert files(service) == []


async def test_nothing_is_taken_once_it_is_in_the_queue() -> None:
    sent = await submitted()
    page_id = (await slot(sent, CARD)).pages[0].id
    with pytest.raises(Overtaken):
        await send(sent, "agus-ktp.jpg")
    with pytest.raises(Overtaken):
        await documents.remove_page(sent, page_id, holder(sent), MONDAY)


async def test_a_replacement_waits_for_a_new_verdict_and_the_old_page_stays() -> None:
    """P7: only what did not fit is sent again; the officer can compare both."""
    application = await returned(CARD)
    assert [one.kind for one in await documents.slots(application) if one.wanted] == [CARD]
    with pytest.raises(Refused, match="sama"):
        await send(application, "siti-ktp.jpg")
    with pytest.raises(Refused, match="sudah benar"):
        await send(application, "agus-kk.jpg", FAMILY)
    await send(application, "agus-ktp.jpg")
    mended = await slot(application, CARD)
    assert (mended.verdict, mended.reasons, len(mended.pages)) == ("waiting", (), 1)
    replaced = await Page.select(Page.replaced_at).where(Page.replaced_at.is_not_null())
    assert [row["replaced_at"] for row in replaced] == [MONDAY]


async def test_a_judged_page_cannot_be_taken_out() -> None:
    application = await returned(CARD)
    page_id = (await slot(application, CARD)).pages[0].id
    with pytest.raises(Refused, match="sudah dinilai"):
        await documents.remove_page(application, page_id, holder(application), MONDAY)


async def test_the_holder_sees_the_page_and_no_line_is_written() -> None:
    sent = await submitted()
    page_id = (await slot(sent, CARD)).pages[0].id
    whole = await looked_at(sent, page_id, holder(sent), LATER)
    small = await looked_at(sent, page_id, holder(sent), LATER, looks.Size.SMALL)
    assert whole.startswith(b"\xff\xd8\xff")
    assert len(small) <= 6_000 < len(whole)
    assert "look" not in [line.act for line in await history.lines(sent.id)]


async def test_a_look_by_staff_is_recorded_and_watermarked() -> None:
    """P6, M4: reading a scan is itself an event, written before the bytes go out."""
    sent = await submitted()
    page_id = (await slot(sent, CARD)).pages[0].id
    operator = await member_of_staff(Role.OPERATOR)
    marked = await looked_at(sent, page_id, operator, LATER)
    assert marked != await looked_at(sent, page_id, holder(sent), LATER)
    line = (await history.lines(sent.id))[-1]
    assert (line.act, line.actor) == ("look", f"staff:{operator.staff_id}")


async def test_strangers_see_no_page() -> None:
    sent = await submitted()
    page_id = (await slot(sent, CARD)).pages[0].id
    other = await begun()
    registrar = await member_of_staff(Role.REGISTRAR, village_id=1)
    for application, who in (
        (sent, holder(other)),
        (sent, registrar),
        (other, holder(other)),
        (sent, applicant(0)),
    ):
        with pytest.raises(Missing):
            await looked_at(application, page_id, who, LATER)


async def test_removed_scans_are_gone_for_good(service: Kit) -> None:
    """Replaced pages too; what remains says that there was something."""
    application = await returned(CARD)
    await send(application, "agus-ktp.jpg")
    assert len(files(service)) == 8
    assert await documents.remove_scans(application, LATER) == 4
    assert await documents.remove_scans(application, LATER) == 0
    await pages.settled()
    assert files(service) == []
    assert await Page.count() == 4
    assert await Page.exists().where(Page.original_name != "") is False
    assert [line.act for line in await history.lines(application.id)].count("scans_removed") == 1


async def test_documents_that_fit_go_along_into_a_new_draft() -> None:
    """P7: after a lapse only what did not fit has to be photographed again."""
    application = await returned(CARD)
    lapsed = await casework.advance(application, Act.LAPSE, SYSTEM, LATER, silent=True)
    draft = await begun()
    await documents.copy_fitting(lapsed, draft, LATER)
    assert [one.kind for one in await documents.slots(draft) if one.wanted] == [CARD]
    page_id = (await slot(draft, FAMILY)).pages[0].id
    assert (await looked_at(draft, page_id, holder(draft), LATER)).startswith(b"\xff\xd8\xff")
    assert lapsed.state == State.LAPSED


async def test_a_page_that_broke_on_disk_is_said_plainly(service: Kit) -> None:
    draft = await with_documents(await begun())
    page_id = (await slot(draft, CARD)).pages[0].id
    for path in files(service):
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(Refused, match="rusak di penyimpanan"):
        await looked_at(draft, page_id, holder(draft), MONDAY)
    assert applications.requirements(draft)

"""Looking at pages: how light they are, and that every officer's look is written down first [P6, G1, M4]."""

import io
import json
from datetime import timedelta

import pytest
from PIL import Image

from components import applications, casework, documents, history, looks, pictures, receiving
from components.actors import Actor
from components.kit import Kit
from components.looks import Size
from components.refusals import Missing
from models.application import Application, Page
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role
from tests.support.databases import on_sqlite
from tests.support.drafts import filled, holder, light, looked_at, photo, submitted, with_documents
from tests.support.service import MONDAY, member_of_staff

PHOTOS = {
    DocumentKind.OLD_CARD: "ktp",
    DocumentKind.FAMILY_CARD: "kk",
    DocumentKind.FORM_F102: "f102",
}


@pytest.fixture
async def operator(service: Kit) -> Actor:
    return await member_of_staff(Role.OPERATOR)


async def page_ids(application: Application) -> list[int]:
    return [page.id for slot in await documents.slots(application) for page in slot.pages]


async def noted(application: Application) -> list[object]:
    """The sizes of the looks that were written down, in order."""
    return [
        json.loads(line.details)["size"] for line in await history.lines(application.id) if line.act == "look"
    ]


async def sent_by(who: str) -> Application:
    """A complete application with this person's photos as they are."""
    draft = await filled()
    for kind, name in PHOTOS.items():
        await receiving.receive(draft, kind, photo(f"{who}-{name}.jpg"), "a.jpg", holder(draft), MONDAY)
    return await applications.submit(draft, holder(draft), MONDAY)


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


@on_sqlite
@pytest.mark.parametrize("who", ["siti", "agus", "nuraini"])
async def test_a_file_of_three_documents_is_light_for_an_officer(operator: Actor, who: str) -> None:
    """With the page around them at most 350 KB; thumbnails come first and are unreadably small."""
    sent = await sent_by(who)
    weight = 0
    for page_id in await page_ids(sent):
        small = await looked_at(sent, page_id, operator, MONDAY, Size.SMALL)
        screen = await looked_at(sent, page_id, operator, MONDAY, Size.SCREEN)
        own = await looked_at(sent, page_id, holder(sent), MONDAY, Size.SMALL)
        assert max(opened(small).size) == 80
        assert max(len(small), len(own)) <= 6_000
        assert opened(screen).format == "WEBP"
        weight += len(small) + len(screen)
    assert weight <= 325_000


@on_sqlite
async def test_print_of_a_family_card_keeps_its_pixels(operator: Actor) -> None:
    """Eight points on a sheet of A4 are 13 pixels high: less than that is hard to read."""
    sent = await sent_by("siti")
    card, family, form = [
        opened(await looked_at(sent, page_id, operator, MONDAY, Size.SCREEN))
        for page_id in await page_ids(sent)
    ]
    assert (max(family.size), max(card.size), max(form.size)) == (1600, 1120, 1280)


async def test_an_applicant_sees_the_own_page_light_and_unmarked(operator: Actor) -> None:
    sent = await sent_by("siti")
    page_id = (await page_ids(sent))[0]
    own = await looked_at(sent, page_id, holder(sent), MONDAY, Size.SCREEN)
    full = await looked_at(sent, page_id, holder(sent), MONDAY)
    assert len(own) < len(full) / 3
    assert own != await looked_at(sent, page_id, operator, MONDAY, Size.SCREEN)
    assert await noted(sent) == ["layar"]


async def test_zooming_is_one_look_and_full_size_another(operator: Actor) -> None:
    """M4: the history says who saw what and when, and is not drowned by one officer's zooming."""
    sent = await submitted()
    first, second = (await page_ids(sent))[:2]
    for minute in (0, 3, 9):
        for size in Size:
            await looked_at(sent, first, operator, MONDAY + timedelta(minutes=minute), size)
    assert await noted(sent) == ["layar", "penuh"]
    await looked_at(sent, second, operator, MONDAY, Size.SCREEN)
    await looked_at(sent, first, await member_of_staff(Role.OPERATOR), MONDAY, Size.SCREEN)
    assert len(await noted(sent)) == 4
    await looked_at(sent, first, operator, MONDAY + looks.ONE_LOOK, Size.SCREEN)
    assert len(await noted(sent)) == 5


@on_sqlite
async def test_two_pages_weigh_what_one_does(operator: Actor) -> None:
    """P6: a KK as a PDF of two pages keeps the file within its bytes; at full size nothing is spared."""
    draft = await with_documents(await filled())
    kind, name = DocumentKind.FAMILY_CARD, "scan-nuraini-kk-f102.pdf"
    await receiving.receive(draft, kind, photo(name), name, holder(draft), MONDAY, replace=True)
    own = (Page.document.application == draft.id) & (Page.document.kind == str(kind))
    ids = [row["id"] for row in await Page.select(Page.id).where(own & Page.replaced_at.is_null())]
    sent = await applications.submit(draft, holder(draft), MONDAY)
    weights = [len(await looked_at(sent, one, operator, MONDAY, Size.SCREEN)) for one in ids]
    assert len(weights) == 2
    assert sum(weights) <= 170_000


async def test_a_look_that_happened_later_does_not_cover_an_earlier_one(operator: Actor) -> None:
    """A clock that was set back must not hide a look."""
    sent = await submitted()
    page_id = (await page_ids(sent))[0]
    for moment in (MONDAY + timedelta(minutes=5), MONDAY):
        await looked_at(sent, page_id, operator, moment, Size.SCREEN)
    assert await noted(sent) == ["layar", "layar"]


async def test_without_its_line_there_is_no_picture(operator: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    """The look is on the disk before a byte of the scan leaves it."""
    sent = await submitted()
    seen = await looks.find(sent, (await page_ids(sent))[0], Size.SCREEN, operator, MONDAY)
    opened_files: list[object] = []

    async def fail(*_: object, **__: object) -> None:
        raise ConnectionError

    async def show(*given: object) -> bytes:
        opened_files.append(given)
        return b""

    monkeypatch.setattr(casework, "note", fail)
    monkeypatch.setattr(pictures, "show", show)
    with pytest.raises(ConnectionError):
        await looks.show(seen, operator, MONDAY)
    assert opened_files == []


async def test_the_tag_changes_with_whatever_changes_the_picture(operator: Actor) -> None:
    """Otherwise one officer would be shown the copy that bears another's name, or yesterday's date."""
    sent = await submitted()
    first, second = (await page_ids(sent))[:2]
    other = await member_of_staff(Role.SUPERVISOR)
    wanted = [
        (first, Size.SCREEN, operator, MONDAY),
        (first, Size.FULL, operator, MONDAY),
        (first, Size.SMALL, operator, MONDAY),
        (second, Size.SCREEN, operator, MONDAY),
        (first, Size.SCREEN, other, MONDAY),
        (first, Size.SCREEN, operator, MONDAY + timedelta(days=1)),
        (first, Size.SCREEN, holder(sent), MONDAY),
        (first, Size.SMALL, holder(sent), MONDAY),
    ]
    tags = [(await looks.find(sent, *one)).etag for one in wanted]
    assert len(set(tags)) == len(tags)
    again = await looks.find(sent, first, Size.SCREEN, operator, MONDAY + timedelta(minutes=9))
    assert again.etag == tags[0]


async def test_what_is_not_to_be_seen_is_not_even_found(operator: Actor) -> None:
    draft = await filled()
    await receiving.receive(
        draft, DocumentKind.OLD_CARD, light("siti-ktp.jpg"), "a.jpg", holder(draft), MONDAY
    )
    page_id = (await page_ids(draft))[0]
    for who in (operator, await member_of_staff(Role.REGISTRAR, village_id=1)):
        with pytest.raises(Missing):
            await looks.find(draft, page_id, Size.SMALL, who, MONDAY)
    with pytest.raises(Missing):
        await looks.find(await submitted(), page_id, Size.SMALL, operator, MONDAY)

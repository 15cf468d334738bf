"""Help for members of staff: each role its own page, with ways that lead somewhere and a picture that weighs little."""

import pytest

from components.assets import STATIC
from components.kit import Kit
from components.staff_help import GUIDES, Guide
from models.office import Village
from models.rules.workflow import Role
from tests.faults.people import STAFF, browser, signed_in
from tests.support.databases import on_sqlite


def test_each_role_has_one() -> None:
    """[M3] Whoever works here finds a page."""
    assert sorted(guide.role for guide in GUIDES) == sorted(STAFF)


async def _at_work(role: Role) -> str:
    village = await Village.objects().first()
    assert village is not None
    _, token = await signed_in(role, village_id=village.id if role is Role.REGISTRAR else None)
    return token


@on_sqlite
@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.slug)
async def test_what_is_done_in_a_day_is_where_it_says(service: Kit, guide: Guide) -> None:
    """[M3] Every step leads to a room that this role may enter; nobody else reads the page."""
    async with browser(await _at_work(guide.role)) as one:
        assert (await one.get("/bantuan/petugas")).headers["location"] == f"/bantuan/petugas/{guide.slug}"
        page = await one.get(f"/bantuan/petugas/{guide.slug}")
        assert [(step.href, (await one.get(step.href)).status_code) for step in guide.steps] == [
            (step.href, 200) for step in guide.steps
        ]
    assert page.status_code == 200
    assert f'alt="{guide.seen}"' in page.text
    other = next(role for role in STAFF if role is not guide.role)
    async with browser(await _at_work(other)) as one:
        assert (await one.get(f"/bantuan/petugas/{guide.slug}")).status_code == 403


@on_sqlite
async def test_who_holds_two_roles_reads_both(service: Kit) -> None:
    _, token = await signed_in(Role.OPERATOR, Role.COUNTER)
    async with browser(token) as one:
        page = await one.get("/bantuan/petugas/loket")
    assert 'href="/bantuan/petugas/operator"' in page.text


@pytest.mark.parametrize("guide", GUIDES, ids=lambda guide: guide.slug)
def test_a_picture_weighs_at_most_25_kilobytes(guide: Guide) -> None:
    """Officers work on the village's line, too."""
    assert 0 < (STATIC / guide.picture).stat().st_size <= 25_000

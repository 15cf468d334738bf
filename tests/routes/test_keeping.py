"""/pengaturan/penyimpanan: an administrator sets how long what is kept, the supervisor and the citizen read it."""

import httpx

from components.kit import Kit
from models.rules.keeping import BOUNDS
from models.rules.workflow import Role
from tests.routes.test_messages import signed_in
from tests.support.databases import on_sqlite

pytestmark = on_sqlite
HOME = "/pengaturan/penyimpanan"
USUAL = {str(term): str(bounds.usual) for term, bounds in BOUNDS.items()}


async def test_terms_are_set_and_shown_to_everybody(service: Kit, client: httpx.AsyncClient) -> None:
    """A number that does not fit comes back as typed; what is saved stands on the page about one's data at once."""
    assert "Dihapus 30 hari setelah KTP-el diserahkan" in (await client.get("/data-anda")).text
    await signed_in(client, Role.ADMIN)
    wrong = await client.post(HOME, data={**USUAL, "identity": "1x", "_kunci": "a"})
    assert wrong.status_code == 422
    assert "Tulis angka 90 sampai 1825." in wrong.text
    assert 'value="1x"' in wrong.text
    kept = await client.post(HOME, data={**USUAL, "scans_handed_over": "45", "_kunci": "b"})
    assert (kept.status_code, kept.headers["location"]) == (303, HOME)
    assert "Lama penyimpanan data diubah" in (await client.get("/pengaturan")).text
    assert "Dihapus 45 hari setelah KTP-el diserahkan" in (await client.get("/data-anda?x")).text


async def test_the_supervisor_reads_and_sets_nothing(service: Kit, client: httpx.AsyncClient) -> None:
    """[M4] The terms and the figures, without a form; others are turned away."""
    await signed_in(client, Role.SUPERVISOR)
    page = await client.get(HOME)
    assert "45 hari" not in page.text
    assert "180 hari" in page.text
    assert '<form method="post" action="/pengaturan/penyimpanan"' not in page.text
    assert (await client.post(HOME, data={**USUAL, "_kunci": "c"})).status_code == 403
    await signed_in(client, Role.OPERATOR)
    assert (await client.get(HOME)).status_code == 403

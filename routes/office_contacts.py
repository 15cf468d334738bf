"""How the office can be reached: /pengaturan/kontak [C1]."""

from litestar import get, post
from litestar.di import NamedDependency

from components import office_contacts
from components.refusals import Refused
from routes.administration import ADMIN
from routes.forms import Form
from routes.visit import Html, Visit

HOME = "/pengaturan/kontak"


@get(HOME, guards=[ADMIN])
async def show(visit: NamedDependency[Visit]) -> Html:
    """The contacts as they stand."""
    return await _page(visit)


async def _page(visit: Visit, no: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "administration/contacts.html",
        status=422 if no else 200,
        labels=office_contacts.LABELS,
        values=form.values if form else await office_contacts.stands(visit.actor),
        refused=no,
    )


@post(HOME, guards=[ADMIN])
async def save(visit: NamedDependency[Visit]) -> Html:
    """New contacts; every public page shows them from now on."""
    form = await visit.form()

    async def work() -> str:
        await office_contacts.save(form.values, visit.actor, visit.now)
        return HOME

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _page(visit, no, form)


HANDLERS = (show, save)

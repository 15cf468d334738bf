"""Lists to take along: the same list as CSV and as XLSX, at the address of the list with their ending [M4]."""

from collections.abc import Callable

from litestar import get
from litestar.handlers import HTTPRouteHandler
from litestar.response import Stream
from litestar.types import AnyCallable, Guard

from components import exports, in_full
from components.exports import Taken
from components.in_full import Numbered
from components.kit import kit
from components.spreadsheets import Form, Sheet
from models.rules.calendar import wib_day
from routes.forms import Form as FormData
from routes.visit import Visit

_TYPES = {
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def both_forms(path: str, guard: Guard) -> Callable[[AnyCallable], HTTPRouteHandler]:
    """What a handler of the list's file is marked with; it answers with file_of()."""
    return get([f"{path}.{form}" for form in Form], guards=[guard])


def form_named(text: str) -> Form:
    """Which form is meant; CSV where none is."""
    return Form.XLSX if text == Form.XLSX else Form.CSV


async def file_of(visit: Visit, sheet: Sheet, form: Form | None = None) -> Stream:
    """The list as a file to save; that it was taken is recorded before. form: as the address ends where it is None."""
    wanted = form or form_named(visit.request.url.path.rpartition(".")[2])
    return _answer(
        visit, await exports.take(sheet, wanted, visit.actor, visit.now, kit().settings.data), wanted
    )


async def file_in_full(visit: Visit, sheet: Numbered, form: FormData) -> Stream:
    """The list with whole NIKs, for the reason in the form. Raises Refused with the field `alasan`."""
    wanted, data = form_named(form.text("bentuk")), kit().settings.data
    taken = await in_full.take(sheet, form.text("alasan"), wanted, visit.actor, visit.now, data)
    return _answer(visit, taken, wanted)


def _answer(visit: Visit, taken: Taken, form: Form) -> Stream:
    name, _, ending = taken.name.rpartition(".")
    return Stream(
        taken.pieces(),
        media_type=_TYPES[form],
        headers={
            "Cache-Control": "no-store",
            "Content-Length": str(taken.size),
            "Content-Disposition": f'attachment; filename="{name}-{wib_day(visit.now)}.{ending}"',
        },
    )

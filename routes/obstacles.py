"""Obstacles and devices as officers set them: /kendala [M2, T1]."""

from datetime import UTC, datetime
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import devices, obstacles
from components.obstacles import Entry
from components.refusals import Missing, Refused
from components.wording import OBSTACLE_WORDS
from components.words import WIB
from models.obstacle import Obstacle
from models.rules.obstacles import OF_DEVICES, ObstacleKind
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

OFFICERS = only(Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR)
_DEVICE = "alat-"
_BACK = {"loket": "/loket"}


@get("/kendala", guards=[OFFICERS])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """What stands in the way now, the devices, and what did in the last 90 days."""
    return await _page(visit)


async def _page(
    visit: Visit, *, refused: Refused | None = None, form: Form | None = None, part: str = ""
) -> Html:
    """part: which form was refused: "declare", "device", or "end-" and the id of the obstacle."""
    office_id = visit.actor.office_id or 0
    lines = await obstacles.listing(office_id, visit.now)
    return visit.page(
        "obstacles/overview.html",
        status=422 if refused else 200,
        open=[line for line in lines if line.lasts],
        past=[line for line in lines if not line.lasts],
        corrections={line.row.corrects: line.row.id for line in lines if line.row.corrects},
        devices=await devices.overview(office_id),
        choices=await _choices(office_id),
        kinds=[(str(kind), _device_word(kind)) for kind in ObstacleKind if kind in OF_DEVICES],
        refused=refused,
        part=part,
        values=form.values if form else {},
        came_from="",
    )


def _device_word(kind: ObstacleKind) -> str:
    return {
        ObstacleKind.CAMERA: "Kamera",
        ObstacleKind.SIGNATURE_PAD: "Alat tanda tangan",
        ObstacleKind.PRINTER: "Pencetak KTP-el",
        ObstacleKind.SIAK_NETWORK: "Jaringan",
        ObstacleKind.POWER: "Listrik",
    }[kind]


async def _choices(office_id: int) -> list[tuple[str, str]]:
    """What can be out: each kind for the whole office, then each device by its name."""
    whole = [(str(kind), words) for kind, words in OBSTACLE_WORDS.items()]
    return whole + [
        (f"{_DEVICE}{line.id}", f"Alat: {line.name}") for line in await devices.overview(office_id)
    ]


async def _entry(visit: Visit, form: Form) -> Entry:
    """What was typed about an obstacle. Raises Refused with fields for what cannot be read."""
    fields: dict[str, str] = {}
    what = form.text("what")
    known = {str(line.id): line for line in await devices.overview(visit.actor.office_id or 0)}
    device = known.get(what.removeprefix(_DEVICE)) if what.startswith(_DEVICE) else None
    kind = device.kind if device else what
    if kind not in ObstacleKind._value2member_map_:
        fields["what"] = "Pilih apa yang terganggu."
    began, expected = _moment(form, "began_at", fields), _moment(form, "expected_at", fields)
    if fields:
        raise Refused("Kendala belum dicatat.", fields)
    return Entry(
        ObstacleKind(kind),
        form.text("reason"),
        device.id if device else None,
        began,
        expected,
        form.text("late_reason"),
    )


def _moment(form: Form, name: str, fields: dict[str, str]) -> datetime | None:
    """A date and time of a form, typed in WIB; None when left empty."""
    text = form.text(name)
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=WIB).astimezone(UTC)
    except (ValueError, OverflowError):
        fields[name] = "Pilih tanggal dan jamnya."
        return None


def _typed(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(WIB):%Y-%m-%dT%H:%M}"


@post("/kendala", guards=[OFFICERS])
async def declare(visit: NamedDependency[Visit]) -> Html:
    """Declare an obstacle, now or entered late [T1]."""
    form = await visit.form()

    async def work() -> str:
        await obstacles.declare(await _entry(visit, form), visit.actor, visit.now)
        return "/kendala"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no, form=form, part="declare")


@post("/kendala/{obstacle_id:int}/akhir", guards=[OFFICERS])
async def end(visit: NamedDependency[Visit], obstacle_id: FromPath[int]) -> Html:
    """It is over, since now or since an earlier moment."""
    row = await obstacles.of_office(obstacle_id, visit.actor)
    form = await visit.form()

    async def work() -> str:
        fields: dict[str, str] = {}
        over = _moment(form, "ended_at", fields)
        if fields:
            raise Refused("Kendala belum ditutup.", fields)
        await obstacles.end(
            row.id,
            visit.actor,
            visit.now,
            ended_at=over,
            note=form.text("note"),
            late_reason=form.text("late_reason"),
        )
        return "/kendala"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no, form=form, part=f"end-{row.id}")


@get("/kendala/{obstacle_id:int}/perbaikan", guards=[OFFICERS])
async def correction_form(visit: NamedDependency[Visit], obstacle_id: FromPath[int]) -> Html:
    """The entry as it stands, to be put right by a new one."""
    row = await obstacles.of_office(obstacle_id, visit.actor)
    stands = {
        "what": f"{_DEVICE}{row.device}" if row.device else row.kind,
        "reason": row.reason,
        "began_at": _typed(row.began_at),
        "ended_at": _typed(row.ended_at),
    }
    return await _correction_page(visit, row, stands)


async def _correction_page(
    visit: Visit, row: Obstacle, values: dict[str, Any], refused: Refused | None = None
) -> Html:
    return visit.page(
        "obstacles/correction.html",
        status=422 if refused else 200,
        row=row,
        choices=await _choices(row.office),
        refused=refused,
        values=values,
    )


@post("/kendala/{obstacle_id:int}/perbaikan", guards=[OFFICERS])
async def correct(visit: NamedDependency[Visit], obstacle_id: FromPath[int]) -> Html:
    """A new entry in the place of the wrong one, which stays in the list [T1]."""
    row = await obstacles.of_office(obstacle_id, visit.actor)
    form = await visit.form()

    async def work() -> str:
        fields: dict[str, str] = {}
        entry, over = await _entry(visit, form), _moment(form, "ended_at", fields)
        if entry.began_at is None:
            fields["began_at"] = "Pilih tanggal dan jamnya."
        if fields:
            raise Refused("Kendala belum diperbaiki.", fields)
        await obstacles.correct(row.id, entry, over, visit.actor, visit.now)
        return "/kendala"

    try:
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _correction_page(visit, row, dict(form.values), no)


# --- devices ---


async def _device_step(visit: Visit, form: Form, part: str, work: Any) -> Html:
    async def and_back() -> str:
        await work()
        return _BACK.get(form.text("dari"), "/kendala")

    try:
        return await visit.once(form, and_back)
    except Missing:
        raise
    except Refused as no:
        return await _page(visit, refused=no, form=form, part=part)


@post("/kendala/alat", guards=[OFFICERS])
async def add_device(visit: NamedDependency[Visit]) -> Html:
    """One more device of the office [M2]."""
    form = await visit.form()
    return await _device_step(
        visit,
        form,
        "device",
        lambda: devices.add(form.text("kind"), form.text("name"), visit.actor, visit.now),
    )


@post("/kendala/alat/{device_id:int}/gangguan", guards=[OFFICERS])
async def stop_device(visit: NamedDependency[Visit], device_id: FromPath[int]) -> Html:
    """Out of service, with the reason."""
    form = await visit.form()
    return await _device_step(
        visit,
        form,
        f"device-{device_id}",
        lambda: devices.stop(device_id, form.text("reason"), visit.actor, visit.now),
    )


@post("/kendala/alat/{device_id:int}/pemulihan", guards=[OFFICERS])
async def start_device(visit: NamedDependency[Visit], device_id: FromPath[int]) -> Html:
    """Back in service."""
    form = await visit.form()
    return await _device_step(visit, form, "device", lambda: devices.start(device_id, visit.actor, visit.now))


@post("/kendala/alat/{device_id:int}/penghapusan", guards=[OFFICERS])
async def retire_device(visit: NamedDependency[Visit], device_id: FromPath[int]) -> Html:
    """Off the list: the office has it no more."""
    form = await visit.form()
    return await _device_step(
        visit, form, "device", lambda: devices.retire(device_id, visit.actor, visit.now)
    )


HANDLERS = (
    overview,
    declare,
    end,
    correction_form,
    correct,
    add_device,
    stop_device,
    start_device,
    retire_device,
)

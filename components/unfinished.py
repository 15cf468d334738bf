"""Typing that is not saved yet, kept as typed until its step is saved, so that no closed tab loses it [P5].

Nothing of it is judged, and nothing of it counts: half a NIK is kept as half a NIK, sealed, and the columns of the
application stay as they are. Two devices never write over each other unasked: each rendered page says which edition
it was made from, and what is based on an older one is refused with `Newer`.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from piccolo.columns.combination import WhereRaw

from components.actors import Actor
from components.kit import kit
from components.particulars import answered
from components.refusals import Refused
from components.sealing import seal
from components.wishes import DRAFTS, EDITABLE, refuse_unless_open
from components.words import WIB, tanggal_jam
from models.application import Application
from models.db import transaction
from models.rules.workflow import State
from models.unfinished import Unfinished

FIELDS: dict[str, tuple[str, ...]] = {
    "perubahan": ("perubahan",),
    "alasan": ("alasan",),
    "keterangan": ("catatan",),
    "rincian": ("catatan", "ikut", "kawin"),
    "kontak": ("no_hp", "whatsapp", "email", "desa"),
    "identitas": (
        "nik",
        "no_kk",
        "nama",
        "tempat_lahir",
        "tgl_lahir",
        "jenis_kelamin",
        "alamat",
        "rt_rw",
    ),
}
"""What is kept of each page, by the last part of its address; whatever else a form holds is not."""

LARGEST = 8 * 1024
"""Bytes that are kept of one page at most."""

_WHILE_RETURNED = frozenset({"kontak", "identitas"})
_EDITION = re.compile(r"([0-9]{1,9})-([0-9]{1,9})-([A-Za-z0-9_-]{8,24})", re.ASCII)


@dataclass(frozen=True)
class Edition:
    """What a page was rendered from: the application's version and its typing's; `page` names the rendering."""

    application: int
    typing: int
    page: str

    def __str__(self) -> str:
        return f"{self.application}-{self.typing}-{self.page}"


@dataclass(frozen=True)
class Kept:
    """What is kept of one page. values: empty when there is nothing that was not saved."""

    values: Mapping[str, str] = field(repr=False)
    version: int = 0
    at: datetime | None = None

    def edition(self, application: Application, page: str) -> Edition:
        """What a page rendered from this, now, under this name, is made from."""
        return Edition(application.version, self.version, page)


class Newer(Refused):
    """The page was changed elsewhere after the own one was rendered; nothing was written.

    kept: what stands there now. theirs: its values, or those saved, by the fields' names, where they differ.
    """

    def __init__(self, kept: Kept, theirs: Mapping[str, str], at: datetime, now: datetime) -> None:
        super().__init__(f"Ada isian lebih baru dari perangkat lain ({moment(at, now)}).")
        self.kept = kept
        self.theirs = theirs


def moment(at: datetime, now: datetime, word: str = "") -> str:
    """When it was typed: "08.21" with this word before it today, otherwise with its day."""
    local = at.astimezone(WIB)
    return f"{word}{local:%H.%M}" if local.date() == now.astimezone(WIB).date() else tanggal_jam(at)


def allowed(page: str) -> frozenset[State]:
    """The states in which the applicant may change this page."""
    return EDITABLE if page in _WHILE_RETURNED else DRAFTS


def edition(text: str) -> Edition | None:
    """The edition that a form names; None when it names none that we wrote."""
    found = _EDITION.fullmatch(text)
    return Edition(int(found[1]), int(found[2]), found[3]) if found else None


async def look(application: Application, page: str) -> Kept:
    """What was typed on this page and not saved; what is saved already in the same words is nothing unfinished."""
    row = await Unfinished.objects().where(_place(application, page)).first()
    if row is None:
        return Kept({})
    typed = _unsealed(application, row)
    saved = answered(application)
    return Kept({} if _alike(page, typed, saved) else typed, row.version, row.typed_at)


async def keep(
    application: Application,
    page: str,
    typed: Mapping[str, str],
    made_from: Edition | None,
    by: Actor,
    now: datetime,
) -> None:
    """Keep what is typed on this page. The same again, also by another device, is no conflict.

    typed: form values of any shape. made_from: as the page said; None is refused. Raises Missing for who must
    not see the application, Overtaken when it cannot be changed any more, Newer when the page was changed
    elsewhere meanwhile, Refused for more than LARGEST bytes.
    """
    refuse_unless_open(application, by, allowed(page))
    if made_from is None:
        raise Refused("Isian tidak terbaca. Muat ulang halaman, lalu isi lagi.")
    values = _fields(page, typed)
    text = json.dumps(values, ensure_ascii=False)
    if len(text.encode()) > LARGEST:
        raise Refused("Tulisan terlalu panjang untuk disimpan. Ringkas dulu.")
    await _put(application, page, values, seal(application.number, f"typing:{page}", text), made_from, now)


async def settle(
    application: Application, page: str, typed: Mapping[str, str], made_from: Edition | None, now: datetime
) -> None:
    """The step is being saved, so nothing of it is unfinished any more; call it in the transaction that saves.

    made_from: None for a form that shows nothing of the page, such as a button with one answer: it always counts.
    Raises Newer when the page was changed elsewhere in another way.
    """
    await _put(application, page, _fields(page, typed), "", made_from, now)


async def forget(application_id: int) -> None:
    """Remove all unfinished typing of an application: it was sent, or is thrown away."""
    await Unfinished.delete().where(Unfinished.application == application_id)


async def purge() -> None:
    """Remove what nobody can go on with, for its application is on its way or closed."""
    shut = (
        "EXISTS (SELECT 1 FROM application a WHERE a.id = unfinished.application AND a.state NOT IN ({}, {}))"
    )
    await Unfinished.delete().where(WhereRaw(shut, *sorted(EDITABLE)))


async def typed_since(ids: Iterable[int], after: datetime) -> set[int]:
    """Those of these applications in which something was typed, or a step saved, after that."""
    rows = await Unfinished.select(Unfinished.application.as_alias("id")).where(
        Unfinished.application.is_in(list(ids)) & (Unfinished.typed_at > after)
    )
    return {row["id"] for row in rows}


async def pages(application: Application) -> list[str]:
    """The pages with unfinished typing that the applicant could still save, in the order of asking."""
    return [
        page
        for page in FIELDS
        if application.state in allowed(page) and (await look(application, page)).values
    ]


def _place(application: Application, page: str) -> Any:
    return (Unfinished.application == application.id) & (Unfinished.page == page)


def _fields(page: str, typed: Mapping[str, str]) -> dict[str, str]:
    return {name: typed[name] for name in FIELDS[page] if typed.get(name)}


def _unsealed(application: Application, row: Unfinished) -> dict[str, str]:
    if not row.typing_sealed:
        return {}
    context = f"application:{application.number}:typing:{row.page}"
    values: dict[str, str] = json.loads(kit().vault.open(row.typing_sealed, context))
    return values


def _alike(page: str, one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return not _differing(page, one, other)


def _differing(page: str, one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """Names of the fields that do not say the same; spaces and capitals do not count."""

    def plain(values: Mapping[str, str], name: str) -> str:
        return "".join(values.get(name, "").split()).casefold()

    return [name for name in FIELDS[page] if plain(one, name) != plain(other, name)]


async def _put(
    application: Application,
    page: str,
    values: Mapping[str, str],
    sealed: str,
    made_from: Edition | None,
    now: datetime,
) -> None:
    """Write unless somebody else wrote other words since; decided by the database, so that rivals cannot both."""
    # A saved step is nobody's typing: what its own page sent just before comes too late.
    writer = made_from.page if made_from and sealed else ""
    columns = {"typing_sealed": sealed, "writer": writer, "typed_at": now}
    async with transaction():
        if made_from is None:
            await _written(application, page, columns, _place(application, page))
            return
        own = Unfinished.writer == made_from.page
        current = made_from.application == application.version
        based = (own | (Unfinished.version == made_from.typing)) if current else own
        if await _written(application, page, columns, _place(application, page) & based, insert=current):
            return
        newer = await _newer(application, page, values, now)
        if newer is not None:
            raise newer
        await _written(application, page, columns, _place(application, page))


async def _newer(
    application: Application, page: str, values: Mapping[str, str], now: datetime
) -> Newer | None:
    """What to tell whoever comes with these values; None when the same words stand there already."""
    row = await Unfinished.objects().where(_place(application, page)).first()
    fresh = await Application.objects().get(Application.id == application.id) or application
    theirs = (_unsealed(application, row) if row else {}) or answered(fresh)
    differing = _differing(page, values, theirs)
    if not differing:
        return None
    kept = Kept({}, row.version, row.typed_at) if row else Kept({})
    return Newer(kept, {name: theirs.get(name, "") for name in differing}, kept.at or fresh.touched_at, now)


async def _written(
    application: Application, page: str, columns: dict[str, Any], where: Any, insert: bool = True
) -> bool:
    """Whether a row was changed where this holds, or else the first one made."""
    values: dict[Any, Any] = {**columns, Unfinished.version: Unfinished.version + 1}
    if await Unfinished.update(values).where(where).returning(Unfinished.id):
        return True
    if not insert:
        return False
    first = Unfinished(application=application.id, page=page, **columns)
    made = (
        await Unfinished.insert(first)
        .on_conflict(target=(Unfinished.application, Unfinished.page), action="DO NOTHING")
        .returning(Unfinished.id)
    )
    return bool(made)

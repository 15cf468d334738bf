"""What the office tells and when: /pengaturan/pesan [G4]."""

from litestar import MediaType, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from components import courtesies, texts
from components.refusals import Missing, Refused
from components.texts import Preview
from models.rules.message_texts import PLACEHOLDERS, MessageWords, allowed
from models.rules.messages import OF_THE_OFFICE, ComplaintNews, Kind, News, StaffNews
from models.rules.workflow import Role
from routes.forms import Form
from routes.guards import only
from routes.visit import Html, Visit

ADMIN = only(Role.ADMIN)
_LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
"""The letter is no page of ours: its styles stand in its elements, and nothing of it runs or leads anywhere."""


_GROUPS = (
    ("Kepada pemohon", Kind),
    ("Kepada pelapor pengaduan", ComplaintNews),
    ("Kepada atasan", StaffNews),
)
_BY_SLUG = {str(kind).replace("_", "-"): kind for kind in OF_THE_OFFICE}


@get("/pengaturan/pesan", guards=[ADMIN])
async def overview(visit: NamedDependency[Visit]) -> Html:
    """All texts, and when people are told."""
    return await _overview(visit)


async def _overview(visit: Visit, refused: Refused | None = None, form: Form | None = None) -> Html:
    return visit.page(
        "administration/messages.html",
        status=422 if refused else 200,
        groups=[
            (words, [(_slug(kind), kind) for kind in OF_THE_OFFICE if isinstance(kind, family)])
            for words, family in _GROUPS
        ],
        own=await texts.changed_kinds(visit.actor),
        measure=await courtesies.of_office(visit.actor),
        refused=refused,
        values=form.values if form else {},
    )


@post("/pengaturan/pesan/waktu", guards=[ADMIN])
async def set_times(visit: NamedDependency[Visit]) -> Html:
    """Quiet hours, and how many messages a day."""
    form = await visit.form()

    async def work() -> str:
        await courtesies.set_for_office(
            form.text("quiet_from"), form.text("quiet_until"), form.text("a_day"), visit.actor, visit.now
        )
        return "/pengaturan/pesan"

    try:
        return await visit.once(form, work)
    except Refused as no:
        return await _overview(visit, no, form)


@get("/pengaturan/pesan/teks/{news:str}", guards=[ADMIN])
async def edit(visit: NamedDependency[Visit], news: FromPath[str]) -> Html:
    """One text, with what may stand in it and what was changed before."""
    kind = _kind(news)
    words = await texts.of_office(visit.actor.office_id or 0, kind)
    return await _editor(visit, kind, words, await texts.preview(kind, words, visit.actor, visit.now))


async def _editor(
    visit: Visit, kind: News, words: MessageWords, preview: Preview | None, refused: Refused | None = None
) -> Html:
    return visit.page(
        "administration/message.html",
        status=422 if refused else 200,
        kind=kind,
        path=f"/pengaturan/pesan/teks/{_slug(kind)}",
        words=words,
        preview=preview,
        places=[(name, PLACEHOLDERS[name]) for name in PLACEHOLDERS if name in allowed(kind)],
        changes=await texts.changes(kind, visit.actor),
        refused=refused,
    )


@post("/pengaturan/pesan/teks/{news:str}", guards=[ADMIN])
async def save(visit: NamedDependency[Visit], news: FromPath[str]) -> Html:
    """Look at it first, or keep it."""
    kind, form = _kind(news), await visit.form()
    words = _typed(form)

    async def work() -> str:
        await texts.keep(kind, words, visit.actor, visit.now)
        return f"/pengaturan/pesan/teks/{_slug(kind)}"

    try:
        if form.text("aksi") == "lihat":
            shown = await texts.preview(kind, words, visit.actor, visit.now)
            return await _editor(visit, kind, words, shown)
        return await visit.once(form, work)
    except Missing:
        raise
    except Refused as no:
        return await _editor(visit, kind, words, None, no)


@post("/pengaturan/pesan/teks/{news:str}/surat", guards=[ADMIN])
async def letter(visit: NamedDependency[Visit], news: FromPath[str]) -> Html:
    """The text as typed, as the letter that a mail program shows."""
    kind, words = _kind(news), _typed(await visit.form())
    try:
        shown = await texts.preview(kind, words, visit.actor, visit.now)
    except Missing:
        raise
    except Refused as no:
        return await _editor(visit, kind, words, None, no)
    headers = {"Cache-Control": "no-store", "Content-Security-Policy": _LETTER_POLICY}
    return Response(shown.html, media_type=MediaType.HTML, headers=headers)


@post("/pengaturan/pesan/teks/{news:str}/bawaan", guards=[ADMIN])
async def restore(visit: NamedDependency[Visit], news: FromPath[str]) -> Html:
    """Back to the text that came with Loket."""
    kind = _kind(news)

    async def work() -> str:
        await texts.restore(kind, visit.actor, visit.now)
        return f"/pengaturan/pesan/teks/{_slug(kind)}"

    return await visit.once(await visit.form(), work)


def _typed(form: Form) -> MessageWords:
    return MessageWords(*(_lines(form.text(field)) for field in ("subject", "body", "button")))


def _lines(typed: str) -> str:
    return "\n".join(line.rstrip() for line in typed.splitlines())


def _slug(kind: News) -> str:
    return str(kind).replace("_", "-")


def _kind(news: str) -> News:
    """Raises Missing for a text that there is not, or that no office changes."""
    if news not in _BY_SLUG:
        raise Missing
    return _BY_SLUG[news]


HANDLERS = (overview, set_times, edit, save, letter, restore)

"""One request as a handler sees it: who asks, when, what was typed, and the two ways to answer."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.enums import MediaType

from components import answers, assisting, browsers, casework, clock, founding
from components.actors import Actor
from components.kit import kit
from components.refusals import Missing
from components.rendering import render, style_element, style_text
from components.sessions import NOBODY, Visitor
from models.application import Application
from models.rules.identity import Invalid, parse_number
from routes import desk, forms
from routes.origins import Headers
from routes.shelf import lands

Html = Response[str]
LARGEST_ID = 2**31 - 1
"""Of any row; a larger number in an address is refused, or cut to this, before a database sees it."""


class NeedsPin(Exception):
    """This browser was not let into the application with this number (which may not exist)."""

    def __init__(self, number: str) -> None:
        super().__init__("number and PIN are needed")
        self.number = number


def cookie_name() -> str:
    return "__Host-sesi" if kit().settings.secure else "sesi"


@dataclass(frozen=True)
class Visit:
    """Handlers take one of these instead of the raw request."""

    request: Request[Any, Any, Any]
    visitor: Visitor
    now: datetime

    @property
    def actor(self) -> Actor:
        return self.visitor.actor

    @property
    def token(self) -> str:
        """The session cookie's value; empty when there is none."""
        return str(self.request.scope["state"].get("session_token", ""))

    @property
    def device(self) -> str:
        """The rough kind of the device that asks, as staff see it in the list of their sessions."""
        return browsers.kind_of(self.request.headers.get("user-agent", ""))

    @property
    def wants_fragment(self) -> bool:
        """Whether htmx asks, so that only the changed part need be sent."""
        return self.request.headers.get("hx-request") == "true"

    @property
    def lands(self) -> bool:
        """Whether none of our pages led here: then the page had better bring its style sheet along."""
        return lands(Headers(self.request.scope))

    @property
    def wants_whole(self) -> bool:
        """Whether static/app.js sends a plain form, so that its failures are told beside it."""
        return self.request.headers.get("hx-target") == "body"

    @property
    def keeps(self) -> str:
        """The mark under which static/sw.js may keep status pages that this browser saw; "p" keeps none.

        It changes with every application that is opened or begun here, and with signing in or out: what was kept
        under another mark is thrown away.
        """
        return "p" if self.actor.is_staff else f"p{self.visitor.form_token[:8]}"

    async def form(self, many: Iterable[str] = ()) -> forms.Form:
        """The form that was sent; `many` names fields that may come several times."""
        content_type = self.request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type != "application/x-www-form-urlencoded":
            raise forms.Unreadable("Isian tidak terbaca. Muat ulang halaman, lalu isi lagi.")
        body = await self.request.body()
        if len(body) > forms.LARGEST:
            raise forms.Unreadable("Isian terlalu panjang. Ringkas tulisan Anda, lalu kirim lagi.")
        return forms.parse(body, frozenset(many))

    async def application(self, number: str) -> Application:
        """The application at this address, if this visitor may see it.

        Raises NeedsPin for a citizen whose browser was not let in, Missing for staff; neither tells whether
        the number exists. What a village helps with gets its band on the page that answers.
        """
        try:
            canonical = parse_number(number)
        except Invalid:
            raise Missing from None
        try:
            found = await casework.find(canonical, self.actor)
        except Missing:
            if self.actor.is_staff:
                raise
            raise NeedsPin(canonical) from None
        self.request.scope["state"]["band"] = await assisting.band(found, self.actor)
        return found

    @property
    def band(self) -> assisting.Band | None:
        """For whom a registrar is filling in, once the application was asked for."""
        band: assisting.Band | None = self.request.scope["state"].get("band")
        return band

    @property
    def assisting(self) -> bool:
        """Whether a registrar is filling in for the applicant."""
        return self.band is not None and self.band.assisting

    def page(
        self,
        template: str,
        /,
        *,
        fragment: str = "",
        status: int = 200,
        cookies: tuple[Cookie, ...] = (),
        **values: Any,
    ) -> Html:
        """A whole page; or, when htmx asks for a part and the page has one, only its fragment."""
        name = fragment if fragment and self.wants_fragment and not self.wants_whole else template
        shared = {
            "office": founding.office_card(),
            "actor": self.actor,
            "menu": desk.menu(self.actor, self.request.url.path),
            "csrf_token": self.visitor.form_token,
            "now": self.now,
            "band": self.band,
            "assisting": self.assisting,
            "style_within": style_element(style_text()) if self.lands and not self.actor.is_staff else "",
        }
        if "values" in values:
            values["values"] = forms.Typed(values["values"])
        headers = {"Cache-Control": "no-store", "Vary": "HX-Request"}
        if status < 500:
            headers["X-Luring"] = self.keeps
        return Response(
            content=render(name, shared | values),
            status_code=status,
            media_type=MediaType.HTML,
            headers=headers,
            cookies=list(cookies),
        )

    def go(self, path: str, *cookies: Cookie) -> Html:
        """POST -> 303 -> GET, or where app.js then goes by itself. `path` is always one of ours."""
        headers = {"Location": path, "Cache-Control": "no-store"}
        status = 204 if self.wants_whole else 303
        return Response(content="", status_code=status, headers=headers, cookies=list(cookies))

    async def once(self, form: forms.Form, work: Callable[[], Awaitable[str]], act: str = "") -> Html:
        """Act on a form at most once and go where `work` says; a repeated form goes to the same place.

        act: which of several acts of one form this is, for each may be done once. A key counts at its own address
        alone, where the answer is about what this visitor may do: elsewhere it could be made to open something.
        """
        place = f"{self.request.url.path} {act} {form.key}"
        key = kit().vault.index(place, "form key") if form.key else ""
        return self.go(await answers.once(key, form.sent, self.now, work))


def make_visit(request: Request[Any, Any, Any]) -> Visit:
    """The request as handlers see it."""
    visitor: Visitor = request.scope["state"].get("visitor", NOBODY)
    return Visit(request, visitor, clock.now())


def visit_of(request: Request[Any, Any, Any]) -> Visit:
    """The dependency `visit` of every handler. Raises Missing for a number in the address that no row can have."""
    if any(isinstance(value, int) and value > LARGEST_ID for value in request.path_params.values()):
        raise Missing
    return make_visit(request)


def session_cookie(token: str) -> Cookie:
    """The session's cookie: not readable by scripts, never sent along from other sites' forms."""
    return _cookie(token, 30 * 24 * 3600)


def no_cookie() -> Cookie:
    """Takes the session's cookie away."""
    return _cookie("", 0)


def complaint_cookie_name() -> str:
    return "__Secure-aduan" if kit().settings.secure else "aduan"


def complaint_cookie(token: str) -> Cookie:
    """Opens one complaint until the browser is closed; apart from the session, which knows the application."""
    return _cookie(token, None, complaint_cookie_name(), "/pengaduan")


def no_complaint_cookie() -> Cookie:
    """Takes the complaint's cookie away."""
    return _cookie("", 0, complaint_cookie_name(), "/pengaduan")


def _cookie(value: str, seconds: int | None, name: str = "", path: str = "/") -> Cookie:
    return Cookie(
        key=name or cookie_name(),
        value=value,
        path=path,
        httponly=True,
        secure=kit().settings.secure,
        samesite="lax",
        max_age=seconds,
    )

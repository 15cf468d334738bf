"""A browser without JavaScript, as far as a form needs one: it reads pages, fills in their forms and sends them.

What it sends is what stands in the page: the hidden keys, the choices as they are ticked, and what is typed on top.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import httpx

Files = Mapping[str, tuple[str, bytes]]
"""Field -> (file name, content)."""


@dataclass
class PageForm:
    """One form as it stands in a page. values: what is sent when nothing is touched."""

    action: str
    method: str
    multipart: bool
    values: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Its idempotency key."""
        return self.values["_kunci"]


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self._inside: PageForm | None = None
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = PageForm(
                given.get("action", ""),
                given.get("method", "get"),
                given.get("enctype", "").startswith("multipart"),
            )
            self.forms.append(self._inside)
        elif self._inside is not None:
            self._control(self._inside, tag, given)

    def _control(self, form: PageForm, tag: str, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "")
        if tag == "input" and name and kind != "file":
            if kind not in ("radio", "checkbox"):
                form.values[name] = given.get("value", "")
            elif "checked" in given:
                form.values[name] = given.get("value", "on")
        elif tag == "select":
            self._select = name
            form.values.setdefault(name, "")
        elif tag == "option" and "selected" in given:
            form.values[self._select] = given.get("value", "")
        elif tag == "textarea":
            self._area = name
            form.values[name] = ""
        elif tag == "button" and name:
            form.buttons.append((name, given.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = None
        elif tag == "textarea":
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._inside is not None and self._area is not None:
            self._inside.values[self._area] += data


def forms_in(page: str) -> list[PageForm]:
    """All forms of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def form_in(page: str, action: str) -> PageForm:
    """The form that is sent to this address; LookupError names those that are there instead."""
    forms = forms_in(page)
    for form in forms:
        if form.action == action:
            return form
    raise LookupError(f"no form for {action}; there are {[form.action for form in forms]}")


class Visitor:
    """One browser on the service."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def request(self, method: str, path: str, **content: object) -> httpx.Response:
        """Every request goes through here, so that a test can have it tried again."""
        return await self.client.request(method, path, **content)  # type: ignore[arg-type]

    async def open(self, path: str) -> httpx.Response:
        """Look at a page, wherever it leads."""
        answer = await self.request("GET", path)
        for _ in range(5):
            if answer.status_code != 303:
                break
            answer = await self.request("GET", answer.headers["location"].partition("#")[0])
        return answer

    async def fill_in(
        self, path: str, typed: Mapping[str, str], *, action: str = "", files: Files | None = None
    ) -> httpx.Response:
        """Open a page, fill in its form for `action` (its own address when empty), send it; the bare answer."""
        page = await self.open(path)
        return await self.send(form_in(page.text, action or page.url.path), typed, files)

    async def send(
        self, form: PageForm, typed: Mapping[str, str], files: Files | None = None
    ) -> httpx.Response:
        """Send a form with what is typed on top of what stands in it."""
        values = {**form.values, **typed}
        if form.multipart:
            parts = {name: (*file, "application/octet-stream") for name, file in (files or {}).items()}
            return await self.request("POST", form.action, data=values, files=parts)
        return await self.request(
            "POST", form.action, content=urlencode(values).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        )  # fmt: skip

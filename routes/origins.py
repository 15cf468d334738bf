"""Whether a request that changes something comes from our own pages, judged before its body is read.

Fetch metadata first, then the Origin; only browsers too old for both need the token of their session.
"""

from hmac import compare_digest

from litestar.types import HTTPReceiveMessage, HTTPScope, Receive, WebSocketReceiveMessage

from components.sessions import Visitor
from routes import forms

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Headers:
    """The request's headers, strictly: a name that came twice has no one value."""

    def __init__(self, scope: HTTPScope) -> None:
        self._raw: list[tuple[bytes, bytes]] = list(scope["headers"])

    def all(self, name: bytes) -> list[str]:
        """Every value under this (lower-case) name, in order."""
        return [value.decode("latin-1") for key, value in self._raw if key == name]

    def one(self, name: bytes) -> str:
        """The header's only value; empty when it is missing or came twice."""
        values = self.all(name)
        return values[0] if len(values) == 1 else ""


def led_by(headers: Headers) -> str:
    """Who made the browser ask: "same-origin" is a page of ours, "none" the person, "cross-site" another site.

    In the words of Sec-Fetch-Site; of a browser too old for it only our own pages are known, by the Referer.
    Everything else is empty then.
    """
    site = headers.one(b"sec-fetch-site")
    if site:
        return site
    host = headers.one(b"referer").partition("://")[2].partition("/")[0]
    return "same-origin" if host and host == headers.one(b"host") else ""


async def may_change(
    method: str, headers: Headers, visitor: Visitor, receive: Receive
) -> tuple[bool, Receive]:
    """Whether a request that changes something comes from our own pages."""
    if method in SAFE:
        return True, receive
    site = headers.one(b"sec-fetch-site")
    if site:
        return site == "same-origin", receive
    origin = headers.one(b"origin")
    if origin:
        return origin.partition("://")[2] == headers.one(b"host") != "", receive
    return await _token_fits(headers, visitor, receive)


async def _token_fits(headers: Headers, visitor: Visitor, receive: Receive) -> tuple[bool, Receive]:
    """Browsers too old for both headers prove themselves by the token of their session."""
    if not visitor.form_token:
        return False, receive
    given = headers.one(b"x-token")
    if given:
        return compare_digest(given.encode(), visitor.form_token.encode()), receive
    length = headers.one(b"content-length")
    if not headers.one(b"content-type").startswith("application/x-www-form-urlencoded"):
        return False, receive
    if not length.isdecimal() or int(length) > forms.LARGEST:
        return False, receive
    body = b""
    more = True
    while more and len(body) <= forms.LARGEST:
        message = await receive()
        if message["type"] != "http.request":
            return False, receive
        body += message.get("body", b"")
        more = message.get("more_body", False)
    try:
        given = forms.token_in(body)
    except forms.Unreadable:
        return False, receive
    return compare_digest(given.encode(), visitor.form_token.encode()), _replay(body, receive)


def _replay(body: bytes, receive: Receive) -> Receive:
    sent = False

    async def again() -> HTTPReceiveMessage | WebSocketReceiveMessage:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again

"""Every error becomes a page in plain Indonesian: what happened, and what to do. Also for htmx."""

import logging
from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException

from components.refusals import Missing, Overtaken, Refused
from models.db import DatabaseBusy, DatabaseFull, DatabaseLost
from routes.sessions import sign_in_page
from routes.visit import Html, NeedsPin, make_visit

log = logging.getLogger("loket")

_AnyRequest = Request[Any, Any, Any]

_TITLES: dict[int, tuple[str, str]] = {
    400: ("Permintaan tidak terbaca", "Muat ulang halaman, lalu coba lagi."),
    403: (
        "Bukan untuk Anda",
        "Halaman ini hanya untuk petugas dengan tugas lain. Nomor dan data tetap aman.",
    ),
    404: ("Halaman tidak ditemukan", "Periksa lagi alamatnya, atau mulai dari halaman depan."),
    405: ("Tidak bisa dilakukan di sini", "Mulai lagi dari halaman depan."),
    413: ("Kiriman terlalu besar", "Ringkas tulisan Anda, atau kirim foto satu per satu."),
    429: ("Terlalu sering", "Tunggu satu menit, lalu coba lagi."),
    500: (
        "Ada gangguan di sistem kami",
        "Bukan di HP Anda. Yang sudah tersimpan tetap aman. Coba lagi 5 menit lagi.",
    ),
    507: (
        "Penyimpanan kami penuh",
        "Yang sudah tersimpan tetap aman. Kami sudah tahu. Coba lagi satu jam lagi.",
    ),
    503: ("Sistem sedang sibuk", "Yang sudah tersimpan tetap aman. Coba lagi satu menit lagi."),
}


def _page(request: _AnyRequest, status: int, title: str, message: str) -> Html:
    return make_visit(request).page(
        "failures/page.html",
        fragment="failures/_notice.html",
        status=status,
        title=title,
        message=message,
        back=_way_back(request),
    )


def _way_back(request: _AnyRequest) -> str:
    """The page of ours whose form was sent; empty for what was only looked at, or came from elsewhere."""
    host, _, path = request.headers.get("referer", "").partition("://")[2].partition("/")
    ours = host == request.headers.get("host") and not path.startswith("/")
    return f"/{path.partition('?')[0]}" if ours and request.method == "POST" else ""


def http_error(request: _AnyRequest, error: HTTPException) -> Html:
    """What the framework refuses: unknown address, wrong method, too large."""
    status = error.status_code if error.status_code in _TITLES else 400 if error.status_code < 500 else 500
    if error.status_code >= 500:
        log.error("%s %s", request.scope["state"].get("request_id", ""), type(error).__name__)
    return _page(request, status, *_TITLES[status])


def not_signed_in(request: _AnyRequest, _error: NotAuthorizedException) -> Html:
    """Send a person to the sign-in page, and back to where they wanted to go."""
    visit = make_visit(request)
    if visit.wants_fragment:
        return _page(request, 403, "Anda sudah keluar", "Masuk lagi untuk melanjutkan.")
    goal = request.url.path if request.method == "GET" else ""
    return sign_in_page(visit, goal, status=403)


def needs_pin(request: _AnyRequest, error: NeedsPin) -> Html:
    """A status address opened on a device that was not let in: ask for the PIN."""
    return make_visit(request).page("applications/open.html", status=403, number=error.number, refused=None)


def refused(request: _AnyRequest, error: Refused) -> Html:
    """An act that was not done, where its own page did not say so already."""
    if isinstance(error, Missing):
        return _page(request, 404, *_TITLES[404])
    status = 409 if isinstance(error, Overtaken) else 422
    return _page(request, status, "Belum dilakukan", error.message)


def database_down(request: _AnyRequest, error: DatabaseBusy | DatabaseFull | DatabaseLost) -> Html:
    """The database did not answer in time, has no room, or was lost. The form may be sent again: its key is kept."""
    log.error("%s %s", request.scope["state"].get("request_id", ""), type(error).__name__)
    status = 507 if isinstance(error, DatabaseFull) else 503
    answer = _page(request, status, *_TITLES[status])
    answer.headers["Retry-After"] = "30"
    return answer


def unexpected(request: _AnyRequest, error: Exception) -> Html:
    """A fault of ours. The log gets the trace without what people typed."""
    log.error("%s unexpected", request.scope["state"].get("request_id", ""), exc_info=error)
    return _page(request, 500, *_TITLES[500])


HANDLERS: dict[Any, Callable[[_AnyRequest, Any], Response[Any]]] = {
    HTTPException: http_error,
    NotAuthorizedException: not_signed_in,
    NeedsPin: needs_pin,
    Refused: refused,
    DatabaseBusy: database_down,
    DatabaseFull: database_down,
    DatabaseLost: database_down,
    Exception: unexpected,
}

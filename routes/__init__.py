"""The site map: every address the service answers, in one tuple."""

from litestar.handlers import HTTPRouteHandler

from routes import administration, counter, sessions, stock, verification

SITE_MAP: tuple[HTTPRouteHandler, ...] = (
    *sessions.HANDLERS,
    *verification.HANDLERS,
    *counter.HANDLERS,
    *stock.HANDLERS,
    *administration.HANDLERS,
)

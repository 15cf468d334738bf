"""The site map: every address the service answers, in one tuple."""

from litestar.handlers import HTTPRouteHandler

from routes import verification

SITE_MAP: tuple[HTTPRouteHandler, ...] = (*verification.HANDLERS,)

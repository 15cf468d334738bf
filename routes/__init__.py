"""The site map: every address the service answers, in one tuple."""

from litestar.handlers import HTTPRouteHandler

from routes import (
    administration,
    appointments,
    counter,
    messages,
    papers,
    sessions,
    status,
    stock,
    verification,
)

SITE_MAP: tuple[HTTPRouteHandler, ...] = (
    *sessions.HANDLERS,
    *status.HANDLERS,
    *appointments.HANDLERS,
    *papers.HANDLERS,
    *verification.HANDLERS,
    *counter.HANDLERS,
    *stock.HANDLERS,
    *messages.HANDLERS,
    *administration.HANDLERS,
)

"""The site map: every address the service answers, in one tuple."""

from litestar.handlers import HTTPRouteHandler

from routes import (
    access,
    administration,
    applications,
    appointments,
    counter,
    desk_aids,
    documents,
    messages,
    obstacles,
    offline,
    papers,
    public,
    sessions,
    status,
    stock,
    stock_papers,
    submission,
    uploads,
    verification,
    walkin,
)

SITE_MAP: tuple[HTTPRouteHandler, ...] = (
    *public.HANDLERS,
    *offline.HANDLERS,
    *access.HANDLERS,
    *applications.HANDLERS,
    *submission.HANDLERS,
    *documents.HANDLERS,
    *uploads.HANDLERS,
    *sessions.HANDLERS,
    *status.HANDLERS,
    *appointments.HANDLERS,
    *papers.HANDLERS,
    *verification.HANDLERS,
    *desk_aids.HANDLERS,
    *counter.HANDLERS,
    *walkin.HANDLERS,
    *stock.HANDLERS,
    *obstacles.HANDLERS,
    *stock_papers.HANDLERS,
    *messages.HANDLERS,
    *administration.HANDLERS,
)

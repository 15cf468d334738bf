"""The desk's navigation: which rooms a member of staff sees."""

from components.actors import Actor
from models.rules.workflow import Role

_ROOMS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("/desa", "Desa", frozenset({Role.REGISTRAR})),
    ("/verifikasi", "Verifikasi", frozenset({Role.OPERATOR, Role.SUPERVISOR})),
    ("/loket", "Loket", frozenset({Role.COUNTER, Role.SUPERVISOR})),
    ("/pengawasan", "Pengawasan", frozenset({Role.SUPERVISOR})),
    ("/pertanyaan", "Pertanyaan", frozenset({Role.SUPERVISOR})),
    ("/kendala", "Kendala", frozenset({Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR})),
    ("/kompensasi", "Kompensasi", frozenset({Role.COUNTER, Role.OPERATOR, Role.SUPERVISOR})),
    ("/pesan", "Pesan", frozenset({Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR})),
    ("/pengaduan/register", "Pengaduan", frozenset({Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR})),
    ("/blangko", "Blangko", frozenset({Role.COUNTER, Role.SUPERVISOR})),
    ("/survei/kertas", "Survei", frozenset({Role.COUNTER, Role.OPERATOR})),
    ("/pengawasan/skm", "SKM", frozenset({Role.SUPERVISOR})),
    ("/pengaturan", "Pengaturan", frozenset({Role.ADMIN})),
    ("/pengaturan/standar", "Standar", frozenset({Role.SUPERVISOR})),
    ("/pengaturan/petugas", "Petugas", frozenset({Role.ADMIN, Role.SUPERVISOR})),
)


def menu(actor: Actor, path: str) -> list[tuple[str, str, bool]]:
    """(address, words, is this the current room) for each room this person may enter."""
    within = [href for href, _, _ in _ROOMS if path == href or path.startswith(f"{href}/")]
    current = max(within, key=len, default="")
    return [
        (href, label, href == current) for href, label, roles in _ROOMS if not actor.roles.isdisjoint(roles)
    ]


def home(actor: Actor) -> str:
    """Where a person begins the day after signing in; who supervises alone begins with the figures."""
    if actor.holds(Role.SUPERVISOR) and not actor.holds(Role.OPERATOR, Role.COUNTER, Role.REGISTRAR):
        return "/pengawasan"
    rooms = menu(actor, "")
    return rooms[0][0] if rooms else "/akun"

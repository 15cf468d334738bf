"""Who is asking: a citizen with number and PIN, a member of staff, or the scheduler."""

from dataclasses import dataclass, field

from models.rules.workflow import Role

STAFF_ROLES = frozenset({Role.REGISTRAR, Role.OPERATOR, Role.COUNTER, Role.SUPERVISOR, Role.ADMIN})


@dataclass(frozen=True)
class Actor:
    """A person (or the system) with the roles held and the reach they give."""

    roles: frozenset[Role] = frozenset()
    staff_id: int | None = None
    office_id: int | None = None
    village_id: int | None = None
    name: str = field(default="", repr=False)
    applications: frozenset[int] = frozenset()
    """Ids of applications this browser was let into by PIN or link."""
    complaints: frozenset[int] = frozenset()
    """Ids of complaints this browser was let into by PIN."""
    session_id: int | None = None

    @property
    def is_staff(self) -> bool:
        return self.staff_id is not None

    @property
    def label(self) -> str:
        """How the history names this actor: never by name."""
        if self.staff_id is not None:
            return f"staff:{self.staff_id}"
        return next(iter(sorted(self.roles)), "nobody")

    def holds(self, *roles: Role) -> bool:
        return not self.roles.isdisjoint(roles)

    def role_for(self, allowed: frozenset[Role]) -> Role:
        """The role under which an allowed act is recorded; the first of the allowed ones that is held."""
        return next(role for role in Role if role in allowed and role in self.roles)


ANYBODY = Actor()
SYSTEM = Actor(roles=frozenset({Role.SYSTEM}))


def applicant(application_id: int) -> Actor:
    """The holder of one application, as used outside a browser session (tests, mail links)."""
    return Actor(roles=frozenset({Role.APPLICANT}), applications=frozenset({application_id}))


def complainant(complaint_id: int) -> Actor:
    """The holder of one complaint."""
    return Actor(roles=frozenset({Role.APPLICANT}), complaints=frozenset({complaint_id}))

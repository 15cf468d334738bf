"""The authenticator app of a member of staff, and an installation that asks for its codes, for tests."""

import re
from base64 import b32decode
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from components import one_time
from components.kit import install, kit


def ask_for_codes() -> None:
    """From now on this installation asks for the second factor, as every real one does."""
    install(replace(kit(), settings=replace(kit().settings, second_factor=True)))


@dataclass(frozen=True)
class App:
    """What a phone knows after scanning the QR code, or after its secret was typed."""

    secret: bytes

    @classmethod
    def reading(cls, page: str) -> "App":
        """Type the secret in as the page of enrolment spells it."""
        spelled = re.search(r"[A-Z2-7]{4}(?: [A-Z2-7]{4}){7}", page)
        assert spelled is not None
        return cls(b32decode(spelled[0].replace(" ", "")))

    def shows(self, now: datetime, steps: int = 0) -> str:
        """The six digits on the phone's screen; its clock may be some steps off."""
        moment = now + timedelta(seconds=steps * one_time.SECONDS)
        return one_time.code_at(self.secret, one_time.step_at(moment))


def recovery_codes(page: str) -> list[str]:
    """The codes that the page shows this once."""
    return re.findall(r"\b\d{4}-\d{4}-\d{4}\b", page)

"""What every working part of the service may reach for: settings, keys, the store of scans, the templates."""

from dataclasses import dataclass

from components.settings import Settings
from components.storage import Store
from components.vault import Vault


class NotInstalled(RuntimeError):
    """The service was used before create_app() put its kit in place."""


@dataclass(frozen=True)
class Kit:
    """One per process, put in place by create_app()."""

    settings: Settings
    vault: Vault
    store: Store


_installed: Kit | None = None


def install(kit: Kit | None) -> None:
    """Put the kit in place (None takes it away again, for tests)."""
    global _installed
    _installed = kit


def kit() -> Kit:
    """The kit of this process."""
    if _installed is None:
        raise NotInstalled("create_app() has not run")
    return _installed

"""Faults are sought on SQLite where the database makes no difference; modules in which it does say so."""

import pytest

from tests.support.databases import Kind


@pytest.fixture
def kind() -> Kind:
    """The database that an installation has which was not told to use another."""
    return "sqlite"

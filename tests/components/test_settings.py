"""What no installation may be started with."""

import pytest

from components.settings import BadSettings, from_environment


@pytest.mark.parametrize(
    ("mode", "wanted", "asked"),
    [
        ("production", "", True),
        ("production", "on", True),
        ("demo", "", False),
        ("demo", "on", True),
        ("test", "off", False),
    ],
)
def test_where_staff_give_a_code(mode: str, wanted: str, asked: bool) -> None:
    """Always in production; elsewhere on request [M3]."""
    settings = from_environment({"LOKET_MODE": mode, "LOKET_SECOND_FACTOR": wanted})
    assert settings.second_factor is asked


@pytest.mark.parametrize(("mode", "wanted"), [("production", "off"), ("production", "no"), ("demo", "maybe")])
def test_production_never_goes_without_it(mode: str, wanted: str) -> None:
    with pytest.raises(BadSettings, match="LOKET_SECOND_FACTOR"):
        from_environment({"LOKET_MODE": mode, "LOKET_SECOND_FACTOR": wanted})

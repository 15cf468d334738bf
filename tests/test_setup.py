"""The files that bring the service to a new machine agree with each other."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)", re.MULTILINE)


def pins(lock: str) -> dict[str, str]:
    """Package -> version of a lock file."""
    text = (ROOT / lock).read_text("utf-8")
    return {canonicalize_name(name): version for name, version in PINNED.findall(text)}


def wanted() -> tuple[list[Requirement], list[Requirement]]:
    """What pyproject.toml asks for: to run, and to develop."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return (
        [Requirement(line) for line in project["dependencies"]],
        [Requirement(line) for line in project["optional-dependencies"]["dev"]],
    )


def test_each_lock_holds_what_the_project_asks_for() -> None:
    """A dependency that was added or raised without `make lock` is found here."""
    to_run, to_develop = wanted()
    for lock, requirements in (("requirements.lock", to_run), ("requirements-dev.lock", to_run + to_develop)):
        versions = pins(lock)
        for requirement in requirements:
            version = versions.get(canonicalize_name(requirement.name))
            assert version is not None, f"{lock} lacks {requirement.name}"
            assert requirement.specifier.contains(version), f"{lock} has {requirement.name} {version}"


def test_developers_run_what_is_served() -> None:
    """scripts/venv.sh relies on it: who holds the developers' lock holds the service's lock."""
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_locks_carry_checksums_and_no_addresses() -> None:
    """Nothing is installed that was not looked at, and every ordinary registry will do (security: supply chain)."""
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text("utf-8")
        assert "://" not in text
        assert "index-url" not in text
        blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", text, flags=re.MULTILINE)
        assert all("--hash=sha256:" in block for block in blocks if "==" in block)


def test_nothing_of_the_citizens_first_visit_grew_past_its_budget() -> None:
    """Home page budget: 22 KB with its HTML, of which 10 KB before the first paint (design: budgets, line)."""
    from components.assets import Assets

    files = Assets()

    def wire(name: str) -> int:
        asset = files.find(name)
        assert asset is not None
        return len(asset.coded["br"])

    assert wire("app.css") <= 6 * 1024
    assert wire("app.js") <= 2 * 1024
    whole = ("app.css", "icons.svg", "htmx-4.0.1.min.js", "app.js")
    assert sum(wire(name) for name in whole) <= 20_000

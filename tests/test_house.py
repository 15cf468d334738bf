"""The rules of the house, by machine: what no single test of a part would notice."""

import ast
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

import pytest
from litestar.handlers import HTTPRouteHandler

from components import standard_words, survey_words, wording
from models.rules import (
    account_acts,
    blanks,
    catalogue,
    compensation,
    complaints,
    keeping,
    keys,
    message_texts,
    messages,
    obstacles,
    office_acts,
    satisfaction,
    standard,
    workflow,
)
from routes import SITE_MAP

ROOT = Path(__file__).resolve().parent.parent
LAYERS = ("routes", "components", "models")

STANDARD = [
    "R1",
    "R2",
    "R3",
    "R4",
    "P1",
    "P2",
    "P3",
    "P4",
    "P5",
    "P6",
    "P7",
    "P8",
    "P9",
    "P10",
    "P11",
    "P12",
    "P13",
    "T1",
    "F1",
    "O1",
    "C1",
    "M1",
    "M2",
    "M3",
    "M4",
    "M5",
    "G1",
    "G2",
    "G3",
    "G4",
    "G5",
    "S1",
    "S2",
    "E1",
    "E2",
]


def sources(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        ("components", ("routes", "app", "tests")),
        ("models", ("routes", "components", "app", "tests")),
        ("routes", ("app", "tests")),
    ],
)
def test_imports_point_one_way(folder: str, forbidden: tuple[str, ...]) -> None:
    """routes -> components -> models, never back."""
    wrong = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sources(folder)
        for name in imported(path)
        if name.split(".")[0] in forbidden
    ]
    assert wrong == []


def test_rules_import_only_the_standard_library() -> None:
    """Rules are plain functions told the time: no database, no web, no clock."""
    import sys

    allowed = sys.stdlib_module_names
    wrong = [
        f"{path.name}: {name}"
        for path in sources("models/rules")
        for name in imported(path)
        if name.split(".")[0] not in allowed and not name.startswith("models.rules")
    ]
    assert wrong == []


_CLOCKS = re.compile(
    r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|monotonic)|perf_counter)\("
)


def test_only_the_clock_reads_the_clock() -> None:
    """Time is an argument everywhere else, so that a deadline can be tested to the minute [P7, T1]."""
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources(*LAYERS)
        if path.name != "clock.py" and _CLOCKS.search(path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def handlers() -> list[HTTPRouteHandler]:
    return list(SITE_MAP)


def test_every_handler_says_who_may_ask() -> None:
    """Deny by default: each handler carries only(...) or an explicit public [G1]."""
    assert [handler.handler_name for handler in handlers() if not handler.guards] == []


def test_addresses_are_kebab_case() -> None:
    """Indonesian nouns with dashes; parameters are typed."""
    word = r"(?:[a-z0-9]+(?:[-.][a-z0-9]+)*|\{[a-z_]+:(?:str|int|path)\}(?:\.[a-z]+)?)"
    fits = re.compile(rf"^/(?:{word}(?:/{word})*)?$")
    wrong = [path for handler in handlers() for path in handler.paths if not fits.match(path)]
    assert wrong == []


def test_no_two_handlers_share_an_address() -> None:
    seen: set[tuple[str, str]] = set()
    for handler in handlers():
        for path in handler.paths:
            for method in handler.http_methods - {"OPTIONS"}:
                assert (method, path) not in seen
                seen.add((method, path))


def test_every_list_is_taken_along_in_both_forms() -> None:
    """M4: as CSV and as XLSX, by one handler."""
    paths = {path for handler in handlers() for path in handler.paths}
    lists = {path.rpartition(".")[0] for path in paths if path.endswith((".csv", ".xlsx"))}
    assert lists
    assert {f"{one}.{form}" for one in lists for form in ("csv", "xlsx")} <= paths


WORDED: dict[type[Enum], object] = {
    keys.CounterAct: wording.COUNTER_ACT_WORDS,
    keys.MessageAct: wording.MESSAGE_ACT_WORDS,
    keys.DeskAct: wording.DESK_ACT_WORDS,
    account_acts.AccountAct: wording.ACCOUNT_ACT_WORDS,
    workflow.State: wording.STATE_WORDS,
    workflow.Act: wording.ACT_WORDS,
    workflow.Role: wording.ROLE_WORDS,
    catalogue.Channel: wording.CHANNEL_WORDS,
    catalogue.Change: wording.CHANGE_WORDS,
    catalogue.Reason: wording.REASON_WORDS,
    catalogue.Sex: wording.SEX_WORDS,
    catalogue.DocumentKind: wording.DOCUMENT_WORDS,
    catalogue.RejectReason: wording.REJECT_WORDS,
    messages.Kind: wording.MESSAGE_WORDS,
    messages.StaffNews: wording.STAFF_NEWS_WORDS,
    blanks.EntryKind: wording.ENTRY_WORDS,
    messages.MessageChannel: wording.MESSAGE_CHANNEL_WORDS,
    messages.MessageState: wording.MESSAGE_STATE_WORDS,
    complaints.ComplaintState: wording.COMPLAINT_STATE_WORDS,
    complaints.ComplaintAct: wording.COMPLAINT_ACT_WORDS,
    complaints.ComplaintKind: wording.COMPLAINT_KIND_WORDS,
    complaints.ComplaintChannel: wording.COMPLAINT_CHANNEL_WORDS,
    complaints.ComplaintClass: wording.COMPLAINT_CLASS_WORDS,
    complaints.Naming: wording.NAMING_WORDS,
    messages.ComplaintNews: wording.COMPLAINT_NEWS_WORDS,
    obstacles.ObstacleKind: wording.OBSTACLE_WORDS,
    compensation.Task: wording.TASK_WORDS,
    compensation.LateCause: wording.LATE_CAUSE_WORDS,
    compensation.FamilyPaper: wording.FAMILY_PAPER_WORDS,
    compensation.Outcome: wording.OUTCOME_WORDS,
    office_acts.OfficeAct: wording.OFFICE_ACT_WORDS,
    keeping.Term: wording.TERM_WORDS,
    catalogue.Service: wording.SERVICE_WORDS,
    catalogue.Presented: wording.PRESENTED_WORDS,
    satisfaction.Element: survey_words.ELEMENT_WORDS,
    satisfaction.AgeGroup: survey_words.AGE_WORDS,
    satisfaction.Education: survey_words.EDUCATION_WORDS,
    satisfaction.Occupation: survey_words.OCCUPATION_WORDS,
    satisfaction.Way: survey_words.WAY_WORDS,
    standard.Component: standard_words.COMPONENT_WORDS,
    standard.Part: standard_words.PART_WORDS,
    satisfaction.Grade: survey_words.GRADE_WORDS,
}


@pytest.mark.parametrize("enum", WORDED, ids=lambda enum: enum.__name__)
def test_every_member_has_words(enum: type[Enum]) -> None:
    """Nobody ever reads an English code on a screen."""
    words = WORDED[enum]
    assert isinstance(words, dict)
    assert set(words) == set(enum)
    assert all(words.values())


def test_every_fragment_states_its_needs() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sorted((ROOT / "templates").rglob("_*.html"))
        if not path.read_text(encoding="utf-8").startswith("{# Needs:")
    ]
    assert wrong == []


def test_every_form_that_changes_something_carries_its_keys() -> None:
    """A token for old browsers and an idempotency key, so that a form sent twice acts once [P5]."""
    form = re.compile(r"<form\b[^>]*method=\"post\"[^>]*>(.*?)</form>", re.DOTALL | re.IGNORECASE)
    wrong = [
        f"{path.relative_to(ROOT)}: {match.group(0)[:80]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for match in form.finditer(path.read_text(encoding="utf-8"))
        if "form_keys(" not in match.group(1)
    ]
    assert wrong == []


def test_no_message_carries_a_pin_or_an_identity_number() -> None:
    """A message may be read on a neighbour's phone: no text of any kind can name a PIN, a NIK or a KK number [G4]."""
    texts = {
        path: path.read_text(encoding="utf-8") for path in sorted((ROOT / "templates/mail").rglob("*.*"))
    }
    secret = re.compile(
        r"\bPIN\b|[{%][^}%]*\b(?:pin|nik|nik_sealed|kk|name_sealed|applicant_name)\b[^}%]*[}%]", re.IGNORECASE
    )
    assert len(texts) > len(messages.Kind)
    assert [str(path.relative_to(ROOT)) for path, text in texts.items() if secret.search(text)] == []
    assert set(message_texts.PLACEHOLDERS).isdisjoint({"pin", "nik", "kk", "nomor_kk", "nama", "pemohon"})


def test_every_environment_name_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = set(
        re.findall(r"\bLOKET_[A-Z_]+\b", (ROOT / "components/settings.py").read_text(encoding="utf-8"))
    )
    assert {name for name in names if name not in readme} == set()


def test_every_duty_of_the_standard_is_named_by_a_test() -> None:
    """The standard is the contract; no row may be lost."""
    named: set[str] = set()
    for path in sources("tests"):
        if path.name != "test_house.py":
            named |= set(re.findall(r"\b[A-Z]\d{1,2}\b", path.read_text(encoding="utf-8")))
    assert [duty for duty in STANDARD if duty not in named] == []


def test_the_standard_has_all_its_rows() -> None:
    assert len(STANDARD) == len(set(STANDARD)) == 35


def test_nobody_reads_the_environment_but_the_settings() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for path in sources(*LAYERS)
        if re.search(r"\bos\.(?:environ[.[]|getenv\()", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []

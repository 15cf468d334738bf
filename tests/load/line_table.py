"""What was measured beside what it may cost: the table at the end of `make bench-line`.

The budgets are those for citizens on a weak line: bytes are exact, times are ratios to the floor page (1 KB of HTML,
no style, no script) on the same line in the same run.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tests.load.line_link import PROFILES

Found = dict[str, Any]
FLOOR_FCP = {"edge": 1.25, "gprs": 1.3}
FLOOR_USABLE = {"edge": 1.25, "gprs": 1.3}
FLOOR_LOADED = {"edge": 1.8}
SENDING = {"edge": (1.25, 1.5)}
"""Times the limit of the line, without and with interruptions."""


@dataclass(frozen=True)
class Row:
    """most: the budget, None where there is none; in the unit of `measured`."""

    what: str
    measured: float | None
    unit: str
    most: float | None = None
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not measured"
        if self.most is None:
            return ""
        return "ok" if self.measured <= self.most else "OVER"

    def cells(self) -> tuple[str, str, str, str]:
        budget = "" if self.most is None else f"<= {_shown(self.most, self.unit)}"
        measured = "-" if self.measured is None else _shown(self.measured, self.unit)
        return self.what, measured + (f"  ({self.note})" if self.note else ""), budget, self.verdict


def _shown(value: float, unit: str) -> str:
    if unit == "x":
        return f"x {value:.3f}"
    number = f"{value:,.0f}" if unit in ("B", "requests", "ms") else f"{value:.2f}"
    return f"{number} {unit}".rstrip()


def limit_seconds(payload: int, profile: str) -> float:
    """What the line needs for this many bytes from the phone when it carries nothing else at all."""
    return payload * 8 / (PROFILES[profile][1] * 1000)


def first_visit(found: Found) -> Iterator[Row]:
    """The home page against the floor."""
    profile, visits = found["profile"], found["visits"]
    floor, home = visits.get("floor", {}), visits.get("loket", {})
    kinds = ", ".join(f"{kind} {size:,}" for kind, size in sorted(home.get("by_kind", {}).items()))
    yield Row("home, first visit, everything", home.get("bytes_total"), "B", 22_000, kinds)
    yield Row(
        "home, packets beyond the floor's", _beyond(home, floor), "B", None, "also what a worker loads unseen"
    )
    yield Row("home, needed before first paint", home.get("needed_bytes"), "B", 10_000)
    yield Row("home, requests", home.get("requests"), "requests")
    for name, key, most in (
        ("first contentful paint", "fcp_ms", FLOOR_FCP.get(profile)),
        ("largest contentful paint", "lcp_ms", None),
        ("usable", "usable_ms", FLOOR_USABLE.get(profile)),
        ("everything loaded", "load_ms", FLOOR_LOADED.get(profile)),
    ):
        yield _ratio(f"home, {name}, to the floor's", home.get(key), floor.get(key), most)
    yield Row("home, total blocking time", home.get("tbt_ms"), "ms", 50)
    yield Row("home, layout shift", home.get("cls"), "", 0)


def _beyond(home: Found, floor: Found) -> float | None:
    """By the phone's own counter: nothing that travels can hide from it."""
    if not home.get("link_bytes") or not floor.get("link_bytes"):
        return None
    return float(home["link_bytes"] - floor["link_bytes"])


def _ratio(what: str, one: float | None, floor: float | None, most: float | None) -> Row:
    if not one or not floor:
        return Row(what, None, "x", most)
    return Row(what, one / floor, "x", most, f"{one:,.0f} ms, floor {floor:,.0f}")


def whole_way(calm: Found) -> Iterator[Row]:
    """The journey without what the photos cost, then that by itself."""
    rest, documents = calm["phases"]["journey"], calm["phases"]["documents"]
    pages = calm["pages"]
    second = pages[1] if len(pages) > 1 else None
    yield Row(
        "second page, with all it brings",
        second and second["bytes"],
        "B",
        5_000,
        second["path"] if second else "",
    )
    worst = max(pages[1:], key=lambda page: page["bytes"], default=None)
    yield Row("heaviest further page", worst and worst["bytes"], "B", 5_000, worst["path"] if worst else "")
    fragments = calm["fragments"]
    heavy = max(fragments, key=lambda one: one["bytes"], default=None)
    note = (
        f"{heavy['method']} {heavy['path']}, heaviest of {len(fragments)}"
        if heavy
        else "the journey met none"
    )
    yield Row("fragment, headers included", heavy and heavy["bytes"], "B", 1_500, note)
    yield Row("journey without photos, everything", rest["bytes"], "B", 60_000)
    yield Row("journey without photos, requests", rest["requests"], "requests", 25)
    yield Row(
        "documents: answers to the phone", documents["bytes"], "B", None, f"{documents['requests']} requests"
    )


def photos(calm: Found | None, rough: Found | None, profile: str) -> Iterator[Row]:
    """Three photos of 12 MP: what is left of them, how long they take, what interruptions cost."""
    most = SENDING.get(profile, (None, None))
    payload = calm["photos"]["payload"] if calm else 0
    yield Row("three photos after shrinking", payload or None, "B", 1_200_000)
    for name, one, budget in (("sent", calm, most[0]), ("sent with interruptions", rough, most[1])):
        what = f"three photos, {name}, to the line's limit"
        if not one:
            yield Row(what, None, "x", budget)
            continue
        spent, least = (
            one["photos"]["seconds_from_first_byte"],
            limit_seconds(one["photos"]["payload"], profile),
        )
        dead = sum(took for _, took in one["photos"]["cuts"])
        note = f"{spent:.1f} s, limit {least:.1f} s{_dead(one['photos']['cuts'])}"
        # While it is dead a line carries nothing, so that its limit is that of the time in which it lives.
        yield Row(what, (spent - dead) / least, "x", budget, note)
        if dead:
            yield Row(f"{what}, dead time and all", spent / least, "x")
    yield Row(
        "sent again per interruption",
        sent_again(calm, rough),
        "B",
        32_768,
        "all packets, connecting anew included",
    )


def _dead(cuts: list[tuple[float, float]]) -> str:
    return f", line dead {len(cuts)} times, {sum(took for _, took in cuts):.0f} s" if cuts else ""


def sent_again(calm: Found | None, rough: Found | None) -> float | None:
    """Bytes that reached the office beyond those of the undisturbed run, per interruption; never below 0."""
    if not calm or not rough or not rough["photos"]["cuts"]:
        return None
    more = rough["photos"]["line"]["up"] - calm["photos"]["line"]["up"]
    return max(0.0, float(more) / len(rough["photos"]["cuts"]))


def costs(calm: Found | None, rough: Found | None) -> Iterator[Row]:
    """Time of the whole way as fast as a machine types, and the service's memory."""
    for name, one in (("", calm), (", with interruptions", rough)):
        if one:
            yield Row(f"home to confirmation{name}", one["confirmation"]["seconds"], "s")
            before, after = one["memory_mb"]
            yield Row(f"memory of the service after it{name}", after, "MB", None, f"before {before:.1f}")


def of_village(told: Found) -> Iterator[Row]:
    """A registrar's intake of one neighbour: the citizen's budgets hold for it [P12]."""
    for row in whole_way(told):
        yield replace(row, what=f"village, {row.what}")
    yield Row("village, invitation to receipt, photos included", told["confirmation"]["seconds"], "s")


def rows(found: Found) -> list[Row]:
    """All of one profile."""
    if village := found.get("village"):
        return list(of_village(village))
    calm, rough, profile = found.get("calm"), found.get("rough"), found["profile"]
    told = list(first_visit(found))
    if calm:
        told += whole_way(calm)
    if calm or rough:
        told += [*photos(calm, rough, profile), *costs(calm, rough)]
    return told


def comparisons(found: Found) -> list[tuple[str, ...]]:
    """Every page's first visit, times beside their ratio to the floor."""
    visits = found["visits"]
    floor = visits.get("floor", {})
    head = ("page", "bytes", "requests", "FCP", "LCP", "usable", "loaded", "blocked", "shift")
    told: list[tuple[str, ...]] = [head]
    for page, seen in visits.items():
        times = [
            _beside(seen.get(key), floor.get(key)) for key in ("fcp_ms", "lcp_ms", "usable_ms", "load_ms")
        ]
        blocked, shift = f"{seen.get('tbt_ms', 0):.0f} ms", f"{seen.get('cls', 0):.3f}"
        told.append((page, f"{seen['bytes_total']:,.0f}", f"{seen['requests']:.0f}", *times, blocked, shift))
    return told


def _beside(value: float | None, floor: float | None) -> str:
    if value is None:
        return "-"
    return f"{value / 1000:.2f} s" + (f" x{value / floor:.2f}" if floor else "")


def table(found: list[Found]) -> str:
    """For people: of each profile the comparison, then what | measured | budget | verdict."""
    parts = []
    for one in found:
        head = ("what", "measured", "budget", "")
        parts.append(f"\n{one['profile']}\n")
        if one["visits"]:
            parts.append(_aligned(comparisons(one)))
        parts.append(_aligned([head, *(row.cells() for row in rows(one))]))
    return "\n".join(parts)


def _aligned(lines: list[tuple[str, ...]]) -> str:
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]

    def drawn(line: tuple[str, ...]) -> str:
        return "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"

    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([drawn(lines[0]), rule, *(drawn(line) for line in lines[1:]), ""])

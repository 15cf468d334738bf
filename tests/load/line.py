"""`make bench-line`: what Loket costs on a village line, beside a floor page and pages of well-known packages.

One run: the real service behind TLS, the rig's weak line, Chromium as a phone of 360x640 with a processor six times
slower. One JSON object a line, then a table. Times are judged as ratios to the floor page, measured in the same run;
bytes are those on the wire, headers included. Nothing here fails: the table says what is over its budget.
"""

import argparse
import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from tests.journeys.browser import ROOT
from tests.load import line_link, line_scene, line_table
from tests.load.line_link import PROFILES, RIG, Line
from tests.load.line_phone import Plan
from tests.load.line_scene import Neighbours, Scene

Found = dict[str, Any]
FIGURES = (
    "bytes_total", "requests", "connections", "ttfb_ms", "fcp_ms", "lcp_ms", "usable_ms", "load_ms", "tbt_ms", "cls",
)  # fmt: skip
INTERRUPTIONS = 5


class NotMeasured(Exception):
    """A figure could not be had; the message says why."""


@dataclass(frozen=True)
class Options:
    """runs: first visits of each page. journeys: whether photos are sent as well. village: a registrar's way alone.
    alone: no other pages beside the floor, so that many visits fit into a quiet quarter of an hour."""

    profiles: tuple[str, ...]
    runs: int
    journeys: bool
    village: bool = False
    alone: bool = False


def say(name: str, **more: Any) -> None:
    print(json.dumps({"name": name, **more}), flush=True)


async def on_phone(line: Line, *command: str, minutes: float) -> Found:
    """Run Python on the phone's side; its answer is JSON. Raises NotMeasured with what it complained of."""
    child = await asyncio.create_subprocess_exec(
        *line.phone(sys.executable, *command), cwd=ROOT, stdout=PIPE, stderr=PIPE
    )
    err = b""
    try:
        async with asyncio.timeout(minutes * 60):
            out, err = await child.communicate()
        told: Found = json.loads(out)
    except TimeoutError:
        raise NotMeasured(f"not done after {minutes} minutes") from None
    except ValueError:
        raise NotMeasured(err.decode(errors="replace")[-1500:]) from None
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()
    return told


async def visit(scene: Scene, page: str) -> Found:
    """One first visit in a fresh profile, by the rig's phone. Raises NotMeasured."""
    command = [str(RIG / "phone_visit.py"), scene.urls[page], "--trust", str(scene.front.certificate)]
    command += ["--locale", "id-ID", "--requests", "--act", "tests.load.line_phone:blocking"]
    told = await on_phone(scene.line, *command, minutes=12)
    answered = [one["status"] for one in told.get("request_list", []) if one["type"] == "Document"]
    if told.get("error") or not told.get("settled") or answered != [200]:
        raise NotMeasured(told.get("error") or f"did not come to rest, or answered {answered}")
    return told


def condensed(seen: list[Found]) -> Found:
    """Medians of visits to one page; of the last one what came, by kind, and what was needed to paint."""
    last = seen[-1]
    known = {name: [one[name] for one in seen if one.get(name) is not None] for name in FIGURES}
    needed = {*last.get("act", [])}
    link = [one["link"]["phone"]["rx"] for one in seen if one.get("link")]
    return {
        **{name: median(values) for name, values in known.items() if values},
        "needed_bytes": sum(
            one["bytes"] for one in last["request_list"] if one["type"] == "Document" or one["url"] in needed
        ),
        "by_kind": {kind: one["bytes"] for kind, one in last["by_type"].items()},
        "loads": {urlsplit(one["url"]).path: one["bytes"] for one in last["request_list"]},
        "link_bytes": median(link) if link else None,
        "waited_pct": median(one.get("cpu_contention_pct") or 0 for one in seen),
        "runs": len(seen),
    }


async def visits(scene: Scene, profile: str, runs: int) -> dict[str, Found]:
    """First visits of every page, in turn, so that what else the machine does falls on all of them."""
    seen: dict[str, list[Found]] = {page: [] for page in ("floor", *scene.urls)}
    for _ in range(runs):
        for page, told in seen.items():
            try:
                told.append(await visit(scene, page))
            except NotMeasured as why:
                say(f"{page}: not measured", profile=profile, why=str(why))
    figures = {page: condensed(told) for page, told in seen.items() if told}
    for page, one in figures.items():
        say(f"first visit, {page}", profile=profile, **one, machine=line_link.machine())
    return figures


async def journey(
    scene: Scene, serial: int, interruptions: int = 0, expected: int = 0, invitation: str = ""
) -> Found:
    """The way of one citizen, or of a registrar for one; the service's memory before and after. Raises NotMeasured."""
    home, trust = scene.urls["loket"].rstrip("/"), str(scene.front.certificate)
    plan = Plan(
        home, trust, scene.line.to_json(), serial, interruptions, expected=expected, invitation=invitation
    )
    before = scene.loket.memory()
    told = await on_phone(scene.line, "-m", "tests.load.line_phone", json.dumps(asdict(plan)), minutes=40)
    return {**told, "memory_mb": [round(before, 1), round(scene.loket.memory(), 1)]}


async def journeys(scene: Scene, profile: str) -> Found:
    """Once undisturbed, once with interruptions at equal shares of the photos' bytes."""
    found: Found = {}
    serial = 2 * list(PROFILES).index(profile) + 1
    try:
        calm = found["calm"] = await journey(scene, serial)
        say("journey", profile=profile, **calm, machine=line_link.machine())
        rough = found["rough"] = await journey(scene, serial + 1, INTERRUPTIONS, calm["photos"]["line"]["up"])
        say("journey, interrupted", profile=profile, **rough, machine=line_link.machine())
    except NotMeasured as why:
        say("journey: not measured", profile=profile, why=str(why))
    return found


async def village(scene: Scene, profile: str) -> Found:
    """A registrar takes in one neighbour without a phone, from the invitation to the receipt [P12]."""
    command = (
        sys.executable, "app.py", "invite", f"desa-{profile}", "Petugas Desa", "registrar", "--village", "Tropodo"
    )  # fmt: skip
    child = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env={**os.environ, **scene.settings}, stdout=PIPE, stderr=PIPE
    )
    out, err = await child.communicate()
    invitation = out.decode().strip()
    if child.returncode:
        raise NotMeasured(err.decode(errors="replace")[-1500:])
    told = await journey(scene, 50 + list(PROFILES).index(profile), invitation=invitation)
    say("village intake", profile=profile, **told, machine=line_link.machine())
    return told


async def profiled(scene: Scene, profile: str, options: Options) -> Found:
    """Everything on one profile; what fails is told and left out."""
    if options.village:
        try:
            return {"profile": profile, "visits": {}, "village": await village(scene, profile)}
        except NotMeasured as why:
            say("village intake: not measured", profile=profile, why=str(why))
            return {"profile": profile, "visits": {}}
    found: Found = {"profile": profile, "visits": await visits(scene, profile, options.runs)}
    if options.journeys:
        found |= await journeys(scene, profile)
    return found


async def by_packets(line: Line, neighbours: Neighbours, options: Options) -> list[Found]:
    async with line_scene.over_packets(line, neighbours) as scene:
        say("scene", front=scene.front.kind, line="village-link")
        found = []
        for profile in options.profiles:
            line_link.change(line, profile)
            found.append(await profiled(scene, profile, options))
        return found


async def by_streams(neighbours: Neighbours, options: Options) -> list[Found]:
    found = []
    for profile in options.profiles:
        async with line_scene.over_streams(profile, neighbours) as scene:
            say(
                "scene",
                front=scene.front.kind,
                line="village_proxy.py, kinder than packets: not root, or no TUN",
            )
            found.append(await profiled(scene, profile, options))
    return found


def measure(options: Options) -> list[Found]:
    """Over packets where that is possible, else over the proxy."""
    neighbours = (
        Neighbours() if options.village else line_scene.gather(() if options.alone else line_scene.OTHERS)
    )
    for name, why in neighbours.missing.items():
        say(f"{name}: not measured", why=why)
    if not line_link.can_be_real():
        return asyncio.run(by_streams(neighbours, options))
    with line_link.real_line(options.profiles[0]) as line:
        return asyncio.run(by_packets(line, neighbours, options))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--profile", action="append", choices=sorted(PROFILES), help="all three without it")
    parser.add_argument("--runs", type=int, default=3, help="first visits of each page; medians are told")
    parser.add_argument("--quick", action="store_true", help="edge only, one first visit of each page")
    parser.add_argument("--no-journey", action="store_true", help="first visits only")
    parser.add_argument(
        "--village", action="store_true", help="a registrar's intake of one neighbour, and nothing else"
    )
    parser.add_argument("--alone", action="store_true", help="the floor and Loket, without other pages")
    given = parser.parse_args()
    if lacking := line_link.missing():
        print(
            f"bench-line: rig is missing: no {', '.join(lacking)} in {RIG}; nothing measured", file=sys.stderr
        )
        return 2
    profiles = ("edge",) if given.quick else tuple(given.profile or PROFILES)
    # Ended from outside, too, it takes the line down.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    options = Options(
        profiles, 1 if given.quick else given.runs, not given.no_journey, given.village, given.alone
    )
    say("machine", **line_link.machine())
    print(line_table.table(measure(options)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Kills the service again and again: `KILLS=200 python -m tests.load.soak` (make soak).

One JSON line; every fault that was found is named on the error stream, and the exit code is 1.
"""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic

from tests.faults.kill_loop import run


def main() -> int:
    """SEED=n: another sequence of moments to die at."""
    kills, seed = int(os.environ.get("KILLS", "200")), int(os.environ.get("SEED", "0"))
    started = monotonic()
    with tempfile.TemporaryDirectory(prefix="loket-kills-") as folder:
        ledger, found, plant = asyncio.run(run(kills, Path(folder), seed))
    wrong = [*found.wrong, *ledger.faults]
    figures = {
        "name": "kills",
        "kills": kills,
        "seed": seed,
        **ledger.figures(),
        **found.figures(),
        "faults_answered": len(ledger.faults),
        "slowest_start_ms": round(max(plant.starts) * 1000),
        "seconds": round(monotonic() - started),
    }
    print(json.dumps(figures))
    if wrong:
        print("\n".join(wrong), file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

"""What every job of the scheduler does alike: row by row, where one that fails does not stop the others."""

import logging
from collections.abc import Awaitable, Callable, Iterable

from components.refusals import Overtaken

log = logging.getLogger("loket.jobs")


async def each(ids: Iterable[int], work: Callable[[int], Awaitable[int]], what: str) -> int:
    """Do the work for each id, in order; how much it says it did, True is one. what: for the log, no data.

    Overtaken is nothing to report: an applicant, an officer or another scheduler was quicker.
    """
    done = 0
    for id_ in ids:
        try:
            done += await work(id_)
        except Overtaken:
            continue
        except Exception:
            log.exception("%s: row %d failed, the others go on", what, id_)
    return done

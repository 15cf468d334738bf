"""The service on a disk that is full for as long as a certain file exists: python -m tests.faults.full_disk FILE run

A full disk takes part of a write and refuses the next; so does this, for what the service writes of uploads.
"""

import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path


def filling(
    write: Callable[[int, memoryview, int], int], flag: Path
) -> Callable[[int, memoryview, int], int]:
    """os.pwrite, with no more than 1,000 bytes left of the disk while `flag` exists."""
    left = 0

    def pwrite(file: int, content: memoryview, offset: int) -> int:
        nonlocal left
        if not flag.exists():
            left = 1000
            return write(file, content, offset)
        if not left:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        some = content[:left]
        left -= len(some)
        return write(file, some, offset)

    return pwrite


if __name__ == "__main__":
    flag = Path(sys.argv.pop(1))
    os.pwrite = filling(os.pwrite, flag)  # type: ignore[assignment]
    from app import main

    sys.exit(main())

"""The rig's TLS relay as a process: `python -m tests.load.line_relay RIG AUTHORITY ADDRESS PORT=BEHIND...`."""

import asyncio
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path


def main() -> None:
    rig, authority, address, *pairs = sys.argv[1:]
    # Its certificates go beside ours: the rig itself may be read-only.
    sys.path.insert(0, rig)
    loader = SourceFileLoader("village_link", str(Path(rig) / "village-link"))
    spec = spec_from_loader("village_link", loader)
    assert spec is not None
    link = module_from_spec(spec)
    loader.exec_module(link)
    vars(link)["HERE"] = str(Path(authority).parent)
    ports = [tuple(map(int, pair.split("="))) for pair in pairs]
    asyncio.run(link.relay_main([(address, port, "127.0.0.1", behind, True) for port, behind in ports]))


if __name__ == "__main__":
    main()

"""A short child process that takes what only readers need out of scripts and style sheets.

Started by assets.py as `python -I minify_worker.py`. The minifier is a Go library: inside the server it would keep
10 MB and five threads of its own for as long as the service runs; here it is gone after some 50 ms. It reads
[[media type, text], ...] as JSON and answers [text, ...].
"""

import json
import sys

import minify

NEWEST_SCRIPT = 2021
"""What the oldest browsers served understand (Chrome 90, iOS 15.6); the minifier writes nothing newer."""


def main() -> None:
    """One job: all files at once. A file that is no script or style ends the process with the reason."""
    minify.config({"js-version": NEWEST_SCRIPT})
    json.dump([minify.string(kind, text) for kind, text in json.load(sys.stdin)], sys.stdout)


if __name__ == "__main__":
    main()

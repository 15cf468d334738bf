"""The static files, read once: hashed names that may be cached for ever, compressed ahead of time."""

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from pathlib import Path

import brotli

STATIC = Path(__file__).resolve().parent.parent / "static"
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt", ".html", ".json"}
_FOR_READERS = re.compile(rb"^[ \t]*(?://.*)?\n?", re.MULTILINE)
"""Of a script: indentation, empty lines and lines of comment; so no text in it goes over several lines."""


@dataclass(frozen=True)
class Asset:
    """One file in every encoding we serve."""

    content_type: str
    plain: bytes
    brotli: bytes | None
    gzip: bytes | None


def squeezed(content: bytes, content_type: str) -> Asset:
    """Text in every encoding we serve."""
    return Asset(content_type, content, brotli.compress(content), gzip.compress(content, mtime=0))


class Assets:
    """All files below a folder, by their hashed path ("app.3f2a1b.css") and by their plain one."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._by_path: dict[str, Asset] = {}
        self._hashed: dict[str, str] = {}
        for file in sorted(folder.rglob("*")):
            if file.is_file() and not file.is_symlink():
                self._take(file.relative_to(folder).as_posix(), file)

    def _take(self, name: str, file: Path) -> None:
        content = file.read_bytes()
        if file.suffix == ".js":
            content = _FOR_READERS.sub(b"", content)
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if file.suffix in _COMPRESSIBLE:
            asset = squeezed(content, f"{kind}; charset=utf-8")
        else:
            asset = Asset(kind, content, None, None)
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{suffix}"
        self._hashed[name] = hashed
        self._by_path[hashed] = self._by_path[name] = asset

    def url(self, name: str) -> str:
        """The address of a file, changing with its content. Raises KeyError for a name that is not there."""
        return f"/static/{self._hashed[name]}"

    def find(self, path: str) -> Asset | None:
        """The file at this path below /static/, if there is one."""
        return self._by_path.get(path)

    def is_hashed(self, path: str) -> bool:
        """Whether this path names one content for ever."""
        return path in self._by_path and path not in self._hashed

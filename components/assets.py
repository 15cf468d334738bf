"""The static files, read once: hashed names that may be cached for ever, compressed ahead of time."""

import hashlib
import json
import mimetypes
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from components import codings

STATIC = Path(__file__).resolve().parent.parent / "static"
mimetypes.add_type("image/webp", ".webp")  # not every Python knows it
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt", ".html", ".json"}
_MINIFIED = {".css": "text/css", ".js": "application/javascript"}
_WORKER = Path(__file__).with_name("minify_worker.py")
_AT_MOST_SECONDS = 30
_NAMED = re.compile(rb"""url\(["']?([\w.-]+)["']?\)""")
_FINGERPRINT = re.compile(r"\.[0-9a-f]{10}(\.[a-z0-9]+)$")


@dataclass(frozen=True)
class Asset:
    """One file as it is and in every coding we serve, the smallest first; in none if it is compressed already."""

    content_type: str
    plain: bytes
    coded: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def etag(self) -> str:
        """The fingerprint by which a browser asks whether it is still the same; weak, for any coding has it."""
        return f'W/"{_fingerprint(self.plain)}"'

    def fitting(self, accepted: str) -> tuple[bytes, str]:
        """The smallest form that this Accept-Encoding takes, and its name for Content-Encoding (empty: as it is)."""
        name = codings.preferred(accepted, tuple(self.coded))
        return (self.coded[name], name) if name else (self.plain, "")


def _fingerprint(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:10]


def text_asset(content: bytes, content_type: str) -> Asset:
    """Text in every coding we serve."""
    return Asset(content_type, content, codings.squeezed(content))


class Assets:
    """All files below a folder, by their hashed path ("app.3f2a1b.css") and by their plain one."""

    def __init__(self, folder: Path = STATIC) -> None:
        self._by_path: dict[str, Asset] = {}
        self._hashed: dict[str, str] = {}
        files = [file for file in _files(folder) if ".min." in file.name or file.suffix not in _MINIFIED]
        written = {file: _written(file) for file in _files(folder) if file not in files}
        smaller = _minified(written)
        for file in sorted(
            [*files, *written], key=lambda file: file.suffix == ".css"
        ):  # sheets name other files
            self._take(file.relative_to(folder).as_posix(), smaller.get(file) or file.read_bytes())

    def _take(self, name: str, content: bytes) -> None:
        kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
        stem, dot, suffix = name.rpartition(".")
        if suffix == "css":
            content = _NAMED.sub(self._addressed, content)
        is_text = dot + suffix in _COMPRESSIBLE
        asset = text_asset(content, f"{kind}; charset=utf-8") if is_text else Asset(kind, content)
        hashed = f"{stem}.{_fingerprint(content)}{dot}{suffix}"
        self._hashed[name] = hashed
        self._by_path[hashed] = self._by_path[name] = asset

    def url(self, name: str) -> str:
        """The address of a file, changing with its content. Raises KeyError for a name that is not there."""
        return f"/static/{self._hashed[name]}"

    def text(self, name: str) -> str:
        """What stands in a file of text. Raises KeyError for a name that is not there."""
        return self._by_path[name].plain.decode()

    def _addressed(self, named: re.Match[bytes]) -> bytes:
        """A url() of a style sheet as it can be kept for ever, also when the sheet stands in a page."""
        return f"url({self.url(named[1].decode())})".encode()

    def find(self, path: str) -> Asset | None:
        """The file at this path below /static/, if there is one.

        Under a fingerprint that is no longer its own too: while a page was on its slow way to a phone, a new
        version may have begun, and a page without its style sheet would be worse than with the new one.
        """
        return self._by_path.get(path) or self._by_path.get(_FINGERPRINT.sub(r"\1", path))

    def is_hashed(self, path: str) -> bool:
        """Whether this path names one content for ever."""
        return path in self._by_path and path not in self._hashed


def _files(folder: Path) -> Iterator[Path]:
    """What is served: every file below the folder, and every folder of scripts ("desk.js/") as one."""
    for path in sorted(folder.iterdir()):
        if path.is_symlink():
            continue
        if path.is_dir() and path.suffix != ".js":
            yield from _files(path)
        else:
            yield path


def _written(file: Path) -> str:
    """What its readers see. The parts of a script, in the order of their names, share what they declare."""
    if not file.is_dir():
        return file.read_text("utf-8")
    parts = [part.read_text("utf-8") for part in sorted(file.glob("*.js"))]
    return "\n".join(("(() => {", *parts, "})();"))


def _minified(written: Mapping[Path, str]) -> dict[Path, bytes]:
    """Our own scripts and styles without what is for their readers.

    Raises subprocess.CalledProcessError for a file that cannot be read as what it is: nothing broken is served.
    """
    job = [(_MINIFIED[file.suffix], text) for file, text in written.items()]
    done = subprocess.run(  # noqa: S603 (our own interpreter on our own file)
        [sys.executable, "-I", str(_WORKER)],
        input=json.dumps(job).encode(),
        stdout=subprocess.PIPE,
        timeout=_AT_MOST_SECONDS,
        check=True,
    )
    return {file: text.encode() for file, text in zip(written, json.loads(done.stdout), strict=True)}

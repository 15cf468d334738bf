"""Every file and every file name of the corpus, sent the way a phone without JavaScript sends it [R2, P5].

What a component makes of them is proved elsewhere; here it is what comes back over HTTP.
"""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from components.kit import Kit
from models.application import Page
from tests.faults.citizen import CORPUS, Citizen, photo, somebody
from tests.faults.people import browser
from tests.faults.visitor import Visitor

MANIFEST: list[dict[str, Any]] = json.loads((CORPUS.parent / "manifest.json").read_text("utf-8"))["files"]
NAMES: dict[str, Any] = json.loads((CORPUS.parent / "filenames.json").read_text("utf-8"))
ALL_NAMES = [*(entry["name"] for entry in NAMES["hostile"]), *NAMES["must_accept"]]


@pytest.fixture
async def citizen(service: Kit) -> AsyncIterator[Citizen]:
    async with browser() as client:
        one = Citizen(Visitor(client), somebody(6))
        assert (await one.begin()).status_code == 303
        assert (await one.tell_contact()).status_code == 303
        yield one


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: str(entry["file"]))
async def test_each_file_gets_what_the_manifest_says(citizen: Citizen, entry: dict[str, Any]) -> None:
    """Accepted or refused as expected; refused in its own place, with what was typed before still there."""
    before = await citizen.visitor.open(f"{citizen.path}/kontak")
    answer = await citizen.send_photo("old_card", entry["file"], photo(entry["file"]))
    assert answer.status_code in {"accept": (303,), "refuse": (422,), "either": (303, 422)}[entry["expect"]]
    if answer.status_code == 303:
        await _served_pictures_are_harmless(citizen, entry)
    else:
        assert 'id="old_card"' in answer.text
        assert 'role="alert"' in answer.text
        assert await Page.count() == 0
    after = await citizen.visitor.open(f"{citizen.path}/kontak")
    assert citizen.who.email in after.text
    assert _typed(after.text) == _typed(before.text)


def _typed(page: str) -> list[str]:
    return [
        line
        for line in page.splitlines()
        if 'value="' in line and not any(own in line for own in ("_kunci", "_token", "_versi"))
    ]


_JPEG = b"\xff\xd8\xff"


async def _served_pictures_are_harmless(citizen: Citizen, entry: dict[str, Any]) -> None:
    """A picture of ours and nothing else, whatever was sent: no payload, no kind to guess, nothing to run [P6]."""
    payload = str(entry.get("payload", "CONTOH")).encode()
    for page in await Page.objects():
        for query, kind, begins in (
            ("", "image/webp", b"RIFF"),
            ("?ukuran=kecil", "image/jpeg", _JPEG),
            ("?ukuran=penuh", "image/jpeg", _JPEG),
        ):
            served = await citizen.visitor.client.get(f"{citizen.path}/lembar/{page.id}{query}")
            assert served.status_code == 200
            assert served.headers["content-type"] == kind
            assert served.headers["x-content-type-options"] == "nosniff"
            assert "sandbox" in served.headers["content-security-policy"]
            assert "default-src 'none'" in served.headers["content-security-policy"]
            assert served.content.startswith(begins)
            assert payload not in served.content
            assert b"Exif" not in served.content
            kept = query == "?ukuran=kecil"
            assert served.headers["cache-control"] == ("private, max-age=300" if kept else "no-store")


async def test_no_file_name_leads_anywhere(citizen: Citizen, service: Kit) -> None:
    """Fifty hostile and fourteen lawful names of one good photo: one picture each, in the store, under a name
    of ours; none of them reaches a header or becomes markup."""
    assert (await citizen.tell_identity()).status_code == 303
    content = photo("jpeg_plain.jpg")
    for n, name in enumerate(ALL_NAMES):
        answer = await citizen.send_photo("old_card", name, content + b"%d" % n)
        assert answer.status_code == 303, repr(name)
        page = await citizen.visitor.open(f"{citizen.path}/berkas")
        assert "onmouseover=" not in page.text
        assert "<script>" not in page.text
        (row,) = await Page.objects()
        assert len(row.original_name) <= 120
        assert "\x00" not in row.original_name
        served = await citizen.visitor.client.get(f"{citizen.path}/lembar/{row.id}")
        assert "set-cookie" not in served.headers
        assert served.headers["content-disposition"] == f'inline; filename="{citizen.number}-{row.id}.webp"'
    stored = _files(service.settings.store_folder)
    assert all(len(file.name) == 32 and file.parent.name == file.name[:2] for file in stored), stored
    outside = _files(service.settings.data) - stored - {service.settings.key_file}
    assert outside == set()


def _files(folder: Path) -> set[Path]:
    return {file for file in folder.rglob("*") if file.is_file()}

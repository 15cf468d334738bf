"""Whether small print outlives the way of a photo: `python -m tests.load.legibility [--write]`.

The specimen family cards go through the page's own script in Chromium to the real service. The same places of the
original, of what arrived, of what is stored and of what an officer sees are read by tesseract (from Debian:
tesseract-ocr, tesseract-ocr-ind; without it that column is empty) and compared with what is printed there. One JSON
line per picture. With --write, crops of the four go side by side to docs/legibility/, for eyes.
"""

import argparse
import asyncio
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps
from playwright.async_api import Browser, async_playwright, expect

from components import clock, looks, pages
from components.actors import Actor
from components.looks import Size
from models.application import Application, Page
from models.rules.catalogue import DocumentKind
from models.rules.workflow import Role, State
from tests.journeys.browser import PHONE, ROOT, launch
from tests.journeys.people import SPECIMEN
from tests.support.held_line import HeldLine, held_line
from tests.support.killable import Service
from tests.support.tus import Sender, opened, prepared

KIND = DocumentKind.FAMILY_CARD
CROPS = ROOT / "docs" / "legibility"
WIDTH = 600
"""Pixels of a crop."""
READ_AT = 4000
"""Pixels that a whole photo is made wide before it is read, so that no stage is easier only by its size."""
Box = tuple[float, float, float, float]
GRID = (1270, 952)
"""The photos' sides in the units of COLUMNS."""
COLUMNS: Mapping[str, tuple[tuple[float, float, float, float], ...]] = {
    "siti": ((141, 322, 284, 18), (328, 454, 284.5, 17.9), (637, 712, 281, 18)),
    "nuraini": ((135, 306, 282, 18.4), (309, 431, 284, 18.25), (619, 698, 283.5, 18.4)),
    "agus": ((130, 315, 283, 19), (319, 446, 284, 18.25), (636, 713, 283, 18.5)),
}
"""Name, NIK and day of birth in the first table, 8 points: left, right, middle of the first row, next row."""
LINES: Box = (0.08, 0.283, 0.352, 0.347)
"""The names and NIK of the first three rows: shares of width and height of the upright photo."""
WHAT_IF = ((1600, 75), (2000, 60), (2000, 75), (2000, 85), (2400, 75))
"""Longest side and quality of WebP, to compare with what the page does."""


def upright(content: bytes) -> Image.Image:
    return ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("L")


def cut(picture: Image.Image, box: Box, width: int) -> Image.Image:
    """This place of the picture, so many pixels wide."""
    left, top, right, bottom = (share * side for share, side in zip(box, picture.size * 2, strict=True))
    size = (width, round(width * (bottom - top) / (right - left)))
    return picture.resize(size, Image.Resampling.LANCZOS, box=(left, top, right, bottom))


def printed(person: str) -> list[str]:
    """What stands in the first table, cell by cell: name, NIK, day of birth."""
    members = json.loads((SPECIMEN / "people.json").read_text("utf-8"))["people"][person]["kk_members"]
    return [
        words
        for one in members
        for words in (one["name"], one["nik"], "-".join(reversed(one["birth_date"].split("-"))))
    ]


def cells(picture: Image.Image, person: str) -> Image.Image:
    """The cells of printed(), each on a line of its own: a machine that loses its way in a table reads nothing."""
    width, height = GRID
    found = [
        cut(picture, box, round(READ_AT * (box[2] - box[0])))
        for row in range(len(printed(person)) // 3)
        for left, right, first, step in COLUMNS[person]
        for middle in [first + row * step]
        for box in [(left / width, (middle - 7.5) / height, right / width, (middle + 7.5) / height)]
    ]
    sheet = Image.new("L", (max(cell.width for cell in found), 80 * len(found)), 230)
    for number, cell in enumerate(found):
        sheet.paste(cell, (0, 80 * number))
    return sheet


def read_right(picture: Image.Image, person: str) -> dict[str, float]:
    """Percent of the printed characters that a machine reads, and how many NIK it reads without a mistake."""
    if shutil.which("tesseract") is None:
        return {}
    file = io.BytesIO()
    cells(picture, person).save(file, "PNG")
    command = ["tesseract", "-", "-", "-l", "ind", "--psm", "6", "--dpi", "300"]
    text = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True).stdout.decode()
    wanted = printed(person)
    right = sum(len(words) * _best(words, text) for words in wanted)
    exact = sum(words in text for words in wanted if words.isdigit())
    return {"percent": round(100 * right / sum(map(len, wanted)), 1), "nik": exact, "of": len(wanted) // 3}


def _best(words: str, text: str) -> float:
    """How alike the most similar stretch of the text is, 0 to 1."""
    stretches = (text[at : at + len(words)] for at in range(max(1, len(text) - len(words) + 1)))
    return max(SequenceMatcher(None, words, one, autojunk=False).ratio() for one in stretches)


# --- the way of a photo ---


async def send(browser: Browser, line: HeldLine, draft: Sender, person: str) -> bytes:
    """What arrives of this person's family card."""
    line.hold_at(None)
    place = f"http://127.0.0.1:{line.port}"
    context = await browser.new_context(**PHONE)
    await context.add_cookies([{"name": "sesi", "value": draft.cookie, "url": place}])
    page = await context.new_page()
    await page.goto(f"{place}/permohonan/{draft.number}/berkas")
    await page.locator(f"#g-{KIND}").set_input_files(SPECIMEN / f"{person}-kk.jpg")
    await expect(page.locator(f"section#{KIND} .chip")).to_have_text("Selesai", timeout=60_000)
    await context.close()
    (content,) = line.content.values()
    return bytes(content)


async def kept(draft: Sender) -> tuple[bytes, bytes]:
    """The picture as it is stored, and as an officer sees it."""
    now = clock.now()
    application = await Application.objects().where(Application.number == draft.number).first()
    assert application is not None
    page = await Page.objects().where(Page.document.application == application.id).first()
    assert page is not None
    stored = await pages.read(application, page.blob, page.blob_key)
    application.state = State.SUBMITTED  # officers see no drafts; the row stays one
    officer = Actor(
        frozenset({Role.OPERATOR}), staff_id=1, office_id=application.office, name="Petugas Contoh"
    )
    seen = await looks.find(application, page.id, Size.SCREEN, officer, now)
    return stored, await looks.show(seen, officer, now)


async def stages() -> dict[str, dict[str, bytes]]:
    """Of each person: the original, what arrived, what is stored, what an officer sees."""
    found: dict[str, dict[str, bytes]] = {}
    with tempfile.TemporaryDirectory(prefix="loket-legibility-") as name:
        data = Path(name) / "data"
        drafts = dict(zip(COLUMNS, await prepared(data, len(COLUMNS)), strict=True))
        service = Service(data)
        async with async_playwright() as playwright, service.running(), held_line(service.port) as line:
            browser = await launch(playwright)
            for person, draft in drafts.items():
                original = (SPECIMEN / f"{person}-kk.jpg").read_bytes()
                found[person] = {"original": original, "arrived": await send(browser, line, draft, person)}
            await browser.close()
        async with opened(data):
            for person, draft in drafts.items():
                found[person]["stored"], found[person]["officer"] = await kept(draft)
    return found


# --- telling and showing ---


def tell(person: str, name: str, content: bytes, picture: Image.Image) -> None:
    told: dict[str, Any] = {"file": f"{person}-kk.jpg", "stage": name, "kb": round(len(content) / 1000)}
    told |= {"pixels": f"{picture.width}x{picture.height}", **read_right(picture, person)}
    print(json.dumps(told), flush=True)


def write_crops(person: str, pictures: Mapping[str, Image.Image]) -> None:
    """The same lines of every stage, one below the other."""
    font = ImageFont.load_default(14)
    crops = {name: cut(picture, LINES, WIDTH) for name, picture in pictures.items()}
    height = max(crop.height for crop in crops.values()) + 20
    sheet = Image.new("L", (WIDTH, height * len(crops)), 255)
    pen = ImageDraw.Draw(sheet)
    for number, (name, crop) in enumerate(crops.items()):
        pen.text((2, number * height + 2), f"{name}, {pictures[name].width} px", fill=0, font=font)
        sheet.paste(crop, (0, number * height + 20))
    CROPS.mkdir(exist_ok=True)
    sheet.save(CROPS / f"{person}-kk.jpg", quality=58, optimize=True)


def what_if(person: str, original: bytes) -> None:
    whole = ImageOps.exif_transpose(Image.open(io.BytesIO(original))).convert("RGB")
    for longest, quality in WHAT_IF:
        small = ImageOps.contain(whole, (longest, longest), Image.Resampling.BICUBIC)
        file = io.BytesIO()
        small.save(file, "WEBP", quality=quality)
        tell(person, f"webp {longest} q{quality}", file.getvalue(), upright(file.getvalue()))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the crops to docs/legibility")
    parser.add_argument(
        "--what-if", action="store_true", help="also other sizes and qualities, of the largest photo"
    )
    options = parser.parse_args()
    for person, contents in asyncio.run(stages()).items():
        pictures = {name: upright(content) for name, content in contents.items()}
        for name, content in contents.items():
            tell(person, name, content, pictures[name])
        if options.write:
            write_crops(person, pictures)
        if options.what_if and max(pictures["original"].size) > 2400:
            what_if(person, contents["original"])
    return 0


if __name__ == "__main__":
    sys.exit(main())

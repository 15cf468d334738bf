"""The child process that opens what people send. Started by pictures.py as `python -I picture_worker.py`.

Nothing sent by a stranger is decoded anywhere else. This process has no way to the application, its data or
its keys: it reads jobs from a pipe, writes pictures made anew to another, and lives under limits of memory,
time and files that it cannot lift. It imports no module of the application, so that a decoder gone wrong finds
nothing.

A message is a count of parts (4 bytes), then each part as length (4 bytes) and content. A job is
["read", data] or ["show", jpeg, text, view]; the answer begins with a JSON object: {"reason": ...}, or
{"kind", "pages": [...]} followed by picture and thumbnail of each page, or {} followed by the picture.
"""

import contextlib
import io
import json
import os
import re
import resource
import select
import sys
import warnings
from collections.abc import Iterator
from typing import Any, BinaryIO

import pillow_heif
import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageStat
from pypdfium2 import raw as pdfium

MEGABYTE = 1024 * 1024
MEMORY = 1200 * MEGABYTE  # address space; 256 MB in use is the aim, libraries reserve much more than they use
CPU_SECONDS = 10  # per job
OPEN_FILES = 32
IDLE_SECONDS = 60
MAX_JOB = 64 * MEGABYTE

MAX_PIXELS = 40_000_000
MAX_WEBP_PIXELS = 15_000_000  # its decoder wants 16 bytes per pixel, other decoders 1 to 8
MAX_SIDE = 12_000
MIN_SIDE = 100
MAX_PAGES = 20
MAX_PAGE_POINTS = 3_000

LONG_SIDE = 2_400  # of a stored picture
ENOUGH = 2_000  # long side from which a JPEG may be decoded at a half, a quarter or an eighth
QUALITY = 85
WEBP_EFFORT = 2  # 0-6: 4, the usual, makes 3 % fewer bytes in 2.5 times the time
WATERMARK_STRENGTH = 80  # of 255
THUMBNAIL_SIDE = 320
THUMBNAIL_BYTES = 6_000

# Found with the specimen documents, sharp, blurred on purpose, and with a lamp's reflection painted on.
SMALL_SIDE = 1_000  # long side below which small print is likely lost
BLURRED_BELOW = 22  # sharp specimens have 33 to 73, the blurred one 16
DARK_BELOW = 100  # the paper itself, of 255; specimens have 195 and more
BURNT = 250
GLARE_SHARES = (0.004, 0.45)  # of the picture that is burnt out
SOFT_EDGE = 219  # mean just outside a reflection; just outside a screenshot's white margin it is 215 and less

HEIF_BRANDS = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1"}
FORMATS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "heic": ("HEIF",)}
ORIENTATION = 0x0112
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_JPEG_MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")  # not stuffing (ff00), restarts (ffd0-7), fill (ffff)
_JPEG_MOST_MARKERS = 10_000


class Refusal(Exception):
    """The document is not taken. `args[0]` is a value of pictures.Reason."""


def kind_of(data: bytes) -> str:
    """Say by content what this is. Names and declared types are lies often enough. Raises Refusal."""
    if not data:
        raise Refusal("empty")
    if data.startswith(b"\xff\xd8"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and _brands(data) & HEIF_BRANDS:
        return "heic"
    if b"%PDF-" in data[:1024]:  # old scanners put a few bytes before it
        return "pdf"
    raise Refusal("kind")


def read(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Open the document; return what is known of it and, page by page, picture and thumbnail."""
    kind = kind_of(data)
    pages: list[dict[str, Any]] = []
    pictures: list[bytes] = []
    for canvas in _pdf_pages(data) if kind == "pdf" else [_picture(kind, data)]:
        pages.append({"width": canvas.width, "height": canvas.height, **judge(canvas)})
        pictures += [_jpeg(canvas, QUALITY), _thumbnail(canvas)]
    return {"kind": kind, "pages": pages}, pictures


def _picture(kind: str, data: bytes) -> Image.Image:
    if _is_cut(kind, data):
        raise Refusal("cut")
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS[kind]) as image:
            return _canvas(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refusal("pixels") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        if kind == "png" and b"IEND" not in data:
            raise Refusal("cut") from error
        raise Refusal("heic" if kind == "heic" else "damaged") from error


def _canvas(image: Image.Image) -> Image.Image:
    """Paint the first frame, upright and at most LONG_SIDE long, onto a new RGB picture that has nothing else."""
    _check_size(*image.size, MAX_WEBP_PIXELS if image.format == "WEBP" else MAX_PIXELS)
    if image.format in FORMATS["jpeg"]:
        _draft(image, ENOUGH)
    image.load()
    canvas = _on_white(image)
    if max(canvas.size) > LONG_SIDE:
        canvas = canvas.resize(_within(canvas.size, LONG_SIDE), Image.Resampling.BICUBIC)
    turn = UPRIGHT.get(_orientation(image))
    return canvas if turn is None else canvas.transpose(turn)


def _draft(image: Image.Image, longest: int) -> None:
    """Let libjpeg make the picture smaller while it decodes: a half, a quarter, an eighth, not below `longest`."""
    width, height = image.size
    longer = max(width, height)
    # The box must have the picture's own proportions, or libjpeg does not scale.
    image.draft(None, (width * longest // longer, height * longest // longer))


def _on_white(image: Image.Image) -> Image.Image:
    """Copy to RGB in strips: a picture of 40 megapixels must not be in memory twice, once per mode."""
    factor = max(1, max(image.size) // LONG_SIDE)
    canvas = Image.new("RGB", (-(-image.width // factor), -(-image.height // factor)))
    if image.mode == "RGB" and "transparency" not in image.info and factor == 1:
        canvas.paste(image)  # what nearly every photo is, and the pixels alone
        return canvas
    rows = 256 * factor
    for top in range(0, image.height, rows):
        strip = _rgb(image.crop((0, top, image.width, min(top + rows, image.height))))
        canvas.paste(strip.reduce(factor) if factor > 1 else strip, (0, top // factor))
    return canvas


def _rgb(strip: Image.Image) -> Image.Image:
    if strip.mode.startswith("I"):  # 16 bits of grey: convert() would cut off what is over 255
        return strip.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if "A" in strip.getbands() or "transparency" in strip.info:
        clear = strip.convert("RGBA")
        white = Image.new("RGB", strip.size, "white")
        white.paste(clear, mask=clear.getchannel("A"))
        return white
    return strip.convert("RGB")


def _orientation(image: Image.Image) -> int:
    """How the camera was held, 1 where the file does not say so in a way that can be read."""
    with contextlib.suppress(Exception):  # a broken note in a sound picture is no reason to refuse it
        return int(image.getexif().get(ORIENTATION, 1))
    return 1


def _pdf_pages(data: bytes) -> Iterator[Image.Image]:
    if b"%%EOF" not in data.rstrip(b"\0\r\n\t ")[-2048:]:
        raise Refusal("cut")  # the library would repair it and show half a page as if it were whole
    try:
        with pypdfium2.PdfDocument(data) as document:
            if not 1 <= len(document) <= MAX_PAGES:
                raise Refusal("pages" if len(document) else "damaged")
            document.init_forms()  # what was typed into a form is drawn, scripts are not in this build
            for number in range(len(document)):
                yield _pdf_page(document[number])
    except pypdfium2.PdfiumError as error:
        raise Refusal("locked" if "password" in str(error).lower() else "damaged") from error


def _pdf_page(page: pypdfium2.PdfPage) -> Image.Image:
    """Draw a page. The scale comes from its size in points, so that UserUnit and odd sizes change nothing."""
    longer = max(page.get_size())
    if not 1 <= longer <= MAX_PAGE_POINTS:
        raise Refusal("paper")
    for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE]):
        width, height = item.get_px_size()
        if width * height > MAX_PIXELS:
            raise Refusal("pixels")
    bitmap = page.render(scale=LONG_SIDE / longer, rev_byteorder=True)
    drawn: Image.Image = bitmap.to_pil()
    canvas = drawn.convert("RGB").copy()  # the bitmap's memory ends with the page
    bitmap.close()
    page.close()
    canvas.thumbnail((LONG_SIDE, LONG_SIDE))  # rounding up may give one pixel too many
    _check_size(*canvas.size)
    return canvas


def _check_size(width: int, height: int, most_pixels: int = MAX_PIXELS) -> None:
    if width * height > most_pixels or max(width, height) > MAX_SIDE:
        raise Refusal("pixels")
    if min(width, height) < MIN_SIDE:
        raise Refusal("small")


def _is_cut(kind: str, data: bytes) -> bool:
    """Say whether the file ends before its own end."""
    if kind == "jpeg":
        return not _jpeg_ends(data)
    if kind == "webp":
        return int.from_bytes(data[4:8], "little") + 8 > len(data)
    return kind == "heic" and _box_end(data) > len(data)


def _jpeg_ends(data: bytes) -> bool:
    """Walk from marker to marker to the end-of-image marker.

    Looking for its two bytes alone is not enough: embedded thumbnails have one too, and a phone that runs out
    of storage leaves zeros, which the decoder takes for grey.
    """
    at = 2
    for _ in range(_JPEG_MOST_MARKERS):
        marker = _JPEG_MARKER.search(data, at)
        if marker is None:
            return False
        at = marker.end()
        code = data[at - 1]
        if code == 0xD9:
            return True
        if code not in (0x01, 0xD8):
            at += max(2, int.from_bytes(data[at : at + 2], "big"))
    return False


def _brands(data: bytes) -> set[bytes]:
    end = min(int.from_bytes(data[:4], "big"), 256)
    return {data[8:12], *(data[at : at + 4] for at in range(16, end, 4))}


def _box_end(data: bytes) -> int:
    """Where the last top-level box of a HEIF file says it ends."""
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        if size < 8:  # 0: to the end of the file
            return len(data)
        at += size
    return at


def judge(canvas: Image.Image) -> dict[str, Any]:
    """Measure how well a page can be read. Warnings only: people decide, nothing is refused for them.

    sharpness: 0-100, how much of the contrast at edges lies in the finest detail. brightness: mean, 0-255.
    """
    grey = canvas.convert("L")
    grey.thumbnail((1000, 1000), Image.Resampling.BILINEAR, reducing_gap=1.0)
    sharpness = _sharpness(grey)
    histogram = grey.histogram()
    flags = {
        "small": max(canvas.size) < SMALL_SIDE,
        "blurred": sharpness < BLURRED_BELOW,
        "dark": _level(histogram, 0.95) < DARK_BELOW,
        "glare": sum(histogram[BURNT:]) >= GLARE_SHARES[0] * sum(histogram) and _has_glare(grey),
    }
    return {
        "sharpness": sharpness,
        "brightness": round(ImageStat.Stat(grey).mean[0]),
        "flags": [name for name, is_so in flags.items() if is_so],
    }


def _sharpness(grey: Image.Image) -> int:
    """Compare fine with coarse detail at the strongest edges, so that pale print is not called blurred."""
    fine = ImageChops.difference(grey, grey.filter(ImageFilter.BoxBlur(1)))
    coarse = ImageChops.difference(grey, grey.filter(ImageFilter.BoxBlur(4)))
    edge = max(12, _level(coarse.histogram(), 0.995) // 2)
    edges = coarse.point([255 * (value >= edge) for value in range(256)])
    if not edges.getbbox():
        return 0
    return round(100 * ImageStat.Stat(fine, edges).mean[0] / ImageStat.Stat(coarse, edges).mean[0])


def _has_glare(grey: Image.Image) -> bool:
    """Find a lamp's reflection: a burnt-out patch that fades into paper which is not white itself.

    A scanned sheet is white all over and a screenshot's white areas end sharply; neither is glare.
    """
    little = grey.copy()
    little.thumbnail((400, 400))
    burnt = little.point([255 * (value >= BURNT) for value in range(256)])
    burnt = burnt.filter(ImageFilter.MinFilter(5)).filter(ImageFilter.MaxFilter(5))
    share = burnt.histogram()[255] / (little.width * little.height)
    if not GLARE_SHARES[0] <= share <= GLARE_SHARES[1]:
        return False
    rims, grown = [], burnt
    for _ in range(5):
        wider = grown.filter(ImageFilter.MaxFilter(5))
        rims.append(ImageStat.Stat(little, ImageChops.subtract(wider, grown)).mean[0])
        grown = wider
    paper = _level(little.histogram(ImageChops.invert(grown)), 0.90)
    return paper < 245 and rims[0] >= SOFT_EDGE and rims[-1] <= rims[0] - 4


def _level(histogram: list[int], share: float) -> int:
    """The value that `share` of all pixels do not exceed."""
    wanted = sum(histogram) * share
    seen = 0
    for value, count in enumerate(histogram):
        seen += count
        if seen >= wanted:
            return value
    return 0


def show(data: bytes, text: str, longest: int, quality: int, most: int) -> bytes:
    """Make one of our own pictures ready to be looked at, with `text` faintly all over it unless it is empty.

    longest: 0 for a JPEG of its full size, else a WebP at most this long, of this quality or of as little less
    as `most` bytes need.
    """
    with Image.open(io.BytesIO(data), formats=FORMATS["jpeg"]) as image:
        if longest:
            _draft(image, longest)
        canvas = _on_white(image)
    if longest and max(canvas.size) > longest:
        canvas = canvas.resize(_within(canvas.size, longest), Image.Resampling.BICUBIC, reducing_gap=2.0)
    if text:
        # A copy says what it was given for. The light edge beside dark letters is seen on any ground.
        letters = _letters(canvas.size, text)
        canvas.paste("white", (2, 2), letters.crop((0, 0, canvas.width - 2, canvas.height - 2)))
        canvas.paste((26, 42, 94), (0, 0), letters)
    return _webp(canvas, quality, most) if longest else _jpeg(canvas, QUALITY)


def _webp(canvas: Image.Image, quality: int, most: int) -> bytes:
    """Noise costs bytes: what is too heavy is made again, rougher by as much as is likely to do."""
    out, least = io.BytesIO(), quality // 2
    for _ in range(3):
        out = io.BytesIO()
        canvas.save(out, "WEBP", quality=quality, method=WEBP_EFFORT)
        if out.tell() <= most:
            break
        quality = max(
            least, int(quality * (most / out.tell()) ** 2)
        )  # bytes go with the root of it, or slower
    return out.getvalue()


def _letters(size: tuple[int, int], text: str) -> Image.Image:
    """A mask with the text in slanting rows. Drawn at half its size: turning it is what takes time."""
    width, height = -(-size[0] // 2), -(-size[1] // 2)
    reach = round((width**2 + height**2) ** 0.5) + 2
    points = max(10, max(size) // 96)
    font = ImageFont.load_default(points)
    lines = Image.new("L", (reach, reach), 0)
    step = max(1, round(font.getlength(text + "      ")))
    line = Image.new("L", (step, points * 2), 0)
    ImageDraw.Draw(line).text((0, 0), text, fill=WATERMARK_STRENGTH, font=font)
    for row, top in enumerate(range(0, reach, points * 5)):
        for left in range(-step * (row % 3) // 3, reach, step):
            lines.paste(line, (left, top))
    corner = ((reach - width) // 2, (reach - height) // 2)
    turned = lines.rotate(28, Image.Resampling.BILINEAR)
    return turned.crop((*corner, corner[0] + width, corner[1] + height)).resize(size)


def _within(size: tuple[int, int], longest: int) -> tuple[int, int]:
    longer = max(size)
    return max(1, round(size[0] * longest / longer)), max(1, round(size[1] * longest / longer))


def _thumbnail(canvas: Image.Image) -> bytes:
    # Halving by whole numbers first is what makes this cheap.
    little = canvas.reduce(max(1, min(max(canvas.size) // (THUMBNAIL_SIDE + 80), *canvas.size)))
    if max(little.size) > THUMBNAIL_SIDE:
        little = little.resize(_within(little.size, THUMBNAIL_SIDE), Image.Resampling.BICUBIC)
    for quality in (60, 40, 25):
        thumbnail = _jpeg(little, quality)
        if len(thumbnail) <= THUMBNAIL_BYTES:
            return thumbnail
    return _jpeg(little, 18)


def _jpeg(canvas: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    canvas.save(out, "JPEG", quality=quality, optimize=quality < QUALITY)
    return out.getvalue()


def limit_process() -> None:
    """Give up, for good, what decoding does not need."""
    os.nice(10)  # people at the screen come before pictures
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not write somebody's KTP to disk


def limit_job() -> None:
    """Let the job have CPU_SECONDS more than was used so far; beyond, the kernel ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def prepare_libraries() -> None:
    """Set the decoders to refuse early and to use one thread."""
    pillow_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)


def receive(source: BinaryIO) -> list[bytes]:
    """Read one message; an empty list at the end of all messages."""
    count = int.from_bytes(source.read(4), "big")
    parts = []
    for _ in range(min(count, 4)):
        size = int.from_bytes(source.read(4), "big")
        if size > MAX_JOB:
            return []
        parts.append(source.read(size))
    return parts


def send(target: BinaryIO, parts: list[bytes]) -> None:
    """Write one message."""
    target.write(len(parts).to_bytes(4, "big"))
    for part in parts:
        target.write(len(part).to_bytes(4, "big"))
        target.write(part)
    target.flush()


def answer(job: list[bytes]) -> list[bytes]:
    """Do one job. Whatever a decoder may raise beyond a Refusal is a reason as well, if a vaguer one."""
    try:
        if job[0] == b"read":
            known, pictures = read(job[1])
            return [json.dumps(known).encode(), *pictures]
        longest, quality, most = (int(number) for number in job[3].split())
        return [b"{}", show(job[1], job[2].decode("utf-8"), longest, quality, most)]
    except Refusal as refusal:
        return [json.dumps({"reason": refusal.args[0]}).encode()]
    except MemoryError:
        return [b'{"reason": "heavy"}']
    except Exception:
        return [b'{"reason": "damaged"}']


def main() -> None:
    """Answer jobs until the pipe closes or nothing has come for a minute."""
    source, target = sys.stdin.buffer, sys.stdout.buffer
    prepare_libraries()
    limit_process()
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        job = receive(source)
        if not job:
            return
        limit_job()
        send(target, answer(job))


if __name__ == "__main__":
    main()

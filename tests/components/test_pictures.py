"""Documents are opened in a child that is kept on a short leash, and come out as plain, upright, small JPEGs."""

import ast
import asyncio
import hashlib
import io
import os
import resource
import signal
import sys
import textwrap
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from PIL import Image, ImageChops, ImageFilter, ImageOps, ImageStat
from PIL.PngImagePlugin import PngInfo

from components import picture_worker, pictures
from components.pictures import PictureReader, ReaderBusy, ReaderDown, Reading, Reason, Unreadable, View
from tests.components.documents import huge_image, paper, pdf, saved, stream

SPECIMEN = Path(__file__).resolve().parent.parent / "specimen"
MARK = "Hanya untuk permohonan KTP-el Kec. Krian K7QM2X 23-11-2026 Dewi"
GOOD_PHOTOS = sorted(
    path.name
    for path in SPECIMEN.glob("*.jpg")
    if path.name != "bad-ktp-blurred.jpg"  # the other bad ones are cut or wrong, but sharp
)


@pytest.fixture(scope="module")
def reader() -> Iterator[PictureReader]:
    shared = PictureReader(children=1)
    yield shared
    shared.close()


@pytest.fixture
def fresh() -> Iterator[PictureReader]:
    own = PictureReader(children=1)
    yield own
    own.close()


def child_of(reader: PictureReader) -> int:
    """The process id of the child that did the last job."""
    return reader._idle.queue[-1].process.pid


def process(pid: int, file: str) -> str:
    """What the kernel tells of a process."""
    return Path(f"/proc/{pid}/{file}").read_text("ascii")


def open_files(pid: int) -> set[str]:
    return {str(entry.readlink()).partition(":")[0] for entry in Path(f"/proc/{pid}/fd").iterdir()}


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content), formats=("JPEG", "WEBP"))
    image.load()
    return image


async def refusal(reader: PictureReader, data: bytes) -> Reason:
    with pytest.raises(Unreadable) as caught:
        await reader.read(data)
    assert caught.value.message == pictures.MESSAGES[caught.value.reason]
    return caught.value.reason


def is_red_top_left(reading: Reading) -> bool:
    pixel = opened(reading.pages[0].jpeg).getpixel((8, 8))
    assert isinstance(pixel, tuple)
    return pixel[0] > 190 and max(pixel[1:]) < 80


# --- kinds ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("jpeg", saved(paper(), "JPEG")),
        ("jpeg", saved(paper(), "JPEG", progressive=True, subsampling=0)),
        ("jpeg", saved(paper().convert("CMYK"), "JPEG")),
        ("jpeg", saved(paper(), "MPO", save_all=True, append_images=[paper(600, 400)])),
        ("jpeg", saved(paper(), "JPEG") + b"SEFT" + bytes(5_000)),
        ("png", saved(paper(), "PNG")),
        ("png", saved(paper().quantize(32), "PNG")),
        ("png", saved(paper(), "PNG", save_all=True, append_images=[paper()])),
        ("webp", saved(paper(), "WEBP")),
        ("webp", saved(paper(), "WEBP", save_all=True, append_images=[paper()])),
        ("heic", saved(paper(), "HEIF")),
        ("heic", saved(paper(), "HEIF", tile_size=256)),
        ("heic", saved(paper(), "HEIF", save_all=True, append_images=[paper(600, 400)])),
        ("pdf", saved(paper(), "PDF")),
    ],
)
async def test_what_phones_and_scanners_make_is_taken(reader: PictureReader, kind: str, data: bytes) -> None:
    """JPEG and MPO, PNG, WebP, HEIC of iPhones, PDF of scanner apps [R2, P12]."""
    reading = await reader.read(data)
    assert reading.kind == kind
    assert reading.sha256 == hashlib.sha256(data).hexdigest()
    assert len(reading.pages) == 1
    page = reading.pages[0]
    assert opened(page.jpeg).size == (page.width, page.height)
    assert page.width * 2 == pytest.approx(page.height * 3, rel=0.01)
    assert max(opened(page.thumbnail).size) == 320
    assert is_red_top_left(reading)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
async def test_other_colour_modes_look_the_same(reader: PictureReader, mode: str) -> None:
    """Sixteen bits of grey are scaled, not cut off; what is transparent is white."""
    grey = paper().convert("L")
    if mode == "I;16":
        image = grey.convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        image = (paper() if mode in ("P", "RGBA") else grey).convert(mode)
    if mode in ("LA", "RGBA"):
        image.putalpha(Image.new("L", image.size, 0))
    page = (await reader.read(saved(image, "PNG"))).pages[0]
    lightness = ImageStat.Stat(opened(page.jpeg).convert("L").crop((900, 20, 1100, 120))).mean[0]
    assert lightness == pytest.approx(255 if mode in ("LA", "RGBA") else 224, abs=35 if mode == "1" else 4)


@pytest.mark.parametrize(
    "data", [b"<svg/>", b"GIF89a" + bytes(99), b"PK\x03\x04", b"\0\0\0\x1cftypavif", bytes(999)]
)
async def test_anything_else_is_refused_with_the_kinds_that_are_taken(
    reader: PictureReader, data: bytes
) -> None:
    assert await refusal(reader, data) == Reason.KIND
    assert all(kind in pictures.MESSAGES[Reason.KIND] for kind in ("JPG", "PNG", "WebP", "HEIC", "PDF"))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_pictures_are_turned_upright(reader: PictureReader, kind: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[picture_worker.ORIENTATION] = orientation
    turned = paper()
    turn = picture_worker.UPRIGHT.get(orientation)
    if turn is not None:  # the camera's sensor lay the other way round
        back = {Image.Transpose.ROTATE_90: Image.Transpose.ROTATE_270}
        back |= {there: here for here, there in back.items()}
        turned = turned.transpose(back.get(turn, turn))
    reading = await reader.read(saved(turned, kind, exif=exif))
    assert (reading.pages[0].width, reading.pages[0].height) == (1200, 800)
    assert is_red_top_left(reading)


async def test_nothing_but_the_picture_is_kept(reader: PictureReader) -> None:
    """Where and when a photo was taken, and by which device, is nobody's business here."""
    exif = Image.Exif()
    exif[0x010F] = "RAHASIA-MAKER"
    exif.get_ifd(0x8825)[1] = "RAHASIA-GPS"
    notes = PngInfo()
    notes.add_text("Comment", "RAHASIA-TEXT")
    for data in (
        saved(paper(), "JPEG", exif=exif, comment=b"RAHASIA-COMMENT", icc_profile=b"RAHASIA-ICC" * 20)
        + b"RAHASIA",
        saved(paper(), "PNG", pnginfo=notes, exif=exif),
        saved(paper(), "WEBP", exif=exif, xmp=b"RAHASIA-XMP"),
        saved(paper(), "HEIF", exif=exif.tobytes()),
    ):
        assert b"RAHASIA" in data
        page = (await reader.read(data)).pages[0]
        assert b"RAHASIA" not in page.jpeg + page.thumbnail
        assert set(opened(page.jpeg).info) == {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


# --- limits of documents -------------------------------------------------------------------------------------


async def test_large_pictures_are_made_smaller(reader: PictureReader) -> None:
    for size in ((4000, 3000), (2500, 1000), (2999, 2999)):
        page = (await reader.read(saved(paper(*size), "JPEG"))).pages[0]
        assert 2000 <= max(page.width, page.height) <= 2400
        assert page.width * size[1] == pytest.approx(page.height * size[0], rel=0.01)
        assert is_red_top_left(await reader.read(saved(paper(*size), "PNG")))


@pytest.mark.parametrize(
    ("size", "kind"),
    [((6400, 6300), "PNG"), ((12_001, 200), "PNG"), ((200, 12_001), "JPEG"), ((4000, 3800), "WEBP")],
)
async def test_pictures_of_too_many_pixels_are_refused(
    reader: PictureReader, size: tuple[int, int], kind: str
) -> None:
    assert (
        await refusal(reader, saved(Image.new("L" if kind != "WEBP" else "RGB", size), kind)) == Reason.PIXELS
    )


async def test_tiny_pictures_are_refused_and_small_ones_flagged(reader: PictureReader) -> None:
    assert await refusal(reader, saved(paper(400, 99), "PNG")) == Reason.SMALL
    assert "small" in (await reader.read(saved(paper(300, 190), "PNG"))).pages[0].flags
    assert "small" not in (await reader.read(saved(paper(1000, 640), "PNG"))).pages[0].flags


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF", "PDF"])
@pytest.mark.parametrize("share", [0.3, 0.9, 0.99])
async def test_half_a_file_is_never_taken_for_a_whole(reader: PictureReader, kind: str, share: float) -> None:
    """The connection was lost while the phone was sending [P5]."""
    data = saved(paper(), kind)
    cut = data[: int(len(data) * share)]
    assert await refusal(reader, cut) == Reason.CUT


async def test_a_jpeg_filled_up_with_zeros_is_cut(reader: PictureReader) -> None:
    """What a phone without storage leaves; decoders show it as grey and complain to nobody."""
    whole = saved(paper(), "JPEG")
    assert await refusal(reader, whole[: len(whole) // 2] + bytes(len(whole) // 2)) == Reason.CUT


async def test_a_thumbnail_inside_does_not_hide_that_the_end_is_missing(reader: PictureReader) -> None:
    exif = Image.Exif()
    exif[0x010E] = "x"
    whole = saved(paper(), "JPEG", exif=exif.tobytes() + saved(paper(160, 120), "JPEG"))
    assert (await reader.read(whole)).kind == "jpeg"
    assert await refusal(reader, whole[: int(len(whole) * 0.7)]) == Reason.CUT


async def test_markers_without_end_are_not_followed_for_ever(reader: PictureReader) -> None:
    assert await refusal(reader, b"\xff\xd8" + b"\xff\x01" * 1_000_000 + b"\xff\xd9") == Reason.CUT


# --- PDF -----------------------------------------------------------------------------------------------------

BOX = b"/MediaBox [0 0 200 200]"
FILL = stream(b"20 20 50 50 re f")


async def test_pdfs_have_limits_of_their_own(reader: PictureReader) -> None:
    assert len((await reader.read(pdf(BOX + b"/Contents 4 0 R", FILL, pages=20))).pages) == 20
    assert await refusal(reader, pdf(BOX + b"/Contents 4 0 R", FILL, pages=21)) == Reason.PAGES
    assert await refusal(reader, pdf(BOX, pages=0)) == Reason.DAMAGED
    assert await refusal(reader, pdf(b"/MediaBox [0 0 3001 100] /Contents 4 0 R", FILL)) == Reason.PAPER
    assert await refusal(reader, pdf(b"/MediaBox [0 0 3000 100] /Contents 4 0 R", FILL)) == Reason.SMALL
    assert await refusal(reader, b"%PDF-1.7\nnonsense\n%%EOF") == Reason.DAMAGED


async def test_a_page_is_drawn_at_one_size_whatever_its_unit(reader: PictureReader) -> None:
    for unit in (b"", b"/UserUnit 75000"):
        page = (await reader.read(pdf(BOX + unit + b"/Contents 4 0 R", FILL))).pages[0]
        assert (page.width, page.height) == (2400, 2400)


async def test_what_was_typed_into_a_form_is_seen(reader: PictureReader) -> None:
    """An F-1.02 filled in on screen must not arrive empty [R2]."""
    field = b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (nama) /Rect [10 100 190 130] /P 3 0 R /AP << /N 5 0 R >> >>"
    looks = stream(b"0 0 180 30 re f", b"/Type /XObject /Subtype /Form /BBox [0 0 180 30]")
    form = pdf(BOX + b"/Annots [4 0 R]", field, looks, catalog=b"/AcroForm << /Fields [4 0 R] >>")
    assert opened((await reader.read(form)).pages[0].jpeg).convert("L").getpixel((1200, 1000)) == 0


async def test_a_bomb_hidden_one_level_down_is_found(reader: PictureReader) -> None:
    form = stream(
        b"100 0 0 100 0 0 cm /I Do",
        b"/Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /I 6 0 R >> >>",
    )
    page = BOX + b"/Resources << /XObject << /F 5 0 R >> >> /Contents 4 0 R"
    assert await refusal(reader, pdf(page, stream(b"/F Do"), form, huge_image())) == Reason.PIXELS


async def test_a_drawing_without_end_costs_one_child_and_no_more(fresh: PictureReader) -> None:
    endless = zlib.compress(b"0 0 1 1 re f " * 8_000_000, 9)
    data = pdf(BOX + b"/Contents 4 0 R", stream(endless, b"/Filter /FlateDecode"))
    assert await refusal(fresh, data) in (Reason.DAMAGED, Reason.HEAVY)
    assert (await fresh.read(saved(paper(), "PNG"))).kind == "png"


# --- quality -------------------------------------------------------------------------------------------------


async def test_the_blurred_specimen_is_flagged(reader: PictureReader) -> None:
    page = (await reader.read((SPECIMEN / "bad-ktp-blurred.jpg").read_bytes())).pages[0]
    assert page.flags == ("blurred",)


@pytest.mark.parametrize("name", GOOD_PHOTOS)
async def test_sharp_specimens_are_not_flagged(reader: PictureReader, name: str) -> None:
    assert (await reader.read((SPECIMEN / name).read_bytes())).pages[0].flags == ()


async def test_scans_are_not_flagged_and_screenshots_only_for_their_size(reader: PictureReader) -> None:
    """White paper and white margins are not glare."""
    scan = await reader.read((SPECIMEN / "scan-nuraini-kk-f102.pdf").read_bytes())
    assert [page.flags for page in scan.pages] == [(), ()]
    screenshot = await reader.read((SPECIMEN / "wa-agus-ktp.png").read_bytes())
    assert screenshot.pages[0].flags == ("small",)


@pytest.mark.parametrize("name", ["siti-kk.jpg", "nuraini-ktp.jpg", "agus-f102.jpg"])
async def test_faults_of_photos_are_seen_and_never_refused(reader: PictureReader, name: str) -> None:
    """A warning for the applicant and the operator's eye; the decision stays with people [P6]."""
    good = ImageOps.exif_transpose(Image.open(SPECIMEN / name)).convert("RGB")
    good.thumbnail((1600, 1600))
    blurred = good.filter(ImageFilter.GaussianBlur(3))
    dark = good.point(lambda value: value * 0.25)
    lamp = ImageOps.invert(Image.radial_gradient("L")).resize((good.width // 2, good.width // 2))
    light = Image.new("L", good.size)
    light.paste(lamp.point(lambda value: min(255, value * 2)), (good.width // 4, good.height // 5))
    glare = ImageChops.add(good, Image.merge("RGB", [light] * 3))
    for picture, flag in ((blurred, "blurred"), (dark, "dark"), (glare, "glare")):
        assert flag in (await reader.read(saved(picture, "JPEG"))).pages[0].flags
    assert (await reader.read(saved(good, "JPEG"))).pages[0].flags == ()


# --- watermark -----------------------------------------------------------------------------------------------


async def test_the_watermark_covers_the_picture_and_lets_it_through(reader: PictureReader) -> None:
    """A copied scan says what it was given for [P6]."""
    page = (await reader.read((SPECIMEN / "siti-ktp.jpg").read_bytes())).pages[0]
    marked = await reader.show(page.jpeg, None, MARK)
    before, after = opened(page.jpeg), opened(marked)
    assert after.size == before.size
    difference = ImageChops.difference(before.convert("L"), after.convert("L"))
    assert ImageStat.Stat(difference).mean[0] < 12
    step_x, step_y = after.width // 4, after.height // 4
    for left in range(0, 4 * step_x, step_x):
        for top in range(0, 4 * step_y, step_y):
            part = difference.crop((left, top, left + step_x, top + step_y))
            assert ImageStat.Stat(part).extrema[0][1] > 40
    assert "blurred" not in (await reader.read(marked)).pages[0].flags


async def test_the_watermark_depends_on_its_text_and_bears_any(reader: PictureReader) -> None:
    jpeg = saved(paper(), "JPEG")
    texts = [MARK, "lain", "", "\0\n\u202e身份证 \ud800", "x" * 5_000]
    marked = [await reader.show(jpeg, None, text) for text in texts]
    assert len(set(marked)) == len(texts)


async def test_a_picture_is_made_lighter_for_the_line(reader: PictureReader) -> None:
    page = (await reader.read((SPECIMEN / "siti-kk.jpg").read_bytes())).pages[0]
    small = await reader.show(page.jpeg, View(1200, 50, 200_000), MARK)
    assert (opened(small).size, opened(small).format) == ((1200, 900), "WEBP")
    assert small != await reader.show(page.jpeg, View(1200, 50, 200_000))
    rougher = await reader.show(page.jpeg, View(1200, 50, len(small) - 1), MARK)
    assert len(rougher) < len(small)
    for longest in (63, 2401):
        with pytest.raises(ValueError, match="longest"):
            View(longest, 50, 200_000)


async def test_a_long_strip_can_be_shown_at_any_size(reader: PictureReader) -> None:
    page = (await reader.read(saved(paper(2400, 110), "PNG"))).pages[0]
    for jpeg in (page.jpeg, page.thumbnail):
        assert opened(await reader.show(jpeg, View(80, 40, 6_000))).width == 80


async def test_only_our_own_jpegs_are_shown(reader: PictureReader) -> None:
    for content in (b"not a picture", saved(paper(), "PNG")):
        with pytest.raises(Unreadable):
            await reader.show(content, None, MARK)


# --- the child -----------------------------------------------------------------------------------------------


async def test_the_child_lives_under_limits(reader: PictureReader) -> None:
    """Memory, files, descriptors, dumps and processor time are bounded by the kernel, not by good manners."""
    await reader.read(saved(paper(), "PNG"))
    pid = child_of(reader)
    megabyte = 1024 * 1024
    assert resource.prlimit(pid, resource.RLIMIT_AS) == (1200 * megabyte, 1200 * megabyte)
    assert resource.prlimit(pid, resource.RLIMIT_FSIZE) == (0, 0)
    assert resource.prlimit(pid, resource.RLIMIT_CORE) == (0, 0)
    assert resource.prlimit(pid, resource.RLIMIT_NOFILE) == (32, 32)
    first = resource.prlimit(pid, resource.RLIMIT_CPU)[0]
    assert 10 <= first <= 120
    environment = process(pid, "environ").strip("\0").split("\0")
    names = {entry.partition("=")[0] for entry in environment}
    assert {name.partition("_")[0] for name in names} == {"LANG", "MALLOC"}
    assert open_files(pid) <= {"pipe", "/dev/null"}


def test_the_child_imports_nothing_of_the_application() -> None:
    tree = ast.parse(Path(picture_worker.__file__).read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.split(".")[0] for name in imported} - sys.stdlib_module_names
    assert foreign == {"PIL", "pillow_heif", "pypdfium2"}


def test_every_reason_of_the_child_has_words() -> None:
    tree = ast.parse(Path(picture_worker.__file__).read_text("utf-8"))
    calls = [
        node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refusal"
    ]
    values = [call.args[0] for call in calls]
    choices = [[value.body, value.orelse] if isinstance(value, ast.IfExp) else [value] for value in values]
    raised = {ast.literal_eval(choice) for pair in choices for choice in pair}
    assert {Reason(value) for value in raised} | {Reason.HEAVY} == set(Reason) == set(pictures.MESSAGES)
    assert len(set(pictures.MESSAGES.values())) == len(Reason)


async def test_a_child_is_kept_warm_and_replaced_after_its_share_of_jobs() -> None:
    reader = PictureReader(children=1, jobs_per_child=3)
    data, pids = saved(paper(200, 150), "PNG"), []
    for _ in range(3):
        await reader.read(data)
        pids += [child_of(reader)] if reader._idle.queue else []
    assert len(pids) == 2
    assert len(set(pids)) == 1
    await reader.read(data)
    assert child_of(reader) not in pids
    reader.close()


async def test_no_more_children_than_allowed() -> None:
    reader = PictureReader(children=2)
    data = saved(paper(400, 300), "JPEG")
    readings = await asyncio.gather(*(reader.read(data) for _ in range(8)))
    assert len({reading.pages[0].jpeg for reading in readings}) == 1
    assert 1 <= reader._idle.qsize() <= 2
    reader.close()
    assert reader._idle.empty()
    assert (await reader.read(data)).kind == "jpeg"  # may be used again
    reader.close()


async def test_a_plain_refusal_keeps_the_child_and_damage_replaces_it(fresh: PictureReader) -> None:
    await fresh.read(saved(paper(200, 150), "PNG"))
    first = child_of(fresh)
    assert await refusal(fresh, b"no picture") == Reason.KIND
    assert child_of(fresh) == first
    assert await refusal(fresh, b"\xff\xd8\xff\xd9") == Reason.DAMAGED
    await fresh.read(saved(paper(200, 150), "PNG"))
    assert child_of(fresh) != first


@pytest.mark.parametrize(
    ("deadly", "reason"),
    [(signal.SIGXCPU, Reason.HEAVY), (signal.SIGKILL, Reason.HEAVY), (signal.SIGSEGV, Reason.DAMAGED)],
)
async def test_a_child_that_dies_takes_only_its_document_along(
    fresh: PictureReader, monkeypatch: pytest.MonkeyPatch, deadly: signal.Signals, reason: Reason
) -> None:
    """Out of time, out of memory, or a decoder's crash."""
    data = saved(paper(200, 150), "PNG")
    await fresh.read(data)
    pid = child_of(fresh)
    os.kill(pid, signal.SIGSTOP)
    child = fresh._idle.queue[-1]
    given = asyncio.Event()
    loop, receive = asyncio.get_running_loop(), pictures._receive

    def tell_and_receive(pipe: IO[bytes]) -> list[bytes]:
        loop.call_soon_threadsafe(given.set)
        return receive(pipe)

    monkeypatch.setattr(pictures, "_receive", tell_and_receive)
    job = asyncio.create_task(refusal(fresh, data))
    await given.wait()  # the child has its job and cannot begin
    assert child.jobs == 2
    os.kill(pid, deadly)
    os.kill(pid, signal.SIGCONT)
    assert await job == reason
    assert (await fresh.read(data)).kind == "png"


async def test_a_child_that_hangs_is_ended() -> None:
    reader = PictureReader(children=1, wall_seconds=5)
    data = saved(paper(200, 150), "PNG")
    await reader.read(data)
    pid = child_of(reader)
    reader._wall_seconds = 0.2
    os.kill(pid, signal.SIGSTOP)
    assert await refusal(reader, data) == Reason.HEAVY
    reader._wall_seconds = 5
    assert (await reader.read(data)).kind == "png"
    assert child_of(reader) != pid
    reader.close()


async def test_a_child_short_of_memory_refuses_and_is_replaced(fresh: PictureReader) -> None:
    await fresh.read(saved(paper(200, 150), "PNG"))
    pid = child_of(fresh)
    used = int(process(pid, "statm").split()[0]) * resource.getpagesize()
    resource.prlimit(pid, resource.RLIMIT_AS, (used + 8_000_000, used + 8_000_000))
    assert await refusal(fresh, saved(paper(3000, 3000), "PNG")) == Reason.HEAVY
    assert (await fresh.read(saved(paper(3000, 3000), "PNG"))).kind == "png"
    assert child_of(fresh) != pid


async def test_a_child_that_ended_while_idle_is_replaced(fresh: PictureReader) -> None:
    data = saved(paper(200, 150), "PNG")
    await fresh.read(data)
    pid = child_of(fresh)
    os.kill(pid, signal.SIGKILL)
    await asyncio.to_thread(os.waitid, os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert (await fresh.read(data)).kind == "png"


JPEG_ANSWER = "send(out, [b'{\"kind\": \"png\", \"pages\": [{}]}', b'\\xff\\xd8\\xff', b'\\xff\\xd8\\xff'])"


@pytest.mark.parametrize(
    "behaviour",
    [
        "",  # ends at once
        "send(out, [b'not json'])",
        "send(out, [])",
        'send(out, [b\'{"reason": "unheard of"}\'])',
        "send(out, [b'{\"pages\": []}'])",
        "send(out, [b'{\"kind\": \"png\", \"pages\": [{}]}', b'<html>', b'<html>'])",
        JPEG_ANSWER,
        "out.write((2**32 - 1).to_bytes(4, 'big'))",
        "out.write((1).to_bytes(4, 'big') + (2**32 - 1).to_bytes(4, 'big'))",
    ],
)
async def test_a_child_that_answers_nonsense_is_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, behaviour: str
) -> None:
    """A decoder taken over by an attacker still cannot hand anything but pictures to the application."""
    script = tmp_path / "worker.py"
    script.write_text(
        textwrap.dedent("""
            import sys
            out = sys.stdout.buffer
            def send(target, parts):
                target.write(len(parts).to_bytes(4, "big"))
                for part in parts:
                    target.write(len(part).to_bytes(4, "big") + part)
        """)
        + behaviour
    )
    monkeypatch.setattr(pictures, "_WORKER", script)
    reader = PictureReader(children=1)
    with pytest.raises(ReaderDown):
        await reader.read(b"x")
    assert reader._idle.empty()
    reader.close()


async def test_our_own_faults_are_not_blamed_on_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    reader = PictureReader()
    with pytest.raises(ReaderDown, match="gangguan di sistem kami") as down:
        await reader.read(saved(paper(200, 150), "PNG"))
    assert down.value.__notes__ == ["the child process cannot be started"]
    reader.close()


async def test_too_many_at_once_are_asked_to_come_again(
    fresh: PictureReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_WAITING", 1)
    data = saved(paper(200, 150), "PNG")
    results = await asyncio.gather(*(fresh.read(data) for _ in range(3)), return_exceptions=True)
    assert [type(result) for result in results] == [Reading, ReaderBusy, ReaderBusy]
    assert (await fresh.read(data)).kind == "png"


async def test_documents_beyond_any_reason_are_not_even_sent(fresh: PictureReader) -> None:
    assert await refusal(fresh, bytes(pictures.MAX_DOCUMENT + 1)) == Reason.HEAVY
    assert fresh._idle.empty()

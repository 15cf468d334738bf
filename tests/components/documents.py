"""Builders of the documents that tests send: pictures in odd formats, PDFs with odd insides."""

import io
import zlib

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()


def paper(width: int = 1200, height: int = 800) -> Image.Image:
    """A sheet with lines of print and a red block top left."""
    image = Image.new("RGB", (width, height), (225, 225, 220))
    draw = ImageDraw.Draw(image)
    for top in range(height // 4, height - 20, 24):
        draw.text((40, top), "KECAMATAN KRIAN KABUPATEN SIDOARJO " * 6, fill=(20, 20, 20))
    draw.rectangle((0, 0, width // 6, height // 6), fill=(220, 30, 30))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file of this kind."""
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A PDF stream object."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(content), entries, content)


def pdf(page: bytes, *objects: bytes, catalog: bytes = b"", pages: int = 1) -> bytes:
    """A PDF whose page (repeated `pages` times) has these entries. `objects` are numbered from 4."""
    page_object = b"<< /Type /Page /Parent 2 0 R %s >>" % page
    tree = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b"3 0 R " * pages, pages)
    everything = [b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog, tree, page_object, *objects]
    out, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(everything, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(everything) + 1)
    trailer = b"trailer << /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF" % (len(everything) + 1, len(out))
    return out + head + table + trailer


def huge_image() -> bytes:
    """A PDF image object of 2.5 thousand megapixels in a few kB."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(6_250_000)) for _ in range(50)) + packer.flush()
    return stream(
        packed,
        b"/Type /XObject /Subtype /Image /Width 50000 /Height 50000 /BitsPerComponent 1 "
        b"/ColorSpace /DeviceGray /Filter /FlateDecode",
    )

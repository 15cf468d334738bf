"""Form F-1.02: every item of the edition, marks in the right cells, one page, any name [R1, R2, R4]."""

import re
from dataclasses import replace
from datetime import date
from typing import Any, cast

import pytest

from components.papers import f102
from components.papers.f102 import F102, F102_2019, Paper
from models.rules.catalogue import Service
from tests.components.papers import paper as look

PERSON: dict[str, Any] = {
    "name": "Siti Aminah",
    "nik": "9999995208900001",
    "kk_number": "9999991406130012",
    "place": "Krian",
    "number": "KRN-7K4M2",
    "village": "Desa Tropodo",
}
BLANK = F102(name="", nik="", kk_number="", place="Krian", number="")
LONG = "Raden Ayu Siti Nurhaliza Kusumaningtyas Wijayanti Prameswari Hadiningrat Binti Sastrowardoyo Kusumaa"


def biometric(*others: str, **typed: Any) -> F102:
    """The form for a new photo or signature, alone or together with other entries of the catalogue."""
    return f102.for_services(("biometric", *others), **{**PERSON, **typed})


def html(form: F102, paper: str = "A4") -> str:
    return look.page("print/f102.html", form=form, paper=paper, pdf_url="/f.pdf", back_url="/permohonan/1")


def words_of(markup: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", markup).split())


def test_the_grid_has_the_rows_of_the_regulation() -> None:
    """[R2] Row for row as in the annex of Permendagri 109/2019."""
    rows = [
        [
            f"{item.code} {item.label}" if item else ""
            for item in (group.rows[row] if row < len(group.rows) else None for group in F102_2019.groups)
        ]
        for row in range(F102_2019.row_count)
    ]
    assert rows == [
        ["A BARU", "A BARU", "A BARU", "A KK"],
        ["1 Membentuk Keluarga Baru", "", "", ""],
        ["2 Penggantian Kepala Keluarga", "B PINDAH DATANG", "B HILANG/RUSAK", "B KTP-el"],
        ["3 Pisah KK", "", "1 Hilang", ""],
        ["4 Pindah Datang", "C HILANG/RUSAK", "2 Rusak", "C KIA"],
        ["5 WNI dari LN karena Pindah", "1 Hilang", "", ""],
        ["6 Rentan Adminduk", "2 Rusak", "C Perpanjangan ITAP", ""],
        ["B PERUBAHAN DATA", "", "", ""],
        ["1 Menumpang dalam KK", "D PERPANJANGAN ITAP", "D Lainnya", ""],
        ["2 Peristiwa Penting", "", "", ""],
        [
            "3 Perubahan elemen data yang tercantum dalam KK",
            "E PERUBAHAN STATUS KEWARGANEGARAAN",
            "",
            "",
        ],
        ["C HILANG/RUSAK", "F LUAR DOMISILI", "", ""],
        ["1 Hilang", "", "", ""],
        ["2 Rusak", "G TRANSMIGRASI", "", ""],
    ]
    assert [group.title for group in F102_2019.groups] == [
        "KARTU KELUARGA",
        "KTP-el",
        "KARTU IDENTITAS ANAK",
        "PERUBAHAN DATA",
    ]
    assert len(F102_2019.attachment_keys) == 16


def test_pdf_and_page_hold_every_word_of_the_form() -> None:
    """[R2] Both are drawn from the same data, so that neither can lack an item or a circle."""
    form = biometric()
    wanted = [F102_2019.title, F102_2019.code, *F102_2019.sections, *F102_2019.fields, *F102_2019.signatures]
    wanted += [item.label for group in F102_2019.groups for item in group.rows if item]
    wanted += [group.title for group in F102_2019.groups] + list(F102_2019.groups[3].note)
    wanted += [circle.label for pair in F102_2019.attachments for circle in pair]
    wanted += ["Siti Aminah", "Nomor permohonan KRN-7K4M2, Desa Tropodo", "Gratis, Rp0."]
    assert look.holds_all(look.text_of(f102.pdf(form)), wanted) == []
    assert look.holds_all(words_of(html(form)), wanted) == []


def test_nothing_is_asked_that_the_form_does_not_ask() -> None:
    """No telephone, e-mail, letterhead or reason: the regulation's form has none."""
    for text in (look.text_of(f102.pdf(BLANK)), words_of(html(BLANK).partition("<article")[2])):
        for foreign in ("Nomor HP", "WhatsApp", "mail", "Pemerintah", "Alamat", "Alasan"):
            assert foreign not in text


@pytest.mark.parametrize("paper", ["A4", "F4"])
@pytest.mark.parametrize("name", ["Siti Aminah", LONG, LONG.upper(), "W" * 100, "Ni"])
def test_one_page_whatever_the_name(paper: str, name: str) -> None:
    """Names run to 100 characters; the form must still be one sheet of the paper in the printer."""
    data = f102.pdf(biometric(name=name), cast(Paper, paper))
    assert look.page_count(data) == 1
    assert look.size_of(data) == f102.PAPERS[cast(Paper, paper)]
    width, height = look.size_of(data)
    for piece in look.pieces(data):
        assert piece.left >= 14
        assert piece.right <= width - 14
        assert piece.bottom <= height - 4
    assert look.text_of(data).replace(" ", "").count(name.replace(" ", "")) == 2


@pytest.mark.parametrize("paper", ["A4", "F4"])
def test_digits_stand_in_sixteen_boxes(paper: str) -> None:
    data = f102.pdf(biometric(), cast(Paper, paper))
    for label, digits in (("Nomor Induk", PERSON["nik"]), ("Nomor Kartu", PERSON["kk_number"])):
        row = next(piece.middle for piece in look.pieces(data) if label in piece.text)
        line = [p for p in look.pieces(data) if abs(p.middle - row) < 3 and label not in p.text]
        assert "".join(p.text.replace(" ", "") for p in sorted(line, key=lambda p: p.left)) == digits
        assert max(p.right for p in line) - min(p.left for p in line) > 15 * 7


def grid_rows(data: bytes) -> list[float]:
    """Where the fourteen rows are, read from the labels of the first group."""
    labels = [item.label for item in F102_2019.groups[0].rows if item]
    heading = next(p for p in look.pieces(data) if p.text == "KARTU KELUARGA")
    column = [p for p in look.pieces(data) if abs(p.left - heading.left) < 1 and p.top > heading.bottom]
    middles, position = [], 0
    for label in labels:
        lines, words = [], ""
        while words != label:
            lines.append(column[position])
            words = f"{words} {column[position].text}".strip()
            position += 1
        middles.append((lines[0].top + lines[-1].bottom) / 2)
    return middles


@pytest.mark.parametrize("paper", ["A4", "F4"])
def test_every_item_is_marked_in_its_own_cell(paper: str) -> None:
    """[R2] A ring round the code of the chosen item, in its row and its group, and nowhere else."""
    empty = f102.pdf(BLANK, cast(Paper, paper))
    rows = grid_rows(empty)
    heads = [next(p for p in look.pieces(empty) if p.text.startswith(g.title)) for g in F102_2019.groups[:2]]
    heads += [next(p for p in look.pieces(empty) if p.text.startswith("KARTU IDENTITAS"))]
    heads += [next(p for p in look.pieces(empty) if p.text == "PERUBAHAN DATA" and p.left > 150)]
    for group, head in zip(F102_2019.groups, heads, strict=True):
        for row, item in enumerate(group.rows):
            if item is None:
                continue
            marked = f102.pdf(replace(BLANK, items=frozenset({item.key})), cast(Paper, paper))
            box = look.difference(empty, marked)
            assert box is not None
            left, top, right, bottom = box
            assert abs((top + bottom) / 2 - rows[row]) < 0.8, item.key
            assert bottom - top < 7
            assert head.left - 9.5 < left < head.left - 5, item.key
            assert right < head.left, item.key


def test_every_circle_is_checked_beside_its_label() -> None:
    empty = f102.pdf(BLANK)
    everything = look.pieces(empty)
    for pair in F102_2019.attachments:
        for circle in pair:
            labels = [p for p in everything if circle.label.startswith(p.text) and p.top > 170]
            label = max(labels, key=lambda p: len(p.text))
            box = look.difference(empty, f102.pdf(replace(BLANK, attachments=frozenset({circle.key}))))
            assert box is not None
            left, top, right, bottom = box
            assert label.left - 8 < left < right < label.left, circle.key
            assert top - 3 < label.middle < bottom + 3


@pytest.mark.parametrize(
    ("others", "items", "attachments"),
    [
        ((), {"IV.B"}, set()),
        (("damaged",), {"IV.B", "II.C.2"}, {"damaged_card"}),
        (("data_change",), {"IV.B"}, {"change_evidence"}),
    ],
)
def test_biometric_marks(others: tuple[str, ...], items: set[str], attachments: set[str]) -> None:
    """[R4] A photo change that rides on a damaged card or on changed data marks those as well."""
    form = biometric(*others)
    assert form.items == items
    assert form.attachments == attachments
    page = html(form)
    assert page.count('class="ring"') == len(items)
    assert page.count("(dilampirkan)") == len(attachments)


@pytest.mark.parametrize("service", list(Service))
def test_every_entry_of_the_catalogue_has_its_marks(service: Service) -> None:
    """[P4] Whatever may be applied for can be printed on the form."""
    form = f102.for_services([service.value], **PERSON)
    assert form.items
    assert look.page_count(f102.pdf(form)) == 1


def test_signing_place_and_date() -> None:
    """The date is left to the pen unless the caller knows it; the signature always is."""
    assert "Krian, ......" in look.text_of(f102.pdf(biometric()))
    dated = biometric(signed_on=date(2026, 11, 20))
    pdf = f102.pdf(dated)
    assert "Krian, 20 November 2026" in look.text_of(pdf)
    label = next(p for p in look.pieces(pdf) if p.text == "Pemohon")
    printed = next(p for p in look.pieces(pdf) if "( Siti Aminah )" in p.text)
    assert printed.top - label.bottom > 18
    assert label.left > 105
    assert next(p for p in look.pieces(pdf) if p.text == "Petugas").right < 105


def test_letters_beyond_western_europe_are_printed() -> None:
    name = "Éva Muñoz Nguyễn Şahin Łukasz O’Brien"
    assert name in look.text_of(f102.pdf(biometric(name=name)))


def test_a_letter_the_font_lacks_is_left_blank_and_said() -> None:
    """Nothing is quietly transliterated: the gap is visible and the applicant is asked to fill it by hand."""
    text = look.text_of(f102.pdf(biometric(name="Sri 李明 Dewi")))
    assert "Sri __ Dewi" in text
    assert "tulisan tangan" in text
    assert "tulisan tangan" not in look.text_of(f102.pdf(biometric()))


def test_the_page_escapes_what_was_typed() -> None:
    page = html(biometric(name="<b>Siti</b> & 'Ani'"))
    assert "<b>Siti</b>" not in page
    assert "style=" not in page


@pytest.mark.parametrize(
    "wrong",
    [
        {"nik": "123"},
        {"nik": "٩" * 16},
        {"kk_number": "99999914061300123"},
        {"items": frozenset({"IX.Z"})},
        {"attachments": frozenset({"selfie"})},
        {"template_version": "1999"},
    ],
)
def test_what_is_not_on_the_form_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"16 digits|edition") as refusal:
        F102(**{**PERSON, **wrong})
    assert "1406130012" not in str(refusal.value)


def test_nothing_personal_outside_the_sheet() -> None:
    """Neither logs (repr) nor the file's metadata may name anybody."""
    form = biometric()
    for secret in (PERSON["name"], PERSON["nik"], PERSON["kk_number"]):
        assert secret not in repr(form)
        assert secret.encode() not in f102.pdf(form)


def test_the_same_form_gives_the_same_file() -> None:
    form = biometric()
    assert f102.pdf(form) == f102.pdf(form)

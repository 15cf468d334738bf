"""Indonesian dates, times, amounts and masked names."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from components import words

NOON = datetime(2026, 2, 3, 5, 0, tzinfo=UTC)


def test_dates_are_written_out() -> None:
    """[P7] A deadline is always named with weekday, date and hour."""
    assert words.tanggal(date(2026, 2, 3)) == "Selasa, 3 Februari 2026"
    assert words.tanggal_surat(date(2026, 8, 17)) == "17 Agustus 2026"
    assert words.tanggal_pendek(date(2026, 5, 1)) == "1 Mei 2026"
    assert words.tanggal_pendek(date(2026, 12, 31)) == "31 Des 2026"
    assert words.jam(NOON) == "12.00 WIB"
    assert words.tanggal_jam(NOON) == "Selasa, 3 Februari 2026, 12.00 WIB"


def test_every_weekday_and_month_has_its_name() -> None:
    week = [words.hari(date(2026, 2, 2) + timedelta(days=n)) for n in range(7)]
    assert week == ["Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"]
    months = [words.tanggal_surat(date(2026, n, 1)).split()[1] for n in range(1, 13)]
    assert months[0] == "Januari"
    assert months[11] == "Desember"
    assert len(set(months)) == 12


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), "Kamis, 31 Desember 2026, 23.59 WIB"),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), "Jumat, 1 Januari 2027, 00.00 WIB"),
    ],
)
def test_the_day_changes_at_midnight_in_wib(moment: datetime, shown: str) -> None:
    assert words.tanggal_jam(moment) == shown


def test_a_moment_without_zone_is_refused() -> None:
    naive = NOON.replace(tzinfo=None)
    for show in (words.jam, words.tanggal, words.tanggal_jam, words.tanggal_pendek, words.hari):
        with pytest.raises(ValueError, match="time zone"):
            show(naive)


def test_numbers_have_decimal_commas() -> None:
    """[F1] [E2] Rp0 without a space; an index with two decimals, halves rounded up."""
    assert words.rupiah(0) == "Rp0"
    assert words.rupiah(1_250_000) == "Rp1.250.000"
    assert words.angka(88.305, 2) == "88,31"
    assert words.angka(Decimal("1234.5"), 1) == "1.234,5"
    assert words.angka(-2000) == "-2.000"
    assert words.angka(3) == "3"


@pytest.mark.parametrize(
    ("length", "shown"),
    [
        (timedelta(0), "kurang dari 1 menit"),
        (timedelta(seconds=59), "kurang dari 1 menit"),
        (timedelta(minutes=1), "1 menit"),
        (timedelta(hours=1, minutes=13, seconds=50), "1 jam 13 menit"),
        (timedelta(hours=2), "2 jam"),
        (timedelta(days=1, minutes=5), "1 hari"),
        (timedelta(days=2, hours=3, minutes=9), "2 hari 3 jam"),
    ],
)
def test_lengths_of_time(length: timedelta, shown: str) -> None:
    assert words.lama(length) == shown


def test_a_negative_length_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        words.lama(timedelta(seconds=-1))


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 byte"),
        (999, "999 byte"),
        (1_000, "1 KB"),
        (286_400, "286 KB"),
        (999_499, "999 KB"),
        (999_500, "1,0 MB"),
        (3_449_000, "3,4 MB"),
    ],
)
def test_sizes(size: int, shown: str) -> None:
    assert words.ukuran(size) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Siti Aminah", "Siti A*****"),
        ("Siti", "S*****"),
        ("  Muhammad  Al Fatih ", "Muhammad A*****"),
        ("Éva", "É*****"),
        ("", ""),
    ],
)
def test_masked_names(name: str, shown: str) -> None:
    assert words.nama_samar(name) == shown


@pytest.mark.parametrize(
    ("things", "sentence"),
    [((), ""), (("KK",), "KK"), (("KK", "KTP-el"), "KK dan KTP-el"), (("a", "b", "c"), "a, b, dan c")],
)
def test_lists_in_sentences(things: tuple[str, ...], sentence: str) -> None:
    assert words.joined(things) == sentence


def test_every_filter_is_a_function_here() -> None:
    assert all(callable(getattr(words, name)) for name in words.FILTERS)

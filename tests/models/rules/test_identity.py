import json
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rules.catalogue import Sex
from models.rules.identity import (
    NUMBER_ALPHABET,
    NUMBER_UNKNOWN,
    Invalid,
    mask_nik,
    name_warnings,
    new_number,
    nik_facts,
    nik_warnings,
    parse_address,
    parse_birth_date,
    parse_kk,
    parse_name,
    parse_nik,
    parse_note,
    parse_number,
    parse_pin,
    parse_place,
    parse_rt_rw,
    short_name,
)

TODAY = date(2026, 11, 23)
CORPUS = json.loads((Path(__file__).parents[2] / "corpus" / "bad_forms.json").read_text(encoding="utf-8"))
PARSERS: dict[str, Callable[[str], object]] = {
    "nik": parse_nik,
    "nama": parse_name,
    "tgl_lahir": lambda text: parse_birth_date(text, TODAY).isoformat(),
    "catatan": lambda text: parse_note(text, 500),
    "rt_rw": lambda text: "/".join(parse_rt_rw(text)),
}


def cases(part: str, fields: dict[str, Callable[[str], object]] = PARSERS) -> list[Any]:
    return [
        pytest.param(case, id=f"{case['field']}-{case.get('why') or number}")
        for number, case in enumerate(CORPUS[part])
        if case["field"] in fields
    ]


def codes(
    nik: str, birth_date: date | None = None, sex: Sex | None = None, kk: str | None = None
) -> set[str]:
    return {warning.code for warning in nik_warnings(nik, birth_date, sex, kk)}


def asked(nik: str, birth_date: date | None = None, sex: Sex | None = None) -> set[str]:
    return {warning.code for warning in nik_warnings(nik, birth_date, sex, None) if warning.confirm}


def refusal_of(parse: Callable[[str], object], text: str) -> Invalid:
    with pytest.raises(Invalid) as refusal:
        parse(text)
    return refusal.value


# --- the corpus ---


@pytest.mark.parametrize("case", cases("must_accept"))
def test_unusual_but_lawful_input_is_accepted(case: dict[str, str]) -> None:
    assert PARSERS[case["field"]](case["value"]) == case["stored_as"]


@pytest.mark.parametrize("case", cases("must_refuse"))
def test_what_can_never_be_right_is_refused_with_plain_words(case: dict[str, str]) -> None:
    refusal = refusal_of(PARSERS[case["field"]], case["value"])
    assert refusal.field == case["field"]
    assert refusal.message
    for sentence in refusal.message.split(". "):
        assert len(sentence.split()) <= 15
    assert "!" not in refusal.message
    assert "invalid" not in refusal.message.lower()


@pytest.mark.parametrize("case", cases("must_warn", {"nik": parse_nik}))
def test_an_odd_nik_is_accepted_and_asked_about(case: dict[str, str]) -> None:
    assert "impossible_date" in asked(parse_nik(case["value"]))


@pytest.mark.parametrize("case", cases("either"))
def test_what_may_go_either_way_is_stored_in_one_form(case: dict[str, str]) -> None:
    stored = PARSERS[case["field"]](case["value"])
    if case["field"] == "nik":
        assert stored == "3515010101900001"
    else:
        assert [warning.code for warning in name_warnings(str(stored))] == ["long_name"]


def test_the_pairs_of_the_corpus() -> None:
    """[R3] Sex and birth date that differ from the NIK are questions, never refusals."""
    (nik, letter) = next(
        case["value"] for case in CORPUS["must_accept"] if case["field"] == "nik+jenis_kelamin"
    )
    assert letter == "L"
    assert asked(parse_nik(nik), sex=Sex.MALE) == {"sex_differs"}
    (nik, born) = next(case["value"] for case in CORPUS["must_warn"] if case["field"] == "nik+tgl_lahir")
    assert asked(parse_nik(nik), parse_birth_date(born, TODAY)) == {"birth_date_differs"}


@pytest.mark.parametrize("case", cases("must_accept", {"kode_lacak": parse_number}))
def test_the_way_a_code_is_written_does_not_matter(case: dict[str, str]) -> None:
    """The corpus writes its codes with these separators; our numbers bear the same."""
    written = "".join(sign if not sign.isalnum() else "*" for sign in case["value"])
    head, tail = written[: written.index("*")], written[written.rindex("*") + 1 :]
    assert parse_number(f"{head}krn-7k4-m2q{tail}") == "KRN-7K4M2Q"


@pytest.mark.parametrize("case", cases("must_refuse", {"kode_lacak": parse_number}))
def test_junk_gets_the_answer_of_an_unknown_number(case: dict[str, str]) -> None:
    refusal = refusal_of(parse_number, case["value"])
    assert (refusal.code, refusal.message) == ("unknown", NUMBER_UNKNOWN)


# --- NIK and KK ---


def test_a_short_nik_is_told_how_short_it_is() -> None:
    assert (
        refusal_of(parse_nik, "351501010190001").message == "NIK baru 15 angka. Periksa lagi, harus 16 angka."
    )
    assert (
        refusal_of(parse_nik, "35150101019000011").message
        == "NIK berisi 17 angka. Periksa lagi, harus 16 angka."
    )


@pytest.mark.parametrize("text", ["3.51501E+15", "3,51501E+15", " 3.51501e15 ", "3E+15"])
def test_scientific_notation_is_named(text: str) -> None:
    refusal = refusal_of(parse_nik, text)
    assert refusal.code == "scientific"
    assert "Excel" in refusal.message


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" - ", "empty"),
        ("1" * 16, "same_digits"),
        ("0" * 16, "same_digits"),
        pytest.param("1" * 100_000, "length", id="huge"),
    ],
)
def test_refused_niks(text: str, code: str) -> None:
    assert refusal_of(parse_nik, text).code == code


@pytest.mark.parametrize(
    "text",
    [
        "3515-0101-0190-0001",
        "'3515010101900001",
        "\u202a3515010101900001\u202c",
        "3515010101900001\n",
        "٣٥١٥٠١٠١٠١٩٠٠٠٠١",
        "3515–0101–0190–0001",
    ],
)
def test_paste_and_habit_are_read(text: str) -> None:
    assert parse_nik(text) == "3515010101900001"


def test_the_kk_number_is_read_alike_and_named_in_its_message() -> None:
    assert parse_kk("9999 9914 0613 0012") == "9999991406130012"
    refusal = refusal_of(parse_kk, "99999914")
    assert (refusal.field, refusal.message) == (
        "no_kk",
        "Nomor KK baru 8 angka. Periksa lagi, harus 16 angka.",
    )


def test_a_nik_of_this_office_that_fits_has_no_warnings() -> None:
    assert codes("3515115208900001", date(1990, 8, 12), Sex.FEMALE, "3515111406130012") == set()


def test_specimen_niks_work_and_their_region_is_asked_about() -> None:
    assert codes("9999995208900001", date(1990, 8, 12), Sex.FEMALE, "9999991406130012") == {"unknown_region"}


def test_other_districts_are_for_the_operator_only() -> None:
    """People move; the first digits never change: asking each of them would help nobody."""
    (warning,) = nik_warnings("9271010101900001", None, None, None)
    assert (warning.code, warning.confirm) == ("other_district", False)
    assert nik_warnings("9271010101900001", None, None, None, district="927101") == ()
    assert nik_warnings("9271010101900001", None, None, None, district="") == ()


@pytest.mark.parametrize(
    "nik", ["5471010101750001", "3500110101900001", "3515000101900001", "0015110101900001"]
)
def test_regions_that_are_not_on_the_list_are_asked_about(nik: str) -> None:
    assert "unknown_region" in asked(nik)
    assert "other_district" not in codes(nik)


def test_serial_zero_and_a_number_pasted_twice() -> None:
    assert asked("3515110101900000") == {"serial_zero"}
    assert codes("3515110101900001", kk="3515110101900001") == {"same_as_kk"}


@pytest.mark.parametrize(
    ("day", "possible"),
    [
        ("00", False),
        ("01", True),
        ("31", True),
        ("32", False),
        ("40", False),
        ("41", True),
        ("71", True),
        ("72", False),
    ],
)
def test_the_day_of_birth_at_its_edges(day: str, possible: bool) -> None:
    assert ("impossible_date" in codes(f"351511{day}01900001")) is not possible


@pytest.mark.parametrize(
    ("date_code", "possible"), [("290200", True), ("290201", False), ("690296", True), ("010090", False)]
)
def test_leap_years_and_months_in_the_nik(date_code: str, possible: bool) -> None:
    assert ("impossible_date" in codes(f"351511{date_code}0001")) is not possible


@pytest.mark.parametrize(
    ("day", "sex"),
    [
        ("00", None),
        ("01", Sex.MALE),
        ("31", Sex.MALE),
        ("32", None),
        ("40", None),
        ("41", Sex.FEMALE),
        ("71", Sex.FEMALE),
        ("72", None),
    ],
)
def test_the_sex_in_the_day_of_birth(day: str, sex: Sex | None) -> None:
    """[R3]"""
    assert nik_facts(f"351511{day}01900001").sex is sex


def test_the_38_provinces_are_known_and_no_others() -> None:
    provinces = [
        "11",
        "12",
        "13",
        "14",
        "15",
        "16",
        "17",
        "18",
        "19",
        "21",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "51",
        "52",
        "53",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "72",
        "73",
        "74",
        "75",
        "76",
        "81",
        "82",
        "91",
        "92",
        "93",
        "94",
        "95",
        "96",
    ]
    known = [f"{code:02}" for code in range(100) if "unknown_region" not in codes(f"{code:02}15110101900001")]
    assert known == provinces


def test_an_impossible_date_is_asked_about_once() -> None:
    assert asked("3515113201900001", date(1990, 1, 1), Sex.MALE) == {"impossible_date"}


def test_a_womans_code_on_a_mans_card_flags_the_sex_and_not_the_date() -> None:
    """[R3] The sex in the NIK is a check only."""
    assert asked("3515114101900002", date(1990, 1, 1), Sex.MALE) == {"sex_differs"}
    assert asked("3515110101900002", date(1990, 1, 1), Sex.FEMALE) == {"sex_differs"}


def test_warnings_say_what_to_do_and_tell_no_numbers() -> None:
    nik = "9999993201900000"
    for warning in nik_warnings(nik, date(1991, 3, 4), Sex.FEMALE, nik):
        assert warning.field == "nik"
        assert warning.message.endswith("centang di bawah.")
        assert nik[:6] not in warning.message
        for sentence in warning.message.split(". "):
            assert len(sentence.split()) <= 15


def test_the_birth_date_in_a_nik_is_a_guess_of_the_latest_century() -> None:
    assert nik_facts("3515115208900001").birth_date(TODAY) == date(1990, 8, 12)
    assert nik_facts("3515112311260001").birth_date(TODAY) == date(2026, 11, 23)
    assert nik_facts("3515112411260001").birth_date(TODAY) == date(1926, 11, 24)
    assert nik_facts("3515112902000001").birth_date(TODAY) == date(2000, 2, 29)
    assert nik_facts("3515112902270001").birth_date(TODAY) is None
    assert nik_facts("3515113201900001").birth_date(TODAY) is None


@given(
    st.dates(date(1900, 1, 1), TODAY),
    st.sampled_from(Sex),
    st.integers(1, 9999),
    st.sampled_from(["351511", "351501"]),
)
def test_every_lawful_nik_fits_the_facts_it_was_made_of(
    born: date, sex: Sex, serial: int, region: str
) -> None:
    day = born.day + (40 if sex is Sex.FEMALE else 0)
    nik = f"{region}{day:02}{born:%m%y}{serial:04}"
    facts = nik_facts(parse_nik(nik))
    assert facts.sex is sex
    assert facts.can_be_born(born)
    assert asked(nik, born, sex) == set()


@given(st.text(max_size=40))
def test_any_text_is_a_nik_or_refused(text: str) -> None:
    try:
        stored = parse_nik(text)
    except Invalid:
        return
    assert len(stored) == 16
    assert stored.isascii()
    assert stored.isdecimal()
    nik_warnings(stored, TODAY, Sex.MALE, stored)


def test_masking() -> None:
    assert mask_nik("3515110101900001") == "351511******0001"
    assert mask_nik("12345") == "*" * 16


# --- names, places, addresses ---


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("Nur’aini", "Nur'aini"),
        ("'Aisyah", "'Aisyah"),
        ("Rene\u0301e", "Renée"),
        ("  Siti \t Aminah\n", "Siti Aminah"),
        ("Nur–Aini", "Nur-Aini"),
        ("Andi / Andy", "Andi / Andy"),
        ("Si\u200bti", "Siti"),
        ("A" * 100, "A" * 100),
        ("a\u024f\u1e00\u1eff", "a\u024f\u1e00\u1eff"),
    ],
)
def test_names_in_one_form(text: str, stored: str) -> None:
    assert parse_name(text) == stored


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("\u00a0", "empty"),
        (".", "no_letters"),
        ("'-.", "no_letters"),
        ("-Siti", "no_letters"),
        ("Andi 2", "digit"),
        ("Andi ٢", "digit"),
        ("Suh\u0430rto", "look_alike"),
        ("Αndi", "look_alike"),
        ("a\u0250", "look_alike"),
        ("a\u1d00", "look_alike"),
        ("S\u0251ti", "look_alike"),
        ("سيتي", "script"),
        ("Siti\x00", "unseen"),
        ("Siti\ud800", "unseen"),
        ("\ufffdSiti", "unseen"),
        ("\u202eitiS", "unseen"),
        ("Siti \U0001f600", "sign"),
        ("=Siti", "sign"),
        ("A" * 101, "too_long"),
    ],
)
def test_refused_names(text: str, code: str) -> None:
    assert refusal_of(parse_name, text).code == code


def test_a_name_is_flagged_above_sixty_letters_for_the_operator_only() -> None:
    assert name_warnings("A" * 60) == ()
    (warning,) = name_warnings("A" * 61)
    assert (warning.code, warning.confirm) == ("long_name", False)


@given(st.text(st.characters(codec=None), max_size=30))
def test_a_stored_name_is_stored_the_same_again(text: str) -> None:
    try:
        stored = parse_name(text)
    except Invalid:
        return
    assert parse_name(stored) == stored


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("SITI AMINAH", "SITI A."),
        ("Suharto", "Suharto"),
        ("Dr. dr. Siti Aminah, Sp.PD., M.Kes.", "Siti A."),
        ("KH. Abdurrahman", "Abdurrahman"),
        ("M. Ridwan", "Ridwan"),
        ("Nur Aini Putri", "Nur A. P."),
        ("Andi (alias Andy)", "Andi"),
        ("M.", "M."),
        ("(Andi)", "(Andi)"),
        ("", ""),
    ],
)
def test_short_names(name: str, short: str) -> None:
    assert short_name(name) == short


def test_places() -> None:
    assert parse_place(" sidoarjo ") == "sidoarjo"
    assert refusal_of(parse_place, "S" * 61).code == "too_long"
    assert refusal_of(parse_place, "").message == "Tulis tempat lahir seperti di KTP-el atau KK."


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("DSN. MELATI NO. 14", "DSN. MELATI NO. 14"),
        ("Jl.  Flamboyan\nBlok C No. 7/2 #3", "Jl. Flamboyan Blok C No. 7/2 #3"),
        ("Gg. Kali “Baru” – timur", 'Gg. Kali "Baru" - timur'),
        ("<b>", "<b>"),
    ],
)
def test_addresses(text: str, stored: str) -> None:
    assert parse_address(text) == stored


def test_the_longest_address() -> None:
    assert parse_address("x" * 200) == "x" * 200


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("--", "empty"),
        ("Jl. \U0001f3e0", "sign"),
        ("Дом 1", "script"),
        ("x" * 201, "too_long"),
    ],
)
def test_refused_addresses(text: str, code: str) -> None:
    assert refusal_of(parse_address, text).code == code


# --- dates ---


@pytest.mark.parametrize(
    "text",
    [
        "12/08/1990",
        "12-8-1990",
        "12.08.1990",
        "12 8 1990",
        "1990-08-12",
        "1990/8/12",
        "12081990",
        "12 Agustus 1990",
        "12 agt 1990",
        "12-Ags-1990",
        " 12  AGUSTUS,  1990 ",
        "12agustus1990",
        "١٢/٠٨/١٩٩٠",
        "12 Aug. 1990",
    ],
)
def test_ways_to_write_a_birth_date(text: str) -> None:
    assert parse_birth_date(text, TODAY) == date(1990, 8, 12)


@pytest.mark.parametrize(
    ("text", "month"),
    [("1 Pebruari 1980", 2), ("1 Nopember 1980", 11), ("1 Mei 1980", 5), ("1 Des 1980", 12)],
)
def test_months_as_older_people_spell_them(text: str, month: int) -> None:
    assert parse_birth_date(text, TODAY) == date(1980, month, 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("kemarin", "unclear"),
        ("12 Agus 1990", "unclear"),
        ("12/08/199", "unclear"),
        ("12/25/1990", "month"),
        ("12/00/1990", "month"),
        ("12/13/1990", "month"),
        ("29/02/1900", "no_such_day"),
        ("29/02/2001", "no_such_day"),
        ("31/04/1990", "no_such_day"),
        ("00/04/1990", "no_such_day"),
        ("31/12/1899", "too_early"),
        ("24/11/2026", "future"),
        ("31/02/2027", "future"),
        ("12/08/90", "two_digit_year"),
    ],
)
def test_refused_birth_dates(text: str, code: str) -> None:
    assert refusal_of(lambda typed: parse_birth_date(typed, TODAY), text).code == code


@pytest.mark.parametrize(
    ("text", "born"),
    [("01/01/1900", date(1900, 1, 1)), ("23/11/2026", TODAY), ("29/02/2000", date(2000, 2, 29))],
)
def test_birth_dates_at_the_edges(text: str, born: date) -> None:
    assert parse_birth_date(text, TODAY) == born


def test_a_year_of_two_digits_is_a_question() -> None:
    assert refusal_of(lambda text: parse_birth_date(text, TODAY), "01/01/90").message == (
        "Apakah tahunnya 1990? Tulis tahun dengan empat angka."
    )
    for text, question in (
        ("1 Jan 05", "1905 atau 2005?"),
        ("01/01/26", "1926 atau 2026?"),
        ("1/1/27", "1927?"),
    ):
        assert (
            f"tahunnya {question}" in refusal_of(lambda typed: parse_birth_date(typed, TODAY), text).message
        )


def test_a_day_that_does_not_exist_is_named() -> None:
    assert refusal_of(lambda text: parse_birth_date(text, TODAY), "29/02/2001").message == (
        "Tanggal 29 Februari 2001 tidak ada. Periksa lagi tanggalnya."
    )


@given(st.dates(date(1900, 1, 1), TODAY), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d", "%d%m%Y"]))
def test_every_birth_date_is_read_as_it_was_written(born: date, form: str) -> None:
    assert parse_birth_date(born.strftime(form), TODAY) == born


# --- RT/RW ---


@pytest.mark.parametrize(
    "text",
    [
        "3/1",
        "003/001",
        "003 / 001",
        "RT.003/RW.001",
        "rt003rw001",
        "3-1",
        "3 1",
        "RW 1 RT 3",
        "RT 03, RW 01",
        "RT: 3 / RW: 1",
    ],
)
def test_ways_to_write_rt_and_rw(text: str) -> None:
    assert parse_rt_rw(text) == ("003", "001")


def test_cards_without_rt_and_rw() -> None:
    assert parse_rt_rw("000/000") == ("000", "000")


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "empty"), ("9999/1", "unclear"), ("3", "unclear"), ("31", "unclear"), ("3/1/2", "unclear")],
)
def test_refused_rt_and_rw(text: str, code: str) -> None:
    assert refusal_of(parse_rt_rw, text).code == code


# --- application number and PIN ---


@pytest.mark.parametrize(
    "text",
    [
        "KRN-7K4M2Q",
        "krn7k4m2q",
        " krn 7k4 m2q. ",
        "KRN–7K4–M2Q",
        "LOKET-KRN-7K4M2Q",
        "loketkrn7k4m2q",
        "\u200ekrn-7k4m2q\n",
        "krn-７k4m2q",
    ],
)
def test_numbers_are_read_however_they_are_written(text: str) -> None:
    assert parse_number(text) == "KRN-7K4M2Q"


def test_the_short_qr_text_is_not_mistaken_for_a_number() -> None:
    """An office could be LOK and its number begin with ET: nine signs are a number, fourteen a QR text."""
    assert parse_number("LOK-ETK4M2") == "LOK-ETK4M2"
    assert parse_number("LOKET-LOK-ETK4M2") == "LOK-ETK4M2"


def test_a_zero_is_read_as_a_letter_only_where_there_are_no_digits() -> None:
    assert parse_number("SD0-7K4M2Q") == "SDO-7K4M2Q"
    assert refusal_of(parse_number, "KRN-7K4M20").message == NUMBER_UNKNOWN


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KRN",
        "KRN-7K4M2",
        "KRN-7K4M2QQ",
        "KRN-7K4M2O",
        "KRN-7K4M2I",
        "KRN-7K4M2L",
        "KRN-7K4M21",
        "K1N-7K4M2Q",
        "KRN_7K4M2Q",
        "KŔN-7K4M2Q",
        pytest.param("x" * 100_000, id="huge"),
    ],
)
def test_every_other_number_gets_one_answer(text: str) -> None:
    refusal = refusal_of(parse_number, text)
    assert (refusal.field, refusal.code, refusal.message) == ("nomor", "unknown", NUMBER_UNKNOWN)


def test_the_alphabet_has_31_signs_and_none_that_look_alike() -> None:
    assert len(NUMBER_ALPHABET) == len(set(NUMBER_ALPHABET)) == 31
    assert not set("0O1IL") & set(NUMBER_ALPHABET)


@given(st.integers())
def test_a_new_number_is_its_own_canonical_form(seed: int) -> None:
    number = new_number("LOK", random.Random(seed).choice)
    assert parse_number(number) == number
    assert parse_number(number.lower().replace("-", "")) == number


def test_a_new_number_takes_what_is_chosen() -> None:
    assert new_number("KRN", max) == "KRN-ZZZZZZ"


@pytest.mark.parametrize("prefix", ["", "KR", "KRNN", "krn", "KR1"])
def test_an_office_without_a_proper_prefix_is_an_error(prefix: str) -> None:
    with pytest.raises(ValueError, match="three capital letters"):
        new_number(prefix, max)


@given(st.text(max_size=30))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except Invalid:
        return
    assert parse_number(number) == number


@pytest.mark.parametrize("text", ["123456", "123 456", "12-34-56", "１２３４５６", " 123456\n"])
def test_pins(text: str) -> None:
    assert parse_pin(text) == "123456"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("12345", "length"),
        ("1234567", "length"),
        ("12345O", "not_digits"),
        ("12345\x00", "not_digits"),
    ],
)
def test_refused_pins(text: str, code: str) -> None:
    assert refusal_of(parse_pin, text).code == code

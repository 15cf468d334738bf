import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.contacts import Phone, email_warnings, mask_phone, parse_email, parse_phone
from models.rules.identity import Invalid

CORPUS = json.loads((Path(__file__).parents[1] / "corpus" / "bad_forms.json").read_text(encoding="utf-8"))


def of(part: str, field: str) -> list[dict[str, str]]:
    found = [case for case in CORPUS[part] if case["field"] == field]
    assert found
    return found


@pytest.mark.parametrize("case", of("must_accept", "no_hp"), ids=lambda case: case["value"])
def test_phone_numbers_of_the_corpus_are_accepted(case: dict[str, str]) -> None:
    phone = parse_phone(case["value"])
    assert phone.number == case["stored_as"]
    assert phone.mobile is (case.get("flag") != "landline")


@pytest.mark.parametrize("case", of("must_refuse", "no_hp"), ids=lambda case: case["why"])
def test_phone_numbers_of_the_corpus_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_phone(case["value"])
    assert refusal.value.field == "no_hp"


@pytest.mark.parametrize("case", of("must_accept", "email"), ids=lambda case: case["stored_as"])
def test_addresses_of_the_corpus_are_accepted(case: dict[str, str]) -> None:
    assert parse_email(case["value"]) == case["stored_as"]
    assert email_warnings(case["stored_as"]) == ()


@pytest.mark.parametrize("case", of("must_refuse", "email"), ids=lambda case: case["why"])
def test_addresses_of_the_corpus_are_refused(case: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_email(case["value"])
    assert refusal.value.field == "email"


@pytest.mark.parametrize("case", of("must_warn", "email"), ids=lambda case: case["why"])
def test_addresses_of_the_corpus_are_asked_about(case: dict[str, str]) -> None:
    (warning,) = email_warnings(parse_email(case["value"]))
    assert (warning.code, warning.confirm) == ("email_typo", True)
    assert "maksud Anda gmail.com?" in warning.message


@pytest.mark.parametrize(
    "text",
    [
        "085736349953",
        "6285736349953",
        "62 0857 3634 9953",
        "+62 0857 3634 9953",
        "+62 (0) 857-3634-9953",
        "857 3634 9953",
        "0062 857 3634 9953",
        "001 62 857 3634 9953",
        "\u202a+62 857‑3634‑9953\u202c",
        "０８５７３６３４９９５３",
        " 0857\u00a03634\u00a09953\n",
    ],
)
def test_ways_to_write_one_number(text: str) -> None:
    assert parse_phone(text) == Phone("+6285736349953", mobile=True)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("62811234567", "+62811234567"),
        ("0812 0016 2345", "+6281200162345"),
        ("+62 812 0023 456", "+628120023456"),
        ("0891 2345 6789", "+6289123456789"),
        ("0812 3456 78901", "+62812345678901"),
    ],
)
def test_short_long_and_new_mobile_numbers(text: str, number: str) -> None:
    assert parse_phone(text) == Phone(number, mobile=True)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        (" ", "empty"),
        ("081234", "unclear"),
        ("08123456789012", "unclear"),
        ("110", "unclear"),
        ("0800 1234567", "unclear"),
        ("+", "not_digits"),
        ("+62", "unclear"),
        ("()", "unclear"),
        ("0857 3634 9953 / 0812 3456 7890", "two"),
        ("085736349953, 081234567890", "two"),
        ("085736349953&text=hack", "not_digits"),
        ("085736349953 ext. 5", "not_digits"),
        ("+62857+3634", "not_digits"),
        ("+65 8573 6349", "foreign"),
        ("001 202 555 0100", "foreign"),
        ("0065 8573 6349", "foreign"),
        ("0857\x00", "unseen"),
        ("9" * 100_000, "too_long"),
    ],
)
def test_refused_numbers(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_phone(text)
    assert refusal.value.code == code


@given(st.text(st.sampled_from("0123456789+-(). /x\u202a"), max_size=25))
def test_a_stored_number_is_safe_in_a_link_and_stays_the_same(text: str) -> None:
    """[G4] wa.me and tel: links are built of it."""
    try:
        phone = parse_phone(text)
    except Invalid:
        return
    assert phone.number.startswith("+62")
    assert phone.number[1:].isascii()
    assert phone.number[1:].isdecimal()
    assert parse_phone(phone.number) == phone


def test_a_landline_written_with_the_country_code_but_without_plus() -> None:
    assert parse_phone("6221500123") == Phone("+6221500123", mobile=False)


def test_a_number_is_not_shown_by_accident() -> None:
    assert "8573" not in repr(parse_phone("085736349953"))
    assert mask_phone("+6285736349953") == "0857****953"
    assert mask_phone("+62318971010") == "0318****010"


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_address_is_optional(text: str) -> None:
    assert parse_email(text) == ""
    assert email_warnings("") == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("siti", "unclear"),
        ("siti@", "unclear"),
        ("siti@contoh", "unclear"),
        ("siti @contoh.id", "unclear"),
        ("siti@contoh.id;x@x.id", "two"),
        ("Siti <siti@contoh.id>", "unclear"),
        ('"siti aminah"@contoh.id', "unclear"),
        ("siti@[127.0.0.1]", "unclear"),
        ("sitì@contoh.id", "unclear"),
        ("siti@contoh.id\nBcc: x@x.id", "two"),
        ("siti\u202e@contoh.id", "unseen"),
        ("s" * 65 + "@contoh.id", "unclear"),
    ],
)
def test_refused_addresses(text: str, code: str) -> None:
    with pytest.raises(Invalid) as refusal:
        parse_email(text)
    assert refusal.value.code == code


def test_domains_in_other_letters_are_stored_as_mail_servers_know_them() -> None:
    assert parse_email("a@Bücher.de") == "a@xn--bcher-kva.de"


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmal.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("yaho.com", "yahoo.com"),
        ("yahoo.co.di", "yahoo.co.id"),
        ("hotmial.com", "hotmail.com"),
    ],
)
def test_slips_in_well_known_domains(domain: str, meant: str) -> None:
    (warning,) = email_warnings(f"siti@{domain}")
    assert f"maksud Anda {meant}?" in warning.message


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "ymail.com",
        "mail.com",
        "contoh.co.id",
        "krian.go.id",
        "gmali.co",
        "mgial.com",
        "gmailxx.com",
        "gm.com",
    ],
)
def test_other_domains_are_left_alone(domain: str) -> None:
    assert email_warnings(f"siti@{domain}") == ()

"""Phone numbers and e-mail addresses as people type them, in the one form that is stored [P5, G4]."""

import dataclasses
import re
from itertools import pairwise

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from models.rules.identity import FieldWarning, Invalid
from models.rules.text import ascii_digits, one_line, straight

_COUNTRY = 62
_REGION = "ID"
_TWO_NUMBERS = re.compile(r"[/;,&]")
_NUMBER_SIGNS = re.compile(r"\+?[0-9 ().-]+")
_INTERNATIONAL = re.compile(r"^(?:0(?:01|07|08)(?=62)|00(?=[1-9]))")
_MOBILE = re.compile(r"8[1-9][0-9]{7,10}")

_KNOWN_DOMAINS = frozenset(
    {
        "gmail.com",
        "yahoo.com",
        "yahoo.co.id",
        "ymail.com",
        "rocketmail.com",
        "outlook.com",
        "outlook.co.id",
        "hotmail.com",
        "live.com",
        "icloud.com",
        "mail.com",
        "gmx.com",
        "aol.com",
    }
)
_OFTEN_MEANT = (
    "gmail.com",
    "yahoo.com",
    "yahoo.co.id",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "ymail.com",
)


@dataclasses.dataclass(frozen=True)
class Phone:
    """number: "+6285736349953". mobile: WhatsApp may reach it; a landline gets no such link."""

    number: str = dataclasses.field(repr=False)
    mobile: bool


def parse_phone(text: str, field: str = "no_hp") -> Phone:
    """An Indonesian number: 08.., 628.., +62 8.., (031).., with spaces, dots, dashes and brackets.

    Raises Invalid for an empty field, letters, two numbers in one field, foreign numbers (this service cannot
    reach them), and what is no number of Indonesia. The text never reaches a link: only its digits do.
    """
    typed = ascii_digits(one_line(_without_direction(straight(text)), field))
    if not typed:
        raise Invalid(field, "empty", "Isi nomor HP, boleh milik keluarga.")
    if _TWO_NUMBERS.search(typed) and not re.search(r"[a-z=]", typed, re.IGNORECASE):
        raise Invalid(field, "two", "Tulis satu nomor saja, misalnya 0857 3634 9953.")
    if not _NUMBER_SIGNS.fullmatch(typed):
        raise Invalid(field, "not_digits", "Nomor HP hanya berisi angka, misalnya 0857 3634 9953.")
    digits = re.sub(r"[ ().-]", "", typed)
    if digits.startswith("62") and len(digits) >= 10:
        digits = f"+{digits}"
    return _indonesian(_INTERNATIONAL.sub("+", digits), field)


def _without_direction(text: str) -> str:
    """Address books wrap the numbers they hand over in marks of reading direction."""
    return re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)


def _indonesian(digits: str, field: str) -> Phone:
    if digits.startswith("+") and not digits.startswith(f"+{_COUNTRY}"):
        raise Invalid(
            field,
            "foreign",
            "Nomor luar negeri belum bisa kami hubungi. Tulis nomor Indonesia, boleh milik keluarga.",
        )
    unclear = Invalid(field, "unclear", "Nomor ini belum lengkap atau keliru. Periksa lagi angkanya.")
    try:
        parsed = phonenumbers.parse(digits, _REGION)
    except phonenumbers.NumberParseException:
        raise unclear from None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    # New mobile prefixes are handed out faster than the library learns them.
    if _MOBILE.fullmatch(str(parsed.national_number)):
        return Phone(number, mobile=True)
    if phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.FIXED_LINE:
        return Phone(number, mobile=False)
    raise unclear


def mask_phone(number: str) -> str:
    """A stored number for a screen others may see: "0857****953"."""
    national = "0" + number.removeprefix(f"+{_COUNTRY}")
    return f"{national[:4]}****{national[-3:]}"


def mask_email(address: str) -> str:
    """An address its owner recognises: "s****@gmail.com"."""
    name, _, domain = address.rpartition("@")
    return f"{name[:1]}****@{domain}"


def parse_email(text: str, field: str = "email") -> str:
    """One address, its domain in lower case, the rest as typed. E-mail is optional: empty stays empty.

    Raises Invalid for two addresses, names and brackets around one, local hosts, line breaks, control
    characters and letters before the @ that old mail servers do not take. Whether a mailbox exists is not
    looked up.
    """
    typed = one_line(text, field)
    if not typed:
        return ""
    if typed.count("@") > 1 or re.search(r"[,;]", typed):
        raise Invalid(field, "two", "Tulis satu alamat e-mail saja.")
    try:
        # test_environment lets the reserved domain .test through, which the demonstration uses.
        found = validate_email(
            typed, check_deliverability=False, test_environment=True, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        raise Invalid(
            field,
            "unclear",
            "Alamat e-mail belum benar. Contoh: siti@gmail.com. Boleh juga dikosongkan.",
        ) from None
    return found.ascii_email or found.normalized


def email_warnings(address: str, field: str = "email") -> tuple[FieldWarning, ...]:
    """A likely slip in a well-known domain ("gmial.com"), to be confirmed; empty for every other address."""
    domain = address.rpartition("@")[2]
    if not domain or domain in _KNOWN_DOMAINS:
        return ()
    meant = next((known for known in _OFTEN_MEANT if _one_slip_apart(domain, known)), None)
    if meant is None:
        return ()
    message = f"Apakah maksud Anda {meant}? Jika alamat Anda sudah benar, lanjutkan saja."
    return (FieldWarning(field, "email_typo", message),)


def _one_slip_apart(one: str, other: str) -> bool:
    """Whether one letter was added, left out, changed, or swapped with its neighbour."""
    if len(one) > len(other):
        one, other = other, one
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    swapped = [b + a for a, b in pairwise(one[same : same + 2])]
    return one[same + 1 :] == other[same + 1 :] or (
        swapped == [other[same : same + 2]] and one[same + 2 :] == other[same + 2 :]
    )

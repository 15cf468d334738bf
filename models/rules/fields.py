"""What is compared with the documents, and where it stands on each of them [P6].

Areas are parts of the width and height of the straightened document, as printed: known places, nothing read by
a machine. They hold once an officer has marked the document's corners.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from models.rules.catalogue import DocumentKind


class Field(StrEnum):
    """One line of the comparison, in the order in which a card is read."""

    NIK = "nik"
    NAME = "nama"
    BIRTH = "lahir"
    SEX = "kelamin"
    FAMILY_NUMBER = "no_kk"
    ADDRESS = "alamat"


class Match(StrEnum):
    """What the officer found."""

    MATCH = "match"
    DIFFERS = "differs"


@dataclass(frozen=True)
class Area:
    """A rectangle on a straightened document; every figure between 0 and 1."""

    left: float
    top: float
    width: float
    height: float

    def __str__(self) -> str:
        return f"{self.left} {self.top} {self.width} {self.height}"


ASPECT: Mapping[DocumentKind, float] = MappingProxyType(
    {
        DocumentKind.OLD_CARD: 85.6 / 53.98,
        DocumentKind.FAMILY_CARD: 297 / 210,
        DocumentKind.FORM_F102: 210 / 297,
    }
)
"""Width over height: a card is ID-1, a KK is A4 lying, F-1.02 is A4 standing."""

AREAS: Mapping[tuple[DocumentKind, Field], Area] = MappingProxyType(
    {
        (DocumentKind.OLD_CARD, Field.NIK): Area(0.02, 0.19, 0.68, 0.11),
        (DocumentKind.OLD_CARD, Field.NAME): Area(0.02, 0.29, 0.70, 0.08),
        (DocumentKind.OLD_CARD, Field.BIRTH): Area(0.02, 0.345, 0.70, 0.08),
        (DocumentKind.OLD_CARD, Field.SEX): Area(0.02, 0.395, 0.70, 0.08),
        (DocumentKind.OLD_CARD, Field.ADDRESS): Area(0.02, 0.45, 0.70, 0.13),
        (DocumentKind.FAMILY_CARD, Field.FAMILY_NUMBER): Area(0.33, 0.04, 0.34, 0.11),
        (DocumentKind.FAMILY_CARD, Field.NIK): Area(0.04, 0.22, 0.30, 0.28),
        (DocumentKind.FAMILY_CARD, Field.NAME): Area(0.04, 0.22, 0.30, 0.28),
        (DocumentKind.FAMILY_CARD, Field.SEX): Area(0.04, 0.22, 0.38, 0.28),
        (DocumentKind.FAMILY_CARD, Field.BIRTH): Area(0.04, 0.22, 0.53, 0.28),
        (DocumentKind.FAMILY_CARD, Field.ADDRESS): Area(0.04, 0.13, 0.45, 0.10),
        (DocumentKind.FORM_F102, Field.NAME): Area(0.05, 0.13, 0.90, 0.05),
        (DocumentKind.FORM_F102, Field.NIK): Area(0.05, 0.17, 0.90, 0.04),
        (DocumentKind.FORM_F102, Field.FAMILY_NUMBER): Area(0.05, 0.195, 0.90, 0.04),
    }
)

_READ_FIRST = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)


def shown_on(field: Field) -> tuple[DocumentKind, ...]:
    """The documents on which this stands, the most telling one first."""
    family = field is Field.FAMILY_NUMBER
    order = (DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102) if family else _READ_FIRST
    return tuple(kind for kind in order if (kind, field) in AREAS)

"""Where the compared fields stand on the documents."""

import pytest

from models.rules.catalogue import DocumentKind
from models.rules.fields import AREAS, ASPECT, Field, shown_on


@pytest.mark.parametrize("place", AREAS, ids=str)
def test_every_area_lies_on_its_document(place: tuple[DocumentKind, Field]) -> None:
    area = AREAS[place]
    assert 0 <= area.left < area.left + area.width <= 1
    assert 0 <= area.top < area.top + area.height <= 1
    assert place[0] in ASPECT


def test_every_field_is_found_on_a_document() -> None:
    """Each typed value has a document to be compared with, the most telling one first [P6]."""
    assert {field: shown_on(field)[0] for field in Field} == {
        Field.NIK: DocumentKind.OLD_CARD,
        Field.NAME: DocumentKind.OLD_CARD,
        Field.BIRTH: DocumentKind.OLD_CARD,
        Field.SEX: DocumentKind.OLD_CARD,
        Field.FAMILY_NUMBER: DocumentKind.FAMILY_CARD,
        Field.ADDRESS: DocumentKind.OLD_CARD,
    }

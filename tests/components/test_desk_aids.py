"""What helps the officer at the desk: own keys, marks of the comparison, hints."""

from datetime import date, timedelta

import pytest

from components import comparison, documents, hints, particulars, preferences
from components.comparison import Found
from components.hints import Hint
from components.kit import Kit
from components.particulars import Identity
from components.refusals import Refused
from components.sealing import seal
from components.wording import DOCUMENT_WORDS
from models.account import Staff
from models.application import Application, Page
from models.rules.fields import Field, Match
from models.rules.keys import DEFAULT_KEYS, DeskAct
from models.rules.workflow import Role
from tests.components.test_verification import a_file
from tests.support.cases import fresh
from tests.support.service import MONDAY, member_of_staff

NIK = "3515115208900001"


async def words_about(application: Application, identity: Identity | None = None) -> list[str]:
    known = identity or await particulars.identity(application)
    slots = await documents.slots(application)
    return [hint.words for hint in await hints.of_file(application, known, slots, MONDAY)]


async def test_keys_belong_to_the_person(service: Kit) -> None:
    """Changed for one, usual for the other; switched off and on again they are the same."""
    one = await member_of_staff(Role.OPERATOR, login="satu")
    other = await member_of_staff(Role.OPERATOR, login="dua")
    await preferences.save_keys({DeskAct.ACCEPT: "y"}, one, on=True)
    await preferences.switch(one, on=False)
    own = await preferences.of(one)
    assert (own.key("terima"), own.on) == ("y", False)
    assert await preferences.of(other) == preferences.Preferences(dict(DEFAULT_KEYS))
    with pytest.raises(Refused) as refused:
        await preferences.save_keys({DeskAct.ACCEPT: "k"}, one, on=True)
    assert list(refused.value.fields) == ["terima"]


async def test_keys_of_an_older_release_do_no_harm(service: Kit) -> None:
    """An act that is gone is passed over; a set that no longer fits falls back to the usual one."""
    one = await member_of_staff(Role.OPERATOR)
    await Staff.update({Staff.preferences: '{"keys": {"gone": "g", "terima": "y"}}'}).where(
        Staff.id == one.staff_id
    )
    assert (await preferences.of(one)).key("terima") == "y"
    await Staff.update({Staff.preferences: '{"keys": {"terima": "k"}, "on": false}'}).where(
        Staff.id == one.staff_id
    )
    assert await preferences.of(one) == preferences.Preferences(dict(DEFAULT_KEYS), on=False)


async def test_marks_hold_until_the_file_comes_again(service: Kit) -> None:
    """What was compared is kept with the file; once it is handed in anew everything is looked at again [P6, P7]."""
    application = await a_file()
    operator = await member_of_staff(Role.OPERATOR)
    assert await comparison.of(application) == Found()
    differs = Found({Field.NIK: Match.DIFFERS})
    await comparison.save(
        application, Found(dict.fromkeys((Field.NIK, Field.NAME), Match.MATCH)), operator, MONDAY
    )
    await comparison.save(application, differs, operator, MONDAY)
    assert await comparison.of(application) == differs
    await Application.update({Application.received_at: MONDAY + timedelta(hours=1)}, force=True)
    assert await comparison.of(await fresh(application)) == Found()


async def test_numbers_that_disagree_are_pointed_out(service: Kit) -> None:
    """Birth date and sex against the NIK; a hint, never a refusal [R3, P6]."""
    application = await a_file(columns={"birth_date": date(1990, 8, 13), "sex": "male"})
    words = await words_about(application, Identity(nik=NIK, kk="3515110302140001"))
    assert words == [
        "Tanggal lahir berbeda dengan angka di NIK.",
        "Jenis kelamin berbeda dengan angka di NIK.",
    ]


@pytest.mark.parametrize(("born", "said"), [(date(2009, 11, 23), []), (date(2009, 11, 24), [True])])
async def test_who_is_not_yet_17_is_pointed_out(service: Kit, born: date, said: list[bool]) -> None:
    """On the 17th birthday nothing is said any more [R1]."""
    application = await a_file(columns={"birth_date": born})
    assert ["16 tahun" in line for line in await words_about(application, Identity())] == said


async def test_the_same_nik_and_the_same_photo_elsewhere_are_pointed_out(service: Kit) -> None:
    """With the number of the other application, to look there [P6]."""
    own = await a_file("KRN-AAAAAA", {"nik_index": "one", "nik_sealed": seal("KRN-AAAAAA", "nik", NIK)})
    await a_file("KRN-BBBBBB", {"nik_index": "one"})
    await a_file("KRN-CCCCCC", {"nik_index": "another"})
    slots = await documents.slots(own)
    found = await hints.of_file(own, Identity(), slots, MONDAY)
    assert [hint.numbers for hint in found if "NIK ini" in hint.words] == [("KRN-BBBBBB",)]
    (photos,) = [hint for hint in found if "pemohon lain" in hint.words]
    assert photos.numbers == ("KRN-CCCCCC",)
    assert all(DOCUMENT_WORDS[slot.kind] in photos.words for slot in slots)


async def test_one_line_for_what_came_several_times(service: Kit) -> None:
    """Several applications of one NIK, and the same photos in several files, are one line each [P6]."""
    own = await a_file("KRN-AAAAAA", {"nik_index": "one", "nik_sealed": seal("KRN-AAAAAA", "nik", NIK)})
    for number, nik_index in (("BBBBBB", "one"), ("CCCCCC", "one"), ("DDDDDD", "two"), ("EEEEEE", "three")):
        await a_file(f"KRN-{number}", {"nik_index": nik_index})
    person, photos = await hints.of_file(own, Identity(), await documents.slots(own), MONDAY)
    assert person == Hint("NIK ini punya 2 permohonan lain.", ("KRN-CCCCCC", "KRN-BBBBBB"))
    assert photos.numbers == ("KRN-EEEEEE", "KRN-DDDDDD")


async def test_what_the_camera_noticed_is_said(service: Kit) -> None:
    """A photo that was warned about is flagged for the operator [P5]."""
    application = await a_file()
    await Page.update({Page.flags: '["blurred", "dark"]'}).where(Page.sha256 == "family_card")
    words = await words_about(application, Identity())
    assert words == ["Kartu Keluarga (KK): kamera menilai mungkin buram, gelap."]

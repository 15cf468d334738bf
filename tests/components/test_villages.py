"""Villages, reasons and notes as an office keeps them [P7, P11, R2]."""

import pytest

from components import (
    corrections,
    founding,
    intake,
    office_history,
    office_words,
    staffing,
    villages,
    workplace,
)
from components.actors import Actor
from components.kit import Kit
from components.refusals import Missing, Refused
from components.villages import TypedVillage
from models.application import Application
from models.office import Office, Village
from models.rules.catalogue import DocumentKind, RejectReason, reject_reasons
from models.rules.workflow import Role
from tests.support.cases import an_application
from tests.support.desk import a_file
from tests.support.service import MONDAY, member_of_staff


@pytest.fixture
async def admin(service: Kit) -> Actor:
    return await member_of_staff(Role.ADMIN)


async def a_village(name: str = "Sumber Rejo", by: Actor | None = None) -> villages.VillageLine:
    (found,) = await villages.listed(by or await member_of_staff(Role.ADMIN), name)
    return found


def typed(name: str, code: str = "35.15.11.2099") -> TypedVillage:
    return TypedVillage(name, "desa", code)


async def offered(by: Actor) -> set[str]:
    """What the counter and the staff page let choose."""
    at_counter = {row["name"] for row in await intake.villages_of(by.office_id or 0)}
    assert at_counter == {name for _, name in await staffing.villages(by)}
    return at_counter


async def test_a_village_is_added_renamed_and_found_however_spaced(admin: Actor) -> None:
    """P11: each change in the record; the same name twice is refused, however it is written."""
    await villages.add(typed("Sumber Rejo"), admin, MONDAY)
    assert (await a_village("sumberREJO", admin)).name == "Sumber Rejo"
    for again in ("SUMBER REJO", "Sumberrejo"):
        with pytest.raises(Refused) as refused:
            await villages.add(typed(again), admin, MONDAY)
        assert "nama" in refused.value.fields
    line = await a_village("Sumber", admin)
    await villages.change(line.id, typed("Sumber Makmur"), admin, MONDAY)
    assert await founding.village_named("sumber makmur") == line.id
    said = [change.what for change in await office_history.latest(admin.office_id or 0)]
    assert said == ["Sumber Rejo menjadi Sumber Makmur", "Sumber Rejo ditambahkan"]
    for wrong in (typed(""), typed("Baru", "123"), TypedVillage("Baru", "dusun", "3515112098")):
        with pytest.raises(Refused):
            await villages.add(wrong, admin, MONDAY)


async def test_a_retired_village_stays_with_what_has_it(admin: Actor) -> None:
    """P11: not while somebody registers there; then nobody chooses it, and old applications keep it."""
    await villages.add(typed("Sumber Rejo"), admin, MONDAY)
    line = await a_village("Sumber Rejo", admin)
    file = await an_application(village=line.id)
    person = await member_of_staff(Role.REGISTRAR, village_id=line.id)
    assert [name for _, name in (await a_village("Sumber Rejo", admin)).registrars] == [person.name]
    with pytest.raises(Refused, match="petugas registrasi"):
        await villages.retire(line.id, admin, MONDAY)
    await staffing.disable(person.staff_id or 0, admin, MONDAY)
    await villages.retire(line.id, admin, MONDAY)
    assert "Sumber Rejo" not in await offered(admin)
    row = await Application.objects().get(Application.id == file.id)
    assert row is not None
    assert row.village == line.id
    await villages.resume(line.id, admin, MONDAY)
    assert "Sumber Rejo" in await offered(admin)


async def test_another_offices_village_is_not_there(admin: Actor) -> None:
    """Own office only, in the list and for every change."""
    office = Office(prefix="WNY", name="W", short_name="W", regency="S", area_code="351516", address="J")
    await office.save()
    foreign = Village(office=office.id, code="3515160001", name="Jauh", kind="desa", folded="jauh")
    await foreign.save()
    assert await villages.listed(admin, "Jauh") == []
    for act in (villages.retire, villages.resume):
        with pytest.raises(Missing):
            await act(foreign.id, admin, MONDAY)
    with pytest.raises(Missing):
        await villages.change(foreign.id, typed("Dekat"), admin, MONDAY)


async def test_reasons_are_worded_ordered_and_left_out(admin: Actor) -> None:
    """P7: the desk offers them so, the citizen reads them so; "other" is always there, and last."""
    office = admin.office_id or 0
    usual = await office_words.reasons(office)
    assert usual.choices(DocumentKind.OLD_CARD) == reject_reasons(DocumentKind.OLD_CARD)
    words = "Tepinya terpotong. Foto lagi di atas meja yang kosong."
    await office_words.set_reason("glare", "", "1", admin, MONDAY, switched_off=False)
    await office_words.set_reason("cut", words, "", admin, MONDAY, switched_off=False)
    await office_words.set_reason("blurred", "", "", admin, MONDAY, switched_off=True)
    found = await office_words.reasons(office)
    choices = found.choices(DocumentKind.OLD_CARD)
    assert (choices[0], choices[-1]) == (RejectReason.GLARE, RejectReason.OTHER)
    assert set(reject_reasons(DocumentKind.OLD_CARD)) - set(choices) == {RejectReason.BLURRED}
    told = corrections.composed({DocumentKind.OLD_CARD: ((RejectReason.CUT,), "")}, found)
    assert told == f"- KTP-el lama: {words}"
    operator = await member_of_staff(Role.OPERATOR)
    desk = await workplace.file(await a_file(), operator, MONDAY)
    assert desk.sheets[0].choices == choices
    assert desk.office.advice("cut") == words
    await office_words.set_reason("cut", "", "", admin, MONDAY, switched_off=False)
    assert (await office_words.reasons(office)).words[RejectReason.CUT] == usual.words[RejectReason.CUT]
    for reason, position, off in (("other", "", True), ("cut", "100", False), ("cut", "atas", False)):
        with pytest.raises(Refused):
            await office_words.set_reason(reason, "", position, admin, MONDAY, switched_off=off)
    with pytest.raises(Missing):
        await office_words.set_reason("jelek", "", "", admin, MONDAY, switched_off=False)


async def test_a_note_stands_beside_its_document_until_it_is_taken_away(admin: Actor) -> None:
    """R2: each change in the record."""
    office = admin.office_id or 0
    await office_words.set_note("family_card", "Foto kedua sisi.", admin, MONDAY)
    await office_words.set_note("family_card", "Foto halaman depan saja.", admin, MONDAY)
    assert await office_words.notes(office) == {"family_card": "Foto halaman depan saja."}
    await office_words.set_note("family_card", "", admin, MONDAY)
    assert await office_words.notes(office) == {}
    assert len(await office_history.latest(office)) == 3
    with pytest.raises(Missing):
        await office_words.set_note("ijazah", "Foto.", admin, MONDAY)

"""A draft from its first step to its submission, and the ways out of it."""

from datetime import date, timedelta

import pytest

from components import access, applications, casework, history, pages
from components.actors import ANYBODY, applicant
from components.intake import Doubtful
from components.kit import Kit
from components.refusals import Missing, Overtaken, Refused
from models.application import Application
from models.rules.catalogue import Change, Channel, DocumentKind
from models.rules.workflow import Act, Role, State
from tests.support.drafts import CONTACT, PERSON, begun, filled, holder, submitted, village, with_documents
from tests.support.service import MONDAY, member_of_staff

pytestmark = pytest.mark.usefixtures("service")

LATER = MONDAY + timedelta(hours=1)


async def reread(application: Application) -> Application:
    row = await Application.objects().get(Application.id == application.id)
    assert row is not None
    return row


async def test_a_draft_has_number_pin_and_link_from_the_start() -> None:
    """P4, P5: who leaves after the first step comes back by number and PIN, or by the link."""
    started = await applications.start(Change.PHOTO, ANYBODY, MONDAY)
    assert started.application.state == State.DRAFT
    assert started.application.number.startswith("KRN-")
    found = await access.open_by_pin(
        started.application.number.lower(), f" {started.pin[:3]} {started.pin[3:]}", MONDAY
    )
    assert found.id == started.application.id
    assert (await access.open_by_link(started.link)).id == started.application.id
    assert applications.pin_of(found) == started.pin
    assert applications.link_of(found).endswith(f"/t/{started.link}")


async def test_neither_pin_nor_link_is_stored_in_clear() -> None:
    started = await applications.start(Change.PHOTO, ANYBODY, MONDAY)
    stored = " ".join(str(value) for value in started.application.to_dict().values())
    assert started.pin not in {started.application.pin_hash, started.application.pin_sealed}
    assert started.link not in stored
    assert started.pin not in repr(started)


async def test_sealed_texts_do_not_open_in_another_row() -> None:
    """A PIN copied into another application's row is of no use there."""
    one, two = await begun(), await begun()
    two.pin_sealed = one.pin_sealed
    with pytest.raises(Exception, match="does not open"):
        applications.pin_of(two)


async def test_a_taken_number_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    first = await applications.start(Change.PHOTO, ANYBODY, MONDAY)
    numbers = iter([first.application.number, first.application.number, "KRN-ZZZZZZ"])
    monkeypatch.setattr(applications, "new_number", lambda _prefix, _choose: next(numbers))
    second = await applications.start(Change.PHOTO, ANYBODY, MONDAY)
    assert second.application.number == "KRN-ZZZZZZ"


async def test_every_miss_gets_the_same_answer_and_many_make_a_pause() -> None:
    """A stranger learns neither which numbers exist nor, by trying, a PIN."""
    known = await begun()
    answers = set()
    for number in (known.number, "KRN-222222", "' OR 1=1--", "../admin"):
        with pytest.raises(Refused) as no:
            await access.open_by_pin(number, "000000", MONDAY)
        answers.add((no.value.message, tuple(no.value.fields)))
    assert len(answers) == 1
    for _ in range(4):
        with pytest.raises(Refused):
            await access.open_by_pin(known.number, "000000", MONDAY)
    with pytest.raises(Refused, match="Terlalu banyak"):
        await access.open_by_pin(known.number, applications.pin_of(known), MONDAY)
    again = await access.open_by_pin(known.number, applications.pin_of(known), MONDAY + timedelta(minutes=16))
    assert again.id == known.id


async def test_unknown_link_is_missing() -> None:
    with pytest.raises(Missing):
        await access.open_by_link("a" * 22)


async def test_the_steps_come_one_after_the_other() -> None:
    """P5: whoever comes back goes on at the first unfinished step."""
    draft = (await applications.start(Change.BOTH, ANYBODY, MONDAY)).application
    step = applications.Step
    assert (await applications.checklist(draft)).next is step.REASON
    by = holder(draft)
    draft = await applications.save_reason(draft, {"alasan": "jilbab_off"}, by, MONDAY)
    assert (await applications.checklist(draft)).next is step.CONTACT
    draft = await applications.save_contact(draft, {**CONTACT, "desa": await village()}, by, MONDAY)
    assert (await applications.checklist(draft)).next is step.IDENTITY
    draft = await applications.save_identity(draft, PERSON, by, MONDAY)
    listing = await applications.checklist(draft)
    assert listing.next is step.DOCUMENTS
    assert listing.documents == (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)
    assert listing.place(step.IDENTITY) == (4, 6)
    assert (await applications.checklist(await with_documents(draft))).next is step.CHECK


async def test_a_signature_alone_needs_no_reason() -> None:
    draft = (await applications.start(Change.SIGNATURE, ANYBODY, MONDAY)).application
    listing = await applications.checklist(draft)
    assert applications.Step.REASON not in listing.steps
    assert listing.next is applications.Step.CONTACT


async def test_jilbab_is_a_reason_for_women_only() -> None:
    """R3: the reason holds until the applicant says to be a man; then the way on is asked again, nothing is lost."""
    draft = await filled({"jenis_kelamin": "male", "nik": "3515111208900001"})
    assert (await applications.checklist(draft)).next is applications.Step.REASON
    assert draft.name == "SITI AMINAH"


@pytest.mark.parametrize(
    ("reason", "extra"), [("damaged", ()), ("data_change", (DocumentKind.DATA_EVIDENCE,)), ("jilbab_on", ())]
)
async def test_the_combinations_ask_for_their_evidence(reason: str, extra: tuple[DocumentKind, ...]) -> None:
    """R4: a photo with a damaged card or a data change; what has to be shown follows from it."""
    draft = await begun(reason=reason)
    usual = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)
    assert applications.requirements(draft) == (*usual, *extra)


async def test_another_reason_is_kept_but_does_not_suffice() -> None:
    """R4: the page can say why, and the same draft goes on with another choice."""
    draft = await begun(reason="other")
    assert (await applications.checklist(draft)).next is applications.Step.REASON
    draft = await applications.save_reason(draft, {"alasan": "damaged"}, holder(draft), MONDAY)
    assert (await applications.checklist(draft)).next is applications.Step.CONTACT


async def test_a_physical_change_is_told_in_own_words_and_goes_to_an_officer() -> None:
    draft = await filled(reason="physical_change")
    assert (await applications.checklist(draft)).next is applications.Step.REASON
    with pytest.raises(Refused) as no:
        await applications.save_account(draft, {"catatan": "‮‮‮"}, holder(draft), MONDAY)
    assert set(no.value.fields) == {"catatan"}
    draft = await applications.save_account(
        draft, {"catatan": "Luka bakar, <b>2025</b>"}, holder(draft), MONDAY
    )
    sent = await applications.submit(await with_documents(draft), holder(draft), MONDAY)
    assert sent.officer_check
    assert sent.account == "Luka bakar, <b>2025</b>"


async def test_choosing_the_signature_forgets_the_reason() -> None:
    draft = await begun(reason="other")
    draft = await applications.save_change(draft, {"perubahan": "signature"}, holder(draft), MONDAY)
    assert (draft.reason, draft.change) == ("", "signature")
    with pytest.raises(Refused) as no:
        await applications.save_change(draft, {"perubahan": "hair"}, holder(draft), MONDAY)
    assert set(no.value.fields) == {"perubahan"}


async def test_every_field_at_fault_is_named_at_once() -> None:
    draft = await begun()
    with pytest.raises(Refused) as no:
        await applications.save_identity(draft, {}, holder(draft), MONDAY)
    assert set(no.value.fields) == set(PERSON)
    with pytest.raises(Refused) as no:
        await applications.save_contact(draft, {"email": "x"}, holder(draft), MONDAY)
    assert set(no.value.fields) == {"no_hp", "email", "desa"}


async def test_identity_is_sealed_and_found_again() -> None:
    draft = await filled({"email": "Siti@Contoh.Test"})
    known = await applications.identity(draft)
    assert known.nik == "3515115208900001"
    assert known.phone == "+6285736349953"
    assert known.email == "Siti@contoh.test"
    assert draft.birth_date == date(1990, 8, 12)
    assert (draft.rt, draft.rw) == ("003", "002")
    stored = " ".join(str(value) for value in (await reread(draft)).to_dict().values())
    assert known.nik not in stored
    assert known.phone not in stored


async def test_odd_answers_are_asked_once_and_flagged_for_the_operator() -> None:
    """R3: a NIK that says another sex or birth date is a question, never a refusal."""
    draft = await begun()
    odd = {**PERSON, "nik": "3515111208900001"}
    with pytest.raises(Doubtful) as doubt:
        await applications.save_identity(draft, odd, holder(draft), MONDAY)
    assert doubt.value.codes == "sex_differs"
    assert (await reread(draft)).nik_sealed == ""
    draft = await applications.save_identity(
        draft, {**odd, "yakin": doubt.value.codes}, holder(draft), MONDAY
    )
    assert any("Jenis kelamin" in words for words in (await applications.identity(draft)).warnings)
    draft = await applications.save_identity(draft, PERSON, holder(draft), MONDAY)
    assert (await applications.identity(draft)).warnings == ()


async def test_a_confirmation_holds_for_what_was_shown_only() -> None:
    draft = await begun()
    typed = {**PERSON, "nik": "3515113201900001", "yakin": "sex_differs"}
    with pytest.raises(Doubtful):
        await applications.save_identity(draft, typed, holder(draft), MONDAY)


async def test_a_landline_is_taken_without_whatsapp() -> None:
    draft = await filled({"no_hp": "(031) 8971010"})
    assert not draft.phone_whatsapp
    assert (await applications.identity(draft)).warnings == ("Telepon rumah, tidak ada WhatsApp.",)


async def test_a_likely_slip_in_the_address_is_asked() -> None:
    draft = await begun()
    typed = {**CONTACT, "desa": await village(), "email": "siti@gmial.com"}
    with pytest.raises(Doubtful) as doubt:
        await applications.save_contact(draft, typed, holder(draft), MONDAY)
    draft = await applications.save_contact(
        draft, {**typed, "yakin": doubt.value.codes}, holder(draft), MONDAY
    )
    assert (await applications.identity(draft)).email == "siti@gmial.com"


async def test_submitting_starts_the_promise_and_writes_history() -> None:
    """P6, T1, G1: the file is in the queue with its promise, and the chain of its history is whole."""
    sent = await submitted()
    assert sent.state == State.SUBMITTED
    assert sent.submitted_at == sent.received_at == MONDAY
    assert sent.promise_at is not None
    acts = [line.act for line in await history.lines(sent.id)]
    assert acts == ["start", "upload", "upload", "upload", "submit"]
    assert await history.broken_at(sent.id) is None


async def test_an_incomplete_draft_is_not_sent_and_told_why() -> None:
    draft = await begun()
    with pytest.raises(Refused) as no:
        await applications.submit(draft, holder(draft), MONDAY)
    assert set(no.value.fields) == {"kontak", "identitas", "berkas"}
    assert (await reread(draft)).state == State.DRAFT


async def test_submitting_twice_is_done_once() -> None:
    sent = await submitted()
    with pytest.raises(Overtaken):
        await applications.submit(sent, holder(sent), LATER)


async def test_the_same_person_is_led_to_the_first_application() -> None:
    """One application at a time per NIK: the second draft is let go, the first one is what counts."""
    first = await submitted()
    second = await with_documents(await filled())
    found = await applications.submit(second, holder(second), LATER)
    assert found.id == first.id
    gone = await reread(second)
    assert gone.state == State.WITHDRAWN
    assert (gone.nik_sealed, gone.name) == ("", "")
    assert first.number in (await history.lines(second.id))[-2].reason
    await pages.settled()


async def test_a_stranger_with_the_same_nik_learns_nothing() -> None:
    """Another phone: the submission goes its normal way, and only the operator sees the flag."""
    first = await submitted()
    second = await with_documents(await filled({"no_hp": "081234567890"}))
    sent = await applications.submit(second, holder(second), LATER)
    assert (sent.id, sent.state) == (second.id, State.SUBMITTED)
    assert any("permohonan lain" in words for words in (await applications.identity(sent)).warnings)
    assert (await reread(first)).state == State.SUBMITTED


async def test_a_finished_application_does_not_stand_in_the_way() -> None:
    first = await submitted()
    await applications.withdraw(first, holder(first), LATER)
    second = await with_documents(await filled())
    sent = await applications.submit(second, holder(second), LATER)
    assert (sent.id, sent.confirmed_warnings) == (second.id, "[]")


async def test_nobody_else_may_write() -> None:
    draft = await begun()
    for stranger in (ANYBODY, applicant(draft.id + 1000), await member_of_staff(Role.OPERATOR)):
        with pytest.raises(Missing):
            await applications.save_contact(draft, {**CONTACT, "desa": await village()}, stranger, MONDAY)


async def test_what_was_sent_is_not_changed_any_more() -> None:
    sent = await submitted()
    with pytest.raises(Overtaken):
        await applications.save_identity(sent, PERSON, holder(sent), LATER)


async def test_data_may_be_corrected_while_it_is_returned() -> None:
    """P7: a document may be right and the typing wrong; the correction is a line of the history."""
    operator = await member_of_staff(Role.OPERATOR)
    returned = await casework.advance(await submitted(), Act.RETURN, operator, LATER, silent=True)
    by = holder(returned)
    mended = await applications.save_identity(returned, {**PERSON, "nama": "SITI AMINAH PUTRI"}, by, LATER)
    assert mended.name == "SITI AMINAH PUTRI"
    assert (await history.lines(returned.id))[-1].act == "edit"
    with pytest.raises(Overtaken):
        await applications.save_change(returned, {"perubahan": "both"}, by, LATER)


async def test_a_registrar_starts_for_the_own_village() -> None:
    """The village channel's drafts belong to the registrar's village from the first moment."""
    village_id = int(await village())
    registrar = await member_of_staff(Role.REGISTRAR, village_id=village_id)
    draft = (await applications.start(Change.PHOTO, registrar, MONDAY, Channel.VILLAGE)).application
    assert (draft.village, draft.channel) == (village_id, Channel.VILLAGE)
    assert casework.may_see(draft, registrar)
    other = await member_of_staff(Role.REGISTRAR, village_id=village_id + 1)
    assert not casework.may_see(draft, other)


async def test_withdrawing_ends_it() -> None:
    sent = await submitted()
    gone = await applications.withdraw(sent, holder(sent), LATER)
    assert (gone.state, gone.finished_at) == (State.WITHDRAWN, LATER)


async def test_a_discarded_draft_leaves_nothing_behind(service: Kit) -> None:
    draft = await with_documents(await filled())
    gone = await applications.withdraw(draft, holder(draft), LATER)
    await pages.settled()
    assert (gone.state, gone.name, gone.nik_index, gone.phone_sealed) == (State.WITHDRAWN, "", "", "")
    assert [path for path in service.settings.store_folder.rglob("*") if path.is_file()] == []
    assert (await reread(draft)).scans_removed_at == LATER


async def test_forgotten_drafts_are_purged_after_seven_days() -> None:
    """Untouched for 7 days: gone. Touched, submitted: stays."""
    old = await begun()
    touched = await begun()
    sent = await submitted()
    await applications.save_reason(
        touched, {"alasan": "damaged"}, holder(touched), MONDAY + timedelta(days=3)
    )
    assert await applications.purge_drafts(MONDAY + timedelta(days=6, hours=23)) == 0
    assert await applications.purge_drafts(MONDAY + timedelta(days=7)) == 1
    assert await applications.purge_drafts(MONDAY + timedelta(days=7)) == 0
    assert (await reread(old)).state == State.WITHDRAWN
    assert (await reread(touched)).state == State.DRAFT
    assert (await reread(sent)).state == State.SUBMITTED
    await pages.settled()


def test_an_identity_does_not_show_in_a_trace() -> None:
    assert "3515" not in repr(applications.Identity(nik="3515115208900001"))

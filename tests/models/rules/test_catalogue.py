from datetime import date
from itertools import product

import pytest

from models.rules.catalogue import (
    CATALOGUE,
    Capture,
    Change,
    Channel,
    DocumentKind,
    Eligibility,
    Option,
    Presented,
    Reason,
    RejectReason,
    Service,
    Sex,
    captures,
    eligibility,
    old_enough_for_first_card,
    presented,
    reject_reasons,
    requirements,
)

CARD_FAMILY_FORM = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)
PHOTO_CHANGES = (Change.PHOTO, Change.BOTH)
JILBAB = (Reason.JILBAB_ON, Reason.JILBAB_OFF)


def test_the_menu_of_the_standard_leads_to_the_biometric_entry() -> None:
    """[P4] Pengajuan > KTP > Perubahan biometrik, and only it is open as shipped."""
    entry = CATALOGUE[Service.BIOMETRIC]
    assert (entry.menu, entry.slug) == (("KTP", "Perubahan biometrik"), "perubahan-biometrik")
    assert [service for service, entry in CATALOGUE.items() if entry.enabled] == [Service.BIOMETRIC]


def test_the_catalogue_is_whole_and_its_addresses_differ() -> None:
    assert set(CATALOGUE) == set(Service)
    assert len({entry.slug for entry in CATALOGUE.values()}) == len(Service)
    for entry in CATALOGUE.values():
        assert set(entry.documents) == set(Channel)
        for documents in entry.documents.values():
            assert len(set(documents)) == len(documents) > 0


@pytest.mark.parametrize("channel", Channel)
def test_the_three_documents_of_the_standard(channel: Channel) -> None:
    """[R1] old KTP, KK and F-1.02 at the counter; [R2] the same three as scans."""
    assert requirements(Service.BIOMETRIC, channel, Change.SIGNATURE, None) == CARD_FAMILY_FORM
    assert requirements(Service.BIOMETRIC, channel) == CARD_FAMILY_FORM


def test_the_shape_of_the_documents_per_channel() -> None:
    """[R1] The KK as a photocopy, the rest as it is; [R2] scans of the originals."""
    at_counter = [presented(kind, Channel.COUNTER) for kind in CARD_FAMILY_FORM]
    assert at_counter == [Presented.ORIGINAL, Presented.COPY, Presented.ORIGINAL]
    for kind, channel in product(DocumentKind, (Channel.ONLINE, Channel.VILLAGE)):
        assert presented(kind, channel) is Presented.SCAN


@pytest.mark.parametrize("sex", [Sex.FEMALE, None])
@pytest.mark.parametrize("reason", JILBAB)
@pytest.mark.parametrize("change", PHOTO_CHANGES)
def test_jilbab_alone_is_reason_enough_for_a_woman(change: Change, reason: Reason, sex: Sex | None) -> None:
    """[R3] Sex is asked later than the reason: not yet known, it goes on."""
    answer = eligibility(change, reason, sex)
    assert (answer.kind, answer.extra_documents, answer.explanation) == (Eligibility.ALLOWED, (), "")


@pytest.mark.parametrize("reason", JILBAB)
def test_a_man_with_that_reason_is_told_kindly_what_is_possible(reason: Reason) -> None:
    """[R3]"""
    answer = eligibility(Change.PHOTO, reason, Sex.MALE)
    assert answer.kind is Eligibility.NOT_POSSIBLE
    assert "perempuan" in answer.explanation
    assert Option(Change.SIGNATURE, None) in answer.instead


@pytest.mark.parametrize("sex", [*Sex, None])
@pytest.mark.parametrize("change", PHOTO_CHANGES)
def test_any_other_reason_needs_one_of_the_two_combinations(change: Change, sex: Sex | None) -> None:
    """[R4] The two combinations are offered, each with its evidence."""
    answer = eligibility(change, Reason.OTHER, sex)
    assert answer.kind is Eligibility.NOT_POSSIBLE
    assert answer.explanation
    assert answer.instead[:2] == (Option(change, Reason.DAMAGED), Option(change, Reason.DATA_CHANGE))

    damaged = eligibility(change, Reason.DAMAGED, sex)
    assert (damaged.kind, damaged.extra_documents) == (Eligibility.WITH_DAMAGED, ())
    data = eligibility(change, Reason.DATA_CHANGE, sex)
    assert (data.kind, data.extra_documents) == (Eligibility.WITH_DATA_CHANGE, (DocumentKind.DATA_EVIDENCE,))


@pytest.mark.parametrize("channel", Channel)
@pytest.mark.parametrize("change", PHOTO_CHANGES)
def test_evidence_of_the_combinations(change: Change, channel: Channel) -> None:
    """[R4] A data change adds its evidence; a damaged card is its own."""
    with_evidence = (*CARD_FAMILY_FORM, DocumentKind.DATA_EVIDENCE)
    assert requirements(Service.BIOMETRIC, channel, change, Reason.DATA_CHANGE) == with_evidence
    assert requirements(Service.BIOMETRIC, channel, change, Reason.DAMAGED) == CARD_FAMILY_FORM


def test_a_lasting_physical_change_goes_to_the_officer_with_a_written_account() -> None:
    """[R4] National rules allow it; the software never decides it."""
    answer = eligibility(Change.PHOTO, Reason.PHYSICAL_CHANGE, Sex.MALE)
    assert (answer.kind, answer.needs_account) == (Eligibility.OFFICER_CHECK, True)


@pytest.mark.parametrize("reason", [*Reason, None])
@pytest.mark.parametrize("sex", [*Sex, None])
def test_a_signature_alone_is_always_allowed(reason: Reason | None, sex: Sex | None) -> None:
    """[R3, R4] The standard limits the photo only."""
    assert eligibility(Change.SIGNATURE, reason, sex).kind is Eligibility.ALLOWED


def test_a_photo_needs_a_reason() -> None:
    with pytest.raises(ValueError, match="needs a reason"):
        eligibility(Change.PHOTO, None, Sex.FEMALE)


def test_every_wish_has_an_answer_and_every_offer_is_truly_possible() -> None:
    """[R3, R4] Only the two impossible wishes are impossible, and what is offered instead never is."""
    for change, reason, sex in product(PHOTO_CHANGES, Reason, (*Sex, None)):
        answer = eligibility(change, reason, sex)
        impossible = reason is Reason.OTHER or (reason in JILBAB and sex is Sex.MALE)
        assert (answer.kind is Eligibility.NOT_POSSIBLE) is impossible
        assert bool(answer.instead) is impossible
        for option in answer.instead:
            assert eligibility(option.change, option.reason, sex).kind is not Eligibility.NOT_POSSIBLE


def test_explanations_are_short() -> None:
    for change, reason, sex in product(PHOTO_CHANGES, Reason, Sex):
        for sentence in eligibility(change, reason, sex).explanation.split(". "):
            assert len(sentence.split()) <= 15


@pytest.mark.parametrize(
    ("service", "change", "recorded"),
    [
        (Service.BIOMETRIC, Change.PHOTO, {Capture.PHOTO}),
        (Service.BIOMETRIC, Change.SIGNATURE, {Capture.SIGNATURE}),
        (Service.BIOMETRIC, Change.BOTH, {Capture.PHOTO, Capture.SIGNATURE}),
        (Service.DAMAGED, None, set()),
        (Service.DAMAGED, Change.PHOTO, {Capture.PHOTO}),
        (Service.DATA_CHANGE, None, set()),
        (Service.LOST, None, set()),
        (Service.FIRST, None, set(Capture)),
    ],
)
def test_what_must_be_recorded_before_printing(
    service: Service, change: Change | None, recorded: set[Capture]
) -> None:
    """[P3, P10]"""
    assert captures(service, change) == recorded


@pytest.mark.parametrize(
    ("service", "change"),
    [(Service.BIOMETRIC, None), (Service.LOST, Change.PHOTO), (Service.FIRST, Change.BOTH)],
)
def test_changes_that_do_not_belong_to_the_service(service: Service, change: Change | None) -> None:
    with pytest.raises(ValueError, match="this service"):
        captures(service, change)


def test_other_services_need_what_the_rules_say() -> None:
    needs = {service: requirements(service, Channel.ONLINE) for service in Service}
    assert needs[Service.DATA_CHANGE] == (*CARD_FAMILY_FORM, DocumentKind.DATA_EVIDENCE)
    assert needs[Service.LOST][0] is DocumentKind.POLICE_LETTER
    assert DocumentKind.OLD_CARD not in needs[Service.FIRST]


@pytest.mark.parametrize("kind", DocumentKind)
def test_reasons_to_reject_fit_the_nine_keys(kind: DocumentKind) -> None:
    """[P7] Every document has its reasons, the last one to be written by hand."""
    reasons = reject_reasons(kind)
    assert len(set(reasons)) == len(reasons) <= 9
    assert reasons[-1] is RejectReason.OTHER
    signed = (DocumentKind.FORM_F102, DocumentKind.AUTHORITY)
    assert (RejectReason.UNSIGNED in reasons) is (kind in signed)


def test_no_reason_to_reject_is_out_of_reach() -> None:
    """[P2, P7]"""
    ways = [(kind, channel) for kind in DocumentKind for channel in Channel]
    assert {reason for way in ways for reason in reject_reasons(*way)} == set(RejectReason)
    assert max(len(reject_reasons(*way)) for way in ways) <= 9


@pytest.mark.parametrize(
    ("born", "today", "enough"),
    [
        (date(2009, 11, 24), date(2026, 11, 23), False),
        (date(2009, 11, 23), date(2026, 11, 23), True),
        (date(2008, 11, 24), date(2026, 11, 23), True),
        (date(2008, 2, 29), date(2025, 2, 28), False),
        (date(2008, 2, 29), date(2025, 3, 1), True),
        (date(2009, 12, 31), date(2026, 12, 30), False),
    ],
)
def test_seventeen_years_to_the_day(born: date, today: date, enough: bool) -> None:
    assert old_enough_for_first_card(born, today, ever_married=False) is enough
    assert old_enough_for_first_card(born, today, ever_married=True)

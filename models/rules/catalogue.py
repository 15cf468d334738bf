"""What may be applied for, and what it takes [R1-R4, P4]. An entry is data; an office may switch it on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Service(StrEnum):
    """The code of a catalogue entry."""

    BIOMETRIC = "biometric"
    DAMAGED = "damaged"
    DATA_CHANGE = "data_change"
    LOST = "lost"
    FIRST = "first"


class Channel(StrEnum):
    """The way by which an application comes in."""

    ONLINE = "online"
    VILLAGE = "village"
    COUNTER = "counter"


class Change(StrEnum):
    """What shall be recorded anew."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    BOTH = "both"

    @property
    def has_photo(self) -> bool:
        """Whether the photo rule [R3, R4] applies."""
        return self is not Change.SIGNATURE


class Reason(StrEnum):
    """Why the photo shall change."""

    JILBAB_ON = "jilbab_on"
    JILBAB_OFF = "jilbab_off"
    DAMAGED = "damaged"
    DATA_CHANGE = "data_change"
    PHYSICAL_CHANGE = "physical_change"
    OTHER = "other"


class Sex(StrEnum):
    """As on the card."""

    FEMALE = "female"
    MALE = "male"


class DocumentKind(StrEnum):
    """A document that is asked for. A damaged card is handed in as OLD_CARD, which is its own evidence.

    PICKUP_AUTHORITY is never asked of an applicant: whoever collects a card for somebody else shows it [P13].
    """

    OLD_CARD = "old_card"
    FAMILY_CARD = "family_card"
    FORM_F102 = "form_f102"
    DATA_EVIDENCE = "data_evidence"
    POLICE_LETTER = "police_letter"
    AUTHORITY = "authority"
    """Of the catalogue's requirements it is none: asked for where somebody stands in for the applicant [P11]."""
    PICKUP_AUTHORITY = "pickup_authority"


class Presented(StrEnum):
    """The shape in which a document has to be handed in."""

    ORIGINAL = "original"
    COPY = "copy"
    SCAN = "scan"


class Capture(StrEnum):
    """What the office's device records."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    FINGERPRINTS = "fingerprints"
    IRIS = "iris"


class RejectReason(StrEnum):
    """Why a document does not fit [P2, P7]."""

    BLURRED = "blurred"
    CUT = "cut"
    DARK = "dark"
    GLARE = "glare"
    WRONG_DOCUMENT = "wrong_document"
    NOT_ORIGINAL = "not_original"
    DATA_DIFFER = "data_differ"
    UNSIGNED = "unsigned"
    MISSING_PAGE = "missing_page"
    OLD_VERSION = "old_version"
    MISSING = "missing"
    OTHER = "other"


@dataclass(frozen=True)
class Entry:
    """One line of the catalogue.

    menu: words of the path below "Pengajuan" [P4]. slug: last part of the address. documents: what everybody
    hands in on each channel [R1, R2], in the order of asking. captures: what is recorded whatever the
    applicant chooses; a chosen change is added where takes_change says so. enabled: the default, an office
    may differ.
    """

    service: Service
    menu: tuple[str, ...]
    slug: str
    documents: Mapping[Channel, tuple[DocumentKind, ...]]
    captures: frozenset[Capture] = frozenset()
    takes_change: bool = False
    change_required: bool = False
    enabled: bool = False


def _on_every_channel(*documents: DocumentKind) -> Mapping[Channel, tuple[DocumentKind, ...]]:
    return MappingProxyType(dict.fromkeys(Channel, documents))


_CARD_AND_FAMILY = (DocumentKind.OLD_CARD, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102)

CATALOGUE: Mapping[Service, Entry] = MappingProxyType(
    {
        entry.service: entry
        for entry in (
            Entry(
                Service.BIOMETRIC,
                ("KTP", "Perubahan biometrik"),
                "perubahan-biometrik",
                _on_every_channel(*_CARD_AND_FAMILY),
                takes_change=True,
                change_required=True,
                enabled=True,
            ),
            Entry(
                Service.DAMAGED,
                ("KTP", "Rusak / cetak ulang"),
                "rusak-cetak-ulang",
                _on_every_channel(*_CARD_AND_FAMILY),
                takes_change=True,
            ),
            Entry(
                Service.DATA_CHANGE,
                ("KTP", "Perubahan elemen data"),
                "perubahan-elemen-data",
                _on_every_channel(*_CARD_AND_FAMILY, DocumentKind.DATA_EVIDENCE),
                takes_change=True,
            ),
            Entry(
                Service.LOST,
                ("KTP", "Kehilangan"),
                "kehilangan",
                _on_every_channel(
                    DocumentKind.POLICE_LETTER, DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102
                ),
            ),
            Entry(
                Service.FIRST,
                ("KTP", "Baru (pertama)"),
                "baru",
                _on_every_channel(DocumentKind.FAMILY_CARD, DocumentKind.FORM_F102),
                captures=frozenset(Capture),
            ),
        )
    }
)


class Eligibility(StrEnum):
    """How a wish goes on."""

    ALLOWED = "allowed"
    WITH_DAMAGED = "with_damaged"
    WITH_DATA_CHANGE = "with_data_change"
    OFFICER_CHECK = "officer_check"
    NOT_POSSIBLE = "not_possible"


@dataclass(frozen=True)
class Option:
    """Another wish that is possible; a page can offer it with one tap, keeping what was typed."""

    change: Change
    reason: Reason | None


@dataclass(frozen=True)
class Eligible:
    """The answer to a wish. explanation: for the applicant; empty when there is nothing to explain.

    needs_account: the applicant tells in a few own words what changed, for the officer who decides.
    """

    kind: Eligibility
    extra_documents: tuple[DocumentKind, ...] = ()
    explanation: str = ""
    needs_account: bool = False
    instead: tuple[Option, ...] = ()


_WITH_DAMAGED = Eligible(
    Eligibility.WITH_DAMAGED,
    explanation="Foto diganti bersamaan dengan KTP-el rusak. Foto KTP-el yang rusak menjadi buktinya.",
)
_WITH_DATA_CHANGE = Eligible(
    Eligibility.WITH_DATA_CHANGE,
    (DocumentKind.DATA_EVIDENCE,),
    "Foto diganti bersamaan dengan perubahan data. Lampirkan KK terbaru dan bukti perubahannya.",
)
_OFFICER_CHECK = Eligible(
    Eligibility.OFFICER_CHECK,
    explanation="Ceritakan singkat apa yang berubah. Petugas akan memeriksa dan memberi jawaban tertulis.",
    needs_account=True,
)
_NOT_FOR_MEN = (
    "Ganti foto karena jilbab hanya berlaku bagi pemohon perempuan. Ini pilihan yang masih bisa Anda ambil."
)
_NOT_ALONE = "Foto saja belum bisa diganti untuk alasan ini. Ini pilihan yang masih bisa Anda ambil."


def eligibility(change: Change, reason: Reason | None, sex: Sex | None) -> Eligible:
    """Whether and how the photo or signature may change [R3, R4].

    sex: as the applicant states it, None while not yet asked (the jilbab reason then goes on and is looked at
    again). The sex coded in the NIK plays no part here: a difference only flags (models.rules.identity).
    A signature alone is always allowed and needs no reason; a photo without a reason is a ValueError.
    """
    if not change.has_photo:
        return Eligible(Eligibility.ALLOWED)
    match reason:
        case None:
            raise ValueError("a photo change needs a reason")
        case Reason.DAMAGED:
            return _WITH_DAMAGED
        case Reason.DATA_CHANGE:
            return _WITH_DATA_CHANGE
        case Reason.PHYSICAL_CHANGE:
            return _OFFICER_CHECK
        case Reason.JILBAB_ON | Reason.JILBAB_OFF:
            if sex is Sex.MALE:
                return _not_possible(change, _NOT_FOR_MEN)
            return Eligible(Eligibility.ALLOWED)
        case Reason.OTHER:
            return _not_possible(change, _NOT_ALONE)


def _not_possible(change: Change, explanation: str) -> Eligible:
    """What remains: the two combinations of [R4], a lasting physical change, or the signature alone."""
    photo = (Reason.DAMAGED, Reason.DATA_CHANGE, Reason.PHYSICAL_CHANGE)
    instead = (*(Option(change, reason) for reason in photo), Option(Change.SIGNATURE, None))
    return Eligible(Eligibility.NOT_POSSIBLE, explanation=explanation, instead=instead)


def requirements(
    service: Service, channel: Channel, change: Change | None = None, reason: Reason | None = None
) -> tuple[DocumentKind, ...]:
    """The documents to hand in, in the order of asking, each once [R1, R2, R4].

    In which shape, tells presented(). An incomplete wish (no change or no reason yet) gives what everybody
    needs.
    """
    documents = CATALOGUE[service].documents[channel]
    if service is Service.BIOMETRIC and change is not None and reason is not None:
        extra = eligibility(change, reason, None).extra_documents
        documents += tuple(kind for kind in extra if kind not in documents)
    return documents


def presented(kind: DocumentKind, channel: Channel) -> Presented:
    """Its shape: paper at the counter, the KK as a copy [R1]; else a scan of the original [R2]."""
    if channel is not Channel.COUNTER:
        return Presented.SCAN
    return Presented.COPY if kind is DocumentKind.FAMILY_CARD else Presented.ORIGINAL


def has_old_card(service: Service) -> bool:
    """Whether who applies still has a card, to be compared and taken in: not one that was lost, nor a first one."""
    return DocumentKind.OLD_CARD in CATALOGUE[service].documents[Channel.COUNTER]


def captures(service: Service, change: Change | None) -> frozenset[Capture]:
    """What the office must record before it prints [P3, P10]; empty when nothing has to be recorded.

    ValueError for a change that the entry does not take, or a missing one that it requires.
    """
    entry = CATALOGUE[service]
    if change is None:
        if entry.change_required:
            raise ValueError("this service needs to know what changes")
        return entry.captures
    if not entry.takes_change:
        raise ValueError("this service takes no photo or signature change")
    chosen = {
        Change.PHOTO: {Capture.PHOTO},
        Change.SIGNATURE: {Capture.SIGNATURE},
        Change.BOTH: {Capture.PHOTO, Capture.SIGNATURE},
    }[change]
    return entry.captures | chosen


def captures_stored(service: str, change: str) -> frozenset[Capture]:
    """The same for an application as it is kept; change: empty where none was chosen."""
    return captures(Service(service), Change(change) if change else None)


_OF_EVERY_PICTURE = (
    RejectReason.BLURRED,
    RejectReason.CUT,
    RejectReason.DARK,
    RejectReason.GLARE,
    RejectReason.WRONG_DOCUMENT,
)
_OF_KIND: Mapping[DocumentKind, tuple[RejectReason, ...]] = MappingProxyType(
    {
        DocumentKind.OLD_CARD: (RejectReason.NOT_ORIGINAL, RejectReason.DATA_DIFFER),
        DocumentKind.FAMILY_CARD: (
            RejectReason.NOT_ORIGINAL,
            RejectReason.DATA_DIFFER,
            RejectReason.OLD_VERSION,
        ),
        DocumentKind.FORM_F102: (RejectReason.DATA_DIFFER, RejectReason.UNSIGNED, RejectReason.MISSING_PAGE),
        DocumentKind.DATA_EVIDENCE: (
            RejectReason.NOT_ORIGINAL,
            RejectReason.DATA_DIFFER,
            RejectReason.MISSING_PAGE,
        ),
        DocumentKind.POLICE_LETTER: (
            RejectReason.NOT_ORIGINAL,
            RejectReason.DATA_DIFFER,
            RejectReason.OLD_VERSION,
        ),
        DocumentKind.AUTHORITY: (RejectReason.DATA_DIFFER, RejectReason.UNSIGNED, RejectReason.MISSING_PAGE),
        DocumentKind.PICKUP_AUTHORITY: (),
    }
)


_OF_PAPER: Mapping[DocumentKind, tuple[RejectReason, ...]] = MappingProxyType(
    {
        DocumentKind.OLD_CARD: (RejectReason.NOT_ORIGINAL, RejectReason.DATA_DIFFER),
        # R1 asks for a copy, so that a copy is no fault; what cannot be read on it is one.
        DocumentKind.FAMILY_CARD: (RejectReason.BLURRED, RejectReason.DATA_DIFFER, RejectReason.OLD_VERSION),
        DocumentKind.FORM_F102: (RejectReason.UNSIGNED, RejectReason.DATA_DIFFER, RejectReason.MISSING_PAGE),
        DocumentKind.DATA_EVIDENCE: (RejectReason.NOT_ORIGINAL, RejectReason.DATA_DIFFER),
        DocumentKind.POLICE_LETTER: (RejectReason.NOT_ORIGINAL, RejectReason.DATA_DIFFER),
        DocumentKind.AUTHORITY: (RejectReason.UNSIGNED, RejectReason.DATA_DIFFER),
        DocumentKind.PICKUP_AUTHORITY: (),
    }
)


def reject_reasons(kind: DocumentKind, channel: Channel = Channel.ONLINE) -> tuple[RejectReason, ...]:
    """The reasons an officer can tick for this document [P2, P7]: at most nine, one for each key 1-9.

    At the counter it is paper: it can be missing, but neither dark nor out of the picture [R1].
    """
    if channel is Channel.COUNTER:
        return (RejectReason.MISSING, *_OF_PAPER[kind], RejectReason.WRONG_DOCUMENT, RejectReason.OTHER)
    return (*_OF_EVERY_PICTURE, *_OF_KIND[kind], RejectReason.OTHER)


def old_enough_for_first_card(birth_date: date, today: date, *, ever_married: bool) -> bool:
    """Whether a first card may be applied for: 17 years old or (once) married.

    Dates in WIB. Who was born on 29 February turns 17 on 1 March of a common year.
    """
    if ever_married:
        return True
    return today >= first_card_from(birth_date)


def first_card_from(birth_date: date) -> date:
    """The day from which a first card may be applied for without having married: the 17th birthday."""
    try:
        return birth_date.replace(year=birth_date.year + 17)
    except ValueError:
        return date(birth_date.year + 17, 3, 1)

"""The application (permohonan), its documents and the pages that were sent in."""

from piccolo.columns import (
    JSON,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.table import Table

from models.account import Session, Staff
from models.office import Office, Village


class Application(Table):
    """One request for one card [O1]. `state` and the history are written by components.casework alone."""

    id: Serial
    number = Varchar(length=12, default=None, unique=True, help_text="KRN-7K4M2Q")
    office = ForeignKey(references=Office, default=None, null=False)
    village = ForeignKey(references=Village, default=None, null=True)
    channel = Varchar(length=10, default=None)
    service = Varchar(length=20, default=None)
    state = Varchar(length=12, default=None)
    version = Integer(
        default=0, help_text="raised by every step; a decision names the version it was made on"
    )

    # How the applicant gets in: number + PIN, or the link. Hashes to compare, sealed copies to show to the holder.
    pin_hash = Varchar(length=64, default=None)
    pin_sealed = Text(default=None)
    link_hash = Varchar(length=64, default=None, unique=True)
    link_sealed = Text(default=None)

    # What is asked for (models.rules.catalogue).
    change = Varchar(length=12, default="")
    reason = Varchar(length=20, default="")
    account = Text(default="", help_text="the applicant's own words, where the reason needs them")

    ever_married = Boolean(default=False, help_text="asked for a first card alone")
    details_answered = Boolean(
        default=False, help_text="the questions of a service other than the biometric one"
    )

    # Who applies. Identity numbers and contacts are sealed; *_index are keyed hashes to find equals.
    name = Varchar(length=120, default="")
    folded_name = Varchar(length=120, default="")
    nik_sealed = Text(default="")
    nik_index = Varchar(length=64, default="")
    kk_sealed = Text(default="")
    birth_place = Varchar(length=60, default="")
    birth_date = Date(default=None, null=True)
    sex = Varchar(length=6, default="")
    address = Varchar(length=200, default="")
    rt = Varchar(length=3, default="")
    rw = Varchar(length=3, default="")
    phone_sealed = Text(default="")
    phone_whatsapp = Boolean(default=False)
    email_sealed = Text(default="")
    confirmed_warnings = JSON(
        default="[]", help_text="codes of warnings the applicant confirmed, for the operator"
    )
    officer_check = Boolean(default=False)
    represented = Boolean(
        default=False, help_text="somebody with a written authority stands in at the village"
    )

    created_at = Timestamptz(default=None)
    touched_at = Timestamptz(default=None, help_text="last act of the applicant; drafts are purged by it")
    submitted_at = Timestamptz(default=None, null=True, help_text="first submission")
    received_at = Timestamptz(
        default=None, null=True, help_text="last (re)submission; the promise counts from it"
    )
    promise_at = Timestamptz(default=None, null=True)
    promise_told_at = Timestamptz(
        default=None, null=True, help_text="the promise that the applicant last heard of"
    )
    correction_due_at = Timestamptz(default=None, null=True)
    upload_begun_at = Timestamptz(
        default=None, null=True, help_text="first replacement begun since it was returned"
    )
    returned_at = Timestamptz(default=None, null=True)
    decided_reason = Text(default="", help_text="why it was returned or refused, in words for the applicant")
    accepted_at = Timestamptz(default=None, null=True)
    arrived_at = Timestamptz(default=None, null=True)
    captured_at = Timestamptz(default=None, null=True)
    printed_at = Timestamptz(default=None, null=True)
    ready_at = Timestamptz(default=None, null=True)
    finished_at = Timestamptz(default=None, null=True, help_text="handed over, lapsed, refused or withdrawn")
    scans_removed_at = Timestamptz(default=None, null=True)
    identity_removed_at = Timestamptz(
        default=None, null=True, help_text="NIK, KK number and contacts are gone since"
    )
    misses = Integer(default=0, help_text="missed appointments")
    claimed_by = ForeignKey(references=Staff, default=None, null=True)
    claimed_until = Timestamptz(default=None, null=True)
    reopened_from = Varchar(
        length=12, default="", help_text="number of the lapsed application this one continues"
    )


class Grant(Table, tablename="session_grant"):
    """This browser may act for this application."""

    id: Serial
    session = ForeignKey(references=Session, default=None, null=False, index=True)
    application = ForeignKey(references=Application, default=None, null=False, index=True)


class Document(Table):
    """One required document of an application: old card, KK, F-1.02, evidence."""

    id: Serial
    application = ForeignKey(references=Application, default=None, null=False, index=True)
    kind = Varchar(length=16, default=None)
    verdict = Varchar(length=10, default="waiting", help_text="waiting | accepted | rejected")
    reasons = JSON(default="[]")
    note = Text(default="")
    judged_by = ForeignKey(references=Staff, default=None, null=True)
    judged_at = Timestamptz(default=None, null=True)
    received_at = Timestamptz(default=None, null=True, help_text="when its last page arrived")


class Page(Table):
    """One page of a document: a picture made safe, and its thumbnail, both sealed in the store."""

    id: Serial
    document = ForeignKey(references=Document, default=None, null=False, index=True)
    position = Integer(default=0)
    blob = Varchar(length=64, default=None)
    blob_key = Bytea(default=None)
    thumbnail = Varchar(length=64, default=None)
    thumbnail_key = Bytea(default=None)
    sha256 = Varchar(
        length=64, default=None, help_text="of what was sent, so that the same photo twice is one page"
    )
    width = Integer(default=0)
    height = Integer(default=0)
    size = Integer(default=0, help_text="bytes of the stored picture")
    sent = Integer(
        default=0, help_text="bytes of the file as it came; 0: a further page of one file, or unknown"
    )
    original_name = Varchar(length=120, default="")
    flags = JSON(default="[]", help_text="blurred, dark, glare, small: for the operator's eye")
    turn = Integer(
        default=0, help_text="degrees clockwise an officer turned it for reading; the picture stays"
    )
    corners = Text(default="", help_text="JSON: four corners an officer marked, in parts of width and height")
    confirmed = Boolean(default=False, help_text="the sender saw it large and said that it can be read")
    received_at = Timestamptz(default=None)
    replaced_at = Timestamptz(default=None, null=True)

"""The outbox: what is to be told to whom, written in the transaction of the event that causes it [G4]."""

from piccolo.columns import Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.account import Staff
from models.application import Application
from models.complaint import Complaint
from models.office import Office


class Message(Table):
    """One message in one channel. `key` makes an event enqueue its message once; Message-ID never changes."""

    id: Serial
    key = Varchar(length=120, default=None, unique=True, help_text="application:event:version:channel")
    office = ForeignKey(references=Office, default=None, null=False)
    application = ForeignKey(references=Application, default=None, null=True, index=True)
    complaint = ForeignKey(
        references=Complaint, default=None, null=True, help_text="what it is about instead"
    )
    kind = Varchar(length=40, default=None, help_text="which text: correction_asked, ready, ...")
    channel = Varchar(length=10, default=None, help_text="email | whatsapp")
    recipient_sealed = Text(default="")
    subject = Varchar(length=200, default="")
    body_sealed = Text(default="", help_text="holds the applicant's link, so it is sealed")
    message_id = Varchar(length=120, default=None)
    state = Varchar(length=10, default="waiting", help_text="waiting | sent | failed | recalled")
    created_at = Timestamptz(default=None)
    due_at = Timestamptz(default=None)
    claimed_until = Timestamptz(default=None, null=True)
    attempts = Integer(default=0)
    sent_at = Timestamptz(default=None, null=True)
    opened_at = Timestamptz(default=None, null=True, help_text="an officer opened the WhatsApp draft")
    opened_by = ForeignKey(references=Staff, default=None, null=True)
    trouble = Varchar(length=200, default="", help_text="last answer of the mail server, redacted")
    recipient_key = Varchar(
        length=64, default="", help_text="keyed fingerprint of the applicant's address or number"
    )
    passed_on = Boolean(default=False, help_text="it failed, and another message took its place")


class MessageText(Table):
    """A text as the office wrote it. Lines are only added, the last one holds; no body: the text of this house."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False)
    kind = Varchar(length=40, default=None)
    subject = Varchar(length=200, default="")
    body = Text(default="")
    button = Varchar(length=60, default="")
    written_at = Timestamptz(default=None)
    written_by = ForeignKey(references=Staff, default=None, null=False)

"""Who works here, and who is signed in: staff, invitations, sessions."""

from piccolo.columns import JSON, Boolean, ForeignKey, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table

from models.office import Office, Village


class Staff(Table):
    """A person of the office or of a village. One person may hold several roles [M5]."""

    id: Serial
    office = ForeignKey(references=Office, default=None, null=False, index=True)
    village = ForeignKey(references=Village, default=None, null=True)
    name = Varchar(length=100, default=None)
    login = Varchar(length=120, default=None, unique=True, help_text="folded e-mail or user name")
    roles = JSON(default="[]")
    password_hash = Varchar(length=200, default="", help_text="argon2id; empty until the invitation is used")
    preferences = Text(default="{}", help_text="JSON: this person's keys at the desk")
    totp_sealed = Text(default="", help_text="secret of the authenticator app, made before it is confirmed")
    totp_since = Timestamptz(default=None, null=True, help_text="when its first code was confirmed")
    totp_last_step = Integer(default=0, help_text="of the code taken last; an earlier one is worth nothing")
    created_at = Timestamptz(default=None)
    disabled_at = Timestamptz(default=None, null=True)


class Invitation(Table):
    """A one-time link by which a person sets a password; only the token's hash is stored."""

    id: Serial
    staff = ForeignKey(references=Staff, default=None, null=False)
    token_hash = Varchar(length=64, default=None, unique=True)
    renews = Boolean(default=False, help_text="a forgotten password, not the first one")
    expires_at = Timestamptz(default=None)
    used_at = Timestamptz(default=None, null=True)


class RecoveryCode(Table, tablename="recovery_code"):
    """One of ten codes for a day without the phone; only its keyed hash is stored."""

    id: Serial
    staff = ForeignKey(references=Staff, default=None, null=False, index=True)
    code_hash = Varchar(length=64, default=None, unique=True)
    used_at = Timestamptz(default=None, null=True)


class Session(Table):
    """A browser that we know; only the cookie's hash is stored. Staff is null on a citizen's device."""

    id: Serial
    token_hash = Varchar(length=64, default=None, unique=True)
    staff = ForeignKey(references=Staff, default=None, null=True, index=True)
    created_at = Timestamptz(default=None)
    seen_at = Timestamptz(default=None)
    expires_at = Timestamptz(default=None, index=True)
    stage = Varchar(length=8, default="", help_text="empty: signed in | code | enrol: the password was right")
    device = Varchar(length=40, default="", help_text="rough kind, such as Chrome di Android; of staff alone")


class Misses(Table):
    """Wrong PINs and passwords, counted per key (keyed hash of a number or login) to slow guessing down."""

    id: Serial
    key = Varchar(length=64, default=None, unique=True)
    tries = Integer(default=0)
    since = Timestamptz(default=None)

"""Secrets at rest: one master key in one file, and every other key derived from it.

The database and the scans folder may be copied by the wrong hands; without the key file they hold nothing
that can be read. The key file is therefore never put into the database, a backup of the data or a log.

Each job has its own key (HKDF-SHA-256 of the master key), so that knowing one says nothing about another:
sealing texts, wrapping file keys, blind indexes, message authentication.
"""

import base64
import binascii
import contextlib
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

KEY_BYTES = 32
NONCE_BYTES = 12
MIN_TOKEN_CHARACTERS = 22  # 128 bits in base64url
WITNESS_TEXT = "Loket: kunci ini membuka data ini"
WITNESS_CONTEXT = "witness"
_KEY_LINE = re.compile(r"([1-9][0-9]{0,2}) ([A-Za-z0-9+/]{43}=)")
_HISTORY_LINE = re.compile(r"([1-9][0-9]{0,2}) riwayat ([A-Za-z0-9+/]{43}=)")
"""Of a master key that is gone: what signed the history with it, and opens nothing."""


class VaultError(Exception):
    """Something sealed cannot be opened, or the key cannot be used."""


class SealBroken(VaultError):
    """The sealed thing was altered, cut, moved to another place, or sealed with a key we do not have."""


class KeyFileError(VaultError):
    """The key file cannot be used as it is. The message is for the operator of the server."""


class Vault:
    """Seals, indexes, wraps and authenticates with keys derived from a master key of exactly 32 bytes.

    `version` (1-255) names the master key. `older` holds retired master keys by version: they still open what
    they sealed, but seal nothing new, so that a rotation can be interrupted. `signed` holds history_key() of those
    that are gone for good: with them alone what they signed can still be checked.
    """

    def __init__(
        self,
        master: bytes,
        version: int = 1,
        older: Mapping[int, bytes] | None = None,
        signed: Mapping[int, bytes] | None = None,
    ) -> None:
        masters = {**(older or {}), version: master}
        for number, key in masters.items():
            if not 1 <= number <= 255:
                raise ValueError("a key version is a number from 1 to 255")
            if len(key) != KEY_BYTES:
                raise ValueError(f"a master key has exactly {KEY_BYTES} bytes")
            if not any(key):
                raise ValueError("a master key of zeros protects nothing")
        self.version = version
        self._keys = {number: _derive_all(key) for number, key in masters.items()}
        # The newest first: what is checked was mostly signed with it.
        self._macs = [
            self._keys[version]["mac"],
            *(keys["mac"] for number, keys in self._keys.items() if number != version),
            *(signed or {}).values(),
        ]

    def __repr__(self) -> str:
        """Show the version only: a vault may end up in a traceback, its keys may not."""
        return f"Vault(version={self.version})"

    def seal(self, text: str, context: str) -> str:
        """Encrypt `text` so that only `open` with the same `context` gives it back.

        The context names the place ("application:17:nik"); a sealed text copied to another row does not open
        there. Returns ASCII "<version>.<base64url>", about 4/3 of the UTF-8 length plus 40 characters.
        Raises ValueError for text that is not valid Unicode (a lone surrogate).
        """
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._key("text")).encrypt(
            nonce, text.encode("utf-8"), _context(self.version, context)
        )
        return f"{self.version}.{base64.urlsafe_b64encode(nonce + sealed).decode('ascii').rstrip('=')}"

    def open(self, sealed: str, context: str) -> str:
        """Decrypt what `seal` returned. Raises SealBroken when it was altered, moved or of another key."""
        number, _, body = sealed.partition(".")
        version = int(number) if number.isascii() and number.isdigit() and len(number) <= 3 else 0
        try:
            raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
            key = self._key("text", version)
            return (
                AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _context(version, context)).decode()
            )
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SealBroken("a sealed text does not open") from error

    def index(self, text: str, purpose: str) -> str:
        """Return a keyed fingerprint (64 hex digits) by which equal texts are found but not read.

        The caller normalises first (digits only, lower case ...). The purpose keeps the fingerprints of
        different columns apart. Made with the current key only: rotating it means computing indexes anew.
        """
        labelled = _labelled(purpose, text.encode("utf-8", "surrogatepass"))
        return hmac.digest(self._key("index"), labelled, "sha256").hex()

    def wrap(self, file_key: bytes) -> bytes:
        """Encrypt a 32-byte file key (RFC 3394) for the database: 41 bytes, the first is the key version."""
        if len(file_key) != KEY_BYTES:
            raise ValueError(f"a file key has exactly {KEY_BYTES} bytes")
        return bytes([self.version]) + aes_key_wrap(self._key("wrap"), file_key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """Return the file key. Raises SealBroken when `wrapped` was altered or made with an unknown key."""
        if len(wrapped) != KEY_BYTES + 9:
            raise SealBroken("a wrapped key has the wrong length")
        try:
            return aes_key_unwrap(self._key("wrap", wrapped[0]), wrapped[1:])
        except InvalidUnwrap as error:
            raise SealBroken("a wrapped key does not open") from error

    def mac(self, data: bytes, purpose: str) -> bytes:
        """Return 32 bytes that nobody without the key can compute: for audit chains, form tokens, PINs."""
        return hmac.digest(self._key("mac"), _labelled(purpose, data), "sha256")

    def check_mac(self, data: bytes, purpose: str, mac: bytes) -> bool:
        """Say whether `mac` was made by this key or by one that was rotated out; nothing else is told by the time."""
        labelled = _labelled(purpose, data)
        return any(hmac.compare_digest(hmac.digest(key, labelled, "sha256"), mac) for key in self._macs)

    def token_hash(self, token: str) -> str:
        """Return the 64 hex digits under which a token is kept and looked up. No text is refused.

        Random tokens of 128 bits and more get a plain SHA-256: it tells nothing, and links sent to people
        outlive a rotation of the key. A shorter one (PIN, code) could be guessed from that and is keyed.
        """
        raw = token.encode("utf-8", "surrogatepass")
        if len(token) < MIN_TOKEN_CHARACTERS:
            return self.mac(raw, "token").hex()
        return hashlib.sha256(raw).hexdigest()

    def witness(self) -> str:
        """Return a known text sealed by this vault, to be kept with the data and opened at each start."""
        return self.seal(WITNESS_TEXT, WITNESS_CONTEXT)

    def recognises(self, witness: str) -> bool:
        """Say whether one of our keys sealed `witness`, so that the data beside it belongs to them."""
        try:
            return self.open(witness, WITNESS_CONTEXT) == WITNESS_TEXT
        except SealBroken:
            return False

    def _key(self, job: str, version: int | None = None) -> bytes:
        keys = self._keys.get(self.version if version is None else version)
        if keys is None:
            raise SealBroken("sealed with a key that is not in the key file")
        return keys[job]


def load_vault(key_file: Path, data: Path | None = None) -> Vault:
    """Open the vault of `key_file`, creating the file (mode 0400, a random key) at the very first start.

    With `data`, the folder the key protects, a witness file in it proves at each start that key and data
    belong together; where a witness exists no new key is ever created, for it could not open anything.
    Raises KeyFileError, with a message for the operator, when the file is readable by others, not ours,
    malformed, or belongs to other data.
    """
    witness = None if data is None else data / "key-witness"
    if not key_file.exists():
        if witness is not None and witness.exists():
            raise KeyFileError(
                f"Berkas kunci {key_file} tidak ada, padahal data sudah ada di {witness.parent}. Kembalikan "
                "berkas kunci dari cadangan. / The key file is missing but sealed data exists: restore it."
            )
        write_key_file(key_file, {1: secrets.token_bytes(KEY_BYTES)})
    masters = read_key_file(key_file)
    current = max(masters)
    older = {n: key for n, key in masters.items() if n != current}
    vault = Vault(masters[current], current, older, read_history_keys(key_file))
    _check_round_trip(vault, key_file)
    if witness is not None:
        _check_witness(vault, witness, key_file)
    return vault


def read_key_file(key_file: Path) -> dict[int, bytes]:
    """Return the master keys of `key_file` by version. Raises KeyFileError as `load_vault` does."""
    return _read(key_file)[0]


def read_history_keys(key_file: Path) -> dict[int, bytes]:
    """Return what checks the history signed with master keys that are gone, by version. Raises KeyFileError."""
    return _read(key_file)[1]


def history_key(master: bytes) -> bytes:
    """Return what is kept of a master key that goes: it checks what that key signed, and opens nothing."""
    return _derive(master, "mac")


def _read(key_file: Path) -> tuple[dict[int, bytes], dict[int, bytes]]:
    try:
        with key_file.open("rb") as file:
            status = os.fstat(file.fileno())
            content = file.read(10_000)
    except OSError as error:
        raise KeyFileError(
            f"Berkas kunci {key_file} tidak dapat dibaca ({error.strerror}). / The key file cannot be read."
        ) from error
    if status.st_mode & 0o027 or status.st_uid not in (0, os.geteuid()):
        raise KeyFileError(
            f"Berkas kunci {key_file} dapat dibaca orang lain. Jalankan chmod 0400 {key_file} dan jadikan "
            "akun layanan ini pemiliknya. / The key file is open to others: chmod 0400, chown to the service."
        )
    lines = [line.strip() for line in content.decode("ascii", "replace").splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    gone = [match for line in lines if (match := _HISTORY_LINE.fullmatch(line))]
    found = [_KEY_LINE.fullmatch(line) for line in lines if not _HISTORY_LINE.fullmatch(line)]
    masters = {int(match[1]): base64.b64decode(match[2]) for match in found if match}
    sound = (
        all(found) and len(masters) == len(found) and all(n <= 255 and any(key) for n, key in masters.items())
    )
    if not masters or not sound:
        raise KeyFileError(
            f"Isi berkas kunci {key_file} bukan kunci Loket. Kembalikan dari cadangan; jangan dihapus. "
            "/ The key file is malformed: restore it from its copy, do not delete it."
        )
    return masters, {int(match[1]): base64.b64decode(match[2]) for match in gone}


def write_key_file(
    key_file: Path,
    masters: Mapping[int, bytes],
    signed: Mapping[int, bytes] | None = None,
    *,
    instead: bool = False,
) -> None:
    """Write a new key file, mode 0400, whole or not at all. One that exists already is left as it is.

    signed: see Vault. instead: take the place of the one that exists, at once and whole.
    """
    lines = "".join(f"{n} {base64.b64encode(key).decode()}\n" for n, key in sorted(masters.items()))
    lines += "".join(
        f"{n} riwayat {base64.b64encode(key).decode()}\n" for n, key in sorted((signed or {}).items())
    )
    warning = "# Kunci Loket. Tanpa berkas ini semua scan dan NIK hilang. Simpan salinannya di luar server.\n"
    new = key_file.with_name(f"{key_file.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(warning + lines)
            file.flush()
            os.fsync(file.fileno())
        if instead:
            new.replace(key_file)
        else:
            with contextlib.suppress(FileExistsError):  # of two first starts at once one key wins for both
                os.link(new, key_file)
            new.unlink()
        sync_folder(key_file.parent)
    except OSError as error:
        raise KeyFileError(
            f"Berkas kunci {key_file} tidak dapat dibuat ({error.strerror}). / It cannot be created."
        ) from error


def sync_folder(folder: Path) -> None:
    """Make new and removed names in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _check_round_trip(vault: Vault, key_file: Path) -> None:
    """Refuse to start on a machine whose arithmetic is broken rather than seal what will never open."""
    probe = bytes(range(KEY_BYTES))
    if not vault.recognises(vault.witness()) or vault.unwrap(vault.wrap(probe)) != probe:
        raise KeyFileError(f"Kunci {key_file} gagal uji sendiri. / The key failed its self check.")


def write_witness(vault: Vault, data: Path) -> None:
    """Write the witness of the vault's newest key, in place of an older one. Takes effect whole or not at all."""
    witness = data / "key-witness"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = witness.with_name(f"{witness.name}.{secrets.token_hex(4)}")
    with new.open("x", encoding="ascii") as file:
        file.write(vault.witness())
        file.flush()
        os.fsync(file.fileno())
    new.replace(witness)
    sync_folder(data)


def _check_witness(vault: Vault, witness: Path, key_file: Path) -> None:
    if not witness.exists():
        write_witness(vault, witness.parent)
    if not vault.recognises(witness.read_text("ascii", "replace")):
        raise KeyFileError(
            f"Kunci {key_file} bukan kunci untuk data di {witness.parent}. Pasang kunci yang benar. "
            "/ This key does not belong to this data: put the right key file in place. Nothing was changed."
        )


def _derive_all(master: bytes) -> dict[str, bytes]:
    return {job: _derive(master, job) for job in ("text", "index", "wrap", "mac")}


def _derive(master: bytes, job: str) -> bytes:
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=b"loket/1/" + job.encode("ascii")).derive(master)


def _context(version: int, context: str) -> bytes:
    return f"loket/{version}/{context}".encode()


def _labelled(purpose: str, data: bytes) -> bytes:
    """Join purpose and data so that no other pair gives the same bytes."""
    if not purpose or "\0" in purpose:
        raise ValueError("a purpose is a short name without NUL")
    return purpose.encode("utf-8") + b"\0" + data

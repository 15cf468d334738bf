"""Secrets at rest: what is sealed stays shut without the key, and shows when it was touched."""

import hashlib
import hmac
import secrets
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.vault import KeyFileError, SealBroken, Vault, load_vault, read_key_file, write_key_file

MASTER = bytes(range(32))
OTHER = bytes(range(32, 64))
NIK = "9999991708850004"
vault = Vault(MASTER)


@given(st.text(), st.text())
def test_what_was_sealed_opens_again(text: str, context: str) -> None:
    """Any text of an applicant comes back as typed [P5]."""
    assert vault.open(vault.seal(text, context), context) == text


def test_sealing_twice_gives_different_texts() -> None:
    first, second = vault.seal(NIK, "nik"), vault.seal(NIK, "nik")
    assert first != second
    assert NIK not in first


@given(st.data())
def test_any_changed_character_is_noticed(data: st.DataObject) -> None:
    sealed = vault.seal(NIK, "application:1:nik")
    at = data.draw(st.integers(0, len(sealed) - 2))  # the last one carries unused bits of base64
    other = data.draw(st.sampled_from("AZaz09-_.").filter(lambda c: c != sealed[at]))
    with pytest.raises(SealBroken):
        vault.open(sealed[:at] + other + sealed[at + 1 :], "application:1:nik")


@pytest.mark.parametrize(
    "sealed", ["", ".", "1.", "1.AAAA", "x.AAAA", "256.AAAA", "²." + "A" * 60, "1.é", "9" * 5000 + ".A"]
)
def test_what_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(SealBroken):
        vault.open(sealed, "nik")


def test_a_sealed_text_opens_only_in_its_place_and_with_its_key() -> None:
    """A NIK copied into another person's row must not be shown there."""
    sealed = vault.seal(NIK, "application:1:nik")
    with pytest.raises(SealBroken):
        vault.open(sealed, "application:2:nik")
    with pytest.raises(SealBroken):
        Vault(OTHER).open(sealed, "application:1:nik")


def test_the_index_finds_equal_texts_and_depends_on_purpose_and_key() -> None:
    assert vault.index(NIK, "nik") == Vault(MASTER).index(NIK, "nik")
    assert len({vault.index(NIK, "nik"), vault.index(NIK, "kk"), Vault(OTHER).index(NIK, "nik")}) == 3
    plain = {hashlib.sha256(NIK.encode()).hexdigest(), hmac.digest(MASTER, NIK.encode(), "sha256").hex()}
    assert vault.index(NIK, "nik") not in plain
    assert len(vault.index("\ud800", "nik")) == 64


def test_purpose_and_text_cannot_be_shifted_against_each_other() -> None:
    assert vault.index("b", "a") != vault.index("", "ab")
    assert vault.mac(b"b", "a") != vault.mac(b"", "ab")
    for bad in ("", "a\0b"):
        with pytest.raises(ValueError, match="purpose"):
            vault.mac(b"x", bad)


def test_file_keys_are_wrapped_and_damage_is_noticed() -> None:
    key = secrets.token_bytes(32)
    wrapped = vault.wrap(key)
    assert len(wrapped) == 41
    assert key not in wrapped
    assert vault.unwrap(wrapped) == key
    for at in range(len(wrapped)):
        broken = wrapped[:at] + bytes([wrapped[at] ^ 1]) + wrapped[at + 1 :]
        with pytest.raises(SealBroken):
            vault.unwrap(broken)
    for wrong in (b"", wrapped[:-1], wrapped + b"x"):
        with pytest.raises(SealBroken):
            vault.unwrap(wrong)
    with pytest.raises(SealBroken):
        Vault(OTHER).unwrap(wrapped)
    with pytest.raises(ValueError, match="file key"):
        vault.wrap(b"short")


def test_macs_are_checked_by_current_and_retired_keys() -> None:
    mac = vault.mac(b"row", "audit")
    rotated = Vault(OTHER, 2, {1: MASTER})
    assert rotated.check_mac(b"row", "audit", mac)
    assert rotated.check_mac(b"row", "audit", rotated.mac(b"row", "audit"))
    assert not rotated.check_mac(b"row!", "audit", mac)
    assert not rotated.check_mac(b"row", "other", mac)
    assert not Vault(OTHER).check_mac(b"row", "audit", mac)


def test_after_a_rotation_old_things_open_and_new_things_use_the_new_key() -> None:
    sealed, wrapped = vault.seal(NIK, "nik"), vault.wrap(OTHER)
    rotated = Vault(OTHER, 2, {1: MASTER})
    assert rotated.open(sealed, "nik") == NIK
    assert rotated.unwrap(wrapped) == OTHER
    assert rotated.seal(NIK, "nik").startswith("2.")
    with pytest.raises(SealBroken):
        vault.open(rotated.seal(NIK, "nik"), "nik")


def test_long_tokens_are_hashed_short_ones_are_keyed() -> None:
    """A PIN of six digits must not be guessable from a copied database."""
    token = secrets.token_urlsafe(16)
    assert (
        vault.token_hash(token)
        == hashlib.sha256(token.encode()).hexdigest()
        == Vault(OTHER).token_hash(token)
    )
    assert vault.token_hash("123456") != hashlib.sha256(b"123456").hexdigest()
    assert vault.token_hash("123456") != Vault(OTHER).token_hash("123456")
    assert len(vault.token_hash("\ud800")) == 64


def test_unusable_master_keys_are_refused_and_keys_are_never_shown() -> None:
    for master in (b"", b"x" * 31, b"x" * 33, bytes(32)):
        with pytest.raises(ValueError, match="master key"):
            Vault(master)
    with pytest.raises(ValueError, match="version"):
        Vault(MASTER, 256)
    assert repr(vault) == "Vault(version=1)"


def test_the_first_start_creates_a_private_key_file(tmp_path: Path) -> None:
    key_file = tmp_path / "loket.key"
    first = load_vault(key_file)
    assert key_file.stat().st_mode & 0o777 == 0o400
    assert [path.name for path in tmp_path.iterdir()] == ["loket.key"]
    assert load_vault(key_file).open(first.seal(NIK, "nik"), "nik") == NIK
    assert load_vault(tmp_path / "second.key").index(NIK, "nik") != first.index(NIK, "nik")


def test_of_two_first_starts_at_once_one_key_wins(tmp_path: Path) -> None:
    key_file = tmp_path / "loket.key"
    write_key_file(key_file, {1: MASTER})
    write_key_file(key_file, {1: OTHER})
    assert read_key_file(key_file) == {1: MASTER}


def test_a_key_file_with_two_versions_seals_with_the_newest(tmp_path: Path) -> None:
    key_file = tmp_path / "loket.key"
    write_key_file(key_file, {1: MASTER, 2: OTHER})
    loaded = load_vault(key_file)
    assert loaded.version == 2
    assert loaded.open(vault.seal(NIK, "nik"), "nik") == NIK


@pytest.mark.parametrize("mode", [0o404, 0o444, 0o644, 0o460, 0o402])
def test_a_key_file_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    key_file = tmp_path / "loket.key"
    load_vault(key_file)
    key_file.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 0400"):
        load_vault(key_file)


def test_a_key_file_lent_to_a_group_of_readers_is_accepted(tmp_path: Path) -> None:
    """Containers hand out secrets as root:service 0440."""
    key_file = tmp_path / "loket.key"
    load_vault(key_file)
    key_file.chmod(0o440)
    assert load_vault(key_file).version == 1


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"# only a comment\n",
        b"changeme\n",
        b"1 " + b"A" * 43 + b"=\n",  # all zeros
        b"1 short=\n",
        b"0 " + b"Q" * 43 + b"=\n",
        b"999 " + b"Q" * 43 + b"=\n",
        b"1 " + b"Q" * 43 + b"=\n1 " + b"R" * 43 + b"=\n",
        b"1 " + b"Q" * 43 + b"=\ngarbage\n",
        b"\xff\xfe\x00",
    ],
)
def test_a_malformed_key_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    key_file = tmp_path / "loket.key"
    key_file.write_bytes(content)
    key_file.chmod(0o400)
    with pytest.raises(KeyFileError, match="bukan kunci"):
        load_vault(key_file)
    assert key_file.read_bytes() == content


def test_a_key_file_that_cannot_be_read_or_created_is_told_to_the_operator(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="tidak dapat dibaca"):
        read_key_file(tmp_path)
    with pytest.raises(KeyFileError, match="tidak dapat dibuat"):
        load_vault(tmp_path / "no" / "such" / "folder" / "loket.key")


def test_a_key_of_other_data_is_refused(tmp_path: Path) -> None:
    """Writing on with a wrong key would mix two sets of data that never open together again."""
    data = tmp_path / "data"
    load_vault(tmp_path / "a.key", data)
    load_vault(tmp_path / "a.key", data)
    write_key_file(tmp_path / "b.key", {1: OTHER})
    with pytest.raises(KeyFileError, match="bukan kunci untuk data"):
        load_vault(tmp_path / "b.key", data)


def test_a_lost_key_is_not_silently_replaced(tmp_path: Path) -> None:
    data = tmp_path / "data"
    load_vault(tmp_path / "a.key", data)
    (tmp_path / "a.key").unlink()
    with pytest.raises(KeyFileError, match="Kembalikan berkas kunci"):
        load_vault(tmp_path / "a.key", data)
    assert not (tmp_path / "a.key").exists()

"""A new master key: everything opens with it, nothing with the old one, and an interruption costs nothing."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from components import (
    access,
    clock,
    history,
    notifications,
    pages,
    particulars,
    rotation,
    scheduler,
    scrubbing,
    sealed_columns,
    second_factor,
)
from components.kit import Kit, kit
from components.partials import Partials
from components.vault import SealBroken, Vault, load_vault, read_history_keys, read_key_file
from models.account import RecoveryCode, Staff
from models.application import Application, Page
from models.piccolo_app import APP_CONFIG
from models.rules.messages import Kind
from models.rules.workflow import Role, State
from tests.components.test_removal import closed_complaint, with_scan
from tests.support.cases import NIK, an_application, fresh
from tests.support.outbox import EMAIL, messages, reachable
from tests.support.service import MONDAY, member_of_staff


def test_no_sealed_column_is_forgotten() -> None:
    """Whatever ends in _sealed is listed with what it is bound to; so is whatever holds a wrapped key."""
    known = {sealed.table for sealed in sealed_columns.ALL}
    for table in APP_CONFIG.table_classes:
        names = [column._meta.name for column in table._meta.columns]
        assert table in known or not [name for name in names if name.endswith("_sealed")], table
        keys = {name for name in names if name.endswith("_key") and name.startswith(("blob", "thumbnail"))}
        assert not keys or table._meta.tablename in ("page", "evidence")


async def _furnish(service: Kit) -> Application:
    """Something of every kind that is sealed."""
    row = await reachable(State.SUBMITTED)
    await Application.update({Application.nik_index: particulars.nik_index(NIK)}).where(
        Application.id == row.id
    )
    await with_scan(service, row)
    await notifications.tell(Kind.READY, row, MONDAY)
    await closed_complaint(service)
    staff = await member_of_staff(Role.OPERATOR)
    account = await Staff.objects().get(Staff.id == staff.staff_id)
    assert account is not None
    await second_factor.prepare(account)
    await RecoveryCode(staff=account.id, code_hash="0" * 64).save()
    partials = Partials(service.settings.store_folder / "uploads", service.vault)
    await asyncio.to_thread(partials.put, "ab" * 16, b"half", clock.now())
    load_vault(service.settings.key_file, service.settings.data)
    return await fresh(row)


async def test_everything_opens_with_the_new_key_alone(service: Kit) -> None:
    """Texts, scans, half uploads, PIN, NIK, history; the old master key is gone from the file, opens nothing [G1]."""
    row = await _furnish(service)
    old, pin = read_key_file(service.settings.key_file)[1], access.keys_of(row).pin
    done = await rotation.rotate(service.settings, MONDAY)
    assert (done.version, done.codes) == (2, 1)
    assert done.files >= 4
    masters = read_key_file(service.settings.key_file)
    assert set(masters) == {2}
    assert masters[2] != old
    assert old not in read_history_keys(service.settings.key_file).values()
    assert kit().vault.version == 2
    found = await scrubbing.scrub()
    assert found.damage == ()
    assert found.texts >= 12
    after = await fresh(row)
    assert particulars.opened(after).nik == NIK
    assert after.nik_index == particulars.nik_index(NIK) != row.nik_index
    assert (await access.open_by_pin(row.number, pin, MONDAY)).id == row.id
    page = await Page.objects().first()
    assert page is not None
    assert await pages.read(after, page.blob, page.blob_key) == b"scan" * 500
    assert [notifications.recipient_of(one) for one in await messages(after) if one.channel == "email"] == [
        EMAIL
    ]
    half = Partials(service.settings.store_folder / "uploads", kit().vault)
    assert (await asyncio.to_thread(half.beginning_with, "ab"))[0].told == b"half"
    with pytest.raises(SealBroken):
        Vault(old).open(after.nik_sealed, f"application:{row.number}:nik")
    await an_application(State.SUBMITTED)
    assert await history.broken_at(row.id) is None
    loaded = load_vault(service.settings.key_file, service.settings.data)
    assert loaded.recognises((service.settings.data / "key-witness").read_text())


async def test_it_goes_on_where_it_was_interrupted(service: Kit, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each stretch of the work both keys are there and everything opens; given again it ends with one."""
    row = await _furnish(service)

    async def breaks(*_: Any) -> Any:
        raise RuntimeError("killed")

    for name in ("_seal_anew", "_wrap_anew", "_forget_keyed"):
        with monkeypatch.context() as broken:
            broken.setattr(rotation, name, breaks)
            with pytest.raises(RuntimeError):
                await rotation.rotate(service.settings, MONDAY)
        assert set(read_key_file(service.settings.key_file)) == {1, 2}
        assert (await scrubbing.scrub()).damage == ()
        assert await history.broken_at(row.id) is None
    assert (await rotation.rotate(service.settings, MONDAY)).version == 2
    assert set(read_key_file(service.settings.key_file)) == {2}
    assert (await rotation.rotate(service.settings, MONDAY)).version == 3
    assert set(read_history_keys(service.settings.key_file)) == {1, 2}
    assert (await scrubbing.scrub()).damage == ()


async def test_not_while_the_service_runs_nor_over_damage(service: Kit) -> None:
    """A process that knows the old key alone must not go on; what does not open keeps both keys."""
    row = await _furnish(service)
    await scheduler.beat(MONDAY)
    with pytest.raises(rotation.NotRotated, match="is running"):
        await rotation.rotate(service.settings, MONDAY + timedelta(seconds=30))
    assert set(read_key_file(service.settings.key_file)) == {1}
    await Application.update({Application.kk_sealed: row.nik_sealed}).where(Application.id == row.id)
    with pytest.raises(rotation.NotRotated, match="1 sealed things do not open"):
        await rotation.rotate(service.settings, MONDAY + timedelta(minutes=2))
    assert set(read_key_file(service.settings.key_file)) == {1, 2}


def test_a_key_file_with_retired_keys_is_read(tmp_path: Path) -> None:
    """A malformed line is refused as ever."""
    from components.vault import KeyFileError, history_key, write_key_file

    path = tmp_path / "key"
    write_key_file(path, {2: b"b" * 32}, {1: history_key(b"a" * 32)})
    vault = load_vault(path)
    assert vault.check_mac(b"x", "history", Vault(b"a" * 32).mac(b"x", "history"))
    assert not vault.check_mac(b"x", "history", Vault(b"c" * 32).mac(b"x", "history"))
    path.chmod(0o600)
    path.write_text(path.read_text() + "3 riwayat kurang\n")
    path.chmod(0o400)
    with pytest.raises(KeyFileError):
        load_vault(path)

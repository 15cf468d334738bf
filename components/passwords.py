"""Passwords of staff: what does as one, and hashing that keeps no page waiting [M3].

No rules of composition; length, and not one of those that everybody tries first.
"""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from components.refusals import Refused

_T = TypeVar("_T")

SHORTEST = 8
LONGEST = 200
ADVISED = 15
_WAITING = 40
"""How many may wait for the one thread; beyond that a sign-in is put off in words."""

_COMMON = Path(__file__).with_name("common_passwords.txt")
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_one_at_a_time = ThreadPoolExecutor(max_workers=1, thread_name_prefix="passwords")
_waiting = 0
_NOBODY = _hasher.hash(secrets.token_hex(16))


def refuse_unfit(password: str, repeated: str, login: str, name: str) -> None:
    """Raise Refused with fields for a password that will not do for this person."""
    if fault := _fault(password, login, name):
        raise Refused("Kata sandi belum bisa dipakai.", {"password": fault})
    if password != repeated:
        raise Refused("Kata sandi belum sama.", {"repeated": "Ketik kata sandi yang sama sekali lagi."})


def _fault(password: str, login: str, name: str) -> str:
    if len(password) < SHORTEST:
        return f"Pakai paling sedikit {SHORTEST} huruf atau angka. Kalimat pendek boleh."
    if len(password) > LONGEST:
        return f"Pakai paling banyak {LONGEST} huruf atau angka."
    folded = _folded(password)
    if folded in {_folded(login), _folded(login.partition("@")[0]), _folded(name)}:
        return "Jangan memakai nama Anda. Pilih beberapa kata yang hanya Anda ingat."
    if folded in _common():
        return "Kata sandi ini termasuk yang paling sering ditebak. Pilih yang lain."
    return ""


def _folded(text: str) -> str:
    return "".join(text.split()).casefold()


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    return frozenset(_COMMON.read_text(encoding="ascii").split())


async def digest_of(password: str) -> str:
    """The argon2id hash to keep. Raises Refused while too many wait."""
    return await _in_thread(_hasher.hash, password)


async def fits(password: str, digest: str) -> bool:
    """Whether this is the password behind the digest; an empty digest takes as long and fits nothing."""
    return await _in_thread(_verify, digest or _NOBODY, password)


def _verify(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


async def _in_thread(work: Callable[..., _T], *args: str) -> _T:
    global _waiting
    if _waiting >= _WAITING:
        raise Refused("Terlalu banyak yang masuk bersamaan. Tunggu satu menit, lalu coba lagi.")
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_one_at_a_time, work, *args)
    finally:
        _waiting -= 1

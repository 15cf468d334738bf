"""A citizen on the way from the first question to the slip, over HTTP; each one is somebody else."""

import re
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.faults.visitor import Visitor, form_in, forms_in

START = "/pengajuan/ktp/perubahan-biometrik"
CORPUS = Path(__file__).resolve().parent.parent / "corpus" / "files"
SMALL_PHOTOS = {"old_card": "jpeg_plain.jpg", "family_card": "photo.jfif", "form_f102": "UPPER.JPG"}
"""A few kilobytes each: what is sent is not the question here."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Somebody:
    """Numbers and contacts that nobody else has; they must never turn up where they do not belong."""

    n: int
    nik: str = field(repr=False)
    kk: str = field(repr=False)
    phone: str = field(repr=False)
    email: str = field(repr=False)
    born: str = field(repr=False)

    @property
    def name(self) -> str:
        """Unlike numbers and contacts, names stand in the database as they are."""
        tail = "".join(_LETTERS[self.n // 26**place % 26] for place in (2, 1, 0))
        return f"KENARI {tail}"

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be found nowhere in clear, in the forms it may be written in."""
        phone = self.phone.removeprefix("0")
        grouped = " ".join(self.nik[at : at + 4] for at in range(0, 16, 4))
        return (self.nik, grouped, self.kk, phone, self.email, self.email.partition("@")[0])


def somebody(n: int) -> Somebody:
    """The n-th person, always the same; n below 10,000."""
    day, month, year = 1 + n % 28, 1 + n // 28 % 12, 60 + n // 336 % 40
    return Somebody(
        n=n,
        nik=f"351511{day + 40:02}{month:02}{year:02}{7000 + n % 3000:04}",
        kk=f"351511{day:02}{month:02}15{9999 - n:04}",
        phone=f"08137{7000000 + n * 37:07}",
        email=f"kenari.nomor{n:04}@contoh.test",
        born=f"{day:02}-{month:02}-19{year:02}",
    )


def photo(name: str) -> bytes:
    """A file of the corpus."""
    return (CORPUS / name).read_bytes()


class Citizen:
    """Somebody with a browser. Each step sends one form and returns the bare answer."""

    def __init__(self, visitor: Visitor, who: Somebody) -> None:
        self.visitor = visitor
        self.who = who
        self.number = ""

    @property
    def path(self) -> str:
        return f"/permohonan/{self.number}"

    async def begin(self) -> httpx.Response:
        """A signature only: the shortest way [R4]."""
        answer = await self.visitor.fill_in(START, {"perubahan": "signature"})
        if answer.status_code == 303:
            self.number = answer.headers["location"].split("/")[2]
        return answer

    async def tell_contact(self) -> httpx.Response:
        """Phone, e-mail, village."""
        page = await self.visitor.open(f"{self.path}/kontak")
        village = _first_village(page.text)
        typed = {"no_hp": self.who.phone, "email": self.who.email, "whatsapp": "ya", "desa": village}
        return await self.visitor.send(form_in(page.text, f"{self.path}/kontak"), typed)

    async def tell_identity(self, **other: str) -> httpx.Response:
        """Who applies; `other` replaces some answers."""
        typed = {
            "nik": self.who.nik, "no_kk": self.who.kk, "nama": self.who.name, "tempat_lahir": "SIDOARJO",
            "tgl_lahir": self.who.born, "jenis_kelamin": "female", "alamat": "DSN. MELATI NO. 14",
            "rt_rw": "003/002", **other,
        }  # fmt: skip
        return await self.visitor.fill_in(f"{self.path}/identitas", typed)

    async def send_photo(self, kind: str, filename: str, content: bytes) -> httpx.Response:
        """One page of one document, as a form without JavaScript sends it."""
        page = await self.visitor.open(f"{self.path}/berkas")
        place = f"{self.path}/berkas/{kind}"
        form = next(form for form in forms_in(page.text) if form.action in (place, f"{place}/penggantian"))
        return await self.visitor.send(form, {}, {kind: (filename, content)})

    async def submit(self) -> httpx.Response:
        """Send it to the office."""
        return await self.visitor.fill_in(f"{self.path}/periksa", {}, action=f"{self.path}/pengajuan")

    async def apply(self) -> None:
        """The whole way; every answer must be a 303."""
        for step in (self.begin, self.tell_contact, self.tell_identity):
            _on(await step())
        for kind, name in SMALL_PHOTOS.items():
            _on(await self.send_photo(kind, name, photo(name)))
        _on(await self.submit())


def _on(answer: httpx.Response) -> None:
    if answer.status_code != 303:
        raise AssertionError(f"{answer.request.method} {answer.request.url.path}: {answer.status_code}")


def _first_village(page: str) -> str:
    found = re.search(r'<option value="(\d+)"', page.partition('name="desa"')[2])
    assert found is not None
    return found[1]

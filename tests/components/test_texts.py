"""The office's own words: checked, tried on an invented case, kept for ever; and every text held to the rules [G4]."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from components import (
    complaint_filing,
    complaint_messages,
    notifications,
    obstacles,
    office_history,
    promises,
    stock_moves,
    texts,
)
from components.actors import Actor
from components.kit import Kit
from components.obstacles import Entry
from components.refusals import Refused
from models.application import Application
from models.notification import Message, MessageText
from models.rules.message_texts import (
    LONGEST,
    PLACEHOLDERS,
    MessageWords,
    allowed,
    faults,
    fill,
    parse,
)
from models.rules.messages import (
    OF_SUPERVISORS,
    OF_THE_OFFICE,
    ComplaintNews,
    Kind,
    MessageChannel,
    News,
    StaffNews,
)
from models.rules.obstacles import ObstacleKind
from models.rules.workflow import Role, State
from scripts.write_messages import about, page
from tests.support.cases import NAME, NIK, fresh
from tests.support.outbox import messages, reachable, text
from tests.support.service import MONDAY, member_of_staff

SCENES: tuple[dict[str, Any], ...] = (
    {},
    {"by_hand": True},
    {"corrected": True},
    {"state": State.CAPTURED},
    {"state": State.ACCEPTED},
    {"causes": ["siak_network", "power", "printer"]},
    {"causes": [], "closed": "Perbaikan gedung dan listrik kecamatan, pindah ke balai desa " * 2},
    {"causes": [], "cause": "Jadwal terlewat 3 kali."},
    {"causes": [], "made": True},
    {"reasons": "- Kartu Keluarga (KK): Bagian bawah terpotong. Foto lagi seluruh lembar KK.\n" * 6},
)


@pytest.mark.parametrize("kind", Kind)
def test_every_text_fits_on_a_telephone_and_names_nobody(kind: Kind) -> None:
    """All kinds, channels and turns of a case: short, complete, no placeholder for what has no place in it [G4, F1]."""
    assert faults(kind, texts.default(kind)) == {}
    for scene in SCENES:
        if "closed" in scene and kind is not Kind.MOVED:
            continue
        for channel in MessageChannel:
            written = texts.write(kind, texts.default(kind), about(kind, channel, **scene))
            assert channel is MessageChannel.EMAIL or len(written.body) <= LONGEST
            first = written.body.splitlines()[0]
            assert first.startswith("Kecamatan Krian: ")
            assert re.fullmatch(r".{30,120}[.?]", first)
            assert "KRN-7K4M2Q" in written.subject
            assert written.body.count("https://") == 1
            assert not re.search(r"[{}!]|None|\bPIN\b|\bNIK\b|\d{10}|\n\n\n", written.body)
    for private in ("nama", "nik", "kk", "pin", "tautan"):
        assert private not in PLACEHOLDERS


def test_sentences_are_short() -> None:
    """At most 15 words each, a date counted as one."""
    for kind in Kind:
        words = texts.default(kind)
        for line in re.sub(r"\{bila_\w+\}", "", words.body).splitlines():
            for sentence in re.split(r"[.?:] ", line):
                assert len(sentence.split()) <= 16, sentence


def test_the_page_of_all_texts_is_current() -> None:
    """docs/messages.md is what the service says; `python -m scripts.write_messages` prints it anew."""
    assert Path("docs/messages.md").read_text("utf-8") == page()


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "tidak boleh kosong"),
        ("Datang {jadwal} dengan {nik} di {alamat}, {antrean}, {bawa}.", "{nik} tidak dikenal"),
        ("Datang {jadwal}.", "harus memuat {alamat}, {antrean}, {bawa}"),
        ("Datang {jadwal {alamat} {antrean} {bawa}", "kurung kurawal"),
        ("Datang {{ jadwal }} {alamat} {antrean} {bawa}", "kurung kurawal"),
        ("Buka https://contoh.test {jadwal} {alamat} {antrean} {bawa}", "tautan"),
        ("Telepon 0857 3634 9953 {jadwal} {alamat} {antrean} {bawa}", "nomor panjang"),
    ],
)
def test_a_text_that_cannot_be_sent_is_refused_in_words(body: str, said: str) -> None:
    assert said in faults(Kind.SCHEDULED, MessageWords("{nomor}", body, "Lihat"))["body"]


def test_placeholders_are_filled_once_and_nothing_is_run() -> None:
    """What stands in the place of one is not looked through again; a line without its word is left out."""
    values = {"alasan": "{{ 7*7 }} {nomor} {% include 'x' %}", "nomor": "KRN-1", "sebab": None}
    assert fill("{alasan}\nkarena {sebab}\n{nomor}", values) == "{{ 7*7 }} {nomor} {% include 'x' %}\nKRN-1"
    assert parse("a\n---\nb\n\nc\n---\nd\n") == MessageWords("a", "b\n\nc", "d")
    assert allowed(Kind.LAPSED) == {"nomor", "kantor", "alamat", "telepon", "batas"}


async def test_the_offices_words_are_sent_from_now_on_and_taken_back(service: Kit) -> None:
    """Kept with who wrote it, in the signed record of the office too; what was queued stays as it is [M4]."""
    admin = await member_of_staff(Role.ADMIN)
    own = MessageWords("{nomor}: ambil KTP-el", "KTP-el Anda siap.\nAmbil di {alamat}.", "Lihat")
    before = await reachable(State.READY, whatsapp=False)
    await notifications.tell(Kind.READY, before, MONDAY)
    await texts.keep(Kind.READY, own, admin, MONDAY)
    after = await reachable(State.READY)
    await notifications.tell(Kind.READY, after, MONDAY)
    mail, whatsapp = await messages(after)
    assert mail.subject == f"{after.number}: ambil KTP-el"
    assert text(whatsapp).startswith("Kecamatan Krian: KTP-el Anda siap.\n\nNomor permohonan")
    assert "Lihat: http" in text(mail)
    assert "sudah jadi dan bisa diambil" in text((await messages(before))[0])
    assert await texts.changed_kinds(admin) == {"ready"}
    await texts.restore(Kind.READY, admin, MONDAY + timedelta(minutes=1))
    assert await texts.of_office(after.office, Kind.READY) == texts.default(Kind.READY)
    assert [bool(row.body) for row in await texts.changes(Kind.READY, admin)] == [False, True]
    lines = await office_history.latest(after.office)
    assert [line.what for line in lines] == ["KTP-el siap diambil"] * 2
    with pytest.raises(Exception, match="never"):
        await MessageText.update({MessageText.body: "lain"}, force=True)


async def test_a_preview_shows_each_form_and_refuses_what_is_too_long(service: Kit) -> None:
    admin = await member_of_staff(Role.ADMIN)
    words = texts.default(Kind.CORRECTION_ASKED)
    shown = await texts.preview(Kind.CORRECTION_ASKED, words, admin, MONDAY)
    assert "Senin, 23 November 2026, 12.00 WIB" in shown.whatsapp
    assert shown.plain.startswith(shown.whatsapp.rstrip())
    assert "<a href=" in shown.html
    assert not any(private in shown.plain for private in (NIK, NAME))
    long = MessageWords(words.subject, words.body + "\n" + "Bawa semua berkasnya. " * 30, words.button)
    with pytest.raises(Refused) as refused:
        await texts.keep(Kind.CORRECTION_ASKED, long, admin, MONDAY)
    assert "paling banyak 640" in refused.value.fields["body"]
    assert await MessageText.count() == 0


@pytest.mark.parametrize("kind", [kind for kind in OF_THE_OFFICE if not isinstance(kind, Kind)])
def test_every_other_text_an_office_may_change_is_as_short_and_as_silent(kind: News) -> None:
    """To who complained, and to supervisors: one link, nobody's number, nothing left unfilled [G4]."""
    words = texts.default(kind)
    assert faults(kind, words) == {}
    for scene in (
        {},
        {"level": SimpleNamespace(in_stock=0, days_left=0, out=True), "ends_on": "", "note": ""},
    ):
        written = texts.write(kind, words, about(kind, MessageChannel.WHATSAPP, **scene))
        assert len(written.body) <= LONGEST
        assert re.fullmatch(r"Kecamatan Krian: .{20,110}[.?]", written.body.splitlines()[0])
        assert written.body.count("https://") == 1
        assert not re.search(r"[{}!]|None|\bPIN\b|\bNIK\b|\d{10}|\n\n\n", written.body + written.subject)
        assert ("P-7K4M2Q" in written.subject) == isinstance(kind, ComplaintNews)


def test_what_watches_over_people_is_no_text_of_the_office() -> None:
    """Who could change the warning could silence it [M4, S2]."""
    assert OF_SUPERVISORS.isdisjoint(OF_THE_OFFICE)


async def test_who_complained_reads_the_offices_own_words(service: Kit) -> None:
    """[C1, G4] Changed like every other text, with its own placeholders; supervisors' news about blanks as well."""
    admin = await member_of_staff(Role.ADMIN)
    own = MessageWords("{nomor}: diterima", "pengaduan Anda kami catat.\nJawaban: {batas_jawaban}.", "Buka")
    assert "{janji} tidak dikenal" in faults(ComplaintNews.RECEIVED, replace(own, body="Ya {janji}"))["body"]
    await texts.keep(ComplaintNews.RECEIVED, own, admin, MONDAY)
    typed = {
        "jenis": "complaint",
        "identitas": "named",
        "uraian": "Antre lama sekali.",
        "email": "a@contoh.test",
    }
    complaint = await complaint_filing.file(complaint_filing.read(typed, MONDAY), Actor(), MONDAY)
    (message,) = await complaint_messages.of(complaint)
    assert message.subject == f"{complaint.number}: diterima"
    assert "Jawaban: Kamis, 26 November 2026." in text(message)
    boss = await member_of_staff(Role.SUPERVISOR, login="atasan@krian.test")
    asked = MessageWords("Blangko: {jumlah}", "Mohon {jumlah} keping.\nCatatan: {catatan}", "Buka")
    await texts.keep(StaffNews.BLANKS_ASKED, asked, admin, MONDAY)
    await stock_moves.ask("500", "", boss, MONDAY)
    (told,) = await Message.objects().where(Message.kind == "blanks_asked")
    assert told.subject == "Blangko: 500"
    assert "Kecamatan Krian: Mohon 500 keping." in text(told)
    assert "Catatan" not in text(told)


async def test_received_says_what_the_page_says_while_something_holds_it_up(service: Kit) -> None:
    """[T1] With an obstacle open no day is promised: its cause is named, and that the count goes on afterwards."""
    row = await reachable(State.SUBMITTED, whatsapp=False, received_at=MONDAY, submitted_at=MONDAY)
    await Application.update({Application.promise_at: MONDAY + timedelta(days=2)}).where(
        Application.id == row.id
    )
    operator = await member_of_staff(Role.OPERATOR)
    await obstacles.declare(Entry(ObstacleKind.POWER, "Listrik padam"), operator, MONDAY)
    now = MONDAY + timedelta(minutes=2)
    standing = await promises.standing(await fresh(row), now)
    assert standing.due_at is None
    await notifications.tell(Kind.RECEIVED, await fresh(row), now)
    (message,) = await messages(row)
    assert "paling lambat" not in text(message)
    assert standing.words.partition(". ")[0] in text(message)

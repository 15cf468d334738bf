"""What people of the demonstration think of the service: complaints on their way, and answers to the survey."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from components import complaint_filing, complaints, survey
from components.actors import Actor
from components.complaint_filing import Filing
from models.application import Application
from models.complaint import Complaint
from models.rules.calendar import wib_day
from models.rules.complaints import ComplaintAct, ComplaintClass, ComplaintKind, Naming
from models.rules.satisfaction import Element
from models.rules.workflow import Role

_CITIZEN = Actor(roles=frozenset({Role.APPLICANT}))
_PHONE = "+6281200000000"
_ANSWERS = (
    ("343433444", "female", "20_29", "senior", "business", "Cepat. Pesannya jelas."),
    ("334433344", "male", "30_39", "bachelor", "employee", ""),
    ("443443343", "female", "40_49", "junior", "other", "Ruang tunggu panas."),
    ("332432333", "male", "from_60", "primary", "other", ""),
    ("444444434", "female", "30_39", "senior", "business", "Petugas sabar."),
)
"""An answer for each of the nine elements, and about who gave them."""


async def fill(served: Sequence[Application], operator: Actor, counter: Actor, now: datetime) -> None:
    """served: cases whose card was handed over; each gives one paper of the survey."""
    for application, answers in zip(served, _ANSWERS, strict=False):
        await _paper(application, answers, counter, now)
    await _complaints(operator, now)


async def _paper(application: Application, told: tuple[str, ...], counter: Actor, now: datetime) -> None:
    values, sex, age, education, occupation, remark = told
    typed: dict[str, str] = {str(element): value for element, value in zip(Element, values, strict=True)}
    typed |= {
        "sex": sex,
        "age_group": age,
        "education": education,
        "occupation": occupation,
        "remark": remark,
    }
    await survey.enter_paper({**typed, "number": application.number, "day": str(wib_day(now))}, counter, now)


async def _complaints(operator: Actor, now: datetime) -> None:
    """One just in, one in work, one answered, and thanks."""
    await _said("Kursi roda di pintu depan rusak sejak minggu lalu.", now - timedelta(hours=1))
    in_work = await _said(
        "Saya menunggu dua jam, yang datang belakangan dipanggil dulu.", now - timedelta(days=3)
    )
    in_work = await _step(in_work, ComplaintAct.CLASSIFY, operator, now - timedelta(days=2), grade=True)
    await _step(
        in_work, ComplaintAct.TAKE_UP, operator, now - timedelta(days=2),
        text="Kami periksa urutan panggilan hari itu bersama petugas loket.",
    )  # fmt: skip
    answered = await _said("Pesan jadwal tidak sampai di HP saya.", now - timedelta(days=6))
    answered = await _step(answered, ComplaintAct.CLASSIFY, operator, now - timedelta(days=5), grade=True)
    await _step(
        answered, ComplaintAct.ANSWER, operator, now - timedelta(days=4),
        text="Nomor HP di permohonan kurang satu angka. Sudah diperbaiki bersama Anda. Jadwalnya kami kirim lagi.",
    )  # fmt: skip
    await _said(
        "Terima kasih, ibu saya dibantu sampai selesai.", now - timedelta(days=1), ComplaintKind.PRAISE
    )


async def _said(text: str, now: datetime, kind: ComplaintKind = ComplaintKind.COMPLAINT) -> Complaint:
    filing = Filing(kind, Naming.NAMED, False, text, name="Warga Tropodo", phone=_PHONE, mobile=True)
    return await complaint_filing.file(filing, _CITIZEN, now)


async def _step(
    complaint: Complaint, act: ComplaintAct, by: Actor, now: datetime, *, text: str = "", grade: bool = False
) -> Complaint:
    chosen = str(ComplaintClass.PLAIN) if grade else ""
    return await complaints.advance(complaint, act, by, now, text=text, grade=chosen)

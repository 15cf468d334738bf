"""How far a message got, as one would say it: "Email terkirim Selasa 08.21", "Nomor WA tidak menerima" [G4]."""

from datetime import datetime, timedelta
from typing import Protocol

from components.words import hari, jam, tanggal_pendek
from models.rules.messages import MessageChannel, MessageState

NO_WHATSAPP = "Nomor WA tidak menerima."
"""What an officer's word on a number is written down as, also beside a mail that was to be passed on by WhatsApp."""
_WITHIN = timedelta(days=6)

_SENT = {
    MessageChannel.EMAIL: "Email terkirim",
    MessageChannel.WHATSAPP: "WA terkirim",
    MessageChannel.PHONE: "Sudah disampaikan lewat telepon",
    MessageChannel.VILLAGE: "Sudah disampaikan desa",
}
_WAITING = {
    MessageChannel.EMAIL: "Email menunggu dikirim",
    MessageChannel.WHATSAPP: "WA menunggu dikirim",
    MessageChannel.PHONE: "Perlu ditelepon",
    MessageChannel.VILLAGE: "Menunggu disampaikan desa",
}
_FAILED = {
    MessageChannel.EMAIL: "Email tidak sampai",
    MessageChannel.WHATSAPP: "Nomor WA tidak menerima",
    MessageChannel.PHONE: "Telepon tidak tersambung",
    MessageChannel.VILLAGE: "Belum bisa disampaikan desa",
}
_BY_ITSELF = {MessageChannel.EMAIL: "Email", MessageChannel.WHATSAPP: "WA"}
_RECALLED = "Tidak jadi dikirim, sudah tidak berlaku"


class Delivered(Protocol):
    """What of a message is asked here; a row and a line of the screen both have it."""

    @property
    def channel(self) -> str: ...

    @property
    def state(self) -> str: ...

    @property
    def due_at(self) -> datetime: ...

    @property
    def sent_at(self) -> datetime | None: ...

    @property
    def opened_at(self) -> datetime | None: ...

    @property
    def attempts(self) -> int: ...


def kabar_pesan(message: Delivered, now: datetime) -> str:
    """The state of a message, with the moment that matters: the weekday within a week, else the date."""
    channel = MessageChannel(message.channel)
    if message.state == MessageState.RECALLED:
        return _RECALLED
    if message.state == MessageState.FAILED:
        return _FAILED[channel]
    if message.state == MessageState.SENT:
        return f"{_SENT[channel]} {_moment(message.sent_at or message.due_at, now)}"
    if channel in _BY_ITSELF and message.attempts:
        return f"{_BY_ITSELF[channel]} belum terkirim, dicoba lagi {_moment(message.due_at, now)}"
    if message.due_at > now + timedelta(minutes=2):
        return f"{_WAITING[channel]} {_moment(message.due_at, now)}"
    if message.opened_at is not None:
        opened = _moment(message.opened_at, now)
        return (
            f"WA dibuka {opened}, belum dikirim" if channel is MessageChannel.WHATSAPP else f"Dibuka {opened}"
        )
    return _WAITING[channel]


def _moment(at: datetime, now: datetime) -> str:
    day = hari(at) if abs(now - at) < _WITHIN else tanggal_pendek(at)
    return f"{day} {jam(at).removesuffix(' WIB')}"

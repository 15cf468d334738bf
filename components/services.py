"""Which services of the catalogue an office offers, and what it says of each [R1, R2, P4, M4]."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from components import office_history
from components.actors import Actor
from components.refusals import Missing, Refused
from components.wording import DOCUMENT_WORDS, PRESENTED_WORDS
from models.db import Prepared, transaction
from models.office import OfferedService
from models.rules.catalogue import CATALOGUE, Channel, Entry, Presented, Service, presented
from models.rules.identity import Invalid, parse_note
from models.rules.office_acts import OfficeAct

NOTE_LIMIT = 300


@dataclass(frozen=True)
class Offer:
    """An entry of the catalogue as one office offers it. note: the office's own words, shown to citizens."""

    entry: Entry
    on: bool
    note: str


AS_SHIPPED = tuple(Offer(entry, entry.enabled, "") for entry in CATALOGUE.values())
"""What an office offers before its administrator changes anything."""

_ROWS = Prepared(
    lambda office: OfferedService.select(
        OfferedService.service, OfferedService.switched_on, OfferedService.note
    ).where(OfferedService.office == office)
)


async def offers(office_id: int) -> tuple[Offer, ...]:
    """Every entry of the catalogue, in its order, also those that are off."""
    rows = {row["service"]: row for row in await _ROWS.rows(office_id)}
    return tuple(
        Offer(offer.entry, row["switched_on"], row["note"])
        if (row := rows.get(offer.entry.service))
        else offer
        for offer in AS_SHIPPED
    )


async def others_on(office_id: int) -> tuple[Offer, ...]:
    """The services beside the biometric one that this office offers."""
    return tuple(
        offer
        for offer in await offers(office_id)
        if offer.on and offer.entry.service is not Service.BIOMETRIC
    )


async def offered_at(slug: str, office_id: int) -> Offer:
    """The service at this address. Raises Missing for one that is off, as for one that there is not."""
    found = next((offer for offer in await offers(office_id) if offer.on and offer.entry.slug == slug), None)
    if found is None:
        raise Missing
    return found


def requirements(entry: Entry) -> Mapping[Channel, tuple[tuple[str, str], ...]]:
    """What everybody brings or sends, for each channel: the document in words, and its shape [R1, R2]."""
    return {
        channel: tuple(
            (DOCUMENT_WORDS[kind], PRESENTED_WORDS[Presented(presented(kind, channel))]) for kind in kinds
        )
        for channel, kinds in entry.documents.items()
    }


async def put(service: Service, typed: Mapping[str, str], by: Actor, now: datetime) -> None:
    """Switch a service on or off, with the office's note; a change is in the office's record [M4].

    What was applied for already goes on as it is. Raises Refused for switching off the biometric entry, which is
    what the office's standard is about, and for a note that cannot be kept.
    """
    on = bool(typed.get("aktif"))
    if service is Service.BIOMETRIC and not on:
        raise Refused("Perubahan biometrik adalah layanan pokok, jadi tidak bisa dimatikan.")
    try:
        note = parse_note(typed.get("catatan", ""), NOTE_LIMIT)
    except Invalid as invalid:
        raise Refused("Layanan belum disimpan.", {f"catatan-{service}": invalid.message}) from None
    before = next(offer for offer in await offers(by.office_id or 0) if offer.entry.service is service)
    if (before.on, before.note) == (on, note):
        return
    async with transaction():
        await OfferedService.insert(
            OfferedService(office=by.office_id, service=str(service), switched_on=on, note=note)
        ).on_conflict(
            target=(OfferedService.office, OfferedService.service),
            action="DO UPDATE",
            values=[OfferedService.switched_on, OfferedService.note],
        )
        said = f"{before.entry.menu[-1]}: {'aktif' if on else 'mati'}{f'. {note}' if note else ''}"
        await office_history.record(OfficeAct.SERVICE_SET, said, by, now)

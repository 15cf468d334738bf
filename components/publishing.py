"""Public pages that say the same to everybody: rendered once, compressed once, answered by their fingerprint."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from components.actors import ANYBODY
from components.assets import Asset, text_asset
from components.contacts import parse_phone
from components.founding import OfficeCard
from components.rendering import render, style_element, style_text
from components.styles import used_by
from models.rules.identity import Invalid

_SHEET = '<link rel="stylesheet"'


@dataclass(frozen=True)
class Published:
    """A page in every coding, and the fingerprint by which a browser asks whether it is still the same.

    landing is the same page with the rules (style) inside that it uses before the place where it links the style
    sheet, for a browser that has nothing of ours yet: on a weak line it is shown a round trip earlier. Both have one
    fingerprint, for either may stand for the other.
    """

    linked: Asset
    landing: Asset
    style: str
    etag: str


@dataclass(frozen=True)
class Channel:
    """One way to reach the office. href is empty where there is nothing to tap."""

    icon: str
    title: str
    text: str
    href: str = ""


@lru_cache(maxsize=64)
def page(template: str, office: OfficeCard, **values: Any) -> Published:
    """The page for this office and these (hashable) values. It holds nothing of the visitor."""
    shared: Mapping[str, Any] = {
        "office": office,
        "actor": ANYBODY,
        "menu": [],
        "csrf_token": "",
        "channels": channels(office),
        "outside": outside_channels(office),
    }
    values = {**shared, **values}
    linked = render(template, values)
    before_the_sheet = render(template, {**values, "style_within": style_element("")}).partition(_SHEET)[0]
    style = used_by(before_the_sheet, style_text())
    landing = render(template, {**values, "style_within": style_element(style)})
    # It holds the names of its style sheet and scripts, which follow their content.
    etag = f'W/"{hashlib.sha256(linked.encode()).hexdigest()[:16]}"'
    return Published(_asset(linked), _asset(landing), style, etag)


def _asset(page_text: str) -> Asset:
    return text_asset(page_text.encode(), "text/html; charset=utf-8")


def channels(office: OfficeCard) -> tuple[Channel, ...]:
    """Every channel for complaints and suggestions that the standard names, with working links [C1, S2]."""
    letter = f"Camat {office.short_name}, {office.address}. Kotak saran ada di kantor."
    if office.fax:
        letter = f"{letter} Faksimile {office.fax}."
    wanted = (
        Channel("wa", "WhatsApp", office.whatsapp, _dialled(office.whatsapp, "https://wa.me/")),
        Channel("telp", "Telepon", office.phone, _dialled(office.phone, "tel:+")),
        Channel("form", "Email", office.email, f"mailto:{office.email}"),
        *_LAPOR,
        Channel(
            "orang", "Instagram", _at(office.instagram), f"https://www.instagram.com/{office.instagram}/"
        ),
        Channel("orang", "Facebook", _sought(office.facebook), _FACEBOOK + quote(office.facebook)),
        Channel("lokasi", "Surat, faksimile, kotak saran", letter),
    )
    return tuple(channel for channel in wanted if channel.text)


_FACEBOOK = "https://www.facebook.com/search/top?q="
_LAPOR = (
    Channel("corong", "SP4N-LAPOR!", "lapor.go.id, atau aplikasi SP4N-LAPOR!", "https://www.lapor.go.id"),
    Channel("telp", "SMS ke 1708", "SP4N-LAPOR! lewat SMS", "sms:1708"),
    Channel("orang", "Twitter @lapor1708", "SP4N-LAPOR!", "https://twitter.com/lapor1708"),
)


def outside_channels(office: OfficeCard) -> tuple[Channel, ...]:
    """Where a levy can be reported past this office [S2]. The task force Saber Pungli was dissolved in 2025."""
    return (
        Channel("orang", f"Inspektorat {office.regency}", "Pengawas semua kantor kecamatan."),
        Channel(
            "orang", f"UPG {office.regency}", "Unit Pengendalian Gratifikasi, untuk pemberian kepada petugas."
        ),
        _LAPOR[0],
        Channel("telp", "KPK", "Telepon 198, gratis", "tel:198"),
        Channel("telp", "Polisi", "Telepon 110, gratis", "tel:110"),
    )


def _at(account: str) -> str:
    return f"@{account}" if account else ""


def _sought(words: str) -> str:
    return f"Cari: {words}" if words else ""


def _dialled(number: str, scheme: str) -> str:
    """The link that dials a number of the office; empty when it is not one."""
    try:
        return scheme + parse_phone(number).number.removeprefix("+")
    except Invalid:
        return ""

"""The shop as every paper shows it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ShopBlock:
    """The shop as every paper shows it. ``phone`` is the hotline; ``logo`` is a PNG or JPEG in base64."""

    name: str
    address: str = ""
    phone: str = ""
    complaint_phone: str = ""
    tax_number: str = ""
    hours: str = ""
    logo: str | None = None
    footer: str = ""

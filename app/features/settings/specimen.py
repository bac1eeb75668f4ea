"""A believable paper with the shop's own texts as they are typed, before anything is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from app.core.enums import PaperKind
from app.core.words import Language, speaking
from app.papers.forms import Form, sample
from app.papers.shop_block import ShopBlock

_OF_CUSTOMERS = (PaperKind.PICKUP_RECEIPT, PaperKind.INVOICE, PaperKind.QUOTE, PaperKind.PAYMENT_RECEIPT)
#: Which papers show a text, the most used first; what is not named stands on every paper with the shop's name.
SHOWN_ON: Mapping[str, tuple[PaperKind, ...]] = MappingProxyType(
    {
        "terms": (PaperKind.PICKUP_RECEIPT, PaperKind.QUOTE),
        "care": (PaperKind.PICKUP_RECEIPT,),
        "guarantee": (PaperKind.INVOICE,),
        "footer": _OF_CUSTOMERS,
        "logo": _OF_CUSTOMERS,
    }
)


def specimen(kind: PaperKind, language: Language, typed: Mapping[str, Any], category: str = "") -> Form:
    """The sample of a paper in ``language`` with the typed settings in place of the sample's own.

    ``category`` chooses the care sheet and the device it is about. Settings that are not given stay the sample's.
    """
    with speaking(language):
        form: Any = sample(kind, long=True)
    known = {each.name for each in fields(form)}
    changes: dict[str, Any] = {}
    if "shop" in known:
        changes["shop"] = _shop(form.shop, typed)
    for key in ("terms", "guarantee"):
        if key in known and key in typed:
            changes[key] = typed[key]
    if "care" in known and "care" in typed:
        changes["care"] = typed["care"].get(category or form.device.category, "")
        if category:
            changes["device"] = replace(form.device, category=category)
    made: Form = replace(form, **changes)
    return made


def _shop(sampled: ShopBlock, typed: Mapping[str, Any]) -> ShopBlock:
    rows = {
        "name": "shop_name",
        "address": "address",
        "phone": "hotline",
        "complaint_phone": "complaint_phone",
        "tax_number": "tax_number",
        "hours": "hours",
        "footer": "footer",
        "logo": "logo",
    }
    changes = {row: typed[key] for row, key in rows.items() if key in typed}
    # A paper without a name would look broken where only the name is not typed yet.
    changes["name"] = changes.get("name") or sampled.name
    if "logo" in changes:
        changes["logo"] = changes["logo"] or None
    return replace(sampled, **changes)

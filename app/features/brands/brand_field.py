"""Asking for one of the shop's brands."""

from __future__ import annotations

from app.core.words import _
from app.features.brands.service import Brands
from app.ui.fields import ComboField


def brand_field(brands: Brands) -> ComboField:
    """The brands with an agreement; ``value()`` is the brand's id. Where there is one only, it stands there."""
    choices = [(each.id, each.name) for each in brands.list()]
    field = ComboField(_("Brand"), choices, required=True)
    if len(choices) == 1:
        field.set_value(choices[0][0])
    return field

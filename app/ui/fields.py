"""The door to every form row: ``from app.ui.fields import LineField, MoneyField, …``.

Rows share ``value()``, ``set_value()``, ``changed``, ``entered``, ``show_error()``, ``check()``, ``is_dirty()``,
``mark_clean()``, ``take_focus()`` (``field.Field``). ``check_all([...])`` checks a form and goes to the first fault.
"""

from __future__ import annotations

from app.core.days import read_day
from app.ui.choices import ChipGroup, FlowLayout
from app.ui.date_field import DateField
from app.ui.field import Field, any_dirty, check_all, plain
from app.ui.pads import BigAmount, PinPad, SignaturePad
from app.ui.photo_reading import Photo, read_photo
from app.ui.photos import PhotoStrip
from app.ui.text_fields import (
    ComboField,
    LineField,
    MoneyField,
    PhoneField,
    QuantityField,
    TextField,
    cleaned,
)

__all__ = [
    "BigAmount",
    "ChipGroup",
    "ComboField",
    "DateField",
    "Field",
    "FlowLayout",
    "LineField",
    "MoneyField",
    "PhoneField",
    "Photo",
    "PhotoStrip",
    "PinPad",
    "QuantityField",
    "SignaturePad",
    "TextField",
    "any_dirty",
    "check_all",
    "cleaned",
    "plain",
    "read_day",
    "read_photo",
]

"""From the standard's forty product categories to the trade's ten (domain.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import Category

_C = Category

#: By the standard's id; lamps stand with the heating appliances, tools and sewing machines with the motor
#: appliances: they are mended at the same bench.
BY_ID: Mapping[int, Category] = MappingProxyType(
    {
        1: _C.COOLING,  # Aircon/dehumidifier
        2: _C.IT,  # Battery/charger/adapter
        3: _C.HEATING,  # Decorative or safety lights
        4: _C.IT,  # Desktop computer
        5: _C.AUDIO_VIDEO,  # Digital compact camera
        6: _C.AUDIO_VIDEO,  # DSLR/video camera
        7: _C.VENTILATION,  # Fan
        8: _C.AUDIO_VIDEO,  # Flat screen
        9: _C.PERSONAL_CARE,  # Hair & beauty item
        10: _C.ENTERTAINMENT,  # Handheld entertainment device
        11: _C.AUDIO_VIDEO,  # Headphones
        12: _C.AUDIO_VIDEO,  # Hi-Fi integrated
        13: _C.AUDIO_VIDEO,  # Hi-Fi separates
        14: _C.KITCHEN,  # Kettle
        15: _C.HEATING,  # Lamp
        16: _C.IT,  # Laptop
        17: _C.CLEANING,  # Large home electrical
        18: _C.ENTERTAINMENT,  # Misc
        19: _C.IT,  # Mobile
        20: _C.ENTERTAINMENT,  # Musical instrument
        21: _C.IT,  # Paper shredder
        22: _C.IT,  # PC accessory
        23: _C.AUDIO_VIDEO,  # Portable radio
        24: _C.CLEANING,  # Power tool
        25: _C.IT,  # Printer/scanner
        26: _C.AUDIO_VIDEO,  # Projector
        27: _C.CLEANING,  # Sewing machine
        28: _C.HEATING,  # Small home electrical
        29: _C.KITCHEN,  # Small kitchen item
        30: _C.IT,  # Tablet
        31: _C.KITCHEN,  # Toaster
        32: _C.ENTERTAINMENT,  # Toy
        33: _C.AUDIO_VIDEO,  # TV and gaming-related accessories
        34: _C.CLEANING,  # Vacuum
        35: _C.ENTERTAINMENT,  # Watch/clock
        36: _C.KITCHEN,  # Coffee maker
        37: _C.KITCHEN,  # Food processor
        38: _C.ENTERTAINMENT,  # Games console
        39: _C.PERSONAL_CARE,  # Hair dryer
        40: _C.HEATING,  # Iron
    }
)

_NAMES = (
    "Aircon/dehumidifier",
    "Battery/charger/adapter",
    "Decorative or safety lights",
    "Desktop computer",
    "Digital compact camera",
    "DSLR/video camera",
    "Fan",
    "Flat screen",
    "Hair & beauty item",
    "Handheld entertainment device",
    "Headphones",
    "Hi-Fi integrated",
    "Hi-Fi separates",
    "Kettle",
    "Lamp",
    "Laptop",
    "Large home electrical",
    "Misc",
    "Mobile",
    "Musical instrument",
    "Paper shredder",
    "PC accessory",
    "Portable radio",
    "Power tool",
    "Printer/scanner",
    "Projector",
    "Sewing machine",
    "Small home electrical",
    "Small kitchen item",
    "Tablet",
    "Toaster",
    "Toy",
    "TV and gaming-related accessories",
    "Vacuum",
    "Watch/clock",
    "Coffee maker",
    "Food processor",
    "Games console",
    "Hair dryer",
    "Iron",
)
#: By the standard's name, folded.
BY_NAME: Mapping[str, Category] = MappingProxyType(
    {name.casefold(): BY_ID[at] for at, name in enumerate(_NAMES, start=1)}
)

#: Words that place what the standard's catch-alls ("Misc", "Small home electrical" …) leave open.
_WORDS: tuple[tuple[str, Category], ...] = (
    ("fridge", _C.COOLING),
    ("freezer", _C.COOLING),
    ("dehumidifier", _C.COOLING),
    ("cooker", _C.KITCHEN),
    ("oven", _C.KITCHEN),
    ("microwave", _C.KITCHEN),
    ("blender", _C.KITCHEN),
    ("mixer", _C.KITCHEN),
    ("dishwasher", _C.KITCHEN),
    ("massage", _C.HEALTH_CARE),
    ("blood pressure", _C.HEALTH_CARE),
    ("nebuli", _C.HEALTH_CARE),
    ("tens machine", _C.HEALTH_CARE),
    ("electric blanket", _C.HEALTH_CARE),
    ("heat pad", _C.HEALTH_CARE),
    ("fan", _C.VENTILATION),
    ("extractor", _C.VENTILATION),
    ("shaver", _C.PERSONAL_CARE),
    ("toothbrush", _C.PERSONAL_CARE),
    ("steam mop", _C.CLEANING),
    ("hoover", _C.CLEANING),
    ("radio", _C.AUDIO_VIDEO),
    ("speaker", _C.AUDIO_VIDEO),
    ("cd player", _C.AUDIO_VIDEO),
    ("router", _C.IT),
    ("computer", _C.IT),
    ("phone", _C.IT),
    ("clock", _C.ENTERTAINMENT),
)
_OPEN = frozenset({17, 18, 28})


def category_of(category_id: str, name: str, product: str) -> str:
    """Our category of a record: by the standard's id, else its name, refined by the product's own words
    where the standard only says "misc"."""
    number = int(category_id) if category_id.isascii() and category_id.isdigit() else 0
    found = BY_ID.get(number) or BY_NAME.get(name.casefold())
    if found is not None and number not in _OPEN and name.casefold() not in _OPEN_NAMES:
        return found.value
    said = f" {product.casefold()} "
    for word, category in _WORDS:
        if f" {word}" in said:
            return category.value
    return (found or _C.HEATING).value


_OPEN_NAMES = frozenset(_NAMES[at - 1].casefold() for at in _OPEN)

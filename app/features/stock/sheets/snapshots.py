"""What an import of parts would do, as it is applied."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.features.sheets.snapshots import Plan


@dataclass(frozen=True, slots=True)
class KitPart:
    """One component of a kit. ``part_id`` is 0 of a part that is new in the same file."""

    number: str
    part_id: int
    #: Thousandths.
    quantity: int


@dataclass(frozen=True, slots=True)
class NewPart:
    """A part to be added; ``values`` as columns of the file keep them, without supplier and barcodes."""

    number: str
    values: dict[str, Any]
    supplier: str
    barcodes: tuple[str, ...]
    #: () of a plain part.
    kit: tuple[KitPart, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """A part to be changed that the user saw as ``version``."""

    part_id: int
    version: int
    #: New values of the columns that change, without supplier and barcodes.
    values: dict[str, Any]
    #: The whole line of texts by which it is found, as they are now.
    old_texts: tuple[str, str, str]
    #: Price columns: what they were, in fen.
    old_prices: dict[str, int]
    #: None leaves the supplier.
    supplier: str | None
    #: None leaves the barcodes, else (to add, to take away).
    barcodes: tuple[tuple[str, ...], tuple[str, ...]] | None
    #: None leaves what it is made of.
    kit: tuple[KitPart, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan(Plan[NewPart, ChangedPart]):
    """An import of parts that was checked and not applied."""

    #: Marked English headings of the columns that were understood.
    columns: tuple[str, ...]
    #: The last id of a part and the last given number when it was checked: what is new builds on both.
    last_id: int
    last_number: int
    #: The last given number when it will have been applied.
    next_number: int

"""A choice of places that a scanned place code makes, too."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.codes import Code, CodeKind, Scan
from app.core.errors import Reason, Refusal
from app.features.stock.shelf_snapshots import PlaceRow
from app.ui.fields import ComboField


class PlaceField(ComboField):
    """``value()`` is the place's id."""

    def __init__(self, title: str, places: Sequence[PlaceRow], *, required: bool = True) -> None:
        super().__init__(title, [(each.id, each.title) for each in places], required=required)
        self._offered = frozenset(each.id for each in places)

    def take_scan(self, scan: Scan) -> bool:
        """The label of a place chooses it; False for any other scan. ``Refusal(NOT_A_PLACE_HERE)`` for a place that
        is not to be chosen."""
        if not isinstance(scan, Code) or scan.kind is not CodeKind.LOCATION:
            return False
        if scan.number not in self._offered:
            raise Refusal(Reason.NOT_A_PLACE_HERE)
        self.set_value(scan.number)
        return True

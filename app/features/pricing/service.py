"""Commands and queries of the price list; what is charged on an order is ``charging``'s (domain.md §4, §8)."""

from __future__ import annotations

from typing import Any

from app.core.changes import Kind
from app.core.enums import Command
from app.core.errors import Reason, Refusal
from app.core.rights import Ctx
from app.features.pricing.keeping import put_item
from app.features.pricing.reading import (
    entry_of,
    member_levels,
    narrowed,
    price_changes,
    price_row,
    price_rows,
)
from app.features.pricing.sheet import PriceSheets
from app.features.pricing.snapshots import ChangeRow, PriceEntry, PriceRow
from app.model import PriceItem
from app.store.door import Store, repeatable

#: Above any id that there is.
NEWEST = 2**62
CHANGES_PAGE = 100


def _reopen(service: PriceList, result: dict[str, Any]) -> PriceRow:
    return service.row(result["item"])


class PriceList:
    """The price list as its keeper sees it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        #: Import and export.
        self.sheets = PriceSheets(store)

    def rows(self, typed: str = "", *, retired: bool = False) -> tuple[PriceRow, ...]:
        """The entries that typed words find by code, name, initials or zone; with those that were retired."""
        with self._store.read() as reading:
            rows = price_rows(reading)
        return tuple(row for row in narrowed(rows, typed) if retired or row.active)

    def row(self, item_id: int) -> PriceRow:
        """One entry. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            found = price_row(reading, item_id)
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        return found

    def levels(self) -> tuple[str, ...]:
        """Every member level that there is: of the settings, of prices and of customers."""
        with self._store.read() as reading:
            return member_levels(reading, self._store.settings)

    def changes(
        self, item_id: int, after_key: int | None = None, limit: int = CHANGES_PAGE
    ) -> tuple[ChangeRow, ...]:
        """A page of the changes of an entry's prices, newest first."""
        with self._store.read() as reading:
            return price_changes(reading, item_id, NEWEST if after_key is None else after_key, limit)

    @repeatable(_reopen)
    def save(self, ctx: Ctx, item_id: int | None, entry: PriceEntry, version: int | None = None) -> PriceRow:
        """Add an entry, or change one that was seen in ``version``; its prices before stay in its history.

        Raises ``Conflict``, and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_CHOICE, AMOUNT_NEGATIVE,
        BAD_AMOUNT, OUT_OF_RANGE, TOO_MANY_ENTRIES, PRICE_CODE_TAKEN, PACKAGE_EMPTY, PACKAGE_IN_PACKAGE, NOT_FOUND,
        PRICE_ITEM_INACTIVE, PART_INACTIVE, KIT_NO_STOCK, QUANTITY_NOT_POSITIVE, BAD_QUANTITY.
        """
        with self._store.write(Command.SAVE_PRICE_LIST, ctx) as tx:
            item = None
            if item_id is not None:
                item = tx.session.get(PriceItem, item_id)
                if item is None:
                    raise Refusal(Reason.NOT_FOUND)
            kept = put_item(tx, item, entry, version)
            tx.journal(item=kept.id, code=kept.code, new=item_id is None, fen=kept.price.fen)
            tx.result = {"item": kept.id}
            row = price_row(tx.reading(), kept.id)
            assert row is not None
            return row

    @repeatable(_reopen)
    def retire(self, ctx: Ctx, item_id: int, version: int, *, active: bool = False) -> PriceRow:
        """Take an entry out of use, or back into it: it stays in the list, what was charged by it stays as it was.
        Raises ``Conflict``, ``Refusal(NOT_FOUND)``."""
        with self._store.write(Command.SAVE_PRICE_LIST, ctx) as tx:
            row = price_row(tx.reading(), item_id)
            item = tx.session.get(PriceItem, item_id)
            if row is None or item is None:
                raise Refusal(Reason.NOT_FOUND)
            put_item(tx, item, entry_of(row, active=active), version)
            tx.journal(item=item_id, code=row.code, active=active)
            tx.changed(Kind.PRICE, item_id)
            tx.result = {"item": item_id}
            kept = price_row(tx.reading(), item_id)
            assert kept is not None
            return kept

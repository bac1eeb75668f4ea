"""Customers from files and to files: an import is one checked plan, applied whole; whoever takes the list out of the
shop stands in the journal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from app.core.enums import Command
from app.core.rights import Ctx
from app.core.words import _
from app.features.customers.sheets.apply import apply_plan, index_plan
from app.features.customers.sheets.columns import KEYS, columns
from app.features.customers.sheets.plan import make_plan
from app.features.customers.sheets.snapshots import CustomerPlan
from app.features.pricing.reading import member_levels
from app.features.sheets.snapshots import Imported, Tell, tell_nobody
from app.features.sheets.writing import checked_suffix, table_content, write_whole
from app.store.door import AlreadyBooked, Store

_STEP = 1000
_CUSTOMERS = f"SELECT {', '.join(KEYS)} FROM customer WHERE merged_into_id IS NULL ORDER BY id"


class CustomerSheets:
    """Import and export of the customers. ``plan`` and ``export`` may run beside the window."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plan(self, file: Path, tell: Tell = tell_nobody) -> CustomerPlan:
        """What importing ``file`` would do; nothing is written.

        ``Refusal`` for a file that cannot be used: those of ``read_sheet``, COLUMNS_MISSING, COLUMN_TWICE.
        """
        with self._store.read() as reading:
            return make_plan(reading, file, member_levels(reading, self._store.settings), tell)

    def apply(self, ctx: Ctx, plan: CustomerPlan, tell: Tell = tell_nobody) -> Imported:
        """Write the lines of a plan that are not wrong: whole, or not at all.

        A repeated gesture writes nothing again, and finishes the search index if that was cut off. Raises ``Conflict``
        when the records changed since the plan was made, ``Refusal(NOT_ALLOWED)``.
        """
        try:
            return apply_plan(self._store, ctx, plan, tell)
        except AlreadyBooked as booked:
            index_plan(self._store, ctx, plan, tell)
            return Imported(booked.result["new"], booked.result["changed"])

    def export(self, ctx: Ctx, file: Path, tell: Tell = tell_nobody) -> int:
        """Write all customers to ``file`` (.xlsx or .csv); how many. Who took how many is in the journal before the
        file is there. Raises ``Refusal``: NOT_ALLOWED, FILE_KIND; ``EnvironmentFault(FILE_NOT_WRITABLE)``."""
        suffix = checked_suffix(file)
        with self._store.read() as reading:
            rows = reading.exec_driver_sql(_CUSTOMERS).all()
        wanted = columns(())
        try:
            with self._store.write(Command.EXPORT_CUSTOMERS, ctx) as tx:
                tx.journal(rows=len(rows), kind=suffix.removeprefix("."))
                tx.result = {"count": len(rows)}
        except AlreadyBooked:
            # The same gesture once more: it stands there already.
            pass
        cells = _cells(rows, tell)
        headings = [_(column.title) for column in wanted]
        write_whole(file, table_content(suffix, _("Customers"), wanted, headings, cells))
        return len(rows)


def _cells(rows: Sequence[Any], tell: Tell) -> Iterator[list[str]]:
    writers = [column.write for column in columns(())]
    for at, row in enumerate(rows):
        if at % _STEP == 0:
            tell(at, len(rows))
        yield ["" if value is None else write(value) for write, value in zip(writers, row, strict=True)]

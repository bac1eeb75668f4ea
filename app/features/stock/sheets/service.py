"""Parts from files and to files: one import is one checked plan, applied whole (domain.md §7)."""

from __future__ import annotations

from pathlib import Path

from app.core.rights import Ctx
from app.features.sheets.snapshots import Imported, Tell, tell_nobody
from app.features.stock.sheets.apply import apply_plan, index_plan
from app.features.stock.sheets.export import export_parts
from app.features.stock.sheets.plan import make_plan
from app.features.stock.sheets.snapshots import ImportPlan
from app.store.door import AlreadyBooked, Store


class PartSheets:
    """Import and export of the list of parts. ``plan`` and ``export`` may run beside the window."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def plan(self, file: Path, tell: Tell = tell_nobody) -> ImportPlan:
        """What importing ``file`` would do; nothing is written.

        ``Refusal`` for a file that cannot be used: FILE_NOT_READABLE, FILE_TOO_LARGE, SHEET_UNREADABLE, SHEET_BROKEN,
        SHEET_TOO_LARGE, SHEET_EMPTY, COLUMNS_MISSING, COLUMN_TWICE.
        """
        with self._store.read() as reading:
            return make_plan(reading, file, tell)

    def apply(self, ctx: Ctx, plan: ImportPlan, tell: Tell = tell_nobody) -> Imported:
        """Write the lines of a plan that are not wrong: whole, or not at all.

        A repeated gesture writes nothing again, and finishes the search index if that was cut off. Raises ``Conflict``
        when the records changed since the plan was made, ``Refusal(NOT_ALLOWED)``.
        """
        try:
            return apply_plan(self._store, ctx, plan, tell)
        except AlreadyBooked as booked:
            index_plan(self._store, ctx, plan, tell)
            return Imported(booked.result["new"], booked.result["changed"])

    def export(self, file: Path, tell: Tell = tell_nobody) -> int:
        """Write all parts to ``file`` (.xlsx or .csv); how many. Raises ``Refusal(FILE_KIND)``,
        ``EnvironmentFault(FILE_NOT_WRITABLE)``."""
        with self._store.read() as reading:
            return export_parts(reading, file, tell)

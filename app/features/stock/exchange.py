"""Parts in from a file and out to one, asked for in the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.core.words import _, ngettext
from app.features.stock.import_dialog import ImportDialog
from app.features.stock.sheets.service import PartSheets
from app.ui.desk import Desk
from app.ui.page import Page
from app.ui.tasks import Progress


def import_parts(page: Page, sheets: PartSheets, desk: Desk) -> bool:
    """Ask for a file and show what it would do; True if it was applied."""
    name, _filter = QFileDialog.getOpenFileName(
        page, _("Import parts"), "", _("Tables") + " (*.xlsx *.csv *.txt)"
    )
    if not name:
        return False
    dialog = ImportDialog(sheets, desk, Path(name), page)
    dialog.exec()
    done = dialog.imported
    if done is None:
        return False
    page.confirm_done(
        _("Imported: {new} new, {changed} changed.").format(new=f"{done.new:,}", changed=f"{done.changed:,}")
    )
    return True


def export_parts(page: Page, sheets: PartSheets, desk: Desk) -> None:
    """Ask where to, then write beside the window."""
    proposed = _("Parts") + ".xlsx"
    name, _filter = QFileDialog.getSaveFileName(
        page, _("Export parts"), proposed, "Excel (*.xlsx);;CSV (*.csv)"
    )
    if not name:
        return
    file = Path(name)
    if file.suffix.lower() not in (".xlsx", ".csv"):
        file = file.with_name(f"{file.name}.xlsx")

    def work(progress: Progress) -> int:
        def tell(done: int, total: int) -> None:
            progress.check()
            progress.report(done / max(total, 1))

        return sheets.export(file, tell)

    def done(count: int) -> None:
        page.confirm_done(
            ngettext("{n} part written to {file}.", "{n} parts written to {file}.", count).format(
                n=count, file=file.name
            )
        )

    desk.tasks.run(work, done, page.failed, _("Export parts"))

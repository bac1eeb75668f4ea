"""Lists in from a file and out to one, asked for in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from app.core.words import _
from app.features.sheets.preview import ImportDialog, ListWords, Sheets
from app.features.sheets.snapshots import Tell
from app.ui.desk import Desk
from app.ui.page import Page
from app.ui.saving import SHEETS, ask_where


def import_list(page: Page, sheets: Sheets, desk: Desk, words: ListWords) -> bool:
    """Ask for a file and show what it would do; True if it was applied."""
    name, _filter = QFileDialog.getOpenFileName(page, words.ask, "", _("Tables") + " (*.xlsx *.csv *.txt)")
    if not name:
        return False
    dialog = ImportDialog(sheets, desk, Path(name), words, page)
    dialog.exec()
    done = dialog.imported
    if done is None:
        return False
    page.confirm_done(
        _("Imported: {new} new, {changed} changed.").format(new=f"{done.new:,}", changed=f"{done.changed:,}")
    )
    return True


def export_list(
    page: Page,
    desk: Desk,
    title: str,
    proposed: str,
    write: Callable[[Path, Tell], int],
    written: Callable[[int, str], str],
) -> None:
    """Ask where to, then write beside the window. ``proposed`` is a file's name without its ending; ``write`` says how
    many there were, ``written`` puts that and the file's name into a sentence."""
    file = ask_where(page, title, proposed, SHEETS)
    if file is None:
        return
    desk.tasks.run(
        lambda progress: write(file, progress.step),
        lambda count: page.confirm_done(written(count, file.name)),
        page.failed,
        title,
    )

"""Where a file is to be written: one question, whatever is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

#: Kinds of files by their endings, the usual one first; the words are names, the same in every language.
EXCEL: Mapping[str, str] = {".xlsx": "Excel"}
SHEETS: Mapping[str, str] = {".xlsx": "Excel", ".csv": "CSV"}
PDF: Mapping[str, str] = {".pdf": "PDF"}
TEXT: Mapping[str, str] = {".txt": "TXT"}


def ask_where(parent: QWidget, title: str, proposed: str, kinds: Mapping[str, str] = EXCEL) -> Path | None:
    """The file that is meant, with one of the endings of ``kinds``; None where the question was left.

    ``proposed`` is a name without its ending.
    """
    typed, chosen = QFileDialog.getSaveFileName(
        parent,
        title,
        proposed + next(iter(kinds)),
        ";;".join(f"{word} (*{ending})" for ending, word in kinds.items()),
    )
    return meant(typed, chosen, kinds) if typed else None


def meant(typed: str, chosen: str, endings: Iterable[str]) -> Path:
    """``typed`` with its own ending, else with that of the kind ``chosen`` in the dialog, else with the first."""
    known = list(endings)
    if typed.lower().endswith(tuple(known)):
        return Path(typed)
    return Path(typed + next((ending for ending in known if ending in chosen), known[0]))

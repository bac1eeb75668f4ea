"""What page tests share: papers that only remember, dialogs answered by a script, words left in English."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog, QLabel, QLineEdit, QTableView, QWidget

from app.core.enums import PaperKind, PaperSize, Role
from app.core.words import Language, set_language
from app.ui.desk import Desk
from app.ui.field import Field
from app.ui.form_dialog import FormDialog
from app.ui.messages import Question
from app.ui.tasks import Tasks
from tests.features.conftest import Shop

_ACROSS = Qt.Orientation.Horizontal
#: Latin letters that stand in Chinese texts too: keys and what the test itself typed.
KEYS = frozenset({"Ctrl", "N", "D", "R", "P", "K", "F2", "F9", "Esc", "EAN", "mm", "COPY"})


@dataclass(slots=True)
class Papers:
    """Remembers what was asked for."""

    printed: list[tuple[PaperKind, str]] = field(default_factory=list)
    previewed: list[tuple[PaperKind, str]] = field(default_factory=list)

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.printed.append((kind, number))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.previewed.append((kind, number))


def desk_of(shop: Shop, role: Role, papers: Papers) -> Desk:
    """A desk with somebody of this role at it."""
    return Desk(shop.clock, Tasks(), papers, shop.people[role])


def speaking_each(request: pytest.FixtureRequest) -> Iterator[Language]:
    """Body of a ``language`` fixture over both languages."""
    set_language(request.param)
    yield request.param
    set_language(Language.EN)


class Forms:
    """Answers every form the page opens with the next script; what was shown stays to be looked at."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.scripts: list[Callable[[FormDialog], object]] = []
        self.shown: list[FormDialog] = []
        self.questions: list[Question] = []
        self.yes = True
        monkeypatch.setattr(FormDialog, "exec", lambda dialog: self._form(dialog))
        monkeypatch.setattr(Question, "exec", lambda dialog: self._question(dialog))

    def answer(self, *scripts: Callable[[FormDialog], object]) -> None:
        """Scripts for the next forms, in turn."""
        self.scripts.extend(scripts)

    def _form(self, dialog: FormDialog) -> int:
        self.shown.append(dialog)
        self.scripts.pop(0)(dialog)
        return dialog.result()

    def _question(self, dialog: Question) -> int:
        self.questions.append(dialog)
        return int(QDialog.DialogCode.Accepted if self.yes else QDialog.DialogCode.Rejected)


def fill(dialog: FormDialog, *texts: str | None) -> None:
    """Type into the form's fields in their order; None leaves one as it is."""
    lines = [line for line in dialog.findChildren(QLineEdit) if isinstance(_field_of(line), Field)]
    for line, text in zip(lines, texts, strict=False):
        if text is not None:
            line.setText(text)


def _field_of(widget: QWidget | None) -> QWidget | None:
    while widget is not None and not isinstance(widget, Field):
        widget = widget.parentWidget()
    return widget


def english_left(widget: QWidget, *typed: str) -> list[str]:
    """Texts of ``widget`` with Latin words in them that are neither keys nor ``typed``; headers included."""
    texts: list[str] = []
    for child in [widget, *widget.findChildren(QWidget)]:
        texts.append(child.accessibleName())
        match child:
            case QLabel() | QAbstractButton():
                texts.append(child.text())
            case QLineEdit():
                texts.append(child.placeholderText())
            case QComboBox():
                texts += [child.itemText(at) for at in range(child.count())]
            case QTableView():
                model = child.model()
                texts += [str(model.headerData(at, _ACROSS)) for at in range(model.columnCount())]
                texts += [
                    str(model.index(row, at).data() or "")
                    for row in range(model.rowCount())
                    for at in range(model.columnCount())
                ]
    known = KEYS | set(re.findall(r"[A-Za-z]+", " ".join(typed)))
    return [text for text in texts if set(re.findall(r"[A-Za-z]{2,}", text)) - known]

"""Papers with their size and printer, one a row; used by the settings and by the wizard."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QWidget

from app.core.enums import BRAND_PAPERS, PaperKind, PaperSize
from app.core.labels import label
from app.core.words import _
from app.features.settings.entries import SwitchField
from app.features.settings.tables import Group
from app.papers.forms import SIZES
from app.ui import printing, theme
from app.ui.fields import ComboField

#: The printer setting that keeps a paper from being printed at all.
NOTHING = "none"
#: Papers that may come out by themselves when a device is taken in.
_AT_INTAKE = (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.DEVICE_LABEL)


class PaperTable(QWidget):
    """``sizes``, ``printers`` and ``intake`` are entries; ``look(kind)`` is called by the button of a row."""

    def __init__(
        self,
        look: Callable[[PaperKind], object],
        *,
        with_intake: bool = True,
        look_word: str = "",
    ) -> None:
        super().__init__()
        self._printers = printing.printers()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        heads = [_("Paper"), _("Size"), _("Printer"), _("At intake") if with_intake else ""]
        for column, word in enumerate(heads):
            head = QLabel(word)
            theme.role_of(head, "secondary")
            grid.addWidget(head, 0, column)
        sizes: dict[str, ComboField] = {}
        printers: dict[str, ComboField] = {}
        ticks: dict[str, SwitchField] = {}
        self.buttons: dict[PaperKind, QPushButton] = {}
        self._of_brands: list[QWidget] = []
        for at, kind in enumerate(PaperKind, start=1):
            word = label(kind)
            name = QLabel(word)
            grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignVCenter)
            sizes[kind.value] = _named(
                ComboField("", [(each.value, label(each)) for each in SIZES[kind]], required=True),
                _("Size of {paper}").format(paper=word),
            )
            printers[kind.value] = _named(
                ComboField("", self._choices(), most=200),
                _("Printer for {paper}").format(paper=word),
            )
            grid.addWidget(sizes[kind.value], at, 1)
            grid.addWidget(printers[kind.value], at, 2)
            if with_intake and kind in _AT_INTAKE:
                ticks[kind.value] = SwitchField("")
                _named(ticks[kind.value], _("Print {paper} at intake").format(paper=word))
                grid.addWidget(ticks[kind.value], at, 3, Qt.AlignmentFlag.AlignHCenter)
            button = QPushButton(look_word or _("Sample …"))
            button.setAccessibleName(_("Sample of {paper}").format(paper=word))
            button.setAutoDefault(False)
            theme.role_of(button, "quiet")
            button.clicked.connect(partial(self._look, look, kind))
            grid.addWidget(button, at, 4)
            self.buttons[kind] = button
            if kind in BRAND_PAPERS:
                self._of_brands += (name, sizes[kind.value], printers[kind.value], button)
        grid.setColumnStretch(1, 4)
        grid.setColumnStretch(2, 4)
        self.sizes = Group(sizes, self)
        self.printers = Group(printers, self)
        self.intake = Group(ticks, self, rest=False)
        self.show_brands(on=False)

    def show_brands(self, *, on: bool) -> None:
        """The papers for brands are seen by a shop that works for them; their rows keep what they say."""
        for widget in self._of_brands:
            widget.setVisible(on)

    def show_printers(self, table: Mapping[str, str]) -> dict[str, str]:
        """The printers' table for the fields, which know no missing row; a printer that is gone stays named."""
        known = {name for name, _word in self._choices()}
        gone = sorted({name for name in table.values() if name not in known})
        for field in self.printers.rows.values():
            assert isinstance(field, ComboField)
            field.set_choices(
                [*self._choices(), *((name, _("{name} (not found)").format(name=name)) for name in gone)]
            )
        return {kind.value: table.get(kind.value, "") for kind in PaperKind}

    def size_of(self, kind: PaperKind) -> PaperSize:
        """The size chosen now; the first possible one where nothing readable is chosen."""
        chosen = _code(self.sizes.rows[kind.value])
        return PaperSize(chosen) if chosen in SIZES[kind] else SIZES[kind][0]

    def printer_of(self, kind: PaperKind) -> str:
        """The printer chosen now."""
        return str(_code(self.printers.rows[kind.value]) or "")

    def found(self) -> bool:
        """Whether this computer has a printer at all."""
        return bool(self._printers)

    def _choices(self) -> list[tuple[str, str]]:
        default = next((each.title for each in self._printers if each.default), "")
        first = _("Default printer ({name})").format(name=default) if default else _("Default printer")
        named = [
            (each.name, f"{each.title} ({each.note})" if each.note else each.title) for each in self._printers
        ]
        return [("", first), *named, (NOTHING, _("Print nothing"))]

    @staticmethod
    def _look(look: Callable[[PaperKind], object], kind: PaperKind, _on: bool = False) -> None:
        look(kind)


def ticked(table: Mapping[str, Any]) -> tuple[str, ...]:
    """The papers that are ticked."""
    return tuple(kind for kind, on in table.items() if on)


def ticks(papers: tuple[str, ...]) -> dict[str, bool]:
    """Ticks of papers."""
    return {kind.value: kind.value in papers for kind in _AT_INTAKE}


def _named(field: Any, name: str) -> Any:
    field.label_text = name
    field.editor.setAccessibleName(name)
    if isinstance(field, ComboField):
        field.line.setAccessibleName(name)
    return field


def _code(field: Any) -> Any:
    at = field.combo.findText(field.combo.currentText())
    return field.combo.itemData(at) if at >= 0 else None

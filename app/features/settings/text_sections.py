"""The sections with the shop's own texts: papers with a live preview, and the phrases of the counter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QSplitter, QTabWidget, QVBoxLayout, QWidget

from app.core.words import _
from app.features.printing.service import PrintingService, papers_of
from app.features.settings.entries import ByCategory, ReadLines
from app.features.settings.live_paper import LivePaper
from app.features.settings.logo_field import LogoField
from app.features.settings.presenter import category_words, lines_of, text_of
from app.features.settings.sections import Section
from app.features.settings.specimen import SHOWN_ON
from app.ui import theme
from app.ui.fields import TextField
from app.ui.tasks import Tasks

#: The store keeps texts up to this length.
_LONG = 4000


class PapersSection(Section):
    """Terms, guarantee, footer, care sheets and logo, beside the paper they print on."""

    key = "papers"
    icon = "file-text"

    def __init__(
        self,
        printing: PrintingService,
        tasks: Tasks,
        saved: Callable[[], Mapping[str, Any]],
        own_categories: Sequence[str] = (),
    ) -> None:
        super().__init__(scrolls=False)
        self._saved = saved
        self._loading = False
        self.terms = TextField(_("Terms (pickup receipt, quote)"), lines=5, most=_LONG)
        self.guarantee = TextField(_("Guarantee (invoice)"), lines=3, most=_LONG)
        self.footer = TextField(_("Footer (all papers)"), lines=1, most=_LONG)
        self.care = ByCategory(
            _("Care sheet (pickup receipt), for"),
            category_words(own_categories),
            lines=3,
            count=lambda text: "✓" if text.strip() else "",
            placeholder=_("Printed below the terms when a device of this category is taken in."),
        )
        self.logo = LogoField(_("Logo (all papers)"), hint=_("PNG or JPEG up to 500 KB; printed in black."))
        self.add("terms", self.terms)
        self.add("guarantee", self.guarantee)
        self.add("footer", self.footer)
        self.add("care", self.care)
        self.add("logo", self.logo)
        self.preview = LivePaper(printing, tasks, self._typed, kinds=papers_of(printing.store.settings))
        for key, entry in self.entries.items():
            entry.changed.connect(lambda key=key: self._typed_in(key))
        self.care.turned.connect(lambda _code: self._typed_in("care"))
        texts = QWidget()
        column = QVBoxLayout(texts)
        column.setContentsMargins(0, 0, theme.px(12), 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self.terms, 5)
        column.addWidget(self.guarantee)
        column.addWidget(self.footer)
        column.addWidget(self.care)
        column.addWidget(self.logo)
        area = QScrollArea()
        area.setWidget(texts)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        right = QWidget()
        beside = QVBoxLayout(right)
        beside.setContentsMargins(theme.px(12), 0, 0, 0)
        beside.addWidget(self.preview)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(area)
        split.addWidget(right)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(440), theme.px(460)])
        split.setChildrenCollapsible(False)
        self.body.addWidget(split, 1)

    @classmethod
    def title(cls) -> str:
        return _("Papers & texts")

    def about(self) -> str:
        return _("The shop's own words on its papers. The preview follows what you type.")

    def shown(self) -> None:
        self.preview.touch()

    def load(self, values: Mapping[str, Any], *, over_typed: bool = False) -> None:
        # Only typing turns the preview to another paper, loading does not.
        self._loading = True
        try:
            super().load(values, over_typed=over_typed)
        finally:
            self._loading = False
        self.preview.use_sizes()

    def _typed(self) -> tuple[Mapping[str, Any], str]:
        typed = {
            **self._saved(),
            "terms": self.terms.text.toPlainText().strip(),
            "guarantee": self.guarantee.text.toPlainText().strip(),
            "footer": self.footer.text.toPlainText().strip(),
            "care": self.care.raw(),
            "logo": self.logo.value(),
        }
        return typed, self.care.code

    def _typed_in(self, key: str) -> None:
        """Show the paper that the text prints on: a preview that does not change would look broken."""
        if self._loading:
            return
        papers = SHOWN_ON[key]
        if self.preview.kind.value() not in papers:
            self.preview.show_kind(papers[0])
        self.preview.touch()


class PhrasesSection(Section):
    """What the counter offers at a key press: faults by category, accessories, damage, shelves, categories."""

    key = "phrases"
    icon = "list-checks"

    def __init__(self, own_categories: Sequence[str] = ()) -> None:
        super().__init__(scrolls=False)
        one_a_line = _("One per line, the most used first.")
        self.faults = ByCategory(
            _("Quick phrases for the fault, for"),
            [("", _("Every category")), *category_words(own_categories)],
            lines=8,
            count=lambda text: str(len(lines_of(text)) or ""),
            placeholder=one_a_line,
        )
        self.accessories = self._lines(_("Accessories handed in"), one_a_line)
        self.damages = self._lines(_("Visible damage"), one_a_line)
        self.shelves = self._lines(_("Shelves and places"), one_a_line)
        self.categories = self._lines(_("Own device categories, beside the ten built-in ones"), one_a_line)
        self.add(
            "quick_faults",
            self.faults,
            show=lambda table: {code: text_of(phrases) for code, phrases in table.items()},
            keep=lambda table: {code: lines_of(text) for code, text in table.items()},
        )
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        for key, entry, word in (
            ("quick_faults", self.faults, _("Faults")),
            ("accessories", self.accessories, _("Accessories")),
            ("damages", self.damages, _("Damage")),
            ("shelves", self.shelves, _("Shelves")),
            ("categories", self.categories, _("Categories")),
        ):
            if key != "quick_faults":
                self.add(key, entry)
            sheet = QWidget()
            box = QVBoxLayout(sheet)
            box.setContentsMargins(0, theme.px(12), 0, 0)
            box.addWidget(entry)
            self.tabs.addTab(sheet, word)
        self.body.addWidget(self.tabs, 1)

    @classmethod
    def title(cls) -> str:
        return _("Intake phrases")

    def about(self) -> str:
        return _("What the counter offers at a key press. One phrase per line.")

    def refuse(self, key: str, sentence: str) -> None:
        self.tabs.setCurrentIndex(list(self.entries).index(key))
        super().refuse(key, sentence)

    def _lines(self, word: str, hint: str) -> ReadLines:
        return ReadLines(word, lines_of, text_of, lines=8, placeholder=hint)

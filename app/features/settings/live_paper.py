"""A paper as it will print, drawn anew shortly after each key: typeset beside the window, shown in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import shiboken6
from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QPainter, QPixmap, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from app.core.enums import PaperKind, PaperSize
from app.core.errors import ShopError
from app.core.labels import label
from app.core.sentences import sentence, unexpected
from app.core.words import Language, _, language
from app.features.printing.service import PrintingService
from app.features.settings.specimen import specimen
from app.papers.forms import SIZES
from app.ui import printing as press
from app.ui import theme
from app.ui.fields import ComboField
from app.ui.tasks import Progress, Tasks

log = logging.getLogger(__name__)

#: Long enough not to typeset between two keys, short enough to be called live.
PATIENCE_MS = 300
#: A paper is not drawn larger than this: a receipt across half a screen is no longer a receipt.
_MOST_DPI = 144
#: A text of twenty pages is a mistake to be seen, not to be drawn.
_MOST_PAGES = 4
LANGUAGES: tuple[tuple[Language, str], ...] = ((Language.ZH, "中文"), (Language.EN, "English"))

#: The typed settings by key, and the category whose care sheet is shown.
Typed = Callable[[], tuple[Mapping[str, Any], str]]


class LivePaper(QWidget):
    """``touch()`` after every change of what is typed; ``drawn`` follows when the paper shows it."""

    drawn = Signal()

    def __init__(
        self,
        printing: PrintingService,
        tasks: Tasks,
        typed: Typed,
        *,
        size_of: Callable[[PaperKind], PaperSize] | None = None,
        kinds: tuple[PaperKind, ...] = tuple(PaperKind),
        printer_of: Callable[[PaperKind], str] | None = None,
        compact: bool = False,
    ) -> None:
        super().__init__()
        self._printing, self._tasks, self._typed = printing, tasks, typed
        self._size_of = size_of or printing.size_of
        self._printer_of = printer_of or printing.printer_for
        self._number = 0
        self._pdf = b""
        self.image = QImage()
        self.kind = ComboField(_("Paper"), [(each.value, label(each)) for each in kinds])
        self.format = ComboField(_("Size"))
        self.speech = ComboField(_("Language"), [(code.value, word) for code, word in LANGUAGES])
        self.kind.set_value(kinds[0].value)
        self.speech.set_value(language().value)
        self._offer_sizes()
        self.kind.changed.connect(self._kind_changed)
        self.format.changed.connect(self.touch)
        self.speech.changed.connect(self.touch)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        for field, room in ((self.kind, 4), (self.format, 4), (self.speech, 3)):
            head.addWidget(field, room)
        self._sheet = QLabel(_("Setting the paper …"))
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self._sheet.setAccessibleName(_("The paper as it will print"))
        theme.role_of(self._sheet, "secondary")
        self._area = QScrollArea()
        self._area.setWidget(self._sheet)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setMinimumWidth(theme.px(200))
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._note = QLabel()
        self._note.setWordWrap(True)
        theme.role_of(self._note, "secondary")
        self.sample_button = QPushButton(_("Print a sample …"))
        self.sample_button.clicked.connect(self.print_sample)
        foot = QHBoxLayout()
        foot.addWidget(self._note, 1)
        foot.addWidget(self.sample_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(head)
        box.addWidget(self._area, 1)
        box.addLayout(foot)
        for widget in (self.kind, self.format, self.speech, self.sample_button) if compact else ():
            widget.hide()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(self._typeset)
        self._fitting = QTimer(self)
        self._fitting.setSingleShot(True)
        self._fitting.setInterval(80)
        self._fitting.timeout.connect(self._draw)

    # -- what the form calls ---------------------------------------------------------------------------

    def touch(self) -> None:
        """Something that is printed changed."""
        self._patience.start()

    def show_kind(self, kind: PaperKind) -> None:
        """Turn to another paper."""
        self.kind.set_value(kind.value)
        self._kind_changed()

    def use_sizes(self) -> None:
        """The shop's sizes changed: show the paper in the one it will print in now."""
        self._offer_sizes()
        self.touch()

    def print_sample(self) -> None:
        """The paper as it stands here, with printer and save as PDF; nothing is booked."""
        paper = self._chosen()
        if paper is None:
            return
        kind, size, speech = paper
        typed, category = self._typed()
        printer = self._printer_of(kind)
        pdf = self._printing.pdf_of(specimen(kind, speech, typed, category), size, 0, speech)
        press.PreviewDialog(
            pdf,
            _("Sample: {paper}").format(paper=label(kind)),
            printer="" if printer == "none" else printer,
            file_name=label(kind),
            use=kind.value,
            parent=self,
        ).exec()

    # -- inside ----------------------------------------------------------------------------------------

    def _chosen(self) -> tuple[PaperKind, PaperSize, Language] | None:
        """What is chosen; None while a choice is half typed. (Qt gives codes back as plain text.)"""
        try:
            return (
                PaperKind(self.kind.value()),
                PaperSize(self.format.value()),
                Language(self.speech.value()),
            )
        except (ShopError, ValueError):
            return None

    def _kind_changed(self) -> None:
        self._offer_sizes()
        self.touch()

    def _offer_sizes(self) -> None:
        try:
            kind = PaperKind(self.kind.value())
        except (ShopError, ValueError):
            return
        self.format.blockSignals(True)
        self.format.set_choices([(each.value, label(each)) for each in SIZES[kind]])
        self.format.set_value(self._size_of(kind).value)
        self.format.blockSignals(False)

    def _typeset(self) -> None:
        paper = self._chosen()
        if paper is None:
            return
        kind, size, speech = paper
        typed, category = self._typed()
        typed = dict(typed)
        self._number += 1

        def work(_progress: Progress) -> bytes:
            return self._printing.pdf_of(specimen(kind, speech, typed, category), size, 0, speech)

        self._tasks.run(work, partial(self._arrived, self._number), self._failed, quiet=True)

    def _arrived(self, number: int, pdf: bytes) -> None:
        # The page may have been built anew (language, theme) or something else typed meanwhile.
        if shiboken6.isValid(self) and number == self._number:
            self._pdf = pdf
            self._note.setText("")
            self._draw()
            self.drawn.emit()

    def _failed(self, error: BaseException) -> None:
        if shiboken6.isValid(self):
            self._note.setText(sentence(error) if isinstance(error, ShopError) else unexpected(error))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fitting.start()

    def _draw(self) -> None:
        if not self._pdf:
            return
        ratio = self.devicePixelRatio()
        # Beside the scroll bar, whether it is there yet or not: else it would take room away after drawing.
        bar = self._area.verticalScrollBar().sizeHint().width()
        room = max(theme.px(160), self._area.width() - bar - theme.px(8))
        # In the window's thread: PDFium may be used by one thread only, and printing draws with it, too.
        with press.opened(self._pdf) as document:
            width = max(document.get_page_size(at)[0] for at in range(len(document)))
            dpi = min(_MOST_DPI * theme.scale() / 100, room * press.POINTS_PER_INCH / width)
            pages = [
                press.page_image(document, at, dpi * ratio) for at in range(min(len(document), _MOST_PAGES))
            ]
            count = len(document)
        self.image = _one_below_the_other(pages, round(theme.px(8) * ratio))
        shown = QPixmap.fromImage(self.image)
        shown.setDevicePixelRatio(ratio)
        self._sheet.setPixmap(shown)
        self._sheet.setMinimumSize(QSize(0, round(shown.height() / ratio)))
        if count > 1:
            self._note.setText(_("{n} pages").format(n=count))


def _one_below_the_other(pages: list[QImage], gap: int) -> QImage:
    """The pages with a hairline around each, on nothing."""
    width = max(page.width() for page in pages)
    height = sum(page.height() for page in pages) + gap * (len(pages) - 1)
    whole = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    whole.fill(Qt.GlobalColor.transparent)
    painter = QPainter(whole)
    painter.setPen(theme.colour("line"))
    y = 0
    for page in pages:
        painter.drawImage((width - page.width()) // 2, y, page)
        painter.drawRect((width - page.width()) // 2, y, page.width() - 1, page.height() - 1)
        y += page.height() + gap
    painter.end()
    return whole

"""Papers on screen and to the printer: preview, print, save as PDF (design.md §6).

Papers arrive as finished PDF bytes and are drawn by pypdfium2, on the screen and at the printer's own resolution.
``print_pdf`` raises ``EnvironmentFault`` (NO_PRINTER, PRINTER); nothing here knows what the paper is about.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMarginsF, QSize, QSizeF, Qt
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QKeySequence,
    QPageLayout,
    QPageSize,
    QPainter,
    QPixmap,
    QShortcut,
)
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import EnvironmentFault, Fault
from app.core.os_words import os_words
from app.core.words import _
from app.ui import icons, keep, theme
from app.ui.messages import Banner, Mood
from app.ui.saving import PDF, ask_where

log = logging.getLogger(__name__)

POINTS_PER_INCH = 72
_ZOOMS = (25, 33, 50, 67, 75, 100, 125, 150, 200, 300, 400)


@dataclass(frozen=True, slots=True)
class PrinterChoice:
    """A printer of this PC. ``note`` says why it may not print now ("offline"); empty if it is ready."""

    name: str
    title: str
    note: str = ""
    default: bool = False


def printers() -> tuple[PrinterChoice, ...]:
    """The printers of this PC, the ready ones first. A system without any answers with none."""
    choices = []
    for info in QPrinterInfo.availablePrinters():
        note = {
            QPrinter.PrinterState.Error: _("offline or out of order"),
            QPrinter.PrinterState.Aborted: _("offline or out of order"),
        }.get(info.state(), "")
        title = info.description() or info.printerName()
        choices.append(PrinterChoice(info.printerName(), title, note, info.isDefault()))
    return tuple(sorted(choices, key=lambda choice: (bool(choice.note), not choice.default, choice.title)))


@contextmanager
def opened(pdf: bytes) -> Iterator[Any]:
    """The document behind PDF bytes, closed afterwards."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        yield document
    finally:
        document.close()


def page_image(document: Any, at: int, dpi: float) -> QImage:
    """One page drawn at ``dpi``, on white."""
    page = document[at]
    bitmap = page.render(scale=dpi / POINTS_PER_INCH, rev_byteorder=True, prefer_bgrx=True)
    try:
        image = QImage(
            bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888
        )
        # The buffer belongs to the bitmap, which is closed here.
        return image.copy()
    finally:
        bitmap.close()
        page.close()


def print_pdf(pdf: bytes, printer_name: str = "", copies: int = 1, title: str = "") -> None:
    """Send a paper to a printer, on paper of its own size, without scaling.

    Raises ``EnvironmentFault``: NO_PRINTER if there is none (or not that one), PRINTER if it took no job.
    """
    info = QPrinterInfo.printerInfo(printer_name) if printer_name else QPrinterInfo.defaultPrinter()
    if info.isNull():
        if printer_name:
            raise EnvironmentFault(Fault.PRINTER, printer=printer_name)
        raise EnvironmentFault(Fault.NO_PRINTER)
    printer = QPrinter(info, QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title or "Xiuhu")
    printer.setCopyCount(max(1, copies))
    draw_on(printer, pdf)


def draw_on(printer: QPrinter, pdf: bytes) -> None:
    """Draw every page on ``printer`` at its resolution. Raises ``EnvironmentFault(PRINTER)``."""
    fault = EnvironmentFault(Fault.PRINTER, printer=printer.printerName() or printer.outputFileName())
    with opened(pdf) as document:
        painter = QPainter()
        for at in range(len(document)):
            width, height = document.get_page_size(at)
            _set_paper(printer, width, height)
            if at == 0:
                if not painter.begin(printer):
                    raise fault
            elif not printer.newPage():
                painter.end()
                raise fault
            # 600 dpi are enough for every printer, and a roll at 1,200 would be a bitmap of 100 MB.
            dpi = min(printer.resolution(), 600)
            image = page_image(document, at, dpi)
            scale = printer.resolution() / dpi
            painter.save()
            painter.scale(scale, scale)
            painter.drawImage(0, 0, image)
            painter.restore()
        if not painter.end():
            raise fault


def _set_paper(printer: QPrinter, width: float, height: float) -> None:
    """Paper of exactly the page's size (points); the paper keeps its own margins inside."""
    size = QPageSize(QSizeF(width, height), QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.FuzzyMatch)
    landscape = size.size(QPageSize.Unit.Point).width() > size.size(QPageSize.Unit.Point).height() + 0.5
    turned = landscape and width < height
    layout = QPageLayout(
        size,
        QPageLayout.Orientation.Landscape if turned else QPageLayout.Orientation.Portrait,
        QMarginsF(0, 0, 0, 0),
    )
    layout.setMode(QPageLayout.Mode.FullPageMode)
    printer.setPageLayout(layout)
    printer.setFullPage(True)


def save_pdf(pdf: bytes, file: Path) -> None:
    """Write the paper whole or not at all. Raises ``EnvironmentFault(FILE_NOT_WRITABLE)``."""
    scratch = file.with_name(f".{file.name}.new")
    try:
        scratch.write_bytes(pdf)
        scratch.replace(file)
    except OSError as error:
        scratch.unlink(missing_ok=True)
        raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=str(file), why=os_words(error)) from error


class PreviewDialog(QDialog):
    """A paper before it is printed: pages, zoom, printer, copies, print, save as PDF.

    ``on_print(printer_name, copies)`` is called after a successful job (reprints count as COPY n), ``on_save(file)``
    after saving. ``use`` keeps the chosen printer under that name ("receipt", "label", "sheet").
    """

    def __init__(
        self,
        pdf: bytes,
        title: str,
        on_print: Callable[[str, int], object] | None = None,
        on_save: Callable[[Path], object] | None = None,
        *,
        printer: str = "",
        file_name: str = "paper",
        use: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.resize(theme.px(820), theme.px(680))
        self._pdf, self._title = pdf, title
        self._on_print, self._on_save = on_print, on_save
        self._file_name, self._use = file_name, use
        self._at = 0
        with opened(pdf) as document:
            self._sizes = [document.get_page_size(at) for at in range(len(document))]
        self.banner = Banner()
        self._sheet = QLabel()
        self._sheet.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._sheet.setAccessibleName(title)
        self._area = QScrollArea()
        self._area.setWidget(self._sheet)
        self._area.setWidgetResizable(True)
        self._area.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._build_bars(printer)
        self._zoom = self._fitting_zoom()
        self._draw()

    # -- what the keys do ------------------------------------------------------------------------------

    def print_now(self) -> bool:
        """Print on the chosen printer; True if it took the job."""
        name = str(self._printer.currentData() or "")
        try:
            print_pdf(self._pdf, name, self._copies.value(), self._title)
        except EnvironmentFault as fault:
            from app.core.sentences import sentence

            self.banner.say(sentence(fault), Mood.ERROR, _("Save as PDF"), self._save_as)
            return False
        if self._use:
            keep.put(f"printer/{self._use}", name)
        if self._on_print is not None:
            self._on_print(name, self._copies.value())
        self.accept()
        return True

    def save_to(self, file: Path) -> bool:
        """Save as PDF; True if it was written."""
        try:
            save_pdf(self._pdf, file)
        except EnvironmentFault as fault:
            from app.core.sentences import sentence

            self.banner.say(sentence(fault), Mood.ERROR)
            return False
        if self._on_save is not None:
            self._on_save(file)
        self.banner.say(_("Saved: {path}").format(path=file), Mood.OK)
        return True

    def zoom(self) -> int:
        """The zoom in per cent of the paper's real size."""
        return self._zoom

    def set_zoom(self, zoom: int) -> None:
        """Show the paper larger or smaller."""
        self._zoom = min(_ZOOMS[-1], max(_ZOOMS[0], zoom))
        self._draw()

    def show_page(self, at: int) -> None:
        """Show one page, from 0."""
        self._at = min(len(self._sizes) - 1, max(0, at))
        self._draw()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._step_zoom(1)
        elif key == Qt.Key.Key_Minus:
            self._step_zoom(-1)
        elif key == Qt.Key.Key_PageDown:
            self.show_page(self._at + 1)
        elif key == Qt.Key.Key_PageUp:
            self.show_page(self._at - 1)
        else:
            super().keyPressEvent(event)

    # -- inside ----------------------------------------------------------------------------------------

    def _build_bars(self, printer: str) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(4))
        head.addWidget(self._tool("zoom-out", _("Smaller"), lambda: self._step_zoom(-1)))
        self._percent = QLabel()
        head.addWidget(self._percent)
        head.addWidget(self._tool("zoom-in", _("Larger"), lambda: self._step_zoom(1)))
        head.addStretch(1)
        self._before = self._tool("chevron-left", _("Page before"), lambda: self.show_page(self._at - 1))
        self._after = self._tool("chevron-right", _("Page after"), lambda: self.show_page(self._at + 1))
        self._pages = QLabel()
        for widget in (self._before, self._pages, self._after):
            head.addWidget(widget)
            widget.setVisible(len(self._sizes) > 1)
        self._printer = QComboBox()
        self._printer.setAccessibleName(_("Printer"))
        choices = printers()
        for choice in choices:
            self._printer.addItem(
                f"{choice.title} ({choice.note})" if choice.note else choice.title, choice.name
            )
        wanted = printer or (keep.text(f"printer/{self._use}") if self._use else "")
        at = self._printer.findData(wanted)
        self._printer.setCurrentIndex(max(0, at) if choices else -1)
        self._copies = QSpinBox()
        self._copies.setRange(1, 20)
        self._copies.setAccessibleName(_("Copies"))
        self._copies.setPrefix(_("Copies") + " ")
        save = QPushButton(_("Save as PDF"))
        save.clicked.connect(self._save_as)
        self.print_button = QPushButton(_("Print") + "  F9")
        theme.role_of(self.print_button, "primary")
        self.print_button.clicked.connect(self.print_now)
        self.print_button.setDefault(True)
        QShortcut(QKeySequence("F9"), self).activated.connect(self.print_now)
        QShortcut(QKeySequence("Ctrl+P"), self).activated.connect(self.print_now)
        QShortcut(QKeySequence("Ctrl+S"), self).activated.connect(self._save_as)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self._printer, 1)
        foot.addWidget(self._copies)
        foot.addStretch(1)
        foot.addWidget(save)
        foot.addWidget(self.print_button)
        if not choices:
            from app.core.sentences import sentence

            self._printer.setVisible(False)
            self._copies.setVisible(False)
            self.print_button.setEnabled(False)
            theme.role_of(save, "primary")
            save.setDefault(True)
            self.banner.say(sentence(EnvironmentFault(Fault.NO_PRINTER)), Mood.WARN)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addLayout(head)
        box.addWidget(self.banner)
        box.addWidget(self._area, 1)
        box.addLayout(foot)
        (self.print_button if choices else save).setFocus()

    def _tool(self, icon: str, name: str, action: Callable[[], object]) -> QToolButton:
        button = QToolButton()
        theme.role_of(button, "quiet")
        button.setIcon(icons.icon(icon, "ink", 18))
        button.setIconSize(QSize(theme.px(18), theme.px(18)))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: action())
        return button

    def _fitting_zoom(self) -> int:
        """The largest step at which the paper's width fits; narrow rolls and labels are shown larger than life."""
        width, height = self._sizes[0]
        dots = self.logicalDpiX() / POINTS_PER_INCH
        room_x, room_y = self.width() - theme.px(60), self.height() - theme.px(150)
        fitting = [
            step
            for step in _ZOOMS
            if step <= 200 and width * dots * step / 100 <= room_x and height * dots * step / 100 <= room_y
        ]
        readable = 75 if width * dots * 0.75 <= room_x else 50
        return max([*fitting, readable])

    def _step_zoom(self, step: int) -> None:
        near = min(range(len(_ZOOMS)), key=lambda at: abs(_ZOOMS[at] - self._zoom))
        self.set_zoom(_ZOOMS[min(len(_ZOOMS) - 1, max(0, near + step))])

    def _draw(self) -> None:
        ratio = self.devicePixelRatio()
        with opened(self._pdf) as document:
            image = page_image(document, self._at, self.logicalDpiX() * self._zoom / 100 * ratio)
        image.setDevicePixelRatio(ratio)
        framed = QPixmap.fromImage(image)
        painter = QPainter(framed)
        painter.setPen(theme.colour("line"))
        size = framed.deviceIndependentSize().toSize()
        painter.drawRect(0, 0, size.width() - 1, size.height() - 1)
        painter.end()
        self._sheet.setPixmap(framed)
        self._percent.setText(f"{self._zoom} %")
        self._pages.setText(f"{self._at + 1} / {len(self._sizes)}")
        self._before.setEnabled(self._at > 0)
        self._after.setEnabled(self._at < len(self._sizes) - 1)

    def _save_as(self) -> None:
        folder = Path(keep.text("save_folder") or str(Path.home()))
        file = ask_where(self, _("Save as PDF"), str(folder / self._file_name), PDF)
        if file is not None:
            keep.put("save_folder", str(file.parent))
            self.save_to(file)

"""The sections about machines: printers by paper, and this computer's look, sounds, language and scanner."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import words
from app.core.codes import Code, DamagedCode, Foreign, Scan
from app.core.enums import PaperKind
from app.core.labels import label
from app.core.words import N_, Language, _, language
from app.features.printing.service import PrintingService
from app.features.settings.entries import SwitchField
from app.features.settings.live_paper import LANGUAGES
from app.features.settings.paper_table import NOTHING, PaperTable, ticked, ticks
from app.features.settings.sections import Section
from app.features.settings.specimen import specimen
from app.ui import keep, printing, sounds, theme
from app.ui.fields import ChipGroup
from app.ui.scanner import SPEEDS, Scanner, keep_speed, kept_speed
from app.ui.shell import Shell
from app.ui.sounds import Sound


class PrintersSection(Section):
    """Which paper comes out where, how large, and what comes out by itself at intake."""

    key = "printers"
    icon = "printer"

    def __init__(self, service: PrintingService, saved: Callable[[], Mapping[str, Any]]) -> None:
        super().__init__()
        self._service, self._saved = service, saved
        self.table = PaperTable(self.sample)
        self.add("paper_sizes", self.table.sizes)
        self.add("printers", self.table.printers, show=self._shown)
        self.add("print_at_intake", self.table.intake, show=ticks, keep=ticked)
        frame = QFrame()
        theme.role_of(frame, "card")
        box = QVBoxLayout(frame)
        margin = theme.px(16)
        box.setContentsMargins(margin, theme.px(12), margin, margin)
        box.addWidget(self.table)
        self.body.addWidget(frame)
        self.note = QLabel(
            _("This computer has no printer. Papers can be saved as PDF; set a printer up in the system.")
        )
        self.note.setWordWrap(True)
        theme.role_of(self.note, "secondary")
        self.body.addWidget(self.note)
        self.note.setVisible(not self.table.found())
        self.body.addStretch(1)

    def _shown(self, table: Mapping[str, str]) -> dict[str, str]:
        self.table.show_brands(on=bool(self._saved().get("brands")))
        return self.table.show_printers(table)

    @classmethod
    def title(cls) -> str:
        return _("Printers")

    def about(self) -> str:
        return _("Size and printer of every paper. “Print nothing” keeps a paper on the screen.")

    def first_focus(self) -> QWidget:
        return self.table.sizes.rows[PaperKind.PICKUP_RECEIPT.value].editor

    def sample(self, kind: PaperKind) -> None:
        """A sample with the size and printer chosen here, saved or not."""
        show_sample(self._service, kind, self.table, self._saved(), self)


def show_sample(
    service: PrintingService, kind: PaperKind, table: PaperTable, typed: Mapping[str, Any], parent: QWidget
) -> None:
    """A sample on the screen, in the size and for the printer chosen in ``table``; nothing is booked."""
    speech = language()
    pdf = service.pdf_of(specimen(kind, speech, typed), table.size_of(kind), 0, speech)
    printer = table.printer_of(kind)
    printing.PreviewDialog(
        pdf,
        _("Sample: {paper}").format(paper=label(kind)),
        printer="" if printer == NOTHING else printer,
        file_name=label(kind),
        use=kind.value,
        parent=parent,
    ).exec()


def _side_by_side(*widgets: QWidget) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(16))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder


_LOOKS = (
    (theme.Mode.SYSTEM, N_("Like the system")),
    (theme.Mode.LIGHT, N_("Light")),
    (theme.Mode.DARK, N_("Dark")),
)


class ComputerSection(Section):
    """What holds for this computer only; it counts at once and is no record of the shop."""

    key = "computer"
    icon = "monitor"

    def __init__(self) -> None:
        super().__init__()
        self.look = ChipGroup(_("Look"), [(mode, _(word)) for mode, word in _LOOKS], single=True)
        self.scale = ChipGroup(
            _("Text size"), [(scale, f"{scale} %") for scale in theme.SCALES], single=True, numbers=False
        )
        self.speech = ChipGroup(_("Language of this window"), LANGUAGES, single=True, numbers=False)
        self.sound = SwitchField(_("Sounds after a scan: one for right, one for wrong"))
        self.hear = QPushButton(_("Listen"))
        self.hear.clicked.connect(lambda: sounds.play(Sound.OK))
        self.speed = ChipGroup(
            _("Scanner"), [(code, _(word)) for code, word, _gap, _pause in SPEEDS], single=True, numbers=False
        )
        self.scanned = QLabel(_("Scan any barcode now: what arrives is shown here."))
        self.scanned.setWordWrap(True)
        self.card(_("Look"), [self.look, self.scale], [self.speech])
        self.card(_("Sounds"), [_side_by_side(self.sound, self.hear)])
        self.card(_("Scanner"), [self.speed], [self.scanned])
        self.body.addStretch(1)
        self._fill()
        self.look.changed.connect(lambda: self._later(self._use_look))
        self.scale.changed.connect(lambda: self._later(self._use_scale))
        self.speech.changed.connect(lambda: self._later(self._use_language))
        self.sound.changed.connect(lambda: sounds.set_silent(not self.sound.value()))
        self.speed.changed.connect(self._use_speed)

    @classmethod
    def title(cls) -> str:
        return _("This computer")

    def about(self) -> str:
        return _("Holds for this computer only and counts at once.")

    def first_focus(self) -> QWidget:
        return self.look.editor

    def take_scan(self, scan: Scan) -> None:
        """Say what arrived, so that a new scanner can be tried without touching a record."""
        match scan:
            case Code():
                text, tone = _("{code}: read without a fault.").format(code=scan.digits), "done"
            case DamagedCode():
                text, tone = _("{code}: one of ours, but damaged.").format(code=scan.digits), "late"
            case Foreign():
                text, tone = _("{code}: read, not one of ours.").format(code=scan.text[:60]), "info"
        self.scanned.setText(text)
        self.scanned.setProperty("tone", tone)
        theme.restyle(self.scanned)

    def _fill(self) -> None:
        self.look.set_value(theme.mode())
        self.scale.set_value(theme.scale())
        self.speech.set_value(language())
        self.sound.set_value(not sounds.silent())
        self.speed.set_value(kept_speed())

    @staticmethod
    def _later(action: Callable[[], None]) -> None:
        # The window is built anew, this section with it: not while its own chip is still being pressed.
        QTimer.singleShot(0, action)

    def _shell(self) -> Shell | None:
        widget: QWidget | None = self
        while widget is not None and not isinstance(widget, Shell):
            widget = widget.parentWidget()
        return widget

    def _use_look(self) -> None:
        mode = self.look.value()
        if mode is None or mode is theme.mode():
            return
        keep.put("theme", mode.value)
        theme.use(mode=mode)
        self._build_anew()

    def _use_scale(self) -> None:
        scale = self.scale.value()
        if scale is None or scale == theme.scale():
            return
        keep.put("scale", scale)
        theme.use(scale=scale)
        self._build_anew()

    def _use_language(self) -> None:
        speech = self.speech.value()
        if speech is None or speech == language():
            return
        shell = self._shell()
        if shell is not None:
            shell.use_language(Language(speech))
        else:
            words.set_language(Language(speech))

    def _use_speed(self) -> None:
        code = self.speed.value()
        if code is None:
            return
        keep_speed(code)
        app = QApplication.instance()
        scanner = app.findChild(Scanner, options=Qt.FindChildOption.FindDirectChildrenOnly) if app else None
        if isinstance(scanner, Scanner):
            scanner.use_kept_speed()

    def _build_anew(self) -> None:
        shell = self._shell()
        if shell is not None:
            shell.rebuild()

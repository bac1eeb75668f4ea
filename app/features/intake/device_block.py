"""The upper middle: which device, who pays, what is wrong with it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QPushButton, QVBoxLayout, QWidget

from app.core.enums import JobKind, Visit
from app.core.labels import category_name, label
from app.core.words import _, pgettext
from app.features.intake.advice_block import AdviceBlock
from app.features.intake.binding import put, raw_of
from app.features.intake.doors import Completions
from app.features.intake.presenter import IntakePresenter
from app.features.intake.snapshots import FoundCover
from app.features.intake.ticks import Ticks, Toggle, adopt
from app.ui import theme
from app.ui.fields import ComboField, DateField, Field, FlowLayout, LineField, TextField

#: Quick phrases shown as chips; the others are in the menu.
SHOWN_PHRASES = 9


class DeviceBlock(QWidget):
    """Reads and writes ``presenter.device``."""

    #: Something was typed; True if it may change cover or warnings.
    edited = Signal(bool)
    #: A whole serial number was entered (scanned, or typed and left).
    serial_entered = Signal(str)

    def __init__(self, presenter: IntakePresenter, words: Completions) -> None:
        super().__init__()
        self._presenter = presenter
        self._words = words
        self._loading = False
        self._phrases: tuple[str, ...] = ()
        choices = presenter.choices
        self.category = ComboField(
            _("Category"), [(each, category_name(each)) for each in choices.categories], required=True
        )
        self.brand = LineField(pgettext("device", "Brand"), most=80)
        self.model = LineField(_("Model"), most=80)
        self.serial = LineField(_("Serial number"), most=80, hint=_("Scan the type plate or type the number"))
        self.purchased_on = DateField(_("Purchase date"), lambda: presenter.choices.today, past=True)
        self.proof_seen = Toggle(_("Proof seen"), _("Invoice, receipt or warranty card was shown"))
        #: Shown where they decide something (``show_asked``).
        self.produced_on = DateField(
            _("Production date"),
            lambda: presenter.choices.today,
            past=True,
            hint=_("From the type plate: without proof of purchase the warranty counts from it"),
        )
        self.outdoor_serial = LineField(
            _("Outdoor unit's serial number"), most=80, hint=_("The brand wants the numbers of both units")
        )
        self.advice = AdviceBlock(presenter)
        self.job_kind = ComboField(_("Kind of job"), [(each.value, label(each)) for each in JobKind])
        self.visit = Ticks(_("Where"), [(each.value, label(each)) for each in Visit], single=True)
        self.fault = TextField(
            _("Fault"),
            required=True,
            lines=2,
            placeholder=_("In the customer's words; Ctrl+1…9 inserts a phrase"),
        )
        self._holder = QWidget()
        self._flow = FlowLayout(self._holder, gap=6)
        self.more = QPushButton()
        self._bound: dict[str, QWidget] = {
            "category": self.category,
            "brand": self.brand,
            "model": self.model,
            "serial": self.serial,
            "purchased_on": self.purchased_on,
            "proof_seen": self.proof_seen,
            "produced_on": self.produced_on,
            "outdoor_serial": self.outdoor_serial,
            "job_kind": self.job_kind,
            "visit": self.visit,
            "fault": self.fault,
        }
        self._build()
        self._connect()

    # -- what the page uses ----------------------------------------------------------------------------

    def fields(self) -> dict[str, Field]:
        """Fields by the names that refusals use."""
        rows = {name: row for name, row in self._bound.items() if isinstance(row, Field)}
        return {**rows, **self.advice.fields(), "device": self.category}

    def load(self) -> None:
        """Show the presenter's device."""
        device = self._presenter.device
        self._loading = True
        for name, row in self._bound.items():
            put(row, getattr(device, name))
        self.advice.load()
        self._loading = False
        self.show_phrases()

    def offer(self) -> None:
        """Settings changed: offer today's categories; what is typed stays."""
        choices = self._presenter.choices
        self.category.set_choices([(each, category_name(each)) for each in choices.categories])
        self.show_phrases()

    def show_phrases(self) -> None:
        """The quick phrases of the category: the first nine as chips, all of them in the menu."""
        phrases = self._presenter.choices.phrases(self._presenter.device.category)
        if phrases == self._phrases:
            return
        self._phrases = phrases
        while self._flow.count():
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.more:
                widget.hide()
                widget.deleteLater()
        for number, phrase in enumerate(phrases[:SHOWN_PHRASES], start=1):
            chip = QPushButton(f"{number} {phrase}".replace("&", "&&"))
            theme.role_of(chip, "chip")
            chip.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            chip.setToolTip(f"Ctrl+{number}")
            chip.clicked.connect(lambda _on=False, words=phrase: self.fault.add_phrase(words))
            self._flow.addWidget(chip)
        self._flow.addWidget(self.more)
        self.more.setVisible(len(phrases) > SHOWN_PHRASES)
        self._holder.updateGeometry()

    def add_phrase(self, number: int) -> None:
        """Insert the ``number``-th quick phrase (from 1)."""
        if 1 <= number <= min(len(self._phrases), SHOWN_PHRASES):
            self.fault.add_phrase(self._phrases[number - 1])
            self.fault.take_focus()

    def all_phrases(self) -> QMenu:
        """Every quick phrase, to pick by arrows or its first letter."""
        menu = QMenu(self)
        for phrase in self._phrases:
            action = menu.addAction(phrase.replace("&", "&&"))
            action.triggered.connect(lambda _on=False, words=phrase: self.fault.add_phrase(words))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.fault.mapToGlobal(QPoint(0, self.fault.height())))
        self.fault.take_focus()
        return menu

    def show_asked(self, found: FoundCover) -> None:
        """Production date and outdoor unit: where they are of use, or already written down."""
        device = self._presenter.device
        for row, asked, typed in (
            (self.produced_on, found.asks_production, device.produced_on),
            (self.outdoor_serial, found.asks_outdoor, device.outdoor_serial),
        ):
            # A row that is being typed in never goes away under the hands.
            row.setVisible(asked or bool(typed.strip()) or row.isAncestorOf(self.focusWidget() or self))

    def set_serial(self, serial: str) -> None:
        """A scanned serial number."""
        put(self.serial, serial)

    # -- inside ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        adopt(self, self.category, self.brand, self.model, self.serial, self.purchased_on, self.proof_seen)
        adopt(self, self.produced_on, self.outdoor_serial, self.advice, self.fault, self.job_kind, self.visit)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(_row((self.category, 3), (self.brand, 3), (self.model, 4)))
        proof = QVBoxLayout()
        proof.setSpacing(theme.px(2))
        proof.addSpacing(theme.px(20))
        proof.addWidget(self.proof_seen)
        proof.addStretch(1)
        line = _row((self.serial, 4), (self.purchased_on, 3))
        line.addLayout(proof)
        box.addLayout(line)
        box.addLayout(_row((self.produced_on, 3), (self.outdoor_serial, 4)))
        self.produced_on.hide()
        self.outdoor_serial.hide()
        box.addWidget(self.advice)
        box.addWidget(self.fault)
        theme.role_of(self.more, "chip")
        self.more.setText(_("More …"))
        self.more.setToolTip("Ctrl+0")
        self.more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        box.addWidget(self._holder)
        box.addLayout(_row((self.job_kind, 2), (self.visit, 3)))

    def _connect(self) -> None:
        for name, row in self._bound.items():
            signal = row.toggled if isinstance(row, Toggle) else row.changed  # type: ignore[attr-defined]
            signal.connect(lambda *_args, mine=name: self._changed(mine))
        self.more.clicked.connect(self.all_phrases)
        self.brand.line.textEdited.connect(lambda text: self.brand.suggest(self._words.brands(text)))
        self.model.line.textEdited.connect(
            lambda text: self.model.suggest(self._words.models(self.brand.line.text(), text))
        )
        self.serial.line.editingFinished.connect(self._serial_left)
        self.advice.edited.connect(lambda: self.edited.emit(True))

    def _changed(self, name: str) -> None:
        if self._loading:
            return
        value = raw_of(self._bound[name])
        if name == "visit" and value is None:
            # One of the two it must be: unticking the one there is ticks it again.
            value = self._presenter.device.visit
            put(self.visit, value)
        setattr(self._presenter.device, name, value)
        if name == "category":
            self.show_phrases()
        self.edited.emit(name != "fault")

    def _serial_left(self) -> None:
        serial = self.serial.line.text().strip()
        if serial and not self._loading and self._presenter.device.device_id is None:
            self.serial_entered.emit(serial)


def _row(*rows: tuple[QWidget, int]) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setSpacing(theme.px(8))
    for row, stretch in rows:
        made.addWidget(row, stretch, Qt.AlignmentFlag.AlignTop)
    return made

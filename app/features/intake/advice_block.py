"""What the clerk should know about the device in the form: warnings, who pays and why, what was done before."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import Role
from app.core.labels import label
from app.core.words import _
from app.features.intake.doors import Advice
from app.features.intake.presenter import IntakePresenter
from app.features.intake.snapshots import FoundCover, IntakeWarning, Warn
from app.features.intake.typed import empty
from app.ui import icons, theme
from app.ui.fields import ComboField, Field, LineField


def cover_words(cover: FoundCover) -> str:
    """Why this payer pays: "No proof of purchase: the customer pays"."""
    return label(cover.reason).format(until=formats.day(cover.until) if cover.until else "", who="", note="")


class Notice(QFrame):
    """One tinted line: icon, sentence, keys. While it has the focus, the letters of its answers work."""

    def __init__(self, text: str, tone: str, icon: str) -> None:
        super().__init__()
        theme.role_of(self, "tinted")
        self.setProperty("tone", tone)
        self._answers: dict[int, QPushButton] = {}
        drawn = QLabel()
        drawn.setPixmap(icons.pixmap(icon, f"{tone}_ink", 18))
        self.words = QLabel(text)
        self.words.setWordWrap(True)
        self.setAccessibleName(text)
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(6))
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(drawn, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.words, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(6))
        box.setSpacing(theme.px(6))
        box.addLayout(top)
        box.addLayout(self._row)
        self._row.addStretch(1)

    def answer(self, word: str, key: Qt.Key | None = None) -> QPushButton:
        """Offer an answer; ``key`` is its letter."""
        button = QPushButton(f"{word} ({chr(key)})" if key is not None else word)
        button.setAccessibleName(word)
        button.setAutoDefault(True)
        self._row.insertWidget(self._row.count() - 1, button)
        if key is not None:
            self._answers[int(key)] = button
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self._answers.get(event.key())
        if button is not None:
            button.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            # Neither answer is the harmless one: the money of a repair hangs on it. Enter only goes to them.
            self.focusNextChild()
        else:
            super().keyPressEvent(event)


class AdviceBlock(QWidget):
    """Warnings, cover with its override, and the history of the device."""

    #: (order id, same fault?) — the answer to the guarantee's question; None takes an answer back.
    answered = Signal(int, object)
    #: A same-serial warning's owner and device are to be taken over.
    took_owner = Signal(object)
    opened = Signal(int)
    #: The override or its note changed.
    edited = Signal()

    def __init__(self, presenter: IntakePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._loading = False
        self._role = Role.COUNTER
        self._shown: tuple[object, ...] = ()
        self.question: Notice | None = None
        self._lines: list[Notice] = []
        self._notices = QVBoxLayout()
        self._notices.setSpacing(theme.px(6))
        self.cover = QLabel()
        self.cover.setWordWrap(True)
        self._shield = QLabel()
        self._shield.setPixmap(icons.pixmap("shield-check", "accent_ink", 18))
        self.change = QPushButton(_("Change who pays"))
        self.change.setCheckable(True)
        self.change.setAutoDefault(True)
        theme.role_of(self.change, "link")
        self.change.setToolTip("Ctrl+M")
        self.payer = ComboField(_("Who pays"))
        self.note = LineField(_("Reason"), required=True)
        self._override = QWidget()
        self._build()
        self._connect()

    def fields(self) -> dict[str, Field]:
        """Fields by the names that refusals use."""
        return {"reason": self.note}

    def chain(self) -> list[QWidget]:
        """Where Tab stops, in order."""
        stops: list[QWidget] = []
        for notice in self._lines:
            stops += [notice, *notice.findChildren(QPushButton)]
        return [*stops, self.change, self.payer.combo, self.note.line]

    def set_role(self, role: Role) -> None:
        """Offer what this person may decide."""
        self._role = role
        choices = [("", _("As found"))]
        choices += [
            (f"{letter}/{payer}", f"{label(letter)}: {label(payer)}")
            for letter, payer in self._presenter.covers(role)
        ]
        self._loading = True
        self.payer.set_choices(choices)
        self._loading = False

    def load(self) -> None:
        """Show the presenter's device."""
        device = self._presenter.device
        self._loading = True
        self.payer.set_value(device.cover)
        self.note.set_value(device.cover_note)
        self.note.show_error(None)
        self._loading = False
        self.open_override(bool(device.cover))

    def open_override(self, on: bool) -> None:
        """Show or hide the row that changes who pays."""
        self.change.setChecked(on)
        self._override.setVisible(on)

    def show_advice(self, advice: Advice) -> bool:
        """Show what is known now; True if the lines with keys changed (the Tab order must be made anew)."""
        words = cover_words(advice.cover)
        if (advice.service_type, advice.payer) != (advice.cover.service_type, advice.cover.payer):
            words = _("{service}: {payer} pays (changed by you)").format(
                service=label(advice.service_type), payer=label(advice.payer)
            )
        else:
            words = f"{label(advice.service_type)} · {words}"
        self.cover.setText(words)
        device = self._presenter.device
        shown: tuple[object, ...] = (advice.warnings, device.same_fault_as, self._owner_wanted())
        if shown == self._shown:
            return False
        self._shown = shown
        self.question = None
        for line in self._lines:
            self._notices.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = [self._notice(warning) for warning in advice.warnings]
        for line in self._lines:
            self._notices.addWidget(line)
        return True

    def focus_question(self) -> bool:
        """Put the focus on the guarantee's question; False if there is none open."""
        if self.question is None:
            return False
        self.question.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    # -- inside ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        line = QHBoxLayout()
        line.setSpacing(theme.px(6))
        line.addWidget(self._shield)
        line.addWidget(self.cover, 1)
        line.addWidget(self.change)
        row = QHBoxLayout(self._override)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.payer, 2)
        row.addWidget(self.note, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(6))
        box.addLayout(self._notices)
        box.addLayout(line)
        box.addWidget(self._override)

    def _connect(self) -> None:
        self.change.toggled.connect(self._toggled)
        self.payer.changed.connect(self._changed)
        self.note.changed.connect(self._changed)

    def _toggled(self, on: bool) -> None:
        self._override.setVisible(on)
        if on:
            self.payer.take_focus()

    def _changed(self) -> None:
        if self._loading:
            return
        device = self._presenter.device
        text = str(self.payer.raw())
        device.cover = next((code for code, word in self._codes() if word == text), "")
        device.cover_note = self.note.line.text()
        self.edited.emit()

    def _codes(self) -> list[tuple[str, str]]:
        combo = self.payer.combo
        return [(combo.itemData(at), combo.itemText(at)) for at in range(combo.count())]

    def _owner_wanted(self) -> bool:
        return self._presenter.known is None and empty(self._presenter.customer)

    def _notice(self, warning: IntakeWarning) -> Notice:
        match warning.kind:
            case Warn.REWORK:
                return self._rework(warning)
            case Warn.OPEN_ORDER:
                whose = f" ({warning.customer_name})" if warning.customer_name else ""
                status = label(warning.status) if warning.status else ""
                text = _("This device is still with us: {number}{whose}, {status}.").format(
                    number=warning.number, whose=whose, status=status
                )
                notice = Notice(text, "late", "triangle-alert")
                show = notice.answer(_("Show this order"))
                show.clicked.connect(lambda: self.opened.emit(warning.order_id))
                return notice
            case _:
                text = _("This serial number came in before: {name}, {number}.").format(
                    name=warning.customer_name, number=warning.number
                )
                notice = Notice(text, "waits", "triangle-alert")
                if self._owner_wanted():
                    take = notice.answer(
                        _("Take over {name} and the device").format(name=warning.customer_name)
                    )
                    take.clicked.connect(lambda: self.took_owner.emit(warning))
                return notice

    def _rework(self, warning: IntakeWarning) -> Notice:
        until = formats.day(warning.until) if warning.until else ""
        if self._presenter.device.same_fault_as == warning.order_id:
            notice = Notice(
                _("Rework of {number}: the same fault within our guarantee.").format(number=warning.number),
                "info",
                "rotate-ccw",
            )
            back = notice.answer(_("It is a new fault after all"))
            back.clicked.connect(lambda: self.answered.emit(warning.order_id, False))
            return notice
        text = _(
            "We repaired this ({number}: {fault}), guarantee until {until}. The same fault again?"
        ).format(number=warning.number, fault=warning.fault, until=until)
        notice = Notice(text, "waits", "circle-help")
        same = notice.answer(_("Same fault: rework"), Qt.Key.Key_Y)
        same.clicked.connect(lambda: self.answered.emit(warning.order_id, True))
        new = notice.answer(_("New fault"), Qt.Key.Key_N)
        new.clicked.connect(lambda: self.answered.emit(warning.order_id, False))
        self.question = notice
        return notice

"""What the clerk should know about the device in the form: warnings, who pays and why, what was done before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import zip_longest

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import Command, CoverReason, Payer, Role
from app.core.labels import claimable_words, cover_words, label
from app.core.rights import RIGHTS
from app.core.words import _
from app.features.brands.plan_form import PlanForm
from app.features.brands.snapshots import PlanEntry
from app.features.brands.words import plan_text
from app.features.intake.doors import Advice
from app.features.intake.entries import kept_plan, plan_of
from app.features.intake.presenter import IntakePresenter
from app.features.intake.snapshots import MOST_WARNINGS, IntakeWarning, Warn
from app.features.intake.ticks import Toggle, adopt
from app.features.intake.typed import empty
from app.ui import icons, theme
from app.ui.fields import ComboField, Field, LineField
from app.ui.form_dialog import ask


@dataclass(frozen=True, slots=True)
class Answer:
    """A button of a notice; ``key`` is the letter that presses it while the notice has the focus."""

    word: str
    act: Callable[[], None]
    key: Qt.Key | None = None


class Notice(QFrame):
    """One tinted line: icon, sentence, at most two answers. Hidden when there is nothing to say.

    Made once and shown again and again: a widget made later would be the last stop of the Tab key.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme.role_of(self, "tinted")
        self._answers: tuple[Answer, ...] = ()
        self._icon = QLabel()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.buttons = (QPushButton(), QPushButton())
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        for at, button in enumerate(self.buttons):
            button.setAutoDefault(True)
            button.clicked.connect(lambda _on=False, mine=at: self._act(mine))
            row.addWidget(button)
        row.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.words, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(6))
        box.setSpacing(theme.px(6))
        box.addLayout(top)
        box.addLayout(row)
        self.hide()

    def say(self, text: str, tone: str, icon: str, *answers: Answer) -> None:
        """Show a sentence with its answers."""
        self._answers = answers
        self.words.setText(text)
        self.setAccessibleName(text)
        self._icon.setPixmap(icons.pixmap(icon, f"{tone}_ink", 18))
        self.setProperty("tone", tone)
        theme.restyle(self)
        theme.restyle(self.words)
        asks = any(answer.key is not None for answer in answers)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if asks else Qt.FocusPolicy.NoFocus)
        for at, button in enumerate(self.buttons):
            button.setVisible(at < len(answers))
            if at < len(answers):
                answer = answers[at]
                button.setText(
                    f"{answer.word} ({chr(answer.key)})" if answer.key is not None else answer.word
                )
                button.setAccessibleName(answer.word)
        self.show()

    def _act(self, at: int) -> None:
        if at < len(self._answers):
            self._answers[at].act()

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
        chosen = next(
            (each for each in self._answers if each.key is not None and each.key == event.key()), None
        )
        if chosen is not None:
            chosen.act()
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
        self.notices = tuple(Notice(self) for _each in range(MOST_WARNINGS))
        self.cover = QLabel()
        self.cover.setWordWrap(True)
        self._shield = QLabel()
        self._shield.setPixmap(icons.pixmap("shield-check", "accent_ink", 18))
        self.damaged = Toggle(
            _("Damaged by the user"), _("Dropped, wet, opened elsewhere: the maker does not pay for it")
        )
        self.damaged.hide()
        self.plan_words = QLabel()
        self.plan_words.setWordWrap(True)
        theme.role_of(self.plan_words, "secondary")
        #: Beside the keys of the form, not among its stops: Ctrl+B.
        self.plan = QPushButton()
        self.plan.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        theme.role_of(self.plan, "link")
        self.plan.setToolTip(
            _("An extended plan or an extension of the maker that the customer shows (Ctrl+B)")
        )
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

    def set_role(self, role: Role) -> None:
        """Offer what this person may decide."""
        self._role = role
        self.plan.setVisible(role in RIGHTS[Command.SAVE_COVER_PLAN])
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
        self.damaged.setChecked(device.user_damage)
        self._show_plan()
        self.payer.set_value(device.cover)
        self.note.set_value(device.cover_note)
        self.note.show_error(None)
        self._loading = False
        self._need_note()
        self.open_override(bool(device.cover))

    def open_override(self, on: bool) -> None:
        """Show or hide the row that changes who pays."""
        self.change.setChecked(on)
        self._override.setVisible(on)

    def show_advice(self, advice: Advice) -> None:
        """Show what is known now."""
        words = f"{label(advice.service_type)} · {cover_words(advice.cover.reason, advice.cover.until)}"
        if (advice.service_type, advice.payer) != (advice.cover.service_type, advice.cover.payer):
            words = _("{service}: {payer} pays (changed by you)").format(
                service=label(advice.service_type), payer=label(advice.payer)
            )
        self.cover.setText(words)
        # Where the maker would pay, it is the question; else it decides nothing.
        maker = advice.cover.payer is Payer.BRAND or advice.cover.reason is CoverReason.USER_DAMAGE
        self.damaged.setVisible(maker or self._presenter.device.user_damage)
        device = self._presenter.device
        shown: tuple[object, ...] = (advice.warnings, device.same_fault_as, self._owner_wanted())
        if shown == self._shown:
            return
        self._shown = shown
        self.question = None
        for notice, warning in zip_longest(self.notices, advice.warnings[: len(self.notices)]):
            if warning is None:
                notice.hide()
            else:
                self._say(notice, warning)

    def focus_question(self) -> bool:
        """Put the focus on the guarantee's question; False if there is none open."""
        if self.question is None:
            return False
        self.question.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    # -- inside ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        adopt(self, self.damaged, self.change, self._override)
        line = QHBoxLayout()
        line.setSpacing(theme.px(6))
        line.addWidget(self._shield)
        line.addWidget(self.cover, 1)
        line.addWidget(self.damaged)
        line.addWidget(self.plan)
        line.addWidget(self.change)
        row = QHBoxLayout(self._override)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.payer, 2)
        row.addWidget(self.note, 3)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(6))
        for notice in self.notices:
            box.addWidget(notice)
        box.addLayout(line)
        box.addWidget(self.plan_words)
        box.addWidget(self._override)

    def _connect(self) -> None:
        self.change.toggled.connect(self._toggled)
        self.damaged.toggled.connect(self._damage_ticked)
        self.plan.clicked.connect(self.ask_plan)
        self.payer.changed.connect(self._changed)
        self.note.changed.connect(self._changed)

    def ask_plan(self) -> None:
        """Write down the plan that the customer shows; the one that stands there is taken out again."""
        device = self._presenter.device
        if self._role not in RIGHTS[Command.SAVE_COVER_PLAN]:
            return
        if device.plan:
            device.plan = {}
        else:
            today = self._presenter.choices.today
            form = PlanForm(lambda: today, self._presenter.plan_begin())
            done: list[PlanEntry] = []
            if not ask(
                _("Plan of this device"),
                form.rows,
                _("Take over"),
                lambda: done.append(form.entry()),
                parent=self,
            ):
                return
            device.plan = kept_plan(done[0])
        self._show_plan()
        self.edited.emit()

    def _show_plan(self) -> None:
        plan = plan_of(self._presenter.device.plan)
        self.plan.setText(_("Take the plan out") if plan else _("Plan …"))
        self.plan_words.setText(plan_text(plan) if plan else "")
        self.plan_words.setVisible(plan is not None)

    def _damage_ticked(self, on: bool) -> None:
        if not self._loading:
            self._presenter.device.user_damage = on
            self.edited.emit()

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
        self._need_note()
        self.edited.emit()

    def _need_note(self) -> None:
        """A decision needs its reason; what was found has one."""
        self.note.required = bool(self._presenter.device.cover)
        self.note.line.setEnabled(self.note.required)
        self.note.set_label(_("Reason"))

    def _codes(self) -> list[tuple[str, str]]:
        combo = self.payer.combo
        return [(combo.itemData(at), combo.itemText(at)) for at in range(combo.count())]

    def _owner_wanted(self) -> bool:
        return self._presenter.known is None and empty(self._presenter.customer)

    def _say(self, notice: Notice, warning: IntakeWarning) -> None:
        match warning.kind:
            case Warn.REWORK:
                self._ask(notice, warning)
            case Warn.STATUTORY:
                notice.say(claimable_words(warning.claimable), "late", "shield-alert")
            case Warn.OPEN_ORDER:
                whose = f" ({warning.customer_name})" if warning.customer_name else ""
                status = label(warning.status) if warning.status else ""
                text = _("This device is still with us: {number}{whose}, {status}.").format(
                    number=warning.number, whose=whose, status=status
                )
                show = Answer(_("Show this order"), lambda: self.opened.emit(warning.order_id))
                notice.say(text, "late", "triangle-alert", show)
            case _:
                text = _("This serial number came in before: {name}, {number}.").format(
                    name=warning.customer_name, number=warning.number
                )
                word = _("Take over {name} and the device").format(name=warning.customer_name)
                take = Answer(word, lambda: self.took_owner.emit(warning))
                notice.say(text, "waits", "triangle-alert", *([take] if self._owner_wanted() else []))

    def _ask(self, notice: Notice, warning: IntakeWarning) -> None:
        order_id = warning.order_id
        if self._presenter.device.same_fault_as == order_id:
            text = _("Rework of {number}: the same fault within our guarantee.").format(number=warning.number)
            back = Answer(_("It is a new fault after all"), lambda: self.answered.emit(order_id, False))
            notice.say(text, "info", "rotate-ccw", back)
            return
        until = formats.day(warning.until) if warning.until else ""
        text = _(
            "We repaired this ({number}: {fault}), guarantee until {until}. The same fault again?"
        ).format(number=warning.number, fault=warning.fault, until=until)
        same = Answer(_("Same fault: rework"), lambda: self.answered.emit(order_id, True), Qt.Key.Key_Y)
        new = Answer(_("New fault"), lambda: self.answered.emit(order_id, False), Qt.Key.Key_N)
        notice.say(text, "waits", "circle-help", same, new)
        self.question = notice

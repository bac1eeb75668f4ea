"""The small forms of the bench: keyboard first, refusals inside, Esc leaves everything as it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from app.core.enums import Action, LineKind, NoteKind, PaperKind
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.formats import money
from app.core.labels import label
from app.core.money import Money, Quantity
from app.core.sentences import sentence
from app.core.words import _
from app.features.bench.choice_dialog import Choice, ChoiceDialog
from app.features.bench.lines_view import LinesView
from app.features.bench.names import device_name, line_name
from app.features.bench.offers import other_moves
from app.features.bench.snapshots import BenchChoices
from app.features.bench.view import Diagnosis, Labour
from app.features.orders.answer_dialog import AnswerDialog
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import CardLine, OrderCard
from app.ui import theme
from app.ui.fields import ChipGroup, Field, LineField, MoneyField, QuantityField, TextField, read_photo
from app.ui.form_dialog import FormDialog, ask
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.photos import ask_pictures

_DANGER = frozenset({Action.GIVE_UP, Action.CANCEL, Action.DISPOSE})


def ask_reason(action: Action, required: bool, submit: Callable[[str], None], parent: QWidget) -> None:
    """Why: one line, Enter gives the command."""
    reason = LineField(_("Reason"), required=required, placeholder="" if required else _("may stay empty"))
    ask(
        label(action),
        [reason],
        label(action),
        lambda: submit(reason.value()),
        danger=action in _DANGER,
        parent=parent,
    )


def ask_why_off(line: CardLine, submit: Callable[[str], None], parent: QWidget) -> None:
    """Why a charge that was quoted is taken off."""
    reason = LineField(_("Reason"), required=True)
    ask(
        _("Take off: {what}").format(what=line_name(line)),
        [reason],
        _("Take off"),
        lambda: submit(reason.value()),
        text=_("The customer was told this charge. The reason stays in the order's history."),
        danger=True,
        parent=parent,
    )


def add_reason(action: Action, submit: Callable[[str], None], parent: QWidget) -> bool:
    """Why, after the move was made by a scan; whether it was said."""
    reason = LineField(_("Reason"), required=True)
    return ask(label(action), [reason], _("Save"), lambda: submit(reason.value()), parent=parent)


def ask_fee(fee: Money, submit: Callable[[Money], None], parent: QWidget) -> None:
    """The diagnosis fee of a device that goes home unrepaired; empty or 0 is none."""
    field = MoneyField(_("Diagnosis fee"))
    field.set_value(fee)
    ask(
        label(Action.RETURN_UNREPAIRED),
        [field],
        label(Action.RETURN_UNREPAIRED),
        lambda: submit(field.value() or Money()),
        text=_("The planned charges fall away. 0 = no fee."),
        parent=parent,
    )


def ask_way(card: OrderCard, agreed: bool, submit: Callable[[QuoteAnswer], None], parent: QWidget) -> None:
    """How the customer answered: one number key; above the keys who it was, what he said, up to how much."""
    total = card.quote.total if card.quote is not None else card.customer_total
    AnswerDialog(total, agreed, submit, parent).exec()


def ask_diagnosis(known: Diagnosis, submit: Callable[[Diagnosis], None], parent: QWidget) -> None:
    """Fault, cause, fix; what was found before stands there to be corrected."""
    fields = [
        _words(_("Fault found"), known.fault),
        _words(_("Cause"), known.cause),
        _words(_("Fix"), known.fix),
    ]
    ask(
        _("Diagnosis"),
        fields,
        _("Save"),
        lambda: submit(Diagnosis(*(str(field.value()) for field in fields))),
        parent=parent,
    )


def ask_labour(
    choices: BenchChoices, worked: timedelta, submit: Callable[[Labour], None], parent: QWidget
) -> None:
    """Work done, its minutes and price; or a visit fee or another charge."""
    kind = ChipGroup(
        _("Kind"),
        [(each, label(each)) for each in (LineKind.LABOUR, LineKind.VISIT, LineKind.OTHER)],
        single=True,
        required=True,
    )
    kind.set_value(LineKind.LABOUR)
    what = LineField(_("Description"), placeholder=_("what was done"))
    spent = QuantityField(_("Minutes"), zero=True)
    done = int(worked.total_seconds() // 60)
    spent.set_value(Quantity.of(done) if done else None)
    price = MoneyField(_("Price"), required=True)
    price.set_value(choices.labour_price)
    reason = LineField(_("Why not from the list"), placeholder=_("what is not in the list, or why none fits"))

    def usual_price() -> None:
        if not price.is_dirty():
            price.set_value(choices.visit_fee if kind.value() is LineKind.VISIT else choices.labour_price)

    kind.changed.connect(usual_price)

    def give() -> None:
        minutes = spent.value() or Quantity()
        if minutes.milli % 1000:
            raise Refusal(Reason.OUT_OF_RANGE, field="minutes", low=0, high=60_000)
        if kind.value() is LineKind.LABOUR and not what.value():
            raise Refusal(Reason.FIELD_REQUIRED, field="description")
        labour = Labour(
            what.value(), price.value() or Money(), minutes.milli // 1000, kind.value(), reason.value()
        )
        try:
            submit(labour)
        except Refusal as error:
            if error.reason is Reason.NOT_LISTED_REASON_NEEDED:
                reason.take_focus()
            raise

    form = FormDialog(_("Labour"), [kind, what, spent, price, reason], _("Add"), give, parent=parent)
    what.take_focus()
    form.exec()


def ask_passcode(submit: Callable[[str], None], parent: QWidget) -> None:
    """The device's passcode, as the customer says it now."""
    text = LineField(
        _("Device passcode"),
        required=True,
        most=80,
        hint=_("Ask the customer. Kept encrypted, shown only to who repairs it, erased at pickup."),
    )
    form = FormDialog(
        _("Write down the device passcode"), [text], _("Save"), lambda: submit(text.value()), parent=parent
    )
    form.exec()


def ask_note(submit: Callable[[NoteKind, str], None], parent: QWidget) -> None:
    """A remark, or that the customer was informed; Ctrl+Enter saves."""
    kind = ChipGroup(
        _("Kind"),
        [(each, label(each)) for each in (NoteKind.NOTE, NoteKind.CONTACT)],
        single=True,
        required=True,
    )
    kind.set_value(NoteKind.NOTE)
    text = TextField(_("Note"), required=True, lines=3, most=4000, placeholder=_("Ctrl+Enter saves"))
    form = FormDialog(
        _("Note"), [kind, text], _("Save"), lambda: submit(kind.value(), text.value()), parent=parent
    )
    text.take_focus()
    form.exec()


def ask_photos(submit: Callable[[Sequence[Callable[[], bytes]]], None], parent: QWidget) -> None:
    """Pictures from files: camera, phone, scanner folder. What is submitted reads one, and raises its refusal."""
    submit([partial(_content, file) for file in ask_pictures(parent)])


def _content(file: Path) -> bytes:
    return read_photo(file).data


def ask_technician(
    choices: BenchChoices, card: OrderCard, submit: Callable[[int | None], None], parent: QWidget
) -> None:
    """Whose order it is: one number key."""
    offered = [
        Choice(staff_id, name, "user-check", now=staff_id == card.technician_id)
        for staff_id, name in choices.technicians
    ]
    ChoiceDialog(
        _("Technician of {number}").format(number=card.number),
        [*offered, Choice(None, _("nobody: free for all"), "users")],
        submit,
        parent=parent,
    ).exec()


def ask_more(card: OrderCard, submit: Callable[[Action], None], parent: QWidget) -> None:
    """The rarer moves, each with its reason where it is refused."""
    moves = other_moves(card)
    ChoiceDialog(
        _("More for {number}").format(number=card.number),
        [
            Choice(action, label(action), "arrow-right", sentence(refusal) if refusal else "")
            for action, refusal in moves
        ],
        submit,
        text=""
        if moves
        else _("Nothing else is possible while the order is “{status}”.").format(status=label(card.status)),
        parent=parent,
    ).exec()


class QuoteDialog(QDialog):
    """What the customer will read: charges and total. Enter makes the quote and prints it."""

    def __init__(
        self, card: OrderCard, submit: Callable[[bool], None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._submit = submit
        self.setWindowTitle(label(PaperKind.QUOTE))
        self.setModal(True)
        self.resize(theme.px(720), theme.px(320))
        heading = QLabel(_("Quote for {number}").format(number=card.number))
        theme.role_of(heading, "heading")
        about = QLabel(" · ".join(filter(None, (device_name(card), card.customer_name))))
        theme.role_of(about, "secondary")
        self.banner = Banner()
        lines = LinesView()
        lines.show_rows(card.lines)
        lines.table.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        caption = QLabel(_("Customer pays"))
        theme.role_of(caption, "secondary")
        total = QLabel(money(card.customer_total))
        theme.role_of(total, "title")
        sums = QHBoxLayout()
        sums.addStretch(1)
        sums.addWidget(caption, 0, Qt.AlignmentFlag.AlignBottom)
        sums.addWidget(total)
        no = QPushButton(_("Cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        self.silent = QPushButton(_("Quote without printing"))
        self.silent.setAutoDefault(False)
        self.silent.clicked.connect(lambda: self._make(False))
        self.printed = QPushButton(_("Quote and print"))
        self.printed.setDefault(True)
        theme.role_of(self.printed, "primary")
        self.printed.clicked.connect(lambda: self._make(True))
        lay_out(self, heading, about, self.banner, lines, sums, right=[no, self.silent, self.printed])
        self.printed.setFocus(Qt.FocusReason.OtherFocusReason)

    def _make(self, printed: bool) -> None:
        try:
            self._submit(printed)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        self.accept()


def _words(title: str, known: str) -> Field:
    """One line, so that Enter goes on; several where several stand there already."""
    field: LineField | TextField
    field = TextField(title, lines=3, most=4000) if "\n" in known else LineField(title, most=4000)
    field.set_value(known)
    return field

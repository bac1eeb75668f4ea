"""The small forms of the pay page: a rule, a bonus or deduction, the day of a report."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from app.core.enums import Command, CommissionKind, PaperKind, PayItemKind
from app.core.errors import Reason, Refusal
from app.core.labels import LABELS, category_name, label
from app.core.money import ZERO, Quantity
from app.core.words import _
from app.features.pay.service import MOST_PERMILLE, Pay
from app.features.pay.snapshots import ItemEntry, RuleEntry, RuleRow
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, DateField, LineField, MoneyField, QuantityField
from app.ui.form_dialog import ask

_EVERYBODY = 0
_LEADS = -1
#: Thousandths of a percent in a permille.
_MILLI_OF_PERMILLE = 100


class _PercentField(QuantityField):
    """0 to 100 with at most one decimal: rules are kept in permille."""

    def value(self) -> Quantity | None:
        text = str(self.raw()).removesuffix("%").strip()
        if not text:
            return None
        try:
            found = Quantity.parse(text)
        except Refusal:
            raise Refusal(Reason.BAD_PERCENT, text=text) from None
        if not 0 <= found.milli <= MOST_PERMILLE * _MILLI_OF_PERMILLE or found.milli % _MILLI_OF_PERMILLE:
            raise Refusal(Reason.BAD_PERCENT, text=text)
        return found


class _Explained(QWidget):
    """A tick box with its explanation below."""

    def __init__(self, box: QCheckBox, text: str) -> None:
        super().__init__()
        words = QLabel(text)
        words.setWordWrap(True)
        theme.role_of(words, "secondary")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(4))
        rows.addWidget(box)
        rows.addWidget(words)


def write_rule(pay: Pay, desk: Desk, like: RuleRow | None, parent: QWidget) -> bool:
    """Ask for a rule and write it; ``like`` is the one it takes the place of."""
    who = ComboField(_("For whom"), [(_EVERYBODY, _("Everybody")), *pay.people()], required=True)
    kind = ChipGroup(
        _("Rule"), [(each, _(word)) for each, word in LABELS[CommissionKind].items()], single=True
    )
    category = ComboField(
        _("Category"), [("", _("All")), *((each, category_name(each)) for each in pay.categories())]
    )
    percent = _PercentField(_("Share in percent"), zero=True, hint=_("0 pays nothing from that day on."))
    amount = MoneyField(_("Amount for each job"), hint=_("0 pays nothing from that day on."))
    again = QCheckBox(_("As everybody again"))
    # A box's own word does not wrap: a whole sentence would be wider than the form.
    ending = _Explained(again, _("The own rule ends, everybody's holds from that day on."))
    valid_from = DateField(_("Valid from"), lambda: pay.today, required=True)
    who.set_value(_EVERYBODY if like is None or like.staff_id is None else like.staff_id)
    kind.set_value(CommissionKind.LABOUR if like is None else like.kind)
    category.set_value("" if like is None else like.category)
    valid_from.set_value(pay.today.replace(day=1))

    def turn() -> None:
        job = kind.value() == CommissionKind.JOB
        try:
            own = bool(who.value())
        except Refusal:
            own = False  # half a name is still nobody's
        ending.setVisible(own)
        ends = own and again.isChecked()
        amount.setVisible(job and not ends)
        percent.setVisible(not job and not ends)
        for field, word, asked in (
            (amount, _("Amount for each job"), job and not ends),
            (percent, _("Share in percent"), not job and not ends),
        ):
            # Nothing typed is no rule that pays nothing.
            field.required = asked
            field.set_label(word)
            if not asked:
                field.set_value(None)

    kind.changed.connect(turn)
    who.changed.connect(turn)
    again.toggled.connect(lambda _on: turn())
    turn()
    ctx = desk.gesture()

    def give() -> object:
        chosen = CommissionKind(kind.value() or CommissionKind.LABOUR)
        job = chosen is CommissionKind.JOB
        staff_id = int(who.value() or _EVERYBODY)
        ends = bool(staff_id) and again.isChecked()
        share = None if ends or job else percent.value()
        day = valid_from.value()
        assert day is not None
        entry = RuleEntry(
            staff_id or None,
            chosen,
            day,
            str(category.value() or ""),
            0 if share is None else share.milli // _MILLI_OF_PERMILLE,
            (amount.value() or ZERO) if job and not ends else ZERO,
            ends,
        )
        return pay.save_rule(ctx, entry)

    text = _("The rule takes the place of the one before from its day on. Own rules go before everybody's.")
    fields: Sequence[QWidget] = (who, kind, category, ending, percent, amount, valid_from)
    return ask(_("Commission rule"), fields, _("Save"), give, text=text, parent=parent)


def write_item(pay: Pay, desk: Desk, staff_id: int, name: str, month: str, parent: QWidget) -> bool:
    """Ask for a bonus or a deduction of one person and write it."""
    kind = ChipGroup(_("Kind"), [(each, label(each)) for each in PayItemKind], single=True)
    kind.set_value(PayItemKind.BONUS)
    amount = MoneyField(
        _("Amount"), required=True, negative=True, hint=_("A negative amount takes an earlier one back.")
    )
    reason = LineField(_("Reason"), required=True)
    order = LineField(_("Order number"), hint=_("Where it is about one order."))
    ctx = desk.gesture()

    def give() -> object:
        chosen = PayItemKind(kind.value() or PayItemKind.BONUS)
        entry = ItemEntry(staff_id, month, chosen, amount.value() or ZERO, reason.value(), order.value())
        return pay.add_item(ctx, entry)

    text = _(
        "Of a month's bonus at most half is kept back; the rest of a deduction waits for the next month."
    )
    title = _("Bonus or deduction: {name}, {month}").format(name=name, month=month)
    return ask(title, (kind, amount, reason, order), _("Save"), give, text=text, parent=parent)


def print_day(pay: Pay, desk: Desk, parent: QWidget) -> bool:
    """Ask for a day, and for whose where somebody may see others', and show the report."""
    day = DateField(_("Day"), lambda: pay.today, required=True, past=True)
    day.set_value(pay.today)
    choices: list[tuple[int, str]] = [(desk.actor.id, desk.actor.name)]
    if desk.may(Command.CHECK_QUALITY):
        choices = [(_LEADS, _("Lead's day report")), *pay.people()]
    whose = ComboField(_("Report of"), choices, required=True)
    whose.set_value(choices[0][0])

    def give() -> None:
        of_day, who = day.value(), int(whose.value())
        assert of_day is not None
        if who == _LEADS:
            desk.papers.preview(PaperKind.LEAD_DAY, of_day.isoformat())
        else:
            # Asked first: a day of somebody else's is refused here, not by the paper.
            pay.technician_day(desk.actor, who, of_day)
            desk.papers.preview(PaperKind.TECHNICIAN_DAY, f"{of_day.isoformat()}-{who}")

    return ask(_("Day report"), (day, whose), _("Show"), give, parent=parent)

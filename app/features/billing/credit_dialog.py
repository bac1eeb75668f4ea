"""A credit note: whole, some lines, or an amount; or lines exchanged for others. Each with its reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import CreditKind, CreditReason, LineKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ONE, ZERO, Money
from app.core.words import _
from app.features.billing.correcting import Correcting
from app.features.billing.invoice_view import described
from app.features.billing.part_given import PartGiven
from app.features.billing.pay_forms import TenderFields
from app.features.billing.snapshots import (
    BilledInvoice,
    BilledLine,
    CreditAsked,
    Credited,
    ExchangeAsked,
    Exchanged,
    NewLine,
)
from app.ui import theme
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField
from app.ui.form_dialog import FormDialog

_REASONS = tuple(each for each in CreditReason if each is not CreditReason.EXCHANGE)
_KINDS = (CreditKind.WHOLE, CreditKind.LINES, CreditKind.AMOUNT)
_NEW_KINDS = (LineKind.PART, LineKind.LABOUR, LineKind.VISIT, LineKind.OTHER)


class LinesPick(QWidget):
    """The lines that can still be credited: tick, how much of it, and whether its part goes back to the shelf.

    No line offers more than can be credited of the whole invoice, ``creditable``: a discount among the lines, or what
    was written off, takes its part. A ticked discount leaves that much more to the other lines.
    """

    changed = Signal()

    def __init__(self, lines: tuple[BilledLine, ...], creditable: Money) -> None:
        super().__init__()
        self._lines = [each for each in lines if each.rest]
        self._creditable = creditable
        self.ticks: dict[int, QCheckBox] = {}
        self.amounts: dict[int, MoneyField] = {}
        self.backs: dict[int, QCheckBox] = {}
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, theme.px(4), 0)
        grid.setColumnStretch(0, 1)
        several = len({each.order_number for each in lines}) > 1
        for at, line in enumerate(self._lines):
            # One kind of work may stand there once for each device.
            what = f"{line.order_number}  {described(line)}" if several else described(line)
            tick = QCheckBox(what.replace("&", "&&"))
            amount = MoneyField("", negative=True)
            amount.line.setAccessibleName(_("Credited of {what}").format(what=what))
            amount.setFixedWidth(theme.px(110))
            amount.setEnabled(False)
            tick.toggled.connect(amount.setEnabled)
            tick.toggled.connect(self._offer)
            amount.changed.connect(self.changed)
            grid.addWidget(tick, at, 0)
            grid.addWidget(amount, at, 1)
            self.ticks[line.id], self.amounts[line.id] = tick, amount
            if line.returnable:
                back = QCheckBox(_("back to the shelf"))
                back.setEnabled(False)
                tick.toggled.connect(back.setEnabled)
                grid.addWidget(back, at, 2)
                self.backs[line.id] = back
        grid.setRowStretch(len(self._lines), 1)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # It scrolls downwards only: what is at the right end of a line has to be in sight.
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumWidth(inside.minimumSizeHint().width() + bar + 2 * area.frameWidth())
        area.setMinimumHeight(theme.px(min(44 * max(len(self._lines), 1) + 12, 220)))
        self.most = QLabel()
        self.most.setWordWrap(True)
        theme.role_of(self.most, "secondary")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(area)
        box.addWidget(self.most)
        self._offer()

    def _offer(self) -> None:
        """Put into each line what can be credited of it beside those that are ticked; what was typed stays."""
        ticked = [each for each in self._lines if self.ticks[each.id].isChecked()]
        left = self._creditable
        for line in ticked:
            if line.rest < ZERO or self.amounts[line.id].is_dirty():
                left -= self._amount_of(line)
        # Ticked ones share what is left, each in its turn; one that is not ticked shows what it would be given.
        for line in [*ticked, *(each for each in self._lines if each not in ticked)]:
            field = self.amounts[line.id]
            if field.is_dirty():
                continue
            offered = line.rest if line.rest < ZERO else min(line.rest, max(left, ZERO))
            field.set_value(offered)
            if line in ticked and line.rest > ZERO:
                left -= offered
        text = _("At most {amount} can still be credited.").format(amount=formats.money(self._creditable))
        if any(each.rest < ZERO for each in self._lines):
            text += " " + _("To credit a line in full, tick the discount too.")
        self.most.setText(text)
        self.changed.emit()

    def _amount_of(self, line: BilledLine) -> Money:
        """What stands in the field; an unreadable one counts as the whole line until it is put right."""
        try:
            return self.amounts[line.id].value() or line.rest
        except Refusal:
            return line.rest

    def take_focus(self) -> None:
        """Put the keys on the first line; nothing while the lines are not asked for."""
        first = next(iter(self.ticks.values()), None)
        if first is not None and not self.isHidden():
            first.setFocus(Qt.FocusReason.TabFocusReason)

    def chosen(self) -> tuple[tuple[int, Money], ...]:
        """The ticked lines with their amounts. Raises ``Refusal`` for an unreadable amount."""
        return tuple(
            (line.id, self.amounts[line.id].value() or line.rest)
            for line in self._lines
            if self.ticks[line.id].isChecked()
        )

    def restock(self) -> tuple[int, ...]:
        """Lines whose parts go back."""
        return tuple(
            line_id
            for line_id, back in self.backs.items()
            if back.isChecked() and self.ticks[line_id].isChecked()
        )

    def put_all_back(self) -> tuple[int, ...]:
        """Every part that may go back, for a credit of the whole."""
        return tuple(self.backs)


def credit(service: Correcting, desk: Desk, invoice: BilledInvoice, parent: QWidget) -> Credited | None:
    """Ask what is credited and why; above the role's limit a second person confirms."""
    kind = ChipGroup(
        _("How much"), [(each, label(each)) for each in _KINDS], single=True, required=True, numbers=False
    )
    lines = LinesPick(invoice.lines, invoice.creditable)
    amount = MoneyField(_("Amount with tax"), required=False)
    shelf = QCheckBox(_("Parts that are still good go back to the shelf"))
    reason = ComboField(_("Reason"), [(each, label(each)) for each in _REASONS], required=True)
    note = LineField(_("Explained"), required=True)
    sum_word = QLabel()
    theme.role_of(sum_word, "secondary")
    ctx = desk.gesture()
    done: list[Credited] = []

    def give() -> None:
        chosen = kind.value()
        wanted = CreditAsked(
            invoice.id,
            chosen,
            CreditReason(reason.value()),
            note.value(),
            lines=lines.chosen() if chosen is CreditKind.LINES else (),
            amount=(amount.value() or ZERO) if chosen is CreditKind.AMOUNT else ZERO,
            restock=_restock(lines, chosen, whole=shelf.isChecked()),
        )
        if chosen is CreditKind.LINES and not wanted.lines:
            raise Refusal(Reason.FIELD_REQUIRED, field="description")
        done.append(with_approval(desk, lambda second: service.credit(ctx, wanted, approver=second), parent))

    limit = ""
    if invoice.credit_limit == ZERO:
        limit = _("A second person confirms every credit note of yours.")
    elif invoice.credit_limit is not None:
        limit = _("Alone you may credit up to {amount}; above it a second person confirms.").format(
            amount=formats.money(invoice.credit_limit)
        )
    dialog = FormDialog(
        _("Credit note for {number}").format(number=invoice.number),
        [kind, lines, amount, shelf, reason, note, sum_word],
        _("Issue the credit note"),
        give,
        text=limit,
        danger=True,
        parent=parent,
    )

    def turned() -> None:
        chosen = kind.value()
        lines.setVisible(chosen is CreditKind.LINES)
        amount.setVisible(chosen is CreditKind.AMOUNT)
        shelf.setVisible(chosen is CreditKind.WHOLE and bool(lines.backs))
        most = _("At most {amount} can still be credited.")
        sum_word.setText(most.format(amount=formats.money(invoice.creditable)))
        # The lines say it themselves, right below them.
        sum_word.setVisible(chosen is not CreditKind.LINES)
        dialog.refit()

    kind.changed.connect(turned)
    kind.entered.connect(lines.take_focus)
    kind.set_value(CreditKind.WHOLE)
    turned()
    return done[0] if dialog.exec() and done else None


def exchange(
    service: Correcting, desk: Desk, invoice: BilledInvoice, given: PartGiven, parent: QWidget
) -> Exchanged | None:
    """Credit lines and invoice another one in their place, ``given`` where that is a part out of stock; what was paid
    pays the new one first."""
    lines = LinesPick(invoice.lines, invoice.creditable)
    kind = ComboField(_("New line"), [(each, label(each)) for each in _NEW_KINDS], required=True)
    kind.set_value(LineKind.OTHER)
    what = LineField(_("Description"))
    price = MoneyField(_("Price each"), required=True)
    note = LineField(_("Reason"), required=True)
    tenders = TenderFields(ZERO)
    ctx = desk.gesture()
    done: list[Exchanged] = []

    def is_part() -> bool:
        return kind.raw() == label(LineKind.PART)

    def new_line() -> NewLine:
        """What comes in place; of a part its name and tax are the part's. Raises what cannot be read."""
        if not is_part():
            if not what.value():
                raise Refusal(Reason.FIELD_REQUIRED, field="description")
            return NewLine(LineKind(kind.value()), what.value(), price.value() or ZERO)
        part = given.meant()
        return NewLine(
            LineKind.PART, part.name, price.value() or ZERO, given.many(), part.id, given.serials()
        )

    def due() -> None:
        try:
            credited = sum(each.fen for _line, each in lines.chosen())
            asked = (price.value() or ZERO).times(given.many() if is_part() else ONE).fen
        except Refusal:
            return
        # What was never paid is not set free: it falls away with the credit.
        free = min(credited, invoice.allocated.fen)
        tenders.set_due(Money(max(asked - free, 0)))

    lines.changed.connect(due)
    price.changed.connect(due)

    def turned() -> None:
        what.setVisible(not is_part())
        given.setVisible(is_part())
        due()

    def another() -> None:
        if given.row is not None and not price.is_dirty():
            price.set_value(given.row.sale_price)
        due()

    kind.changed.connect(turned)
    given.changed.connect(another)
    turned()

    def give() -> None:
        chosen = lines.chosen()
        if not chosen:
            raise Refusal(Reason.FIELD_REQUIRED, field="description")
        wanted = ExchangeAsked(
            CreditAsked(
                invoice.id,
                CreditKind.EXCHANGE,
                CreditReason.EXCHANGE,
                note.value(),
                lines=chosen,
                restock=lines.restock(),
            ),
            (new_line(),),
            tenders.tenders(),
        )
        done.append(
            with_approval(desk, lambda second: service.exchange(ctx, wanted, approver=second), parent)
        )

    dialog = FormDialog(
        _("Exchange on {number}").format(number=invoice.number),
        [lines, kind, what, given, price, tenders, note],
        _("Exchange"),
        give,
        danger=True,
        parent=parent,
    )
    lines.take_focus()
    return done[0] if dialog.exec() and done else None


def _restock(lines: LinesPick, kind: CreditKind, *, whole: bool) -> tuple[int, ...]:
    if kind is CreditKind.LINES:
        return lines.restock()
    return lines.put_all_back() if kind is CreditKind.WHOLE and whole else ()

"""Goods of others: what the shop owes for consigned goods it used, and loans between shops."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command, LoanWay, PaperKind
from app.core.labels import label
from app.core.money import ONE, ZERO, Quantity
from app.core.words import _, ngettext, pgettext
from app.features.defective.consigned import Consigned
from app.features.defective.loans import Loans
from app.features.defective.snapshots import LoanRow, OwedTo, OwedUse, SettlementRow
from app.features.stock.service import StockService
from app.features.stock.typed import part_typed
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, LineField, MoneyField, QuantityField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

OWED, SETTLED, LOANS = "owed", "settled", "loans"


class OthersPage(Page):
    """What is owed, what was settled, what is lent and borrowed."""

    key = "others"

    def __init__(self, consigned: Consigned, loans: Loans, stock: StockService, desk: Desk) -> None:
        super().__init__()
        self._consigned = consigned
        self._loans = loans
        self._stock = stock
        self.desk = desk
        self.view = ChipGroup(
            "",
            [
                (OWED, _("Consigned: to settle")),
                (SETTLED, _("Settlements")),
                (LOANS, _("Lent and borrowed")),
            ],
            single=True,
            numbers=False,
        )
        self.view.set_value(OWED)
        self.view.changed.connect(self._turned)
        self.closed = QCheckBox(_("Returned ones too"))
        self.closed.toggled.connect(lambda _on: self.run(self._load))
        self.borrow_button = QPushButton(_("Borrow …"))
        self.borrow_button.clicked.connect(lambda: self.new_loan(LoanWay.BORROWED))
        self.lend_button = QPushButton(_("Lend …"))
        self.lend_button.clicked.connect(lambda: self.new_loan(LoanWay.LENT))
        top = QHBoxLayout()
        top.addWidget(self.view, 1)
        for widget in (self.closed, self.borrow_button, self.lend_button):
            top.addWidget(widget)
        self.body.addLayout(top)
        zone = consigned.zone
        self.owed = Table(
            [
                Column(
                    "name",
                    pgettext("goods", "Owner"),
                    lambda row: row.name,
                    width=160,
                    stretch=True,
                    bold=True,
                ),
                Column("uses", _("Uses"), lambda row: str(row.uses), align=RIGHT, width=70),
                Column("total", _("Owed"), _total, sort=lambda row: row.total, align=RIGHT, width=110),
            ],
            name="consigned_owed",
            key=lambda row: row.owner,
            empty=Empty(_("Nothing is owed: all used goods of others are settled."), icon="handshake"),
        )
        self.settlements = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=110, bold=True),
                Column("name", pgettext("goods", "Owner"), lambda row: row.name, width=130, stretch=True),
                Column("at", _("When"), lambda row: formats.moment(row.at, zone), width=140, spare=True),
                Column("total", _("Amount"), _total, align=RIGHT, width=100),
            ],
            name="settlements",
            empty=Empty(_("No settlements yet."), icon="receipt-text"),
        )
        self.uses = Table(
            [
                Column("at", _("When"), lambda row: formats.short_moment(row.at, zone), width=92),
                Column("name", _("Part name"), lambda row: row.name, width=130, stretch=True),
                Column("kind", _("Move"), lambda row: label(row.kind), width=84, spare=True),
                Column("order", _("Order no."), lambda row: row.order_number, width=98, spare=True),
                Column("quantity", _("Quantity"), lambda row: str(row.quantity), align=RIGHT, width=64),
                Column("owed", _("Owed"), _owed, align=RIGHT, width=84),
            ],
            name="consigned_uses",
            empty=Empty(_("No uses."), icon="boxes"),
        )
        self.loans = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=120, bold=True),
                Column("way", _("Way"), lambda row: label(row.way), width=76),
                Column("shop", _("Other shop"), lambda row: row.shop, width=120, spare=True),
                Column("part", _("Part name"), lambda row: row.part_name, width=140, stretch=True),
                Column("rest", _("Still out"), _rest, align=RIGHT, width=84),
                Column("days", _("Days"), _days, sort=lambda row: row.days, align=RIGHT, width=76),
            ],
            name="part_loans",
            empty=Empty(_("Nothing is lent or borrowed."), icon="handshake"),
        )
        self.owed.picked.connect(self._owed_picked)
        self.settlements.picked.connect(self._settlement_picked)
        self.loans.picked.connect(self._loan_picked)
        self._lists = QStackedWidget()
        for table in (self.owed, self.settlements, self.loans):
            self._lists.addWidget(table)
        self.card = SideCard(_("Choose a line on the left."), self.uses)
        self.settle_button = self.card.button(_("Settle …"), self.settle, primary=True, key="Ctrl+R")
        self.print_button = self.card.button(_("Print"), self.print_paper)
        self.back_button = self.card.button(_("Returned …"), self.give_back, primary=True)
        self.body.addWidget(beside(self._lists, self.card, wide=640, narrow=580), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Consigned and loans")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("Ctrl+R", _("settle")), KeyHint("Ctrl+P", _("settlement paper")))

    def first_focus(self) -> QWidget | None:
        return self._table().view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.PART) or changes.has(Kind.SUPPLIER)

    def refresh(self) -> None:
        self._turned()

    def print_paper(self) -> None:
        row = self.settlements.current() if self.view.value() == SETTLED else None
        if row is not None:
            self.desk.papers.preview(PaperKind.CONSIGN_SETTLEMENT, row.number)

    # -- commands --------------------------------------------------------------------------------------

    def settle(self) -> None:
        """Settle with the picked owner what is shown."""
        row = self.owed.current()
        if row is None:
            return
        note = LineField(_("Note"))
        ctx = self.desk.gesture()
        done: list[SettlementRow] = []
        if ask(
            _("Settle with {name}").format(name=row.name),
            [note],
            _("Settle {amount}").format(amount=formats.money(row.total)),
            lambda: done.append(self._consigned.settle(ctx, row, note.value())),
            text=ngettext("{n} use is settled.", "{n} uses are settled.", row.uses).format(n=row.uses),
            parent=self,
        ):
            # The settlement is shown: its paper is printed from there.
            self.view.set_value(SETTLED)
            self._turned()
            self.settlements.select(done[0].id)
            self.confirm_done(
                _("Settled: {number}, {amount}").format(
                    number=done[0].number, amount=formats.money(done[0].total)
                )
            )

    def new_loan(self, way: LoanWay) -> None:
        """Parts come from or go to another shop."""
        borrowing = way is LoanWay.BORROWED
        part = LineField(_("Part: number, barcode or name"), required=True)
        quantity = QuantityField(_("Quantity"), required=True)
        quantity.set_value(ONE)
        shop = LineField(_("Other shop"), required=True)
        value = MoneyField(_("What all of them would cost us"), required=True)
        serials = LineField(_("Serial numbers, parted by spaces"))
        ctx = self.desk.gesture()
        done: list[LoanRow] = []

        def give() -> None:
            part_id = part_typed(self._stock, part.value()).id
            amount, numbers = quantity.value() or Quantity(0), tuple(serials.value().split())
            if borrowing:
                done.append(
                    self._loans.borrow(
                        ctx, part_id, amount, shop.value(), value.value() or ZERO, serials=numbers
                    )
                )
            else:
                done.append(self._loans.lend(ctx, part_id, amount, shop.value(), serials=numbers))

        fields: list[QWidget] = [part, quantity, shop, value, serials]
        if not borrowing:
            fields.remove(value)
        title = _("Borrow from another shop") if borrowing else _("Lend to another shop")
        if ask(title, fields, _("Borrow") if borrowing else _("Lend"), give, parent=self):
            self.view.set_value(LOANS)
            self._load()
            self.loans.select(done[0].id)
            self.confirm_done(f"{done[0].number} {label(way)}: {done[0].part_name}")

    def give_back(self) -> None:
        """The picked loan, or a part of it, goes back."""
        row = self.loans.current()
        if row is None:
            return
        quantity = QuantityField(_("Quantity"), required=True)
        quantity.set_value(row.rest)
        serials = LineField(_("Serial numbers, parted by spaces"))
        ctx = self.desk.gesture()
        if ask(
            _("Returned: {number} {part}").format(number=row.number, part=row.part_name),
            [quantity, serials],
            _("Returned"),
            lambda: self._loans.give_back(
                ctx, row.id, quantity.value() or Quantity(0), serials=tuple(serials.value().split())
            ),
            parent=self,
        ):
            self._load()

    # -- inside ----------------------------------------------------------------------------------------

    def _table(self) -> Table:
        return {SETTLED: self.settlements, LOANS: self.loans}.get(self.view.value(), self.owed)

    def _turned(self) -> None:
        loans = self.view.value() == LOANS
        may = loans and self.desk.may(Command.LEND_PART)
        self.closed.setVisible(loans)
        self.borrow_button.setVisible(may)
        self.lend_button.setVisible(may)
        self._lists.setCurrentWidget(self._table())
        self.card.show_nothing()
        self.run(self._load)

    def _load(self) -> None:
        match self.view.value():
            case "settled":
                self.settlements.show_source(self._consigned.settlements)
                self._settlement_picked(self.settlements.current())
            case "loans":
                closed = self.closed.isChecked()
                self.loans.show_source(lambda after, limit: self._loans.page(after, limit, closed=closed))
                self._loan_picked(self.loans.current())
            case _:
                self.owed.show_rows(self._consigned.owed())
                self._owed_picked(self.owed.current())

    def _owed_picked(self, row: OwedTo | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        self.uses.show_source(lambda after, limit: self._consigned.uses(row.owner, after, limit))
        self.card.show_record(row.name, [(_("Owed"), formats.money(row.total))])
        self.card.offer(self.settle_button if self.desk.may(Command.SETTLE_CONSIGNED) else None)

    def _settlement_picked(self, row: SettlementRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        self.uses.show_source(lambda after, limit: self._consigned.settled_uses(row.id, after, limit))
        self.card.show_record(
            f"{row.number}  {row.name}",
            [
                (_("Amount"), formats.money(row.total)),
                (_("When"), formats.moment(row.at, self._consigned.zone)),
                (_("By"), row.staff),
                (_("Note"), row.note),
            ],
        )
        self.card.offer(self.print_button)

    def _loan_picked(self, row: LoanRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        self.card.show_record(
            f"{row.number}  {row.part_name}",
            [
                (_("Other shop"), row.shop),
                (_("Part number"), row.part_number),
                (_("Quantity"), f"{row.quantity} {row.unit}".strip()),
                (_("Returned"), str(row.returned) if row.returned else ""),
                (_("Value"), formats.money(row.value)),
                (_("When"), formats.moment(row.at, self._loans.zone)),
                (_("By"), row.staff),
            ],
            Chip(label(row.way), Tone.WAITS if row.rest else Tone.DONE, "handshake"),
        )
        self.uses.hide()
        self.card.offer(self.back_button if row.rest and self.desk.may(Command.LEND_PART) else None)


def _total(row: OwedTo | SettlementRow) -> str:
    return formats.money(row.total, sign=False)


def _owed(row: OwedUse) -> str:
    return formats.money(row.owed, sign=False)


def _rest(row: LoanRow) -> str:
    return f"{row.rest} {row.unit}".strip()


def _days(row: LoanRow) -> str:
    return ngettext("{n} day", "{n} days", row.days).format(n=row.days)

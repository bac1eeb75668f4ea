"""Receivables: who owes what since when, statements, reminders, several invoices paid at once, credit held."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command, PaperKind, Payer, ReminderWay
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _, pgettext
from app.features.billing.listing import HolderRow, InvoiceList, InvoiceRow
from app.features.billing.offices import BillingOffices
from app.features.billing.owed_tables import (
    held_table,
    held_words,
    open_table,
    owed_key,
    owed_table,
    owner_words,
    total_words,
)
from app.features.billing.pay_forms import (
    TenderFields,
    credit_words,
    free_of,
    give_back,
    print_payments,
    print_refund,
    take_payment,
)
from app.features.billing.service import Billing
from app.features.billing.snapshots import AgedReceivable, PaidTogether, Reminder
from app.features.billing.ticked import InvoiceTicks
from app.features.billing.workbook import workbook
from app.features.sheets.writing import write_whole
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, DateField, LineField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.room import InTab
from app.ui.saving import ask_where
from app.ui.side_card import SideCard, beside

ALL, OWN, OTHERS, HELD = "all", "own", "others", "held"
#: A statement goes back so far unless told otherwise.
_QUARTER = timedelta(days=90)


class ReceivablesPage(Page):
    """Left who owes (or whose money is held), right his open invoices and what can be done about them."""

    key = "receivables"

    def __init__(self, offices: BillingOffices, desk: Desk) -> None:
        super().__init__()
        self._list: InvoiceList = offices.invoices
        self._billing: Billing = offices.billing
        self.desk = desk
        self.look = ChipGroup(
            "",
            [
                (ALL, _("All")),
                (OWN, _("Customers")),
                (OTHERS, _("Brands and others")),
                (HELD, _("Credit held")),
            ],
            single=True,
            numbers=False,
        )
        self.look.set_value(ALL)
        self.look.changed.connect(lambda: self.run(self._load))
        self.body.addWidget(self.look)
        self.list = owed_table()
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.pay())
        self.held = held_table()
        self.held.picked.connect(self._picked_holder)
        self.total = QLabel()
        theme.role_of(self.total, "heading")
        self._faces = QStackedWidget()
        self._faces.addWidget(self.list)
        self._faces.addWidget(self.held)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._faces, 1)
        box.addWidget(self.total)
        self.open = open_table()
        self.open.opened.connect(lambda row: self.wants.emit("money", InTab("invoices", row.id)))
        self.card = SideCard(_("Choose somebody on the left."), self.open)
        card = self.card
        self.pay_button = card.button(_("Take a payment …"), self.pay, primary=True, key="Ctrl+R")
        self.remind_button = card.button(_("Remind …"), self.remind, key="Ctrl+M")
        self.statement_button = card.button(_("Statement …"), self.statement)
        # The shell's own key.
        self.statement_button.setToolTip("Ctrl+P")
        self.excel_button = card.button(_("Statement as Excel …"), self.save_statement, key="Ctrl+E")
        self.keep_button = card.button(_("Money in advance …"), self.pay_in_advance, key="Ctrl+Y")
        self.refund_button = card.button(_("Refund …"), self.refund, key="Ctrl+T")
        self.body.addWidget(beside(left, card, wide=780, narrow=460), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Receivables")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+R", _("take a payment")),
            KeyHint("Ctrl+M", _("remind")),
            KeyHint("↵", _("open the invoice")),
            KeyHint("Ctrl+P", _("statement")),
        )

    def first_focus(self) -> QWidget | None:
        return self.held.view if self.look.value() == HELD else self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.MONEY) or changes.has(Kind.CUSTOMER)

    def refresh(self) -> None:
        self._load()

    def open_with(self, subject: Any) -> None:
        """A customer's id."""
        self.look.set_value(OWN)
        self._load()
        for row in self.list.rows():
            if row.customer_id == int(subject):
                self.list.select(owed_key(row))
                return

    def print_paper(self) -> None:
        self.statement()

    # -- the deeds -------------------------------------------------------------------------------------

    def pay(self) -> None:
        """Choose invoices, type one amount: it pays the oldest first."""
        row = self.list.current()
        if self.look.value() == HELD or row is None:
            return
        own = row.payer is Payer.CUSTOMER
        rows = self._open_of(row) if own else self._list.open_of_payer(row.payer, row.payer_name)
        paid = self._pay_several(row, rows)
        if paid is not None:
            text = print_payments(self.desk, paid)
            self._load()
            self.confirm_done(text)

    def remind(self) -> None:
        """Note that the customer was reminded; a letter is printed."""
        row = self.list.current()
        if row is None or not row.customer_id:
            return
        way = ChipGroup(_("How"), [(each, label(each)) for each in ReminderWay], single=True, required=True)
        note = LineField(_("Note"))
        letter = QCheckBox(_("Print the reminder"))
        way.changed.connect(lambda: letter.setChecked(way.value() is ReminderWay.LETTER))
        ctx = self.desk.gesture()
        done: list[Reminder] = []
        if ask(
            _("Remind {name}").format(name=row.customer_name),
            [way, note, letter],
            _("Note it"),
            lambda: done.append(self._billing.remind(ctx, row.customer_id, way.value(), note.value())),
            text=_("{amount} is due, the oldest since {day}.").format(
                amount=formats.money(row.total), day=formats.day(row.oldest_due_on)
            ),
            parent=self,
        ):
            if letter.isChecked():
                self.desk.papers.print_now(PaperKind.PAYMENT_REMINDER, str(row.customer_id))
            self._load()
            self.confirm_done(_("{name} was reminded.").format(name=row.customer_name))

    def statement(self) -> None:
        """The account of the chosen customer on paper."""
        whose = self._customer()
        if whose is None:
            return
        span = self._span(whose[1], _("Show"))
        if span is not None:
            first, last = span
            number = f"{whose[0]}?from={first.isoformat()}&to={last.isoformat()}"
            self.desk.papers.preview(PaperKind.STATEMENT, number)

    def save_statement(self) -> None:
        """The account as a workbook."""
        whose = self._customer()
        span = self._span(whose[1], _("Save")) if whose is not None else None
        if whose is None or span is None:
            return
        found = self._billing.statement(self.desk.actor, whose[0], *span)
        title = _("Statement of account")
        file = ask_where(self, _("Save as Excel"), f"{title} {whose[1]}")
        if file is None:
            return
        self.run(
            lambda: write_whole(file, workbook(found)),
            lambda _nothing: self.confirm_done(_("Saved: {name}").format(name=file.name)),
        )

    def pay_in_advance(self) -> None:
        """Money without an invoice: it is kept as the customer's credit."""
        whose = self._customer()
        if whose is None:
            return
        paid = take_payment(
            self._billing,
            self.desk,
            whose[0],
            [],
            ZERO,
            self,
            title=_("Money in advance: {name}").format(name=whose[1]),
        )
        if paid is not None:
            text = print_payments(self.desk, paid)
            self._load()
            self.confirm_done(text)

    def refund(self) -> None:
        """Give back what is held and free."""
        whose = self._payer()
        if whose is None:
            return
        customer_id, payer, name = whose

        def ask_for_it() -> None:
            done = give_back(self._billing, self.desk, customer_id, self, payer=payer, payer_name=name)
            if done is not None:
                text = print_refund(self.desk, done)
                self._load()
                self.confirm_done(text)

        self.run(ask_for_it)

    # -- inside ----------------------------------------------------------------------------------------

    def _pay_several(self, row: AgedReceivable, rows: Sequence[InvoiceRow]) -> PaidTogether | None:
        own = row.payer is Payer.CUSTOMER
        # Invoices that name no third party stand by customer: those of others are offered too, the shop knows whose
        # they are.
        mine = {each.id for each in (rows if own or not row.customer_id else self._open_of(row))}
        ticks = InvoiceTicks(rows, mine)
        tenders = TenderFields(ticks.due())
        free = self._free(row.customer_id, row.payer, row.payer_name)
        credit = QCheckBox(credit_words(free, own=own))
        keep = QCheckBox(_("Keep what is above it as the customer's credit"))

        def again() -> None:
            due = ticks.due().fen
            tenders.set_due(Money(max(due - (free.fen if credit.isChecked() else 0), 0)))

        ticks.changed.connect(again)
        credit.toggled.connect(lambda _on: again())
        ctx = self.desk.gesture()
        done: list[PaidTogether] = []

        def give() -> None:
            chosen = ticks.chosen()
            if not chosen:
                raise Refusal(Reason.NOTHING_DUE, number=owner_words(row))
            done.append(
                self._billing.pay_invoices(
                    ctx,
                    row.customer_id or None,
                    chosen,
                    tenders.tenders(),
                    use_credit=credit.isChecked(),
                    keep_rest=keep.isChecked(),
                )
            )

        fields: list[QWidget] = [ticks, tenders]
        if own:
            fields.append(keep)
        if free:
            fields.insert(1, credit)
        if ask(
            _("Payment of {name}").format(name=owner_words(row)),
            fields,
            _("Take it"),
            give,
            text=_("The oldest is paid first; less than all is possible."),
            parent=self,
        ):
            return done[0]
        return None

    def _span(self, name: str, word: str) -> tuple[date, date] | None:
        today = self._list.today()
        first = DateField(pgettext("period", "From"), lambda: today, required=True)
        last = DateField(pgettext("period", "To"), lambda: today, required=True)
        first.set_value((today - _QUARTER).replace(day=1))
        last.set_value(today)

        found: list[tuple[date, date]] = []

        def check() -> None:
            begin, end = first.value() or today, last.value() or today
            if begin > end:
                raise Refusal(Reason.BAD_DATE, text=formats.day(begin))
            found.append((begin, end))

        title = _("Statement of {name}").format(name=name)
        return found[0] if ask(title, [first, last], word, check, parent=self) else None

    def _free(self, customer_id: int, payer: Payer, payer_name: str) -> Money:
        return free_of(self._billing.held(self.desk.actor, customer_id, payer, payer_name))

    def _open_of(self, row: AgedReceivable | HolderRow) -> tuple[InvoiceRow, ...]:
        """What a customer has not paid, or a third party: of all customers where it has a name."""
        customer_id = row.customer_id if isinstance(row, AgedReceivable) else row.id
        if customer_id:
            return self._list.open_of(customer_id, row.payer)
        return self._list.open_of_payer(row.payer, row.payer_name)

    def _payer(self) -> tuple[int, Payer, str] | None:
        """Whose money it is: customer, kind of payer, name of a third party."""
        if self.look.value() == HELD:
            holder: HolderRow | None = self.held.current()
            return None if holder is None else (holder.id, holder.payer, holder.payer_name)
        row: AgedReceivable | None = self.list.current()
        return None if row is None else (row.customer_id, row.payer, row.payer_name)

    def _customer(self) -> tuple[int, str] | None:
        if self.look.value() == HELD:
            holder: HolderRow | None = self.held.current()
            own = holder is not None and holder.payer is Payer.CUSTOMER
            return (holder.id, holder.name) if holder is not None and own else None
        row: AgedReceivable | None = self.list.current()
        if row is None or not row.customer_id or row.payer is not Payer.CUSTOMER:
            return None  # what somebody else owes for him stands in no account of his
        return row.customer_id, row.customer_name

    def _load(self) -> None:
        look = self.look.value() or ALL
        if look == HELD:
            self._faces.setCurrentWidget(self.held)
            rows = self._list.holders()
            self.held.show_rows(rows)
            self.total.setText(held_words(rows))
            if self.held.current() is None:
                self.held.select_first()
            self._picked_holder(self.held.current())
            return
        self._faces.setCurrentWidget(self.list)
        aged = self._billing.receivables(self.desk.actor, Payer.CUSTOMER if look == OWN else None)
        shown = [each for each in aged.rows if look != OTHERS or each.payer is not Payer.CUSTOMER]
        self.list.show_rows(shown)
        self.total.setText(total_words(shown))
        if self.list.current() is None:
            self.list.select_first()
        self._picked(self.list.current())

    def _picked(self, row: AgedReceivable | None) -> None:
        if self.look.value() == HELD:
            return
        if row is None:
            self.card.show_nothing()
            return
        own = row.payer is Payer.CUSTOMER
        free = self._free(row.customer_id, row.payer, row.payer_name)
        self.open.show_rows(self._open_of(row))
        self.card.show_record(
            owner_words(row),
            [
                (_("Phone"), formats.phone(row.phone)),
                (_("Payer"), label(row.payer) if not own else ""),
                (_("Owes"), formats.money(row.total)),
                (_("Oldest due"), formats.day(row.oldest_due_on)),
                (
                    _("Credit of the customer") if own else _("Credit of the payer"),
                    formats.money(free) if free else "",
                ),
                (
                    _("Reminded"),
                    formats.short_moment(row.reminded_at, self._list.zone) if row.reminded_at else "",
                ),
            ],
        )
        may = self.desk.may
        self.card.offer(
            self.pay_button if may(Command.PAY_INVOICE) else None,
            self.remind_button if own and row.customer_id and may(Command.REMIND_CUSTOMER) else None,
            self.statement_button if own and row.customer_id else None,
            self.excel_button if own and row.customer_id else None,
            self.keep_button if own and row.customer_id and may(Command.PAY_INVOICE) else None,
            self.refund_button if free and may(Command.REFUND) else None,
        )

    def _picked_holder(self, row: HolderRow | None) -> None:
        if self.look.value() != HELD:
            return
        if row is None:
            self.card.show_nothing()
            return
        own = row.payer is Payer.CUSTOMER
        self.open.show_rows(self._open_of(row))
        self.card.show_record(
            row.name,
            [
                (_("Phone"), formats.phone(row.phone)),
                (_("Payer"), label(row.payer) if not own else ""),
                (
                    _("Credit of the customer") if own else _("Credit of the payer"),
                    formats.money(row.credit),
                ),
                (_("Deposits of open orders"), formats.money(row.deposits) if row.deposits else ""),
                (_("Since"), formats.day(row.since)),
            ],
        )
        may = self.desk.may
        self.card.offer(
            self.statement_button if own else None,
            self.excel_button if own else None,
            self.keep_button if own and may(Command.PAY_INVOICE) else None,
            self.refund_button if row.credit and may(Command.REFUND) else None,
        )

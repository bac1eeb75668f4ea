"""The lists of the receivables' page: who owes by age, whose money is held, what is open of one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.core import formats
from app.core.enums import Payer
from app.core.labels import label
from app.core.money import Money
from app.core.words import _, ngettext, pgettext
from app.features.billing.listing import HolderRow, InvoiceRow
from app.features.billing.snapshots import AgedReceivable
from app.ui.tables import RIGHT, Column, Empty, Table


def owed_table() -> Table:
    """Who owes, by age of the due day, largest first."""
    words = (_("Not due yet"), "1–30", "31–60", "61–90", "90+")
    return Table(
        [
            Column("name", _("Customer"), owner_words, width=120, stretch=True, bold=True),
            Column("count", _("Invoices"), lambda row: str(row.invoices), align=RIGHT, width=64, spare=True),
            *(_age(at, word) for at, word in enumerate(words)),
            _money("total", _("Total"), lambda row: row.total, bold=True),
        ],
        name="receivables",
        key=owed_key,
        empty=Empty(_("Nobody owes anything."), icon="circle-check"),
    )


def held_table() -> Table:
    """Whose money the shop holds."""
    return Table(
        [
            Column("name", _("Customer"), _holder, width=140, stretch=True, bold=True),
            Column("phone", _("Phone"), lambda row: formats.phone(row.phone), width=120, spare=True),
            _money("deposits", _("Deposits"), lambda row: row.deposits),
            _money("credit", _("Credit"), lambda row: row.credit),
            Column("since", _("Since"), lambda row: formats.day(row.since), width=100),
        ],
        name="held_money",
        key=lambda row: (row.id, row.payer.value, row.payer_name),
        empty=Empty(_("The shop holds nobody's money."), icon="circle-check"),
    )


def open_table() -> Table:
    """What one of them has not paid."""
    return Table(
        [
            Column("number", _("Number"), lambda row: row.number, width=112, bold=True),
            Column("day", _("Date"), lambda row: formats.day(row.business_day), width=100, spare=True),
            Column("pay_by", _("Pay by"), lambda row: formats.day(row.due_on), width=96, spare=True),
            Column("late", pgettext("paper", "Late"), late_words, width=90, stretch=True, tone=_late_tone),
            _money("due", _("Due"), lambda row: row.due),
        ],
        name="open_invoices",
        empty=Empty(_("Nothing is due."), icon="circle-check"),
    )


def _money(key: str, word: str, amount: Callable[[Any], Money], *, bold: bool = False) -> Column:
    return Column(
        key,
        word,
        lambda row: formats.money(amount(row), sign=False) if amount(row) else "",
        sort=amount,
        align=RIGHT,
        width=90,
        bold=bold,
    )


def _age(at: int, word: str) -> Column:
    def amount(row: AgedReceivable) -> Money:
        return row.ages[at]

    def shown(row: AgedReceivable) -> str:
        return formats.money(row.ages[at], sign=False) if row.ages[at] else ""

    return Column(f"age{at}", word, shown, sort=amount, align=RIGHT, width=80, tone=_old if at > 2 else None)


def owed_key(row: AgedReceivable) -> tuple[int, str, str]:
    """Who it is: a customer by his id, a third party by its name."""
    return row.customer_id, row.payer.value, row.payer_name


def _holder(row: HolderRow) -> str:
    if row.payer is Payer.CUSTOMER:
        return row.name
    return row.name if row.payer_name else f"{label(row.payer)} ({row.name})"


def owner_words(row: AgedReceivable) -> str:
    """Who owes, as he is called; a contract's debt does not look like its customer's own."""
    if row.payer is not Payer.CUSTOMER and not row.payer_name and row.customer_name:
        return f"{label(row.payer)} ({row.customer_name})"
    return row.customer_name or row.payer_name or label(row.payer)


def _old(_row: AgedReceivable) -> str:
    return "late_ink"


def late_words(row: InvoiceRow) -> str:
    """How late it is; nothing where it is not."""
    if not row.days_late:
        return ""
    return ngettext("{n} day late", "{n} days late", row.days_late).format(n=row.days_late)


def _late_tone(row: InvoiceRow) -> str | None:
    return "late_ink" if row.days_late else None


def offer_words(row: InvoiceRow) -> str:
    """One open invoice as it is offered to be paid; a third party's with its customer."""
    whose = "" if row.payer is Payer.CUSTOMER else row.customer_name
    said = (row.number, whose, formats.day(row.due_on), formats.money(row.due), late_words(row))
    return "   ".join(filter(None, said))


def total_words(rows: Sequence[AgedReceivable]) -> str:
    """The sum of what is shown, and what of it is late."""
    if not rows:
        return ""
    total = Money(sum(each.total.fen for each in rows))
    late = Money(sum(each.fen for row in rows for each in row.ages[1:]))
    words = _("Owed in all: {amount}").format(amount=formats.money(total))
    if not late:
        return words
    return f"{words}   " + _("of it overdue: {amount}").format(amount=formats.money(late))


def held_words(rows: Sequence[HolderRow]) -> str:
    """The sum of what is held."""
    if not rows:
        return ""
    held = Money(sum(each.credit.fen + each.deposits.fen for each in rows))
    return _("Held in all: {amount}").format(amount=formats.money(held))

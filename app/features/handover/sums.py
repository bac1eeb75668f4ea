"""What the customer pays for and what is taken off, line by line down to what is due. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.enums import CLOSED, Payer
from app.core.labels import category_name, label
from app.core.money import ZERO, Money
from app.core.words import _
from app.features.handover.presenter import HandoverPresenter
from app.features.orders.snapshots import OrderCard


@dataclass(frozen=True, slots=True)
class SumRow:
    """One line under the charges. Except for what others pay, the amounts down to ``strong`` *Due* add up to it."""

    text: str
    amount: Money
    strong: bool = False


def sums_of(presenter: HandoverPresenter) -> tuple[SumRow, ...]:
    """The sums below the charges of the order in front; of all devices where several go on one invoice."""
    assert presenter.handover is not None
    card = presenter.handover.card
    own = [SumRow(_("Customer pays"), card.customer_total, strong=True), *_of_others(card)]
    if card.invoice_number or card.status in CLOSED:
        return (*own, *_invoiced(card))
    cards = [each.card for each in presenter.others.values()]
    held = Money(sum(each.deposit_held.fen for each in (card, *cards)))
    rows = [
        *(SumRow(f"{each.number}  {_device(each)}", each.customer_total) for each in cards),
        SumRow(_("Deposit held"), -held),
        SumRow(_("Credit used"), -presenter.credit_used),
    ]
    return (*own, *(row for row in rows if row.amount), SumRow(_("Due"), presenter.due, strong=True))


def _of_others(card: OrderCard) -> list[SumRow]:
    rows = []
    for payer in (Payer.BRAND, Payer.UNDERWRITER, Payer.CONTRACT, Payer.SHOP):
        amount = Money(sum(line.gross.fen for line in card.lines if line.payer is payer))
        if amount:
            rows.append(SumRow(_("Paid by: {payer}").format(payer=label(payer)), amount))
    return rows


def _invoiced(card: OrderCard) -> list[SumRow]:
    """An invoice may stand for several devices, and may have been credited since: the rows still add up."""
    rest = card.paid + card.due - card.customer_total
    rows = []
    if rest > ZERO:
        rows.append(SumRow(_("Other devices on the invoice"), rest))
    elif rest < ZERO:
        rows.append(SumRow(_("Credited or written off"), rest))
    if card.paid:
        rows.append(SumRow(_("Paid"), -card.paid))
    rows.append(SumRow(_("Due"), card.due, strong=True))
    if card.deposit_held:
        rows.append(SumRow(_("Kept as credit"), card.deposit_held))
    return rows


def _device(card: OrderCard) -> str:
    return card.device or category_name(card.category)

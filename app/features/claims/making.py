"""What a hand-over does for a brand: its lines are priced by the agreement of the day, and the order becomes a claim.
Called in the transaction that settles."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Integer, select, text

from app.core.brand_codes import ClaimState
from app.core.changes import Kind
from app.core.enums import LineKind, Payer, Series
from app.core.ids import uuid7
from app.core.money import ONE, ZERO, Money, divide_half_up
from app.features.brands.reading import agreed_with, brand_named
from app.features.claims.snapshots import CLAIM_LETTER
from app.features.orders.lines import add_plain_line
from app.model import Claim, ClaimEntry, Device, Invoice, OrderLine, PriceItem, RepairOrder
from app.model.agreements import Agreed, agreement_on, line_fee, repair_fee
from app.store.door import Tx
from app.store.prepared import Prepared

_OWN_COSTS = Prepared(
    text(
        "SELECT line_id, -sum(value) AS fen FROM stock_move"
        " WHERE order_id = :order_id AND line_id IS NOT NULL GROUP BY line_id"
    ).columns(line_id=Integer, fen=Integer)
)
_MILLI = 1000


def brand_of_order(tx: Tx, order: RepairOrder) -> int | None:
    """The brand whose warranty pays this order; None where it does not, or the shop has no such brand."""
    if order.payer is not Payer.BRAND:
        return None
    return brand_named(tx.reading(), tx.session.get_one(Device, order.device_id).brand)


def price_for_brand(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine]) -> list[OrderLine]:
    """The order's lines, those that the brand pays priced by its agreement; unchanged where there is none.

    The shop's price stays on the line as its list price. A fee for the repair stands on a line of labour even where
    nobody wrote one down. What the customer pays is not touched.
    """
    kept = list(lines)
    brand_id = brand_of_order(tx, order)
    agreed = None if brand_id is None else _agreed(tx, brand_id, order)
    if agreed is None:
        return kept
    device = tx.session.get_one(Device, order.device_id)
    theirs = [line for line in kept if line.payer is Payer.BRAND]
    costs = {row.line_id: int(row.fen) for row in _OWN_COSTS.rows(tx.reading(), order_id=order.id)}
    first = next((line for line in theirs if line.kind is LineKind.LABOUR), None)
    for line in theirs:
        fee = line_fee(
            agreed.terms,
            line.kind,
            own=line.amount,
            cost=Money(max(costs.get(line.id, 0), 0)),
            category=device.category,
            zone=_zone(tx, line),
            times=max(line.quantity.milli // _MILLI, 1),
            first=line is first,
        )
        if fee == line.amount:
            continue
        if line.list_price is None:
            line.list_price = line.unit_price
        # Shown with two decimals and multiplied by nobody: the amount is what was agreed.
        line.unit_price = Money(divide_half_up(fee.fen * _MILLI, line.quantity.milli))
        line.amount = fee
        line.price_reason = agreement_words(agreed, tx)
    fee = repair_fee(agreed.terms, device.category)
    if first is None and fee > ZERO:
        line = add_plain_line(tx, order, LineKind.LABOUR, "", fee, ONE)
        line.payer = Payer.BRAND
        line.price_reason = agreement_words(agreed, tx)
        tx.session.flush()
        kept.append(line)
    return kept


def agreement_words(agreed: Agreed, tx: Tx) -> str:
    """By which agreement a price was set: a number, no translated text."""
    from app.model import Agreement

    number = tx.session.get_one(Agreement, agreed.id).number
    return number or agreed.valid_from.isoformat()


def make_claim(
    tx: Tx, order: RepairOrder, invoices: Sequence[Invoice], lines: Sequence[OrderLine]
) -> Claim | None:
    """A covered order that was delivered becomes a claim, incomplete until somebody looked; None where no brand of the
    shop's pays it. One order makes one claim, whatever is corrected later."""
    brand_id = brand_of_order(tx, order)
    if brand_id is None:
        return None
    if tx.session.scalar(select(Claim.id).where(Claim.order_id == order.id)) is not None:
        return None
    agreed = _agreed(tx, brand_id, order)
    invoice = next(
        (each for each in invoices if each.payer is Payer.BRAND and each.order_id == order.id), None
    )
    sums = dict.fromkeys(LineKind, 0)
    if invoice is not None:
        for line in lines:
            if line.payer is Payer.BRAND:
                sums[line.kind] += line.amount.fen
    other = sums[LineKind.OTHER] + sums[LineKind.DISCOUNT]
    period = f"{tx.today:%y%m}"
    claim = Claim(
        uuid=uuid7(),
        number=f"{CLAIM_LETTER}{period}-{tx.next_number(Series.CLAIM, period):05d}",
        order_id=order.id,
        brand_id=brand_id,
        agreement_id=None if agreed is None else agreed.id,
        invoice_id=None if invoice is None else invoice.id,
        state=ClaimState.DRAFT,
        visit=Money(sums[LineKind.VISIT]),
        labour=Money(sums[LineKind.LABOUR]),
        parts=Money(sums[LineKind.PART]),
        other=Money(other),
        total=Money(sums[LineKind.VISIT] + sums[LineKind.LABOUR] + sums[LineKind.PART] + other),
        delivered_on=tx.today,
        made_at=tx.now,
    )
    tx.session.add(claim)
    tx.session.flush()
    step(tx, claim, ClaimState.DRAFT, before=None)
    return claim


def step(
    tx: Tx,
    claim: Claim,
    state: ClaimState,
    *,
    before: ClaimState | None,
    reason: str = "",
    body: dict[str, object] | None = None,
) -> None:
    """Write one step of a claim down; the claim itself changes with it."""
    claim.state = state
    claim.version = (claim.version or 0) + 1
    tx.session.add(
        ClaimEntry(
            claim_id=claim.id,
            at=tx.now,
            actor_id=tx.actor.id,
            from_state=before,
            to_state=state,
            submission=claim.submission or 0,
            reason=reason,
            body=body or {},
        )
    )
    tx.changed(Kind.CLAIM, claim.id)


def _agreed(tx: Tx, brand_id: int, order: RepairOrder) -> Agreed | None:
    """The agreement of the day on which the device came in: what was agreed then covers its repair."""
    category = tx.session.get_one(Device, order.device_id).category
    return agreement_on(agreed_with(tx.reading(), brand_id), order.taken_in_day, category)


def _zone(tx: Tx, line: OrderLine) -> str:
    if line.kind is not LineKind.VISIT or not line.item_code:
        return ""
    return tx.session.scalar(select(PriceItem.zone).where(PriceItem.code == line.item_code)) or ""

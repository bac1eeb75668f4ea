"""Charges taken from the price list: at the list's price unless somebody gives a reason (domain.md §4, §8)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import or_, select

from app.core.enums import Payer, PriceUse
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.money import ONE, Money, Quantity
from app.core.rights import Actor
from app.features.orders.lines import (
    add_part_line,
    add_plain_line,
    checked_amount,
    refuse_bad_quantity,
    refuse_frozen_lines,
)
from app.features.pricing.allowance import below_list, refuse_too_cheap
from app.features.pricing.checks import checked_minutes, checked_price
from app.features.pricing.reading import folded, offer_of, price_row
from app.features.pricing.snapshots import PackageRow, PriceChoice, PriceOffer, PriceRow
from app.model import Customer, Device, OrderLine, PriceItem, RepairOrder
from app.store.door import Tx

#: Who pays by an agreement, or nothing at all: the shop's list does not hold for them.
_PRICED_ELSEWHERE = (Payer.BRAND, Payer.SHOP)


def charge_listed(
    tx: Tx, order: RepairOrder, choice: PriceChoice, approver: Actor | None = None
) -> list[OrderLine]:
    """Charge an entry of the list to an order: one line, or those of a package.

    At the list's price, or the customer's level's; another price needs a reason. The tax is the entry's own, else the
    shop's of today. Raises ``Refusal``: NOT_FOUND, PRICE_ITEM_INACTIVE, PRICE_REASON_NEEDED, AMOUNT_NEGATIVE,
    BAD_AMOUNT, OUT_OF_RANGE, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, LINES_FROZEN, those of a part's line, and
    PRICE_OVER_LIMIT for a price below the list by more than the actor's or the ``approver``'s role may give.
    """
    row = price_row(tx.reading(), choice.item_id)
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    if not row.active:
        raise Refusal(Reason.PRICE_ITEM_INACTIVE, name=row.name)
    refuse_bad_quantity(choice.quantity)
    if row.use is PriceUse.PACKAGE:
        return _charge_package(tx, order, row, choice)
    refuse_frozen_lines(order, row.kind)
    offer = _offer(tx, order, row)
    price = offer.price if choice.price is None else checked_price(choice.price)
    minutes = row.minutes if choice.minutes is None else checked_minutes(choice.minutes)
    if choice.minutes is None:
        minutes = checked_minutes(row.minutes * -(-choice.quantity.milli // ONE.milli))
    line = add_plain_line(tx, order, row.kind, row.name, price, choice.quantity, minutes)
    _note_list(line, row, row.price, _reason(offer, price, choice.reason))
    if price < offer.price:
        refuse_too_cheap(tx, order, [line], approver)
    return [line]


def keep_to_list(tx: Tx, order: RepairOrder, line: OrderLine, reason: str = "") -> None:
    """A charge typed by hand that the list has under the very same name is the list's: typing it is no way around its
    price, its reason and its limit.

    Other words have no price to be held to, so they need what another price needs: a reason, wherever the list has
    charges of this kind for the device and its price is asked of somebody outside. Raises ``Refusal``: IN_PRICE_LIST
    for another price than the customer's, NOT_LISTED_REASON_NEEDED, BAD_TEXT, TEXT_TOO_LONG.
    """
    name = folded(line.description)
    items = tx.session.execute(
        select(PriceItem.id, PriceItem.name).where(
            PriceItem.active,
            PriceItem.kind == line.kind,
            PriceItem.use != PriceUse.PACKAGE,
            PriceItem.category.in_(("", tx.session.get_one(Device, order.device_id).category)),
            or_(PriceItem.job_kind.is_(None), PriceItem.job_kind == order.job_kind),
        )
    ).all()
    rows = [price_row(tx.reading(), each.id) for each in items if name and folded(each.name) == name]
    fitting = [_offer(tx, order, row) for row in rows if row is not None]
    if not fitting:
        line.price_reason = clean_line("reason", reason, most=LINE)
        if items and line.payer not in _PRICED_ELSEWHERE and not line.price_reason:
            raise Refusal(Reason.NOT_LISTED_REASON_NEEDED)
        return
    # The entry that says most about the device, as where the list is looked up.
    best = max(fitting, key=lambda each: (each.row.category != "", each.row.job_kind is not None))
    if line.unit_price != best.price:
        raise Refusal(Reason.IN_PRICE_LIST, name=best.row.name, amount=best.price)
    _note_list(line, best.row, best.row.price, _reason(best, line.unit_price, ""))


def listed(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """What the journal keeps of charges that were taken from the list."""
    return {
        "lines": [line.id for line in lines],
        "code": lines[0].item_code,
        "fen": sum(line.amount.fen for line in lines),
        **below_list(tx, order, lines),
    }


def change_price(
    tx: Tx,
    order: RepairOrder,
    line: OrderLine,
    price: Money,
    reason: str,
    approver: Actor | None = None,
) -> None:
    """Another unit price for a charge. Without a list price the price of before stands for it, so that the change
    stays to be seen. Raising is free; lowering has the limit of the role. Raises ``Refusal``: PRICE_REASON_NEEDED,
    PRICE_OVER_LIMIT, AMOUNT_NEGATIVE, BAD_AMOUNT, BAD_TEXT, TEXT_TOO_LONG."""
    price = checked_price(price)
    amount = checked_amount(price.times(line.quantity))
    listed = line.unit_price if line.list_price is None else line.list_price
    why = clean_line("reason", reason, most=LINE)
    if price != listed and not why:
        raise Refusal(Reason.PRICE_REASON_NEEDED, amount=listed)
    line.list_price = listed
    line.price_reason = "" if price == listed else why
    lowered = price < line.unit_price
    line.unit_price, line.amount = price, amount
    if lowered:
        refuse_too_cheap(tx, order, [line], approver)


def _charge_package(tx: Tx, order: RepairOrder, row: PriceRow, choice: PriceChoice) -> list[OrderLine]:
    """Every line of a package, or none: its price is the sum of theirs, so it is changed line by line."""
    if choice.price is not None and choice.price != row.price:
        raise Refusal(Reason.BAD_AMOUNT, text=str(choice.price))
    if not row.lines:
        raise Refusal(Reason.PACKAGE_EMPTY, name=row.name)
    lines = []
    for each in row.lines:
        refuse_frozen_lines(order, each.kind)
        many = _many(each.quantity, choice.quantity)
        if each.part_id is not None:
            lines.append(_package_part(tx, order, row, each, many))
            continue
        inner = price_row(tx.reading(), each.item_id or 0)
        minutes = 0 if inner is None else inner.minutes * -(-many.milli // ONE.milli)
        line = add_plain_line(
            tx, order, each.kind, each.description, each.price, many, checked_minutes(minutes)
        )
        _note_list(line, row if inner is None else inner, each.price, "")
        line.item_code = row.code
        lines.append(line)
    return lines


def _package_part(tx: Tx, order: RepairOrder, row: PriceRow, each: PackageRow, many: Quantity) -> OrderLine:
    assert each.part_id is not None
    there = set(
        tx.session.scalars(
            select(OrderLine.id).where(
                OrderLine.order_id == order.id,
                OrderLine.part_id == each.part_id,
                OrderLine.removed.is_(False),
            )
        )
    )
    made = add_part_line(tx, order, each.part_id, many)
    line = tx.session.get_one(OrderLine, made.id)
    if line.id not in there:
        # What was planned before keeps the price that was told then.
        line.unit_price = line.list_price = each.price
        line.amount = checked_amount(each.price.times(line.quantity))
        line.item_code = row.code
    return line


def _many(one: Quantity, times: Quantity) -> Quantity:
    return Quantity((one.milli * times.milli + 500) // 1000)


def _offer(tx: Tx, order: RepairOrder, row: PriceRow) -> PriceOffer:
    level = tx.session.get_one(Customer, order.customer_id).level
    category = tx.session.get_one(Device, order.device_id).category
    return offer_of(row, tx.settings, level, category, order.job_kind)


def _reason(offer: PriceOffer, price: Money, typed: str) -> str:
    """Why a price is not the list's: the member's level, or what was typed."""
    why = clean_line("reason", typed, most=LINE)
    if price == offer.row.price:
        return ""
    if price == offer.price:
        return why or offer.level
    if not why:
        raise Refusal(Reason.PRICE_REASON_NEEDED, amount=offer.price)
    return why


def _note_list(line: OrderLine, row: PriceRow, listed: Money, reason: str) -> None:
    line.item_code, line.list_price, line.price_reason = row.code, listed, reason
    line.unit = row.unit
    if row.tax_permille is not None:
        line.tax_permille = row.tax_permille

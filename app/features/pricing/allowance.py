"""What a role may take off the list's prices alone: lowered prices and discounts together (domain.md §4, §8).

Charges without a list price (typed by hand) have nothing to be measured by: their price is what was typed. What the
list has by name cannot be typed at another price (``charging.keep_to_list``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core.enums import Command, LineKind, Payer, PriceUse, Role
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import Actor
from app.features.pricing.reading import offer_of, price_row
from app.model import Customer, Device, JournalEntry, OrderLine, PriceItem, RepairOrder, Staff
from app.store.door import Tx


@dataclass(frozen=True, slots=True)
class Given:
    """One payer's charges at the list's prices, and how much of that is given away (lowered and discounted)."""

    listed: Money
    away: Money

    def over(self, percent: int) -> bool:
        """Whether more than ``percent`` of it is given away."""
        return self.away.fen * 100 > self.listed.fen * percent


def percent_of(tx: Tx, approver: Actor | None) -> int:
    """The highest percent that one of both may give away."""
    limits = tx.settings.discount_limit
    return max(limits.get(each.role.value, 0) for each in (tx.actor, approver) if each is not None)


def too_much(tx: Tx, reason: Reason, percent: int, given: Given) -> Refusal:
    """The refusal of what is more than ``percent``; it names the role that may give ``given``."""
    lead = tx.settings.discount_limit.get(Role.LEAD.value, 0)
    return Refusal(reason, percent=percent, role=Role.OWNER if given.over(lead) else Role.LEAD)


def given_away(tx: Tx, order: RepairOrder, payer: Payer, lines: Sequence[OrderLine] | None = None) -> Given:
    """What a payer's charges would be at the list's prices (a member's are his level's), and what is off them. A price
    above the list's makes up for no other."""
    if lines is None:
        lines = tx.session.scalars(
            select(OrderLine).where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
        ).all()
    listed = away = ZERO
    for line in lines:
        if line.payer is not payer:
            continue
        if line.kind is LineKind.DISCOUNT:
            away -= line.amount
        else:
            off = _off(tx, order, line)
            listed += line.amount + off
            away += off
    return Given(listed, away)


def refuse_too_cheap(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine], approver: Actor | None) -> None:
    """After ``lines`` were lowered: none of them, nor all that is given away on the order, is below the list by more
    than the role of one of both may give. ``Refusal(PRICE_OVER_LIMIT)``."""
    percent = percent_of(tx, approver)
    tx.session.flush()
    for line in lines:
        off = _off(tx, order, line)
        alone = Given(line.amount + off, off)
        for given in (alone, given_away(tx, order, line.payer)) if off else (alone,):
            if given.over(percent):
                raise too_much(tx, Reason.PRICE_OVER_LIMIT, percent, given)


def refuse_unvouched(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine], approver: Actor | None) -> None:
    """At the hand-over: what is given away then is within the role of one of both, or of somebody who gave or vouched
    for it before; charges that were taken off since may have made a small discount a large one.
    ``Refusal(DISCOUNT_OVER_LIMIT)``."""
    if not any(line.kind is LineKind.DISCOUNT or _lowered(line) for line in lines):
        return
    given = given_away(tx, order, Payer.CUSTOMER, lines)
    percent = percent_of(tx, approver)
    if given.over(percent) and given.over(max(percent, _answered_for(tx, order))):
        raise too_much(tx, Reason.DISCOUNT_OVER_LIMIT, percent, given)


def _lowered(line: OrderLine) -> bool:
    return line.list_price is not None and line.unit_price < line.list_price


def _off(tx: Tx, order: RepairOrder, line: OrderLine) -> Money:
    """How much a charge is below what the list says for this customer."""
    if not _lowered(line) or not (line.item_code or line.part_id):
        return ZERO
    return max(_entitled(tx, order, line).times(line.quantity) - line.amount, ZERO)


def _entitled(tx: Tx, order: RepairOrder, line: OrderLine) -> Money:
    """The unit price that the list gives this customer: his level's where it is lower."""
    assert line.list_price is not None
    level = tx.session.get_one(Customer, order.customer_id).level
    if not level or not line.item_code:
        return line.list_price
    item_id = tx.session.scalar(select(PriceItem.id).where(PriceItem.code == line.item_code))
    row = None if item_id is None else price_row(tx.reading(), item_id)
    if row is None or row.use is PriceUse.PACKAGE:
        return line.list_price
    category = tx.session.get_one(Device, order.device_id).category
    return min(line.list_price, offer_of(row, tx.settings, level, category, order.job_kind).price)


def _answered_for(tx: Tx, order: RepairOrder) -> int:
    """The highest percent of those who gave a discount or a lower price on this order, or vouched for one."""
    entries = tx.session.execute(
        select(JournalEntry.actor_id, JournalEntry.detail).where(
            JournalEntry.order_id == order.id,
            JournalEntry.command.in_((Command.ADD_LINE, Command.CHANGE_PRICE)),
        )
    )
    people: set[int] = set()
    for each in entries:
        if each.detail.get("discount_fen") or each.detail.get("below_list_fen"):
            people |= {each.actor_id, each.detail.get("approved_by", each.actor_id)}
    roles = tx.session.scalars(select(Staff.role).where(Staff.id.in_(people)))
    return max((tx.settings.discount_limit.get(role.value, 0) for role in roles), default=0)


def below_list(tx: Tx, order: RepairOrder, lines: Sequence[OrderLine]) -> dict[str, Any]:
    """What the journal keeps of charges below the list; nothing where they are not."""
    fen = sum(_off(tx, order, line).fen for line in lines)
    return {"below_list_fen": fen} if fen else {}

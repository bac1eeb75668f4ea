"""What a repair does to the register of old parts: a part replaced at the brand's cost must be accounted for
(domain.md §7). Called in the transaction that uses or gives back the new part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, func, select

from app.core.changes import Kind
from app.core.enums import OldPartRule, OldPartState, Payer, Role
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.features.old_parts.snapshots import old_part_code
from app.features.stock.booking import Moved
from app.model import Device, OldPart, OldPartPolicy, OrderLine, Part
from app.model.old_parts import MISSING, rule_of
from app.store.door import Tx
from app.store.order_head import AnyLine, AnyOrder

_NOTHING = Quantity(0)
_LEADS = frozenset({Role.LEAD, Role.OWNER})
#: What the brand has had in its hands cannot be taken back into the device.
_GONE = frozenset({OldPartState.SENT, OldPartState.ACCEPTED, OldPartState.REFUSED})
#: Handed in before the new one was issued, or waived by a lead.
_AGAINST = frozenset({OldPartState.DUE, OldPartState.ON_SHELF})


def replaced(
    tx: Tx, order: AnyOrder, line: AnyLine, part: Part, quantity: Quantity, rows: Sequence[Moved]
) -> None:
    """A new part was used: register the old one where the brand pays and a rule asks for it.

    ``rows`` are the ledger's, none for a part that is owed. Raises ``Refusal(OLD_PART_FIRST)`` where a new one is
    issued only against the old one and none was handed in, unless a lead takes it.
    """
    if line.payer is not Payer.BRAND:
        return
    brand, rule = brand_and_rule(tx, order, part)
    if rule is OldPartRule.NONE:
        return
    cost = _cost(part, quantity, rows)
    rest = quantity
    for found in _handed_in(tx, order.id, part.id):
        if not rest:
            break
        share = min(rest, found.quantity)
        if found.quantity > share:
            found = _split(tx, found, share)
        found.line_id = line.id
        found.cost = _share(cost, share, quantity)
        found.version += 1
        tx.changed(Kind.OLD_PART, found.id)
        rest -= share
    if not rest:
        return
    if rule is OldPartRule.SWAP and tx.actor.role not in _LEADS:
        raise Refusal(Reason.OLD_PART_FIRST, part=part.name, quantity=rest)
    made = new_old_part(tx, order.id, part.id, brand, rest, rule)
    made.line_id = line.id
    made.cost = _share(cost, rest, quantity)
    if rule is OldPartRule.EXEMPT:
        made.state, made.closed_at = OldPartState.EXEMPT, tx.now
    # Issuing without the old one is a lead's decision, and somebody may ask for it later.
    waived: dict[str, Any] = {"without_old": True} if rule is OldPartRule.SWAP else {}
    tx.journal(order_id=order.id, old_part=made.id, part=part.id, milli=rest.milli, rule=rule.value, **waived)


def put_back(tx: Tx, line: OrderLine) -> None:
    """The new part went back to stock: its old one stayed in the device.

    What was handed in for the swap stays on the shelf, for the next new one. Raises ``Refusal(OLD_PART_STATE)``
    where the brand has it already.
    """
    tx.session.flush()
    for found in tx.session.scalars(
        select(OldPart).where(OldPart.line_id == line.id, OldPart.state != OldPartState.VOID)
    ).all():
        if found.state in _GONE:
            raise Refusal(Reason.OLD_PART_STATE, code=old_part_code(found.id), state=found.state)
        if found.rule is OldPartRule.SWAP and found.state is OldPartState.ON_SHELF:
            found.line_id = None
        else:
            found.state, found.batch_id, found.closed_at = OldPartState.VOID, None, tx.now
        found.version += 1
        tx.journal(order_id=line.order_id, old_part=found.id, state=found.state.value)
        tx.changed(Kind.OLD_PART, found.id)


def new_old_part(
    tx: Tx, order_id: int, part_id: int, brand: str, quantity: Quantity, rule: OldPartRule
) -> OldPart:
    """A new row of the register, due."""
    made = OldPart(
        uuid=uuid7(),
        order_id=order_id,
        part_id=part_id,
        brand=brand,
        quantity=quantity,
        rule=rule,
        state=OldPartState.DUE,
        technician_id=tx.actor.id or None,
        replaced_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    tx.changed(Kind.OLD_PART, made.id)
    return made


def missing_of(reading: Connection, order_id: int) -> int:
    """How many old parts of an order are still to come: more than none blocks its claim."""
    missing = select(func.count()).where(OldPart.order_id == order_id, OldPart.state.in_(MISSING))
    return int(reading.execute(missing).scalar_one())


def refuse_missing(reading: Connection, order_id: int) -> None:
    """For a claim: ``Refusal(OLD_PART_MISSING)`` while old parts of the order are not back (domain.md §7)."""
    count = missing_of(reading, order_id)
    if count:
        raise Refusal(Reason.OLD_PART_MISSING, count=count)


def brand_and_rule(tx: Tx, order: AnyOrder, part: Part) -> tuple[str, OldPartRule]:
    """The brand that pays for this order and what it asks for this part."""
    device = tx.session.get(Device, order.device_id) if order.device_id is not None else None
    typed = (device.brand if device is not None else "") or part.brand
    category = device.category if device is not None else part.category
    policies = {}
    brand = typed
    for each in tx.session.scalars(select(OldPartPolicy)):
        # One brand, however it was typed on the device.
        if each.brand and each.brand.casefold() == typed.casefold():
            brand = each.brand
        policies[(each.brand.casefold(), each.category)] = (each.rule, each.free_below)
    return brand, rule_of(part.old_part_rule, policies, typed.casefold(), category, part.sale_price)


def _handed_in(tx: Tx, order_id: int, part_id: int) -> list[OldPart]:
    tx.session.flush()
    waiting = select(OldPart).where(
        OldPart.order_id == order_id,
        OldPart.part_id == part_id,
        OldPart.line_id.is_(None),
        OldPart.state.in_(_AGAINST),
    )
    return list(tx.session.scalars(waiting.order_by(OldPart.id)))


def _split(tx: Tx, found: OldPart, share: Quantity) -> OldPart:
    """Part of what was handed in together goes against this issue; the rest waits for the next."""
    found.quantity -= share
    found.version += 1
    tx.changed(Kind.OLD_PART, found.id)
    made = new_old_part(tx, found.order_id, found.part_id, found.brand, share, found.rule)
    made.state, made.location, made.serial = found.state, found.location, found.serial
    made.replaced_at, made.shelved_at, made.technician_id = (
        found.replaced_at, found.shelved_at, found.technician_id,
    )  # fmt: skip
    return made


def _cost(part: Part, quantity: Quantity, rows: Sequence[Moved]) -> Money:
    """What the new part cost the shop: its value in stock, the owner's price of a consigned one, the last purchase
    price of one that is not booked in."""
    if not rows:
        return part.purchase_price.times(quantity)
    cost = ZERO
    for row in rows:
        cost += part.consign_price.times(-row.quantity) if row.consigned else -row.value
    return cost


def _share(cost: Money, share: Quantity, whole: Quantity) -> Money:
    return Money(divide_half_up(cost.fen * share.milli, whole.milli))

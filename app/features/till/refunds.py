"""Giving money back (domain.md §8): never more by a method than was paid by it, without the owner."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.enums import Command, PaymentMethod
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import Actor
from app.features.till.approval import approved
from app.features.till.booking import Source
from app.features.till.customer_money import Held, sources_of


def refund_sources(
    actor: Actor, approver: Actor | None, held: Sequence[Held], method: PaymentMethod, amount: Money
) -> list[Source]:
    """What ``amount`` is given back of. Raises ``Refusal``: REFUND_TOO_MUCH, REFUND_BY_METHOD."""
    sources = sources_of(held, method, amount)
    paid_so = Money(sum(each.amount.fen for each in held if each.method is method))
    if amount > paid_so and not approved(actor, approver, Command.REFUND_OTHERWISE):
        raise Refusal(Reason.REFUND_BY_METHOD, amount=paid_so, method=method)
    return sources

"""Money across the counter: what is offered by which method, what is booked of it, what comes back (domain.md §8)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.enums import PaymentMethod
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, total


@dataclass(frozen=True, slots=True)
class Tender:
    """Money offered by one method. For cash ``amount`` may exceed what is due: the rest is change."""

    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True)
class Booked:
    """What is booked of a tender: ``amount`` stays in the shop, ``tendered − amount`` is change."""

    method: PaymentMethod
    amount: Money
    tendered: Money


def split_tenders(due: Money, tenders: Iterable[Tender]) -> tuple[tuple[Booked, ...], Money]:
    """Book ``tenders`` against ``due``; returns what to book and what stays unpaid.

    Other methods first, cash last, because only cash gives change. Raises ``Refusal``:
    AMOUNT_NEGATIVE, CHANGE_ONLY_FOR_CASH.
    """
    offered = [tender for tender in tenders if tender.amount]
    if any(tender.amount < ZERO for tender in offered):
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    left = due
    booked: list[Booked] = []
    for tender in offered:
        if tender.method is PaymentMethod.CASH:
            continue
        if tender.amount > left:
            raise Refusal(Reason.CHANGE_ONLY_FOR_CASH)
        booked.append(Booked(tender.method, tender.amount, tender.amount))
        left -= tender.amount
    # All notes and coins together: change is counted on their sum.
    cash = total(tender.amount for tender in offered if tender.method is PaymentMethod.CASH)
    if kept := min(cash, left):
        booked.append(Booked(PaymentMethod.CASH, kept, cash))
        left -= kept
    return tuple(booked), left

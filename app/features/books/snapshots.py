"""Frozen snapshots of the bookkeeper's journal. No SQLAlchemy, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from app.core.money import Money
from app.core.words import N_
from app.model.accounts import AccountKey

#: Told how far a long work is, ``(done, total)``; may raise to end it.
Tell = Callable[[int, int], None]


def tell_nobody(_done: int, _total: int) -> None:
    """Nobody waits."""


class VoucherKind(StrEnum):
    """What a voucher is made of; the order in which a day's vouchers stand."""

    GOODS_IN = "goods_in"
    STOCK = "stock"
    INVOICE = "invoice"
    COST = "cost"
    PAYMENT = "payment"
    ADVANCE_USED = "advance_used"
    CREDIT = "credit"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    CASH = "cash"
    TILL_DIFFERENCE = "till_difference"
    CONSIGNED = "consigned"


VOUCHER_WORDS: Mapping[VoucherKind, str] = MappingProxyType(
    {
        VoucherKind.GOODS_IN: N_("Goods in"),
        VoucherKind.STOCK: N_("Stock"),
        VoucherKind.INVOICE: N_("Invoice"),
        VoucherKind.COST: N_("Parts without invoice"),
        VoucherKind.PAYMENT: N_("Payment"),
        VoucherKind.ADVANCE_USED: N_("Advance used for an invoice"),
        VoucherKind.CREDIT: N_("Credit note"),
        VoucherKind.REFUND: N_("Refund"),
        VoucherKind.WRITE_OFF: N_("Bad debt"),
        VoucherKind.CASH: N_("Cash"),
        VoucherKind.TILL_DIFFERENCE: N_("Till difference"),
        VoucherKind.CONSIGNED: N_("Consigned goods settled"),
    }
)

_RANK = {kind: rank for rank, kind in enumerate(VoucherKind)}


@dataclass(frozen=True, slots=True)
class Voucher:
    """One booking: ``entries`` are fen by account, debits positive, credits negative; together they are zero.

    ``document`` is the number on the shop's own paper; ``detail`` another number or what somebody wrote, ``word`` a
    marked English word that says more.
    """

    day: date
    kind: VoucherKind
    record_id: int
    document: str
    entries: Mapping[AccountKey, int]
    detail: str = ""
    word: str = ""

    @property
    def place(self) -> tuple[date, int, int, str]:
        """Where it stands in the month."""
        return self.day, _RANK[self.kind], self.record_id, self.document


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account: what it stands for, and the number and name it is booked under."""

    key: AccountKey
    purpose: str
    number: str
    name: str
    standard_number: str
    standard_name: str

    @property
    def id(self) -> str:
        """Its key."""
        return self.key.value

    @property
    def changed(self) -> bool:
        """Whether the owner chose another one."""
        return (self.number, self.name) != (self.standard_number, self.standard_name)


@dataclass(frozen=True, slots=True)
class AccountEntry:
    """An account to be booked under another number or name; "" takes the standard one again."""

    key: AccountKey
    number: str
    name: str


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One line of the journal; debit or credit is zero."""

    day: date
    voucher: int
    position: int
    number: str
    name: str
    text: str
    debit: Money
    credit: Money
    document: str

    @property
    def id(self) -> tuple[int, int]:
        """Its place in the month."""
        return self.voucher, self.position


@dataclass(frozen=True, slots=True)
class AccountSum:
    """An account's month: what was debited and credited."""

    number: str
    name: str
    debit: Money
    credit: Money

    @property
    def id(self) -> tuple[str, str]:
        """Number and name."""
        return self.number, self.name

    @property
    def balance(self) -> Money:
        """Debit less credit."""
        return self.debit - self.credit


@dataclass(frozen=True, slots=True)
class Journal:
    """A month as double-entry lines, in the order of its vouchers; debits and credits are equal."""

    month: str
    lines: tuple[JournalLine, ...]
    sums: tuple[AccountSum, ...]
    vouchers: int

    @property
    def debit(self) -> Money:
        """All debits."""
        return Money(sum(each.debit.fen for each in self.sums))

    @property
    def credit(self) -> Money:
        """All credits."""
        return Money(sum(each.credit.fen for each in self.sums))

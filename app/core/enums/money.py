"""Codes of money: payments, credit notes, debts, the tills, prices and pay (domain.md §8, §9)."""

from __future__ import annotations

from enum import StrEnum


class PaymentMethod(StrEnum):
    """How money changes hands (domain.md §8)."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    TRANSFER = "transfer"


class PaymentKind(StrEnum):
    """Why money changed hands."""

    DEPOSIT = "deposit"
    PAYMENT = "payment"
    REFUND = "refund"


class SaleKind(StrEnum):
    """Why a row of the month's sales is there."""

    INVOICE = "invoice"
    CREDIT = "credit"
    #: Parts that cost the shop something without an invoice of that day: its own guarantee, a receipt booked late.
    COST = "cost"


class CreditKind(StrEnum):
    """How much of an invoice a credit note takes back (domain.md §8)."""

    WHOLE = "whole"
    LINES = "lines"
    AMOUNT = "amount"
    EXCHANGE = "exchange"


class CreditReason(StrEnum):
    """Why an invoice is corrected."""

    WRONG_PRICE = "wrong_price"
    WRONG_CUSTOMER = "wrong_customer"
    NOT_DONE = "not_done"
    RETURNED = "returned"
    COMPLAINT = "complaint"
    GOODWILL = "goodwill"
    EXCHANGE = "exchange"
    #: A brand pays less than its fee table says (domain.md §11).
    SETTLED_LOWER = "settled_lower"
    OTHER = "other"


class WriteOffReason(StrEnum):
    """Why a debt is given up, or comes back."""

    UNREACHABLE = "unreachable"
    INSOLVENT = "insolvent"
    TOO_OLD = "too_old"
    TOO_SMALL = "too_small"
    DISPUTED = "disputed"
    #: Taken off by a brand in its month's settlement (domain.md §11).
    DEDUCTED = "deducted"
    OTHER = "other"
    #: Paid after all: what was written off is due again.
    RECOVERED = "recovered"


class TaxInvoiceState(StrEnum):
    """The official tax invoice of a customer's invoice."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    ISSUED = "issued"
    RED = "red"


class ReminderWay(StrEnum):
    """How a customer was reminded of what is due."""

    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"
    IN_PERSON = "in_person"


class TillState(StrEnum):
    """A till session's life."""

    OPEN = "open"
    CLOSED = "closed"


class TillMoveKind(StrEnum):
    """Cash that moves without a payment."""

    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    #: From one drawer or purse to another.
    HAND_IN = "hand_in"


class CashReason(StrEnum):
    """Why cash went in or out without a payment."""

    CHANGE = "change"
    EXPENSE = "expense"
    PARTS = "parts"
    CARRIER = "carrier"
    WAGE = "wage"
    BANK = "bank"
    OWNER = "owner"
    FIELD = "field"
    OTHER = "other"


class PriceUse(StrEnum):
    """What an entry of the price list is for."""

    LABOUR = "labour"
    VISIT = "visit"
    DIAGNOSIS = "diagnosis"
    OTHER = "other"
    PACKAGE = "package"


class CommissionKind(StrEnum):
    """What a commission rule counts (domain.md §9)."""

    #: Permille of net labour.
    LABOUR = "labour"
    #: Permille of net revenue less parts.
    SERVICE = "service"
    #: Permille of net parts.
    PARTS = "parts"
    #: Fen a job.
    JOB = "job"


class PayItemKind(StrEnum):
    """What is paid or kept back beside the commission."""

    BONUS = "bonus"
    DEDUCTION = "deduction"

"""Words for money: payments, credit notes, debts, the tills, prices and pay."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.enums import (
    CashReason,
    CommissionKind,
    CreditKind,
    CreditReason,
    PayItemKind,
    PaymentKind,
    PaymentMethod,
    PriceUse,
    ReminderWay,
    SaleKind,
    TaxInvoiceState,
    TillMoveKind,
    TillState,
    WriteOffReason,
)
from app.core.words import N_

LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    PaymentMethod: {
        PaymentMethod.CASH: N_("Cash"),
        PaymentMethod.WECHAT: N_("WeChat Pay"),
        PaymentMethod.ALIPAY: N_("Alipay"),
        PaymentMethod.CARD: N_("Bank card"),
        PaymentMethod.TRANSFER: N_("Bank transfer"),
    },
    PaymentKind: {
        PaymentKind.DEPOSIT: N_("Deposit"),
        PaymentKind.PAYMENT: N_("Payment"),
        PaymentKind.REFUND: N_("Refund"),
    },
    SaleKind: {
        SaleKind.INVOICE: N_("Invoice"),
        SaleKind.CREDIT: N_("Credit note"),
        SaleKind.COST: N_("Cost alone"),
    },
    CreditKind: {
        CreditKind.WHOLE: N_("Whole invoice"),
        CreditKind.LINES: N_("Some lines"),
        CreditKind.AMOUNT: N_("An amount"),
        CreditKind.EXCHANGE: N_("Exchange"),
    },
    CreditReason: {
        CreditReason.WRONG_PRICE: N_("Wrong price"),
        CreditReason.WRONG_CUSTOMER: N_("Wrong customer"),
        CreditReason.NOT_DONE: N_("Not done"),
        CreditReason.RETURNED: N_("Part returned"),
        CreditReason.COMPLAINT: N_("Complaint"),
        CreditReason.GOODWILL: N_("Goodwill"),
        CreditReason.EXCHANGE: N_("Exchange"),
        CreditReason.SETTLED_LOWER: N_("The brand pays less"),
        CreditReason.OTHER: N_("Another reason"),
    },
    WriteOffReason: {
        WriteOffReason.UNREACHABLE: N_("Customer cannot be reached"),
        WriteOffReason.INSOLVENT: N_("Customer cannot pay"),
        WriteOffReason.TOO_OLD: N_("Too old"),
        WriteOffReason.TOO_SMALL: N_("Not worth the effort"),
        WriteOffReason.DISPUTED: N_("Disputed"),
        WriteOffReason.DEDUCTED: N_("Deducted by the brand"),
        WriteOffReason.OTHER: N_("Another reason"),
        WriteOffReason.RECOVERED: N_("Paid after all"),
    },
    TaxInvoiceState: {
        TaxInvoiceState.NOT_ASKED: N_("Not asked for"),
        TaxInvoiceState.ASKED: N_("Asked for"),
        TaxInvoiceState.ISSUED: N_("Tax invoice issued"),
        TaxInvoiceState.RED: N_("Red (reversed)"),
    },
    ReminderWay: {
        ReminderWay.PHONE: N_("By telephone"),
        ReminderWay.MESSAGE: N_("By message"),
        ReminderWay.LETTER: N_("By letter"),
        ReminderWay.IN_PERSON: N_("In person"),
    },
    TillState: {
        TillState.OPEN: N_("Till open"),
        TillState.CLOSED: N_("Till closed"),
    },
    TillMoveKind: {
        TillMoveKind.PAY_IN: N_("Paid in"),
        TillMoveKind.PAY_OUT: N_("Paid out"),
        TillMoveKind.HAND_IN: N_("Handed in"),
    },
    CashReason: {
        CashReason.CHANGE: N_("Change money"),
        CashReason.EXPENSE: N_("Expense"),
        CashReason.PARTS: N_("Parts bought"),
        CashReason.CARRIER: N_("Freight"),
        CashReason.WAGE: N_("Wages"),
        CashReason.BANK: N_("To or from the bank"),
        CashReason.OWNER: N_("The owner"),
        CashReason.FIELD: N_("Handed in"),
        CashReason.OTHER: N_("Another reason"),
    },
    PriceUse: {
        PriceUse.LABOUR: N_("Labour"),
        PriceUse.VISIT: N_("Visit fee"),
        PriceUse.DIAGNOSIS: N_("Diagnosis fee"),
        PriceUse.OTHER: N_("Other charge"),
        PriceUse.PACKAGE: N_("Package"),
    },
    CommissionKind: {
        CommissionKind.LABOUR: N_("Share of labour"),
        CommissionKind.SERVICE: N_("Share of revenue without parts"),
        CommissionKind.PARTS: N_("Share of parts"),
        CommissionKind.JOB: N_("Amount for each job"),
    },
    PayItemKind: {
        PayItemKind.BONUS: N_("Bonus"),
        PayItemKind.DEDUCTION: N_("Deduction"),
    },
}

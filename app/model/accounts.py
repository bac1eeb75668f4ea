"""The bookkeeper's accounts: what each kind of money is booked on unless the owner says otherwise.

Numbers and names are those of the accounting standard for small enterprises (小企业会计准则); names are English here
and said in the language of the export.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.core.enums import CashReason, PaymentMethod
from app.core.words import N_


class AccountKey(StrEnum):
    """What is booked; the values are kept (``Account.key``)."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    TRANSFER = "transfer"
    DUE_CUSTOMER = "due_customer"
    DUE_OTHER = "due_other"
    HELD = "held"
    VISIT = "visit"
    LABOUR = "labour"
    PARTS = "parts"
    OTHER = "other"
    DISCOUNT = "discount"
    TAX = "tax"
    STOCK = "stock"
    IN_REPAIR = "in_repair"
    COST = "cost"
    GUARANTEE = "guarantee"
    SUPPLIER = "supplier"
    CONSIGNED = "consigned"
    PURCHASE_OTHER = "purchase_other"
    STOCK_DIFFERENCE = "stock_difference"
    SCRAP = "scrap"
    STRIPPED = "stripped"
    BORROWED = "borrowed"
    LENT = "lent"
    BAD_DEBT = "bad_debt"
    TILL_DIFFERENCE = "till_difference"
    CASH_CHANGE = "cash_change"
    CASH_EXPENSE = "cash_expense"
    CASH_PARTS = "cash_parts"
    CASH_CARRIER = "cash_carrier"
    CASH_WAGE = "cash_wage"
    CASH_BANK = "cash_bank"
    CASH_OWNER = "cash_owner"
    CASH_FIELD = "cash_field"
    CASH_OTHER = "cash_other"


@dataclass(frozen=True, slots=True)
class StandardAccount:
    """Number, name, and for what it stands."""

    number: str
    name: str
    purpose: str


STANDARD: Mapping[AccountKey, StandardAccount] = MappingProxyType(
    {
        AccountKey.CASH: StandardAccount("1001", N_("Cash on hand"), N_("Cash in the drawers")),
        AccountKey.WECHAT: StandardAccount(
            "101201", N_("Other monetary funds – WeChat"), N_("Paid by WeChat")
        ),
        AccountKey.ALIPAY: StandardAccount(
            "101202", N_("Other monetary funds – Alipay"), N_("Paid by Alipay")
        ),
        AccountKey.CARD: StandardAccount("1002", N_("Bank deposits"), N_("Paid by bank card")),
        AccountKey.TRANSFER: StandardAccount("1002", N_("Bank deposits"), N_("Paid by transfer")),
        AccountKey.DUE_CUSTOMER: StandardAccount(
            "1122", N_("Accounts receivable"), N_("Invoices customers have not paid")
        ),
        AccountKey.DUE_OTHER: StandardAccount(
            "1122", N_("Accounts receivable"), N_("Invoices brands, underwriters and contracts have not paid")
        ),
        AccountKey.HELD: StandardAccount(
            "2203", N_("Advances received"), N_("Deposits and customers' credit")
        ),
        AccountKey.VISIT: StandardAccount(
            "500101", N_("Main business revenue – visits"), N_("Visit fees without tax")
        ),
        AccountKey.LABOUR: StandardAccount(
            "500102", N_("Main business revenue – labour"), N_("Labour without tax")
        ),
        AccountKey.PARTS: StandardAccount(
            "500103", N_("Main business revenue – parts"), N_("Parts without tax")
        ),
        AccountKey.OTHER: StandardAccount(
            "5051", N_("Other business revenue"), N_("Other charges without tax")
        ),
        AccountKey.DISCOUNT: StandardAccount(
            "500104", N_("Main business revenue – discounts"), N_("Discounts without tax")
        ),
        AccountKey.TAX: StandardAccount("222101", N_("Taxes payable – VAT"), N_("Tax in invoices")),
        AccountKey.STOCK: StandardAccount("1405", N_("Goods on stock"), N_("Own parts on the shelves")),
        AccountKey.IN_REPAIR: StandardAccount(
            "4001", N_("Production costs – parts in repairs"), N_("Parts used, order not invoiced yet")
        ),
        AccountKey.COST: StandardAccount(
            "5401", N_("Main business costs"), N_("Parts of orders that were invoiced")
        ),
        AccountKey.GUARANTEE: StandardAccount(
            "560101", N_("Selling expenses – own guarantee"), N_("Parts of the shop's own guarantee")
        ),
        AccountKey.SUPPLIER: StandardAccount(
            "2202", N_("Accounts payable"), N_("Goods received from suppliers")
        ),
        AccountKey.CONSIGNED: StandardAccount(
            "220201", N_("Accounts payable – consigned goods"), N_("Consigned goods used, not settled yet")
        ),
        AccountKey.PURCHASE_OTHER: StandardAccount(
            "560201", N_("Administrative expenses – consumables"), N_("Received, but not kept on stock")
        ),
        AccountKey.STOCK_DIFFERENCE: StandardAccount(
            "1901", N_("Property gains and losses pending"), N_("Differences of stocktakes")
        ),
        AccountKey.SCRAP: StandardAccount(
            "571101", N_("Non-operating expenses – stock losses"), N_("Stock thrown away or lost")
        ),
        AccountKey.STRIPPED: StandardAccount(
            "530101", N_("Non-operating revenue – parts recovered"), N_("Parts taken out of scrap devices")
        ),
        AccountKey.BORROWED: StandardAccount(
            "2241", N_("Other payables"), N_("Parts borrowed from other shops")
        ),
        AccountKey.LENT: StandardAccount("1221", N_("Other receivables"), N_("Parts lent to other shops")),
        AccountKey.BAD_DEBT: StandardAccount(
            "571102", N_("Non-operating expenses – bad debts"), N_("Debts written off")
        ),
        AccountKey.TILL_DIFFERENCE: StandardAccount(
            "1901", N_("Property gains and losses pending"), N_("Drawers counted short or over")
        ),
        AccountKey.CASH_CHANGE: StandardAccount(
            "1002", N_("Bank deposits"), N_("Change money fetched or brought")
        ),
        AccountKey.CASH_EXPENSE: StandardAccount(
            "5602", N_("Administrative expenses"), N_("Expenses paid from the drawer")
        ),
        AccountKey.CASH_PARTS: StandardAccount(
            "2202", N_("Accounts payable"), N_("Parts paid from the drawer")
        ),
        AccountKey.CASH_CARRIER: StandardAccount(
            "5601", N_("Selling expenses"), N_("Freight paid from the drawer")
        ),
        AccountKey.CASH_WAGE: StandardAccount("2211", N_("Wages payable"), N_("Wages paid from the drawer")),
        AccountKey.CASH_BANK: StandardAccount("1002", N_("Bank deposits"), N_("Cash to or from the bank")),
        AccountKey.CASH_OWNER: StandardAccount(
            "2241", N_("Other payables"), N_("The owner put in or took out")
        ),
        AccountKey.CASH_FIELD: StandardAccount(
            "1221", N_("Other receivables"), N_("Cash from visits, where no drawer gave it")
        ),
        AccountKey.CASH_OTHER: StandardAccount(
            "1221", N_("Other receivables"), N_("Cash in or out for another reason")
        ),
    }
)

METHOD_ACCOUNTS: Mapping[PaymentMethod, AccountKey] = MappingProxyType(
    {method: AccountKey(method.value) for method in PaymentMethod}
)
REASON_ACCOUNTS: Mapping[CashReason, AccountKey] = MappingProxyType(
    {reason: AccountKey(f"cash_{reason.value}") for reason in CashReason}
)

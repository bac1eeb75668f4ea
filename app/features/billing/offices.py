"""The services that the pages of money share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.features.billing.correcting import Correcting
from app.features.billing.listing import InvoiceList
from app.features.billing.service import Billing
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf


@dataclass(frozen=True, slots=True)
class BillingOffices:
    """The list, what is owed and held, what corrects an invoice, and the stock that exchanges take from."""

    invoices: InvoiceList
    billing: Billing
    corrections: Correcting
    stock: Callable[[], StockService]
    shelf: Callable[[], Shelf]

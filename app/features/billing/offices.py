"""The services that the pages of money share."""

from __future__ import annotations

from dataclasses import dataclass

from app.features.billing.correcting import Correcting
from app.features.billing.listing import InvoiceList
from app.features.billing.service import Billing


@dataclass(frozen=True, slots=True)
class BillingOffices:
    """The list, what is owed and held, and what corrects an invoice."""

    invoices: InvoiceList
    billing: Billing
    corrections: Correcting

"""What the purchase page is given: every service of buying, and the parts."""

from __future__ import annotations

from dataclasses import dataclass

from app.features.purchasing.planning import Planning
from app.features.purchasing.receiving import Receiving
from app.features.purchasing.service import Purchasing
from app.features.purchasing.suppliers import Suppliers
from app.features.purchasing.wishes import Requests
from app.features.stock.service import StockService


@dataclass(frozen=True, slots=True)
class Offices:
    """The services behind the page."""

    suppliers: Suppliers
    planning: Planning
    requests: Requests
    purchasing: Purchasing
    receiving: Receiving
    stock: StockService

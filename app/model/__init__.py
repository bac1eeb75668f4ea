"""The shop's records and rules: mapped classes and pure rules, no Qt, no files.

Imports run one way: base <- shop, people, customers <- orders <- stock, billing. Importing this package
maps everything.
"""

from app.model.base import Base
from app.model.billing import Allocation, Invoice, InvoiceLine, Payment
from app.model.customers import Customer, Device
from app.model.orders import (
    CustodyEntry,
    OrderLine,
    OrderNote,
    Photo,
    PickupReceipt,
    Quote,
    RepairOrder,
    Signature,
    WorkLog,
)
from app.model.people import Staff
from app.model.search import Gram
from app.model.shop import Draft, JournalEntry, NumberSeries, Operation, PaperIssue, Setting
from app.model.stock import Part, PartBarcode, StockMove

__all__ = [
    "Allocation",
    "Base",
    "CustodyEntry",
    "Customer",
    "Device",
    "Draft",
    "Gram",
    "Invoice",
    "InvoiceLine",
    "JournalEntry",
    "NumberSeries",
    "Operation",
    "OrderLine",
    "OrderNote",
    "PaperIssue",
    "Part",
    "PartBarcode",
    "Payment",
    "Photo",
    "PickupReceipt",
    "Quote",
    "RepairOrder",
    "Setting",
    "Signature",
    "Staff",
    "StockMove",
    "WorkLog",
]

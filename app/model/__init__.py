"""The shop's records and rules: mapped classes and pure rules, no Qt, no files.

Imports run one way: base <- shop, people, customers <- orders <- catalogue, stock, purchase, billing. Importing this
package maps everything.
"""

from app.model.base import Base
from app.model.billing import Allocation, Invoice, InvoiceLine, Payment
from app.model.catalogue import (
    KitLine,
    Part,
    PartBarcode,
    PartSubstitute,
    PriceChange,
    SeasonFactor,
    Supplier,
)
from app.model.counting import CountLine, StockCount
from app.model.customers import Customer, Device
from app.model.defective import DefectiveGood
from app.model.old_parts import OldPart, OldPartPolicy, ReturnBatch
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
from app.model.purchase import (
    GoodsReceipt,
    GoodsReceiptLine,
    PurchaseLine,
    PurchaseOrder,
    PurchaseRequest,
)
from app.model.search import Gram
from app.model.shop import Draft, JournalEntry, NumberSeries, Operation, PaperIssue, Setting
from app.model.stock import (
    ConsignSettled,
    ConsignSettlement,
    PartLoan,
    PartMonth,
    PartSerial,
    Reservation,
    StockBalance,
    StockDay,
    StockMove,
    StockOwed,
    StockPlace,
)
from app.model.tools import Tool, ToolKind, ToolMove

__all__ = [
    "Allocation",
    "Base",
    "ConsignSettled",
    "ConsignSettlement",
    "CountLine",
    "CustodyEntry",
    "Customer",
    "DefectiveGood",
    "Device",
    "Draft",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Gram",
    "Invoice",
    "InvoiceLine",
    "JournalEntry",
    "KitLine",
    "NumberSeries",
    "OldPart",
    "OldPartPolicy",
    "Operation",
    "OrderLine",
    "OrderNote",
    "PaperIssue",
    "Part",
    "PartBarcode",
    "PartLoan",
    "PartMonth",
    "PartSerial",
    "PartSubstitute",
    "Payment",
    "Photo",
    "PickupReceipt",
    "PriceChange",
    "PurchaseLine",
    "PurchaseOrder",
    "PurchaseRequest",
    "Quote",
    "RepairOrder",
    "Reservation",
    "ReturnBatch",
    "SeasonFactor",
    "Setting",
    "Signature",
    "Staff",
    "StockBalance",
    "StockCount",
    "StockDay",
    "StockMove",
    "StockOwed",
    "StockPlace",
    "Supplier",
    "Tool",
    "ToolKind",
    "ToolMove",
    "WorkLog",
]

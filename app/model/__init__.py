"""The shop's records and rules: mapped classes and pure rules, no Qt, no files.

Imports run one way: base <- shop, people, customers <- orders <- catalogue, stock, purchase, billing. A class is mapped
when it is first asked for: the settings are plain Python, and the window's first list waits for no SQLAlchemy.
``everything()`` maps the rest, for whoever looks at the whole schema.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.model.base import Base
    from app.model.billing import (
        Allocation,
        CreditLine,
        CreditNote,
        HeldMoney,
        Invoice,
        InvoiceBalance,
        InvoiceLine,
        MoneyDay,
        Payment,
        PaymentReminder,
        Sale,
        TaxInvoice,
        WriteOff,
    )
    from app.model.brands import Agreement, Brand, BrandCode, CoverPlan
    from app.model.catalogue import (
        KitLine,
        Part,
        PartBarcode,
        PartSubstitute,
        PriceChange,
        SeasonFactor,
        Supplier,
    )
    from app.model.claims import (
        Assessment,
        BrandReport,
        Claim,
        ClaimEntry,
        Incident,
        QualityNotice,
        Settlement,
        SettlementLine,
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
    from app.model.pay import CommissionRule, PayItem, PayStatement
    from app.model.people import Staff
    from app.model.pricing import MemberPrice, PackageLine, PriceItem, PriceItemChange
    from app.model.privacy import Erasure, Look
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
    from app.model.sync import BrandLink, Decision, OutboxEvent
    from app.model.till import Account, DayClose, MonthSeal, Till, TillCount, TillMove, TillSession
    from app.model.tools import Tool, ToolKind, ToolMove

#: Which module maps what.
MODULES: dict[str, tuple[str, ...]] = {
    "billing": (
        "Allocation",
        "CreditLine",
        "CreditNote",
        "HeldMoney",
        "Invoice",
        "InvoiceBalance",
        "InvoiceLine",
        "MoneyDay",
        "Payment",
        "PaymentReminder",
        "Sale",
        "TaxInvoice",
        "WriteOff",
    ),
    "brands": ("Agreement", "Brand", "BrandCode", "CoverPlan"),
    "catalogue": (
        "KitLine",
        "Part",
        "PartBarcode",
        "PartSubstitute",
        "PriceChange",
        "SeasonFactor",
        "Supplier",
    ),
    "claims": (
        "Assessment",
        "BrandReport",
        "Claim",
        "ClaimEntry",
        "Incident",
        "QualityNotice",
        "Settlement",
        "SettlementLine",
    ),
    "counting": ("CountLine", "StockCount"),
    "customers": ("Customer", "Device"),
    "defective": ("DefectiveGood",),
    "old_parts": ("OldPart", "OldPartPolicy", "ReturnBatch"),
    "orders": (
        "CustodyEntry",
        "OrderLine",
        "OrderNote",
        "Photo",
        "PickupReceipt",
        "Quote",
        "RepairOrder",
        "Signature",
        "WorkLog",
    ),
    "pay": ("CommissionRule", "PayItem", "PayStatement"),
    "people": ("Staff",),
    "pricing": ("MemberPrice", "PackageLine", "PriceItem", "PriceItemChange"),
    "privacy": ("Erasure", "Look"),
    "purchase": ("GoodsReceipt", "GoodsReceiptLine", "PurchaseLine", "PurchaseOrder", "PurchaseRequest"),
    "search": ("Gram",),
    "shop": (
        "Draft",
        "JournalEntry",
        "NumberSeries",
        "Operation",
        "PaperIssue",
        "Setting",
    ),
    "stock": (
        "ConsignSettled",
        "ConsignSettlement",
        "PartLoan",
        "PartMonth",
        "PartSerial",
        "Reservation",
        "StockBalance",
        "StockDay",
        "StockMove",
        "StockOwed",
        "StockPlace",
    ),
    "sync": ("BrandLink", "Decision", "OutboxEvent"),
    "till": ("Account", "DayClose", "MonthSeal", "Till", "TillCount", "TillMove", "TillSession"),
    "tools": ("Tool", "ToolKind", "ToolMove"),
}
_HOME = {"Base": "base", **{name: module for module, names in MODULES.items() for name in names}}


def __getattr__(name: str) -> Any:
    module = _HOME.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = found
    return found


def everything() -> type[Base]:
    """Map every class; returns ``Base`` with its whole metadata."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
    from app.model.base import Base

    return Base


__all__ = [
    "MODULES",
    "Account",
    "Agreement",
    "Allocation",
    "Assessment",
    "Base",
    "Brand",
    "BrandCode",
    "BrandLink",
    "BrandReport",
    "Claim",
    "ClaimEntry",
    "CommissionRule",
    "ConsignSettled",
    "ConsignSettlement",
    "CountLine",
    "CoverPlan",
    "CreditLine",
    "CreditNote",
    "CustodyEntry",
    "Customer",
    "DayClose",
    "Decision",
    "DefectiveGood",
    "Device",
    "Draft",
    "Erasure",
    "GoodsReceipt",
    "GoodsReceiptLine",
    "Gram",
    "HeldMoney",
    "Incident",
    "Invoice",
    "InvoiceBalance",
    "InvoiceLine",
    "JournalEntry",
    "KitLine",
    "Look",
    "MemberPrice",
    "MoneyDay",
    "MonthSeal",
    "NumberSeries",
    "OldPart",
    "OldPartPolicy",
    "Operation",
    "OrderLine",
    "OrderNote",
    "OutboxEvent",
    "PackageLine",
    "PaperIssue",
    "Part",
    "PartBarcode",
    "PartLoan",
    "PartMonth",
    "PartSerial",
    "PartSubstitute",
    "PayItem",
    "PayStatement",
    "Payment",
    "PaymentReminder",
    "Photo",
    "PickupReceipt",
    "PriceChange",
    "PriceItem",
    "PriceItemChange",
    "PurchaseLine",
    "PurchaseOrder",
    "PurchaseRequest",
    "QualityNotice",
    "Quote",
    "RepairOrder",
    "Reservation",
    "ReturnBatch",
    "Sale",
    "SeasonFactor",
    "Setting",
    "Settlement",
    "SettlementLine",
    "Signature",
    "Staff",
    "StockBalance",
    "StockCount",
    "StockDay",
    "StockMove",
    "StockOwed",
    "StockPlace",
    "Supplier",
    "TaxInvoice",
    "Till",
    "TillCount",
    "TillMove",
    "TillSession",
    "Tool",
    "ToolKind",
    "ToolMove",
    "WorkLog",
    "WriteOff",
    "everything",
]

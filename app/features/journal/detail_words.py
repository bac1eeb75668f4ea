"""What stands beside an entry is kept as codes and ids; here is what each is called, and whose codes they are.

A command that notes something new says here what it is called: ``tests/features/journal`` reads every ``tx.journal``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType

from app.core.brand_codes import (
    AssessmentKind,
    BrandReportKind,
    ClaimState,
    CoverPlanKind,
    IncidentKind,
    NoticeState,
    SettlementState,
)
from app.core.enums import (
    AbcClass,
    ApprovalWay,
    BatchState,
    BenchCommand,
    CashReason,
    Category,
    Command,
    CommissionKind,
    CountKind,
    CreditReason,
    CustodyWay,
    DefectGrade,
    DefectState,
    ErasureCause,
    LineKind,
    LookKind,
    NoteKind,
    OldPartRule,
    OldPartState,
    PaperKind,
    Payer,
    PayItemKind,
    PlaceKind,
    PurchaseState,
    ReceiptProof,
    ReminderWay,
    Role,
    ScrapReason,
    ServiceType,
    TaxInvoiceState,
    ToolAction,
    WriteOffReason,
)
from app.core.words import N_

#: What a detail is called.
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "accepted": N_("Accepted by the brand"), "account": N_("Account"), "active": N_("In use"),
        "again": N_("Sent once more"),
        "agreement": N_("Brand agreement"), "answered": N_("Messages"), "approved_by": N_("Confirmed by"),
        "as_everybody": N_("As everybody"), "batch": N_("Batch"), "before": N_("What it was"),
        "before_fen": N_("Amount before"), "below_list_fen": N_("Below the price list"), "brand": N_("Brand"),
        "by_hand_fen": N_("Not from the price list"), "called_off": N_("Called off"), "can_go_on": N_("Can go on"),
        "cancelled": N_("Called off"), "carried_fen": N_("Carried forward"), "changed": N_("Changed"),
        "claim": N_("Claim"), "classes": N_("Classes"), "clock": N_("Working time"),
        "clock_vouched_by": N_("Vouched for the clock"), "close": N_("Day close"), "code": N_("Code"),
        "codes": N_("Codes"), "copy": N_("Copy"), "cost": N_("Cost"), "cost_fen": N_("Cost"), "count": N_("Stocktake"),
        "counted": N_("Counted"), "counted_fen": N_("Counted"), "credit": N_("Credit note"),
        "credit_used_fen": N_("Credit used"), "credits": N_("Credit notes"), "customer": N_("Customer"),
        "customer_id": N_("Customer"), "day": N_("Day"), "days": N_("Days"), "decided": N_("Answers"),
        "defective": N_("Defective goods"), "denied": N_("Denied"), "deposit_fen": N_("Deposit"),
        "deposit_used_fen": N_("Deposit used"), "device": N_("Device"), "devices": N_("Devices"),
        "diagnosed": N_("Diagnosis"), "differing": N_("Differing lines"), "difference_fen": N_("Difference"),
        "discount_fen": N_("Discount"), "disputed": N_("Objected to"), "drop": N_("Merged"),
        "dropped": N_("Given up"), "dropped_milli": N_("Quantity"), "end": N_("What became of it"),
        "ended": N_("Ended"), "erased": N_("Erased"), "expected_fen": N_("Expected"),
        "failed": N_("Wrong PINs in a row"), "fee_fen": N_("Fee"), "fen": N_("Amount"), "file": N_("File"),
        "filled": N_("Filled in"), "float_fen": N_("Float"), "grade": N_("Grade"), "holder": N_("Staff"),
        "incident": N_("Incident"), "instead_of": N_("In place of"), "into": N_("Cash slip there"),
        "invoice": N_("Invoice"), "invoices": N_("Invoices"), "item": N_("Price item"), "keep": N_("Customer"),
        "kept_fen": N_("Kept in the till"), "key": N_("Key"), "keys": N_("Changed"), "kind": N_("Kind"),
        "kit": N_("Package"), "language": N_("Language"), "left_fen": N_("Left"), "left_out": N_("Left out"),
        "line": N_("Line"), "line_fen": N_("Amount"), "lines": N_("Lines"), "link": N_("Connection"),
        "loan": N_("Loan"), "location": N_("Location"), "locked": N_("With a password"), "made_at": N_("Made"),
        "milli": N_("Quantity"), "month": N_("Month"), "move": N_("Cash slip"), "mutual": N_("In both directions"),
        "new": N_("New"), "note": N_("Note"), "notice": N_("Quality notice"), "number": N_("Number"),
        "old_part": N_("Old part"), "on_account_fen": N_("On account"), "orders": N_("Orders"),
        "packed": N_("Packed"), "paper": N_("Printed paper"), "part": N_("Part"), "parts": N_("Parts"),
        "passcode": N_("Device passcode"), "payer": N_("Payer"), "payment": N_("Payment"),
        "payments": N_("Payments"), "percents": N_("Percent by month"), "period": N_("Period"),
        "permille": N_("Rate"), "photo": N_("Photo"), "photos": N_("Photos"), "place": N_("Place"),
        "plan": N_("Cover plan"), "points": N_("Points"), "price": N_("Price"), "prices": N_("Prices"),
        "proof": N_("Proof"), "purchase": N_("Purchase order"), "quantity": N_("Quantity"),
        "quoted": N_("Stood in a quote"), "reason": N_("Reason"), "rebuild": N_("Search index"),
        "receipt": N_("Goods receipt"), "red": N_("Number of the red invoice"), "removed": N_("Taken off"),
        "repaired": N_("Put right"), "request": N_("Request"), "restored_at": N_("Restored"),
        "returned_milli": N_("Given back"), "role": N_("Role"), "rows": N_("Rows"), "rule": N_("Rule"),
        "rules": N_("Rules"), "sealed_from": N_("Sealed from entry"), "season": N_("Season"), "sent": N_("Sent"),
        "service_type": N_("Service type"), "session": N_("Shift"), "settlement": N_("Settlement"),
        "source": N_("From the place"), "staff": N_("Staff"), "state": N_("State"),
        "submission": N_("Submission"), "substitute": N_("Substitute"), "supplier": N_("Supplier"),
        "taken": N_("Taken from stock"), "target": N_("To the place"), "technician": N_("Technician"),
        "till": N_("Till"), "to": N_("To the till"), "tool": N_("Tool"), "tool_kind": N_("Kind of tool"),
        "undoes": N_("Takes back entry"), "unpacked": N_("Unpacked"), "upto": N_("Up to"), "uses": N_("Uses"),
        "valid_from": N_("Valid from"), "valid_to": N_("Valid to"), "value": N_("Value"), "version": N_("Version"),
        "wanted": N_("Wanted"), "way": N_("By way of"), "without_old": N_("Without the old part"),
        "write_off": N_("Write-off"), "write_offs": N_("Write-offs"),
    }
)  # fmt: skip
#: What says nothing to a reader: long digests, and how far a long work had got.
LEFT_OUT = frozenset(
    {
        *("digest", "issue", "shop", "head", "backup", "at_once", "contact", "denied", "made"),
        *("after", "indexed", "orders_of"),
    }
)
#: Whose codes a key holds, whatever was done.
CODES: Mapping[str, Sequence[type[StrEnum]]] = MappingProxyType(
    {
        "before": (TaxInvoiceState,),
        "classes": (AbcClass,),
        "clock": (BenchCommand,),
        "diagnosed": (NoteKind,),
        "end": (DefectState,),
        "erased": (ErasureCause,),
        "grade": (DefectGrade,),
        "kind": (LineKind, CoverPlanKind, CountKind, PlaceKind),
        "note": (NoteKind,),
        "paper": (PaperKind,),
        "payer": (Payer,),
        "proof": (ReceiptProof,),
        "rebuild": (LookKind,),
        "reason": (CreditReason, WriteOffReason),
        "role": (Role,),
        "rule": (OldPartRule,),
        "season": (Category,),
        "service_type": (ServiceType,),
        "state": (OldPartState, BatchState),
    }
)
#: Where the same key holds other codes after one command.
CODES_OF: Mapping[Command, Mapping[str, Sequence[type[StrEnum]]]] = MappingProxyType(
    {
        Command.ANSWER_CLAIM: {"state": (ClaimState,)},
        Command.ANSWER_QUOTE: {"way": (ApprovalWay,)},
        Command.ASSESS_MONTH: {"kind": (AssessmentKind,)},
        Command.CANCEL_PURCHASE: {"state": (PurchaseState,)},
        Command.CLOSE_NOTICE: {"state": (NoticeState,)},
        Command.CONSIGN_PART: {"way": (CustodyWay,)},
        Command.EDIT_CLAIM: {"state": (ClaimState, NoticeState)},
        Command.MOVE_CASH: {"reason": (CashReason,)},
        Command.MOVE_TOOL: {"way": (ToolAction,)},
        Command.NOTE_TAX_INVOICE: {"state": (TaxInvoiceState,)},
        Command.OPEN_COUNT: {"kind": (CountKind,)},
        Command.POST_SETTLEMENT: {"state": (SettlementState,)},
        Command.PUSH_EVENTS: {"state": (ClaimState,)},
        Command.RECEIVE_PART: {"state": (PurchaseState,)},
        Command.REMIND_CUSTOMER: {"way": (ReminderWay,)},
        Command.REPORT_INCIDENT: {"kind": (IncidentKind,)},
        Command.REPORT_TO_BRAND: {"kind": (BrandReportKind,), "state": (NoticeState,)},
        Command.SAVE_COMMISSION: {"kind": (CommissionKind,)},
        Command.SAVE_PAY_ITEM: {"kind": (PayItemKind,)},
        Command.SAVE_PLACE: {"kind": (PlaceKind,)},
        Command.SAVE_PURCHASE: {"state": (PurchaseState,)},
        Command.SAVE_SETTLEMENT: {"state": (SettlementState,)},
        Command.SCRAP_PART: {"reason": (ScrapReason,)},
        Command.SEND_CLAIM: {"state": (ClaimState,)},
        Command.SEND_OLD_PARTS: {"state": (BatchState, OldPartState)},
        Command.SEND_PURCHASE: {"state": (PurchaseState,)},
        Command.WITHDRAW_CLAIM: {"state": (ClaimState,)},
        Command.WRITE_OFF: {"reason": (WriteOffReason,)},
    }
)
#: Codes that are nobody's but the journal's.
WORDS: Mapping[str, str] = MappingProxyType(
    {
        "active": N_("on"),
        "back": N_("set back"),
        "badge": N_("badge"),
        "connected": N_("connected"),
        "csv": "CSV",
        "dated anew": N_("dated anew"),
        "en": "English",
        "erased": N_("erased"),
        "none": N_("without PIN"),
        "pin": N_("PIN"),
        "shown": N_("shown"),
        "stopped": N_("stopped"),
        "wiped": N_("emptied"),
        "written": N_("written down"),
        "xlsx": "Excel",
        "zh_CN": "中文",
    }
)
#: Keys whose numbers are ids of records with a name.
NAMED: Mapping[str, str] = MappingProxyType(
    {
        "approved_by": "staff",
        "brand": "brand",
        "clock_vouched_by": "staff",
        "customer": "customer",
        "customer_id": "customer",
        "drop": "customer",
        "holder": "staff",
        "instead_of": "part",
        "keep": "customer",
        "kit": "part",
        "part": "part",
        "place": "place",
        "source": "place",
        "staff": "staff",
        "substitute": "part",
        "supplier": "supplier",
        "target": "place",
        "technician": "staff",
        "item": "item",
        "till": "till",
        "to": "till",
        "tool": "tool",
        "tool_kind": "tool_kind",
    }
)

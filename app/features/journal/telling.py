"""An entry in words: what was done, and the small facts that stand beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.core import formats
from app.core.enums import (
    ErasureCause,
    LineKind,
    NoteKind,
    PaperKind,
    Payer,
    Role,
    ServiceType,
)
from app.core.field_words import FIELDS
from app.core.labels import label
from app.core.money import Money, Quantity
from app.core.words import N_, _
from app.features.journal.snapshots import JournalRow

#: Words for the keys of details; a key that has none stands as it is.
KEYS: Mapping[str, str] = MappingProxyType(
    {
        "fen": N_("Amount"), "before_fen": N_("Amount before"), "float_fen": N_("Float"),
        "counted_fen": N_("Counted"), "expected_fen": N_("Expected"), "difference_fen": N_("Difference"),
        "kept_fen": N_("Kept in the till"), "left_fen": N_("Left"), "discount_fen": N_("Discount"),
        "by_hand_fen": N_("Not from the price list"),
        "deposit_fen": N_("Deposit"), "deposit_used_fen": N_("Deposit used"), "credit_used_fen": N_("Credit used"),
        "on_account_fen": N_("On account"), "price": N_("Price"), "cost": N_("Cost"), "value": N_("Value"),
        "milli": N_("Quantity"), "quantity": N_("Quantity"), "counted": N_("Counted"),
        "staff": N_("Staff"), "technician": N_("Technician"), "holder": N_("Staff"), "part": N_("Part"),
        "customer": N_("Customer"), "customer_id": N_("Customer"), "keep": N_("Customer"), "drop": N_("Merged"),
        "new": N_("New"), "keys": N_("Changed"), "changed": N_("Changed"), "active": N_("Active"),
        "way": N_("By way of"), "kind": N_("Kind"), "state": N_("State"), "count": N_("Count"), "rows": N_("Rows"),
        "invoice": N_("Invoice"), "invoices": N_("Invoices"), "payment": N_("Payment"), "payments": N_("Payments"),
        "credit": N_("Credit note"), "purchase": N_("Purchase order"), "receipt": N_("Goods receipt"),
        "reason": N_("Reason"), "session": N_("Shift"), "till": N_("Till"), "day": N_("Day"), "month": N_("Month"),
        "close": N_("Day close"), "number": N_("Number"), "orders": N_("Orders"), "devices": N_("Devices"),
        "paper": N_("Paper"), "copy": N_("Copy"), "note": N_("Note"), "photo": N_("Photo"), "photos": N_("Photos"),
        "passcode": N_("Device passcode"), "days": N_("Days"), "erased": N_("Erased"), "denied": N_("Denied"),
        "failed": N_("Wrong PINs in a row"), "role": N_("Role"), "service_type": N_("Service type"),
        "payer": N_("Payer"), "version": N_("Version"), "undoes": N_("Takes back entry"), "file": N_("File"),
        "sealed_from": N_("Sealed from entry"), "claim": N_("Claim"), "brand": N_("Brand"), "line": N_("Line"),
        "defective": N_("Defective goods"),
        "loan": N_("Loan"),
        "lines": N_("Lines"),
        "grade": N_("Grade"),
        "classes": N_("Classes"),
        "upto": N_("Up to"),
        "old_part": N_("Old part"),
        "batch": N_("Batch"),
        "supplier": N_("Supplier"), "tool": N_("Tool"), "place": N_("Place"), "diagnosed": N_("Diagnosis"),
        "removed": N_("Removed"), "clock": N_("Working time"), "language": N_("Language"), "item": N_("Price item"),
    }
)  # fmt: skip
#: Long digests and ids that say nothing to a reader.
_LEFT_OUT = frozenset({"digest", "issue", "shop", "head", "backup", "at_once", "contact", "denied", "made"})
_CODES: Mapping[str, type[StrEnum]] = MappingProxyType(
    {
        "paper": PaperKind,
        "note": NoteKind,
        "diagnosed": NoteKind,
        "role": Role,
        "service_type": ServiceType,
        "payer": Payer,
        "erased": ErasureCause,
        "kind": LineKind,
    }
)
_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "shown": N_("shown"),
        "erased": N_("erased"),
        "written": N_("written down"),
        "dated anew": N_("dated anew"),
        "pin": N_("PIN"),
        "badge": N_("badge"),
        "none": N_("without PIN"),
        "start": N_("start"),
        "pause": N_("pause"),
    }
)
#: Keys whose numbers are ids of records with a name.
NAMED: Mapping[str, str] = MappingProxyType(
    {
        "staff": "staff",
        "technician": "staff",
        "holder": "staff",
        "customer": "customer",
        "customer_id": "customer",
        "keep": "customer",
        "drop": "customer",
        "part": "part",
        "supplier": "supplier",
    }
)


def done_words(row: JournalRow) -> str:
    """What was done: the command, and the move it made."""
    said = [said_code(row.command)]
    if row.action is not None:
        said.append(said_code(row.action))
    return " · ".join(dict.fromkeys(said))


def move_words(row: JournalRow) -> str:
    """From which status to which; "" where none changed."""
    if row.after is None:
        return ""
    return f"{said_code(row.before) if row.before else '—'} → {said_code(row.after)}"


def detail_words(row: JournalRow) -> str:
    """The facts beside it, in words."""
    return " · ".join(_facts(row))


def said_code(code: StrEnum | str | None) -> str:
    """A code's label; one of another version stands as it is."""
    if code is None:
        return ""
    return label(code) if isinstance(code, StrEnum) else code


def _facts(row: JournalRow) -> Iterator[str]:
    for key, value in row.detail.items():
        if key in _LEFT_OUT or value in (None, "", [], {}):
            continue
        word = _(KEYS[key]) if key in KEYS else key
        said = _said(key, value, row)
        if value is True:
            yield word
        elif value is not False:
            yield f"{word}: {said}"


def _said(key: str, value: Any, row: JournalRow) -> str:
    if isinstance(value, list):
        return formats.joined(_said(key, each, row) for each in value[:12]) + (
            " …" if len(value) > 12 else ""
        )
    if isinstance(value, dict):
        return formats.joined(f"{inner}: {each}" for inner, each in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        if key.endswith("fen") or key in ("price", "cost", "value"):
            return formats.money(Money(value))
        if key.endswith("milli") or key in ("quantity", "counted"):
            return formats.quantity(Quantity(value))
        if key in NAMED:
            return row.named.get(f"{NAMED[key]}/{value}", f"#{value}")
        return str(value)
    text = str(value)
    if key in ("keys", "changed", "filled") and text in FIELDS:
        return _(FIELDS[text])
    if key in _CODES:
        try:
            return label(_CODES[key](text))
        except (ValueError, KeyError):
            return text
    if key == "photo":
        return text[:8]
    return _(_WORDS[text]) if text in _WORDS else text

"""The shop's settings: every key, its type and its sensible default in one place (domain.md: "a default that
the owner can change in Settings")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.clock import DEFAULT_ZONE
from app.core.enums import Category, LineKind, PaperKind, PaperSize
from app.model.lifecycle import LifecycleRules

_DEFAULT_SIZES = {
    PaperKind.PICKUP_RECEIPT: PaperSize.ROLL_80,
    PaperKind.REPAIR_CARD: PaperSize.A6,
    PaperKind.DEVICE_LABEL: PaperSize.LABEL_60X40,
    PaperKind.QUOTE: PaperSize.A5,
    PaperKind.INVOICE: PaperSize.A5,
    PaperKind.PAYMENT_RECEIPT: PaperSize.ROLL_80,
    PaperKind.PART_LABEL: PaperSize.LABEL_40X30,
    PaperKind.COMMAND_SHEET: PaperSize.A4,
    PaperKind.PURCHASE_ORDER: PaperSize.A4,
    PaperKind.GOODS_RECEIPT: PaperSize.A5,
    PaperKind.OLD_PART_LABEL: PaperSize.LABEL_60X40,
    PaperKind.RETURN_PACKING_LIST: PaperSize.A4,
    PaperKind.COUNT_LIST: PaperSize.A4,
    PaperKind.TOOL_LABEL: PaperSize.LABEL_40X30,
    PaperKind.MONTH_REPORT: PaperSize.A4,
    PaperKind.TECHNICIAN_DAY: PaperSize.A5,
    PaperKind.LEAD_DAY: PaperSize.A4,
    PaperKind.PAY_STATEMENT: PaperSize.A5,
    PaperKind.STOCK_REPORT: PaperSize.A4,
    PaperKind.PART_LABELS: PaperSize.A4,
    PaperKind.PLACE_LABEL: PaperSize.LABEL_60X40,
    PaperKind.DEFECTIVE_LABEL: PaperSize.LABEL_60X40,
    PaperKind.CONSIGN_SETTLEMENT: PaperSize.A4,
    PaperKind.CREDIT_NOTE: PaperSize.A5,
    PaperKind.WRITE_OFF: PaperSize.A5,
    PaperKind.CASH_SLIP: PaperSize.ROLL_80,
    PaperKind.TILL_COUNT: PaperSize.ROLL_80,
    PaperKind.DAY_CLOSE: PaperSize.ROLL_80,
    PaperKind.STATEMENT: PaperSize.A4,
    PaperKind.PAYMENT_REMINDER: PaperSize.A5,
    PaperKind.BRAND_SETTLEMENT: PaperSize.A4,
    PaperKind.QUALITY_NOTICE: PaperSize.A4,
    PaperKind.WEEKLY_SUMMARY: PaperSize.A4,
    PaperKind.FEEDBACK_FORM: PaperSize.A4,
    PaperKind.SELF_ASSESSMENT: PaperSize.A4,
    PaperKind.INCIDENT_REPORT: PaperSize.A4,
    PaperKind.STATUTORY_RECORD: PaperSize.A4,
}


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """Everything an owner may set, with the values a new shop starts from. Money in fen, rates in
    permille."""

    shop_id: str = ""
    shop_name: str = ""
    address: str = ""
    hotline: str = ""
    complaint_phone: str = ""
    tax_number: str = ""
    #: PNG or JPEG, base64; "" without a logo.
    logo: str = ""
    hours: str = "08:30-18:00"
    time_zone: str = DEFAULT_ZONE
    language: str = ""
    theme: str = "system"
    text_scale: int = 100
    sounds: bool = True
    tax_inclusive: bool = True
    #: Tax rate by line kind in permille (13 % = 130); 1 % is the small-scale taxpayer's.
    tax_permille: Mapping[str, int] = field(default_factory=lambda: {kind.value: 10 for kind in LineKind})
    #: Other rates from a day on, by ``2026-12-01/labour``; invoices take the rate of their own day.
    tax_from: Mapping[str, int] = field(default_factory=dict)
    #: On account: days until an invoice is due, where the customer has no terms of his own.
    terms_days: int = 30
    #: Highest credit note in fen by role, without a second person; the owner has none.
    credit_limit: Mapping[str, int] = field(
        default_factory=lambda: {"counter": 0, "technician": 0, "lead": 50000}
    )
    #: Highest pay-out from a till in fen by role, without a second person; the owner has none.
    pay_out_limit: Mapping[str, int] = field(
        default_factory=lambda: {"counter": 20000, "technician": 0, "lead": 100000}
    )
    #: A till whose count differs by more than this (fen) is closed with a second person.
    till_tolerance: int = 5000
    #: Percent off for customers of a level, where the price list has no price of its own for them.
    member_percent: Mapping[str, int] = field(default_factory=dict)
    terms: str = ""
    guarantee: str = ""
    footer: str = ""
    #: Care sheet by category, printed on the pickup receipt.
    care: Mapping[str, str] = field(default_factory=dict)
    #: The owner's own device categories beside the ten built-in ones.
    categories: tuple[str, ...] = ()
    shelves: tuple[str, ...] = ()
    #: Quick phrases for the fault by category; "" holds those for every category.
    quick_faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    accessories: tuple[str, ...] = ()
    damages: tuple[str, ...] = ()
    #: Days until the promised date by category; "" is the default.
    promise_days: Mapping[str, int] = field(default_factory=lambda: {"": 3})
    #: The shop's own repair guarantee in days by category; "" is the default (domain.md §5.4).
    guarantee_days: Mapping[str, int] = field(default_factory=lambda: {"": 90})
    #: The maker's warranty in months by "brand/category", "category" or "" (domain.md §5.1).
    warranty_months: Mapping[str, int] = field(default_factory=lambda: {"": 12})
    quote_valid_days: int = 7
    #: Print on the invoice what is billed otherwise than it was quoted.
    quote_on_invoice: bool = False
    diagnosis_fee: int = 3000
    labour_price: int = 8000
    visit_fee: int = 3000
    #: Highest discount in percent by role.
    discount_limit: Mapping[str, int] = field(
        default_factory=lambda: {"counter": 5, "technician": 0, "lead": 15, "owner": 100}
    )
    unclaimed_days: int = 90
    unclaimed_reminders: int = 2
    #: Days after which an old part that the brand wants back is overdue (domain.md §7).
    old_part_days: int = 15
    diagnosis_required: bool = False
    idle_lock_minutes: int = 10
    #: So many days after it was written down a device passcode is erased, whatever happens to the order (domain.md §3).
    passcode_days: int = 7
    #: Personal data of customers who did not come for so many years are put before the owner to erase; 0 is never.
    retention_years: int = 3
    paper_sizes: Mapping[str, str] = field(
        default_factory=lambda: {kind.value: size.value for kind, size in _DEFAULT_SIZES.items()}
    )
    #: Printer by paper kind; "" is the system's default printer, "none" prints nothing.
    printers: Mapping[str, str] = field(default_factory=dict)
    print_at_intake: tuple[str, ...] = (PaperKind.PICKUP_RECEIPT.value, PaperKind.REPAIR_CARD.value)
    paper_language: str = ""
    #: Folder of the second place for backups (a USB stick, another computer); "" has none.
    backup_place: str = ""
    #: Most that backups take in each place, in GB; the newest good one stays whatever it takes.
    backup_cap_gb: int = 20
    #: How the key is made of the backups' password (``store.backup.sealing``); "" where they are not locked.
    backup_lock: str = ""
    #: Since a restore nothing is sent to head offices until the owner says so.
    sync_paused: bool = False
    #: The shop works for brands: claims, settlements, head offices.
    brands: bool = False

    @property
    def lifecycle(self) -> LifecycleRules:
        """The numbers the lifecycle guards ask for."""
        return LifecycleRules(
            self.unclaimed_days, self.unclaimed_reminders, self.diagnosis_required, self.time_zone
        )

    def tax_rate(self, kind: LineKind, day: date | None = None) -> int:
        """Permille for a kind of line on ``day``; None is before any change of ``tax_from``."""
        rate = self.tax_permille.get(kind.value, 0)
        if day is None or not self.tax_from:
            return rate
        begun = [key for key in self.tax_from if key[10:] == f"/{kind.value}" and key[:10] <= day.isoformat()]
        return self.tax_from[max(begun)] if begun else rate

    def paper_size(self, kind: PaperKind) -> PaperSize:
        """The size a paper is printed in unless told otherwise."""
        try:
            return PaperSize(self.paper_sizes[kind.value])
        except (KeyError, ValueError):
            return _DEFAULT_SIZES[kind]

    def promised_after(self, category: str) -> timedelta:
        """How long a repair of this category is promised to take."""
        return timedelta(days=by_category(self.promise_days, category))

    def all_categories(self) -> tuple[str, ...]:
        """The ten built-in codes and the owner's own names."""
        return (*(category.value for category in Category), *self.categories)


def by_category(table: Mapping[str, int], category: str) -> int:
    """The entry of a category, else the table's default under ""."""
    return table.get(category, table.get("", 0))


def to_rows(settings: ShopSettings) -> dict[str, Any]:
    """Settings as rows for the ``setting`` table."""
    return asdict(settings)


def from_rows(rows: Mapping[str, Any]) -> ShopSettings:
    """Settings from the ``setting`` table.

    Unknown keys of other versions are left alone; missing ones default, and so do values that do not fit: a shop
    must open whatever a damaged row, another version or a hand in the database left there.
    """
    known: dict[str, Any] = {}
    for each in fields(ShopSettings):
        value = _READ[str(each.type)](rows.get(each.name))
        if value is not None:
            known[each.name] = value
    if not _is_zone(known.get("time_zone", DEFAULT_ZONE)):
        del known["time_zone"]
    return ShopSettings(**known)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return False
    return True


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _texts(value: Any) -> tuple[str, ...] | None:
    if isinstance(value, list | tuple) and all(isinstance(each, str) for each in value):
        return tuple(value)
    return None


def _table(read: Callable[[Any], Any]) -> Callable[[Any], dict[str, Any] | None]:
    def table(value: Any) -> dict[str, Any] | None:
        if not isinstance(value, Mapping):
            return None
        found = {key: read(inner) for key, inner in value.items()}
        return None if None in found.values() else found

    return table


#: How a field is read, by its annotation.
_READ: Mapping[str, Callable[[Any], Any]] = {
    "str": _text,
    "int": _number,
    "bool": lambda value: value if isinstance(value, bool) else None,
    "tuple[str, ...]": _texts,
    "Mapping[str, int]": _table(_number),
    "Mapping[str, str]": _table(_text),
    "Mapping[str, tuple[str, ...]]": _table(_texts),
}

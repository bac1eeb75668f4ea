"""The data of every paper, frozen when it is issued and kept as JSON for later copies (design.md §6).

A form holds codes, amounts and what people typed; words are looked up when it is printed, so that the same
form prints in either language. Nothing here loads a PDF library: services import this module.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.core.enums import (
    ApprovalWay,
    BenchCommand,
    CoverReason,
    LineKind,
    PaperKind,
    PaperSize,
    Payer,
    PaymentKind,
    PaymentMethod,
    QuoteChange,
    Role,
    ServiceType,
)
from app.core.money import ONE, ZERO, Money, Quantity
from app.papers.forms_of_brands import BrandSheet
from app.papers.forms_of_cover import RecordSheet
from app.papers.forms_of_money import (
    CashSlip,
    CloseSheet,
    CreditSheet,
    ReminderSheet,
    StatementSheet,
    TillSheet,
    WriteOffSheet,
)
from app.papers.forms_of_month import MonthSheet
from app.papers.forms_of_pay import LeadSheet, PaySheet, WorkSheet
from app.papers.forms_of_quality import (
    AssessmentSheet,
    FeedbackSheet,
    IncidentSheet,
    NoticeSheet,
    WeekSheet,
)
from app.papers.forms_of_shelves import (
    CountSheet,
    DefectiveLabel,
    OldPartLabel,
    PackingList,
    PlaceLabel,
    ToolLabel,
)
from app.papers.forms_of_stock import ConsignSheet, PurchaseSheet, ReceiptSheet
from app.papers.forms_of_views import PartLabel as PartLabel
from app.papers.forms_of_views import PartLabels, StockReport
from app.papers.shop_block import ShopBlock as ShopBlock


@dataclass(frozen=True, slots=True)
class DeviceBlock:
    """The device: ``category`` is a code of ``Category`` or the owner's own name for one."""

    category: str
    brand: str = ""
    model: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """One line of a quote or an invoice; ``amount`` is quantity × price − discount as it was booked."""

    kind: LineKind
    description: str
    amount: Money
    quantity: Quantity = ONE
    unit: str = ""
    price: Money = ZERO
    discount: Money = ZERO
    tax_permille: int = 0
    #: Whose it is, where one invoice is for several orders.
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class PaidLine:
    """What was paid by one method."""

    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True)
class BilledOrder:
    """One of several orders on an invoice."""

    number: str
    device: DeviceBlock
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A member of staff on the command sheet; ``code`` is the 12-digit staff code."""

    name: str
    role: Role
    code: str


@dataclass(frozen=True, slots=True)
class PickupReceipt:
    """取机凭证: what the customer holds while the shop has the device; bars and QR are ``receipt_code``."""

    shop: ShopBlock
    number: str
    receipt_code: str
    taken_in_at: datetime
    device: DeviceBlock
    fault: str
    taken_by: str = ""
    customer_name: str = ""
    customer_phone: str = ""
    accessories: str = ""
    damage: str = ""
    service: ServiceType = ServiceType.PAID
    estimate: Money | None = None
    limit: Money | None = None
    deposit: Money = ZERO
    promised_at: datetime | None = None
    terms: str = ""
    care: str = ""


@dataclass(frozen=True, slots=True)
class RepairCard:
    """修护卡: hangs on the device in sight of others, so the phone is printed masked and no passcode ever.

    ``cover_…`` say who pays and why, as the order keeps it (``model.cover``); cards frozen before have no reason.
    """

    shop: ShopBlock
    number: str
    card_code: str
    taken_in_at: datetime
    device: DeviceBlock
    fault: str
    customer_name: str = ""
    customer_phone: str = ""
    accessories: str = ""
    damage: str = ""
    cover_reason: CoverReason | None = None
    cover_until: date | None = None
    cover_who: str = ""
    cover_note: str = ""
    service: ServiceType = ServiceType.PAID
    limit: Money | None = None
    shelf: str = ""
    promised_at: datetime | None = None
    technician: str = ""
    has_passcode: bool = False
    repair_mode: bool = False


@dataclass(frozen=True, slots=True)
class DeviceLabel:
    """机器标签: glued to the device or one of its pieces; the phone is printed masked."""

    number: str
    card_code: str
    taken_in_at: datetime
    device: DeviceBlock
    customer_name: str = ""
    customer_phone: str = ""
    fault: str = ""
    shelf: str = ""
    promised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuoteSheet:
    """报价单: shown to the customer before work. ``signature`` is a PNG in base64."""

    shop: ShopBlock
    number: str
    quoted_at: datetime
    device: DeviceBlock
    lines: tuple[ChargeLine, ...]
    total: Money
    version: int = 1
    subtotal: Money = ZERO
    discount: Money = ZERO
    tax: Money = ZERO
    tax_included: bool = True
    card_code: str = ""
    quoted_by: str = ""
    customer_name: str = ""
    customer_phone: str = ""
    fault: str = ""
    diagnosis: str = ""
    valid_until: date | None = None
    approval: ApprovalWay | None = None
    approved_at: datetime | None = None
    signature: str | None = None
    #: Up to here the customer agrees whatever is found.
    limit: Money | None = None
    #: Who answered, where it was not the customer himself, and what he said.
    answered_name: str = ""
    answer_note: str = ""
    declined: bool = False
    #: A newer version stands for it.
    replaced: bool = False
    terms: str = ""


@dataclass(frozen=True, slots=True)
class QuoteDifference:
    """A charge that is not billed as it was quoted; ``amount`` is what it is dearer by."""

    change: QuoteChange
    description: str
    before: Money
    now: Money
    reason: str = ""


@dataclass(frozen=True, slots=True)
class InvoiceSheet:
    """结算单: what the customer pays.

    ``subtotal`` is before tax, ``total`` what is to pay; ``deposit_used`` and ``payments`` lower ``due``;
    ``on_account`` is the part of ``due`` that the shop agreed to wait for. ``card_code`` lets a scan of an
    old invoice open the order again; "" = no barcode.
    """

    shop: ShopBlock
    number: str
    order_number: str
    issued_at: datetime
    device: DeviceBlock
    lines: tuple[ChargeLine, ...]
    total: Money
    issued_by: str = ""
    card_code: str = ""
    tax_invoice_number: str = ""
    customer_name: str = ""
    customer_phone: str = ""
    customer_address: str = ""
    customer_tax_number: str = ""
    fault: str = ""
    work_done: str = ""
    service: ServiceType = ServiceType.PAID
    subtotal: Money = ZERO
    discount: Money = ZERO
    tax: Money = ZERO
    tax_included: bool = True
    payments: tuple[PaidLine, ...] = ()
    deposit_used: Money = ZERO
    cash_received: Money = ZERO
    change: Money = ZERO
    on_account: Money = ZERO
    due: Money = ZERO
    #: Credit of the customer that was used, besides the deposit; what he paid too much and left with the shop.
    credit_used: Money = ZERO
    kept: Money = ZERO
    credited: Money = ZERO
    due_on: date | None = None
    payer: Payer = Payer.CUSTOMER
    #: The third party's name, where it is known.
    payer_name: str = ""
    #: All orders, where there are several; ``device`` is the first one's.
    orders: tuple[BilledOrder, ...] = ()
    guarantee_until: date | None = None
    guarantee: str = ""
    #: What the customer agreed to, and what is billed otherwise; None leaves it off.
    quoted: Money | None = None
    differences: tuple[QuoteDifference, ...] = ()
    signature: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentReceipt:
    """收款收据: for a deposit, a payment or a refund; ``amount`` is positive for all three."""

    shop: ShopBlock
    number: str
    kind: PaymentKind
    amount: Money
    method: PaymentMethod
    at: datetime
    order_number: str = ""
    invoice_number: str = ""
    received_from: str = ""
    taken_by: str = ""
    device: DeviceBlock | None = None
    due: Money | None = None
    note: str = ""
    #: Who vouched for a refund that the first person could not give alone.
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class CommandSheet:
    """工作台指令单: the barcodes that a technician works by, with staff badges if wished."""

    shop: ShopBlock
    commands: tuple[BenchCommand, ...] = field(default=tuple(BenchCommand))
    badges: tuple[Badge, ...] = ()


Form = (
    PickupReceipt
    | RepairCard
    | DeviceLabel
    | QuoteSheet
    | InvoiceSheet
    | PaymentReceipt
    | PartLabel
    | CommandSheet
    | PurchaseSheet
    | ReceiptSheet
    | OldPartLabel
    | PackingList
    | CountSheet
    | ToolLabel
    | StockReport
    | PartLabels
    | PlaceLabel
    | DefectiveLabel
    | ConsignSheet
    | CreditSheet
    | WriteOffSheet
    | CashSlip
    | TillSheet
    | CloseSheet
    | StatementSheet
    | ReminderSheet
    | MonthSheet
    | WorkSheet
    | LeadSheet
    | PaySheet
    | BrandSheet
    | NoticeSheet
    | WeekSheet
    | FeedbackSheet
    | AssessmentSheet
    | IncidentSheet
    | RecordSheet
)

FORMS: Mapping[PaperKind, type[Form]] = {
    PaperKind.PICKUP_RECEIPT: PickupReceipt,
    PaperKind.REPAIR_CARD: RepairCard,
    PaperKind.DEVICE_LABEL: DeviceLabel,
    PaperKind.QUOTE: QuoteSheet,
    PaperKind.INVOICE: InvoiceSheet,
    PaperKind.PAYMENT_RECEIPT: PaymentReceipt,
    PaperKind.PART_LABEL: PartLabel,
    PaperKind.COMMAND_SHEET: CommandSheet,
    PaperKind.PURCHASE_ORDER: PurchaseSheet,
    PaperKind.GOODS_RECEIPT: ReceiptSheet,
    PaperKind.OLD_PART_LABEL: OldPartLabel,
    PaperKind.RETURN_PACKING_LIST: PackingList,
    PaperKind.COUNT_LIST: CountSheet,
    PaperKind.TOOL_LABEL: ToolLabel,
    PaperKind.STOCK_REPORT: StockReport,
    PaperKind.PART_LABELS: PartLabels,
    PaperKind.PLACE_LABEL: PlaceLabel,
    PaperKind.DEFECTIVE_LABEL: DefectiveLabel,
    PaperKind.CONSIGN_SETTLEMENT: ConsignSheet,
    PaperKind.CREDIT_NOTE: CreditSheet,
    PaperKind.WRITE_OFF: WriteOffSheet,
    PaperKind.CASH_SLIP: CashSlip,
    PaperKind.TILL_COUNT: TillSheet,
    PaperKind.DAY_CLOSE: CloseSheet,
    PaperKind.STATEMENT: StatementSheet,
    PaperKind.PAYMENT_REMINDER: ReminderSheet,
    PaperKind.MONTH_REPORT: MonthSheet,
    PaperKind.TECHNICIAN_DAY: WorkSheet,
    PaperKind.LEAD_DAY: LeadSheet,
    PaperKind.PAY_STATEMENT: PaySheet,
    PaperKind.BRAND_SETTLEMENT: BrandSheet,
    PaperKind.QUALITY_NOTICE: NoticeSheet,
    PaperKind.WEEKLY_SUMMARY: WeekSheet,
    PaperKind.FEEDBACK_FORM: FeedbackSheet,
    PaperKind.SELF_ASSESSMENT: AssessmentSheet,
    PaperKind.INCIDENT_REPORT: IncidentSheet,
    PaperKind.STATUTORY_RECORD: RecordSheet,
}
_KINDS: Mapping[type[Form], PaperKind] = {form: kind for kind, form in FORMS.items()}

#: Sizes that a paper can be printed on; the first is the default (domain.md §3).
SIZES: Mapping[PaperKind, tuple[PaperSize, ...]] = {
    PaperKind.PICKUP_RECEIPT: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.REPAIR_CARD: (PaperSize.A6, PaperSize.ROLL_80),
    PaperKind.DEVICE_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_40X30),
    PaperKind.QUOTE: (PaperSize.A5, PaperSize.A4),
    PaperKind.INVOICE: (PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80),
    PaperKind.PAYMENT_RECEIPT: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.PART_LABEL: (PaperSize.LABEL_40X30, PaperSize.LABEL_50X30),
    PaperKind.COMMAND_SHEET: (PaperSize.A4,),
    PaperKind.PURCHASE_ORDER: (PaperSize.A4, PaperSize.A5),
    PaperKind.GOODS_RECEIPT: (PaperSize.A5, PaperSize.A4),
    PaperKind.OLD_PART_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_40X30),
    PaperKind.RETURN_PACKING_LIST: (PaperSize.A4,),
    PaperKind.COUNT_LIST: (PaperSize.A4,),
    PaperKind.TOOL_LABEL: (PaperSize.LABEL_40X30,),
    PaperKind.STOCK_REPORT: (PaperSize.A4,),
    PaperKind.PART_LABELS: (PaperSize.A4, PaperSize.LABEL_40X30, PaperSize.LABEL_50X30),
    PaperKind.PLACE_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_50X30, PaperSize.LABEL_40X30),
    PaperKind.DEFECTIVE_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_40X30),
    PaperKind.CONSIGN_SETTLEMENT: (PaperSize.A4, PaperSize.A5),
    PaperKind.CREDIT_NOTE: (PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80),
    PaperKind.WRITE_OFF: (PaperSize.A5, PaperSize.ROLL_80),
    PaperKind.CASH_SLIP: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.TILL_COUNT: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.DAY_CLOSE: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A4),
    PaperKind.STATEMENT: (PaperSize.A4, PaperSize.A5),
    PaperKind.PAYMENT_REMINDER: (PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80),
    PaperKind.MONTH_REPORT: (PaperSize.A4,),
    PaperKind.TECHNICIAN_DAY: (PaperSize.A5, PaperSize.A4),
    PaperKind.LEAD_DAY: (PaperSize.A4, PaperSize.A5),
    PaperKind.PAY_STATEMENT: (PaperSize.A5, PaperSize.A4),
    PaperKind.BRAND_SETTLEMENT: (PaperSize.A4,),
    PaperKind.QUALITY_NOTICE: (PaperSize.A4,),
    PaperKind.WEEKLY_SUMMARY: (PaperSize.A4,),
    PaperKind.FEEDBACK_FORM: (PaperSize.A4,),
    PaperKind.SELF_ASSESSMENT: (PaperSize.A4,),
    PaperKind.INCIDENT_REPORT: (PaperSize.A4,),
    PaperKind.STATUTORY_RECORD: (PaperSize.A4, PaperSize.A5),
}

#: Papers that always carry a barcode; quote, invoice and goods receipt carry one if they were given a code.
HAS_BARCODE = frozenset(
    {
        PaperKind.PICKUP_RECEIPT,
        PaperKind.REPAIR_CARD,
        PaperKind.DEVICE_LABEL,
        PaperKind.PART_LABEL,
        PaperKind.COMMAND_SHEET,
        PaperKind.PURCHASE_ORDER,
        PaperKind.OLD_PART_LABEL,
        PaperKind.RETURN_PACKING_LIST,
        PaperKind.COUNT_LIST,
        PaperKind.TOOL_LABEL,
        PaperKind.PART_LABELS,
        PaperKind.PLACE_LABEL,
        PaperKind.DEFECTIVE_LABEL,
    }
)


def kind_of(form: Form) -> PaperKind:
    """Which paper a form is of."""
    return _KINDS[type(form)]


def sample(kind: PaperKind, *, long: bool = False) -> Form:
    """A believable form in the language in force, for previews and tests; ``long`` fills every field."""
    from app.papers import samples  # only previews and tests need them

    return samples.sample(kind, long=long)


# -- to JSON and back ----------------------------------------------------------------------------------------


def freeze(form: Form) -> dict[str, Any]:
    """The form as JSON values: Money in fen, quantities in thousandths, moments in ISO UTC, codes as text."""
    frozen = _freeze(form)
    assert isinstance(frozen, dict)
    return frozen


def thaw(kind: PaperKind, data: Mapping[str, Any]) -> Form:
    """The form that was frozen. Fields added since take their defaults, dropped ones are ignored.

    Raises ``ValueError`` for data that is no such form.
    """
    try:
        form: Form = _record_thawer(FORMS[kind])(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no frozen {kind}: {error}") from error
    return form


_readers: dict[type[Any], Callable[[Any], Any]] = {}


def _freeze(value: object) -> Any:
    match value:
        case None | bool():
            return value
        case StrEnum():
            return value.value
        case str() | int():
            return value
        case Money():
            return value.fen
        case Quantity():
            return value.milli
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a paper's moments must be aware")
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [_freeze(item) for item in value]
        case _ if is_dataclass(value):
            return {item.name: _freeze(getattr(value, item.name)) for item in fields(value)}
        case _:
            raise TypeError(f"a paper cannot hold {type(value).__name__}")


def _thawer(kind: Any) -> Callable[[Any], Any]:
    """How a value of the annotated type is read back."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _thawer(next(arg for arg in get_args(kind) if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _thawer(get_args(kind)[0])
        return lambda value: tuple(item(one) for one in value)
    if kind in (Money, Quantity):
        return lambda value: kind(value)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return _record_thawer(kind)
    return lambda value: _checked(value, kind)


def _record_thawer(kind: type[Any]) -> Callable[[Any], Any]:
    if known := _readers.get(kind):
        return known
    hints = get_type_hints(kind)
    readers = [(item.name, _thawer(hints[item.name]), item.default is MISSING) for item in fields(kind)]

    def read(data: Mapping[str, Any]) -> Any:
        return kind(
            **{name: reader(data[name]) for name, reader, needed in readers if needed or name in data}
        )

    _readers[kind] = read
    return read


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value

"""Forms of a repair order's papers: receipt, card, label, quote, invoice, payment receipt, command sheet.

A form holds codes, amounts and what people typed; words are looked up when it is printed, so that the same
form prints in either language. Nothing here loads a PDF library: services import this module.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.enums import (
    ApprovalWay,
    BenchCommand,
    CoverReason,
    LineKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    QuoteChange,
    Role,
    ServiceType,
)
from app.core.money import ONE, ZERO, Money, Quantity
from app.papers.shop_block import ShopBlock


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

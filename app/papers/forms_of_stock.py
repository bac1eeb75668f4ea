"""The data of the stock room's papers; see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import MoveKind
from app.core.money import ONE, ZERO, Money, Quantity
from app.papers.shop_block import ShopBlock

_NOTHING = Quantity(0)


@dataclass(frozen=True, slots=True)
class SupplierBlock:
    """Who is ordered from."""

    name: str
    contact: str = ""
    phone: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class OrderedLine:
    """One line of a purchase order. ``number`` is ours, ``supplier_number`` his; ``price`` is of one unit."""

    description: str
    quantity: Quantity = ONE
    number: str = ""
    supplier_number: str = ""
    unit: str = ""
    price: Money = ZERO
    #: The repair it is bought for alone.
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class PurchaseSheet:
    """采购单: what the supplier shall send; its bars open the receiving when the goods come."""

    shop: ShopBlock
    number: str
    code: str
    supplier: SupplierBlock
    ordered_at: datetime
    lines: tuple[OrderedLine, ...]
    total: Money
    ordered_by: str = ""
    expected_on: date | None = None
    draft: bool = False
    urgent: bool = False
    consigned: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """One line of a goods receipt; ``amount`` is of the whole line, ``open`` what is still to come of it."""

    description: str
    quantity: Quantity = ONE
    number: str = ""
    supplier_number: str = ""
    unit: str = ""
    amount: Money = ZERO
    open: Quantity = _NOTHING
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """收货单: what came in together. ``code`` is the purchase order's; "" = no barcode."""

    shop: ShopBlock
    number: str
    supplier: SupplierBlock
    received_at: datetime
    lines: tuple[ReceivedLine, ...]
    total: Money
    code: str = ""
    purchase_number: str = ""
    delivery_note: str = ""
    received_by: str = ""
    consigned: bool = False


@dataclass(frozen=True, slots=True)
class SettledUse:
    """One use of consigned goods; taking a part back is negative."""

    at: datetime
    kind: MoveKind
    part_number: str
    part_name: str
    quantity: Quantity
    owed: Money
    unit: str = ""
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class ConsignSheet:
    """铺底结算单: what was used of somebody's goods and is settled with them."""

    shop: ShopBlock
    number: str
    owner: SupplierBlock
    settled_at: datetime
    uses: tuple[SettledUse, ...]
    total: Money
    settled_by: str = ""
    note: str = ""

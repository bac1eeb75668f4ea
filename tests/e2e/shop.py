"""The shop that the window is opened on: made by the services, as a day's work would leave it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import SystemClock
from app.core.enums import Action, LineKind
from app.core.money import Money, Quantity
from app.core.rights import FOUNDER, Actor, Ctx
from app.core.words import Language
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn, TakenInOrder
from app.features.settings.snapshots import FirstRun
from app.features.stock.snapshots import PartEntry
from app.services import Services
from app.store.door import Store

#: Chinese goods' numbers: known to the shop as a part's, and known to nobody.
EAN = "6901234567892"
STRANGE_EAN = "6907654321098"
PHONE = "13800138000"


@dataclass(frozen=True, slots=True)
class Codes:
    """The barcodes of the prepared shop."""

    card: str
    receipt: str
    part: str
    badge: str
    number: str
    received_card: str
    order_id: int


@contextmanager
def services(root: Path) -> Iterator[Services]:
    """The shop's services, while no window has it open."""
    with Services(Store.open(root, SystemClock())) as made:
        yield made


def prepare(root: Path) -> Codes:
    """Found a shop with one owner and no PIN, two parts, and three orders: received, repairing, ready."""
    with services(root) as shop:
        owner = shop.settings.found_shop(FirstRun(Language.ZH, shop_name="修护家电维修", owner_name="王丽华"))
        part = shop.stock.save_part(
            Ctx.gesture(owner),
            None,
            None,
            PartEntry("启动电容 35µF", "个", sale_price=Money.yuan(38), barcodes=(EAN,)),
        )
        shop.stock.receive(Ctx.gesture(owner), part.row.id, Quantity.of(10), Money.yuan(150), "")
        received = _take_in(shop, owner, "李强", "13911112222", "不启动")
        repairing = _take_in(shop, owner, "王丽华", PHONE, "不制冷")
        _repair(shop, owner, repairing)
        ready = _take_in(shop, owner, "陈静", "13733334444", "漏水")
        _finish(shop, owner, ready)
        return Codes(
            card=repairing.card_code,
            receipt=ready.receipt_code,
            part=shop.stock.part(part.row.id).own_code,
            badge=shop.staff.row(FOUNDER, owner.id).badge_code,
            number=repairing.number,
            received_card=received.card_code,
            order_id=repairing.order_id,
        )


def _take_in(shop: Services, owner: Actor, name: str, phone: str, fault: str) -> TakenInOrder:
    device = DeviceEntry(
        category="cooling", brand="海尔", model="BCD-215", fault=fault, spend_limit=Money.yuan(900)
    )
    taken = shop.intake.take_in(Ctx.gesture(owner), TakeIn(CustomerEntry(name=name, phone=phone), (device,)))
    return taken.orders[0]


def _repair(shop: Services, owner: Actor, order: TakenInOrder) -> int:
    """Diagnosed, approved within the limit, work going on; the order's version."""
    bench = shop.bench
    card = bench.go_on(Ctx.gesture(owner), order.order_id, order.version)
    card = bench.add_line(
        Ctx.gesture(owner),
        card.id,
        card.version,
        LineKind.LABOUR,
        "更换启动电容",
        Money.yuan(120),
        reason="not in the list",
    )
    card = bench.done(Ctx.gesture(owner), card.id, card.version)
    return bench.go_on(Ctx.gesture(owner), card.id, card.version).version


def _finish(shop: Services, owner: Actor, order: TakenInOrder) -> None:
    version = _repair(shop, owner, order)
    card = shop.bench.done(Ctx.gesture(owner), order.order_id, version)
    shop.bench.move(Ctx.gesture(owner), card.id, card.version, Action.PASS_QC)


def damaged(code: str) -> str:
    """The code with one digit misread."""
    return code[:5] + str((int(code[5]) + 1) % 10) + code[6:]

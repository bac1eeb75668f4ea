"""The rarer goods of a sample shop: pieces with serial numbers, kits, goods of others, parts in bags and in the van."""

from __future__ import annotations

from sqlalchemy import select

from app.core.enums import CountKind, PlaceKind, Status
from app.core.money import ONE, Money, Quantity
from app.core.rights import Ctx
from app.features.bench.service import BenchService
from app.features.counting.service import Counting
from app.features.defective.consigned import Consigned
from app.features.sample.player import Crew
from app.features.stock.service import StockService
from app.features.stock.snapshots import KitEntry, PartEntry, PartRow
from app.model import RepairOrder
from app.store.door import Store

_BOARD = PartEntry(
    "变频空调外机主板",
    "块",
    number="BJ0901",
    category="cooling",
    brand="海尔",
    fits="KFR-35W",
    sale_price=Money.yuan(420),
    location="甲1-1",
    minimum=Quantity.of(2),
    supplier="海尔配件中心",
    serialised=True,
    warranty_months=12,
)
_SERIALS = ("HB2611A00731", "HB2611A00732", "HB2611A00735", "HB2611A00748")
_COMPRESSOR = PartEntry(
    "冰箱压缩机（铺底）",
    "台",
    number="BJ0902",
    category="cooling",
    brand="美的",
    fits="BCD-215",
    sale_price=Money.yuan(480),
    location="丁1-1",
    supplier="美的配件中心",
    consign_price=Money.yuan(310),
)
_KIT_NUMBER, _KIT_NAME = "TJ0901", "空调加氟保养套件"
#: Parts of the kit, by number.
_KIT_PARTS = ("BJ0001", "BJ0003")
#: What lies in each technician's bag and in the van, by number.
_CARRIED = ("BJ0001", "BJ0002", "BJ0005", "BJ0008")
_VAN = "外勤车 浙G·8A362"


def show_rarer_goods(store: Store, crew: Crew) -> None:
    """Each kind of goods that not every repair meets, in and out."""
    stock = StockService(store)
    board = stock.save_part(Ctx.gesture(crew.owner), None, None, _BOARD).row
    stock.receive(
        Ctx.gesture(crew.counter[0]),
        board.id,
        Quantity.of(len(_SERIALS)),
        Money.yuan(1180),
        "海尔配件中心",
        serials=_SERIALS,
    )
    compressor = stock.save_part(Ctx.gesture(crew.owner), None, None, _COMPRESSOR).row
    stock.shelf.consign_in(Ctx.gesture(crew.counter[0]), compressor.id, Quantity.of(6), "美的铺底")
    kit = _pack_kit(stock, crew)
    carried = [row for number in _CARRIED if (row := stock.find_by_code(number)) is not None]
    _fill_bags(stock, crew, carried)
    _use_them(store, crew, board, compressor, kit)
    stock.shelf.return_to_supplier(
        Ctx.gesture(crew.counter[0]), board.id, ONE, "上电无反应，退回更换", serials=_SERIALS[3:]
    )
    _count_van(store, crew, stock, carried)


def _use_them(store: Store, crew: Crew, board: PartRow, compressor: PartRow, kit: PartRow | None) -> None:
    """On what is being repaired just now: a piece, goods of others that are settled and some that are not, a kit."""
    bench, consigned = BenchService(store), Consigned(store)
    orders = _in_repair(store, most=3)
    if not orders:
        return

    def use(at: int, part: PartRow, serials: tuple[str, ...] = ()) -> None:
        card = bench.open_card(orders[at % len(orders)], crew.lead)
        hand = next((each for each in crew.technicians if each.id == card.technician_id), crew.lead)
        bench.add_part(Ctx.gesture(hand), card.id, card.version, part.id, serials=serials)

    use(0, board, _SERIALS[:1])
    use(1, compressor)
    for owed in consigned.owed():
        consigned.settle(Ctx.gesture(crew.lead), owed, "按月结算")
    use(2, compressor)
    if kit is not None:
        use(2, kit)


def _pack_kit(stock: StockService, crew: Crew) -> PartRow | None:
    lines = tuple(
        KitEntry(row.id, ONE) for number in _KIT_PARTS if (row := stock.find_by_code(number)) is not None
    )
    if not lines:
        return None
    entry = PartEntry(
        _KIT_NAME,
        "套",
        number=_KIT_NUMBER,
        category="cooling",
        kit=True,
        kit_labour=Money.yuan(80),
        kit_minutes=40,
        kit_lines=lines,
    )
    return stock.save_part(Ctx.gesture(crew.owner), None, None, entry).row


def _fill_bags(stock: StockService, crew: Crew, carried: list[PartRow]) -> None:
    for at, hand in enumerate(crew.technicians):
        for row in carried[at:][:2]:
            if stock.shelf.stock_of(row.id).free > ONE:
                stock.shelf.take_out(Ctx.gesture(hand), row.id, ONE)


def _in_repair(store: Store, *, most: int) -> list[int]:
    with store.read() as reading:
        ids = reading.execute(
            select(RepairOrder.id)
            .where(RepairOrder.status == Status.REPAIRING)
            .order_by(RepairOrder.id.desc())
            .limit(most)
        )
        return list(ids.scalars())


def _count_van(store: Store, crew: Crew, stock: StockService, carried: list[PartRow]) -> None:
    """The van is loaded and counted: one piece less than should be there, and the lead has approved it."""
    lead, hand = crew.lead, crew.technicians[0]
    places = stock.shelf.save_place(Ctx.gesture(crew.owner), None, PlaceKind.VAN, _VAN)
    van = max(each.id for each in places)
    main = next(each.id for each in places if each.main)
    loaded = [row for row in carried if stock.shelf.stock_of(row.id).free >= Quantity.of(2)]
    for row in loaded:
        stock.shelf.transfer(Ctx.gesture(lead), row.id, Quantity.of(2), main, van)
    if not loaded:
        return
    counting = Counting(store)
    count = counting.open(Ctx.gesture(lead), CountKind.PLACE, place_id=van)
    for at, row in enumerate(loaded):
        counting.enter(Ctx.gesture(hand), count.id, row.id, ONE if at == 0 else Quantity.of(2))
    done = counting.count(count.id)
    counting.approve(Ctx.gesture(lead), done.id, done.version)

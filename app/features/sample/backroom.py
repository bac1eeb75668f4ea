"""What lies in a sample shop's back room: old parts on their way to the brands, tools, defective goods, a stocktake."""

from __future__ import annotations

from app.core.enums import AbcClass, CountKind, DefectGrade, DefectSource, OldPartRule, ToolAction
from app.core.money import ONE, Money, Quantity
from app.core.rights import Ctx
from app.features.counting.service import Counting
from app.features.defective.loans import Loans
from app.features.defective.service import Defective
from app.features.defective.snapshots import DefectiveEntry, StripEntry
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import PolicyRow, Shown
from app.features.sample.player import Crew
from app.features.stock.service import StockService
from app.features.tools.service import Tools
from app.features.tools.snapshots import ToolEntry
from app.store.door import Store

#: How many of the newest old parts are still due, and how many before them lie on the shelf.
_DUE, _SHELVED = 1, 1
_MOST = 10_000
_TOOLS = (
    ("万用表", "数字万用表 1 号", "工具墙 A", 12_000),
    ("万用表", "数字万用表 2 号", "工具墙 A", 12_000),
    ("热风枪", "热风枪 858D", "工作台 2", 18_000),
    ("真空泵", "制冷真空泵 2 升", "外勤柜", 46_000),
    ("压力表", "冷媒压力表组", "外勤柜", 21_000),
)
_WANTED = {"万用表": 3, "热风枪": 1, "真空泵": 1, "压力表": 1}


def set_rules(store: Store, crew: Crew) -> None:
    """What every brand asks for: parts above twenty yuan come back."""
    rule = PolicyRow("", "", OldPartRule.RETURN, Money.yuan(20))
    OldParts(store).save_policies(Ctx.gesture(crew.owner), (rule,))


def furnish(store: Store, crew: Crew) -> None:
    """Old parts on their way, the shop's tools, goods from a damaged delivery, a stocktake that has begun."""
    _return_old_parts(store, crew)
    _hang_up_tools(store, crew)
    _take_apart(store, crew)
    StockService(store).catalogue.classify(Ctx.gesture(crew.owner))
    _begin_count(store, crew)


def _return_old_parts(store: Store, crew: Crew) -> None:
    old, by = OldParts(store), crew.counter[0]
    rows = old.page(Shown.DUE, limit=_MOST)
    # The newest ones are not back yet, whatever their age in a small shop: the list shows how it reminds.
    for row in rows[: -_DUE - _SHELVED]:
        old.pack_one(Ctx.gesture(by), row.id)
    for row in rows[-_DUE - _SHELVED : -_DUE]:
        old.shelve(Ctx.gesture(by), row.id, "旧件架 1")
    for batch in old.batches():
        waybill = f"SF14088{batch.id:08d}"
        sent = old.send(Ctx.gesture(by), batch.id, batch.version, "顺丰速运", waybill)
        if batch.id % 2:
            old.accept_batch(Ctx.gesture(by), sent.row.id, sent.row.version)


def _hang_up_tools(store: Store, crew: Crew) -> None:
    tools, by = Tools(store), crew.counter[0]
    made = [
        tools.save_tool(Ctx.gesture(by), None, None, ToolEntry(kind, name, place, Money(fen)))
        for kind, name, place, fen in _TOOLS
    ]
    for kind in tools.kinds():
        tools.save_kind(Ctx.gesture(by), kind.id, kind.version, kind.name, _WANTED[kind.name])
    hand = crew.technicians[0]
    tools.give(Ctx.gesture(hand), made[3].id, hand.id)
    other = crew.technicians[-1]
    tools.give(Ctx.gesture(other), made[2].id, other.id)
    tools.give(Ctx.gesture(other), made[4].id, other.id)
    tools.report(Ctx.gesture(hand), made[1].id, ToolAction.BREAK, "表笔断了，量程开关失灵")


def _take_apart(store: Store, crew: Crew) -> None:
    defective, stock = Defective(store), StockService(store)
    by, lead = crew.counter[0], crew.lead
    entry = DefectiveEntry("空调外机，运输途中磕碰变形", DefectSource.TRANSPORT, "cooling", "海尔", "KFR-35W")
    row = defective.save(Ctx.gesture(by), None, None, entry)
    row = defective.grade(Ctx.gesture(lead), row.id, row.version, DefectGrade.SCRAP, Money.yuan(200))
    plain = [
        part
        for part in stock.parts_page(limit=20).rows
        if not (part.kit or part.serialised or part.consigned)
    ]
    wanted = [StripEntry(part.id, ONE) for part in plain[:1]]
    if wanted:
        defective.strip(Ctx.gesture(lead), row.id, row.version, wanted, finished=False)
    entry = DefectiveEntry("电饭煲，开箱内胆有划痕", DefectSource.OUT_OF_BOX, "kitchen", "美的", "MB-FB40")
    defective.save(Ctx.gesture(by), None, None, entry)
    entry = DefectiveEntry(
        "微波炉，客户七天内退回，外观完好", DefectSource.CUSTOMER_RETURN, "kitchen", "格兰仕", "P70D20"
    )
    row = defective.save(Ctx.gesture(by), None, None, entry)
    defective.grade(Ctx.gesture(lead), row.id, row.version, DefectGrade.SAMPLE, Money.yuan(150))
    for part in plain:
        if part.free.milli >= 2 * ONE.milli:
            Loans(store).lend(Ctx.gesture(lead), part.id, ONE, "镇东老周家电")
            break


def _begin_count(store: Store, crew: Crew) -> None:
    """Half of the first shelf is counted; one piece is missing there."""
    counting, by = Counting(store), crew.counter[0]
    count = counting.open(Ctx.gesture(by), CountKind.CLASS, AbcClass.C.value)
    stock = StockService(store)
    for at, line in enumerate(counting.lines(count.id, limit=6)):
        there = stock.part(line.part_id).row.on_hand
        missing = ONE if at == 2 and there.milli >= ONE.milli else Quantity(0)
        counting.enter(Ctx.gesture(by), count.id, line.part_id, there - missing)

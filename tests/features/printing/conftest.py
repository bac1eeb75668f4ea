"""A shop in which every paper of the counter's day can be printed from real records."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from app.core.brand_codes import (
    AssessmentKind,
    BrandReportKind,
    IncidentKind,
    NoticeState,
    SettlementKind,
)
from app.core.codes import CodeKind, running_code
from app.core.enums import (
    Action,
    ApprovalWay,
    CashReason,
    Command,
    CountKind,
    CreditKind,
    CreditReason,
    DefectSource,
    LineKind,
    OldPartRule,
    PaperKind,
    Payer,
    PaymentMethod,
    ReceiptProof,
    Role,
    Series,
    ServiceType,
    TillMoveKind,
    WriteOffReason,
)
from app.core.ids import uuid7
from app.core.money import Money, Quantity
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.core.wire.form import plain
from app.features.bench.service import BenchService
from app.features.billing.correcting import Correcting
from app.features.billing.service import Billing
from app.features.billing.snapshots import CreditAsked
from app.features.brands.incidents import IncidentEntry, Incidents
from app.features.brands.quality_reports import monthly_body, weekly_body
from app.features.brands.quality_service import Quality
from app.features.brands.quality_snapshots import AssessmentEntry, MonthlyEntry
from app.features.brands.service import Brands
from app.features.brands.snapshots import BrandEntry
from app.features.counting.service import Counting
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import CustomerEntry as Kept
from app.features.defective.consigned import Consigned
from app.features.defective.service import Defective
from app.features.defective.snapshots import DefectiveEntry
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import Settlement
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import PolicyRow
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import OrderCard
from app.features.printing.service import PrintingService
from app.features.purchasing.receiving import Receiving
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import Arrived, HeadEntry, LineEntry, SupplierEntry
from app.features.purchasing.suppliers import Suppliers
from app.features.settings.service import SettingsService
from app.features.settling.service import Settlements
from app.features.settling.snapshots import LineEntry as SettlementEntry
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.features.till.closing import Closing
from app.features.till.service import Tills
from app.features.till.snapshots import MoveAsked
from app.features.tools.service import Tools
from app.features.tools.snapshots import ToolEntry
from app.model import BrandReport, QualityNotice
from tests.features.conftest import FAST, Mould, Shop, open_shop

TERMS = "凭本凭证取机，三十天内有效。"


@dataclass(slots=True)
class Press:
    """One order's whole life, and a paper of each kind to print from it."""

    shop: Shop
    printing: PrintingService
    card: OrderCard
    #: The number that each paper is asked for by.
    numbers: dict[PaperKind, str]
    deposit: str

    def rename_customer(self, name: str) -> None:
        customers = CustomersService(self.shop.store)
        record = customers.record(FOUNDER, self.card.customer_id)
        customers.save(self.shop.ctx(), record.id, record.version, Kept(name, phone="13911112222"))

    def change_shop(self, **changes: object) -> None:
        SettingsService(self.shop.store, FAST).save(self.shop.ctx(), changes)


def live(shop: Shop) -> Press:
    """Take in with a deposit, quote, repair with a part, check, settle in two ways."""
    SettingsService(shop.store, FAST).save(shop.ctx(), {"terms": TERMS, "hotline": "0571-8765"})
    stock, bench = StockService(shop.store), BenchService(shop.store)
    part = stock.save_part(
        shop.ctx(), None, None, PartEntry("化霜加热管", "根", sale_price=Money.yuan(60), location="乙4")
    )
    stock.receive(shop.ctx(), part.row.id, Quantity.of(5), Money.yuan(100))
    visit = TakeIn(
        CustomerEntry(name="王丽华", phone="13800138000"),
        (
            DeviceEntry(
                category="cooling", brand="海尔", model="BCD-215", serial="SN2150042", fault="不制冷",
                accessories=("隔板 2 块", "说明书"), damage="左门划痕", shelf="A-03",
            ),
        ),
        deposit=Money.yuan(50),
        deposit_method=PaymentMethod.WECHAT,
    )  # fmt: skip
    order_id = IntakeService(shop.store).take_in(shop.ctx(Role.COUNTER), visit).orders[0].order_id
    tech = Role.TECHNICIAN
    card = bench.open_card(order_id, shop.people[tech])
    card = bench.go_on(shop.ctx(tech), card.id, card.version)
    card = bench.diagnose(shop.ctx(tech), card.id, card.version, "加热管断路", "老化", "更换加热管")
    card = bench.add_part(shop.ctx(tech), card.id, card.version, part.row.id, Quantity.of(1))
    card = bench.add_line(
        shop.ctx(tech),
        card.id,
        card.version,
        LineKind.LABOUR,
        "拆装",
        Money.yuan(90),
        reason="not in the list",
    )
    card = bench.done(shop.ctx(tech), card.id, card.version)
    card = bench.answer_quote(
        shop.ctx(Role.COUNTER), card.id, card.version, agreed=True, given=QuoteAnswer(ApprovalWay.PHONE)
    )
    card = bench.go_on(shop.ctx(tech), card.id, card.version)
    card = bench.take_parts(shop.ctx(tech), card.id, card.version)
    card = bench.done(shop.ctx(tech), card.id, card.version)
    card = bench.move(shop.ctx(Role.LEAD), card.id, card.version, Action.PASS_QC)
    settled = HandoverService(shop.store).settle(
        shop.ctx(Role.COUNTER),
        Settlement(
            card.id,
            card.version,
            proof=ReceiptProof.IDENTITY,
            identity_name="王丽华",
            identity_phone="13800138000",
            tenders=(
                Tender(PaymentMethod.WECHAT, Money.yuan(40)),
                Tender(PaymentMethod.CASH, card.due - Money.yuan(40)),
            ),
        ),
    )
    printing = PrintingService(shop.store)
    papers = printing.numbers_of_order(order_id)
    number = settled.card.number
    numbers = {
        PaperKind.PICKUP_RECEIPT: number,
        PaperKind.REPAIR_CARD: number,
        PaperKind.DEVICE_LABEL: number,
        PaperKind.QUOTE: number,
        PaperKind.INVOICE: settled.invoice_number,
        PaperKind.PAYMENT_RECEIPT: settled.payment_numbers[-1],
        PaperKind.PART_LABEL: part.row.number,
        PaperKind.COMMAND_SHEET: "1",
        PaperKind.STATUTORY_RECORD: number,
        PaperKind.STOCK_REPORT: "list",
        PaperKind.MONTH_REPORT: "2026-11",
        PaperKind.PART_LABELS: f"{part.row.number}=2",
    }
    numbers |= shelf_papers(shop, part.row.id)
    numbers |= bought_papers(shop, part.row.id)
    numbers |= day_papers(shop)
    numbers |= brand_papers(shop)
    numbers |= quality_papers(shop, order_id, number)
    numbers |= money_papers(shop, settled.invoice_number)
    deposit = next(number for kind, number in papers if kind is PaperKind.PAYMENT_RECEIPT)
    return Press(shop, printing, settled.card, numbers, deposit)


def money_papers(shop: Shop, invoice_number: str) -> dict[PaperKind, str]:
    """Another invoice of the customer, due, credited in part and given up in part; a shift with a pay-out counted; the
    day closed."""
    owner = shop.people[Role.OWNER]
    billing, corrections = Billing(shop.store), Correcting(shop.store)
    tills = Tills(shop.store)
    invoice = billing.invoice_by_number(invoice_number, owner)
    account = CustomerEntry(invoice.customer_id, "王丽华", "13800138000")
    visit = TakeIn(account, (DeviceEntry(category="cleaning", brand="小天鹅", fault="漏水"),))
    order_id = IntakeService(shop.store).take_in(shop.ctx(Role.COUNTER), visit).orders[0].order_id
    handover, bench = HandoverService(shop.store), BenchService(shop.store)
    card = bench.open_card(order_id, owner)
    card = bench.go_on(shop.ctx(), card.id, card.version)
    card = bench.move(shop.ctx(), card.id, card.version, Action.GIVE_UP, "无配件")
    card = handover.return_unrepaired(shop.ctx(), card.id, card.version, Money.yuan(30))
    given = Settlement(
        card.id,
        card.version,
        proof=ReceiptProof.IDENTITY,
        identity_name="王丽华",
        identity_phone="13800138000",
        on_account=True,
    )
    owed = billing.invoice_by_number(handover.settle(shop.ctx(), given).invoice_number, owner)
    goodwill = CreditAsked(
        owed.id, CreditKind.AMOUNT, CreditReason.GOODWILL, "客户不满意", amount=Money.yuan(5)
    )
    credited = corrections.credit(shop.ctx(), goodwill)
    lost = corrections.write_off(shop.ctx(), owed.id, Money.yuan(10), WriteOffReason.TOO_SMALL, "不值得追")
    session = tills.tills(FOUNDER)[0].session_id
    assert session is not None
    moved = tills.move(
        shop.ctx(),
        MoveAsked(session, TillMoveKind.PAY_OUT, CashReason.CARRIER, Money.yuan(15), "顺丰", "SF123"),
    )
    counted = tills.count(shop.ctx(), session, {100: moved.expected.fen // 100})
    till = tills.session(FOUNDER, session)
    closed = tills.close(shop.ctx(), session, till.version, kept=counted.counted)
    day = Closing(shop.store).close(shop.ctx())
    return {
        PaperKind.CREDIT_NOTE: credited.number,
        PaperKind.WRITE_OFF: lost.number,
        PaperKind.CASH_SLIP: moved.moves[-1].number,
        PaperKind.TILL_COUNT: closed.number,
        PaperKind.DAY_CLOSE: day.number or "",
        PaperKind.STATEMENT: str(invoice.customer_id),
        PaperKind.PAYMENT_REMINDER: str(invoice.customer_id),
    }


def day_papers(shop: Shop) -> dict[PaperKind, str]:
    """How the day reports and the pay statement of the technician are asked for."""
    technician = shop.people[Role.TECHNICIAN].id
    return {
        PaperKind.TECHNICIAN_DAY: f"2026-11-22-{technician}",
        PaperKind.LEAD_DAY: "2026-11-22",
        PaperKind.PAY_STATEMENT: f"2026-11-{technician}",
    }


def brand_papers(shop: Shop) -> dict[PaperKind, str]:
    """A brand's month with a deduction: the number of its settlement."""
    brand = Brands(shop.store).save(shop.ctx(), None, BrandEntry("海尔"))
    settlements = Settlements(shop.store)
    card = settlements.make(shop.ctx(), brand.row.id, "2026-11")
    late = SettlementEntry(SettlementKind.DEDUCTION, "迟到上门", Money.yuan(20))
    settlements.save_line(shop.ctx(), card.row.id, card.row.version, None, late)
    return {PaperKind.BRAND_SETTLEMENT: card.row.number}


def quality_papers(shop: Shop, order_id: int, order_number: str) -> dict[PaperKind, str]:
    """What a brand is told: a notice, a week, a month, the shop's own marks, an incident."""
    ctx, quality = shop.ctx, Quality(shop.store)
    ((brand, _name),) = quality.brands()
    quality.assess(ctx(), brand, "2026-11", AssessmentEntry(AssessmentKind.LATE_VISIT, note="约九点到"))
    incident = Incidents(shop.store).record(
        ctx(),
        IncidentEntry(order_number, IncidentKind.FIRE, shop.clock.now(), "插头冒烟起火", town="清水镇"),
    )
    day = shop.clock.now().date()
    entry = MonthlyEntry(followed_up=3, suggestions="压缩机请快些")
    with shop.store.write(Command.REPORT_TO_BRAND, ctx()) as tx:
        week = weekly_body(tx.reading(), ("美的",), "2026-W47", date(2026, 11, 16), date(2026, 11, 22))
        month = monthly_body(tx.reading(), brand, ("美的",), "2026-11", date(2026, 11, 1), day, entry)
        for kind, period, body in (
            (BrandReportKind.WEEKLY, "2026-W47", week),
            (BrandReportKind.MONTHLY, "2026-11", month),
        ):
            made = {"made_at": tx.now, "made_by_id": tx.actor.id}
            tx.session.add(
                BrandReport(
                    uuid=uuid7(), brand_id=brand, kind=kind, period=period, content=plain(body), **made
                )
            )
        tx.session.add(
            QualityNotice(
                uuid=uuid7(),
                number=f"N2611-{tx.next_number(Series.QUALITY_NOTICE, '2611'):05d}",
                brand_id=brand,
                model="BCD-216",
                fault_code="F01",
                first_on=day,
                last_on=day,
                found={"orders": [order_id]},
                state=NoticeState.OPEN,
                note="",
                raised_at=tx.now,
            )
        )
    return {
        PaperKind.QUALITY_NOTICE: "N2611-00001",
        PaperKind.WEEKLY_SUMMARY: f"{brand}-2026-W47",
        PaperKind.FEEDBACK_FORM: f"{brand}-2026-11",
        PaperKind.SELF_ASSESSMENT: f"{brand}-2026-11",
        PaperKind.INCIDENT_REPORT: incident.number,
    }


def bought_papers(shop: Shop, part: int) -> dict[PaperKind, str]:
    """A part ordered and half received: the numbers of the papers."""
    supplier = Suppliers(shop.store).save(shop.ctx(), None, None, SupplierEntry("义乌配件行"))
    purchasing = Purchasing(shop.store)
    line = LineEntry(Quantity.of(2), part, unit_price=Money.yuan(80))
    card = purchasing.create(shop.ctx(), HeadEntry(supplier.id), (line,))
    card = purchasing.send(shop.ctx(), card.id, card.version)
    arrived = Arrived(card.lines[0].id, Quantity.of(1), Money.yuan(80))
    done = Receiving(shop.store).receive(shop.ctx(), card.id, card.version, (arrived,))
    return {PaperKind.PURCHASE_ORDER: card.number, PaperKind.GOODS_RECEIPT: done.receipt.number}


def shelf_papers(shop: Shop, part: int) -> dict[PaperKind, str]:
    """A part replaced at a brand's cost and packed, a stocktake, a tool: the numbers of their papers."""
    old_parts, bench = OldParts(shop.store), BenchService(shop.store)
    old_parts.save_policies(shop.ctx(), (PolicyRow("美的", "", OldPartRule.RETURN),))
    device = DeviceEntry(
        category="cooling", brand="美的", model="BCD-516", fault="不制冷", service_type=ServiceType.FREE,
        payer=Payer.BRAND, cover_note="厂家已同意",
    )  # fmt: skip
    visit = TakeIn(CustomerEntry(name="赵敏", phone="13911112222"), (device,))
    order_id = IntakeService(shop.store).take_in(shop.ctx(Role.LEAD), visit).orders[0].order_id
    tech = Role.TECHNICIAN
    card = bench.open_card(order_id, shop.people[tech])
    card = bench.go_on(shop.ctx(tech), card.id, card.version)
    card = bench.diagnose(shop.ctx(tech), card.id, card.version, "加热管断路", "老化", "更换加热管")
    card = bench.done(shop.ctx(tech), card.id, card.version)
    card = bench.go_on(shop.ctx(tech), card.id, card.version)
    bench.add_part(shop.ctx(tech), card.id, card.version, part, Quantity.of(1))
    (row,) = old_parts.of_order(order_id)
    batch = old_parts.pack_one(shop.ctx(), row.id)
    goods = Defective(shop.store).save(
        shop.ctx(), None, None, DefectiveEntry("空调外机，磕碰变形", DefectSource.TRANSPORT)
    )
    tool = Tools(shop.store).save_tool(shop.ctx(), None, None, ToolEntry("万用表", "万用表 1 号"))
    return {
        PaperKind.OLD_PART_LABEL: row.code,
        PaperKind.RETURN_PACKING_LIST: batch.row.number,
        PaperKind.COUNT_LIST: Counting(shop.store).open(shop.ctx(), CountKind.ALL).number,
        PaperKind.TOOL_LABEL: tool.code,
        PaperKind.PLACE_LABEL: running_code(CodeKind.LOCATION, 1),
        PaperKind.DEFECTIVE_LABEL: goods.code,
        PaperKind.CONSIGN_SETTLEMENT: settled(shop, order_id),
    }


def settled(shop: Shop, order_id: int) -> str:
    """A consigned part is used on a repair and settled with its brand: the settlement's number."""
    stock, consigned = StockService(shop.store), Consigned(shop.store)
    entry = PartEntry("铺底压缩机", "台", brand="海尔", consign_price=Money.yuan(300))
    part = stock.save_part(shop.ctx(), None, None, entry).row
    stock.shelf.consign_in(shop.ctx(), part.id, Quantity.of(1), "海尔铺底")
    tech, bench = Role.TECHNICIAN, BenchService(shop.store)
    card = bench.open_card(order_id, shop.people[tech])
    bench.add_part(shop.ctx(tech), card.id, card.version, part.id)
    (owed,) = consigned.owed()
    return consigned.settle(shop.ctx(Role.LEAD), owed).number


@cache
def _lived() -> tuple[Mould, Press]:
    with tempfile.TemporaryDirectory() as place:
        made = live(open_shop(Path(place) / "shop"))
        return Mould.of(made.shop), made


def lived(folder: Path) -> Iterator[Press]:
    """A shop in ``folder`` in which an order's life is over: every test stands on the same one, copied."""
    mould, made = _lived()
    shop = mould.shop(folder)
    yield replace(made, shop=shop, printing=PrintingService(shop.store), numbers=dict(made.numbers))
    shop.close()


@pytest.fixture
def press(tmp_path: Path) -> Iterator[Press]:
    yield from lived(tmp_path / "shop")


@pytest.fixture(scope="module")
def shared_press(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Press]:
    """One order's life for a whole module of tests that only read it."""
    yield from lived(tmp_path_factory.mktemp("press") / "shop")

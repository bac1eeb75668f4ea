"""Believable forms of the papers of money (see ``samples``)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.core.enums import (
    CashReason,
    CreditKind,
    CreditReason,
    LineKind,
    PaperKind,
    Payer,
    PaymentMethod,
    Series,
    ServiceType,
    TillMoveKind,
    WriteOffReason,
)
from app.core.money import ZERO, Money, total
from app.papers.forms_of_money import (
    CashSlip,
    CloseSheet,
    CountedPieces,
    CreditedLine,
    CreditSheet,
    MethodSum,
    MoveSum,
    NumberSpan,
    OwedLine,
    PersonSum,
    ReminderSheet,
    ServiceSum,
    StatementEntry,
    StatementSheet,
    TaxSum,
    TillSheet,
    TillSum,
    WriteOffSheet,
)
from app.papers.shop_block import ShopBlock

_MORNING = datetime(2026, 11, 24, 0, 30, tzinfo=UTC)
_NOON = datetime(2026, 11, 24, 4, 12, tzinfo=UTC)
_EVENING = datetime(2026, 11, 24, 10, 5, tzinfo=UTC)
_DAY = date(2026, 11, 24)
_HEAD = "9f3c1a7be0d24c58a6f1b3e7920d5c4e8b6a7f10c2d3e4f5a6b7c8d9e0f1a2b3"
_DIGEST = "1b2d3f4a5c6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708"

MoneyForm = CreditSheet | WriteOffSheet | CashSlip | TillSheet | CloseSheet | StatementSheet | ReminderSheet


def sample(kind: PaperKind, shop: ShopBlock, *, chinese: bool, long: bool) -> MoneyForm:
    """One sample form of a paper of money."""
    match kind:
        case PaperKind.CREDIT_NOTE:
            return _credit(shop, chinese, long)
        case PaperKind.WRITE_OFF:
            return _write_off(shop, chinese, long)
        case PaperKind.CASH_SLIP:
            return _cash(shop, chinese, long)
        case PaperKind.TILL_COUNT:
            return _till(shop, chinese, long)
        case PaperKind.DAY_CLOSE:
            return _close(shop, chinese, long)
        case PaperKind.STATEMENT:
            return _statement(shop, chinese, long)
        case _:
            return _reminder(shop, chinese, long)


def _who(chinese: bool) -> tuple[str, str, str]:
    """(customer, clerk, owner)."""
    return ("王丽华", "李芳", "陈建国") if chinese else ("Wang Lihua", "Fiona Li", "James Chen")


def _credit(shop: ShopBlock, chinese: bool, long: bool) -> CreditSheet:
    customer, clerk, owner = _who(chinese)
    lines = (
        CreditedLine(LineKind.PART, "化霜加热管 220 V 150 W" if chinese else "Defrost heater", Money(8500)),
        CreditedLine(LineKind.LABOUR, "更换加热管" if chinese else "Replace the heater", Money(12000)),
    )
    form = CreditSheet(
        shop=shop,
        number="H2611-00003",
        invoice_number="F2611-00031",
        issued_at=_NOON,
        kind=CreditKind.LINES,
        reason=CreditReason.RETURNED,
        lines=lines[:1],
        total=Money(8500),
        customer_name=customer,
        due=ZERO,
    )
    if not long:
        return form
    return replace(
        form,
        lines=tuple(replace(each, tax_permille=130, order_number="2611-00042") for each in lines),
        total=Money(20500),
        tax=Money(2358),
        invoice_day=date(2026, 11, 21),
        invoice_total=Money(45800),
        order_number="2611-00042",
        card_code="102611000428",
        customer_phone="13805719000",
        payer=Payer.BRAND,
        payer_name="美的" if chinese else "Midea",
        note="客户自带配件，退回加热管" if chinese else "The customer brought his own part; heater returned",
        issued_by=clerk,
        approved_by=owner,
        freed=Money(20500),
        due=Money(5300),
        replaced_by="F2611-00032",
    )


def _write_off(shop: ShopBlock, chinese: bool, long: bool) -> WriteOffSheet:
    customer, clerk, owner = _who(chinese)
    form = WriteOffSheet(
        shop=shop,
        number="W2611-00001",
        invoice_number="F2603-00007",
        at=_NOON,
        reason=WriteOffReason.UNREACHABLE,
        amount=Money(6500),
        customer_name=customer,
    )
    if not long:
        return form
    return replace(
        form,
        customer_phone="13805719000",
        order_number="2603-00011",
        invoice_total=Money(26500),
        due=Money(10000),
        note="电话停机，上门两次无人" if chinese else "Number out of service, nobody home twice",
        staff=clerk,
        approved_by=owner,
    )


def _cash(shop: ShopBlock, chinese: bool, long: bool) -> CashSlip:
    _customer, clerk, owner = _who(chinese)
    form = CashSlip(
        shop=shop,
        number="Y2611-00012",
        kind=TillMoveKind.PAY_OUT,
        outgoing=True,
        reason=CashReason.CARRIER,
        amount=Money(4850),
        at=_NOON,
        staff=clerk,
    )
    if not long:
        return form
    return replace(
        form,
        till="前台二号" if chinese else "Second counter",
        session_number="T2611-00024",
        approved_by=owner,
        receipt="SF1298800231",
        note="旧压缩机寄回厂家" if chinese else "Old compressor sent back to the maker",
    )


def _till(shop: ShopBlock, chinese: bool, long: bool) -> TillSheet:
    _customer, clerk, owner = _who(chinese)
    form = TillSheet(
        shop=shop,
        number="T2611-00024",
        opened_at=_MORNING,
        closed_at=_EVENING,
        float_amount=Money(30000),
        expected=Money(93650),
        counted=Money(93650),
        holder=clerk,
        closed_by=clerk,
        taken=Money(63650),
        kept=Money(93650),
    )
    if not long:
        return form
    pieces = (
        CountedPieces(10_000, 6),
        CountedPieces(5_000, 3),
        CountedPieces(2_000, 4),
        CountedPieces(1_000, 7),
        CountedPieces(500, 5),
        CountedPieces(100, 8),
        CountedPieces(50, 6),
        CountedPieces(10, 4),
    )
    counted = Money(sum(each.fen * each.pieces for each in pieces))
    return replace(
        form,
        till="前台二号" if chinese else "Second counter",
        pieces=pieces,
        taken=Money(76250),
        given=Money(-6500),
        paid_in=Money(10000),
        paid_out=Money(-4850),
        handed_in=Money(-10500),
        expected=Money(94400),
        counted=counted,
        next_holder=owner,
        reason="找零时少收十元左右" if chinese else "Probably gave ten yuan too much change",
        kept=Money(30000),
        float_off=Money(-5000),
        float_reason="早上换了五十元硬币" if chinese else "Fifty went for coins in the morning",
        counts=2,
    )


def _close(shop: ShopBlock, chinese: bool, long: bool) -> CloseSheet:
    _customer, clerk, owner = _who(chinese)
    form = CloseSheet(
        shop=shop,
        number="Z2611-00024",
        day=_DAY,
        closed_at=_EVENING,
        closed_by=clerk,
        invoiced=Money(45800),
        invoices=1,
        revenue=Money(45800),
        labour=Money(30000),
        parts=Money(15800),
        methods=(MethodSum(PaymentMethod.CASH, Money(45800), ZERO, 1),),
        numbers=(NumberSpan(Series.INVOICE, "F2611-00031", "F2611-00031", 1),),
        journal_id=812,
        head=_HEAD,
        digest=_DIGEST,
    )
    if not long:
        return form
    methods = (
        MethodSum(PaymentMethod.CASH, Money(76250), Money(6500), 4),
        MethodSum(PaymentMethod.WECHAT, Money(128800), ZERO, 6),
        MethodSum(PaymentMethod.ALIPAY, Money(30000), ZERO, 1),
        MethodSum(PaymentMethod.TRANSFER, Money(260000), ZERO, 1),
    )
    main, second = ("", "前台二号" if chinese else "Second counter")
    return replace(
        form,
        first_day=date(2026, 11, 23),
        invoiced=Money(512350),
        invoices=11,
        credited=Money(20500),
        credits=1,
        written_off=Money(6500),
        revenue=Money(435265),
        visit=Money(24000),
        labour=Money(238000),
        parts=Money(180265),
        other=Money(3000),
        discount=Money(-10000),
        tax=Money(56585),
        methods=methods,
        people=(
            PersonSum(clerk, Money(205050), Money(6500)),
            PersonSum(owner, Money(290000)),
        ),
        services=(
            ServiceSum(ServiceType.PAID, Money(355265), 9),
            ServiceSum(ServiceType.CONTRACT, Money(80000), 2),
        ),
        taxes=(TaxSum(130, Money(425265), Money(55285)), TaxSum(60, Money(10000), Money(1300))),
        tills=(
            TillSum(main, "T2611-00024", clerk, Money(93650), Money(93650), Money(30000)),
            TillSum(second, "T2611-00025", owner, Money(52100), Money(51100), Money(20000)),
        ),
        moves=(
            MoveSum(TillMoveKind.PAY_IN, CashReason.CHANGE, Money(20000), 1),
            MoveSum(TillMoveKind.PAY_OUT, CashReason.PARTS, Money(-4550), 2),
        ),
        numbers=(
            NumberSpan(Series.INVOICE, "F2611-00031", "F2611-00041", 11),
            NumberSpan(Series.CREDIT_NOTE, "H2611-00003", "H2611-00003", 1),
            NumberSpan(Series.PAYMENT, "S2611-00050", "S2611-00061", 12),
        ),
        held=Money(35000),
        due_customers=Money(186000),
        due_others=Money(420000),
    )


def _statement(shop: ShopBlock, chinese: bool, long: bool) -> StatementSheet:
    customer, clerk, _owner = _who(chinese)
    rows = [
        StatementEntry(date(2026, 11, 3), "Invoice", "F2611-00004", Money(45800), ZERO, Money(45800)),
        StatementEntry(date(2026, 11, 9), "Payment", "S2611-00009", ZERO, Money(20000), Money(25800)),
    ]
    form = StatementSheet(
        shop=shop,
        number="7?from=2026-11-01&to=2026-11-30",
        customer_name=customer,
        first=date(2026, 11, 1),
        last=date(2026, 11, 30),
        made_at=_NOON,
        opening=ZERO,
        closing=Money(25800),
        entries=tuple(rows),
        due=Money(25800),
    )
    if not long:
        return form
    balance = 25800 + 12000
    for at in range(10, 16):
        balance += 1500
        number = f"F2611-{30 + at:05d}"
        day = date(2026, 11, at)
        rows.append(
            StatementEntry(day, "Invoice", number, Money(1500), ZERO, Money(balance), f"2611-{at:05d}")
        )
    rows.append(
        StatementEntry(
            date(2026, 11, 30), "Credit note", "H2611-00003", Money(-20500), ZERO, Money(balance - 20500)
        )
    )
    return replace(
        form,
        opening=Money(12000),
        closing=Money(balance - 20500),
        entries=tuple(rows),
        customer_phone="13805719000",
        customer_address="云水镇滨河小区 6 幢 301" if chinese else "Flat 301, 6 Riverside Estate, Yunshui",
        due=Money(balance - 20500 + 5000),
        held=Money(5000),
        made_by=clerk,
    )


def _reminder(shop: ShopBlock, chinese: bool, long: bool) -> ReminderSheet:
    customer, clerk, _owner = _who(chinese)
    lines = [OwedLine("F2611-00004", date(2026, 11, 3), date(2026, 11, 3), Money(45800), Money(25800), 21)]
    if long:
        lines += [
            OwedLine(
                f"F2609-{at:05d}",
                date(2026, 9, at),
                date(2026, 10, at),
                Money(30000 + at),
                Money(30000 + at),
                30 - at,
                f"2609-{at:05d}",
            )
            for at in range(1, 9)
        ]
        lines.append(
            OwedLine("F2611-00040", date(2026, 11, 20), date(2026, 12, 20), Money(9900), Money(9900))
        )
    form = ReminderSheet(
        shop=shop,
        number="7",
        customer_name=customer,
        made_at=_NOON,
        lines=tuple(lines),
        total=total(line.due for line in lines),
    )
    if not long:
        return form
    return replace(
        form,
        customer_phone="13805719000",
        customer_address="云水镇滨河小区 6 幢 301" if chinese else "Flat 301, 6 Riverside Estate, Yunshui",
        held=Money(5000),
        made_by=clerk,
    )

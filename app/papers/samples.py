"""Believable forms for the settings' live preview and for tests, in the language in force."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from app.core.codes import CodeKind, running_code
from app.core.enums import (
    ApprovalWay,
    Category,
    CoverReason,
    LineKind,
    PaperKind,
    PaymentKind,
    PaymentMethod,
    Role,
    ServiceType,
)
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.words import Language, language
from app.papers.forms import Form
from app.papers.forms_of_orders import (
    Badge,
    ChargeLine,
    CommandSheet,
    DeviceBlock,
    DeviceLabel,
    InvoiceSheet,
    PaidLine,
    PaymentReceipt,
    PickupReceipt,
    QuoteSheet,
    RepairCard,
)
from app.papers.forms_of_views import PartLabel, PartLabels
from app.papers.shop_block import ShopBlock

NUMBER = "2611-00042"
CARD_CODE = "102611000428"
RECEIPT_CODE = "2073905518246304"
TAKEN_IN = datetime(2026, 11, 21, 2, 12, tzinfo=UTC)
COVER_UNTIL = date(2027, 2, 22)
PROMISED = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
QUOTED = datetime(2026, 11, 21, 7, 40, tzinfo=UTC)
ISSUED = datetime(2026, 11, 24, 8, 5, tzinfo=UTC)


def sample(kind: PaperKind, *, long: bool = False) -> Form:
    """One sample form; ``long`` fills every field as richly as a busy day would."""
    chinese = language() is Language.ZH
    match kind:
        case PaperKind.PICKUP_RECEIPT:
            return _receipt(chinese, long)
        case PaperKind.REPAIR_CARD:
            return _card(chinese, long)
        case PaperKind.DEVICE_LABEL:
            return _label(chinese, long)
        case PaperKind.QUOTE:
            return _quote(chinese, long)
        case PaperKind.INVOICE:
            return _invoice(chinese, long)
        case PaperKind.PAYMENT_RECEIPT:
            return _payment(chinese, long)
        case PaperKind.PART_LABEL:
            return _part(chinese, long)
        case PaperKind.COMMAND_SHEET:
            return _commands(chinese, long)
        case PaperKind.PURCHASE_ORDER | PaperKind.GOODS_RECEIPT | PaperKind.CONSIGN_SETTLEMENT:
            from app.papers import samples_of_stock

            return samples_of_stock.sample(kind, shop(chinese, long), chinese=chinese, long=long)
        case (
            PaperKind.CREDIT_NOTE
            | PaperKind.WRITE_OFF
            | PaperKind.CASH_SLIP
            | PaperKind.TILL_COUNT
            | PaperKind.DAY_CLOSE
            | PaperKind.STATEMENT
            | PaperKind.PAYMENT_REMINDER
        ):
            from app.papers import samples_of_money

            return samples_of_money.sample(kind, shop(chinese, long), chinese=chinese, long=long)
        case PaperKind.TECHNICIAN_DAY | PaperKind.LEAD_DAY | PaperKind.PAY_STATEMENT:
            from app.papers import samples_of_pay

            return samples_of_pay.sample(kind, shop(chinese, long), chinese=chinese, long=long)
        case PaperKind.BRAND_SETTLEMENT:
            from app.papers import samples_of_brands

            return samples_of_brands.settlement(shop(chinese, long), chinese=chinese, long=long)
        case (
            PaperKind.QUALITY_NOTICE
            | PaperKind.WEEKLY_SUMMARY
            | PaperKind.FEEDBACK_FORM
            | PaperKind.SELF_ASSESSMENT
            | PaperKind.INCIDENT_REPORT
        ):
            from app.papers import samples_of_quality

            return samples_of_quality.sample(kind, shop(chinese, long), chinese=chinese, long=long)
        case PaperKind.STATUTORY_RECORD:
            from app.papers import samples_of_cover

            return samples_of_cover.record(shop(chinese, long), chinese=chinese, long=long)
        case PaperKind.MONTH_REPORT:
            from app.papers import samples_of_month

            return samples_of_month.month(shop(chinese, long), chinese=chinese, long=long)
        case PaperKind.STOCK_REPORT:
            from app.papers import samples_of_views

            return samples_of_views.report(shop(chinese, long), chinese=chinese, long=long)
        case PaperKind.PART_LABELS:
            return PartLabels((_part(chinese, long), _part(chinese, False)) * (11 if long else 1), start=3)
        case _:
            from app.papers import samples_of_shelves

            return samples_of_shelves.sample(kind, shop(chinese, long), chinese=chinese, long=long)


def shop(chinese: bool, long: bool = True) -> ShopBlock:
    """The sample shop."""
    if chinese:
        full = ShopBlock(
            name="安心家电维修",
            address="云水镇人民路 128 号（农商行对面）",
            phone="0571-8612 3456",
            complaint_phone="138 0571 9000",
            tax_number="91330127MA2XXXXX0K",
            hours="周一至周六 8:30–18:00，周日 9:00–12:00",
            footer="修一台，安一家的心。感谢惠顾！",
        )
    else:
        full = ShopBlock(
            name="Anxin Appliance Repair",
            address="128 Renmin Road, Yunshui (opposite the bank)",
            phone="0571-8612 3456",
            complaint_phone="138 0571 9000",
            tax_number="91330127MA2XXXXX0K",
            hours="Mon–Sat 8:30–18:00, Sun 9:00–12:00",
            footer="Thank you for your trust.",
        )
    return full if long else ShopBlock(name=full.name, phone=full.phone)


def _texts(chinese: bool) -> dict[str, str]:
    if chinese:
        return {
            "customer": "王丽华",
            "clerk": "李芳",
            "technician": "陈国强",
            "fault": "冷藏室不制冷，冷冻室正常；压缩机每隔几分钟启动一次，夜里有“嗡嗡”声，背板结冰。",
            "short_fault": "不制冷",
            "accessories": "遥控器 1 个、电源线、说明书、塑料抽屉 2 个",
            "damage": "门板右下角有凹痕，门封条老化，侧面划痕约 12 cm",
            "diagnosis": "化霜加热管断路，温度传感器阻值漂移，蒸发器结冰堵住风道。",
            "work": "更换化霜加热管和温度传感器，清理风道，补焊接头，试机 4 小时正常。",
            "terms": "1. 凭本凭证取机；凭证遗失请携带本人身份证件办理。\n2. 修复后请在 30 天内取机，"
            "逾期本店按约定收取保管费。\n3. 请自行备份机内数据并取走存储卡。",
            "care": "冰箱：离墙 10 cm 以上摆放，每三个月清洁一次冷凝器；断电后等 5 分钟再通电。",
            "guarantee": "本次更换的部件及同一故障保修 90 天；人为损坏、进水、自行拆修不在保修范围。",
            "quote_terms": "报价有效期内价格不变；拆机后若发现新的故障，另行报价并征得同意后再修。",
            "address": "云水镇滨河小区 6 幢 2 单元 301 室",
            "note": "冰箱维修押金",
            "shelf": "B-03",
            "piece": "个",
            "labour_unit": "次",
            "part": "化霜加热管 220V 150W",
            "condition": "全新原厂",
            "location": "A2-05",
        }
    return {
        "customer": "Laura Wang",
        "clerk": "Fiona Li",
        "technician": "George Chen",
        "fault": "The fridge does not cool, the freezer does. The compressor starts every few minutes, hums "
        "at night, and the back panel is iced over.",
        "short_fault": "Does not cool",
        "accessories": "1 remote control, power cord, manual, 2 plastic drawers",
        "damage": "Dent in the lower right of the door, worn seal, 12 cm scratch on the side",
        "diagnosis": "Defrost heater open, temperature sensor out of range, air duct blocked by ice.",
        "work": "New defrost heater and sensor, cleared the air duct, resoldered a joint, tested 4 h.",
        "terms": "1. Bring this receipt to collect the device; without it we check your identity.\n"
        "2. Please collect within 30 days of the repair; after that storage is charged as agreed.\n"
        "3. Back up your data and take out memory cards.",
        "care": "Fridges: keep 10 cm from the wall, clean the condenser every three months, wait 5 minutes "
        "before switching on again.",
        "guarantee": "90 days on the parts replaced and on the same fault; not for damage, water or "
        "other people's repairs.",
        "quote_terms": "Prices hold until the date above. Further faults are quoted before repair.",
        "address": "Flat 301, 6 Riverside Estate, Yunshui",
        "note": "Deposit for the fridge",
        "shelf": "B-03",
        "piece": "pc",
        "labour_unit": "job",
        "part": "Defrost heater 220 V 150 W",
        "condition": "New, genuine",
        "location": "A2-05",
    }


def _device(chinese: bool, long: bool) -> DeviceBlock:
    brand = "美的" if chinese else "Midea"
    if not long:
        return DeviceBlock(category=Category.COOLING.value, brand=brand)
    return DeviceBlock(
        category=Category.COOLING.value, brand=brand, model="BCD-516WKPZM(E)", serial="D1230948570226A"
    )


def _receipt(chinese: bool, long: bool) -> PickupReceipt:
    texts = _texts(chinese)
    short = PickupReceipt(
        shop=shop(chinese, long),
        number=NUMBER,
        receipt_code=RECEIPT_CODE,
        taken_in_at=TAKEN_IN,
        device=_device(chinese, long),
        fault=texts["short_fault"],
        customer_name=texts["customer"],
        customer_phone="13805718000",
    )
    if not long:
        return short
    return replace(
        short,
        fault=texts["fault"],
        taken_by=texts["clerk"],
        accessories=texts["accessories"],
        damage=texts["damage"],
        estimate=Money.yuan(420),
        limit=Money.yuan(500),
        deposit=Money.yuan(100),
        promised_at=PROMISED,
        terms=texts["terms"],
        care=texts["care"],
    )


def _card(chinese: bool, long: bool) -> RepairCard:
    texts = _texts(chinese)
    short = RepairCard(
        shop=shop(chinese, long),
        number=NUMBER,
        card_code=CARD_CODE,
        taken_in_at=TAKEN_IN,
        device=_device(chinese, long),
        fault=texts["short_fault"],
        customer_name=texts["customer"],
        customer_phone="13805718000",
    )
    if not long:
        return short
    return replace(
        short,
        fault=texts["fault"],
        accessories=texts["accessories"],
        damage=texts["damage"],
        cover_reason=CoverReason.OWN_GUARANTEE,
        cover_until=COVER_UNTIL,
        service=ServiceType.FREE,
        limit=Money.yuan(500),
        shelf=texts["shelf"],
        promised_at=PROMISED,
        technician=texts["technician"],
        has_passcode=True,
    )


def _label(chinese: bool, long: bool) -> DeviceLabel:
    texts = _texts(chinese)
    short = DeviceLabel(
        number=NUMBER,
        card_code=CARD_CODE,
        taken_in_at=TAKEN_IN,
        device=_device(chinese, long),
        customer_name=texts["customer"],
        customer_phone="13805718000",
    )
    if not long:
        return short
    return replace(short, fault=texts["fault"], shelf=texts["shelf"], promised_at=PROMISED)


def _lines(chinese: bool, long: bool) -> tuple[ChargeLine, ...]:
    texts = _texts(chinese)
    names = (
        (
            "上门检测",
            "更换化霜系统",
            "化霜加热管 220V 150W",
            "温度传感器 5 kΩ（原厂）",
            "R600a 制冷剂",
            "老客户优惠",
        )
        if chinese
        else (
            "Visit and diagnosis",
            "Replace the defrost system",
            "Defrost heater 220 V 150 W",
            "Temperature sensor 5 kΩ, genuine",
            "Refrigerant R600a",
            "Regular customer",
        )
    )
    labour = ChargeLine(
        LineKind.LABOUR,
        names[1],
        Money.yuan(180),
        ONE,
        texts["labour_unit"],
        Money.yuan(180),
        tax_permille=60,
    )
    heater = ChargeLine(
        LineKind.PART, names[2], Money.yuan(85), ONE, texts["piece"], Money.yuan(85), tax_permille=130
    )
    if not long:
        return (labour, heater)
    return (
        ChargeLine(
            LineKind.VISIT, names[0], Money.yuan(20), ONE, texts["labour_unit"], Money.yuan(20), ZERO, 60
        ),
        labour,
        heater,
        ChargeLine(
            LineKind.PART,
            names[3],
            Money(6650),
            Quantity.of(2),
            texts["piece"],
            Money.yuan(35),
            Money(350),
            130,
        ),
        ChargeLine(LineKind.PART, names[4], Money(4200), Quantity(350), "kg", Money.yuan(120), ZERO, 130),
        ChargeLine(LineKind.DISCOUNT, names[5], Money(-2000), ONE, "", Money(-2000), ZERO, 60),
    )


def _sums(lines: tuple[ChargeLine, ...]) -> tuple[Money, Money]:
    """(total, tax contained)."""
    return (
        sum((line.amount for line in lines), ZERO),
        sum((line.amount.tax_within(line.tax_permille) for line in lines), ZERO),
    )


def _quote(chinese: bool, long: bool) -> QuoteSheet:
    texts = _texts(chinese)
    lines = _lines(chinese, long)
    total, tax = _sums(lines)
    short = QuoteSheet(
        shop=shop(chinese, long),
        number=NUMBER,
        quoted_at=QUOTED,
        device=_device(chinese, long),
        lines=lines,
        subtotal=total - tax,
        tax=tax,
        total=total,
        customer_name=texts["customer"],
    )
    if not long:
        return short
    return replace(
        short,
        version=2,
        card_code=CARD_CODE,
        discount=Money.yuan(20),
        quoted_by=texts["technician"],
        customer_phone="13805718000",
        fault=texts["fault"],
        diagnosis=texts["diagnosis"],
        valid_until=date(2026, 12, 5),
        approval=ApprovalWay.PHONE,
        approved_at=datetime(2026, 11, 21, 8, 15, tzinfo=UTC),
        terms=texts["quote_terms"],
    )


def _invoice(chinese: bool, long: bool) -> InvoiceSheet:
    texts = _texts(chinese)
    lines = _lines(chinese, long)
    total, tax = _sums(lines)
    short = InvoiceSheet(
        shop=shop(chinese, long),
        number="F2611-00037",
        order_number=NUMBER,
        issued_at=ISSUED,
        device=_device(chinese, long),
        lines=lines,
        subtotal=total - tax,
        tax=tax,
        total=total,
        customer_name=texts["customer"],
        payments=(PaidLine(PaymentMethod.WECHAT, total),),
    )
    if not long:
        return short
    deposit, wechat = Money.yuan(100), Money.yuan(120)
    return replace(
        short,
        issued_by=texts["clerk"],
        card_code=CARD_CODE,
        tax_invoice_number="26332000000123456789",
        customer_phone="13805718000",
        customer_address=texts["address"],
        fault=texts["short_fault"],
        work_done=texts["work"],
        discount=Money.yuan(20),
        payments=(
            PaidLine(PaymentMethod.WECHAT, wechat),
            PaidLine(PaymentMethod.CASH, total - deposit - wechat),
        ),
        deposit_used=deposit,
        cash_received=Money.yuan(200),
        change=Money.yuan(200) - (total - deposit - wechat),
        guarantee_until=date(2027, 2, 22),
        guarantee=texts["guarantee"],
    )


def _payment(chinese: bool, long: bool) -> PaymentReceipt:
    texts = _texts(chinese)
    short = PaymentReceipt(
        shop=shop(chinese, long),
        number="S2611-00051",
        kind=PaymentKind.DEPOSIT,
        amount=Money.yuan(100),
        method=PaymentMethod.CASH,
        at=TAKEN_IN,
        order_number=NUMBER,
    )
    if not long:
        return short
    return replace(
        short,
        invoice_number="F2611-00037",
        received_from=texts["customer"],
        taken_by=texts["clerk"],
        device=_device(chinese, long),
        due=Money(27350),
        note=texts["note"],
    )


def _part(chinese: bool, long: bool) -> PartLabel:
    texts = _texts(chinese)
    short = PartLabel(number="P00128", barcode=running_code(CodeKind.PART, 128), name=texts["part"])
    if not long:
        return short
    return replace(
        short,
        name=f"{texts['part']} BCD-516/518/528",
        price=Money.yuan(85),
        location=texts["location"],
        unit=texts["piece"],
        condition=texts["condition"],
    )


def _commands(chinese: bool, long: bool) -> CommandSheet:
    if not long:
        return CommandSheet(shop=shop(chinese, long))
    names = (
        ("陈国强", "赵敏", "周海涛", "李芳")
        if chinese
        else ("George Chen", "Minnie Zhao", "Ted Zhou", "Fiona Li")
    )
    roles = (Role.LEAD, Role.TECHNICIAN, Role.TECHNICIAN, Role.COUNTER)
    return CommandSheet(
        shop=shop(chinese, long),
        badges=tuple(
            Badge(name, role, running_code(CodeKind.STAFF, at))
            for at, (name, role) in enumerate(zip(names, roles, strict=True), start=1)
        ),
    )

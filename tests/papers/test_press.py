"""Every paper × size × language, short and long: scanned, read back and measured."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from app.core import formats
from app.core.codes import CodeKind, command_code, running_code
from app.core.enums import BenchCommand, PaperKind, PaperSize, PaymentKind, Role
from app.core.errors import Reason, Refusal
from app.core.labels import claimable_words, cover_words, label
from app.core.money import Money
from app.core.places import ROOT
from app.core.words import Language, language, set_language, speaking
from app.papers.barcodes import grouped
from app.papers.capitals import capitals
from app.papers.forms import HAS_BARCODE, SIZES, Form, kind_of, sample
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
from app.papers.forms_of_orders import (
    Badge,
    CommandSheet,
    DeviceLabel,
    InvoiceSheet,
    PaymentReceipt,
    PickupReceipt,
    QuoteSheet,
    RepairCard,
)
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
from app.papers.forms_of_views import PartLabel, PartLabels, StockReport
from app.papers.frozen import freeze
from app.papers.kit import percent
from app.papers.pages import PAGES
from app.papers.press import render, typeset, warm
from tests.papers.conftest import margins

FULL = bool(os.environ.get("XIUHU_FULL"))

MILLIMETRES = {
    PaperSize.ROLL_58: (58, None),
    PaperSize.ROLL_80: (80, None),
    PaperSize.LABEL_40X30: (40, 30),
    PaperSize.LABEL_50X30: (50, 30),
    PaperSize.LABEL_60X40: (60, 40),
    PaperSize.A6: (105, 148),
    PaperSize.A5: (148, 210),
    PaperSize.A4: (210, 297),
}
LABELS = {PaperSize.LABEL_40X30, PaperSize.LABEL_50X30, PaperSize.LABEL_60X40}
ROLLS = {PaperSize.ROLL_58, PaperSize.ROLL_80}

EVERY = [
    pytest.param(kind, size, speech, long, id=f"{kind}-{size}-{speech}-{'long' if long else 'short'}")
    for kind, sizes in SIZES.items()
    for size in sizes
    for speech in Language
    for long in (False, True)
]


def codes_on(form: Form) -> list[str]:
    """What a scanner must find, each exactly once or (the receipt: bars and QR) twice."""
    match form:
        case PickupReceipt():
            return [form.receipt_code] * 2
        case RepairCard() | DeviceLabel():
            return [form.card_code]
        case QuoteSheet() | InvoiceSheet() | CreditSheet():
            return [form.card_code] if form.card_code else []
        case PartLabel():
            return [form.barcode]
        case CommandSheet():
            return [*map(command_code, form.commands), *(badge.code for badge in form.badges)]
        case PurchaseSheet() | ReceiptSheet():
            return [form.code] if form.code else []
        case OldPartLabel() | PackingList() | CountSheet() | ToolLabel() | PlaceLabel() | DefectiveLabel():
            return [form.code]
        case PartLabels():
            return [each.barcode for each in form.labels]
        case _:
            return []


def said_of_quality(form: Form) -> list[str]:
    """What a brand reads about quality and accidents."""
    match form:
        case NoticeSheet():
            said = [form.number, form.brand, form.model, form.fault_code, form.fault, form.note]
            said += [form.shop_code]
            for case in form.cases:
                said += [case.order_number, case.serial, case.claim, formats.day(case.taken_in_on)]
            return said
        case WeekSheet():
            said = [form.number, form.brand, form.made_by, form.shop_code]
            return [*said, *(row.model for row in form.lines), str(sum(row.repairs for row in form.lines))]
        case FeedbackSheet():
            said = [form.number, form.brand, form.suggestions, str(form.repairs), str(form.followed_up)]
            return [*said, *(label(row.kind) for row in form.assessed), percent(form.satisfied_permille)]
        case AssessmentSheet():
            said = [form.number, form.brand, formats.money(form.amount, sign=False), str(form.points)]
            said += [label(item.kind) for item in form.items]
            return [*said, *(each.note for each in form.notes), *(each.order_number for each in form.notes)]
        case IncidentSheet():
            said = [form.number, label(form.kind), form.brand, form.model, form.serial, form.town]
            return [*said, form.told, form.done, form.order_number, form.recorded_by, form.shop_code]
    raise AssertionError(form)


def said_of_money(form: Form) -> list[str]:
    """Numbers, reasons and sums of the papers of money."""
    match form:
        case CreditSheet():
            said = [form.number, form.invoice_number, formats.money(form.total), capitals(form.total)]
            said += [label(form.reason), form.note, form.approved_by, form.replaced_by, form.payer_name]
            said += [formats.money(form.freed) if form.freed else "", formats.money(form.due)]
            return [*said, *(line.description for line in form.lines)]
        case WriteOffSheet():
            said = [form.number, form.invoice_number, formats.money(form.amount), form.note]
            return [*said, label(form.reason), form.approved_by, capitals(form.amount)]
        case CashSlip():
            said = [form.number, formats.money(form.amount), capitals(form.amount), label(form.reason)]
            return [*said, form.note, form.receipt, form.approved_by, form.till]
        case TillSheet():
            said = [form.number, form.holder, formats.money(form.expected), formats.money(form.counted)]
            said += [formats.money(form.kept), form.reason, form.next_holder]
            return [*said, *(f"{formats.money(Money(each.fen))}×{each.pieces}" for each in form.pieces)]
        case CloseSheet():
            said = [form.number, formats.day(form.day), formats.money(form.revenue), formats.money(form.tax)]
            said += [part for each in form.numbers for part in (each.first, each.last)]
            said += [formats.money(each.taken) for each in (*form.methods, *form.people)]
            said += [label(each.service) for each in form.services] + [each.number for each in form.tills]
            return [*said, str(form.journal_id), form.head, form.digest, form.closed_by]
        case StatementSheet():
            said = [form.customer_name, formats.money(form.closing), formats.day(form.first)]
            return [*said, *(part for row in form.entries for part in (row.number, row.order_number))]
        case ReminderSheet():
            said = [form.customer_name, formats.money(form.total), capitals(form.total)]
            return [*said, *(part for line in form.lines for part in (line.number, formats.day(line.due_on)))]
        case _:
            raise AssertionError(form)


def said_of_pay(form: PaySheet | WorkSheet | LeadSheet) -> list[str]:
    """Names, orders, hours and sums of the papers of pay."""
    match form:
        case PaySheet():
            said = [form.number, form.name, formats.money(form.payable), form.digest, form.approved_by]
            said += [part for each in form.lines for part in (each.order_number, each.document)]
            return [*said, *(each.reason for each in form.items)]
        case WorkSheet():
            said = [form.number, form.name, *(each.number for each in form.jobs)]
            said += [part for each in form.parts for part in (each.number, each.name, each.order_number)]
            return [*said, formats.minutes(sum(each.minutes for each in form.minutes))]
        case LeadSheet():
            minutes = sum(one.minutes for each in form.technicians for one in each.minutes)
            said = [form.number, formats.minutes(minutes), *(each.name for each in form.technicians)]
            said += [label(each.method) for each in form.takings]
            return [*said, *(each.number for each in form.carried)]


def must_say(form: Form) -> list[str]:
    """Number, names and sums that a paper owes its reader."""
    match form:
        case PickupReceipt():
            said = [form.number, form.customer_name, form.fault, form.device.model, form.shop.complaint_phone]
            return [*said, form.terms, form.care, formats.money(form.deposit) if form.deposit else ""]
        case RepairCard():
            said = [form.number, form.customer_name, form.fault, form.damage, form.technician]
            until = form.cover_until
            return [*said, cover_words(form.cover_reason, until) if form.cover_reason else ""]
        case DeviceLabel():
            return [form.number, form.customer_name, form.shelf]
        case QuoteSheet():
            said = [form.number, formats.money(form.total), capitals(form.total), form.diagnosis]
            return [*said, *(line.description for line in form.lines)]
        case InvoiceSheet():
            said = [form.number, form.order_number, formats.money(form.total), capitals(form.total)]
            said += [formats.money(paid.amount) for paid in form.payments]
            said += [form.tax_invoice_number, form.guarantee, form.shop.phone, form.shop.complaint_phone]
            return [*said, *(line.description for line in form.lines)]
        case PaymentReceipt():
            return [form.number, formats.money(form.amount), capitals(form.amount), form.received_from]
        case MonthSheet():
            said = [form.number, form.sealed_by, form.digest[:16]]
            tables = (*form.figures, *form.tables)
            return [*said, *(cell for table in tables for row in table.rows for cell in row.cells)]
        case PartLabel():
            return [form.number, form.name, formats.money(form.price) if form.price else ""]
        case (
            CreditSheet()
            | WriteOffSheet()
            | CashSlip()
            | TillSheet()
            | CloseSheet()
            | StatementSheet()
            | ReminderSheet()
        ):
            return said_of_money(form)
        case PurchaseSheet() | ReceiptSheet():
            said = [form.number, form.supplier.name, form.supplier.address, formats.money(form.total)]
            for line in form.lines:
                said += [line.description, line.number, line.supplier_number, line.order_number]
            return said
        case OldPartLabel():
            return [form.order_number, form.brand, form.part_name]
        case PackingList():
            said = [form.number, form.brand, form.waybill, form.carrier, form.note]
            for packed in form.lines:
                said += [
                    packed.code,
                    packed.part_name,
                    packed.part_number,
                    packed.serial,
                    packed.order_number,
                ]
            return said
        case CountSheet():
            said = [form.number, form.place, form.note, *(line.part_name for line in form.lines)]
            return [*said, *(line.location for line in form.lines)]
        case ToolLabel():
            return [form.name, form.location]
        case PlaceLabel():
            return [form.name, form.shop_name]
        case DefectiveLabel():
            return [form.number, form.description, label(form.grade) if form.grade else ""]
        case ConsignSheet():
            said = [form.number, form.owner.name, form.owner.address, form.note, formats.money(form.total)]
            for use in form.uses:
                said += [use.part_name, use.part_number, use.order_number]
            return said
        case BrandSheet():
            said = [form.number, form.brand, form.month, form.note, formats.money(form.payable)]
            for settled in form.lines:
                said += [settled.claim, settled.order_number, settled.model, settled.serial, settled.reason]
                said += [settled.description, formats.money(settled.paid, sign=False)]
            return said
        case NoticeSheet() | WeekSheet() | FeedbackSheet() | AssessmentSheet() | IncidentSheet():
            return said_of_quality(form)
        case RecordSheet():
            told = [text for each in form.repairs for text in (each.order_number, each.fault, each.done)]
            return [form.number, form.serial, form.outdoor_serial, claimable_words(form.may_ask), *told]
        case PartLabels():
            return [text for each in form.labels for text in must_say(each)]
        case PaySheet() | WorkSheet() | LeadSheet():
            return said_of_pay(form)
        case StockReport():
            cells = [cell for row in form.rows for cell in row.cells]
            return [*cells, *form.sums, *(head.title for head in form.heads if language() is Language.EN)]
        case CommandSheet():
            return [form.shop.name, *map(label, form.commands), *(badge.name for badge in form.badges)]


def strings(data: Any) -> str:
    """All text inside frozen data."""
    if isinstance(data, dict):
        return " ".join(strings(value) for value in data.values())
    if isinstance(data, list):
        return " ".join(strings(value) for value in data)
    return data if isinstance(data, str) else ""


@pytest.mark.parametrize(("kind", "size", "speech", "long"), EVERY)
def test_paper_reads_scans_and_fits(
    kind: PaperKind, size: PaperSize, speech: Language, long: bool, proof: Callable[[bytes], Any]
) -> None:
    with speaking(speech):
        form = sample(kind, long=long)
        sheet = typeset(form, size)
        said = must_say(form)
    paper = proof(sheet.pdf)

    assert sheet.missing == ""
    assert sorted(paper.codes()) == sorted(codes_on(form))
    assert bool(codes_on(form)) or kind not in HAS_BARCODE
    for words in said:
        assert re.sub(r"\s", "", words) in paper.text, words

    assert paper.stray_ink(*margins(kind, size)) == []
    assert paper.overlaps() == []
    width, height = MILLIMETRES[size]
    for wide, high in paper.sizes_mm:
        assert wide == pytest.approx(width, abs=0.1)
        assert height is None or high == pytest.approx(height, abs=0.1)
    apart = kind in (
        PaperKind.COMMAND_SHEET,
        PaperKind.PART_LABELS,
        PaperKind.MONTH_REPORT,
    )  # badges; a label a page
    assert len(paper) == sheet.pages == 1 or apart or (not long and size not in LABELS | ROLLS)
    if not long:
        assert render(form, size, language=speech) == sheet.pdf  # byte for byte, whenever it is printed

    # Words that neither the catalogue nor the form holds were forgotten by the translator.
    own = strings(freeze(form)) + capitals(getattr(form, "total", getattr(form, "amount", None)) or _zero())
    if speech is Language.ZH:
        assert [word for word in re.findall(r"[A-Za-z]{2,}", " ".join(paper.texts)) if word not in own] == []
    else:
        assert [sign for sign in paper.text if sign >= "\u3000" and sign not in own] == []


def _zero() -> Any:
    from app.core.money import ZERO

    return ZERO


@pytest.mark.parametrize("size", [PaperSize.ROLL_58, PaperSize.ROLL_80])
def test_roll_is_as_long_as_its_text_and_no_longer(size: PaperSize, proof: Callable[[bytes], Any]) -> None:
    short = proof(render(sample(PaperKind.PAYMENT_RECEIPT), size))
    long = proof(render(sample(PaperKind.PAYMENT_RECEIPT, long=True), size))
    assert short.sizes_mm[0][1] < long.sizes_mm[0][1] < 160
    for paper in (short, long):
        image = next(paper.images())
        ink = image.point(lambda shade: 255 if shade < 200 else 0).getbbox()
        assert image.height - ink[3] < 12 / 25.4 * 203  # at most 12 mm of white paper fed out


@pytest.mark.parametrize("size", sorted(LABELS | ROLLS))
def test_thermal_papers_have_no_grey(size: PaperSize, proof: Callable[[bytes], Any]) -> None:
    kinds = [kind for kind, sizes in SIZES.items() if size in sizes]
    for kind in kinds:
        # what is neither black nor white is the softened edge of a line, not a shade
        assert proof(render(sample(kind), size, copy=1)).greys() < 60
    assert kinds


#: By default each paper in one of its sizes, in the language whose turn it is.
COPIED = [
    (kind, size, speech)
    for at, (kind, sizes) in enumerate(SIZES.items())
    for turn, size in enumerate(sizes)
    for speech in Language
    if FULL or (turn == at // 2 % len(sizes) and speech is list(Language)[at % 2])
]


@pytest.mark.parametrize(("kind", "size", "speech"), COPIED)
def test_copies_are_marked_and_first_prints_are_not(
    kind: PaperKind, size: PaperSize, speech: Language, proof: Callable[[bytes], Any]
) -> None:
    mark = {Language.ZH: "补打", Language.EN: "COPY"}[speech]
    with speaking(speech):
        form = sample(kind, long=True)
    first = proof(render(form, size, language=speech))
    third = proof(render(form, size, copy=3, language=speech))
    assert mark not in first.text
    assert f"{mark}3" in third.text
    assert sorted(third.codes()) == sorted(codes_on(form))
    assert third.overlaps() == []
    assert len(third) <= len(first) + 1


def test_impossible_size_is_refused_with_the_possible_ones() -> None:
    with pytest.raises(Refusal) as refused:
        render(sample(PaperKind.DEVICE_LABEL), PaperSize.A4)
    assert refused.value.reason is Reason.PAPER_SIZE_UNKNOWN
    assert refused.value.params["sizes"] == "60x40, 40x30"


def test_metadata_names_paper_and_shop(proof: Callable[[bytes], Any]) -> None:
    meta = proof(render(sample(PaperKind.INVOICE, long=True), PaperSize.A5, language=Language.ZH)).meta
    assert meta["Title"] == "结算单 F2611-00037"
    assert meta["Author"] == sample(PaperKind.INVOICE).shop.name


@pytest.mark.parametrize(
    ("kind", "title"),
    [(PaymentKind.DEPOSIT, "押金收据"), (PaymentKind.PAYMENT, "收款收据"), (PaymentKind.REFUND, "退款单")],
)
def test_money_receipts_are_named_by_what_they_are_for(
    kind: PaymentKind, title: str, proof: Callable[[bytes], Any]
) -> None:
    form = sample(PaperKind.PAYMENT_RECEIPT)
    assert isinstance(form, PaymentReceipt)
    paper = proof(render(replace(form, kind=kind), PaperSize.ROLL_80, language=Language.ZH))
    assert title in paper.text


def test_repair_card_never_shows_the_whole_phone_number(proof: Callable[[bytes], Any]) -> None:
    for kind in (PaperKind.REPAIR_CARD, PaperKind.DEVICE_LABEL):
        for size in SIZES[kind]:
            text = proof(render(sample(kind, long=True), size)).text
            assert "138****8000" in text
            assert "13805718000" not in text.replace("-", "")


def test_times_are_printed_in_the_shops_zone(proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.PICKUP_RECEIPT, long=True)
    here = proof(render(form, PaperSize.ROLL_80)).text
    there = proof(render(form, PaperSize.ROLL_80, zone="Europe/London")).text
    assert "2026-11-2110:12" in here
    assert "2026-11-2102:12" in there


def test_papers_printed_at_once_by_many_threads_are_the_same() -> None:
    jobs = [
        (sample(kind, long=True), size, speech)
        for kind, sizes in SIZES.items()
        for size in sizes
        for speech in Language
    ]
    one_by_one = [render(form, size, language=speech) for form, size, speech in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda job: render(job[0], job[1], language=job[2]), jobs))
    assert together == one_by_one


def test_printing_in_another_language_leaves_the_windows_language_alone() -> None:
    before = language()
    set_language(Language.EN)
    try:
        render(sample(PaperKind.INVOICE), PaperSize.A5, language=Language.ZH)
        assert language() is Language.EN
        assert label(BenchCommand.PAUSE) == "Pause"
    finally:
        set_language(before)


def test_forms_load_no_pdf_library_and_warming_loads_all() -> None:
    script = (
        "import sys, json\n"
        "from app.papers import forms, press\n"
        "cold = 'reportlab' in sys.modules or 'barcode' in sys.modules or 'PIL' in sys.modules\n"
        "press.warm()\n"
        "print(json.dumps([cold, 'segno' in sys.modules and 'barcode' in sys.modules]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [False, True]
    warm()  # again is harmless


def test_every_kind_is_known_by_its_form() -> None:
    assert [kind_of(sample(kind)) for kind in PaperKind] == list(PaperKind)
    assert set(SIZES) == set(PaperKind)
    assert {size for sizes in SIZES.values() for size in sizes} == set(PAGES)


@pytest.mark.parametrize("people", [1, 7, 40])
def test_badges_stand_apart_from_the_sheet_and_no_frame_is_cut(
    people: int, proof: Callable[[bytes], Any]
) -> None:
    badges = tuple(
        Badge(f"Person{at:02}", Role.TECHNICIAN, running_code(CodeKind.STAFF, at))
        for at in range(1, people + 1)
    )
    pages = proof(
        render(CommandSheet(sample(PaperKind.COMMAND_SHEET).shop, badges=badges), PaperSize.A4)
    ).texts
    assert not any(badge.name in pages[0] for badge in badges)
    for badge in badges:
        name = next(at for at, text in enumerate(pages) if badge.name in text)
        bars = next(at for at, text in enumerate(pages) if grouped(badge.code) in text)
        assert name == bars

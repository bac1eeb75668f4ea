"""Texts that break layouts: nothing is cut off, nothing overlaps, nothing vanishes silently."""

from __future__ import annotations

import base64
import io
import logging
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from app.core.enums import CoverReason, LineKind, PaperKind, PaperSize, PaymentMethod
from app.core.money import Money, Quantity
from app.core.words import Language, speaking
from app.papers.forms import SIZES, sample
from app.papers.forms_of_orders import (
    ChargeLine,
    DeviceBlock,
    DeviceLabel,
    InvoiceSheet,
    PaidLine,
    PickupReceipt,
    QuoteSheet,
    RepairCard,
)
from app.papers.forms_of_views import PartLabel
from app.papers.pages import PAGES
from app.papers.press import render, typeset
from app.papers.shop_block import ShopBlock
from tests.papers.conftest import margins

FULL = bool(os.environ.get("XIUHU_FULL"))
LONG_FAULT = "镕" * 2999 + "。"
LONG_WORDS = "compressor rattles " * 157
TEXTS = {
    "markup": "<b>&amp;</b> <para> & < > \" ' %s {0} \\n $x",
    "rtl": "مرحبا שלום abc",
    "emoji": "冰箱😀坏了👨‍👩‍👧‍👦 ❤️",
    "control": "a\x00b\x07c\x1b[31md\u200be\u202ef\u2066g\ufeffh",
    "newlines": "第一行\n\n第三行\r\n第四行\u2028第五行\tTab",
    "combining": "Cafe\u0301 A\u030angstro\u0308m Z\u0351\u036b\u0343\u036a",
    "surrogate": "a\ud800b",
    "rare": "张喆 𬭎 龘 㐂 〇 𠮷",
    "one long word": "W" * 400,
    "punctuation": "，。、；：？！）》”’…" * 30,
    "spaces": " " * 500 + "x" + "\u3000" * 300,
    "formula": "=cmd|' /C calc'!A0",
}


def image(mode: str, size: tuple[int, int], colour: Any, kind: str = "PNG") -> str:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind)
    return base64.b64encode(out.getvalue()).decode()


def spoilt_line(line: Any, text: str) -> Any:
    """A line with what people type in it replaced; numbers and codes are the program's own."""
    typed = {"description": text, "part_name": text, "location": text[:30], "model": text, "unit": text[:8]}
    return replace(line, **{key: value for key, value in typed.items() if hasattr(line, key)})


def spoilt(form: Any, text: str) -> Any:
    """The form with every text that people type replaced by ``text``."""
    typed = {
        "fault", "accessories", "damage", "customer_name", "cover_who", "cover_note", "technician", "shelf",
        "terms", "care", "diagnosis", "work_done", "guarantee", "customer_address", "note", "received_from",
        "taken_by", "name", "location", "condition", "unit", "quoted_by", "issued_by", "tax_invoice_number",
        "told", "done", "town", "suggestions",
    }  # fmt: skip
    changes: dict[str, Any] = {key: text for key in typed if hasattr(form, key)}
    if hasattr(form, "cover_reason"):
        changes["cover_reason"] = CoverReason.OVERRIDDEN
    if hasattr(form, "customer_phone"):
        changes["customer_phone"] = text[:30]
    if getattr(form, "device", None):
        changes["device"] = DeviceBlock(text, text, text, text)
    if hasattr(form, "shop"):
        changes["shop"] = ShopBlock(text, text, text, text, text, text, None, text)
    if hasattr(form, "lines"):
        changes["lines"] = tuple(spoilt_line(line, text) for line in form.lines)
    if hasattr(form, "labels"):
        changes["labels"] = tuple(spoilt(each, text) for each in form.labels)
    if hasattr(form, "rows"):
        changes["rows"] = tuple(replace(row, cells=(text,) * len(row.cells)) for row in form.rows[:4])
    return replace(form, **changes)


#: By default each text meets every second paper, each paper every second text, in one size; all sizes have their turn.
MET = [
    pytest.param(kind, text, turn // 2, id=f"{kind}-{name}")
    for at, kind in enumerate(PaperKind)
    for turn, (name, text) in enumerate(TEXTS.items(), start=at)
    if FULL or turn % 2
]


@pytest.mark.parametrize(("kind", "text", "turn"), MET)
def test_hostile_texts_are_printed_without_overlap(
    kind: PaperKind, text: str, turn: int, proof: Callable[[bytes], Any]
) -> None:
    form = spoilt(sample(kind, long=True), text)
    sizes = SIZES[kind]
    turn %= len(sizes)
    for size in sizes if FULL else sizes[turn : turn + 1]:
        paper = proof(render(form, size, copy=1))
        assert paper.stray_ink(*margins(kind, size)) == []
        assert paper.overlaps() == []


@pytest.mark.parametrize("size", SIZES[PaperKind.REPAIR_CARD])
def test_markup_is_printed_as_it_was_typed(size: PaperSize, proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.REPAIR_CARD)
    assert isinstance(form, RepairCard)
    text = proof(render(replace(form, fault=TEXTS["markup"]), size)).text
    assert TEXTS["markup"].replace(" ", "") in text


@pytest.mark.parametrize("fault", [LONG_FAULT, LONG_WORDS], ids=["characters", "words"])
@pytest.mark.parametrize(
    ("kind", "size"),
    [
        (kind, size)
        for kind in (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.QUOTE, PaperKind.INVOICE)
        for size in SIZES[kind]
    ],
)
def test_fault_of_3000_characters_is_printed_whole(
    kind: PaperKind, size: PaperSize, fault: str, proof: Callable[[bytes], Any]
) -> None:
    form: Any = replace(sample(kind), fault=fault)
    paper = proof(render(form, size))
    printed, wanted = Counter(paper.text), Counter("".join(fault.split()))
    blank = Counter(proof(render(replace(form, fault="-"), size)).text)
    if "镕" in fault:
        assert printed["镕"] == 2999
    else:
        assert printed["p"] - wanted["p"] <= blank["p"] + 3 * len(paper)
        assert printed["p"] >= wanted["p"]
    page = PAGES[size]
    assert paper.stray_ink(page.side, page.top, page.bottom) == []
    assert paper.overlaps() == []
    if PAGES[size].height is None:
        assert len(paper) == 1


@pytest.mark.parametrize("size", SIZES[PaperKind.INVOICE])
@pytest.mark.parametrize("speech", list(Language))
def test_invoice_of_60_lines_repeats_its_head_and_numbers_its_pages(
    size: PaperSize, speech: Language, proof: Callable[[bytes], Any]
) -> None:
    with speaking(speech):
        form = sample(PaperKind.INVOICE, long=True)
    assert isinstance(form, InvoiceSheet)
    lines = tuple(
        ChargeLine(
            LineKind.PART,
            f"备件{at:03d}号 换新",
            Money(123456),
            Quantity.of(2),
            "个",
            Money(61728),
            tax_permille=130,
        )
        for at in range(60)
    )
    paper = proof(render(replace(form, lines=lines, total=Money(7407360)), size, language=speech))
    assert [f"备件{at:03d}号" for at in range(60) if f"备件{at:03d}号" not in paper.text] == []
    assert "柒万肆仟零柒拾叁元陆角" in paper.text
    assert paper.overlaps() == []
    if size is PaperSize.ROLL_80:
        assert len(paper) == 1
        return
    assert len(paper) > 1
    for number, text in enumerate(paper.texts, start=1):
        assert form.number in text
        assert f"{number}/{len(paper)}" in text
        assert form.shop.complaint_phone in text
    head = {Language.ZH: "单价", Language.EN: "Unit price"}[speech]
    assert all(head in text for text in paper.texts if "备件0" in text)


def test_a_charge_longer_than_a_page_is_printed_whole(proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.INVOICE)
    assert isinstance(form, InvoiceSheet)
    line = replace(form.lines[0], description="鑫" * 3000)
    for size in SIZES[PaperKind.INVOICE]:
        paper = proof(render(replace(form, lines=(line,)), size))
        assert Counter(paper.text)["鑫"] == 3000
        assert paper.overlaps() == []


def test_terms_longer_than_a_page_are_printed_whole(proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.PICKUP_RECEIPT)
    assert isinstance(form, PickupReceipt)
    for size in SIZES[PaperKind.PICKUP_RECEIPT]:
        paper = proof(render(replace(form, terms="鑫" * 5000, care="淼" * 2000), size))
        assert (Counter(paper.text)["鑫"], Counter(paper.text)["淼"]) == (5000, 2000)


def test_guarantee_and_payments_of_any_length_are_printed_whole(proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.INVOICE, long=True)
    assert isinstance(form, InvoiceSheet)
    form = replace(form, guarantee="鑫" * 4000, payments=(PaidLine(PaymentMethod.CARD, Money(5)),) * 120)
    for size in SIZES[PaperKind.INVOICE]:
        paper = proof(render(form, size, language=Language.ZH))
        assert Counter(paper.text)["鑫"] == 4000
        assert paper.text.count("银行卡") == 120
        assert paper.overlaps() == []


def test_model_name_of_40_characters_stands_on_every_paper_that_has_room(
    proof: Callable[[bytes], Any],
) -> None:
    model = "KFR-35GW/(35592)FNhAa-A1(WIFI)-BP3N8-ZKA"
    assert len(model) == 40
    for kind in (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD, PaperKind.QUOTE, PaperKind.INVOICE):
        form: Any = sample(kind, long=True)
        form = replace(form, device=replace(form.device, model=model))
        for size in SIZES[kind]:
            assert model in proof(render(form, size)).text
    label: Any = sample(PaperKind.DEVICE_LABEL, long=True)
    label = replace(label, device=replace(label.device, model=model))
    assert "KFR-35GW/(35592)" in proof(render(label, PaperSize.LABEL_40X30)).text
    assert "…" in proof(render(label, PaperSize.LABEL_40X30)).text


def test_rare_characters_of_names_print_and_copy_out(proof: Callable[[bytes], Any]) -> None:
    form: Any = replace(sample(PaperKind.PICKUP_RECEIPT), customer_name="张喆 钱𬭎")
    for size in SIZES[PaperKind.PICKUP_RECEIPT]:
        sheet = typeset(form, size)
        assert sheet.missing == ""
        assert "张喆钱𬭎" in proof(sheet.pdf).text


def test_characters_that_no_font_has_become_boxes_and_are_reported(
    proof: Callable[[bytes], Any], caplog: pytest.LogCaptureFixture
) -> None:
    form: Any = replace(sample(PaperKind.DEVICE_LABEL), customer_name="王😀𠮷")
    with caplog.at_level(logging.WARNING):
        sheet = typeset(form, PaperSize.LABEL_60X40)
    assert set(sheet.missing) == {"😀", "𠮷"}
    assert "王□□" in proof(sheet.pdf).text
    assert "not in the fonts" in caplog.text


def test_control_and_direction_marks_leave_no_trace(proof: Callable[[bytes], Any]) -> None:
    form: Any = replace(sample(PaperKind.DEVICE_LABEL), customer_name=TEXTS["control"])
    sheet = typeset(form, PaperSize.LABEL_60X40)
    assert sheet.missing == ""
    assert "abc[31mdefgh" in proof(sheet.pdf).text


@pytest.mark.parametrize(
    "barcode", ["6901234567892", "PN-ABC-0123456789-XYZ", "备件 0001", "x" * 120, "7", ""]
)
@pytest.mark.parametrize("size", SIZES[PaperKind.PART_LABEL])
def test_part_labels_scan_whatever_the_makers_code_is(
    barcode: str, size: PaperSize, proof: Callable[[bytes], Any]
) -> None:
    form = sample(PaperKind.PART_LABEL, long=True)
    assert isinstance(form, PartLabel)
    paper = proof(render(replace(form, barcode=barcode), size))
    assert paper.codes() == ([barcode] if barcode else [])
    page = PAGES[size]
    assert paper.stray_ink(page.side, page.top, page.bottom) == []
    assert paper.overlaps() == []


def test_empty_fields_leave_no_empty_labels(proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.PICKUP_RECEIPT)
    assert isinstance(form, PickupReceipt)
    bare = replace(form, customer_name="", customer_phone="", device=DeviceBlock(""), shop=ShopBlock("铺"))
    for size in SIZES[PaperKind.PICKUP_RECEIPT]:
        text = proof(render(bare, size, language=Language.ZH)).text
        for absent in ("电话", "机身号", "押金", "预估费用", "服务须知", "服务热线"):
            assert absent not in text
    label: Any = DeviceLabel("2611-00042", "102611000428", form.taken_in_at, DeviceBlock(""))
    assert proof(render(label, PaperSize.LABEL_40X30)).codes() == ["102611000428"]


LOGOS = {
    "wide": image("RGB", (2400, 300), (0, 90, 90)),
    "tall": image("RGBA", (60, 900), (200, 0, 0, 120)),
    "photo": image("RGB", (500, 500), (120, 160, 40), "JPEG"),
    "tiny": image("1", (1, 1), 0),
    "broken": base64.b64encode(b"\x89PNG\r\n\x1a\nnot a picture").decode(),
    "no base64": "!!",
}


@pytest.mark.parametrize("logo", LOGOS.values(), ids=LOGOS.keys())
@pytest.mark.parametrize("size", SIZES[PaperKind.INVOICE])
def test_logos_of_any_shape_fit_and_broken_ones_do_not_stop_the_paper(
    logo: str, size: PaperSize, proof: Callable[[bytes], Any]
) -> None:
    form = sample(PaperKind.INVOICE, long=True)
    assert isinstance(form, InvoiceSheet)
    form = replace(form, shop=replace(form.shop, logo=logo), signature=LOGOS["wide"])
    paper = proof(render(form, size))
    page = PAGES[size]
    assert paper.stray_ink(page.side, page.top, page.bottom) == []
    assert paper.overlaps() == []
    assert form.number in paper.text
    assert paper.codes() == [form.card_code]


def test_signature_given_on_screen_stands_on_the_quote(proof: Callable[[bytes], Any]) -> None:
    form = sample(PaperKind.QUOTE)
    assert isinstance(form, QuoteSheet)
    signed = replace(form, signature=image("L", (300, 120), 0))
    for size in SIZES[PaperKind.QUOTE]:
        dark = [sum(next(proof(render(one, size)).images()).histogram()[:50]) for one in (form, signed)]
        assert dark[1] > dark[0] * 1.2

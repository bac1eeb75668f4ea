"""Parts from files and to files: real workbooks, broken ones, texts in every encoding."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from app.core.codes import CodeKind, running_code
from app.core.enums import Command, OldPartRule, PartCondition, PriceKind, PriceSource, Role
from app.core.errors import Conflict, EnvironmentFault, Reason, Refusal
from app.core.money import Money, Quantity
from app.core.words import Language, set_language
from app.features.finder.indexing import check
from app.features.sheets import files
from app.features.sheets.columns import columns_of
from app.features.sheets.snapshots import LineState
from app.features.stock.service import StockService
from app.features.stock.sheets.columns import ALIASES, COLUMNS
from app.features.stock.sheets.snapshots import ImportPlan
from app.features.stock.snapshots import PartCard, PartEntry
from tests.features.conftest import Shop, open_shop

HEAD = ("备件编号", "备件名称", "单位", "售价")


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


def csv_file(
    folder: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", name: str = "p.csv"
) -> Path:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    file = folder / name
    file.write_bytes(out.getvalue().encode(encoding))
    return file


def workbook(folder: Path, fill: Callable[[Any, Any], None], **options: Any) -> Path:
    """A file written by xlsxwriter: ``fill(book, sheet)``."""
    file = folder / "p.xlsx"
    book = xlsxwriter.Workbook(str(file), options)
    fill(book, book.add_worksheet())
    book.close()
    return file


def table(*rows: Sequence[Any]) -> Callable[[Any, Any], None]:
    def fill(_book: Any, sheet: Any) -> None:
        for line, row in enumerate((HEAD, *rows)):
            for at, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(line, at, cell)
                elif cell is not None:
                    sheet.write(line, at, cell)

    return fill


def wrongs(plan: ImportPlan) -> list[tuple[int, str, Reason]]:
    return [
        (line.line, cell.column, cell.refusal.reason)
        for line in plan.lines
        for cell in line.wrong
        if line.state is LineState.WRONG
    ]


def refused(stock: StockService, file: Path) -> Reason:
    with pytest.raises(Refusal) as refusal:
        stock.sheets.plan(file)
    return refusal.value.reason


def by_number(stock: StockService, number: str) -> PartCard:
    row = stock.find_by_code(number)
    assert row is not None
    return stock.part(row.id)


# -- a good file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_in_each_encoding(shop: Shop, stock: StockService, tmp_path: Path, encoding: str) -> None:
    rows = (
        ("顺达配件 2026 年报价单", "", "", ""),
        (*HEAD, "进价", "供应商", "条码", "电话"),
        ("a-1", "压缩机", "台", "420.00", "300", "顺达", "6901234567892 6901234567908", "+86 123"),
        ("", "", "", "", "", "", "", ""),
        ("A-2", "保险丝", "个", "1.5", "", "", "", ""),
    )
    plan = stock.sheets.plan(csv_file(tmp_path, rows, encoding))
    assert plan.counts == {LineState.NEW: 2}
    assert [(line.line, line.number) for line in plan.lines] == [(3, "A-1"), (5, "A-2")]
    assert plan.unknown == ("电话",)
    done = stock.sheets.apply(shop.ctx(), plan)
    assert (done.new, done.changed) == (2, 0)
    card = by_number(stock, "A-1")
    assert card.row.sale_price == Money.yuan(420)
    assert card.purchase_price == Money.yuan(300)
    assert card.supplier == "顺达"
    assert card.barcodes == ("6901234567892", "6901234567908")
    assert card.own_code == running_code(CodeKind.PART, card.row.id)
    assert [row.number for row in stock.search("ysj")] == ["A-1"]
    with shop.store.read() as reading:
        assert check(reading, sample=10).names_missing == ()
    assert stock.sheets.plan(csv_file(tmp_path, rows, encoding)).counts == {LineState.SAME: 2}


def test_a_price_list_changes_prices_and_keeps_what_they_were(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    entry = PartEntry("水泵", "台", number="B-1", sale_price=Money.yuan(60), location="A-3", supplier="顺达")
    stock.save_part(shop.ctx(), None, None, entry)
    file = csv_file(tmp_path, (("编号", "售价", "进价", "库位"), ("B-1", "66", "40.5", "")))
    plan = stock.sheets.plan(file)
    (line,) = plan.lines
    assert line.state is LineState.CHANGED
    assert [(each.old, each.new) for each in line.changes] == [("60.00", "66.00"), ("0.00", "40.50")]
    before = shop.fingerprint()
    assert stock.sheets.plan(file) == plan
    assert shop.fingerprint() == before
    stock.sheets.apply(shop.ctx(Role.COUNTER), plan)
    card = by_number(stock, "B-1")
    # An empty cell leaves what is there.
    assert (card.row.location, card.supplier, card.version) == ("A-3", "顺达", 2)
    assert [(each.kind, each.old, each.new, each.source) for each in stock.catalogue.prices(card.row.id)] == [
        (PriceKind.PURCHASE, Money(0), Money(4050), PriceSource.IMPORT),
        (PriceKind.SALE, Money(6000), Money(6600), PriceSource.IMPORT),
    ]
    assert shop.journal(Command.IMPORT_PARTS) == [{"new": 0, "changed": 1, "after": card.row.id}]


def test_a_suppliers_list_knows_parts_by_its_own_numbers(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    for number in ("C-1", "C-2", "C-3"):
        theirs = "SD-9" if number == "C-1" else "SD-7"
        entry = PartEntry("电容", "个", number=number, supplier="顺达", supplier_number=theirs)
        stock.save_part(shop.ctx(), None, None, entry)
    rows = (
        ("供应商", "供应商货号", "名称", "进价"),
        ("顺达", "SD-9", "", "8"),
        ("顺达", "SD-7", "", "8"),
        ("顺达", "SD-8", "新电容", "8"),
        ("顺达", "", "无号", "8"),
    )
    plan = stock.sheets.plan(csv_file(tmp_path, rows))
    assert wrongs(plan) == [
        (3, "Supplier's number", Reason.NUMBER_UNCLEAR),
        (5, "Part number", Reason.FIELD_REQUIRED),
    ]
    assert [(line.line, line.number) for line in plan.lines if line.state is LineState.NEW] == [(4, "P00001")]
    stock.sheets.apply(shop.ctx(), plan)
    assert by_number(stock, "C-1").purchase_price == Money.yuan(8)
    assert by_number(stock, "P00001").supplier_number == "SD-8"
    # The series goes on behind what the import gave.
    assert stock.save_part(shop.ctx(), None, None, PartEntry("水管", "根")).row.number == "P00002"


def test_renamed_parts_are_found_by_their_new_name_only(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    stock.save_part(
        shop.ctx(), None, None, PartEntry("旧名字", "个", number="D-1", barcodes=("6900000000013",))
    )
    file = csv_file(tmp_path, (("编号", "名称", "条码"), ("D-1", "压缩机", "6900000000020")))
    stock.sheets.apply(shop.ctx(), stock.sheets.plan(file))
    assert stock.search("旧名") == ()
    assert [row.number for row in stock.search("压缩")] == ["D-1"]
    assert by_number(stock, "D-1").barcodes == ("6900000000020",)


# -- there and back ----------------------------------------------------------------------------------------

HARD = (
    PartEntry(
        '=1+1 "引号", 逗号',
        "米",
        number="+86-1",
        category="cooling",
        brand="@美的",
        fits="-35GW\u3000KFR",
        sale_price=Money(1999),
        purchase_price=Money(1234),
        consign_price=Money(5),
        tax_permille=135,
        location="03-05",
        minimum=Quantity(350),
        supplier="顺达",
        supplier_number="007",
        barcodes=("00012345", "6901234567892"),
        condition=PartCondition.USED,
        old_part_rule=OldPartRule.SWAP,
        serialised=True,
        warranty_months=24,
        season="空调",
        active=False,
    ),
    PartEntry("'=guarded", "个", number="1E5"),
    PartEntry("普通", "个", number="0001"),
)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_goes_out_comes_in_equal(tmp_path: Path, suffix: str, language: Language) -> None:
    first, second = open_shop(tmp_path / "one"), open_shop(tmp_path / "two")
    set_language(language)
    try:
        out, back = StockService(first.store), StockService(second.store)
        for entry in HARD:
            out.save_part(first.ctx(), None, None, entry)
        file, again = tmp_path / f"out{suffix}", tmp_path / f"again{suffix}"
        assert out.sheets.export(file) == len(HARD)
        assert out.sheets.plan(file).counts == {LineState.SAME: len(HARD)}
        plan = back.sheets.plan(file)
        assert (plan.counts, plan.unknown) == ({LineState.NEW: len(HARD)}, ())
        back.sheets.apply(second.ctx(), plan)
        for entry in HARD:
            assert plain(by_number(back, entry.number)) == plain(by_number(out, entry.number))
        back.sheets.export(again)
        assert files.read_sheet(again) == files.read_sheet(file)
    finally:
        set_language(Language.EN)
        first.close()
        second.close()


def plain(card: PartCard) -> tuple[object, ...]:
    row = card.row
    return (
        row.number, row.name, row.category, row.brand, row.fits, row.unit, row.sale_price, row.location, row.minimum,
        row.active, row.condition, row.serialised, card.purchase_price, card.consign_price, card.tax_permille,
        card.supplier, card.supplier_number, card.barcodes, card.old_part_rule, card.warranty_months, card.season,
    )  # fmt: skip


def test_an_exported_workbook_holds_no_formula(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    for entry in HARD:
        stock.save_part(shop.ctx(), None, None, entry)
    file = tmp_path / "out.xlsx"
    stock.sheets.export(file)
    with zipfile.ZipFile(file) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    stock.sheets.export(file.with_suffix(".csv"))
    for line in file.with_suffix(".csv").read_text(encoding="utf-8-sig").splitlines():
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in next(csv.reader([line])))


def test_a_file_that_cannot_be_written_is_said_and_the_old_one_stays(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentFault):
        stock.sheets.export(tmp_path / "no" / "out.csv")
    with pytest.raises(Refusal):
        stock.sheets.export(tmp_path / "out.pdf")
    assert list(tmp_path.glob("out*")) == []


def test_headings_in_both_languages_are_known() -> None:
    for language in Language:
        set_language(language)
        try:
            from app.core.words import _

            found = columns_of([_(column.title) for column in COLUMNS], COLUMNS, ALIASES)
            assert [column.key for column in found.values()] == [column.key for column in COLUMNS]
        finally:
            set_language(Language.EN)


# -- bad files ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.SHEET_EMPTY),
        (b"\n\n,,\n", Reason.SHEET_EMPTY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", Reason.SHEET_UNREADABLE),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Reason.SHEET_UNREADABLE),
        (b"\xff\xfea", Reason.SHEET_UNREADABLE),
        (b"number,name\nA1,\x81\xff\xff\n", Reason.SHEET_UNREADABLE),
        (b'number,name\nA1,"never closed\nA2,b\n', Reason.SHEET_BROKEN),
        (b'number,name\nA1,"x"y\n', Reason.SHEET_BROKEN),
        (b"name,unit\nx,y\n", Reason.COLUMNS_MISSING),
        (b"number\nA1\n", Reason.COLUMNS_MISSING),
        (b"hello\nworld\n", Reason.COLUMNS_MISSING),
        (b"number,name,name\nA1,x,y\n", Reason.COLUMN_TWICE),
        (b"number,name" + b",x" * 100 + b"\n", Reason.SHEET_TOO_LARGE),
        (b"PK\x03\x04 not a zip", Reason.SHEET_UNREADABLE),
        (b"<html><table><tr><td>number</td></tr></table></html>", Reason.COLUMNS_MISSING),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_one_sentence(
    shop: Shop, stock: StockService, tmp_path: Path, content: bytes, reason: Reason
) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(content)
    before = shop.fingerprint()
    assert refused(stock, file) is reason
    assert shop.fingerprint() == before


def test_a_file_that_is_not_there_or_a_folder(stock: StockService, tmp_path: Path) -> None:
    assert refused(stock, tmp_path / "none.csv") is Reason.FILE_NOT_READABLE
    assert refused(stock, tmp_path) is Reason.FILE_NOT_READABLE


def test_every_wrong_cell_is_told_by_line_and_column(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    held = stock.save_part(
        shop.ctx(), None, None, PartEntry("有", "个", number="X-1", barcodes=("6900000000013",))
    )
    rows = (
        (
            "number",
            "name",
            "unit",
            "sale price",
            "minimum stock",
            "barcodes",
            "in use",
            "warranty (months)",
            "tax %",
        ),
        ("Y-1", "甲", "个", "-5", "", "", "", "", ""),
        ("Y-2", "乙", "个", "1.234", "1000000001", "", "maybe", "1.5", "1001"),
        ("Y-3", "", "个", "abc", "", "6900000000013", "", "", ""),
        ("Y-4", "丁", "个", "", "", "6900000000020 " + running_code(CodeKind.STAFF, 1), "", "", ""),
        ("Y-5", "戊", "个", "", "", "6900000000020", "", "", ""),
        ("y-5", "己", "个", "", "", "", "", "", ""),
        ("Y-6", "x" * 201, "个", "", "", "", "", "", ""),
        ("", "无号", "个", "", "", "", "", "", ""),
        ("Y-7", "好", "个", "1", "", held.own_code, "", "", ""),
    )
    plan = stock.sheets.plan(csv_file(tmp_path, rows))
    assert sorted(wrongs(plan)) == sorted(
        [
            (2, "Sale price", Reason.AMOUNT_NEGATIVE),
            (3, "Sale price", Reason.BAD_AMOUNT),
            (3, "Minimum stock", Reason.BAD_QUANTITY),
            (3, "Tax %", Reason.OUT_OF_RANGE),
            (3, "In use", Reason.BAD_CHOICE),
            (3, "Warranty (months)", Reason.BAD_QUANTITY),
            (4, "Sale price", Reason.BAD_AMOUNT),
            (4, "Barcodes", Reason.BARCODE_TAKEN),
            (4, "Part name", Reason.FIELD_REQUIRED),
            (5, "Barcodes", Reason.BAD_CHOICE),
            (6, "Barcodes", Reason.TWICE_IN_FILE),
            (7, "Part number", Reason.TWICE_IN_FILE),
            (8, "Part name", Reason.TEXT_TOO_LONG),
            (9, "Part number", Reason.FIELD_REQUIRED),
            (10, "Barcodes", Reason.BARCODE_TAKEN),
        ]
    )


def test_what_a_spreadsheet_has_spoilt_is_told(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        table()(book, sheet)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(1, 0, ("Z-1", "甲", "个"))
        sheet.write_formula(1, 3, "=3*4", None, 12)
        sheet.write_datetime(2, 0, datetime(2026, 5, 3), day)
        sheet.write_row(2, 1, ("乙", "个", 5))
        sheet.write_row(3, 0, (1234567890123456789, "丙", "个", 5))
        sheet.write_row(4, 0, ("Z-4", "丁", "个", 12.1))
        sheet.merge_range(5, 1, 6, 1, "合并")
        sheet.write(5, 0, "Z-5")
        sheet.write(6, 0, "Z-6")
        sheet.write_row(7, 0, (10086, "=1+1", "个", 0.1 + 0.2))

    plan = stock.sheets.plan(workbook(tmp_path, fill, strings_to_formulas=False))
    assert wrongs(plan) == [
        (2, "Sale price", Reason.CELL_FORMULA),
        (3, "Part number", Reason.CELL_DATE),
        (4, "Part number", Reason.CELL_TOO_LONG),
        (6, "Part name", Reason.CELL_MERGED),
        (7, "Part name", Reason.CELL_MERGED),
    ]
    stock.sheets.apply(shop.ctx(), plan)
    assert by_number(stock, "Z-4").row.sale_price == Money(1210)
    assert by_number(stock, "10086").row.name == "=1+1"
    assert by_number(stock, "10086").row.sale_price == Money(30)
    assert len(stock.parts_page().rows) == 2


def test_dates_of_both_calendars(stock: StockService, tmp_path: Path) -> None:
    def fill(book: Any, sheet: Any) -> None:
        table()(book, sheet)
        sheet.write_datetime(1, 0, datetime(2026, 5, 3), book.add_format({"num_format": "m-d"}))
        sheet.write_row(1, 1, ("乙", "个", 5))

    for calendar in (False, True):
        assert wrongs(stock.sheets.plan(workbook(tmp_path, fill, date_1904=calendar))) == [
            (2, "Part number", Reason.CELL_DATE)
        ]


def repacked(file: Path, name: str, change: Callable[[bytes], bytes]) -> Path:
    """A workbook with one part of it changed by hand."""
    with zipfile.ZipFile(file) as archive:
        parts = {each: archive.read(each) for each in archive.namelist()}
    parts[name] = change(parts[name])
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in parts.items():
            archive.writestr(each, content)
    return file


SHEET = "xl/worksheets/sheet1.xml"


def test_hostile_workbooks_are_refused_before_they_are_unpacked(
    stock: StockService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = table(("A-1", "甲", "个", 5))
    # Two cells in opposite corners: sixteen thousand million cells in memory.
    far = repacked(workbook(tmp_path, good), SHEET, lambda xml: xml.replace(b'r="A2"', b'r="XFD1048576"'))
    assert refused(stock, far) is Reason.SHEET_TOO_LARGE
    deep = repacked(workbook(tmp_path, good), SHEET, lambda xml: xml.replace(b'r="A2"', b'r="A200001"'))
    assert refused(stock, deep) is Reason.SHEET_TOO_LARGE
    cut = workbook(tmp_path, good)
    cut.write_bytes(cut.read_bytes()[:-200])
    assert refused(stock, cut) is Reason.SHEET_UNREADABLE
    xml = repacked(workbook(tmp_path, good), SHEET, lambda whole: whole[: len(whole) // 2])
    assert refused(stock, xml) in (Reason.SHEET_UNREADABLE, Reason.SHEET_EMPTY)
    lies = bytearray(workbook(tmp_path, good).read_bytes())
    at = lies.rfind(b"PK\x01\x02")
    lies[at + 24 : at + 28] = (4 * 1024**3 - 2).to_bytes(4, "little")
    claims = tmp_path / "claims.xlsx"
    claims.write_bytes(bytes(lies))
    assert refused(stock, claims) in (Reason.FILE_TOO_LARGE, Reason.SHEET_UNREADABLE)
    monkeypatch.setattr(files, "MOST_UNPACKED", 2000)
    assert refused(stock, workbook(tmp_path, good)) is Reason.FILE_TOO_LARGE
    monkeypatch.setattr(files, "MOST_BYTES", 100)
    assert refused(stock, workbook(tmp_path, good)) is Reason.FILE_TOO_LARGE


# -- applying ----------------------------------------------------------------------------------------------


def test_records_that_changed_meanwhile_stop_the_whole_import(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    card = stock.save_part(shop.ctx(), None, None, PartEntry("水泵", "台", number="B-1"))
    changes = stock.sheets.plan(csv_file(tmp_path, (("编号", "售价"), ("B-1", "66"))))
    adds = stock.sheets.plan(csv_file(tmp_path, (("编号", "名称"), ("N-1", "新"))))
    both = stock.sheets.plan(
        csv_file(tmp_path, (("编号", "名称", "售价"), ("N-2", "新", "1"), ("B-1", "泵", "66")))
    )
    stock.save_part(shop.ctx(), card.row.id, card.version, PartEntry("水泵 2", "台"))
    stock.save_part(shop.ctx(), None, None, PartEntry("别的", "个", number="N-1"))
    before = shop.fingerprint()
    for plan in (changes, adds, both):
        with pytest.raises(Conflict):
            stock.sheets.apply(shop.ctx(), plan)
    assert shop.fingerprint() == before


def test_a_barcode_given_meanwhile_stops_it_too(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    one = stock.save_part(shop.ctx(), None, None, PartEntry("甲", "个", number="B-1")).row.id
    stock.save_part(shop.ctx(), None, None, PartEntry("乙", "个", number="B-2"))
    plan = stock.sheets.plan(csv_file(tmp_path, (("编号", "条码"), ("B-2", "6900000000013"))))
    stock.save_part(shop.ctx(), one, None, PartEntry("甲", "个", barcodes=("6900000000013",)))
    before = shop.fingerprint()
    with pytest.raises(Conflict):
        stock.sheets.apply(shop.ctx(), plan)
    assert shop.fingerprint() == before


def test_a_repeated_gesture_imports_once(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    plan = stock.sheets.plan(csv_file(tmp_path, (("编号", "名称"), ("N-1", "压缩机"))))
    ctx = shop.ctx()
    assert stock.sheets.apply(ctx, plan) == stock.sheets.apply(ctx, plan)
    assert len(stock.parts_page().rows) == 1


def test_who_may_not_imports_nothing(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    plan = stock.sheets.plan(csv_file(tmp_path, (("编号", "名称"), ("N-1", "压缩机"))))
    with pytest.raises(Refusal) as refusal:
        stock.sheets.apply(shop.ctx(Role.TECHNICIAN), plan)
    assert refusal.value.reason is Reason.NOT_ALLOWED
    assert stock.parts_page().rows == ()


def test_stopped_before_it_is_applied_it_leaves_nothing(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    def stop(_done: int, _total: int) -> None:
        raise Stop

    file = csv_file(tmp_path, (("编号", "名称"), ("N-1", "压缩机")))
    before = shop.fingerprint()
    with pytest.raises(Stop):
        stock.sheets.plan(file, stop)
    plan = stock.sheets.plan(file)
    with pytest.raises(Stop):
        stock.sheets.apply(shop.ctx(), plan, stop)
    assert shop.fingerprint() == before

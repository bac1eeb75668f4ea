"""Customers from files and to files: who is meant, what changes, what is wrong, whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import xlsxwriter

from app.cli import main
from app.commands.terminal import DONE, REFUSED
from app.core.enums import Command, Role
from app.core.errors import Conflict, EnvironmentFault, Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.features.customers.service import CustomersService
from app.features.customers.sheets.snapshots import CustomerPlan
from app.features.customers.snapshots import CustomerEntry, CustomerRecord
from app.features.finder.indexing import check
from app.features.settings.service import SettingsService
from app.features.sheets.snapshots import LineState
from app.model import Customer
from tests.features.conftest import Shop, open_shop, take_in
from tests.features.stock.test_sheets import csv_file

HEAD = ("姓名", "电话", "备用电话", "地址", "备注")


@pytest.fixture
def customers(shop: Shop) -> CustomersService:
    return CustomersService(shop.store)


def add(shop: Shop, customers: CustomersService, name: str, phone: str = "", **more: str) -> CustomerRecord:
    return customers.save(shop.ctx(), None, None, CustomerEntry(name, phone, **more))


def wrongs(plan: CustomerPlan) -> list[tuple[int, str, Reason]]:
    return [(line.line, cell.column, cell.refusal.reason) for line in plan.lines for cell in line.wrong]


def changes(plan: CustomerPlan) -> dict[int, list[tuple[str, str, str]]]:
    return {
        line.line: [(each.column, each.old, each.new) for each in line.changes]
        for line in plan.lines
        if line.changes
    }


def everyone(shop: Shop) -> list[tuple[str, str, str, str]]:
    with shop.store.read() as reading:
        rows = reading.exec_driver_sql("SELECT name, phone, phone2, address FROM customer ORDER BY id")
        return [(row[0], row[1], row[2], row[3]) for row in rows]


# -- a good file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_in_each_encoding_is_found_by_name_pinyin_and_phone(
    shop: Shop, customers: CustomersService, tmp_path: Path, encoding: str
) -> None:
    rows = (
        ("老系统导出 2026-11-01", "", "", "", ""),
        (*HEAD, "微信"),
        ("孙倩", "138-0013-8000", "138 0013 8000", "人民路 8 号", "常客\n怕吵", "sq88"),
        ("", "", "", "", "", ""),
        ("顺达宾馆", "", "+86 577 6222 1111", "", "", ""),
        ("周婷", "", "", "新街 2 号", "", ""),
    )
    file = csv_file(tmp_path, rows, encoding)
    plan = customers.sheets.plan(file)
    assert (plan.counts, plan.unknown) == ({LineState.NEW: 3}, ("微信",))
    done = customers.sheets.apply(shop.ctx(), plan)
    assert (done.new, done.changed) == (3, 0)
    assert everyone(shop) == [
        ("孙倩", "13800138000", "", "人民路 8 号"),
        ("顺达宾馆", "+8657762221111", "", ""),
        ("周婷", "", "", "新街 2 号"),
    ]
    for typed, name in (("sq", "孙倩"), ("达宾", "顺达宾馆"), ("8000", "孙倩"), ("周", "周婷")):
        assert [row.name for row in customers.page(FOUNDER, typed).rows] == [name]
    with shop.store.read() as reading:
        assert check(reading, sample=10).names_missing == ()
    assert customers.sheets.plan(file).counts == {LineState.SAME: 3}


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_goes_out_comes_in_equal_here_and_in_an_empty_shop(
    shop: Shop, customers: CustomersService, tmp_path: Path, suffix: str
) -> None:
    SettingsService(shop.store).save(shop.ctx(), {"member_percent": {"金卡": 10}})
    first = add(
        shop, customers, "=1+1", "+8613800138000", phone2="057762221111", notes="一\n二", address="'x"
    )
    add(shop, customers, "周婷")
    # Doubles on record, and a wife with her husband's number.
    for name in ("王强", "王强", "李芳"):
        add(shop, customers, name, "13900139000")
    dropped = add(shop, customers, "走了", "13700137000")
    customers.merge(shop.ctx(), first.id, None, dropped.id, None)
    with shop.store.write(Command.IMPORT, shop.ctx()) as tx:
        kept = tx.session.get_one(Customer, first.id)
        kept.level, kept.terms_days, kept.account_limit = "金卡", 30, Money.yuan(2000)
    file = tmp_path / f"客户{suffix}"
    assert customers.sheets.export(shop.ctx(), file) == 5
    assert customers.sheets.plan(file).counts == {LineState.SAME: 5}
    assert shop.journal(Command.EXPORT_CUSTOMERS) == [{"rows": 5, "kind": suffix[1:]}]
    other = open_shop(tmp_path / "other")
    SettingsService(other.store).save(other.ctx(), {"member_percent": {"金卡": 10}})
    there = CustomersService(other.store)
    plan = there.sheets.plan(file)
    # A number is whom it is: of those who share one, the first alone is new.
    assert plan.counts == {LineState.NEW: 3, LineState.WRONG: 2}
    there.sheets.apply(other.ctx(), plan)
    with other.store.read() as reading:
        row = reading.exec_driver_sql(
            "SELECT name, phone, phone2, notes, address, level, terms_days, account_limit FROM customer"
        ).first()
    assert row is not None
    assert tuple(row) == (
        "=1+1", "+8613800138000", "057762221111", "一\n二", "'x", "金卡", 30, 200_000
    )  # fmt: skip
    other.close()


def test_a_workbook_of_numbers_is_read_as_phones(
    shop: Shop, customers: CustomersService, tmp_path: Path
) -> None:
    file = tmp_path / "k.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    for at, head in enumerate(("Name", "Phone", "账期", "挂账额度")):
        sheet.write_string(0, at, head)
    sheet.write_row(1, 0, ["赵敏", 13800138000, 45, 3000.5])
    book.close()
    customers.sheets.apply(shop.ctx(), customers.sheets.plan(file))
    with shop.store.read() as reading:
        row = reading.exec_driver_sql("SELECT phone, terms_days, account_limit FROM customer").one()
    assert tuple(row) == ("13800138000", 45, 300_050)


# -- who is meant ------------------------------------------------------------------------------------------


def test_a_line_is_who_its_number_says(shop: Shop, customers: CustomersService, tmp_path: Path) -> None:
    add(shop, customers, "王丽", "13800138000", phone2="057762221111", address="老街 1 号")
    add(shop, customers, "周婷")
    add(shop, customers, "赵敏", "13900139000")
    add(shop, customers, "李芳", "13900139000")
    rows = (
        HEAD,
        # By his second number: that is known, only the address is new.
        ("王丽", "057762221111", "", "新街 2 号", ""),
        # Without a number: who has this name and gave none.
        ("周婷", "", "", "", "常客"),
        # Two share the number: the name says who.
        ("李芳", "13900139000", "13700137000", "", ""),
        # A new number beside the old one.
        ("周婷", "13600136000", "", "", ""),
    )
    plan = customers.sheets.plan(csv_file(tmp_path, rows))
    assert changes(plan) == {
        2: [("Address", "老街 1 号", "新街 2 号")],
        3: [("Notes", "", "常客")],
        4: [("Second phone", "", "13700137000")],
    }
    assert plan.counts == {LineState.CHANGED: 3, LineState.NEW: 1}
    before = shop.fingerprint()
    assert customers.sheets.plan(csv_file(tmp_path, rows)) == plan
    assert shop.fingerprint() == before
    customers.sheets.apply(shop.ctx(), plan)
    assert everyone(shop) == [
        ("王丽", "13800138000", "057762221111", "新街 2 号"),
        ("周婷", "", "", ""),
        ("赵敏", "13900139000", "", ""),
        ("李芳", "13900139000", "13700137000", ""),
        ("周婷", "13600136000", "", ""),
    ]
    assert shop.journal(Command.IMPORT_CUSTOMERS)[0] == {"new": 1, "changed": 3, "after": 4}


def test_both_numbers_may_change_places_and_the_number_of_a_merged_record_is_known(
    shop: Shop, customers: CustomersService, tmp_path: Path
) -> None:
    keep = add(shop, customers, "王丽", "13800138000", phone2="13900139000")
    drop = add(shop, customers, "王丽", "13700137000")
    customers.merge(shop.ctx(), keep.id, None, drop.id, None)
    swap = csv_file(tmp_path, (HEAD, ("", "13900139000", "13800138000", "", "")))
    assert changes(customers.sheets.plan(swap)) == {
        2: [("Phone", "13800138000", "13900139000"), ("Second phone", "13900139000", "13800138000")]
    }
    old = csv_file(tmp_path, (HEAD, ("王丽", "13700137000", "", "", "")))
    assert customers.sheets.plan(old).counts == {LineState.SAME: 1}


def test_another_name_is_found_and_so_are_the_orders(
    shop: Shop, customers: CustomersService, tmp_path: Path
) -> None:
    from app.features.finder.service import FinderService

    order = take_in(shop, name="王丽", phone="13800138000")
    customers.sheets.apply(
        shop.ctx(),
        customers.sheets.plan(csv_file(tmp_path, (HEAD, ("孙倩", "13800138000", "13512345678", "", "")))),
    )
    finder = FinderService(shop.store)
    for typed in ("孙倩", "sq", "13512345678"):
        assert order.number in {hit.number for hit in finder.find(typed).hits}, typed
    assert customers.page(FOUNDER, "王丽").rows == ()


# -- what is wrong -----------------------------------------------------------------------------------------


def test_each_fault_is_said_by_line_and_column(
    shop: Shop, customers: CustomersService, tmp_path: Path
) -> None:
    SettingsService(shop.store).save(shop.ctx(), {"member_percent": {"金卡": 10}})
    add(shop, customers, "赵敏", "13900139000")
    add(shop, customers, "李芳", "13900139000")
    rows = (
        ("姓名", "电话", "会员等级", "账期", "挂账额度", "备注"),
        ("甲", "12ab", "", "", "", ""),
        ("", "13800138000", "", "", "", ""),
        ("乙", "13800138001", "钻石", "1000000000", "1000000000000", ""),
        ("丙", "13800138002", "金卡", "366", "-1", ""),
        ("丁", "13800138003", "", "", "", ""),
        ("戊", "13800138003", "", "", "", ""),
        ("孙强", "13900139000", "", "", "", ""),
        ("赵敏", "13900139000", "", "", "", "一"),
        ("赵敏", "13900139000", "", "", "", "二"),
        ("己", "", "", "", "", ""),
        ("己", "", "", "", "", ""),
        ("庚" * 81, "13800138004", "", "", "", "注" * 4001),
        ("辛\x01", "13800138005", "", "", "", ""),
    )
    plan = customers.sheets.plan(csv_file(tmp_path, rows))
    assert wrongs(plan) == [
        (2, "Phone", Reason.BAD_PHONE),
        (3, "Name", Reason.FIELD_REQUIRED),
        (4, "Member level", Reason.BAD_CHOICE),
        (4, "Days until an account is due", Reason.BAD_QUANTITY),
        (4, "On account at most", Reason.BAD_AMOUNT),
        (5, "Days until an account is due", Reason.OUT_OF_RANGE),
        (5, "On account at most", Reason.AMOUNT_NEGATIVE),
        (7, "Phone", Reason.TWICE_IN_FILE),
        (8, "Phone", Reason.CUSTOMER_UNCLEAR),
        (10, "Phone", Reason.TWICE_IN_FILE),
        (12, "Name", Reason.TWICE_IN_FILE),
        (13, "Name", Reason.TEXT_TOO_LONG),
        (13, "Notes", Reason.TEXT_TOO_LONG),
        (14, "Name", Reason.BAD_TEXT),
    ]
    done = customers.sheets.apply(shop.ctx(), plan)
    assert (done.new, done.changed) == (2, 1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", Reason.SHEET_EMPTY),
        (b"\x00\x01\x02\xff", Reason.SHEET_UNREADABLE),
        ("地址,备注\nA,B\n".encode(), Reason.COLUMNS_MISSING),
        ("姓名\n王丽\n".encode(), Reason.COLUMNS_MISSING),
        ("姓名,手机,电话\n王丽,1,2\n".encode(), Reason.COLUMN_TWICE),
        ('姓名,电话\n"王丽,1\n'.encode(), Reason.SHEET_BROKEN),
        (b"PK\x03\x04 no workbook", Reason.SHEET_UNREADABLE),
    ],
)
def test_a_file_that_is_no_list_is_one_refusal(
    customers: CustomersService, tmp_path: Path, content: bytes, reason: Reason
) -> None:
    file = tmp_path / "k.csv"
    file.write_bytes(content)
    with pytest.raises(Refusal) as refusal:
        customers.sheets.plan(file)
    assert refusal.value.reason is reason


# -- whole or not at all -----------------------------------------------------------------------------------


def test_what_changed_meanwhile_stops_it_and_nothing_is_written(
    shop: Shop, customers: CustomersService, tmp_path: Path
) -> None:
    known = add(shop, customers, "王丽", "13800138000")
    rows = (HEAD, ("王丽", "13800138000", "", "新街", ""), ("孙倩", "13900139000", "", "", ""))
    file = csv_file(tmp_path, rows)
    plan = customers.sheets.plan(file)
    customers.save(shop.ctx(), known.id, known.version, CustomerEntry("王丽", "13900139000"))
    before = everyone(shop)
    with pytest.raises(Conflict):
        customers.sheets.apply(shop.ctx(), plan)
    # Who is only changed is looked at by himself.
    with pytest.raises(Conflict):
        customers.sheets.apply(shop.ctx(), replace(plan, new=()))
    assert everyone(shop) == before
    again = customers.sheets.plan(file)
    assert again.counts == {LineState.NEW: 1, LineState.CHANGED: 1}


def test_the_same_gesture_writes_once(shop: Shop, customers: CustomersService, tmp_path: Path) -> None:
    plan = customers.sheets.plan(csv_file(tmp_path, (HEAD, ("孙倩", "13900139000", "", "", ""))))
    gesture = shop.ctx()
    assert customers.sheets.apply(gesture, plan) == customers.sheets.apply(gesture, plan)
    assert len(everyone(shop)) == 1
    taking = shop.ctx()
    for _again in range(2):
        assert customers.sheets.export(taking, tmp_path / "o.csv") == 1
    assert shop.journal(Command.EXPORT_CUSTOMERS) == [{"rows": 1, "kind": "csv"}]


@pytest.mark.parametrize("role", [Role.COUNTER, Role.TECHNICIAN, Role.LEAD])
def test_the_owner_alone_takes_the_list_out_or_brings_one_in(
    shop: Shop, customers: CustomersService, tmp_path: Path, role: Role
) -> None:
    plan = customers.sheets.plan(csv_file(tmp_path, (HEAD, ("孙倩", "13900139000", "", "", ""))))
    for act in (
        lambda: customers.sheets.apply(shop.ctx(role), plan),
        lambda: customers.sheets.export(shop.ctx(role), tmp_path / "o.csv"),
    ):
        with pytest.raises(Refusal) as refusal:
            act()
        assert refusal.value.reason is Reason.NOT_ALLOWED
    assert not (tmp_path / "o.csv").exists()
    assert shop.journal(Command.EXPORT_CUSTOMERS) == [{"denied": True}]


def test_where_nothing_can_be_written_it_still_stands_who_asked(
    shop: Shop, customers: CustomersService, tmp_path: Path
) -> None:
    with pytest.raises(EnvironmentFault):
        customers.sheets.export(shop.ctx(), tmp_path / "no" / "o.csv")
    with pytest.raises(Refusal):
        customers.sheets.export(shop.ctx(), tmp_path / "o.pdf")
    assert shop.journal(Command.EXPORT_CUSTOMERS) == [{"rows": 0, "kind": "csv"}]


# -- command line ------------------------------------------------------------------------------------------


def test_the_command_line_does_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    open_shop(tmp_path / "shop").close()

    def run(*words: str) -> int:
        return main(["--data", str(tmp_path / "shop"), "--lang", "en", *words])

    file, out = tmp_path / "k.csv", tmp_path / "o.xlsx"
    file.write_text("姓名,手机\n王丽,13800138000\n孙倩,12\n", encoding="gb18030")
    assert run("import", "customers", str(file)) == REFUSED
    assert "Line 3 Phone" in capsys.readouterr().out
    file.write_text("姓名,手机\n王丽,13800138000\n", encoding="gb18030")
    assert run("import", "customers", str(file)) == DONE
    assert run("export", "customers", str(out)) == DONE
    assert "1 customer written" in capsys.readouterr().err
    assert run("import", "customers", str(out), "--dry-run") == DONE
    assert "Unchanged 1" in capsys.readouterr().out

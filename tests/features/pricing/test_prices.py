"""The price list: kept by the owner, every price of before to be seen, nothing half saved or believed of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.core.enums import JobKind, LineKind, PriceUse, Role
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import MAX_FEN, Money, Quantity
from app.core.words import Language
from app.features.pricing.checks import cleaned
from app.features.pricing.defaults import default_prices
from app.features.pricing.reading import entry_of, fee_of
from app.features.pricing.service import PriceList
from app.features.pricing.snapshots import PackageEntry, PriceEntry, PriceRow
from app.features.sheets.snapshots import LineState
from app.model import PriceItem, PriceItemChange
from tests.features.conftest import Shop

COMPRESSOR = PriceEntry(
    PriceUse.LABOUR,
    "换压缩机",
    Money.yuan(380),
    code="Y01",
    category="cooling",
    job_kind=JobKind.REPAIR,
    minutes=120,
)


@pytest.fixture
def prices(shop: Shop) -> PriceList:
    return PriceList(shop.store)


def refused(command: Callable[[], object]) -> Reason:
    with pytest.raises(Refusal) as caught:
        command()
    return caught.value.reason


def saved(prices: PriceList, shop: Shop, entry: PriceEntry = COMPRESSOR) -> PriceRow:
    return prices.save(shop.ctx(), None, entry)


def test_a_new_shop_starts_with_a_price_list_of_its_language(prices: PriceList) -> None:
    rows = prices.rows()
    assert len(rows) > 60
    assert {row.use for row in rows} == set(PriceUse)
    assert {row.category for row in rows} >= {"cooling", "cleaning", "kitchen", "audio_video", "it", ""}
    for row in rows:
        assert row.price > Money(0)
        if row.use is PriceUse.PACKAGE:
            total = sum(line.price.times(line.quantity).fen for line in row.lines)
            assert total == row.price.fen > 0


@pytest.mark.parametrize("language", list(Language))
def test_the_default_lists_hold_what_the_rules_demand_and_agree(language: Language) -> None:
    found = default_prices(language)
    codes = [each["code"] for each in (*found["items"], *found["packages"])]
    assert len(codes) == len(set(codes))
    for each in found["items"]:
        entry = PriceEntry(PriceUse(each["use"]), each["name"], Money(each["price"]), code=each["code"])
        assert cleaned(entry) == entry
    other = default_prices(Language.EN)
    keys = ("code", "price", "category", "job_kind", "minutes")
    assert [[each.get(key) for key in keys] for each in found["items"]] == [
        [each.get(key) for key in keys] for each in other["items"]
    ]


def test_found_by_code_name_initials_and_zone(prices: PriceList, shop: Shop) -> None:
    row = saved(prices, shop)
    for typed in ("y01", "Ｙ０１", "压缩", "hysj", "换 压缩"):
        assert row in prices.rows(typed), typed
    assert prices.rows("y01")[0] == row
    assert prices.rows("zn")[0].zone == "镇内"
    assert prices.rows("没有这样的") == ()


def test_a_code_is_given_where_none_is_typed_and_never_twice(prices: PriceList, shop: Shop) -> None:
    first = saved(prices, shop, replace(COMPRESSOR, code=""))
    second = saved(prices, shop, replace(COMPRESSOR, code="", name="换风机"))
    assert int(second.code[1:]) == int(first.code[1:]) + 1
    assert (
        refused(lambda: saved(prices, shop, replace(COMPRESSOR, code=first.code))) is Reason.PRICE_CODE_TAKEN
    )


def test_every_price_of_before_stays_to_be_seen(prices: PriceList, shop: Shop) -> None:
    row = saved(prices, shop)
    dearer = replace(entry_of(row), price=Money.yuan(420), members={"金卡": Money.yuan(400)})
    row = prices.save(shop.ctx(), row.id, dearer, row.version)
    row = prices.save(shop.ctx(), row.id, replace(dearer, members={}), row.version)
    changes = [(each.level, each.old, each.new) for each in prices.changes(row.id)]
    assert changes == [
        ("金卡", Money.yuan(400), None),
        ("金卡", None, Money.yuan(400)),
        ("", Money.yuan(380), Money.yuan(420)),
        ("", None, Money.yuan(380)),
    ]
    assert prices.changes(row.id)[0].staff == "王丽华"


def test_a_retired_entry_is_not_offered_and_comes_back(prices: PriceList, shop: Shop) -> None:
    row = saved(prices, shop)
    gone = prices.retire(shop.ctx(), row.id, row.version)
    assert gone not in prices.rows()
    assert gone in prices.rows(retired=True)
    back = prices.retire(shop.ctx(), row.id, gone.version, active=True)
    assert back in prices.rows()
    assert prices.changes(row.id)[0].old is None  # no price changed by it


def test_two_who_change_one_entry(prices: PriceList, shop: Shop) -> None:
    row = saved(prices, shop)
    prices.save(shop.ctx(), row.id, replace(entry_of(row), price=Money.yuan(1)), row.version)
    with pytest.raises(Conflict):
        prices.save(shop.ctx(), row.id, replace(entry_of(row), price=Money.yuan(2)), row.version)


def test_a_package_costs_the_sum_of_its_lines(prices: PriceList, shop: Shop) -> None:
    one = saved(prices, shop)
    two = saved(prices, shop, PriceEntry(PriceUse.VISIT, "上门", Money.yuan(30), code="Y02"))
    package = saved(
        prices,
        shop,
        PriceEntry(
            PriceUse.PACKAGE,
            "换机套餐",
            Money.yuan(1),
            code="Y03",
            lines=(
                PackageEntry(item_id=one.id, price=Money.yuan(350)),
                PackageEntry(two.id, None, Quantity.of(2)),
            ),
        ),
    )
    assert package.price == Money.yuan(410)
    assert [line.kind for line in package.lines] == [LineKind.LABOUR, LineKind.VISIT]
    nested = PriceEntry(PriceUse.PACKAGE, "套中套", lines=(PackageEntry(item_id=package.id),))
    assert refused(lambda: saved(prices, shop, nested)) is Reason.PACKAGE_IN_PACKAGE


BAD = {
    "no name": (replace(COMPRESSOR, name=" "), Reason.FIELD_REQUIRED),
    "negative": (replace(COMPRESSOR, price=Money(-1)), Reason.AMOUNT_NEGATIVE),
    "huge": (replace(COMPRESSOR, price=Money(MAX_FEN + 1)), Reason.BAD_AMOUNT),
    "negative member": (replace(COMPRESSOR, members={"金卡": Money(-1)}), Reason.AMOUNT_NEGATIVE),
    "nameless level": (replace(COMPRESSOR, members={" ": Money(1)}), Reason.FIELD_REQUIRED),
    "minutes": (replace(COMPRESSOR, minutes=-1), Reason.OUT_OF_RANGE),
    "many minutes": (replace(COMPRESSOR, minutes=10**9), Reason.OUT_OF_RANGE),
    "tax": (replace(COMPRESSOR, tax_permille=55), Reason.BAD_CHOICE),
    "code": (replace(COMPRESSOR, code="编 号"), Reason.BAD_CHOICE),
    "NUL": (replace(COMPRESSOR, name="a\0b"), Reason.BAD_TEXT),
    "long": (replace(COMPRESSOR, name="长" * 500), Reason.TEXT_TOO_LONG),
    "empty package": (PriceEntry(PriceUse.PACKAGE, "空"), Reason.PACKAGE_EMPTY),
    "no such entry": (
        PriceEntry(PriceUse.PACKAGE, "空", lines=(PackageEntry(item_id=10**9),)),
        Reason.NOT_FOUND,
    ),
    "neither": (PriceEntry(PriceUse.PACKAGE, "空", lines=(PackageEntry(),)), Reason.NOT_FOUND),
    "nothing of it": (
        PriceEntry(PriceUse.PACKAGE, "空", lines=(PackageEntry(item_id=1, quantity=Quantity(0)),)),
        Reason.QUANTITY_NOT_POSITIVE,
    ),
    "huge package": (
        PriceEntry(PriceUse.PACKAGE, "多", lines=(PackageEntry(1, None, Quantity.of(2), Money(MAX_FEN)),)),
        Reason.BAD_AMOUNT,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_entries_change_nothing(prices: PriceList, shop: Shop, name: str) -> None:
    entry, reason = BAD[name]
    before = shop.fingerprint()
    assert refused(lambda: saved(prices, shop, entry)) is reason
    assert shop.fingerprint() == before


def test_only_the_owner_keeps_the_list(prices: PriceList, shop: Shop) -> None:
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        assert refused(lambda role=role: prices.save(shop.ctx(role), None, COMPRESSOR)) is Reason.NOT_ALLOWED


def test_the_diagnosis_fee_of_a_category(shop: Shop) -> None:
    with shop.store.read() as reading:
        assert fee_of(reading, PriceUse.DIAGNOSIS, "cooling") == Money.yuan(50)
        assert fee_of(reading, PriceUse.DIAGNOSIS, "kitchen") == Money.yuan(30)
        assert fee_of(reading, PriceUse.PACKAGE, "heating") is None


# -- files -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_what_goes_out_comes_in_equal(prices: PriceList, shop: Shop, tmp_path: Path, suffix: str) -> None:
    saved(prices, shop, replace(COMPRESSOR, members={"金卡": Money.yuan(350)}))
    file = tmp_path / f"价目{suffix}"
    assert prices.sheets.export(file) == len(prices.rows())
    plan = prices.sheets.plan(file)
    assert plan.empty
    assert plan.sound
    assert plan.counts == {LineState.SAME: len(prices.rows())}


def test_a_file_adds_changes_and_is_refused_by_line(prices: PriceList, shop: Shop, tmp_path: Path) -> None:
    row = saved(prices, shop, replace(COMPRESSOR, members={"金卡": Money.yuan(350)}))
    file = tmp_path / "价目.csv"
    file.write_text(
        "编号,项目,类型,收费,金卡,工时,税率\n"
        "Y01,,,400,360,,\n"
        ",修水泵,labour,99.5,,30,3\n"
        "Y77,坏行,,-5,,,\n"
        "Y78,坏税,,5,,,5.5\n"
        ",,,12,,,\n"
        "Y01,又一次,,1,,,\n",
        encoding="utf-8",
    )
    plan = prices.sheets.plan(file)
    states = {each.line: each.state for each in plan.lines}
    assert states == {
        2: LineState.CHANGED,
        3: LineState.NEW,
        4: LineState.WRONG,
        5: LineState.WRONG,
        6: LineState.WRONG,
        7: LineState.WRONG,
    }
    done = prices.sheets.apply(shop.ctx(), plan)
    assert (done.new, done.changed) == (1, 1)
    now = prices.row(row.id)
    assert (now.price, now.members, now.minutes) == (Money.yuan(400), (("金卡", Money.yuan(360)),), 120)
    pump = prices.rows("修水泵")[0]
    assert (pump.price, pump.minutes, pump.tax_permille, pump.use) == (Money(9950), 30, 30, PriceUse.LABOUR)
    assert pump.code
    with pytest.raises(Conflict):  # the same plan is of a list that there is no more
        prices.sheets.apply(shop.ctx(), plan)


def test_a_repeated_import_writes_once(prices: PriceList, shop: Shop, tmp_path: Path) -> None:
    file = tmp_path / "价目.csv"
    file.write_text("项目,收费\n修水泵,99\n", encoding="utf-8")
    plan, ctx = prices.sheets.plan(file), shop.ctx()
    prices.sheets.apply(ctx, plan)
    assert prices.sheets.apply(ctx, plan).new == 1
    assert len(prices.rows("修水泵")) == 1


def test_a_file_without_prices_is_refused(prices: PriceList, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("项目\n修水泵\n", encoding="utf-8")
    assert refused(lambda: prices.sheets.plan(file)) is Reason.COLUMNS_MISSING


def test_the_newest_change_is_the_price(prices: PriceList, shop: Shop) -> None:
    saved(prices, shop)
    with shop.store.read() as reading:
        newest = (
            select(func.max(PriceItemChange.id))
            .where(PriceItemChange.level == "")
            .group_by(PriceItemChange.item_id)
        )
        wrong = reading.execute(
            select(PriceItem.code)
            .join(PriceItemChange, PriceItemChange.item_id == PriceItem.id)
            .where(PriceItemChange.id.in_(newest), PriceItemChange.new != PriceItem.price)
        ).all()
    assert not wrong

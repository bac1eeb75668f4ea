"""Settings: there and back, and a shop that opens whatever lies in its rows."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.enums import Category, LineKind, PaperKind, PaperSize
from app.model.settings import ShopSettings, by_category, from_rows, to_rows

OTHER: dict[str, Any] = {
    "str": "别的",
    "int": 77,
    "bool": True,
    "tuple[str, ...]": ("甲", "乙"),
    "Mapping[str, int]": {"": 1, "cooling": 2},
    "Mapping[str, str]": {"cooling": "文"},
    "Mapping[str, tuple[str, ...]]": {"": ("不制冷", "漏水")},
}
BAD: list[Any] = [
    None,
    3.5,
    "x",
    -1,
    True,
    [],
    ["a"],
    [1],
    {},
    {"": "x"},
    {"": None},
    {"": [1]},
    [None],
    2**80,
]


def through_the_database(settings: ShopSettings) -> ShopSettings:
    rows = to_rows(settings)
    return from_rows({key: json.loads(json.dumps(value)) for key, value in rows.items()})


@pytest.mark.parametrize("field", fields(ShopSettings), ids=lambda field: field.name)
def test_every_field_comes_back(field: Any) -> None:
    value = OTHER[str(field.type)] if field.name != "time_zone" else "Europe/Berlin"
    if field.type == "bool":
        value = not getattr(ShopSettings(), field.name)
    changed = replace(ShopSettings(), **{field.name: value})
    assert changed != ShopSettings()
    assert through_the_database(changed) == changed


def test_a_new_shop_has_sensible_defaults() -> None:
    fresh = ShopSettings()
    assert through_the_database(fresh) == fresh
    assert from_rows({}) == fresh
    assert fresh.promised_after("cooling") == timedelta(days=3)
    assert fresh.tax_rate(LineKind.PART) == 10
    assert by_category(fresh.guarantee_days, "kitchen") == 90
    assert set(fresh.paper_sizes) == {kind.value for kind in PaperKind}
    assert len(fresh.all_categories()) == len(Category) == 10
    assert (fresh.lifecycle.unclaimed_days, fresh.lifecycle.unclaimed_reminders) == (90, 2)


def test_keys_of_other_versions_are_left_alone() -> None:
    assert from_rows({"from_the_future": {"x": 1}, "shop_name": "修护"}).shop_name == "修护"


@pytest.mark.parametrize("field", [field.name for field in fields(ShopSettings)])
def test_rows_that_do_not_fit_never_stop_the_shop(field: str) -> None:
    for bad in BAD:
        shop = from_rows({field: bad})
        for kind in PaperKind:
            assert isinstance(shop.paper_size(kind), PaperSize)
        for line in LineKind:
            assert isinstance(shop.tax_rate(line), int)
        assert isinstance(by_category(shop.warranty_months, "it"), int)
        assert shop.all_categories()
        assert shop.lifecycle
        hash(shop.time_zone)
        through_the_database(shop)


@pytest.mark.parametrize("zone", ["", "Mars/Base", "../../etc/passwd", "Asia", "\x00", "a" * 300])
def test_a_time_zone_that_is_none_falls_back(zone: str) -> None:
    assert from_rows({"time_zone": zone}).time_zone == "Asia/Shanghai"


def test_a_paper_size_of_another_version_falls_back() -> None:
    assert from_rows({"paper_sizes": {"invoice": "A0"}}).paper_size(PaperKind.INVOICE) is PaperSize.A5
    assert from_rows({"paper_sizes": {}}).paper_size(PaperKind.PICKUP_RECEIPT) is PaperSize.ROLL_80


ANY = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
NAMES = st.sampled_from([field.name for field in fields(ShopSettings)])


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(NAMES, ANY | st.lists(ANY, max_size=2) | st.dictionaries(st.text(), ANY, max_size=2)))
def test_any_rows_make_settings(rows: dict[str, Any]) -> None:
    through_the_database(from_rows(rows))

"""What a list is written with it is read by: each heading of an exported file names its own column, in any language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from app.core.words import Language, _, speaking
from app.features.brands import code_files
from app.features.customers.sheets import columns as customers
from app.features.pricing import sheet as prices
from app.features.sheets.columns import SheetColumn, columns_of
from app.features.stock.sheets import columns as parts

LISTS: dict[str, tuple[Sequence[SheetColumn], Mapping[str, Sequence[str]]]] = {
    "prices": (prices._columns(("金卡",)), prices._ALIASES),
    "customers": (customers.columns(("金卡",)), customers.ALIASES),
    "parts": (parts.COLUMNS, parts.ALIASES),
    "codes": (code_files.COLUMNS, code_files._ALIASES),
}


@pytest.mark.parametrize("written", list(Language))
@pytest.mark.parametrize("name", LISTS)
def test_headings_that_are_written_are_read(name: str, written: Language) -> None:
    columns, aliases = LISTS[name]
    with speaking(written):
        headings = [_(each.title) for each in columns]
        found = columns_of(headings, columns, aliases)
    assert [found[at].key for at in range(len(headings))] == [each.key for each in columns]

"""A brand's code lists from a file: the list (fault, cause, fix), the code, its name, and the category it is for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from app.core.brand_codes import CodeList
from app.core.errors import Reason, Refusal
from app.core.fields import LINE
from app.core.words import N_
from app.features.brands.snapshots import CodeEntry
from app.features.sheets.columns import SheetColumn, find_columns, lacks, line_reader, read_category, read_row
from app.features.sheets.files import read_sheet

_LISTS: Mapping[str, CodeList] = {
    **{each.value: each for each in CodeList},
    **dict.fromkeys(("故障", "故障代码", "现象"), CodeList.FAULT),
    **dict.fromkeys(("原因", "原因代码"), CodeList.CAUSE),
    **dict.fromkeys(("维修", "维修代码", "措施", "处理"), CodeList.FIX),
}


def _list(text: str) -> CodeList:
    found = _LISTS.get(text.strip().casefold())
    if found is None:
        raise Refusal(Reason.BAD_CHOICE, text=text[:40], field="list")
    return found


COLUMNS = (
    SheetColumn("list", N_("Code list"), _list),
    SheetColumn("code", N_("Code"), line_reader("code", 40)),
    SheetColumn("name", N_("Meaning"), line_reader("name", LINE)),
    SheetColumn("category", N_("Category"), read_category),
)
_ALIASES = {
    "list": ("类别", "类型", "kind", "type", "代码类别"),
    "code": ("代码", "编号"),
    "name": ("名称", "含义", "说明", "description"),
    "category": ("品类", "产品类别"),
}


def read_codes(file: Path) -> list[CodeEntry]:
    """The codes in a file, all or none. Raises ``Refusal``: FILE_…, SHEET_…, COLUMNS_MISSING, and what is wrong with
    the first bad line, with ``line``."""
    sheet = read_sheet(file)
    head, columns = find_columns(sheet, COLUMNS, _ALIASES)
    there = {column.key for column in columns.values()}
    for column in COLUMNS[:3]:
        if column.key not in there:
            raise lacks(column)
    found = []
    for line, row in enumerate(sheet.rows[head:], head + 1):
        if not any(row):
            continue
        values, wrong = read_row(columns, sheet, line, row)
        if wrong:
            raise Refusal(wrong[0].refusal.reason, **{**wrong[0].refusal.params, "line": line})
        if not {"list", "code", "name"} <= values.keys():
            raise Refusal(Reason.CODE_LINE_SHORT, line=line)
        found.append(CodeEntry(values["list"], values["code"], values["name"], values.get("category", "")))
    return found

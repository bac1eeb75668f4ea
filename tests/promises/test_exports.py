"""Promise 22: what is exported holds no formula, whatever was typed, and +86 … stays readable."""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from app.core.clock import SetClock
from app.core.enums import Role
from app.core.rights import FOUNDER, Actor, Ctx
from app.features.billing.workbook import workbook as statement_book
from app.features.books.export import export_books
from app.features.journal.snapshots import Asked
from app.features.pay.workbook import workbook as pay_book
from app.features.reports.workbook import export_month
from app.features.sheets import files
from app.features.sheets.columns import SheetColumn
from app.features.sheets.files import read_sheet, unguarded
from app.features.sheets.writing import table_content, write_whole
from app.services import Services
from app.store.door import Store
from tests.features.conftest import LIVELY_NOW as NOW
from tests.features.conftest import lively  # noqa: F401 - a fixture
from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(22)

PHONE = "+8613800138000"
STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    " =",
    "\u3000=",
    "＝",
    "＋",
    "－",
    "＠",
    "'=",
    "''=",
    "'",
    '"=',
    "|",
    "%",
    ";",
)
BODIES = (
    "cmd|' /C calc'!A0",
    '1+1+cmd|" /C notepad"!A1',
    'HYPERLINK("http://127.0.0.1/?x="&A1,"王丽")',
    "WEBSERVICE(A1)",
    'IMPORTXML(CONCAT("http://127.0.0.1/",A2),"//a")',
    "SUM(1+1)*cmd|' /C calc'!A0",
    "8613800138000",
    "86 138-0013-8000",
    "2+3",
    "_xlfn.SINGLE(A1)",
    "https://example.com/x",
    "mailto:x@example.com",
    "internal:Sheet1!A1",
    "王丽华",
    "1e309",
    "{1,2}",
    "",
)
#: What a spreadsheet takes for a formula, or leaves its cell with.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]")
_NUMBER = re.compile(r"^-?\d+(\.\d+)?$")
OWNER = Actor(1, "王丽华", Role.OWNER)


def payload(dice: random.Random) -> str:
    """What somebody types into a name to make the bookkeeper's computer do something."""
    text = dice.choice(STARTS) + dice.choice(BODIES)
    if dice.random() < 0.2:
        text += dice.choice((",=1+1", '";=1', "\n=1+1", '",=cmd|1', "\u202e"))
    return text or "="


def formulas_in(content: bytes) -> list[str]:
    """Every cell of a file that a spreadsheet would work out, and every link it would follow."""
    if not content.startswith(b"PK"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return [cell for row in rows for cell in row if _FORMULA.match(cell) and not _NUMBER.match(cell)]
    found: list[str] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            text = archive.read(name).decode()
            if name.startswith("xl/worksheets/"):
                found += re.findall(r"<f[ >].*?</f>|<hyperlink .*?>", text)
            found += re.findall(r'TargetMode="External".*?>', text)
            found += [name] if "externalLink" in name or "vbaProject" in name else []
    return found


def texts_of(content: bytes) -> set[str]:
    """Every text of a file, as its reader sees it."""
    if not content.startswith(b"PK"):
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        return {unguarded(cell) for row in rows for cell in row}
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {
        cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row
        if isinstance(cell, str)
    }  # fmt: skip


# -- the kit behind every list -------------------------------------------------------------------------------

COLUMNS = (SheetColumn("a", "A", str), SheetColumn("b", "B", str))


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_no_payload_becomes_a_formula(promise: Promise, tmp_path: Path, suffix: str) -> None:
    for each in promise.rounds(share=100, full=250, each=50):
        typed = [payload(each.dice) for _number in range(49)] + [PHONE]
        content = table_content(suffix, "x", COLUMNS, ("A", "B"), [(text, "x") for text in typed])
        assert formulas_in(content) == []
        assert set(typed) <= texts_of(content) or suffix == ".xlsx"
        if suffix == ".xlsx":
            # A workbook knows no other line end than its own.
            kept = {text.replace("\r\n", "\n") for text in texts_of(content)}
            assert {text for text in typed if "\r" not in text} <= kept
        file = tmp_path / f"x{suffix}"
        file.write_bytes(content)
        read = [row[0] for row in read_sheet(file).rows if row and row[-1] == "x"]
        assert PHONE in read, "our own import reads it again"


def test_an_export_without_care_is_found(promise: Promise) -> None:
    """The controls: a plain CSV file, and a workbook that takes texts for what they look like."""
    out = io.StringIO()
    csv.writer(out).writerow(["=1+1", PHONE])
    assert formulas_in(out.getvalue().encode()) == ["=1+1", PHONE]
    promise.caught("unguarded CSV")
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "=1+1")
        sheet.write(1, 0, "https://example.com")
    assert len(formulas_in(made.getvalue())) >= 2
    promise.caught("texts written as formulas and links")


def test_a_guard_that_forgets_a_letter_is_found(promise: Promise, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: without the full-width sign that Chinese and Japanese spreadsheets take for the other."""
    monkeypatch.setattr(files, "_GUARDED", re.compile(r"^'*[=+\-@\t]"))
    content = table_content(".csv", "x", COLUMNS, ("A", "B"), [("＝1+1", "x")])
    assert formulas_in(content) == ["＝1+1"]
    promise.caught("full-width sign forgotten")


# -- every export of a shop whose names are all payloads -----------------------------------------------------

#: (table, column): texts that somebody types.
TYPED = (
    ("customer", "name"),
    ("customer", "address"),
    ("customer", "notes"),
    ("part", "name"),
    ("part", "fits"),
    ("part", "brand"),
    ("part", "location"),
    ("staff", "name"),
    ("device", "brand"),
    ("device", "model"),
    ("device", "serial"),
    ("supplier", "name"),
    ("account", "name"),
)


@pytest.fixture(scope="module")
def poisoned(
    lively: Path,  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[Services, set[str]]]:
    """The sample shop with a payload in every text that an export may show."""
    root = Path(shutil.copytree(lively, tmp_path_factory.mktemp("poisoned") / "shop"))
    dice = random.Random(22)
    raw = sqlite.connect(str(root / "shop.sqlite"), isolation_level=None)
    used: set[str] = set()
    for table, column in TYPED:
        (own,) = [row[1] for row in raw.execute(f"PRAGMA table_info({table})") if row[5]]
        for (key,) in raw.execute(f"SELECT {own} FROM {table}").fetchall():
            # Names are unique in places; one line, as the services keep them.
            text = " ".join(f"{payload(dice)} {key}".split())
            used.add(text)
            raw.execute(f"UPDATE {table} SET {column} = ? WHERE {own} = ?", (text, key))
    raw.execute("UPDATE customer SET phone = ? WHERE rowid = (SELECT min(rowid) FROM customer)", (PHONE,))
    raw.close()
    with Services(Store.open(root, SetClock(NOW))) as services:
        yield services, used


def test_every_export_of_a_shop_full_of_payloads(
    promise: Promise, poisoned: tuple[Services, set[str]], tmp_path: Path
) -> None:
    services, used = poisoned
    made: dict[str, bytes] = {}
    shown: dict[str, int] = {}
    for suffix in (".csv", ".xlsx"):
        file = tmp_path / f"out{suffix}"
        services.customers.sheets.export(Ctx.gesture(OWNER), file)
        made[f"customers{suffix}"] = file.read_bytes()
        assert PHONE in texts_of(made[f"customers{suffix}"]), "readable, plus sign and all"
        services.stock.sheets.export(file)
        made[f"parts{suffix}"] = file.read_bytes()
        export_books(services.books, FOUNDER, "2026-11", file)
        made[f"books{suffix}"] = file.read_bytes()
        services.journal.export(Ctx.gesture(OWNER), Asked(), file)
        made[f"journal{suffix}"] = file.read_bytes()
    file = tmp_path / "month.xlsx"
    export_month(services.reports, FOUNDER, file, 2026, 11)
    made["month.xlsx"] = file.read_bytes()
    made["pay.xlsx"] = pay_book(services.pay.month(OWNER, "2026-11"))
    customers = services.store.rows("SELECT customer_id FROM invoice GROUP BY 1 LIMIT 5", {})
    for (customer,) in customers:
        found = services.billing.statement(
            FOUNDER, customer, date(2026, 1, 1), NOW.date() + timedelta(days=1)
        )
        made[f"statement {customer}.xlsx"] = statement_book(found)
    for name, content in made.items():
        assert formulas_in(content) == [], name
        shown[name] = len(used & texts_of(content))
        promise.tried(shown[name])
    for name in ("customers.csv", "customers.xlsx", "parts.csv", "parts.xlsx", "month.xlsx"):
        assert shown[name] > 1, f"{name} shows none of what was typed: nothing was tried"


def test_a_file_is_replaced_whole_or_not_at_all(promise: Promise, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    write_whole(file, b"before")
    half = next(iter(tmp_path.glob("*.half")), None)
    assert half is None
    assert file.read_bytes() == b"before"
    promise.tried()

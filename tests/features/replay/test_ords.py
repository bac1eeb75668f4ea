"""Reading the standard's files: every row is taken over or listed, every bad file is refused in one sentence."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest

from app.core.enums import Category
from app.core.errors import Reason, Refusal
from app.core.sentences import sentence
from app.features.replay.mapping import BY_ID, BY_NAME, category_of
from app.features.replay.ords import cut, read_ords, short
from app.features.replay.snapshots import OrdsFile, Outcome, SkipReason

COLUMNS = [
    "id",
    "data_provider",
    "country",
    "partner_product_category",
    "product_category",
    "product_category_id",
    "brand",
    "year_of_manufacture",
    "product_age",
    "repair_status",
    "repair_barrier_if_end_of_life",
    "group_identifier",
    "event_date",
    "problem",
]
ORDS = Path(__file__).resolve().parents[4] / "shared" / "data" / "ords"
PLAIN = {
    "id": "x_1",
    "partner_product_category": "Electrical ~ Iron",
    "product_category": "Iron",
    "product_category_id": "40",
    "brand": "Philips",
    "repair_status": "Fixed",
    "event_date": "2024-03-16",
    "problem": "cold",
}


def written(path: Path, *rows: dict[str, str], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """A file of the standard with these rows; what a row leaves out is taken from ``PLAIN``."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, COLUMNS, restval="", delimiter=delimiter)
    writer.writeheader()
    for at, row in enumerate(rows):
        writer.writerow({**PLAIN, "id": f"x_{at}", **row})
    file = path / "ords.csv"
    file.write_bytes(out.getvalue().encode(encoding))
    return file


def only_skip(file: OrdsFile) -> tuple[int, SkipReason]:
    assert not file.records
    assert len(file.skipped) == 1
    assert file.skipped[0].sentence()
    return file.skipped[0].line, file.skipped[0].reason


def refused(path: Path) -> Refusal:
    with pytest.raises(Refusal) as caught:
        read_ords(path)
    assert sentence(caught.value)
    return caught.value


def test_a_plain_row_becomes_a_record(tmp_path: Path) -> None:
    file = read_ords(written(tmp_path, {"year_of_manufacture": "2017", "group_identifier": "Cardiff"}))
    assert not file.skipped
    (record,) = file.records
    assert (record.line, record.ref, record.category, record.product) == (2, "x_0", "heating", "Iron")
    assert (record.brand, record.year, record.outcome) == ("Philips", 2017, Outcome.FIXED)
    assert (record.day, record.problem, record.group) == (date(2024, 3, 16), "cold", "Cardiff")


@pytest.mark.parametrize("brand", ["", "Unknown", "unknown", "N/A"])
def test_an_unknown_brand_is_no_brand(tmp_path: Path, brand: str) -> None:
    assert read_ords(written(tmp_path, {"brand": brand})).records[0].brand == ""


@pytest.mark.parametrize(
    ("encoding", "read_as"),
    [("utf-8", "utf-8-sig"), ("utf-8-sig", "utf-8-sig"), ("gb18030", "gb18030"), ("utf-16", "utf-16")],
)
def test_encodings_of_spreadsheets_are_read(tmp_path: Path, encoding: str, read_as: str) -> None:
    file = read_ords(written(tmp_path, {"problem": "不通电，按键失灵"}, encoding=encoding))
    assert (file.encoding, file.records[0].problem) == (read_as, "不通电，按键失灵")


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_semicolons_and_tabs_are_read(tmp_path: Path, delimiter: str) -> None:
    file = read_ords(written(tmp_path, {"problem": "cold, no light"}, delimiter=delimiter))
    assert file.records[0].problem == "cold, no light"


def test_quotes_commas_and_line_breaks_stay_in_their_field(tmp_path: Path) -> None:
    problem = 'He said "dead",\r\nthen smoke\n\nthen nothing'
    file = read_ords(written(tmp_path, {"problem": problem}, {"problem": "next"}))
    assert file.records[0].problem == problem.replace("\r\n", "\n")
    assert [record.line for record in file.records] == [2, 6]


def test_what_no_record_can_hold_becomes_a_space(tmp_path: Path) -> None:
    path = written(tmp_path, {"problem": "dead@now"})
    path.write_bytes(path.read_bytes().replace(b"@", b"\0"))
    assert read_ords(path).records[0].problem == "dead now"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"id": ""}, SkipReason.NO_ID),
        ({"id": "a\nb"}, SkipReason.BAD_ID),
        ({"id": "a" * 81}, SkipReason.BAD_ID),
        ({"event_date": ""}, SkipReason.NO_DATE),
        ({"event_date": "16/03/2024"}, SkipReason.BAD_DATE),
        ({"event_date": "2024-02-30"}, SkipReason.BAD_DATE),
        ({"event_date": "yesterday"}, SkipReason.BAD_DATE),
        ({"event_date": "1899-12-31"}, SkipReason.DATE_OUT_OF_RANGE),
        ({"event_date": "2100-01-01"}, SkipReason.DATE_OUT_OF_RANGE),
        ({"repair_status": "Exploded"}, SkipReason.STATUS_UNKNOWN),
        ({"repair_status": "17"}, SkipReason.STATUS_UNKNOWN),
        ({"problem": "x" * 20_001}, SkipReason.TEXT_TOO_LONG),
        ({"brand": "x" * 1_000_000}, SkipReason.TEXT_TOO_LONG),
    ],
)
def test_a_bad_row_is_listed_with_its_line_and_reason(
    tmp_path: Path, row: dict[str, str], reason: SkipReason
) -> None:
    assert only_skip(read_ords(written(tmp_path, row))) == (2, reason)


def test_a_bad_row_does_not_touch_its_neighbours(tmp_path: Path) -> None:
    file = read_ords(written(tmp_path, {}, {"event_date": "?"}, {}))
    assert [record.ref for record in file.records] == ["x_0", "x_2"]
    assert [(each.line, each.ref) for each in file.skipped] == [(3, "x_1")]


def test_the_second_row_with_an_id_is_listed(tmp_path: Path) -> None:
    file = read_ords(written(tmp_path, {"id": "same"}, {"id": "same"}))
    assert [record.line for record in file.records] == [2]
    assert file.skipped[0].reason is SkipReason.ID_TWICE
    assert file.skipped[0].params == {"text": "same", "line": 2}


def test_an_empty_status_is_unknown_and_case_does_not_matter(tmp_path: Path) -> None:
    rows = ({"repair_status": ""}, {"repair_status": "END OF  LIFE"}, {"repair_status": " repairable "})
    outcomes = [record.outcome for record in read_ords(written(tmp_path, *rows)).records]
    assert outcomes == [Outcome.UNKNOWN, Outcome.END_OF_LIFE, Outcome.REPAIRABLE]


def test_ragged_and_blank_rows(tmp_path: Path) -> None:
    path = written(tmp_path, {})
    path.write_bytes(path.read_bytes() + b"x_9,too,short\r\n\r\n,,,\r\n" + b"a," * 20 + b"b\r\n")
    file = read_ords(path)
    assert len(file.records) == 1
    assert [(each.line, each.reason) for each in file.skipped] == [
        (3, SkipReason.RAGGED),
        (6, SkipReason.RAGGED),
    ]


def test_a_quote_that_is_never_closed_is_not_taken_for_a_long_text(tmp_path: Path) -> None:
    path = written(tmp_path, {}, {}, {})
    text = path.read_text()
    first, _sep, rest = text.partition("cold")
    path.write_text(first + '"cold' + rest)
    file = read_ords(path)
    assert [each.reason for each in file.skipped] == [SkipReason.TORN_QUOTE]
    assert not file.records


def test_missing_columns_refuse_the_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("id,brand,problem\n1,a,b\n")
    error = refused(path)
    assert error.reason is Reason.COLUMNS_MISSING
    assert error.params == {"columns": "product_category, repair_status, event_date"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"  \r\n ",
        bytes(range(256)) * 40,
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"id,\xff\xfe\xfa\x80 \xff\n",
    ],
)
def test_what_is_no_text_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "f.csv"
    path.write_bytes(content)
    assert refused(path).reason in (Reason.FILE_NOT_READABLE, Reason.COLUMNS_MISSING)


def test_a_folder_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path).reason is Reason.FILE_NOT_READABLE
    assert refused(tmp_path / "none.csv").reason is Reason.FILE_NOT_READABLE


def test_only_a_heading_is_a_file_without_repairs(tmp_path: Path) -> None:
    file = read_ords(written(tmp_path))
    assert (file.records, file.skipped) == ((), ())


def test_every_category_of_the_standard_has_one_of_ours() -> None:
    assert set(BY_ID) == set(range(1, 41))
    assert len(BY_NAME) == 40
    assert set(BY_ID.values()) <= set(Category)


@pytest.mark.parametrize(
    ("number", "name", "product", "wanted"),
    [
        ("7", "Fan", "Fan", "ventilation"),
        ("", "hair DRYER", "", "personal_care"),
        ("17", "Large home electrical", "Large home electrical fridge freezer", "cooling"),
        ("17", "Large home electrical", "Large home electrical washing machine", "cleaning"),
        ("28", "Small home electrical", "Small home electrical Massage pad", "health_care"),
        ("99", "Something new", "Something new", "heating"),
        ("x", "", "Microwave", "kitchen"),
    ],
)
def test_categories(number: str, name: str, product: str, wanted: str) -> None:
    assert category_of(number, name, product) == wanted


def test_long_texts_are_cut_at_a_word_and_nothing_is_lost() -> None:
    text = " ".join(f"word{at}" for at in range(1000))
    head, rest = cut(text, 4000)
    assert len(head) <= 4000
    assert head.endswith("…")
    assert head[:-1].split() + rest.split() == text.split()
    assert cut("short", 4000) == ("short", "")
    solid, rest = cut("字" * 5000, 4000)
    assert len(solid) == 4000
    assert solid[:-1] + rest == "字" * 5000
    assert len(short("x " * 100)) <= 80


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("OpenRepairData_v0.3_RestartProject_202204.csv", 23_940),
        ("OpenRepairData_v0.3_RepairCafeWales_202507.csv", 20_190),
        ("OpenRepairData_v0.3_FixitClinic_202507.csv", 1_033),
    ],
)
def test_the_real_files_are_read_whole(name: str, rows: int) -> None:
    if not ORDS.is_dir():
        pytest.skip("the folder of real repair records is not beside the project")
    file = read_ords(ORDS / name)
    assert (len(file.records), file.skipped) == (rows, ())

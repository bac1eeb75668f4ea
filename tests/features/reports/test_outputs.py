"""The month as a workbook reopened by another library, as a paper, as lines; told how far, and stopped."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from app.core.enums import PaperKind
from app.core.errors import EnvironmentFault, Reason, Refusal
from app.core.rights import FOUNDER
from app.core.words import Language, set_language, speaking
from app.features.printing.service import PrintingService
from app.features.reports.figures import SPECS, Dimension, Figure, Unit
from app.features.reports.service import ReportService
from app.features.reports.snapshots import MonthFilter
from app.features.reports.telling import figure_name, time_text
from app.features.reports.text import report_lines
from app.features.reports.workbook import export_month
from app.ui.tasks import Cancelled
from tests.features.conftest import Shop
from tests.papers.conftest import Proof


def sheets(file: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(str(file))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_reopened_says_what_the_report_says(reports: ReportService, tmp_path: Path) -> None:
    file = tmp_path / "month.xlsx"
    told: list[tuple[int, int]] = []
    count = export_month(
        reports, FOUNDER, file, 2026, 12, tell=lambda done, total: told.append((done, total))
    )
    report = reports.month_report(FOUNDER, 2026, 12)
    assert (told[0], told[-1]) == ((0, count), (count, count))
    found = sheets(file)
    assert next(iter(found)) == "Summary"
    summary = {row[0]: row[1] for row in found["Summary"]}
    for figure, spec in SPECS.items():
        value = report.value(figure)
        shown = summary[figure_name(figure)]
        match spec.unit:
            case _ if value is None:
                assert shown == ""
            case Unit.MONEY:
                assert round(float(shown) * 100) == value  # type: ignore[arg-type]
            case Unit.COUNT:
                assert shown == value
    orders = found["Orders"]
    assert len(orders) == count + 2
    assert round(sum(float(row[-1]) for row in orders[1:-1]) * 100) == report.revenue.fen  # type: ignore[arg-type]
    assert round(float(orders[-1][-1]) * 100) == report.revenue.fen  # type: ignore[arg-type]
    by_brand = found["By brand"]
    assert len(by_brand) == len(report.by_brand) + 2
    assert round(sum(float(row[6]) for row in by_brand[1:-1]) * 100) == report.revenue.fen  # type: ignore[arg-type]
    for row in by_brand[1:]:  # its columns, also those of the last line, come to its revenue
        assert round(sum(float(each) for each in row[2:6]) * 100) == round(float(row[6]) * 100)  # type: ignore[arg-type]
    assert {f"By {name}" for name in ("technician", "category", "brand", "service type", "payer")} <= set(
        found
    )


def test_no_text_becomes_a_formula(corrected: Shop, reports: ReportService, tmp_path: Path) -> None:
    import zipfile

    file = tmp_path / "month.xlsx"
    export_month(reports, FOUNDER, file, 2026, 11)
    with zipfile.ZipFile(file) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/"):
                assert b"<f>" not in parts.read(name)


def test_a_cancelled_workbook_leaves_what_was_there(reports: ReportService, tmp_path: Path) -> None:
    file = tmp_path / "month.xlsx"
    file.write_bytes(b"before")

    def stop(done: int, _total: int) -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled):
        export_month(reports, FOUNDER, file, 2026, 11, tell=stop)
    assert [each.name for each in tmp_path.iterdir()] == ["month.xlsx"]
    assert file.read_bytes() == b"before"
    with pytest.raises(EnvironmentFault):
        export_month(reports, FOUNDER, tmp_path / "nowhere" / "month.xlsx", 2026, 11)


def test_a_filtered_workbook_has_its_own_rows(reports: ReportService, tmp_path: Path) -> None:
    category = reports.month_report(FOUNDER, 2026, 11).by_category[0]
    file = tmp_path / "month.xlsx"
    export_month(reports, FOUNDER, file, 2026, 11, MonthFilter(category=category.key))
    rows = sheets(file)["Orders"]
    assert round(float(rows[-1][-1]) * 100) == category.revenue.fen  # type: ignore[arg-type]


@pytest.mark.parametrize("language", list(Language))
def test_the_paper_says_the_month_in_the_papers_language(corrected: Shop, language: Language) -> None:
    printing = PrintingService(corrected.store)
    proof = Proof(printing.pdf_without_booking(FOUNDER, PaperKind.MONTH_REPORT, "2026-11", None, language))
    report = ReportService(corrected.store).month_report(FOUNDER, 2026, 11)
    assert "2026-11" in proof.text
    for amount in (report.revenue, report.gross_profit, report.stock_value):
        assert f"{amount.fen // 100:,}.{amount.fen % 100:02d}" in proof.text
    with speaking(language):
        assert figure_name(Figure.GROSS_PROFIT).replace(" ", "") in proof.text.replace(" ", "")
    for number in ("2026-13", "x", "2611"):
        with pytest.raises(Refusal) as caught:
            printing.look(FOUNDER, PaperKind.MONTH_REPORT, number)
        assert caught.value.reason is Reason.NOT_FOUND


@pytest.mark.parametrize("language", list(Language))
def test_the_lines_say_every_figure(reports: ReportService, language: Language) -> None:
    with speaking(language):
        text = "\n".join(report_lines(reports.look(FOUNDER, 2026, 11)))
        for figure in Figure:
            assert figure_name(figure) in text
    if language is Language.ZH:
        assert "Revenue" not in text


def test_json_has_the_published_keys_and_the_comparison(reports: ReportService) -> None:
    found = json.loads(json.dumps(reports.month_json(FOUNDER, 2026, 11)))
    assert found["compared"]["last_month"]["revenue"] == reports.month_report(FOUNDER, 2026, 10).revenue.fen
    assert found["compared"]["last_year"].keys() == {figure.value for figure in Figure}
    assert found["sealed"] is None
    assert all(isinstance(sentence, str) for sentence in found["why"])
    for dimension in Dimension:
        assert set(found[f"by_{dimension.value}"][0]) == {"name", "revenue_fen", "orders"}


def test_times_are_told_in_two_steps() -> None:
    set_language(Language.EN)
    assert [time_text(minutes) for minutes in (0, 59, 60, 1439, 1440, 4253)] == [
        "0 min", "59 min", "1 h 0 min", "23 h 59 min", "1 d 0 h", "2 d 22 h",
    ]  # fmt: skip

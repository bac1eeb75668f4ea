"""A month as a file the owner keeps: a workbook to read, or the JSON that the command line prints."""

from __future__ import annotations

import json
from pathlib import Path

from app.core.rights import Actor
from app.features.reports.asking import Month
from app.features.reports.service import ReportService
from app.features.reports.snapshots import EVERYTHING, MonthFilter
from app.features.reports.workbook import Tell, export_month, tell_nobody
from app.features.sheets.writing import write_whole

JSON = ".json"
XLSX = ".xlsx"


def save_month(
    reports: ReportService,
    actor: Actor,
    file: Path,
    month: Month,
    wanted: MonthFilter = EVERYTHING,
    tell: Tell = tell_nobody,
) -> None:
    """Write the month as the ending of ``file`` says. The workbook is filtered as ``wanted``; the JSON is the whole
    month, character for character what ``xiuhu report month --json`` prints: it has no place to name a filter.

    Raises ``Refusal(MONTH_UNKNOWN)``, ``EnvironmentFault(FILE_NOT_WRITABLE)``.
    """
    if file.suffix.lower() != JSON:
        export_month(reports, actor, file, month.year, month.number, wanted, tell)
        return
    found = reports.month_json(actor, month.year, month.number)
    write_whole(file, (json.dumps(found, ensure_ascii=False) + "\n").encode())

"""What a paper is called in words of people, and as a file: some are asked for by a customer's id or a question."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.core import formats
from app.core.labels import label
from app.papers.forms_of_money import ReminderSheet, StatementSheet
from app.papers.forms_of_pay import PaySheet, WorkSheet
from app.papers.forms_of_views import PartLabels, StockReport

if TYPE_CHECKING:
    from app.features.printing.service import IssuedPaper

#: What Windows takes in no file's name.
_FORBIDDEN = re.compile(r'[\\/:*?"<>|]+')


def called(paper: IssuedPaper) -> str:
    """Kind and number; the person and the days where the number is one for the program only."""
    return f"{label(paper.kind)} {_whose(paper)}"


def named(paper: IssuedPaper) -> str:
    """The file that it is saved as, without its ending."""
    return _FORBIDDEN.sub("-", f"{label(paper.kind)}-{_whose(paper)}")


def _whose(paper: IssuedPaper) -> str:
    match paper.form:
        case StatementSheet(customer_name=name, first=first, last=last):
            return f"{name} {formats.day(first)}–{formats.day(last)}"
        case ReminderSheet(customer_name=name):
            return name
        case PaySheet(name=name) | WorkSheet(name=name):
            return f"{paper.number.rpartition('-')[0]} {name}"
        case StockReport(title=title):
            return title
        case PartLabels(labels=(first_label, *_rest)):
            return f"{first_label.number} × {len(paper.form.labels)}"
        case _other:
            return paper.number

"""A quote against what is billed, line by line: a dialog for the counter and the order's record."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.enums import QuoteChange, QuoteState
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _
from app.features.orders.quote_snapshots import Difference, Explained, QuoteRow, Said
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.frame import lay_out
from app.ui.tables import RIGHT, Column, Empty, Table

_LOOK = {
    QuoteChange.ADDED: (Tone.WAITS, "plus"),
    QuoteChange.LEFT_OUT: (Tone.CALM, "minus"),
    QuoteChange.PRICE: (Tone.INFO, "pencil"),
    QuoteChange.QUANTITY: (Tone.INFO, "pencil"),
    QuoteChange.TAX: (Tone.INFO, "percent"),
}


class DifferenceDialog(QDialog):
    """What was quoted, what is billed, what makes the difference and why."""

    def __init__(self, explained: Explained, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Quote and invoice"))
        self.setModal(True)
        self.resize(theme.px(820), theme.px(420))
        heading = QLabel(summary_of(explained))
        theme.role_of(heading, "heading")
        heading.setWordWrap(True)
        agreed = QLabel(
            "\n".join(answer_text(each, zone) for each in (explained.quote, *explained.agreed_since))
        )
        agreed.setWordWrap(True)
        theme.role_of(agreed, "secondary")
        self.table = Table(
            [
                Column("change", _("What changed"), lambda row: label(row.change), width=128, chip=_chip),
                Column(
                    "what",
                    _("Description"),
                    lambda row: name_of(row.said),
                    width=180,
                    stretch=True,
                    bold=True,
                ),
                Column("before", _("As quoted"), lambda row: terms(row.before), align=RIGHT, width=140),
                Column("now", _("As billed"), lambda row: terms(row.now), align=RIGHT, width=140),
                Column(
                    "amount",
                    _("Difference"),
                    lambda row: signed(row.amount),
                    align=RIGHT,
                    width=96,
                    bold=True,
                ),
                Column("why", _("Why"), lambda row: row.said.reason, width=150),
            ],
            name="quote_differences",
            empty=Empty(_("Billed as it was quoted."), icon="circle-check"),
        )
        self.table.show_rows(list(explained.differences))
        close = QPushButton(_("Close"))
        theme.role_of(close, "primary")
        close.clicked.connect(self.accept)
        lay_out(self, heading, agreed, self.table, tall=self.table, right=[close])


def summary_of(explained: Explained) -> str:
    """``Quoted 450.00 → 470.00 (+20.00)``."""
    return _("Quoted {before} → {now} ({difference})").format(
        before=formats.money(explained.quote.total),
        now=formats.money(explained.total),
        difference=signed(explained.total - explained.quote.total),
    )


def answer_text(quote: QuoteRow, zone: str) -> str:
    """One version and its answer in a line."""
    said = [
        _("Version {n}").format(n=quote.version),
        formats.money(quote.total),
        label(quote.state),
        label(quote.way) if quote.way is not None else "",
        formats.short_moment(quote.answered_at, zone) if quote.answered_at is not None else "",
        quote.answered_name,
        _("up to {amount}").format(amount=formats.money(quote.limit)) if quote.limit is not None else "",
        quote.note,
    ]
    if quote.answered_at is None and quote.state is QuoteState.OPEN:
        said.append(_("valid until {day}").format(day=formats.day(quote.valid_until)))
    return " · ".join(filter(None, said))


def name_of(said: Said) -> str:
    """A charge's words, or its kind's where it has none."""
    return said.description or label(said.kind)


def terms(said: Said | None) -> str:
    """``2 × 45.00``; nothing where the charge is not there."""
    if said is None:
        return "–"
    price = formats.money(said.price, sign=False)
    return price if said.quantity.milli == 1000 else f"{formats.quantity(said.quantity)} × {price}"


def signed(amount: Money) -> str:
    """With its sign: what is dearer has a plus."""
    return f"+{formats.money(amount)}" if amount > ZERO else formats.money(amount)


def _chip(row: Difference) -> Chip:
    return Chip(label(row.change), *_LOOK[row.change])

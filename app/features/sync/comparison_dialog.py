"""Where shop and head office differ, claim by claim: read, then closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.core.words import N_, _
from app.features.sync.snapshots import ClaimOdd, Odd, Reconciled, StatementCheck
from app.features.sync.telling import LOST_WITH_BACKUP, amount_text, beside, statement_lines
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.frame import lay_out
from app.ui.tables import RIGHT, Column, Empty, Table

_LOOK: Mapping[Odd, tuple[str, Tone, str]] = {
    Odd.MISSING_THERE: (N_("Not there"), Tone.LATE, "circle-x"),
    Odd.MISSING_HERE: (N_("Not here"), Tone.LATE, "circle-x"),
    Odd.VERSION: (N_("Other submission"), Tone.LATE, "rotate-ccw"),
    Odd.CLAIMED: (N_("Claimed amount"), Tone.WAITS, "coins"),
    Odd.STATE: (N_("State"), Tone.WAITS, "circle-help"),
    Odd.ACCEPTED: (N_("Accepted amount"), Tone.WAITS, "coins"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    claim: str
    kind: Odd
    here: str
    there: str


class ComparisonDialog(QDialog):
    """A headline, the differing claims, and what else is to be said."""

    def __init__(
        self, title: str, headline: str, rows: Sequence[_Row], remarks: Sequence[str], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(theme.px(760), theme.px(460))
        heading = QLabel(headline)
        heading.setWordWrap(True)
        theme.role_of(heading, "strong")
        self.table = Table(
            [
                Column("claim", _("Claim"), lambda row: row.claim, width=130, bold=True),
                Column(
                    "kind",
                    _("What differs"),
                    lambda row: _(_LOOK[row.kind][0]),
                    width=150,
                    chip=_chip,
                    stretch=True,
                ),
                Column("here", _("Here"), lambda row: row.here, align=RIGHT, width=150),
                Column("there", _("There"), lambda row: row.there, align=RIGHT, width=150),
            ],
            name="comparison",
            empty=Empty(_("No claim differs."), icon="circle-check"),
        )
        self.table.view.setAccessibleName(_("Differences"))
        self.table.show_rows(list(rows))
        close = QPushButton(_("Close"))
        theme.role_of(close, "primary")
        close.clicked.connect(self.accept)
        said = [QLabel(each) for each in remarks]
        for each in said:
            each.setWordWrap(True)
            theme.role_of(each, "secondary")
        lay_out(self, heading, self.table, *said, tall=self.table, right=[close])


def claims_dialog(found: Reconciled, headline: str, parent: QWidget | None) -> ComparisonDialog:
    """What differs about a brand's claims."""
    rows = [_row(odd, kind) for odd in found.odd for kind in odd.kinds]
    lost = any(row.kind in (Odd.MISSING_HERE, Odd.VERSION) for row in rows)
    title = _("Compared with {brand}").format(brand=found.brand)
    return ComparisonDialog(title, headline, rows, [_(LOST_WITH_BACKUP)] if lost else [], parent)


def statement_dialog(brand: str, found: StatementCheck, parent: QWidget | None) -> ComparisonDialog:
    """What differs in a month's statement."""
    rows = []
    for odd in found.odd:
        kind = Odd.VERSION if odd.ours == odd.theirs else Odd.ACCEPTED
        kind = Odd.MISSING_THERE if odd.theirs is None else Odd.MISSING_HERE if odd.ours is None else kind
        rows.append(_Row(odd.claim, kind, amount_text(odd.ours), amount_text(odd.theirs)))
    headline, *told = statement_lines(brand, found)
    title = _("Statement of {brand}, {month}").format(brand=brand, month=found.month)
    return ComparisonDialog(title, headline, rows, told[len(found.odd) :], parent)


def _row(odd: ClaimOdd, kind: Odd) -> _Row:
    if odd.ours is None or odd.theirs is None:
        here, there = (None if side is None else side.claimed for side in (odd.ours, odd.theirs))
        return _Row(odd.claim, kind, amount_text(here), amount_text(there))
    return _Row(odd.claim, kind, *beside(kind, odd.ours, odd.theirs)[1:])


def _chip(row: _Row) -> Chip:
    word, tone, icon = _LOOK[row.kind]
    return Chip(_(word), tone, icon)

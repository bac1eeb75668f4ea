"""Import in the window: the file is read beside it, looked at in the preview, then applied whole."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QLabel,
    QProgressBar,
    QPushButton,
    QWidget,
)

from app.core.errors import Conflict, ShopError
from app.core.incoming import name_of
from app.core.rights import Ctx
from app.core.sentences import sentence, unexpected
from app.core.words import N_, _, ngettext
from app.features.sheets.snapshots import Imported, LineState, Plan, PreviewLine, Tell
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table
from app.ui.tasks import Progress

_STATES = {
    LineState.WRONG: (N_("Wrong"), Tone.LATE, "circle-x"),
    LineState.NEW: (N_("New"), Tone.INFO, "plus"),
    LineState.CHANGED: (N_("Changed"), Tone.WAITS, "pencil"),
    LineState.SAME: (N_("Unchanged"), Tone.CALM, "check"),
}


class Sheets(Protocol):
    """A list that is read from files; both may run beside the window."""

    def plan(self, file: Path, tell: Tell) -> Any: ...

    def apply(self, ctx: Ctx, plan: Any, tell: Tell) -> Imported: ...


@dataclass(frozen=True, slots=True)
class ListWords:
    """What a list is called, in the user's language."""

    #: Over the question for the file.
    ask: str
    #: Over the preview, with ``{file}``.
    title: str
    #: The columns that say which record a line is about.
    number: str
    name: str


class ImportDialog(QDialog):
    """What a file would do, line by line; nothing is written before Apply, and closing it leaves nothing."""

    def __init__(
        self,
        sheets: Sheets,
        desk: Desk,
        file: Path,
        words: ListWords,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sheets = sheets
        self._desk = desk
        self._file = file
        self._ctx = desk.gesture()
        self._progress: Progress | None = None
        self._applying = False
        self.plan: Plan[Any, Any] | None = None
        self.imported: Imported | None = None
        title = words.title.format(file=name_of(file))
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(theme.px(900), theme.px(560))
        heading = QLabel(title)
        theme.role_of(heading, "heading")
        self.banner = Banner()
        self.summary = QLabel(_("Reading the file …"))
        self.summary.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName(_("Progress"))
        self.list = Table(
            [
                Column("line", _("Line"), lambda row: str(row.line), lambda row: row.line, RIGHT, 56),
                Column("state", _("State"), _state, width=112, chip=_chip),
                Column("number", words.number, lambda row: row.number, width=132, bold=True),
                Column("name", words.name, lambda row: row.name, width=160),
                Column("what", _("What"), _what, width=280, stretch=True, tone=_tone),
            ],
            name="import_preview",
            empty=Empty(_("The file has no lines."), icon="files"),
        )
        self.list.show_loading()
        self.leave_out = QCheckBox(_("Leave out the wrong lines"))
        self.leave_out.toggled.connect(self._dress)
        self.leave_out.hide()
        self.no = QPushButton(_("Cancel"))
        self.no.setAutoDefault(False)
        self.no.clicked.connect(self.reject)
        self.yes = QPushButton(_("Apply"))
        self.yes.setAutoDefault(False)
        self.yes.setEnabled(False)
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(self.apply)
        parts = (heading, self.banner, self.summary, self.bar, self.list)
        lay_out(self, *parts, tall=self.list, left=[self.leave_out], right=[self.no, self.yes])
        desk.tasks.progressed.connect(self._advance)
        self.read()

    def read(self) -> None:
        """Read and check the file beside the window."""

        def work(progress: Progress) -> Plan[Any, Any]:
            plan: Plan[Any, Any] = self._sheets.plan(self._file, progress.step)
            return plan

        self.bar.show()
        self._progress = self._desk.tasks.run(work, self._show, self._failed, quiet=True)

    def apply(self) -> None:
        """Write it. From here on it cannot be stopped: it is done whole or not at all."""
        plan = self.plan
        if plan is None or not self.yes.isEnabled():
            return
        self._applying = True
        self._dress()
        self.bar.show()
        self.bar.setRange(0, 0)
        self._progress = self._desk.tasks.run(
            lambda progress: self._sheets.apply(self._ctx, plan, progress.count),
            self._applied,
            self._failed,
            quiet=True,
        )

    def reject(self) -> None:
        """Close it: reading stops, nothing was written. Not while it is being applied."""
        if self._applying:
            return
        if self._progress is not None:
            self._progress.cancelled = True
        super().reject()

    # -- inside ----------------------------------------------------------------------------------------

    def _show(self, plan: Plan[Any, Any]) -> None:
        self.plan = plan
        self.bar.hide()
        self.summary.setText(_summary(plan))
        self.list.show_rows(list(plan.lines))
        self.leave_out.setVisible(not plan.sound and not plan.empty)
        self._dress()
        if self.yes.isEnabled():
            self.yes.setFocus()

    def _dress(self) -> None:
        plan = self.plan
        ready = plan is not None and not plan.empty and (plan.sound or self.leave_out.isChecked())
        self.yes.setEnabled(ready and not self._applying)
        self.no.setEnabled(not self._applying)
        self.leave_out.setEnabled(not self._applying)
        if plan is not None:
            count = len(plan.new) + len(plan.changed)
            self.yes.setText(ngettext("Apply {n} line", "Apply {n} lines", count).format(n=count))

    def _applied(self, imported: Imported) -> None:
        self._applying = False
        self.imported = imported
        self.accept()

    def _failed(self, error: BaseException) -> None:
        self._applying = False
        self.bar.hide()
        self.bar.setRange(0, 1000)
        known = isinstance(error, ShopError | Conflict)
        self.banner.say(sentence(error) if known else unexpected(error), Mood.ERROR)  # type: ignore[arg-type]
        if isinstance(error, Conflict):
            # What was shown is no longer so.
            self._ctx = self._desk.gesture()
            self.plan = None
            self._dress()
            self.read()
            return
        if self.plan is None:
            self.summary.setText(_("Nothing was changed."))
            self.list.show_rows([])
        self._dress()

    def _advance(self, number: int, share: float, _detail: str) -> None:
        if self._progress is not None and number == self._progress.number:
            self.bar.setRange(0, 1000)
            self.bar.setValue(round(share * 1000))


def _summary(plan: Plan[Any, Any]) -> str:
    counted = [
        f"{_(word)} {plan.counts[state]:,}"
        for state, (word, _tone_of, _icon) in _STATES.items()
        if plan.counts.get(state)
    ]
    text = " · ".join(counted) or _("Nothing to do.")
    if plan.unknown:
        names = ", ".join(plan.unknown[:8])
        text += "\n" + _("Columns left alone: {columns}").format(columns=names)
    return text + "\n" + _("An empty cell leaves what is there.")


def _state(row: PreviewLine) -> str:
    return _(_STATES[row.state][0])


def _chip(row: PreviewLine) -> Chip:
    word, tone, icon = _STATES[row.state]
    return Chip(_(word), tone, icon)


def _tone(row: PreviewLine) -> str | None:
    return "late_ink" if row.wrong else None


def _what(row: PreviewLine) -> str:
    if row.wrong:
        return "  ".join(
            f"{_(cell.column)}: {sentence(cell.refusal)}" if cell.column else sentence(cell.refusal)
            for cell in row.wrong
        )
    return " · ".join(f"{_(each.column)} {each.old or '–'} → {each.new}" for each in row.changes)

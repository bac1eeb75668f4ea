"""Check-up: everything that must hold, what does not, what to do about it, and repairing what can be repaired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.changes import Changes
from app.core.enums import Command
from app.core.os_words import os_words
from app.core.words import _, ngettext
from app.features.checkup.repairing import Planned, Repaired, Repairing, plan
from app.features.checkup.snapshots import Check, Report
from app.features.checkup.telling import report_lines
from app.ui import icons, theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page
from app.ui.saving import TEXT, ask_where
from app.ui.tables import Column, Empty, Table
from app.ui.tasks import Progress

#: Looks at the shop: (progress(done, total), cancelled()).
Examine = Callable[[Callable[[int, int], None], Callable[[], bool]], Report]


class CheckupPage(Page):
    """One screen for who wants to know whether the shop's records are well."""

    key = "checkup"

    def __init__(self, examine: Examine, repairing: Repairing, desk: Desk) -> None:
        super().__init__()
        self._examine, self._repairing = examine, repairing
        self.desk = desk
        self.report: Report | None = None
        self._running: Progress | None = None
        self._icon = QLabel()
        self.state = QLabel(_("Not checked yet."))
        theme.role_of(self.state, "heading")
        self.about = QLabel()
        self.about.setWordWrap(True)
        theme.role_of(self.about, "secondary")
        self.check_button = QPushButton(_("Check now") + "  F9")
        self.check_button.clicked.connect(self.check_now)
        self.repair_button = QPushButton(_("Repair …"))
        theme.role_of(self.repair_button, "primary")
        self.repair_button.clicked.connect(self.ask_repair)
        self.save_button = QPushButton(_("Save the report as a file …"))
        theme.role_of(self.save_button, "quiet")
        self.save_button.clicked.connect(self.save)
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(self.state)
        words.addWidget(self.about)
        head = QHBoxLayout()
        head.setSpacing(theme.px(12))
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        for button in (self.save_button, self.repair_button, self.check_button):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(head)
        self.list = Table(
            [
                Column("state", _("State"), _state, chip=_chip, sort=_rank, width=120),
                Column("check", _("What is checked"), lambda row: row.word, width=260),
                Column(
                    "found", _("What was found"), lambda row: row.detail, width=320, stretch=True, tone=_tone
                ),
            ],
            name="checkup",
            key=lambda row: row.name,
            empty=Empty(_("Not checked yet."), _("Check now"), self.check_now, icon="stethoscope"),
        )
        self.list.picked.connect(self._explain)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._build_card())
        self.number_key(1, self.ask_repair)
        theme.watch().changed.connect(self._dress)
        self._dress()

    def _build_card(self) -> QFrame:
        card = QFrame()
        theme.role_of(card, "card")
        self._word, self._detail, self._advice = QLabel(), QLabel(), QLabel()
        theme.role_of(self._word, "strong")
        theme.role_of(self._advice, "secondary")
        box = QVBoxLayout(card)
        margin = theme.px(12)
        box.setContentsMargins(margin, theme.px(10), margin, theme.px(10))
        box.setSpacing(theme.px(4))
        for each in (self._word, self._detail, self._advice):
            each.setWordWrap(True)
            each.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            box.addWidget(each)
        self._card = card
        card.hide()
        return card

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Check-up")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("F9", _("check now")), KeyHint("1", _("repair")))

    def manual(self) -> str:
        return "checkup"

    def first_focus(self) -> QWidget | None:
        return self.list if self.report is not None else self.check_button

    def concerns(self, _changes: Changes) -> bool:
        # Looking takes seconds: only when somebody asks.
        return False

    def activated(self) -> None:
        if self.report is None and self._running is None:
            self.check_now()

    def save_and_print(self) -> None:
        """F9: look again."""
        self.check_now()

    # -- looking and repairing -------------------------------------------------------------------------

    def check_now(self) -> None:
        """Look at everything beside the window."""
        if self._running is not None:
            return

        def work(progress: Progress) -> Report:
            return self._examine(progress.count, lambda: progress.cancelled)

        if self.report is None:
            self.list.show_loading()
        self._running = self.desk.tasks.run(work, self._checked, self._stopped, _("Check-up"))
        self._dress()

    def planned(self) -> tuple[Planned, ...]:
        """What can be repaired now."""
        return () if self.report is None else plan(self.report)

    def ask_repair(self) -> None:
        """Say what will be done, then do it."""
        planned = self.planned()
        if not planned or self._running is not None or not self.desk.may(Command.REPAIR_RECORDS):
            return
        lines = [f"•  {each.word}" for each in planned]
        detail = "\n".join(
            (*lines, "", _("A backup is made first. No payment, invoice, stock move or balance is changed."))
        )
        if confirm(_("Repair what was found?"), _("Repair them"), detail=detail, parent=self):
            self.repair(planned)

    def repair(self, planned: Sequence[Planned]) -> None:
        """Do it beside the window."""
        ctx, names = self.desk.gesture(), [each.name for each in planned]

        def work(progress: Progress) -> Repaired:
            return self._repairing.repair(
                ctx,
                names,
                progress.count,
                lambda: progress.cancelled,
            )

        self._running = self.desk.tasks.run(work, self._repaired, self._stopped, _("Repairing records"))
        self._dress()

    def save(self) -> None:
        """Ask for a file and write the report into it."""
        file = ask_where(self, _("Save the report as a file …"), "xiuhu-checkup", TEXT)
        if file is not None:
            self.save_to(file)

    def save_to(self, file: Path) -> None:
        """Write the report, which names numbers of orders and papers, no people."""
        if self.report is None:
            return
        try:
            file.write_text("\n".join(report_lines(self.report)) + "\n", encoding="utf-8")
        except OSError as error:
            why = os_words(error)
            self.warn(_("The file could not be written: {why}").format(why=why))
        else:
            self.confirm_done(_("Saved: {file}").format(file=file.name))

    # -- inside ----------------------------------------------------------------------------------------

    def _checked(self, report: Report) -> None:
        self._running = None
        if not report.complete:
            # Stopped: what was known stays.
            self.list.show_rows(self._rows())
            self._dress()
            return
        self._show(report)

    def _repaired(self, repaired: Repaired) -> None:
        self._running = None
        if repaired.report is None:
            self.check_now()
            return
        self._show(repaired.report)
        if repaired.failed:
            self.warn(_("Not everything could be repaired; what is left is listed."))
        else:
            self.confirm_done(_("Repaired."))

    def _stopped(self, error: BaseException) -> None:
        self._running = None
        self.list.show_rows(self._rows())
        self.failed(error)
        self._dress()

    def _show(self, report: Report) -> None:
        self.report = report
        self.list.show_rows(self._rows())
        self.list.select_first()
        self._explain(self.list.current())
        self._dress()

    def _rows(self) -> list[Check]:
        """What is wrong first, in the order of the checks."""
        return [] if self.report is None else sorted(self.report.checks, key=_rank)

    def _explain(self, check: Check | None) -> None:
        self._card.setVisible(check is not None)
        if check is None:
            return
        self._word.setText(check.word)
        self._detail.setText(check.detail or _("Nothing was found."))
        self._advice.setText(check.advice)
        self._advice.setVisible(bool(check.advice))

    def _dress(self) -> None:
        report, busy = self.report, self._running is not None
        can = bool(self.planned()) and self.desk.may(Command.REPAIR_RECORDS)
        self.check_button.setEnabled(not busy)
        self.repair_button.setVisible(can)
        self.repair_button.setEnabled(can and not busy)
        self.save_button.setEnabled(report is not None)
        if busy:
            self.state.setText(_("Looking at everything …"))
        elif report is None:
            self.state.setText(_("Not checked yet."))
        else:
            self.state.setText(_heading(report))
        self.about.setText(
            _("Money and facts are only looked at. What can be made anew is repaired when you say so.")
        )
        grave = report is not None and not report.sound
        name, token = (
            ("stethoscope", "ink_2")
            if report is None
            else (("shield-alert", "late_ink") if grave else ("shield-check", "done_ink"))
        )
        self._icon.setPixmap(icons.pixmap(name, token, 32))


def _heading(report: Report) -> str:
    grave = sum(each.grave for each in report.checks)
    mild = sum(not each.ok and not each.grave for each in report.checks)
    said = [
        ngettext("{n} check failed.", "{n} checks failed.", grave).format(n=grave)
        if grave
        else _("Everything agrees.")
    ]
    if mild:
        said.append(ngettext("{n} remark.", "{n} remarks.", mild).format(n=mild))
    return " ".join(said)


def _rank(check: Check) -> int:
    return 0 if check.grave else 1 if not check.ok else 2


def _state(check: Check) -> str:
    return (_("Wrong"), _("Remark"), _("In order"))[_rank(check)]


def _chip(check: Check) -> Chip:
    tone, icon = ((Tone.LATE, "circle-x"), (Tone.WAITS, "triangle-alert"), (Tone.DONE, "circle-check"))[
        _rank(check)
    ]
    return Chip(_state(check), tone, icon)


def _tone(check: Check) -> str | None:
    return "late_ink" if check.grave else None if not check.ok else "ink_2"

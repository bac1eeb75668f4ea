"""月报: a month's figures, days, break-downs and reasons; every number is a door to the list it is made of."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command, PaperKind, Payer, ServiceType
from app.core.labels import category_name, label
from app.core.words import _
from app.features.reports.asking import Month, month_of, parse_month
from app.features.reports.figure_list import FigureList
from app.features.reports.figures import DIMENSION_WORDS, SPECS, Dimension
from app.features.reports.month_file import JSON, XLSX, save_month
from app.features.reports.month_overview import MonthOverview
from app.features.reports.service import ReportService
from app.features.reports.snapshots import (
    UNASSIGNED,
    Choices,
    MonthFilter,
    MonthLook,
    Question,
)
from app.features.reports.telling import (
    figure_name,
    share_name,
)
from app.ui import icons, theme
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.fields import ComboField
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page
from app.ui.room import InTab
from app.ui.saving import ask_where
from app.ui.tasks import Progress

#: A month that takes longer says so; until then the one before stays.
_SLOW_MS = 300


class MonthPage(Page):
    """One month at a time."""

    key = "month"

    def __init__(self, reports: ReportService, desk: Desk) -> None:
        super().__init__()
        self._reports = reports
        self.desk = desk
        self._asked = 0
        self.month = Month.of(reports.today)
        self.look: MonthLook | None = None
        self._head()
        self.overview = MonthOverview()
        self._slow = QTimer(self)
        self._slow.setSingleShot(True)
        self._slow.setInterval(_SLOW_MS)
        self._slow.timeout.connect(self.overview.show_loading)
        self.overview.asked.connect(self.open_list)
        self.list = FigureList("month_list")
        self.list.left.connect(self.back)
        self.list.opened.connect(self._go)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.overview)
        self.stack.addWidget(self.list)
        self.body.addWidget(self.stack, 1)

    # -- building --------------------------------------------------------------------------------------

    def _head(self) -> None:
        self.earlier = QPushButton(icons.icon("chevron-left"), "")
        self.earlier.setAccessibleName(_("Month before"))
        self.earlier.setToolTip(_("Month before") + " (Ctrl+,)")
        self.earlier.setShortcut("Ctrl+,")
        self.later = QPushButton(icons.icon("chevron-right"), "")
        self.later.setAccessibleName(_("Month after"))
        self.later.setToolTip(_("Month after") + " (Ctrl+.)")
        self.later.setShortcut("Ctrl+.")
        self.earlier.clicked.connect(lambda: self.show_month(self.month.back(1)))
        self.later.clicked.connect(lambda: self.show_month(self.month.back(-1)))
        self.picker = ComboField(_("Month"))
        self.picker.setMaximumWidth(theme.px(120))
        self.filters: dict[Dimension, ComboField] = {
            dimension: ComboField(_(DIMENSION_WORDS[dimension])) for dimension in Dimension
        }
        self.picker.on_pick(self._picked)
        self.picker.entered.connect(self._picked)
        self.seal_chip = ChipLabel()
        self.save_button = QPushButton(_("Save … (Ctrl+E)"))
        self.save_button.setShortcut("Ctrl+E")
        self.save_button.clicked.connect(self.export)
        self.paper_button = QPushButton(_("Paper …"))
        self.paper_button.clicked.connect(self.print_paper)
        self.seal_button = QPushButton(_("Seal …"))
        self.seal_button.setShortcut("Ctrl+M")
        self.seal_button.setToolTip("Ctrl+M")
        self.seal_button.clicked.connect(self.seal)
        # Whether there is anything to seal, the month tells.
        self.seal_button.hide()
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        low = Qt.AlignmentFlag.AlignBottom
        top.addWidget(self.earlier, 0, low)
        top.addWidget(self.picker, 0, low)
        top.addWidget(self.later, 0, low)
        for field in self.filters.values():
            field.setMaximumWidth(theme.px(132))
            field.on_pick(lambda _code: self._load())
            field.entered.connect(self._load)
            top.addWidget(field, 0, low)
        top.addStretch(1)
        top.addWidget(self.seal_chip, 0, low)
        for button in (self.save_button, self.paper_button, self.seal_button):
            top.addWidget(button, 0, low)
        self.body.addLayout(top)

    # -- what the page says about itself ---------------------------------------------------------------

    def title(self) -> str:
        return _("Month report")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("↵", _("open the list")),
            KeyHint("Ctrl+,", _("month before")),
            KeyHint("Ctrl+E", _("save as a file")),
            KeyHint("Ctrl+P", _("paper")),
        )

    def manual(self) -> str:
        return "owner"

    def first_focus(self) -> QWidget | None:
        return self.list.table if self.stack.currentWidget() is self.list else self.overview.figures

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.MONEY) or changes.has(Kind.ORDER) or changes.has(Kind.CLOSE)

    def refresh(self) -> None:
        self._offer(self._reports.choices(self.desk.actor, self.month.year, self.month.number))
        if self.stack.currentWidget() is self.list:
            self.list.table.reload()
        self._load()

    def back(self) -> bool:
        if self.stack.currentWidget() is not self.list:
            return False
        self.stack.setCurrentWidget(self.overview)
        self.overview.figures.setFocus()
        return True

    def print_paper(self) -> None:
        self.desk.papers.preview(PaperKind.MONTH_REPORT, self.month.text)

    # -- what is done here -----------------------------------------------------------------------------

    def show_month(self, month: Month) -> None:
        """Another month; the filters stay."""
        self.run(lambda: self._show_month(month_of(month.year, month.number)))

    def export(self) -> None:
        """The month as a workbook (as it is filtered) or as JSON (whole); told how far, and can be stopped."""
        kinds = {XLSX: "Excel", JSON: _("JSON, the whole month")}
        file = ask_where(self, _("Save the month report"), _("Month report") + f" {self.month.text}", kinds)
        if file is None:
            return
        month, wanted, actor = self.month, self._wanted(), self.desk.actor

        def work(progress: Progress) -> Path:
            save_month(self._reports, actor, file, month, wanted, progress.step)
            return file

        self.desk.tasks.run(
            work,
            lambda done: self.confirm_done(_("Saved: {name}").format(name=done.name)),
            self.failed,
            _("Save the month report"),
        )

    def seal(self) -> None:
        """Keep the month for good; asked once, as nothing takes it back."""
        text = _(
            "{month} is kept as it stands. What is corrected later counts in the month it is corrected in."
        )
        if not confirm(
            _("Seal this month?"), _("Seal"), detail=text.format(month=self.month.text), parent=self
        ):
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._reports.seal(ctx, self.month.year, self.month.number),
            lambda _report: self._sealed(),
        )

    # -- loading ---------------------------------------------------------------------------------------

    def _picked(self, _code: object = None) -> None:
        chosen = self.picker.value()
        if chosen:
            self.show_month(Month(*parse_month(str(chosen))))

    def _show_month(self, month: Month) -> None:
        self.month = month
        self.stack.setCurrentWidget(self.overview)
        self.refresh()

    def _sealed(self) -> None:
        self.confirm_done(_("{month} is sealed.").format(month=self.month.text))
        self.refresh()

    def _offer(self, choices: Choices) -> None:
        self.picker.set_choices([(text, text) for text in choices.months])
        self.picker.set_value(self.month.text)
        offered: dict[Dimension, list[tuple[object, str]]] = {
            Dimension.TECHNICIAN: list(choices.technicians),
            Dimension.CATEGORY: [(each, category_name(each)) for each in choices.categories],
            Dimension.BRAND: [(each, each) for each in choices.brands],
            Dimension.SERVICE_TYPE: [(each, label(each)) for each in ServiceType],
            Dimension.PAYER: [(each, label(each)) for each in Payer if each is not Payer.SHOP],
        }
        for dimension, field in self.filters.items():
            chosen = field.value()
            kept = chosen if chosen in {code for code, _word in offered[dimension]} else ""
            field.set_choices([("", _("All")), *offered[dimension]])
            field.set_value(kept)

    def _wanted(self) -> MonthFilter:
        chosen = {dimension.value: field.value() or None for dimension, field in self.filters.items()}
        return MonthFilter(**chosen)

    def _load(self) -> None:
        self.run(self._load_look)

    def _load_look(self) -> None:
        month, wanted, actor = self.month, self._wanted(), self.desk.actor
        self._asked += 1
        asked = self._asked
        shown = self.overview.look
        if shown is None:
            self.overview.show_loading()
        elif (shown.report.month, shown.report.wanted) != (month.text, wanted):
            # A month that comes at once takes the other's place without a flicker.
            self._slow.start()

        def show(look: MonthLook) -> None:
            # What was asked for before is no longer wanted.
            if asked == self._asked:
                self._show(look)

        def fail(error: BaseException) -> None:
            if asked == self._asked:
                self._slow.stop()
                self.overview.show_error(error, self._load)
            self.failed(error)

        self.desk.tasks.run(
            lambda _progress: self._reports.look(actor, month.year, month.number, wanted),
            show,
            fail,
            quiet=True,
        )

    def _show(self, look: MonthLook) -> None:
        self._slow.stop()
        self.look = look
        self.overview.show_look(look)
        sealed = look.sealed
        is_over = self.month.beyond <= self._reports.today
        self.later.setEnabled(is_over)
        self.seal_button.setVisible(sealed is None and self.desk.may(Command.SEAL_MONTH) and is_over)
        self.seal_chip.setVisible(sealed is not None)
        if sealed is not None:
            when = formats.moment(sealed.at, self._reports.zone)
            hint = _("Sealed {when} by {name}: {digest}").format(
                when=when, name=sealed.by, digest=sealed.digest
            )
            self.seal_chip.show_chip(Chip(_("Sealed"), Tone.DONE, "lock", hint))

    # -- doors -----------------------------------------------------------------------------------------

    def open_list(self, asked: Question) -> None:
        """Show the list that a figure is made of."""
        self.run(lambda: self._open_list(asked))

    def _open_list(self, asked: Question) -> None:
        self.list.show_list(
            self._list_title(asked),
            SPECS[asked.figure].unit,
            self._reports.total(self.desk.actor, asked),
            lambda after, limit: self._reports.entries(self.desk.actor, asked, after, limit),
            _("There is nothing in this figure."),
        )
        self.stack.setCurrentWidget(self.list)
        self.list.table.setFocus()

    def _list_title(self, asked: Question) -> str:
        when = asked.month if asked.day is None else f"{asked.month}-{asked.day:02d}"
        named = [
            self._named(dimension, getattr(asked.wanted, dimension.value))
            for dimension in Dimension
            if getattr(asked.wanted, dimension.value) is not None
        ]
        if asked.method is not None:
            named.append(label(asked.method))
        return " · ".join([figure_name(asked.figure), when, *named])

    def _named(self, dimension: Dimension, value: str) -> str:
        if dimension is Dimension.TECHNICIAN:
            return self._technician(value)
        return share_name(dimension, value or UNASSIGNED)

    def _technician(self, key: str) -> str:
        field = self.filters[Dimension.TECHNICIAN]
        at = next((at for at in range(field.combo.count()) if field.combo.itemData(at) == key), -1)
        return field.combo.itemText(at) if at >= 0 and key else _("Unassigned")

    def _go(self, room: str, subject: int) -> None:
        self.wants.emit(room, InTab("parts", subject) if room == "parts" else subject)

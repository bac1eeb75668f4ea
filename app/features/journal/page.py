"""Who did what, when: the journal with its filters, the way to the order, an export, and whether it is whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes
from app.core.clock import business_day
from app.core.enums import Command
from app.core.errors import Refusal
from app.core.labels import label
from app.core.rights import OF_BRANDS, UNJOURNALED
from app.core.words import _, pgettext
from app.features.checkup.looks import BROKEN
from app.features.journal.service import Journal
from app.features.journal.snapshots import Asked, JournalRow
from app.features.journal.telling import detail_words, done_words, move_words
from app.features.sheets.exchange import export_list
from app.store.audit import Verdict
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.choices import ChipGroup
from app.ui.date_field import DateField
from app.ui.desk import Desk
from app.ui.fields import ComboField, LineField
from app.ui.messages import Mood, confirm
from app.ui.page import KeyHint, Page
from app.ui.tables import Column, Empty, Table
from app.ui.tasks import Progress

_TYPING_MS = 250
#: So many days are shown at first.
DAYS = 30


class JournalPage(Page):
    """Everything that was done, newest first; nothing here can be changed."""

    key = "journal"

    def __init__(self, journal: Journal, zone: str, desk: Desk, brands: Callable[[], bool]) -> None:
        super().__init__()
        self._journal, self._zone, self._brands = journal, zone, brands
        #: Whether the commands of brands are offered; None before any are.
        self._offered: bool | None = None
        self.desk = desk
        self._running: Progress | None = None
        self.who = ComboField(_("Who"), placeholder=_("Everybody"))
        self.what = ComboField(_("What"), placeholder=_("Everything"))
        self.order = LineField(_("Order"), placeholder=_("Number or card"), most=30)
        self.first = DateField(pgettext("period", "From"), lambda: self.today, past=True)
        self.last = DateField(pgettext("period", "To"), lambda: self.today, past=True)
        for each in (self.first, self.last):
            # A whole date stays readable where large text leaves little room.
            each.setMinimumWidth(theme.px(134))
        self.denied = ChipGroup("", [(True, _("Denied only"))], single=True, numbers=False)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self._load)
        for field in (self.who, self.what, self.order, self.first, self.last, self.denied):
            field.changed.connect(self._typing.start)
        self.check_button = QPushButton(_("Is it whole?") + "  F9")
        self.check_button.setToolTip(_("Check every entry, its seal, and the heads of the day closes"))
        self.check_button.clicked.connect(self.check)
        self.export_button = QPushButton(_("Export …"))
        self.export_button.setToolTip(_("What is shown as Excel or CSV (Ctrl+E)"))
        self.export_button.setShortcut("Ctrl+E")
        self.export_button.clicked.connect(self.export)
        self.body.addLayout(self._filters())
        self.list = Table(
            [
                Column("at", _("When"), lambda row: formats.moment(row.at, zone), width=132),
                Column("who", _("Who"), _who, width=92, tone=lambda row: None if row.who else "ink_2"),
                Column("done", _("What"), done_words, width=190, bold=True),
                Column("denied", "", lambda _row: "", chip=_denied, width=72),
                Column("order", _("Order"), lambda row: row.order, width=104),
                Column("move", _("Status"), move_words, width=150, spare=True),
                Column(
                    "detail", _("Details"), detail_words, width=220, stretch=True, tone=lambda _row: "ink_2"
                ),
                Column(
                    "id", _("Entry"), lambda row: str(row.id), width=72, spare=True, tone=lambda _row: "ink_2"
                ),
            ],
            name="journal",
            empty=Empty(_("Nothing was found. Widen the days or empty a filter."), icon="search"),
        )
        self.list.opened.connect(self._open)
        self.list.picked.connect(self._picked)
        self.body.addWidget(self.list, 1)
        self.body.addWidget(self._card())
        self.first.set_value(self.today - timedelta(days=DAYS))

    def _filters(self) -> QHBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        for at, (field, share) in enumerate(
            ((self.who, 3), (self.what, 5), (self.order, 3), (self.first, 3), (self.last, 3))
        ):
            grid.addWidget(field, 0, at, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(at, share)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addLayout(grid, 1)
        for widget in (self.denied, self.export_button, self.check_button):
            row.addWidget(widget, 0, Qt.AlignmentFlag.AlignBottom)
        return row

    def _card(self) -> QFrame:
        """All of one entry: a detail may be longer than its column."""
        card = QFrame()
        theme.role_of(card, "card")
        self._head, self._facts = QLabel(), QLabel()
        theme.role_of(self._head, "strong")
        theme.role_of(self._facts, "secondary")
        box = QVBoxLayout(card)
        margin = theme.px(12)
        box.setContentsMargins(margin, theme.px(8), margin, theme.px(8))
        box.setSpacing(theme.px(2))
        for each in (self._head, self._facts):
            each.setWordWrap(True)
            each.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            box.addWidget(each)
        card.hide()
        self.card = card
        return card

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Activity journal")

    def keys_here(self) -> Sequence[KeyHint]:
        hints = (KeyHint("↵", _("open the order")), KeyHint("F9", _("check")))
        return (*hints, KeyHint("Ctrl+E", _("export"))) if self.desk.may(Command.EXPORT_JOURNAL) else hints

    def first_focus(self) -> QWidget | None:
        return self.list

    def concerns(self, _changes: Changes) -> bool:
        # Every command is in it.
        return True

    def refresh(self) -> None:
        self.export_button.setVisible(self.desk.may(Command.EXPORT_JOURNAL))
        people = [(each.id, each.name) for each in self._journal.people(self.desk.actor)]
        self.who.set_choices([(0, _("The program")), *people])
        self._offer_commands()
        self._load()

    def _offer_commands(self) -> None:
        """What can be asked for; the shop may have begun to work for brands since."""
        brands = self._brands()
        if brands is self._offered:
            return
        self._offered = brands
        hidden = UNJOURNALED if brands else UNJOURNALED | OF_BRANDS
        commands = [(each, label(each)) for each in Command if each not in hidden]
        self.what.set_choices(sorted(commands, key=lambda each: each[1]))

    def open_with(self, subject: Any) -> None:
        """An order's number: its history, whatever the days."""
        self.first.set_value(None)
        self.last.set_value(None)
        self.order.set_value(str(subject))
        self._load()

    def save_and_print(self) -> None:
        """F9: is it whole?"""
        self.check()

    def back(self) -> bool:
        if self.asked() == Asked(first=self.today - timedelta(days=DAYS)):
            return False
        for field in (self.who, self.what, self.last):
            field.set_value(None)
        self.order.set_value("")
        self.denied.set_value(None)
        self.first.set_value(self.today - timedelta(days=DAYS))
        self._load()
        return True

    # -- inside ----------------------------------------------------------------------------------------

    @property
    def today(self) -> date:
        """The day in the shop."""
        return business_day(self.desk.clock.now(), self._zone)

    def asked(self) -> Asked:
        """What the filters say; one that holds no day or choice yet counts for nothing."""
        # Qt keeps a code as the text it is.
        what = _value(self.what)
        return Asked(
            staff_id=_value(self.who),
            command=None if what is None else Command(what),
            order=self.order.value().strip(),
            first=_value(self.first),
            last=_value(self.last),
            denied=bool(self.denied.value()),
        )

    def export(self) -> None:
        """What is shown, as a file; it is noted who took it."""
        if not self.desk.may(Command.EXPORT_JOURNAL):
            return
        asked, ctx = self.asked(), self.desk.gesture()
        export_list(
            self,
            self.desk,
            _("Export the journal"),
            _("Activity journal") + f" {formats.day(self.today)}",
            lambda file, tell: self._journal.export(ctx, asked, file, tell),
            lambda count, name: _("{n} entries written to {name}.").format(n=f"{count:,}", name=name),
        )

    def check(self) -> None:
        """Beside the window: a journal of years takes a while."""
        if self._running is not None:
            return
        actor = self.desk.actor

        def work(progress: Progress) -> Verdict:
            def tell(_entries: int) -> None:
                progress.check()

            return self._journal.verdict(actor, tell)

        self.check_button.setEnabled(False)
        self._running = self.desk.tasks.run(
            work, self._checked, self._check_failed, _("Checking the journal")
        )

    def seal_here(self) -> None:
        """The owner takes what stands there for good, and vouches from here on."""
        if confirm(
            _("Take the journal as it is, and seal it on this computer from here on?"),
            _("Seal from here on"),
            danger=True,
            detail=_(
                "Do this after the shop moved to this computer or older records were put back by hand. What was found"
                " stays in this entry's past: nobody can tell any more whether it was changed before."
            ),
            parent=self,
        ):
            ctx = self.desk.gesture()
            self.run(
                lambda: self._journal.seal_here(ctx),
                lambda first: self.confirm_done(
                    _("Sealed from entry {entry} on.").format(entry=f"{first:,}")
                ),
            )

    def _checked(self, verdict: Verdict) -> None:
        self._running = None
        self.check_button.setEnabled(True)
        if verdict.broken is not None:
            words = _(BROKEN[verdict.broken]).format(entry=f"{verdict.entry:,}", close=verdict.close or "—")
            if self.desk.may(Command.SEAL_JOURNAL):
                self.banner.say(words, Mood.ERROR, _("Seal from here on …"), self.seal_here)
            else:
                self.banner.say(words, Mood.ERROR)
            return
        if verdict.sealed_from is None:
            said = _("{n} entries follow from each other. This computer has not sealed any yet.")
        elif verdict.sealed_from > 1:
            said = _("{n} entries follow from each other. This computer vouches from entry {entry} on.")
        else:
            said = _("{n} entries, every one sealed and in its place.")
        self.confirm_done(said.format(n=f"{verdict.entry:,}", entry=f"{verdict.sealed_from or 0:,}"))

    def _check_failed(self, error: BaseException) -> None:
        self._running = None
        self.check_button.setEnabled(True)
        self.failed(error)

    def _load(self) -> None:
        self._typing.stop()
        asked, actor = self.asked(), self.desk.actor
        self.list.show_source(
            lambda before, limit: self._journal.page(actor, asked, before, limit), key=lambda row: row.id
        )
        self.card.setVisible(self.list.current() is not None)

    def _picked(self, row: JournalRow | None) -> None:
        self.card.setVisible(row is not None)
        if row is None:
            return
        head = [f"#{row.id}", formats.moment(row.at, self._zone), _who(row), done_words(row), row.order]
        self._head.setText("   ".join(filter(None, head)))
        sealed = _("Sealed by the shop's key") if row.sealed else _("Older than the seals of this shop")
        self._facts.setText("   ".join(filter(None, (move_words(row), detail_words(row), sealed))))

    def _open(self, row: JournalRow) -> None:
        if row.order_id is not None:
            self.wants.emit("orders", row.order_id)


def _value(field: Any) -> Any:
    try:
        return field.value()
    except Refusal:
        return None


def _who(row: JournalRow) -> str:
    return row.who or _("The program")


def _denied(row: JournalRow) -> Chip | None:
    return Chip(_("Denied"), Tone.LATE) if row.denied else None

"""The connections to head offices: set up by pasting a card, tested step by step, and the queue in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.brand_codes import OutboxState
from app.core.changes import Changes, Kind
from app.core.clock import business_day
from app.core.enums import Command
from app.core.labels import label
from app.core.wire.card import Card
from app.core.wire.events import EventType
from app.core.wire.words import word
from app.core.words import _, ngettext
from app.features.brands.brand_field import brand_field
from app.features.brands.service import Brands
from app.features.claims.words import reason_text
from app.features.pay.months import bounds
from app.features.sync.comparison_dialog import claims_dialog, statement_dialog
from app.features.sync.service import Sync
from app.features.sync.snapshots import (
    LinkRow,
    Pushed,
    QueueRow,
    Reconciled,
    StatementCheck,
    Step,
    StepResult,
)
from app.features.sync.telling import push_all, reconcile_lines, statement_lines
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, LineField, TextField
from app.ui.form_dialog import ask
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table
from app.ui.tasks import Progress

_STATES = {
    OutboxState.WAITING: (Tone.WAITS, "hourglass"),
    OutboxState.DONE: (Tone.DONE, "circle-check"),
    OutboxState.DEAD: (Tone.LATE, "circle-x"),
}


class SyncPage(Page):
    """Connections above, the queue below."""

    key = "sync"

    def __init__(self, sync: Sync, brands: Brands, desk: Desk) -> None:
        super().__init__()
        self._sync = sync
        self._brands = brands
        self.desk = desk
        #: The head office is being asked; one question at a time.
        self._asking: Progress | None = None
        self._pushing: Progress | None = None
        self._shown: LinkRow | None = None
        self.about = QLabel(
            _(
                "What a brand may know goes to its head office by itself, when there is a network. Nobody waits for it."
            )
        )
        theme.role_of(self.about, "secondary")
        self.about.setWordWrap(True)
        self.connect_button = QPushButton(_("Connect a brand … (Ctrl+N)"))
        self.connect_button.setShortcut("Ctrl+N")
        self.connect_button.clicked.connect(lambda: self.connect_brand())
        self.now_button = QPushButton(_("Send now (F9)"))
        self.now_button.clicked.connect(self.save_and_print)
        top = QHBoxLayout()
        top.addWidget(self.about, 1)
        top.addWidget(self.now_button)
        top.addWidget(self.connect_button)
        self.body.addLayout(top)
        self.links = Table(
            [
                Column("brand", _("Brand"), lambda row: row.brand, width=110, stretch=True, bold=True),
                Column("waiting", _("Waiting"), lambda row: str(row.waiting or ""), align=RIGHT, width=80),
                Column(
                    "dead",
                    _("Not taken"),
                    lambda row: str(row.dead or ""),
                    align=RIGHT,
                    width=90,
                    tone=_dead_tone,
                ),
                Column("contact", _("Last contact"), self._contact, width=110),
                Column("state", _("State"), _link_word, width=120, chip=_link_chip),
            ],
            name="links",
            key=lambda row: row.brand_id,
            empty=Empty(
                _("No brand is connected."),
                _("Connect a brand … (Ctrl+N)"),
                lambda: self.connect_brand(),
                icon="cloud",
            ),
        )
        self.links.view.setAccessibleName(_("Connections"))
        self.links.picked.connect(self._picked)
        self.card = SideCard(_("Choose a connection on the left."))
        card = self.card
        self.compare_button = card.button(_("Compare claims"), self.compare)
        self.statement_button = card.button(_("Compare a statement …"), self.compare_statement)
        self.again_button = card.button(_("Paste a new card …"), self.new_card)
        self.stop_button = card.button(_("Stop"), lambda: self.set_active(False), danger=True)
        self.go_button = card.button(_("Go on"), lambda: self.set_active(True), primary=True)
        self.body.addWidget(beside(self.links, card, wide=680, narrow=520), 2)
        self.filter = ChipGroup(
            "",
            [
                (OutboxState.WAITING, label(OutboxState.WAITING)),
                (OutboxState.DEAD, label(OutboxState.DEAD)),
                (OutboxState.DONE, label(OutboxState.DONE)),
                (None, _("All")),
            ],
            single=True,
            numbers=False,
        )
        self.filter.set_value(OutboxState.WAITING)
        self.filter.changed.connect(self._load_queue)
        self.retry_button = QPushButton(_("Send once more"))
        self.retry_button.clicked.connect(self.try_again)
        self.drop_button = QPushButton(_("Nothing more to do"))
        self.drop_button.clicked.connect(self.drop)
        row = QHBoxLayout()
        row.addWidget(self.filter, 1)
        row.addWidget(self.retry_button)
        row.addWidget(self.drop_button)
        self.body.addLayout(row)
        self.queue = Table(
            [
                Column(
                    "made", _("Since"), lambda each: formats.short_moment(each.made_at, sync.zone), width=96
                ),
                Column("brand", _("Brand"), lambda each: each.brand, width=90),
                Column("kind", _("What"), _kind, width=150),
                Column("subject", _("About"), lambda each: each.subject, width=120),
                Column("state", _("State"), lambda each: label(each.state), width=190, chip=_queue_chip),
                Column("reason", _("Why"), lambda each: reason_text(each.reason), width=200, stretch=True),
            ],
            name="outbox",
            empty=Empty(_("Nothing waits."), icon="check-check"),
        )
        self.queue.view.setAccessibleName(_("Queue"))
        self.queue.picked.connect(lambda _row: self._offer())
        self.body.addWidget(self.queue, 3)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Head office")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("F9", _("send now")), KeyHint("Ctrl+N", _("connect")))

    def first_focus(self) -> QWidget | None:
        return self.links.view

    def concerns(self, changes: Changes) -> bool:
        # Every call of a long push changes the queue: shown once, at its end; the strip below says how far it is.
        return not self._is_pushing() and (changes.has(Kind.SYNC) or changes.has(Kind.BRAND))

    def refresh(self) -> None:
        links = self._sync.links()
        self.links.show_rows(links)
        self.now_button.setEnabled(any(each.active for each in links) and not self._is_pushing())
        self.connect_button.setVisible(self.desk.may(Command.SAVE_LINK))
        self._picked(self.links.current())
        self._load_queue()

    def open_with(self, subject: Any) -> None:
        """A brand's id: its connection, or the way to make one."""
        if any(each.brand_id == subject for each in self._sync.links()):
            self.links.select(int(subject))
        else:
            self.connect_brand(int(subject))

    def save_and_print(self) -> None:
        """F9: try every head office now, whatever the waits say."""
        if self._is_pushing():
            return

        def could_not(error: BaseException) -> None:
            self._pushing = None
            self.refresh()
            self.failed(error)

        self.now_button.setEnabled(False)
        self._pushing = self.desk.tasks.run(
            self._round, self._pushed, could_not, _("Sending to the head office")
        )

    def _is_pushing(self) -> bool:
        return self._pushing is not None and not self._pushing.cancelled

    # -- commands --------------------------------------------------------------------------------------

    def connect_brand(self, brand_id: int | None = None, pasted: str = "") -> None:
        """Paste the connection card of a brand; it is tested before it is kept. ``pasted`` stands in the field."""
        if not self.desk.may(Command.SAVE_LINK):
            return
        which = brand_field(self._brands)
        if brand_id is not None:
            which.set_value(brand_id)
        text = TextField(
            _("Connection card"),
            required=True,
            lines=4,
            placeholder=_("One line of text from the brand, from “xiuhu-card1.” on"),
        )
        text.set_value(pasted)
        read: list[Card] = []
        if ask(
            _("Connect a brand"),
            [which, text],
            _("Test it"),
            lambda: read.append(self._sync.read_card(text.value())),
            text=_("The card holds the shop's key: give it to nobody else."),
            parent=self,
        ):
            self._try(read[0], int(which.value()), text.value())

    def new_card(self) -> None:
        """The next key of the picked connection."""
        row = self.links.current()
        if row is not None:
            self.connect_brand(row.brand_id)

    def set_active(self, active: bool) -> None:
        """Stop telling a head office, or go on."""
        row = self.links.current()
        if row is None:
            return
        question = _("Tell {brand} nothing more? What waits is kept.").format(brand=row.brand)
        if not active and not confirm(question, _("Stop"), parent=self):
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._sync.set_active(ctx, row.brand_id, row.version, active),
            lambda _rows: self.refresh(),
        )

    def compare(self) -> None:
        """Every claim beside the head office's, to the fen."""
        row = self.links.current()
        if row is not None:
            self._ask_office(
                lambda progress: self._sync.reconcile(row.brand_id, lambda: progress.cancelled),
                self._compared,
            )

    def compare_statement(self) -> None:
        """A month's statement beside the shop's settlement, line by line."""
        row = self.links.current()
        if row is None:
            return
        month = LineField(_("Month, like 2026-11"), required=True)
        today = business_day(self._sync.clock.now(), self._sync.zone)
        month.set_value(f"{today.replace(day=1) - timedelta(days=1):%Y-%m}")
        if ask(
            _("Compare a statement …"),
            [month],
            _("Compare"),
            lambda: bounds(month.value().strip()),
            parent=self,
        ):
            wanted = month.value().strip()
            self._ask_office(
                lambda _progress: self._sync.statement(row.brand_id, wanted),
                lambda found: self._statement_came(row.brand, found),
            )

    def try_again(self) -> None:
        """What was not taken goes out once more."""
        self._with_dead(lambda ctx, ids: self._sync.try_again(ctx, ids))

    def drop(self) -> None:
        """Somebody looked; it is off the list."""
        self._with_dead(lambda ctx, ids: self._sync.drop(ctx, ids))

    # -- inside ----------------------------------------------------------------------------------------

    def _ask_office(self, work: Callable[[Progress], Any], then: Callable[[Any], None]) -> None:
        if self._asking is not None and not self._asking.cancelled:
            return
        self.banner.clear()

        def came(found: Any) -> None:
            self._asking = None
            then(found)

        def could_not(error: BaseException) -> None:
            self._asking = None
            self.failed(error)

        self._asking = self.desk.tasks.run(work, came, could_not, _("Comparing with the head office"))

    def _compared(self, found: Reconciled) -> None:
        headline = reconcile_lines(found)[0]
        if found.fault is not None:
            self.warn(headline)
        elif found.agrees:
            self.confirm_done(headline)
        else:
            claims_dialog(found, headline, self).exec()

    def _statement_came(self, brand: str, found: StatementCheck) -> None:
        headline = statement_lines(brand, found)[0]
        if found.agrees:
            self.confirm_done(headline)
        elif found.fault is not None or not found.statements:
            self.warn(headline)
        else:
            statement_dialog(brand, found, self).exec()

    def _with_dead(self, act: Any) -> None:
        row = self.queue.current()
        if row is None or row.state is not OutboxState.DEAD:
            return
        ctx = self.desk.gesture()
        self.run(lambda: act(ctx, [row.id]), lambda _n: self.refresh())

    def _try(self, card: Card, brand_id: int, text: str) -> None:
        self.banner.clear()
        self.confirm_done(_("Testing the connection …"))
        self.desk.tasks.run(
            lambda _progress: self._sync.test(card),
            lambda steps: self._tried(steps, brand_id, text),
            lambda _error: self.refresh(),
        )

    def _tried(self, steps: tuple[StepResult, ...], brand_id: int, text: str) -> None:
        told = "\n".join(_step_line(each) for each in steps)
        if steps[-1].fault is None:
            self.confirm_done(_("The connection works."))
            if not confirm(_("The connection works."), _("Keep the card"), detail=told, parent=self):
                return
        elif not self._keep_untried(told):
            self.warn(_step_line(steps[-1]))
            # The same card is tried again with one key, or corrected where it was pasted.
            self.connect_brand(brand_id, text)
            return
        ctx = self.desk.gesture()
        self.run(lambda: self._sync.connect(ctx, brand_id, text), lambda _rows: self._connected(brand_id))

    def _keep_untried(self, told: str) -> bool:
        question = _(
            "The connection does not work yet. Keep the card all the same? What waits is sent when it works."
        )
        return confirm(
            question,
            _("Keep the card"),
            danger=True,
            detail=told,
            no_word=_("Back to the card"),
            parent=self,
        )

    def _connected(self, brand_id: int) -> None:
        self.refresh()
        self.links.select(brand_id)
        self.confirm_done(_("Connected."))

    def _round(self, progress: Progress) -> list[Pushed]:
        rounds = push_all(
            self._sync,
            lambda done, total: progress.report(done / max(total, 1)),
            lambda: progress.cancelled,
            progress.rest,
        )
        return [done for _link, done in rounds]

    def _pushed(self, rounds: list[Pushed]) -> None:
        self._pushing = None
        self._say_pushed(rounds)
        # In a turn of its own: what was said is painted meanwhile.
        QTimer.singleShot(0, self, self.refresh)

    def _say_pushed(self, rounds: list[Pushed]) -> None:
        fault = next((each.fault for each in rounds if each.fault is not None), None)
        if fault is not None:
            self.warn(label(fault))
            return
        sent, heard = sum(each.answered for each in rounds), sum(each.decided for each in rounds)
        told = [
            ngettext("{n} message arrived.", "{n} messages arrived.", sent).format(n=sent) if sent else "",
            ngettext("{n} answer came.", "{n} answers came.", heard).format(n=heard) if heard else "",
        ]
        self.confirm_done(" ".join(filter(None, told)) or _("Nothing waits."))

    def _load_queue(self) -> None:
        state = self.filter.value()
        self.queue.show_source(
            lambda after, limit: self._sync.queue(state, after, limit), key=lambda row: row.id
        )
        self._offer()

    def _offer(self) -> None:
        row = self.queue.current()
        dead = row is not None and row.state is OutboxState.DEAD and self.desk.may(Command.SEND_CLAIM)
        self.retry_button.setVisible(dead)
        self.drop_button.setVisible(dead)

    def _picked(self, row: LinkRow | None) -> None:
        if row is None:
            self._shown = None
            self.card.show_nothing()
            return
        if row == self._shown:
            return
        self._shown = row
        self.card.show_record(
            row.brand,
            [
                (_("State"), label(row.fault) if row.fault is not None else _link_word(row)),
                (_("Address"), row.url),
                (_("Our number there"), row.shop),
                (_("Key"), row.key_id),
                (_("Last contact"), self._contact(row) or _("never")),
                (
                    _("Next try"),
                    formats.short_moment(row.next_try_at, self._sync.zone)
                    if row.next_try_at is not None
                    else "",
                ),
            ],
            _link_chip(row),
        )
        may = self.desk.may(Command.SAVE_LINK)
        self.card.offer(
            self.compare_button if row.active else None,
            self.statement_button if row.active else None,
            self.again_button if may else None,
            self.stop_button if may and row.active else None,
            self.go_button if may and not row.active else None,
        )

    def _contact(self, row: LinkRow) -> str:
        return (
            "" if row.last_contact_at is None else formats.short_moment(row.last_contact_at, self._sync.zone)
        )


def _step_line(result: StepResult) -> str:
    names = {
        Step.NAME: _("The address is found"),
        Step.REACH: _("Somebody answers"),
        Step.CERTIFICATE: _("It is the head office"),
        Step.CLOCK: _("The clocks agree"),
        Step.KEY: _("It knows this shop"),
    }
    if result.fault is None:
        return f"✓ {names[result.step]}"
    return "✗ " + _("{what}: {why}").format(what=names[result.step], why=label(result.fault))


def _link_word(row: LinkRow) -> str:
    if not row.active:
        return _("Stopped")
    if row.fault is not None:
        return _("Does not get through")
    return _("Nothing sent yet") if row.last_contact_at is None else _("Works")


def _link_chip(row: LinkRow) -> Chip:
    if not row.active:
        return Chip(_link_word(row), Tone.CALM, "ban")
    if row.fault is not None:
        return Chip(_link_word(row), Tone.WAITS, "cloud-off")
    return Chip(_link_word(row), Tone.CALM if row.last_contact_at is None else Tone.DONE, "cloud")


def _queue_chip(row: QueueRow) -> Chip:
    tone, icon = _STATES[row.state]
    return Chip(label(row.state), tone, icon)


def _kind(row: QueueRow) -> str:
    try:
        return word(EventType(row.kind))
    except ValueError:
        return row.kind


def _dead_tone(row: LinkRow) -> str | None:
    return "late_ink" if row.dead else None

"""One order's record: who, what, where it stands, what happened, and every paper it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import AT_COUNTER, CLOSED, Command, CoverReason, LineKind, LookKind, NoteKind, PaperKind
from app.core.labels import category_name, claimable_words, cover_words, label
from app.core.words import _
from app.features.orders.snapshots import HistoryEntry, OrderCard
from app.ui import theme
from app.ui.chips import ChipLabel, status_chip
from app.ui.choices import FlowLayout
from app.ui.desk import Desk

if TYPE_CHECKING:
    from app.features.brands.incidents import Incidents
    from app.features.brands.service import Brands
    from app.features.brands.snapshots import PlanRow
    from app.features.claims.service import Claims
    from app.features.claims.snapshots import ClaimRow
    from app.features.orders.correcting import Correcting
    from app.features.orders.service import OrdersService
    from app.features.printing.service import PrintingService


class BrandWork(Protocol):
    """What a shop that works for brands does with an order beside repairing it."""

    @property
    def claims(self) -> Claims: ...
    @property
    def incidents(self) -> Incidents: ...


def no_brands() -> BrandWork | None:
    """The shop works for no brand."""
    return None


class RecordView(QFrame):
    """Read-only: work is done in the rooms, this is where one looks things up."""

    #: The user wants to go on with this order (its id) where it is worked on.
    wants_room = Signal(int)
    #: The user wants to see the claim with this id.
    wants_claim = Signal(int)
    #: The order with this number was put right.
    corrected = Signal(str)

    def __init__(
        self,
        orders: Callable[[], OrdersService],
        correcting: Callable[[], Correcting],
        printing: Callable[[], PrintingService],
        desk: Desk,
        brands: Callable[[], Brands] | None = None,
        brand_work: Callable[[], BrandWork | None] = no_brands,
    ) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self._orders = orders
        self._correcting = correcting
        self._printing = printing
        self._desk = desk
        #: Plans are noted where somebody keeps them.
        self._brands = brands
        #: None in a shop that works for no brand: it sees nothing of claims and incidents.
        self._brand_work = brand_work
        self._card: OrderCard | None = None
        self._number = QLabel(_("Choose an order on the left."))
        theme.role_of(self._number, "heading")
        self._chip = ChipLabel()
        self._chip.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._go = QPushButton(_("Go on with it"))
        theme.role_of(self._go, "primary")
        self._go.clicked.connect(lambda: self.wants_room.emit(self._card.id) if self._card else None)
        self._papers = QPushButton(_("Papers …"))
        self._papers.clicked.connect(self.show_papers)
        self._correct = QPushButton(_("Correct …"))
        self._correct.setShortcut("Ctrl+E")
        self._correct.setToolTip("Ctrl+E")
        self._correct.clicked.connect(self.correct)
        self._plans = QPushButton(_("Plans …"))
        self._plans.clicked.connect(self.show_plans)
        self._incident = QPushButton(_("Incident …"))
        self._incident.clicked.connect(self.record_incident)
        head = QHBoxLayout()
        head.addWidget(self._number)
        head.addWidget(self._chip)
        head.addStretch(1)
        deeds = QWidget()
        buttons = FlowLayout(deeds, gap=8)
        for button in (self._go, self._papers, self._correct, self._plans, self._incident):
            buttons.addWidget(button)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addLayout(head)
        box.addWidget(self._area, 1)
        box.addWidget(deeds)
        self._show()

    def show_order(self, order_id: int) -> None:
        """Show an order's record."""
        self._card = self._orders().card(order_id, self._desk.actor)
        self._desk.looked_at(LookKind.ORDER, order_id)
        self._show()

    def await_order(self) -> None:
        """Another order is about to be shown: keys that come sooner do nothing."""
        self._card = None

    def reload(self) -> None:
        """Show the same order as it is now."""
        if self._card is not None:
            self.show_order(self._card.id)

    def show_papers(self) -> None:
        """A menu of the order's papers; each opens its preview."""
        if self._card is None:
            return
        menu = self.papers_menu()
        # Under the keys at once: Ctrl+P, Enter shows the first paper.
        menu.setActiveAction(menu.actions()[0])
        menu.exec(self._papers.mapToGlobal(self._papers.rect().topLeft()))

    def papers_menu(self) -> QMenu:
        """The papers that the order shown has now."""
        assert self._card is not None
        menu = QMenu(self)
        for kind, number in self._printing().numbers_of_order(self._card.id):
            action = menu.addAction(f"{label(kind)}  {number}")
            action.triggered.connect(
                lambda _on=False, kind=kind, number=number: self._desk.papers.preview(kind, number)
            )
        return menu

    def show_plans(self) -> None:
        """A menu: another plan for the device, and the end of each that holds."""
        menu = self.plans_menu()
        menu.setActiveAction(menu.actions()[0])
        menu.exec(self._plans.mapToGlobal(self._plans.rect().topLeft()))

    def plans_menu(self) -> QMenu:
        """What can be done about the plans of the device shown."""
        from app.features.brands.words import plan_text

        assert self._card is not None
        assert self._brands is not None
        menu = QMenu(self)
        menu.addAction(_("Add a plan …")).triggered.connect(lambda _on=False: self.add_plan())
        for plan in self._brands().plans(self._card.device_id):
            if plan.ended_on is None:
                words = _("End: {plan}").format(plan=plan_text(plan))
                action = menu.addAction(words.replace("&", "&&"))
                action.triggered.connect(lambda _on=False, mine=plan: self.end_plan(mine))
        return menu

    def add_plan(self) -> None:
        """Write down a plan that was sold or granted for the device."""
        from app.features.brands.plan_form import PlanForm
        from app.ui.form_dialog import ask

        card, brands = self._card, self._brands
        if card is None or brands is None:
            return
        service, ctx = brands(), self._desk.gesture()
        form = PlanForm(service.today, service.today())
        give = lambda: service.add_plan(ctx, card.device_id, form.entry())  # noqa: E731
        if ask(_("Plan of this device"), form.rows, _("Save"), give, parent=self):
            self.corrected.emit(card.number)

    def end_plan(self, plan: PlanRow) -> None:
        """It was given back, or the device was replaced."""
        from app.features.brands.words import plan_text
        from app.ui.form_dialog import ask

        card, brands = self._card, self._brands
        if card is None or brands is None:
            return
        ctx = self._desk.gesture()
        title, text = _("End the plan"), _("It holds no more from today on; it stays on record.")
        give = lambda: brands().end_plan(ctx, plan.id)  # noqa: E731
        if ask(
            title, [], _("End the plan"), give, text=f"{plan_text(plan)}\n{text}", danger=True, parent=self
        ):
            self.corrected.emit(card.number)

    def record_incident(self) -> None:
        """Injury, fire, gas with the device shown: written down and told to its brand at once."""
        card, work = self._card, self._brand_work()
        if card is None or work is None:
            return
        from app.features.brands.incident_form import ask_incident

        found = ask_incident(work.incidents, self._desk.gesture(), self, card.number)
        if found is not None:
            self._desk.papers.preview(PaperKind.INCIDENT_REPORT, found.number)

    def correct(self) -> None:
        """Put right what was written down at intake."""
        card = self._card
        if card is None or not self._may_correct(card):
            return
        from app.features.orders.correct_form import CorrectForm
        from app.features.orders.correcting import entry_of
        from app.ui.form_dialog import FormDialog

        service = self._correcting()
        form = CorrectForm(entry_of(card, self._orders().zone), service.categories, lambda: service.today)
        gesture = self._desk.gesture()
        dialog = FormDialog(
            _("Correct {number}").format(number=card.number),
            form.rows,
            _("Save"),
            lambda: service.correct(gesture, card.id, card.version, form.entry()),
            text=_("Papers that were printed before stay as they are; print them again if they changed."),
            parent=self,
        )
        if dialog.exec():
            self.corrected.emit(card.number)

    def _may_correct(self, card: OrderCard) -> bool:
        return card.status not in CLOSED and self._desk.may(Command.EDIT_ORDER)

    def _may_go_on(self, card: OrderCard) -> bool:
        """Whether there is a room for the order that this person may enter."""
        if card.status in AT_COUNTER or (card.status in CLOSED and card.due):
            return self._desk.may(Command.SETTLE)
        return card.status not in CLOSED

    def _show(self) -> None:
        card = self._card
        self._go.setVisible(card is not None and self._may_go_on(card))
        self._papers.setVisible(card is not None)
        self._correct.setVisible(card is not None and self._may_correct(card))
        plans = card is not None and self._brands is not None
        self._plans.setVisible(plans and self._desk.may(Command.SAVE_COVER_PLAN))
        work = self._brand_work() if card is not None else None
        self._incident.setVisible(work is not None and self._desk.may(Command.REPORT_INCIDENT))
        self._chip.show_chip(status_chip(card.status) if card is not None else None)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        column.setSpacing(theme.px(6))
        if card is not None:
            self._number.setText(card.number)
            self._facts(column, card)
            if work is not None and (claim := work.claims.of_order(card.id)) is not None:
                column.addWidget(self._claim_link(work.claims.row(claim)))
            if card.lines:
                column.addWidget(_heading(_("Work and parts")))
                column.addLayout(_charges(card))
            if card.quote is not None:
                column.addWidget(_heading(_("Quotes")))
                for widget in self._quotes(card):
                    column.addWidget(widget)
            column.addWidget(_heading(_("History")))
            for entry in self._orders().history(card.id):
                column.addWidget(_line(entry, self._orders().zone))
        column.addStretch(1)
        self._area.setWidget(inside)

    def _claim_link(self, row: ClaimRow) -> QWidget:
        """Where the brand's part of the order stands; opens the claim."""
        words = _("Claim {number}: {state}, {amount}").format(
            number=row.number, state=label(row.state), amount=formats.money(row.total)
        )
        return _link(words, lambda: self.wants_claim.emit(row.id))

    def _quotes(self, card: OrderCard) -> list[QWidget]:
        """Every version with its answer, each of them opens its paper; and how the invoice differs."""
        from app.features.orders.difference_view import DifferenceDialog, answer_text, summary_of

        zone = self._orders().zone
        found: list[QWidget] = []
        for quote in self._orders().quotes(card.id):
            number = f"{card.number}/{quote.version}"
            show = partial(self._desk.papers.preview, PaperKind.QUOTE, number)
            found.append(_link(answer_text(quote, zone), show))
        explained = self._orders().explained(card.id)
        if explained is not None and explained.differences:
            found.append(_link(summary_of(explained), lambda: DifferenceDialog(explained, zone, self).exec()))
        return found

    def _device_facts(self, card: OrderCard) -> list[tuple[str, str]]:
        """What the warranty hangs on, and the statutory clock with its alarm."""
        from app.features.brands.words import clock_text, plan_text

        found = self._orders().device_facts(card.device_id)
        bought = formats.day(found.purchased_on) if found.purchased_on else ""
        proof = _("Proof seen") if found.proof_seen else ""
        return [
            (_("Purchase date"), " · ".join(filter(None, (bought, proof))) if bought else ""),
            (_("Production date"), formats.day(found.produced_on) if found.produced_on else ""),
            (_("Outdoor unit"), found.outdoor_serial),
            (_("Plans"), "\n".join(map(plan_text, found.plans))),
            (_("Statutory guarantee"), clock_text(found.clock)),
            ("", claimable_words(found.clock.reasons)),
        ]

    def _facts(self, column: QVBoxLayout, card: OrderCard) -> None:
        zone = self._orders().zone
        facts = [
            (_("Customer"), f"{card.customer_name}  {formats.phone(card.customer_phone)}"),
            (
                _("Device"),
                " ".join(part for part in (card.brand, category_name(card.category), card.model) if part),
            ),
            (_("Serial number"), card.serial),
            (_("Fault"), card.fault),
            (_("Device passcode"), _passcode(card)),
            (_("Accessories"), formats.joined(card.accessories)),
            (_("Visible damage"), card.damage),
            *self._device_facts(card),
            (_("Cover"), cover_text(card)),
            (_("Taken in"), formats.moment(card.taken_in_at, zone)),
            (_("Promised"), formats.moment(card.promised_at, zone) if card.promised_at else ""),
            (_("Delivered"), formats.moment(card.delivered_at, zone) if card.delivered_at else ""),
            (_("Technician"), card.technician),
            (_("Shelf"), card.shelf),
            (_("Rework of"), card.rework_of),
            (_("Total"), formats.money(card.customer_total) if card.lines else ""),
            (_("Credited"), formats.money(-card.credited) if card.credited else ""),
            (_("Due"), formats.money(card.due) if card.due else ""),
            (_("Invoice"), card.invoice_number),
            (_("Guarantee until"), formats.day(card.guarantee_until) if card.guarantee_until else ""),
        ]
        for name, text in facts:
            if not text:
                continue
            row = QHBoxLayout()
            caption = QLabel(name)
            theme.role_of(caption, "caption")
            caption.setFixedWidth(theme.px(96))
            caption.setWordWrap(True)
            caption.setAlignment(Qt.AlignmentFlag.AlignTop)
            value = QLabel(text)
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if not name:
                # What the law says of the fact above it.
                theme.role_of(value, "error")
            row.addWidget(caption)
            row.addWidget(value, 1)
            column.addLayout(row)


def cover_text(card: OrderCard) -> str:
    """Why the payer pays, in the user's language."""
    words = cover_words(card.cover_reason, card.cover_until, who=card.cover_who, note=card.cover_note)
    return f"{label(card.payer)}: {words}" if card.cover_reason is CoverReason.OVERRIDDEN else words


def history_text(entry: HistoryEntry) -> str:
    """What one entry says: a note, a move, or the command that left it."""
    if entry.note is not None:
        return f"{label(entry.note)}: {entry.text}" if entry.text else label(entry.note)
    if entry.denied and entry.command is not None:
        return _("Refused for lack of the right: {command}").format(command=label(entry.command))
    if entry.to_status is not None:
        what = label(entry.action) if entry.action is not None else label(entry.command or entry.to_status)
        return f"{what} → {label(entry.to_status)}"
    return label(entry.command) if entry.command is not None else ""


def _heading(text: str) -> QLabel:
    heading = QLabel(text)
    theme.role_of(heading, "strong")
    return heading


def _link(text: str, action: Callable[[], object]) -> QPushButton:
    button = QPushButton(text.replace("&", "&&"))
    theme.role_of(button, "link")
    button.setStyleSheet("text-align: left;")
    button.clicked.connect(lambda: action())
    return button


def _charges(card: OrderCard) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(12))
    grid.setVerticalSpacing(theme.px(4))
    grid.setColumnStretch(0, 1)
    for at, line in enumerate(card.lines):
        what = QLabel(line.description or label(line.kind))
        what.setWordWrap(True)
        count = QLabel("" if line.kind is LineKind.DISCOUNT else f"{line.quantity} {line.unit}".strip())
        theme.role_of(count, "secondary")
        for place, widget in enumerate((what, count, QLabel(formats.money(line.gross)))):
            side = Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight
            widget.setAlignment(Qt.AlignmentFlag.AlignTop | side)
            grid.addWidget(widget, at, place)
    return grid


def _line(entry: HistoryEntry, zone: str) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    when = QLabel(formats.short_moment(entry.at, zone))
    theme.role_of(when, "caption")
    when.setFixedWidth(theme.px(96))
    when.setAlignment(Qt.AlignmentFlag.AlignTop)
    text = QLabel(f"{history_text(entry)}  · {entry.staff}" if entry.staff else history_text(entry))
    text.setWordWrap(True)
    row.addWidget(when)
    row.addWidget(text, 1)
    return holder


def _passcode(card: OrderCard) -> str:
    """What became of it; never the passcode."""
    if card.has_passcode:
        return _("Kept encrypted")
    if card.repair_mode:
        return label(NoteKind.REPAIR_MODE)
    return label(NoteKind.PASSCODE_ERASED) if card.passcode_ended else ""

"""Claims: what is incomplete, ready, with the brand, or came back; one claim with what it lacks and its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.core import formats
from app.core.brand_codes import ClaimState, CodeList
from app.core.changes import Changes, Kind
from app.core.enums import Command
from app.core.labels import category_name, label
from app.core.wire.answers import Gap
from app.core.wire.words import word
from app.core.words import _, ngettext, pgettext
from app.features.brands.service import Brands
from app.features.claims.photo_kinds import PhotoKinds
from app.features.claims.reading import OPEN
from app.features.claims.service import ANSWERABLE, Claims
from app.features.claims.snapshots import ClaimCard, ClaimEntryForm, ClaimRow
from app.features.claims.words import amounts_text, missing_text, reason_text, state_chip
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.date_field import DateField
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField, TextField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.search_field import SearchField
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

_BACK = (ClaimState.REFUSED, ClaimState.RETURNED)
#: The filter's choices: their states; none means all.
_FILTERS: tuple[tuple[str, tuple[ClaimState, ...]], ...] = (
    ("todo", (ClaimState.DRAFT, ClaimState.READY, *_BACK)),
    ("ready", (ClaimState.READY,)),
    ("back", _BACK),
    ("sent", (ClaimState.SENT,)),
    ("done", (ClaimState.ACCEPTED, ClaimState.SETTLED, ClaimState.WITHDRAWN)),
    ("all", ()),
)


class ClaimsPage(Page):
    """The worklist on the left, the picked claim on the right."""

    key = "claims"

    def __init__(self, claims: Claims, brands: Brands, desk: Desk) -> None:
        super().__init__()
        self._claims = claims
        self._brands = brands
        self.desk = desk
        self.shown: ClaimCard | None = None
        self.filter = ChipGroup(
            "",
            [
                ("todo", _("To do")),
                ("ready", label(ClaimState.READY)),
                ("back", _("Came back")),
                ("sent", label(ClaimState.SENT)),
                ("done", _("Answered")),
                ("all", _("All")),
            ],
            single=True,
            numbers=False,
        )
        self.filter.set_value("todo")
        self.filter.changed.connect(self._load)
        self.search = SearchField(_("Search claims"), _("Claim, order or serial number"))
        self.search.searched.connect(self._load)
        self.back_chip = ChipLabel()
        self.send_all_button = QPushButton(_("Send all that are ready (F9)"))
        self.send_all_button.clicked.connect(self.save_and_print)
        top = QHBoxLayout()
        top.addWidget(self.filter, 3)
        top.addWidget(self.search, 2)
        top.addWidget(self.back_chip, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.send_all_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("number", _("Claim"), lambda row: row.number, width=112, bold=True),
                Column("order", _("Order"), lambda row: row.order_number, width=96),
                Column("brand", _("Brand"), lambda row: row.brand, width=80),
                Column("model", _("Device"), _model, width=130, stretch=True, spare=True),
                Column(
                    "delivered",
                    pgettext("settlement", "Delivered"),
                    lambda row: formats.short_day(row.delivered_on),
                    width=68,
                    spare=True,
                ),
                Column(
                    "total",
                    _("Claimed"),
                    lambda row: formats.money(row.total, sign=False),
                    sort=lambda row: row.total,
                    align=RIGHT,
                    width=90,
                ),
                Column("state", _("State"), lambda row: label(row.state), width=150, chip=state_chip),
            ],
            name="claims",
            empty=Empty(
                _("No claims here. A covered order becomes one when it is handed over."), icon="shield-check"
            ),
        )
        self.list.view.setAccessibleName(_("Claims"))
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.complete())
        self.steps = Table(
            [
                Column("at", _("When"), lambda row: formats.short_moment(row.at, claims.zone), width=92),
                Column("state", _("What"), lambda row: label(row.to_state), width=130),
                Column("who", _("By"), lambda row: row.who, width=72, spare=True),
                Column("reason", _("Why"), lambda row: reason_text(row.reason), width=160, stretch=True),
            ],
            name="claim_steps",
            empty=Empty(_("Nothing happened to it yet."), icon="history"),
        )
        self.card = SideCard(_("Choose a claim on the left."), self.steps)
        card = self.card
        self.complete_button = card.button(_("Fill in … (↵)"), self.complete, primary=True)
        self.photos_button = card.button(_("Photos …"), self.tell_photos)
        self.send_button = card.button(pgettext("claim", "Send"), self.send)
        self.answer_button = card.button(_("The brand's answer …"), self.answer)
        self.order_button = card.button(_("Open the order"), self.open_order)
        self.withdraw_button = card.button(_("Withdraw …"), self.withdraw, danger=True)
        self.body.addWidget(beside(self.list, card, wide=760, narrow=480), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Claims")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("↵", _("fill in")), KeyHint("F9", _("send all that are ready")))

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return any(map(changes.has, (Kind.CLAIM, Kind.BRAND, Kind.OLD_PART, Kind.ORDER)))

    def refresh(self) -> None:
        if self.desk.may(Command.EDIT_CLAIM):
            self.run(lambda: self._claims.recheck(self.desk.gesture()))
        tally = self._claims.tally()
        self.send_all_button.setVisible(self.desk.may(Command.SEND_CLAIM))
        self.send_all_button.setEnabled(tally.ready > 0)
        words = _("{n} came back").format(n=tally.back)
        self.back_chip.show_chip(Chip(words, Tone.LATE, "undo-2") if tally.back else None)
        self._load()
        if self.shown is not None:
            self._show(self._claims.card(self.shown.row.id))

    def open_with(self, subject: Any) -> None:
        """A claim's id, or what part of the list: ``back`` for what came back."""
        if subject in dict(_FILTERS):
            self.filter.set_value(subject)
            self._load()
            return
        self.filter.set_value("all")
        self._load()
        self._show(self._claims.card(int(subject)))
        self.list.select(int(subject))

    def back(self) -> bool:
        if self.search.value():
            self.search.set_value("")
            self._load()
            return True
        return False

    def save_and_print(self) -> None:
        """F9: everything that is ready goes out."""
        if not self.desk.may(Command.SEND_CLAIM):
            return
        ready = [row.id for row in self._claims.page((ClaimState.READY,), limit=500)]
        if not ready:
            self.confirm_done(_("No claim is ready to be sent."))
            return
        ctx = self.desk.gesture()
        self.run(lambda: self._claims.send(ctx, ready), self._sent)

    # -- commands --------------------------------------------------------------------------------------

    def complete(self) -> None:
        """Fill in what is missing."""
        card = self.shown
        if card is None or card.row.state not in OPEN or not self.desk.may(Command.EDIT_CLAIM):
            return
        if card.lacks and all(each.value.startswith("photo_") for each in card.lacks):
            self.tell_photos()
            return
        fault, cause, fix = (
            self._code_field(card, kind, word, code)
            for kind, word, code in (
                (CodeList.FAULT, _("Fault code"), card.body.fault_code),
                (CodeList.CAUSE, _("Cause code"), card.body.cause_code),
                (CodeList.FIX, _("Fix code"), card.body.fix_code),
            )
        )
        serial = LineField(_("Serial number"), most=64)
        serial.set_value(card.body.device.serial)
        outdoor = LineField(_("Outdoor unit's serial number"), most=64)
        outdoor.set_value(card.outdoor_serial)
        produced = DateField(_("Production date"), self._brands.today, past=True)
        produced.set_value(card.body.device.produced_on)
        bought = DateField(_("Purchase date (proof was seen)"), self._brands.today, past=True)
        unsigned = LineField(_("Why the customer did not sign"))
        unsigned.set_value(card.unsigned_reason)
        note = TextField(_("Note for the brand"), lines=2)
        note.set_value(card.note)
        fields: list[QWidget] = [fault, cause, fix, serial]
        if card.body.device.split or card.outdoor_serial:
            fields.append(outdoor)
        if Gap.PURCHASE_DATE in card.lacks:
            fields.append(bought)
        fields += [produced, *([] if card.body.signature.signed else [unsigned]), note]
        ctx = self.desk.gesture()
        done: list[ClaimCard] = []
        if ask(
            _("Claim {number}").format(number=card.row.number),
            fields,
            _("Save"),
            lambda: done.append(
                self._claims.complete(
                    ctx,
                    card.row.id,
                    card.row.version,
                    ClaimEntryForm(
                        fault_code=fault.value() or "",
                        cause_code=cause.value() or "",
                        fix_code=fix.value() or "",
                        serial=serial.value(),
                        outdoor_serial=outdoor.value(),
                        produced_on=produced.value(),
                        purchased_on=bought.value(),
                        unsigned_reason=unsigned.value(),
                        note=note.value(),
                    ),
                )
            ),
            text=missing_text(card),
            parent=self,
        ):
            self._changed(done[0])

    def tell_photos(self) -> None:
        """Say what the order's photos show, and add what the brand asks for."""
        card = self.shown
        if card is None or card.row.state not in OPEN or not self.desk.may(Command.EDIT_CLAIM):
            return
        kinds = PhotoKinds(card.photos, card.wants, self.desk.tasks)
        ctx = self.desk.gesture()
        done: list[ClaimCard] = []
        if ask(
            _("Photos of {number}").format(number=card.row.number),
            [kinds],
            _("Save"),
            lambda: done.append(
                self._claims.show_photos(ctx, card.row.id, card.row.version, kinds.shows(), kinds.added())
            ),
            parent=self,
        ):
            self._changed(done[0])

    def send(self) -> None:
        """The picked claim goes out."""
        card = self.shown
        if card is not None:
            ctx = self.desk.gesture()
            self.run(lambda: self._claims.send(ctx, [card.row.id]), self._sent)

    def answer(self) -> None:
        """A brand without a connection answered by letter or portal."""
        card = self.shown
        if card is None:
            return
        which = ChipGroup(
            _("Answer"),
            [
                (state, label(state))
                for state in (ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.RETURNED)
            ],
            single=True,
        )
        which.set_value(ClaimState.ACCEPTED)
        amount = MoneyField(_("Accepted amount (empty: as claimed)"))
        why = LineField(_("Reason"))
        ctx = self.desk.gesture()
        done: list[ClaimCard] = []
        if ask(
            _("The brand's answer to {number}").format(number=card.row.number),
            [which, amount, why],
            _("Save"),
            lambda: done.append(
                self._claims.note_answer(
                    ctx, card.row.id, card.row.version, which.value(), amount.value(), why.value()
                )
            ),
            parent=self,
        ):
            self._changed(done[0])

    def withdraw(self) -> None:
        """Give the picked claim up."""
        card = self.shown
        if card is None:
            return
        why = LineField(_("Reason"), required=True)
        ctx = self.desk.gesture()
        done: list[ClaimCard] = []
        if ask(
            _("Withdraw {number}").format(number=card.row.number),
            [why],
            _("Withdraw"),
            lambda: done.append(self._claims.withdraw(ctx, card.row.id, card.row.version, why.value())),
            text=_("Nobody pays this repair then. The claim stays on record."),
            danger=True,
            parent=self,
        ):
            self._changed(done[0])

    def open_order(self) -> None:
        """What the claim is about."""
        if self.shown is not None:
            self.wants.emit("orders", self.shown.row.order_id)

    # -- inside ----------------------------------------------------------------------------------------

    def _code_field(self, card: ClaimCard, kind: CodeList, word: str, code: str) -> ComboField:
        category = card.body.device.category
        choices = [
            (each.code, f"{each.code} {each.name}")
            for each in self._brands.codes(card.row.brand_id, kind, category)
            if each.active
        ]
        field = ComboField(word, choices, free=not choices)
        if code:
            field.set_value(code)
        return field

    def _load(self) -> None:
        states = dict(_FILTERS)[self.filter.value() or "all"]
        typed = self.search.value()
        self.list.show_source(
            lambda after, limit: self._claims.page(states, None, typed, after, limit), key=lambda row: row.id
        )

    def _picked(self, row: ClaimRow | None) -> None:
        if row is not None and (self.shown is None or self.shown.row.id != row.id):
            self.run(lambda: self._show(self._claims.card(row.id)))

    def _changed(self, card: ClaimCard) -> None:
        self._show(card)
        self.list.reload()
        self.confirm_done(f"{card.row.number}: {label(card.row.state)}")

    def _sent(self, sent: tuple[int, ...]) -> None:
        self.confirm_done(ngettext("{n} claim sent", "{n} claims sent", len(sent)).format(n=len(sent)))
        self.refresh()

    def _show(self, card: ClaimCard) -> None:
        self.shown = card
        row, body = card.row, card.body
        may = self.desk.may
        lacks = missing_text(card) if row.state in OPEN else ""
        self.card.show_record(
            f"{row.number}  {row.brand}",
            [
                (_("Missing"), lacks),
                (_("The brand says"), reason_text(row.answer)),
                (_("Order"), row.order_number),
                (_("Device"), f"{category_name(body.device.category)} {row.model}".strip()),
                (_("Serial number"), formats.joined(filter(None, (row.serial, card.outdoor_serial)))),
                (_("Codes"), " · ".join(filter(None, (body.fault_code, body.cause_code, body.fix_code)))),
                (_("Photos"), formats.joined(word(each.shows) for each in body.photos)),
                (_("Claimed"), f"{formats.money(row.total)} = {amounts_text(card)}"),
                (pgettext("claim", "Accepted"), "" if row.accepted is None else formats.money(row.accepted)),
                (_("Sent so far"), _("{n} times").format(n=row.submission) if row.submission else ""),
                (_("Note"), card.note),
            ],
            state_chip(row),
        )
        self.steps.show_rows(card.steps)
        self.card.offer(
            self.complete_button if row.state in OPEN and may(Command.EDIT_CLAIM) else None,
            self.photos_button if row.state in OPEN and may(Command.EDIT_CLAIM) else None,
            self.send_button if row.state is ClaimState.READY and may(Command.SEND_CLAIM) else None,
            self.answer_button
            if row.submission and row.state in ANSWERABLE and not card.pushed and may(Command.ANSWER_CLAIM)
            else None,
            self.order_button,
            self.withdraw_button
            if row.state in OPEN | {ClaimState.SENT} and may(Command.WITHDRAW_CLAIM)
            else None,
        )


def _model(row: ClaimRow) -> str:
    return row.model or category_name(row.category)

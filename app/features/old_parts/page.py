"""Old parts: what must go back to a brand, how long it has been out, and the batches it goes back in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Scan
from app.core.enums import Command, OldPartState, PaperKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.words import _
from app.features.old_parts.batches_view import BatchesView
from app.features.old_parts.forms import HandInForm, PolicyDialog, WriteOffForm
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import OldPartRow, Shown
from app.features.old_parts.words import days_text, pieces_text, state_chip
from app.features.stock.service import StockService
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

#: The filter that shows batches instead of parts.
BATCHES = "batches"
_LOSSES = (
    OldPartState.DUE,
    OldPartState.ON_SHELF,
    OldPartState.IN_BATCH,
    OldPartState.SENT,
    OldPartState.REFUSED,
)


class OldPartsPage(Page):
    """The register of old parts. A scanned label is laid on the shelf; on the batches, it is packed."""

    key = "old_parts"

    def __init__(
        self,
        old_parts: OldParts,
        stock: StockService,
        desk: Desk,
    ) -> None:
        super().__init__()
        self._old = old_parts
        self._stock = stock
        self.desk = desk
        self.filter = ChipGroup(
            "",
            [
                (Shown.OPEN, _("Not with the brand")),
                (Shown.DUE, label(OldPartState.DUE)),
                (Shown.ON_SHELF, label(OldPartState.ON_SHELF)),
                (Shown.SENT, label(OldPartState.SENT)),
                (Shown.REFUSED, label(OldPartState.REFUSED)),
                (Shown.ALL, _("All")),
                (BATCHES, _("Return batches")),
            ],
            single=True,
            numbers=False,
        )
        self.filter.set_value(Shown.OPEN)
        self.filter.changed.connect(self._filtered)
        self.overdue = ChipLabel()
        self.hand_in_button = QPushButton(_("Hand in … (Ctrl+N)"))
        self.hand_in_button.setShortcut("Ctrl+N")
        self.hand_in_button.clicked.connect(self.hand_in)
        self.rules_button = QPushButton(_("Rules …"))
        self.rules_button.clicked.connect(self.edit_rules)
        top = QHBoxLayout()
        top.addWidget(self.filter, 1)
        top.addWidget(self.overdue, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.hand_in_button)
        top.addWidget(self.rules_button)
        self.body.addLayout(top)
        self.brand = ComboField("", free=True, placeholder=_("Every brand"))
        self.brand.line.setAccessibleName(_("Brand"))
        self.brand.on_pick(lambda _code: self._load())
        self.brand.entered.connect(self._load)
        self.place = LineField("", placeholder=_("Scanned parts lie on …"))
        self.place.line.setAccessibleName(_("Place on the old-part shelf"))
        second = QHBoxLayout()
        second.addWidget(self.brand, 1)
        second.addWidget(self.place, 2)
        second.addStretch(2)
        self.row_of_fields = QWidget()
        self.row_of_fields.setLayout(second)
        second.setContentsMargins(0, 0, 0, 0)
        self.body.addWidget(self.row_of_fields)
        self.list = Table(_columns(), name="old_parts", empty=self._empty())
        self.list.picked.connect(self._picked)
        self.card = SideCard(_("Choose an old part on the left, or scan its label."))
        self._make_buttons()
        self.batches = BatchesView(old_parts, self, desk)
        self._faces = QStackedWidget()
        self._faces.addWidget(beside(self.list, self.card, wide=800, narrow=400))
        self._faces.addWidget(self.batches)
        self.body.addWidget(self._faces, 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Old parts")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+N", _("hand in")),
            KeyHint("Ctrl+R", _("to the shelf")),
            KeyHint("Ctrl+P", _("label")),
        )

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.OLD_PART) or changes.has(Kind.SETTING)

    def refresh(self) -> None:
        may = self.desk.may
        self.hand_in_button.setVisible(may(Command.SHELVE_OLD_PART))
        self.rules_button.setVisible(may(Command.SAVE_OLD_PART_RULE))
        tally = self._old.tally()
        late = None
        if tally.overdue:
            late = Chip(_("{n} overdue").format(n=tally.overdue), Tone.LATE, "triangle-alert")
        self.overdue.show_chip(late)
        self.brand.set_choices([("", _("Every brand")), *((each, each) for each in self._old.brands())])
        if self._on_batches():
            self.batches.refresh()
        else:
            self._load()

    def take_scan(self, scan: Scan) -> bool:
        if not isinstance(scan, Code):
            return False
        if scan.kind is CodeKind.RETURN_BATCH:
            self.show_batch(scan.number)
            return True
        if scan.kind is not CodeKind.OLD_PART:
            return False
        row = self._old.by_scan(scan.digits)
        if row is None:
            raise Refusal(Reason.CODE_UNKNOWN, text=scan.digits)
        if self._on_batches():
            self.batches.pack(row)
        else:
            self._scanned(row)
        return True

    def open_with(self, subject: Any) -> None:
        """A scan of a label or a packing list, or an old part's id."""
        if isinstance(subject, Code):
            self.take_scan(subject)
        else:
            self._show(self._old.old_part(int(subject)))

    def print_paper(self) -> None:
        if self._on_batches():
            self.batches.print_paper()
        else:
            self.print_label()

    # -- commands --------------------------------------------------------------------------------------

    def shelve(self) -> None:
        """The picked part lies on the shelf now."""
        row = self.list.current()
        if row is not None:
            self.run(lambda: self._shelve(row))

    def pack(self) -> None:
        """The picked part goes into its brand's batch."""
        row = self.list.current()
        if row is None:
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._old.pack_one(ctx, row.id),
            lambda card: self.confirm_done(
                _("{code} packed into {number}.").format(code=row.code, number=card.row.number)
            ),
        )

    def take_back(self) -> None:
        """What was handed in goes back to the technician."""
        row = self.list.current()
        if row is None:
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._old.take_back(ctx, row.id),
            lambda now: self.confirm_done(f"{now.code} {label(now.state)}"),
        )

    def write_off(self) -> None:
        """The shop pays for the picked part."""
        row = self.list.current()
        if row is None:
            return
        form = WriteOffForm(row)
        ctx = self.desk.gesture()
        ask(
            _("The shop pays: {part}").format(part=row.name),
            form.rows,
            _("Write off"),
            lambda: self._old.write_off(ctx, row.id, row.version, form.reason.value(), lost=form.lost()),
            text=_("Cost of the new part: {amount}").format(amount=formats.money(row.cost)),
            danger=True,
            parent=self,
        )

    def hand_in(self) -> None:
        """An old part comes in before the new one is issued."""
        form = HandInForm(self._stock, self.desk.may(Command.WRITE_OFF_OLD_PART))
        form.location.set_value(self.place.value())
        ctx = self.desk.gesture()
        done: list[OldPartRow] = []
        if ask(
            _("Hand in an old part"), form.rows, _("Hand in"), lambda: done.append(form.give(self._old, ctx)),
            text=_("Old for new: the new part is issued against this one."), parent=self,
        ):  # fmt: skip
            row = done[0]
            self._show(row)
            self.confirm_done(_("Handed in: {part}").format(part=row.name))
            if row.state is OldPartState.ON_SHELF:
                self.desk.papers.print_now(PaperKind.OLD_PART_LABEL, row.code)

    def edit_rules(self) -> None:
        """The table of rules per brand and product line."""
        PolicyDialog(self._old, self.desk, self).exec()
        self.refresh()

    def print_label(self) -> None:
        """The label of the picked part."""
        row = self.list.current()
        if row is not None:
            self.desk.papers.preview(PaperKind.OLD_PART_LABEL, row.code)

    def show_batch(self, batch_id: int) -> None:
        """Bring a batch to the front."""
        self.filter.set_value(BATCHES)
        self.run(lambda: self.batches.show_batch(batch_id))

    # -- inside ----------------------------------------------------------------------------------------

    def _make_buttons(self) -> None:
        card = self.card
        self.shelve_button = card.button(_("To the shelf"), self.shelve, primary=True, key="Ctrl+R")
        self.pack_button = card.button(_("Pack"), self.pack)
        self.back_button = card.button(_("Back to the technician"), self.take_back)
        self.label_button = card.button(_("Label …"), self.print_label)
        self.loss_button = card.button(_("Shop pays …"), self.write_off)

    def _empty(self) -> Empty:
        return Empty(
            _(
                "No old parts here. They come by themselves when a brand's part is replaced and a rule asks for it."
            ),
            icon="archive",
        )

    def _on_batches(self) -> bool:
        return bool(self.filter.value() == BATCHES)

    def _filtered(self) -> None:
        batches = self._on_batches()
        self._faces.setCurrentIndex(1 if batches else 0)
        self.row_of_fields.setVisible(not batches)
        self.run(self.batches.refresh if batches else self._load)

    def _load(self) -> None:
        shown = self.filter.value() or Shown.OPEN
        brand = self.brand.value()
        self.list.show_source(lambda after, limit: self._old.page(shown, brand, after, limit))
        if not self.list.rows():
            self._picked(None)

    def _scanned(self, row: OldPartRow) -> None:
        self._show(row)
        self._shelve(row)

    def _shelve(self, row: OldPartRow) -> None:
        now = self._old.shelve(self.desk.gesture(), row.id, self.place.value())
        self._show(now)
        self.confirm_done(_("On the shelf: {part} {place}").format(part=now.name, place=now.location))

    def _show(self, row: OldPartRow) -> None:
        if self._on_batches():
            self.filter.set_value(Shown.OPEN)
        if not self.list.select(row.id):
            self.list.view.clearSelection()
        self._picked(row)

    def _picked(self, row: OldPartRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        zone = self._old.zone
        self.card.show_record(
            f"{row.number}  {row.name}",
            [
                (_("Barcode"), row.code),
                (_("Rule"), label(row.rule)),
                (_("Quantity"), pieces_text(row)),
                (_("Brand"), row.brand),
                (_("Order no."), row.order_number),
                (_("Model"), row.model),
                (_("Serial number"), row.serial),
                (_("Removed"), f"{formats.moment(row.replaced_at, zone)} · {days_text(row)}"),
                (_("Technician"), row.technician),
                (_("Location"), row.location),
                (_("Return batch"), row.batch_number),
                (_("Cost of the new part"), formats.money(row.cost)),
                (_("Reason"), row.reason),
            ],
            state_chip(row),
        )
        may = self.desk.may
        due = row.state in (OldPartState.DUE, OldPartState.REFUSED, OldPartState.LOST)
        here = row.state in (OldPartState.DUE, OldPartState.ON_SHELF)
        waiting = here and not row.issued
        self.card.offer(
            self.shelve_button if due and may(Command.SHELVE_OLD_PART) else None,
            self.pack_button if here and row.issued and may(Command.SEND_OLD_PARTS) else None,
            self.back_button if waiting and may(Command.SHELVE_OLD_PART) else None,
            self.label_button,
            self.loss_button if row.state in _LOSSES and may(Command.WRITE_OFF_OLD_PART) else None,
        )


def _columns() -> list[Column]:
    return [
        Column(
            "days",
            _("Out for"),
            days_text,
            sort=lambda row: row.days,
            align=RIGHT,
            width=72,
            tone=lambda row: "late_ink" if row.overdue else None,
            bold=True,
        ),
        Column("name", _("Part name"), lambda row: row.name, width=170, stretch=True),
        Column("quantity", _("Quantity"), pieces_text, align=RIGHT, width=74),
        Column("brand", _("Brand"), lambda row: row.brand, width=84),
        Column("order", _("Order no."), lambda row: row.order_number, width=104),
        Column("technician", _("Technician"), lambda row: row.technician, width=92, spare=True),
        Column("location", _("Location"), lambda row: row.location, width=84, spare=True),
        Column("state", _("State"), lambda row: label(row.state), width=150, chip=state_chip),
    ]

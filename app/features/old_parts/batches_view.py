"""Return batches: pack by scan, send with a waybill, note the brand's answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import BatchState, Command, OldPartState, PaperKind
from app.core.labels import label
from app.core.words import _
from app.features.old_parts.forms import brand_field
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import BatchCard, BatchRow, OldPartRow
from app.features.old_parts.words import batch_chip, pieces_text, state_chip
from app.ui.desk import Desk
from app.ui.fields import LineField
from app.ui.form_dialog import ask
from app.ui.messages import confirm
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.old_parts.page import OldPartsPage


class BatchesView(QWidget):
    """The batches and the picked one's parts."""

    def __init__(self, old_parts: OldParts, page: OldPartsPage, desk: Desk) -> None:
        super().__init__()
        self._old = old_parts
        self._page = page
        self._desk = desk
        self.shown: BatchCard | None = None
        self.pack_button = QPushButton(_("Pack everything on the shelf of a brand …"))
        self.pack_button.clicked.connect(self.pack_brand)
        self.list = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=120, bold=True),
                Column("brand", _("Brand"), lambda row: row.brand, width=100, stretch=True),
                Column(
                    "pieces", _("Parts"), lambda row: str(row.pieces), sort=lambda row: row.pieces,
                    align=RIGHT, width=60,
                ),
                Column("waybill", _("Waybill number"), lambda row: row.waybill, width=140, spare=True),
                Column("state", _("State"), lambda row: label(row.state), width=140, chip=batch_chip),
            ],
            name="return_batches",
            empty=Empty(_("No return batches yet. Pack what lies on the shelf."), icon="package"),
        )  # fmt: skip
        self.list.picked.connect(self._picked)
        self.parts = Table(
            [
                Column("code", _("Barcode"), lambda row: row.code, width=112),
                Column("name", _("Part name"), lambda row: row.name, width=120, stretch=True),
                Column("quantity", _("Quantity"), pieces_text, align=RIGHT, width=64, spare=True),
                Column("state", _("State"), lambda row: label(row.state), width=112, chip=state_chip),
            ],
            name="batch_parts",
            empty=Empty(_("This batch is empty. Scan old parts into it."), icon="package"),
        )
        self.parts.picked.connect(lambda _row: self._offer())
        self.card = SideCard(_("Choose a return batch on the left."), self.parts)
        self.send_button = self.card.button(_("Send …"), self.send, primary=True)
        self.accept_all = self.card.button(_("All accepted"), self.accept_batch, primary=True)
        self.accept_one = self.card.button(_("Accepted"), self.accept)
        self.refuse_one = self.card.button(_("Refused …"), self.refuse)
        self.unpack_button = self.card.button(_("Take out"), self.unpack)
        self.list_button = self.card.button(_("Packing list …"), self.print_paper)
        self.cancel_button = self.card.button(_("Call the batch off …"), self.cancel)
        top = QHBoxLayout()
        top.addWidget(self.pack_button)
        top.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(top)
        box.addWidget(beside(self.list, self.card, wide=640, narrow=560), 1)

    def refresh(self) -> None:
        """Load the batches and the one shown anew."""
        self.pack_button.setVisible(self._desk.may(Command.SEND_OLD_PARTS))
        self.list.show_source(self._old.batches)
        if self.shown is not None:
            self.show_batch(self.shown.row.id)

    def show_batch(self, batch_id: int) -> None:
        """Show a batch. ``Refusal(NOT_FOUND)``."""
        card = self._old.batch(batch_id)
        self.shown = card
        row = card.row
        zone = self._old.zone
        self.card.show_record(
            f"{row.number}  {row.brand}",
            [
                (_("Carrier"), row.carrier),
                (_("Waybill number"), row.waybill),
                (_("Packed on"), formats.moment(row.made_at, zone)),
                (_("Sent on"), formats.moment(row.sent_at, zone) if row.sent_at else ""),
                (_("Note"), row.note),
            ],
            batch_chip(row),
        )
        self.parts.show_rows(card.parts)
        self._offer()

    def pack(self, part: OldPartRow) -> None:
        """A scanned old part goes into the batch shown where that is being packed, else into its brand's."""
        shown = self.shown
        open_one = shown.row.id if shown is not None and shown.row.state is BatchState.OPEN else None
        card = self._old.pack_one(self._desk.gesture(), part.id, open_one)
        self.refresh()
        self._go_to(card)
        self._page.confirm_done(
            _("{code} packed into {number}.").format(code=part.code, number=card.row.number)
        )

    def pack_brand(self) -> None:
        """Everything on the shelf of one brand goes into its batch."""
        brand = brand_field(self._old)
        ctx = self._desk.gesture()
        done: list[BatchCard] = []
        if ask(
            _("Pack a return batch"),
            [brand],
            _("Pack"),
            lambda: done.append(self._old.pack(ctx, brand.value() or "")),
            parent=self,
        ):
            self._go_to(done[0])

    def send(self) -> None:
        """The batch leaves: carrier and waybill number."""
        if self.shown is None:
            return
        row = self.shown.row
        carrier, waybill = LineField(_("Carrier")), LineField(_("Waybill number"), required=True)
        note = LineField(_("Note"))
        carrier.set_value(row.carrier)
        ctx = self._desk.gesture()
        if ask(
            _("Send {number}").format(number=row.number),
            [carrier, waybill, note],
            _("Send"),
            lambda: self._old.send(ctx, row.id, row.version, carrier.value(), waybill.value(), note.value()),
            parent=self,
        ):
            self.refresh()
            self._desk.papers.preview(PaperKind.RETURN_PACKING_LIST, row.number)

    def accept_batch(self) -> None:
        """The brand accepts all that is not answered yet."""
        if self.shown is None:
            return
        row, ctx = self.shown.row, self._desk.gesture()
        self._page.run(lambda: self._old.accept_batch(ctx, row.id, row.version), self._go_to)

    def accept(self) -> None:
        """The brand accepts the picked part."""
        part = self.parts.current()
        if part is not None:
            ctx = self._desk.gesture()
            self._page.run(lambda: self._old.judge(ctx, part.id, part.version, accepted=True))

    def refuse(self) -> None:
        """The brand refuses the picked part, and why."""
        part = self.parts.current()
        if part is None:
            return
        why = LineField(_("Reason"), required=True)
        ctx = self._desk.gesture()
        ask(
            _("Refused by the brand: {part}").format(part=part.name),
            [why],
            _("Refused"),
            lambda: self._old.judge(ctx, part.id, part.version, accepted=False, reason=why.value()),
            parent=self,
        )

    def unpack(self) -> None:
        """The picked part comes out of the batch."""
        part = self.parts.current()
        if part is not None:
            ctx = self._desk.gesture()
            self._page.run(lambda: self._old.unpack(ctx, part.id))

    def cancel(self) -> None:
        """The batch is called off; its parts lie on the shelf again."""
        if self.shown is None:
            return
        row, ctx = self.shown.row, self._desk.gesture()
        if confirm(
            _("Call off {number}? Its parts lie on the shelf again.").format(number=row.number),
            _("Call the batch off"),
            danger=True,
            parent=self,
        ):
            self._page.run(lambda: self._old.cancel_batch(ctx, row.id, row.version))

    def print_paper(self) -> None:
        """The packing list of the batch shown."""
        if self.shown is not None:
            self._desk.papers.preview(PaperKind.RETURN_PACKING_LIST, self.shown.row.number)

    def _go_to(self, card: BatchCard) -> None:
        if not self.list.select(card.row.id):
            self.show_batch(card.row.id)

    def _picked(self, row: BatchRow | None) -> None:
        if row is not None:
            self._page.run(lambda: self.show_batch(row.id))
        elif self.shown is None:
            self.card.show_nothing()

    def _offer(self) -> None:
        if self.shown is None:
            return
        state = self.shown.row.state
        part = self.parts.current()
        may_send, may_judge = (
            self._desk.may(Command.SEND_OLD_PARTS), self._desk.may(Command.JUDGE_OLD_PART),
        )  # fmt: skip
        packing = state is BatchState.OPEN and may_send
        judging = state is BatchState.SENT and may_judge
        one = judging and part is not None and part.state is OldPartState.SENT
        self.card.offer(
            self.send_button if packing else None,
            self.unpack_button if packing and part is not None else None,
            self.accept_all if judging else None,
            self.accept_one if one else None,
            self.refuse_one if one else None,
            self.list_button,
            self.cancel_button if packing else None,
        )

"""The small forms of the shelf: goods in, count, from place to place, scrap, back to the supplier.

Parts with serial numbers are moved by their numbers, one a line, so that a scanner fills the field.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from PySide6.QtWidgets import QWidget

from app.core.enums import PlaceKind, ScrapReason
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ZERO, Quantity
from app.core.words import _
from app.features.stock.place_field import PlaceField
from app.features.stock.places_dialog import PlacesDialog
from app.features.stock.shelf_snapshots import LiesThere
from app.features.stock.snapshots import PartCard
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, Field, LineField, MoneyField, QuantityField, TextField
from app.ui.form_dialog import ask

if TYPE_CHECKING:
    from app.features.stock.service import StockService
    from app.features.stock.shelf import Shelf

_NOTHING = Quantity(0)
#: More pieces at once come by a purchase order's receipt.
_MOST_TYPED = 20_000


class PartsDesk(Protocol):
    """What the forms need of the page they stand on."""

    def shown_card(self) -> PartCard | None: ...

    def show_again(self, part_id: int) -> None: ...

    def confirm_done(self, text: str) -> None: ...

    def warn(self, text: str) -> None: ...


class GoodsForms:
    """Each method asks for what one command needs, gives it, and shows the part as it is then."""

    def __init__(
        self, stock: StockService, shelf: Shelf, desk: Desk, page: PartsDesk, parent: QWidget
    ) -> None:
        self._stock = stock
        self._shelf = shelf
        self._desk = desk
        self._page = page
        self._parent = parent

    def receive(self) -> None:
        """Goods in."""
        card = self._page.shown_card()
        if card is None:
            return
        many = _Many(card)
        cost = MoneyField(_("Price of the whole delivery"), required=True)
        note = LineField(_("Note (delivery number, supplier)"))
        ctx = self._desk.gesture()
        self._ask(
            card,
            _("Goods in: {part}"),
            [many.field, cost, note],
            _("Receive"),
            lambda: self._stock.receive(
                ctx, card.row.id, many.quantity(), cost.value() or ZERO, note.value(), serials=many.serials()
            ),
            lambda: _("Received: {quantity} × {part}").format(quantity=many.quantity(), part=card.row.name),
        )

    def count(self) -> None:
        """Bring the main shelf to what was counted."""
        card = self._page.shown_card()
        if card is None:
            return
        there = next(
            (
                each
                for each in self._shelf.stock_of(card.row.id).places
                if each.place.main and not each.consigned
            ),
            None,
        )
        many = _Many(card, _("Counted"), zero=True)
        if card.row.serialised:
            near = self._shelf.pieces(card.row.id)
            many.fill([each.serial for each in near if each.place.main and not each.consigned])
        else:
            many.fill_quantity(there.on_hand if there is not None else _NOTHING)
        note = LineField(_("Reason"), required=True)
        ctx = self._desk.gesture()
        self._ask(
            card,
            _("Count: {part}"),
            [many.field, note],
            _("Adjust the stock"),
            lambda: self._stock.adjust(
                ctx, card.row.id, many.quantity(), note.value(), serials=many.serials()
            ),
            lambda: _("Counted: {part}").format(part=card.row.name),
            danger=True,
        )

    def transfer(self) -> None:
        """From one place to another."""
        card = self._page.shown_card()
        if card is None:
            return
        source = self._source(card)
        if source is None:
            return
        targets = [each for each in self._shelf.places() if each.active and each.kind is not PlaceKind.PERSON]
        target = PlaceField(_("To the place"), targets)
        many = _Many(card)
        note = LineField(_("Note"))
        ctx = self._desk.gesture()
        self._ask(
            card,
            _("Move: {part}"),
            [source.field, target, many.field, note],
            _("Move it"),
            lambda: self._shelf.transfer(
                ctx,
                card.row.id,
                many.quantity(),
                source.place_id(),
                target.value(),
                consigned=source.consigned(),
                serials=many.serials(),
                note=note.value(),
            ),
            lambda: _("Moved: {quantity} × {part}").format(quantity=many.quantity(), part=card.row.name),
        )

    def scrap(self) -> None:
        """Gone for good: broken, lost, too old."""
        card = self._page.shown_card()
        if card is None:
            return
        source = self._source(card)
        if source is None:
            return
        reason = ChipGroup(
            _("Reason"), [(each, label(each)) for each in ScrapReason], single=True, required=True
        )
        many = _Many(card)
        note = LineField(_("Note"))
        ctx = self._desk.gesture()
        self._ask(
            card,
            _("Scrap: {part}"),
            [source.field, reason, many.field, note],
            _("Scrap"),
            lambda: self._shelf.scrap(
                ctx,
                card.row.id,
                many.quantity(),
                reason.value(),
                note.value(),
                place_id=source.place_id(),
                consigned=source.consigned(),
                serials=many.serials(),
            ),
            lambda: _("Scrapped: {quantity} × {part}").format(quantity=many.quantity(), part=card.row.name),
            text=_("It leaves the stock for good, and its value is a loss."),
            danger=True,
        )

    def send_back(self) -> None:
        """Back to the supplier; consigned goods to their owner."""
        card = self._page.shown_card()
        if card is None:
            return
        source = self._source(card)
        if source is None:
            return
        many = _Many(card)
        note = LineField(_("Note (delivery number, reason)"))
        ctx = self._desk.gesture()

        def give() -> None:
            deed = self._shelf.consign_out if source.consigned() else self._shelf.return_to_supplier
            deed(
                ctx,
                card.row.id,
                many.quantity(),
                note.value(),
                place_id=source.place_id(),
                serials=many.serials(),
            )

        self._ask(
            card,
            _("Back to the supplier: {part}"),
            [source.field, many.field, note],
            _("Send back"),
            give,
            lambda: _("Sent back: {quantity} × {part}").format(quantity=many.quantity(), part=card.row.name),
            text=_("It leaves the stock at its average cost."),
            danger=True,
        )

    def places(self) -> None:
        """Shelves, vans and places for what is set apart."""
        PlacesDialog(self._shelf, self._desk, self._parent).exec()

    def _source(self, card: PartCard) -> _Source | None:
        lies = [
            each
            for each in self._shelf.stock_of(card.row.id).places
            if each.place.kind is not PlaceKind.PERSON
        ]
        if not lies:
            self._page.warn(
                _(
                    "Nothing of “{part}” lies on a shelf. What technicians carry is given back on the bench first."
                ).format(part=card.row.name)
            )
            return None
        return _Source(lies, card.row.unit)

    def _ask(
        self,
        card: PartCard,
        title: str,
        fields: Sequence[QWidget],
        word: str,
        give: Callable[[], object],
        said: Callable[[], str],
        *,
        text: str = "",
        danger: bool = False,
    ) -> None:
        heading = title.format(part=card.row.name)
        if ask(heading, fields, word, give, text=text, danger=danger, parent=self._parent):
            self._page.show_again(card.row.id)
            self._page.confirm_done(said())


class _Many:
    """How many: a quantity, or the serial numbers of the pieces."""

    def __init__(self, card: PartCard, title: str = "", *, zero: bool = False) -> None:
        self._serials: TextField | None = None
        self._quantity: QuantityField | None = None
        self.field: Field
        if card.row.serialised:
            self._serials = TextField(
                _("Serial numbers, one a line"),
                required=not zero,
                lines=5,
                most=_MOST_TYPED,
                placeholder=_("Scan each piece"),
            )
            self.field = self._serials
        else:
            self._quantity = QuantityField(title or _("Quantity"), required=True, zero=zero)
            self._quantity.set_value(Quantity.of(1))
            self.field = self._quantity

    def fill(self, serials: Sequence[str]) -> None:
        if self._serials is not None:
            self._serials.set_value("\n".join(serials))

    def fill_quantity(self, quantity: Quantity) -> None:
        if self._quantity is not None:
            self._quantity.set_value(quantity)

    def serials(self) -> tuple[str, ...]:
        if self._serials is None:
            return ()
        return tuple(line.strip() for line in str(self._serials.value()).splitlines() if line.strip())

    def quantity(self) -> Quantity:
        if self._quantity is None:
            return Quantity.of(len(self.serials()))
        return self._quantity.value() or _NOTHING


class _Source:
    """Where it lies: a choice of the places that hold some."""

    def __init__(self, lies: Sequence[LiesThere], unit: str) -> None:
        self._lies = tuple(lies)
        self.field = ComboField(
            _("From the place"),
            [(at, _lies_words(each, unit)) for at, each in enumerate(self._lies)],
            required=True,
        )
        self.field.set_value(0)

    def place_id(self) -> int:
        return self._chosen().place.id

    def consigned(self) -> bool:
        return self._chosen().consigned

    def _chosen(self) -> LiesThere:
        at = self.field.value()
        if not isinstance(at, int):
            raise Refusal(Reason.FIELD_REQUIRED, field="location")
        return self._lies[at]


def _lies_words(each: LiesThere, unit: str) -> str:
    words = f"{each.place.title} · {each.on_hand} {unit}".strip()
    return _("{place} (consigned)").format(place=words) if each.consigned else words

"""What is done to parts from the bench besides taking them: reserve, request, owe, substitutes, which piece."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.core.enums import Command, PlaceKind
from app.core.errors import Reason, Refusal
from app.core.formats import quantity as written
from app.core.money import Quantity
from app.core.words import _
from app.features.bench.offers import TAKING, Tool
from app.features.bench.view import BenchView, PieceQuestion, StockRoom
from app.features.orders.snapshots import CardLine, OrderCard
from app.features.stock.shelf_snapshots import PartStock, PieceRow
from app.features.stock.snapshots import KitRow, PartRow, SubstituteRow

if TYPE_CHECKING:
    from app.features.bench.presenter import BenchPresenter

_NOTHING = Quantity(0)


class PartDeeds:
    """The presenter's right hand for parts."""

    def __init__(self, bench: BenchPresenter, room: StockRoom, view: BenchView) -> None:
        self._bench = bench
        self._room = room
        self._view = view

    # what the picker shows

    def stock_of(self, part: PartRow) -> PartStock:
        """Where a part lies, for whom it is held, what comes."""
        return self._room.shelf.stock_of(part.id)

    def substitutes(self, part: PartRow) -> tuple[SubstituteRow, ...]:
        """What may be used in its place, those in stock first."""
        return self._room.parts.catalogue.substitutes(part.id)

    def kit(self, part: PartRow) -> tuple[KitRow, ...]:
        """The components of a kit."""
        return self._room.parts.part(part.id).kit_lines

    def may(self, command: Command) -> bool:
        """Whether the person at work may give ``command``."""
        return self._bench.actor.may(command)

    # from a line of the card

    def use(self, tool: Tool, line: CardLine | None) -> None:
        """Do to a planned part what its key says; None means the first one that is planned."""
        if line is None or line.planned <= _NOTHING:
            line = self._first(tool)
        match tool:
            case Tool.RESERVE if line.reserved > _NOTHING:
                self.release(line)
            case Tool.RESERVE:
                self._reserve(_part_id(line), line.description, line.planned)
            case Tool.REQUEST:
                have = line.available or _NOTHING
                self.request(
                    _part_id(line), line.description, max(line.planned - have, _NOTHING) or line.planned
                )
            case Tool.OWE:
                self.owe(_part_id(line), line.description, line.planned)
            case _:
                raise ValueError(f"{tool} is not for a line")

    def release(self, line: CardLine) -> None:
        """Give up what is held for the order of a part."""
        part_id = _part_id(line)
        self._bench.shelve(lambda ctx, card: self._room.shelf.release(ctx, card.id, part_id))
        self._view.told(_("Released: {part}").format(part=line.description))

    # from the picker

    def hold(self, part: PartRow, quantity: Quantity) -> None:
        """Hold what is there of a part for the order, and plan it where it is not on the card.

        Raises ``Refusal``: OUT_OF_STOCK, PART_RESERVED, PART_INACTIVE, ORDER_CLOSED.
        """
        free = self.stock_of(part).free
        self._reserve(part.id, part.name, min(quantity, free) if free else quantity)
        card = self._bench.need()
        if card.status not in TAKING and self._planned_of(card, part.id) is None:
            self._bench.plan(part, quantity)

    def request(self, part_id: int, name: str, quantity: Quantity, *, urgent: bool = False) -> None:
        """Ask purchasing for a part for the open order; an urgent one stands outside the plan. Raises ``Refusal``:
        REQUESTED_ALREADY and those of ``Requests.ask``."""
        line = self._planned_of(self._bench.need(), part_id)
        if line is not None and line.requested:
            raise Refusal(Reason.REQUESTED_ALREADY, part=name)
        self._bench.shelve(
            lambda ctx, card: self._room.requests().ask(
                ctx, quantity, part_id=part_id, order_id=card.id, urgent=urgent
            )
        )
        self._tell_request(name, quantity, urgent)

    def request_words(self, text: str, quantity: Quantity, *, urgent: bool = False) -> None:
        """Ask purchasing for something that is no part yet, for the open order; an urgent one stands outside the
        plan. Raises ``Refusal`` of ``Requests.ask``."""
        self._bench.shelve(
            lambda ctx, card: self._room.requests().ask(
                ctx, quantity, description=text, order_id=card.id, urgent=urgent
            )
        )
        self._tell_request(text, quantity, urgent)

    def owe(self, part_id: int, name: str, quantity: Quantity) -> None:
        """A lead uses a part that is not booked in; the next receipt settles it."""
        self._bench.shelve(
            lambda ctx, card: self._room.shelf.owe(ctx, card.id, card.version, part_id, quantity)
        )
        self._view.told(_("Used and owed: {part} × {quantity}").format(part=name, quantity=written(quantity)))

    # pieces with serial numbers

    def which(self, part_id: int, name: str, quantity: Quantity) -> PieceQuestion:
        """The question which pieces they are: those on shelves, in vans and in one's own bag."""
        mine = self._bench.actor.id
        near = tuple(each for each in self._room.shelf.pieces(part_id) if _within_reach(each, mine))
        return PieceQuestion(part_id, name, quantity.milli // 1000, near)

    def ask_which(self, part_id: int, name: str, quantity: Quantity) -> Sequence[str]:
        """The serial numbers that the person chose; ``Refusal(SERIAL_NEEDED)`` where he chose none."""
        question = self.which(part_id, name, quantity)
        chosen: list[str] = []
        self._view.ask_pieces(question, chosen.extend)
        if not chosen:
            raise Refusal(Reason.SERIAL_NEEDED, part=name, count=question.count)
        return chosen

    # inside

    def _tell_request(self, name: str, quantity: Quantity, urgent: bool) -> None:
        said = (
            _("Requested as urgent: {part} × {quantity}")
            if urgent
            else _("Requested from purchasing: {part} × {quantity}")
        )
        self._view.told(said.format(part=name, quantity=written(quantity)))

    def _reserve(self, part_id: int, name: str, quantity: Quantity) -> None:
        self._bench.shelve(lambda ctx, card: self._room.shelf.reserve(ctx, card.id, part_id, quantity))
        self._view.told(_("Reserved: {part} × {quantity}").format(part=name, quantity=written(quantity)))

    def _first(self, tool: Tool) -> CardLine:
        planned = [line for line in self._bench.need().lines if line.planned > _NOTHING]
        if not planned:
            raise Refusal(Reason.NOTHING_PLANNED)
        if tool is Tool.RESERVE:
            return next((line for line in planned if not line.reserved), planned[0])
        return next((line for line in planned if line.planned > (line.available or _NOTHING)), planned[0])

    def _planned_of(self, card: OrderCard, part_id: int) -> CardLine | None:
        return next(
            (each for each in card.lines if each.part_id == part_id and each.planned > _NOTHING), None
        )


def _part_id(line: CardLine) -> int:
    assert line.part_id is not None
    return line.part_id


def _within_reach(piece: PieceRow, staff_id: int) -> bool:
    if piece.place.kind is PlaceKind.PERSON:
        return piece.place.staff_id == staff_id
    return piece.place.kind is not PlaceKind.QUARANTINE

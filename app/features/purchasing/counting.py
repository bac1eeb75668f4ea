"""What was counted of a delivery before it is booked: pure, without a window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.core.errors import Reason, Refusal
from app.core.money import ONE, Money, Quantity
from app.features.purchasing.snapshots import Arrived, PurchaseCard, PurchaseLineRow

_NOTHING = Quantity(0)


@dataclass(frozen=True, slots=True)
class Counted:
    """What came of one line so far."""

    quantity: Quantity = _NOTHING
    price: Money | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Counting:
    """A delivery being counted, by line. Each change gives a new one."""

    counted: Mapping[int, Counted] = field(default_factory=dict)

    def of(self, line: PurchaseLineRow) -> Counted:
        """What came of a line."""
        return self.counted.get(line.id, Counted())

    def put(self, line: PurchaseLineRow, counted: Counted) -> Counting:
        """Another figure for a line."""
        return Counting({**self.counted, line.id: counted})

    def add(self, card: PurchaseCard, part_id: int, quantity: Quantity = ONE, serial: str = "") -> Counting:
        """A scanned part: onto the first of its lines that still waits, else onto its last one.

        Raises ``Refusal``: WRONG_SUPPLIER for a part that is not on the order, SERIAL_TWICE.
        """
        lines = [line for line in card.lines if line.part_id == part_id]
        if not lines:
            raise Refusal(Reason.WRONG_SUPPLIER, part=str(part_id), number=card.number)
        line = next((each for each in lines if self.of(each).quantity < each.open), lines[-1])
        before = self.of(line)
        if serial and any(serial in self.of(each).serials for each in lines):
            raise Refusal(Reason.SERIAL_TWICE, serial=serial)
        serials = (*before.serials, serial) if serial else before.serials
        return self.put(line, replace(before, quantity=before.quantity + quantity, serials=serials))

    def all_of(self, card: PurchaseCard) -> Counting:
        """Everything came as ordered: what has serial numbers is counted piece by piece."""
        counted = dict(self.counted)
        for line in card.lines:
            if line.open and not line.serialised:
                counted[line.id] = replace(self.of(line), quantity=line.open)
        return Counting(counted)

    def too_many(self, card: PurchaseCard) -> Sequence[PurchaseLineRow]:
        """The lines of which more came than was ordered."""
        return [line for line in card.lines if self.of(line).quantity > line.open]

    def arrived(self, card: PurchaseCard) -> tuple[Arrived, ...]:
        """What is to be booked."""
        return tuple(
            Arrived(
                line.id,
                each.quantity,
                line.unit_price if each.price is None else each.price,
                each.serials,
            )
            for line in card.lines
            if (each := self.of(line)).quantity
        )

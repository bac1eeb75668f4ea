"""What is chosen from a proposal before it is ordered: pure, without a window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.core.money import Money, Quantity, total
from app.features.purchasing.snapshots import Proposal, ProposalRow, RequestRow, Wanted


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of the proposal as the buyer has it: taken or not, how many, from whom, at what price."""

    #: ``p12`` for a part, ``r7`` for a request.
    id: str
    row: ProposalRow | RequestRow
    taken: bool
    quantity: Quantity
    price: Money
    supplier_id: int | None
    supplier: str

    @property
    def amount(self) -> Money:
        """What it costs."""
        return self.price.times(self.quantity)

    def wanted(self) -> Wanted:
        """The line to be ordered. The supplier is known."""
        assert self.supplier_id is not None
        row = self.row
        if isinstance(row, ProposalRow):
            return Wanted(self.supplier_id, self.quantity, row.part_id, unit_price=self.price)
        return Wanted(
            self.supplier_id,
            self.quantity,
            row.part_id,
            description=row.name if row.part_id is None else "",
            unit_price=self.price,
            order_id=row.order_id,
            request_id=row.id,
        )


def choices_of(proposal: Proposal) -> tuple[Choice, ...]:
    """Requests first, as people wait for them; what has a supplier is taken."""
    asked = tuple(
        Choice(
            f"r{row.id}",
            row,
            row.supplier_id is not None,
            row.quantity,
            row.price,
            row.supplier_id,
            row.supplier,
        )
        for row in proposal.requests
    )
    planned = tuple(
        Choice(
            f"p{row.part_id}",
            row,
            row.supplier_id is not None,
            row.result,
            row.price,
            row.supplier_id,
            row.supplier,
        )
        for row in proposal.rows
    )
    return asked + planned


def sum_of(choices: Iterable[Choice]) -> Money:
    """What all that is taken costs."""
    return total(each.amount for each in choices if each.taken)

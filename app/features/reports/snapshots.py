"""The month report as it is shown, exported and printed as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.money import Money

#: The name of what has no technician, no brand, no category.
UNASSIGNED = "unassigned"


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a list by technician, category, brand or service type. ``name`` is a code where there is
    one, a person's or brand's name else, ``unassigned`` where there is neither."""

    name: str
    revenue: Money
    orders: int


@dataclass(frozen=True, slots=True)
class MethodShare:
    """Money that changed hands in one way: paid in and given back, both positive."""

    name: str
    paid: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class MonthReport:
    """Sums of one month (domain.md §8). Revenue is what was invoiced in the month, tax excluded:
    visit + labour + parts + other − discount."""

    month: str
    revenue: Money
    visit: Money
    labour: Money
    parts: Money
    other: Money
    #: Positive: what was given off.
    discount: Money
    tax: Money
    #: What the invoiced parts cost, at moving average.
    parts_cost: Money
    gross_profit: Money
    #: What parts cost that the shop used up on its own guarantee; not in ``parts_cost``.
    guarantee_cost: Money
    by_technician: tuple[Share, ...]
    by_category: tuple[Share, ...]
    by_brand: tuple[Share, ...]
    by_service_type: tuple[Share, ...]
    by_method: tuple[MethodShare, ...]
    taken_in: int
    finished: int
    delivered: int
    invoices: int
    #: At the end of the month: invoiced to customers and not paid.
    receivables: Money
    #: The same for brands, underwriters and contracts.
    receivables_other: Money
    #: At the end of the month: customers' money that no invoice has used yet.
    deposits_held: Money
    #: Revenue by delivered order, rounded half up; zero without any.
    average: Money

    def to_json(self) -> dict[str, Any]:
        """The object that ``xiuhu report month --json`` prints (design.md §9); amounts in fen."""
        shares = {
            key: [
                {"name": each.name, "revenue_fen": each.revenue.fen, "orders": each.orders}
                for each in getattr(self, key)
            ]
            for key in ("by_technician", "by_category", "by_brand", "by_service_type")
        }
        return {
            "month": self.month,
            "revenue_fen": self.revenue.fen,
            "visit_fen": self.visit.fen,
            "labour_fen": self.labour.fen,
            "parts_fen": self.parts.fen,
            "other_fen": self.other.fen,
            "discount_fen": self.discount.fen,
            "tax_fen": self.tax.fen,
            "parts_cost_fen": self.parts_cost.fen,
            "gross_profit_fen": self.gross_profit.fen,
            "guarantee_cost_fen": self.guarantee_cost.fen,
            **shares,
            "by_method": [
                {"name": each.name, "paid_fen": each.paid.fen, "refunded_fen": each.refunded.fen}
                for each in self.by_method
            ],
            "taken_in": self.taken_in,
            "finished": self.finished,
            "delivered": self.delivered,
            "invoices": self.invoices,
            "receivables_fen": self.receivables.fen,
            "receivables_other_fen": self.receivables_other.fen,
            "deposits_held_fen": self.deposits_held.fen,
            "average_fen": self.average.fen,
        }

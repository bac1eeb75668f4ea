"""How commission is worked out, and how much of a month's bonus may be kept back (domain.md §9). Pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.core.enums import CommissionKind, LineKind
from app.core.money import ZERO, Money, divide_half_up

#: Which lines of an invoice a share counts. Labour is what the bench did; service is all but the goods.
COUNTED: dict[CommissionKind, frozenset[LineKind]] = {
    CommissionKind.LABOUR: frozenset({LineKind.LABOUR}),
    CommissionKind.SERVICE: frozenset({LineKind.VISIT, LineKind.LABOUR, LineKind.OTHER, LineKind.DISCOUNT}),
    CommissionKind.PARTS: frozenset({LineKind.PART}),
}
#: Of a month's bonus at most this part is kept back (domain.md §9).
_CAP_PERMILLE = 500


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as it is looked up; ``staff_id`` None is everybody's, ``category`` "" every category's."""

    id: int
    staff_id: int | None
    kind: CommissionKind
    category: str
    permille: int
    amount: Money
    valid_from: date
    #: Of a person: from its day on everybody's rule holds for him again.
    as_everybody: bool = False

    @property
    def pays(self) -> bool:
        """Whether anything is earned by it."""
        return bool(self.permille or self.amount)


class RuleBook:
    """All rules, asked for the one that holds for a person, a kind, a category and a day."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[tuple[int | None, CommissionKind, str], list[Rule]] = {}
        # Of two written for the same day the later one holds.
        for rule in sorted(rules, key=lambda each: (each.valid_from, each.id), reverse=True):
            self._rules.setdefault((rule.staff_id, rule.kind, rule.category), []).append(rule)
        self._own = {(staff_id, kind) for staff_id, kind, _category in self._rules}
        self._found: dict[tuple[int, CommissionKind, str, date], Rule | None] = {}

    @property
    def kinds(self) -> frozenset[CommissionKind]:
        """What any rule counts; of anything else nothing can be earned."""
        return frozenset(kind for _staff_id, kind, _category in self._rules)

    def find(self, staff_id: int, kind: CommissionKind, category: str, day: date) -> Rule | None:
        """The rule in force; None where nothing is paid.

        Who has a rule of his own of a kind goes by his own alone; a rule for the category goes before one for all. A
        rule with nothing to pay pays nothing: of a person it also keeps everybody's rule away from him. One that says
        "as everybody" ends the person's own rule as if there had been none.
        """
        asked = (staff_id, kind, category, day)
        if asked not in self._found:
            self._found[asked] = self._find(*asked)
        return self._found[asked]

    def _find(self, staff_id: int, kind: CommissionKind, category: str, day: date) -> Rule | None:
        for whose in (staff_id, None):
            if (whose, kind) not in self._own:
                continue
            found = self._in_force(whose, kind, category, day)
            if found is None and category:
                found = self._in_force(whose, kind, "", day)
            if found is not None:
                return found if found.pays else None
            if whose is not None and self._has_any(whose, kind, day):
                return None
        return None

    def _in_force(self, whose: int | None, kind: CommissionKind, category: str, day: date) -> Rule | None:
        of_it = self._rules.get((whose, kind, category), ())
        found = next((rule for rule in of_it if rule.valid_from <= day), None)
        return None if found is None or found.as_everybody else found

    def _has_any(self, whose: int, kind: CommissionKind, day: date) -> bool:
        return any(
            self._in_force(whose, kind, category, day) is not None
            for staff_id, its, category in self._rules
            if staff_id == whose and its is kind
        )


def share_of(net: Money, permille: int) -> Money:
    """A share of a net amount, half up to the fen; of a negative amount (a discount) the opposite."""
    sign = -1 if net.fen < 0 else 1
    return Money(sign * divide_half_up(abs(net.fen) * permille, 1000))


def share_taken_back(credited_before: Money, credited_now: Money, permille: int) -> Money:
    """What a credit note takes back of a line's share: however it was credited, the whole line takes its whole share
    with it. Negative where the line was positive."""
    return share_of(credited_before, permille) - share_of(credited_before + credited_now, permille)


@dataclass(frozen=True, slots=True)
class Settled:
    """A month settled: ``payable = bonus − deducted``; ``carried`` waits for the next month."""

    bonus: Money
    taken_back: Money
    deductions: Money
    deducted: Money
    carried: Money

    @property
    def payable(self) -> Money:
        """What is paid beside the wage; never negative."""
        return self.bonus - self.deducted


def settle(earned: Money, deductions: Money, carried_in: Money) -> Settled:
    """Keep back at most half of the month's bonus, the rest waits (domain.md §9).

    ``earned`` is commission and bonuses; where credit notes took back more than was earned, the rest is a deduction
    like any other. ``deductions`` are those of the month, less what was given back of them.
    """
    bonus = max(earned, ZERO)
    taken_back = max(-earned, ZERO)
    open_now = carried_in + deductions + taken_back
    most = Money(bonus.fen * _CAP_PERMILLE // 1000)
    deducted = min(max(open_now, ZERO), most)
    # What was given back of a deduction of an earlier month is a bonus of this one.
    given_back = max(-open_now, ZERO)
    return Settled(bonus + given_back, taken_back, deductions, deducted, max(open_now, ZERO) - deducted)

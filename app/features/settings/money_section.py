"""The section about money after the invoice: accounts, members, who may decide how much, the till."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject

from app.core.enums import Role
from app.core.labels import label
from app.core.money import Money
from app.core.words import _
from app.features.settings.entries import NumberField, ReadLines
from app.features.settings.presenter import numbered_lines, read_numbered_lines
from app.features.settings.sections import Section
from app.features.settings.tables import Group
from app.ui.fields import MoneyField

#: The owner decides any amount.
_LIMITED = (Role.COUNTER, Role.TECHNICIAN, Role.LEAD)


class _Limits(Group):
    """Amounts by role; kept in fen, shown in yuan."""

    def __init__(self, parent: QObject) -> None:
        super().__init__({role.value: MoneyField(label(role), required=True) for role in _LIMITED}, parent)

    def value(self) -> dict[str, int]:
        return {role: amount.fen for role, amount in super().value().items()}

    def set_value(self, value: Mapping[str, int]) -> None:
        super().set_value({role.value: Money(value.get(role.value, 0)) for role in _LIMITED})


class MoneySection(Section):
    """Terms, members, limits, the till."""

    key = "money"
    icon = "receipt"

    def __init__(self) -> None:
        super().__init__()
        self.terms = NumberField(_("On account: due after"), 0, 365, unit=_("days"), required=True)
        self.tolerance = MoneyField(_("Till difference without a second person"), required=True)
        self.credits = _Limits(self)
        self.payouts = _Limits(self)
        self.members = ReadLines(
            _("Members: level and percent off, one a line"),
            lambda typed: read_numbered_lines("member_percent", typed),
            numbered_lines,
            lines=4,
            placeholder=_("gold = 5"),
        )
        self.taxes = ReadLines(
            _("Tax rates from a day on (permille), one a line"),
            lambda typed: read_numbered_lines("tax_from", typed),
            numbered_lines,
            lines=4,
            placeholder="2027-01-01/labour = 60",
        )
        self.add("terms_days", self.terms)
        self.add("till_tolerance", self.tolerance, show=Money)
        self.add("credit_limit", self.credits)
        self.add("pay_out_limit", self.payouts)
        self.add("member_percent", self.members)
        self.add("tax_from", self.taxes)
        self.card(_("Accounts and members"), [self.terms], [self.members])
        self.card(_("Highest credit note by role"), list(self.credits.rows.values()))
        self.card(_("Highest pay-out by role"), list(self.payouts.rows.values()))
        self.card(_("Till"), [self.tolerance])
        self.card(_("Tax"), [self.taxes])
        self.body.addStretch(1)

    @classmethod
    def title(cls) -> str:
        return _("Till & accounts")

    def about(self) -> str:
        return _("What a role may decide alone; above it a second person confirms with a PIN.")

"""What a check-up found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.core import formats
from app.core.enums import Action, OldPartState, Payer, PaymentMethod, SerialState, Status, TillMoveKind
from app.core.field_words import FIELDS
from app.core.labels import label
from app.core.money import Money, Quantity
from app.core.words import N_, _, ngettext
from app.features.checkup.advice import advice

#: The word for each check, in the order they run.
CHECK_WORDS: Mapping[str, str] = {
    "database": N_("Database file"),
    "foreign_keys": N_("References between records"),
    "schema": N_("Tables and indexes"),
    "triggers": N_("Protection of facts against change"),
    "settings": N_("Settings"),
    "journal_chain": N_("Journal: chain of digests"),
    "journal_booked": N_("Journal: every booked command"),
    "journal_moves": N_("Journal: moves follow the lifecycle"),
    "order_status": N_("Status of the orders"),
    "order_dates": N_("Dates of the orders"),
    "invoice_totals": N_("Invoices: totals"),
    "invoice_lines": N_("Invoices: lines and tax"),
    "invoiced": N_("Invoices: one for everything delivered"),
    "balances": N_("Invoices: paid, credited and due"),
    "credit_notes": N_("Credit notes"),
    "sales": N_("Rows of the month"),
    "payments": N_("Payments"),
    "allocations": N_("Payments used for invoices"),
    "refunds": N_("Refunds and deposits"),
    "held": N_("Deposits and credit held"),
    "money_days": N_("Sums of the days"),
    "prices": N_("Prices"),
    "quotes": N_("Quotes"),
    "tills": N_("Tills"),
    "closes": N_("Day closes and sealed months"),
    "numbers": N_("Numbers without gaps"),
    "stock_sums": N_("Stock: on hand and value"),
    "stock_places": N_("Stock: what lies in each place"),
    "stock_months": N_("Stock: sums of the months and days"),
    "reservations": N_("Stock: what is reserved"),
    "serials": N_("Stock: pieces with serial numbers"),
    "stock_lines": N_("Stock: parts on the orders"),
    "consigned": N_("Consigned goods and their settlements"),
    "part_loans": N_("Parts lent and borrowed"),
    "purchases": N_("Purchase orders and goods receipts"),
    "old_parts": N_("Old parts and their batches"),
    "counts": N_("Stocktakes"),
    "tools": N_("Tools"),
    "claims": N_("Claims on brands"),
    "settlements": N_("Settlements with brands"),
    "push": N_("Messages to head offices"),
    "custody": N_("Custody register"),
    "receipts": N_("Pickup receipts"),
    "passcodes": N_("Passcodes erased"),
    "search": N_("Search index"),
    "photos": N_("Photos"),
    "part_pictures": N_("Pictures of parts"),
    "orphan_photos": N_("Pictures that nothing refers to"),
    "drafts": N_("Drafts"),
    "key": N_("Key of the passcodes"),
    "backups": N_("Backups"),
    "leftovers": N_("Half-written files"),
    "folder": N_("Data folder"),
    "disk": N_("Free space"),
    "clock": N_("The computer's clock"),
    "sqlite": N_("Database engine"),
}

#: What the program can put right by itself (``repairs.REPAIRS``): nothing of it is a fact or money.
REPAIRABLE = frozenset(
    {
        "schema",
        "triggers",
        "settings",
        "passcodes",
        "drafts",
        "stock_months",
        "search",
        "orphan_photos",
        "leftovers",
        "folder",
    }
)

#: What these find is told, and the shop is sound with it.
WARNINGS = frozenset(
    {
        "part_pictures",
        "orphan_photos",
        "drafts",
        "key",
        "backups",
        "leftovers",
        "folder",
        "disk",
        "clock",
        "sqlite",
    }
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: a marked sentence and what fills its places."""

    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)
    #: Good to know, and nothing wrong with it.
    remark: bool = False

    def text(self) -> str:
        """In the user's language."""
        return _(self.sentence).format(
            **{key: _Said(_said(key, value)) for key, value in self.params.items()}
        )


#: Places of the sentences that hold codes, which have words.
_CODES: Mapping[str, type[StrEnum]] = {
    "status": Status,
    "noted": Status,
    "before": Status,
    "after": Status,
    "was": Status,
    "action": Action,
    "payer": Payer,
    "serial_state": SerialState,
    "old_state": OldPartState,
    "move_kind": TillMoveKind,
    "method": PaymentMethod,
}


#: Kinds of records that a sentence may name.
_RECORDS = {"order": N_("Order"), "customer": N_("Customer"), "part": N_("Part")}


class _Said:
    """What stands in a sentence: ``{total:fen}`` is an amount, ``{moved:milli}`` a quantity, as shops write them."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __format__(self, unit: str) -> str:
        if isinstance(self._value, int) and unit == "fen":
            return formats.money(Money(self._value))
        if isinstance(self._value, int) and unit == "milli":
            return formats.quantity(Quantity(self._value))
        # Damaged records hold anything.
        return str(self._value)


def _said(key: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return formats.moment(value)
    if key == "kind" and value in _RECORDS:
        return _(_RECORDS[value])
    if key == "setting":
        return _(FIELDS.get(value, value))
    codes = _CODES.get(key)
    try:
        return value if codes is None else label(codes(value))
    except (ValueError, KeyError):
        return value  # no code of ours: that is what the sentence is about


@dataclass(frozen=True, slots=True)
class Check:
    """One check: ``findings`` are the first few of ``count``."""

    name: str
    findings: tuple[Finding, ...] = ()
    count: int = 0
    remarks: tuple[Finding, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.count

    @property
    def grave(self) -> bool:
        """Whether what was found makes the shop unsound; a warning does not."""
        return not self.ok and self.name not in WARNINGS

    @property
    def word(self) -> str:
        """The check's name in the user's language."""
        return _(CHECK_WORDS[self.name])

    @property
    def advice(self) -> str:
        """What to do about it, in the user's language; "" when nothing was found."""
        return "" if self.ok else advice(self.name)

    @property
    def repairable(self) -> bool:
        """Whether the program can put it right by itself (``repairs.REPAIRS``)."""
        return not self.ok and self.name in REPAIRABLE

    @property
    def detail(self) -> str:
        """What is wrong and where, then what is good to know, in the user's language; "" when there is neither."""
        said = [each.text() for each in self.findings]
        more = self.count - len(said)
        if more > 0:
            said.append(ngettext("and {n} more", "and {n} more", more).format(n=more))
        said += [each.text() for each in self.remarks]
        return " ".join(said)


@dataclass(frozen=True, slots=True)
class Report:
    """The whole check-up. ``complete`` is False when it was cancelled before the last check."""

    checks: tuple[Check, ...]
    complete: bool = True

    @property
    def sound(self) -> bool:
        """Whether every check was made and found nothing but warnings."""
        return self.complete and not any(each.grave for each in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The object that ``xiuhu doctor --json`` prints (design.md §9)."""
        return {
            "sound": self.sound,
            "checks": [
                {
                    "name": each.name,
                    "ok": each.ok,
                    "detail": each.detail,
                    "count": each.count,
                    "advice": each.advice,
                    "repairable": each.repairable,
                }
                for each in self.checks
            ],
        }

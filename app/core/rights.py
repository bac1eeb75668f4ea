"""Two tables: which role may give which command, and which may look at what (domain.md §1).

The write door asks the first, the services' queries the second (``seen_by``); pages show both. A command without a row
and a query of money, pay or people that asks nobody fail ``tests/promises/test_rights.py`` and ``test_sights.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from types import MappingProxyType
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7

_ALL = frozenset(Role)
_COUNTER = frozenset({Role.COUNTER, Role.LEAD, Role.OWNER})
_BENCH = frozenset({Role.TECHNICIAN, Role.LEAD, Role.OWNER})
_LEAD = frozenset({Role.LEAD, Role.OWNER})
_OWNER = frozenset({Role.OWNER})

RIGHTS: Mapping[Command, frozenset[Role]] = MappingProxyType(
    {
        Command.SAVE_DRAFT: _ALL,
        Command.TAKE_IN: _COUNTER,
        Command.EDIT_ORDER: _COUNTER,
        Command.ADD_PHOTO: _ALL,
        Command.ADD_NOTE: _ALL,
        Command.REVEAL_PASSCODE: _BENCH,
        Command.MOVE_ORDER: _ALL,
        Command.UNDO_MOVE: _ALL,
        Command.LEAD_MOVE: _LEAD,
        Command.ASSIGN: _ALL,
        Command.LOG_WORK: _BENCH,
        Command.DIAGNOSE: _BENCH,
        Command.ADD_PART: _BENCH,
        Command.ADD_LINE: _ALL,
        Command.REMOVE_LINE: _ALL,
        Command.QUOTE: _ALL,
        Command.ANSWER_QUOTE: _ALL,
        Command.CHECK_QUALITY: _LEAD,
        Command.TAKE_DEPOSIT: _COUNTER,
        Command.REFUND_DEPOSIT: _COUNTER,
        Command.SETTLE: _COUNTER,
        Command.SETTLE_ON_ACCOUNT: _OWNER,
        Command.PAY_INVOICE: _COUNTER,
        Command.RECORD_CONTACT: _ALL,
        Command.CHANGE_PRICE: _ALL,
        Command.ISSUE_CREDIT: _COUNTER,
        Command.REFUND: _COUNTER,
        Command.REFUND_OTHERWISE: _OWNER,
        Command.EXCHANGE: _COUNTER,
        Command.WRITE_OFF: _COUNTER,
        Command.APPROVE_WRITE_OFF: _OWNER,
        Command.USE_CREDIT: _COUNTER,
        Command.REMIND_CUSTOMER: _COUNTER,
        Command.NOTE_TAX_INVOICE: _COUNTER,
        Command.SAVE_PRICE_LIST: _OWNER,
        Command.SAVE_TILL: _OWNER,
        Command.OPEN_TILL: _COUNTER,
        Command.MOVE_CASH: _COUNTER,
        Command.COUNT_TILL: _COUNTER,
        Command.CLOSE_TILL: _COUNTER,
        Command.CLOSE_DAY: _COUNTER,
        Command.SEAL_MONTH: _OWNER,
        Command.SAVE_ACCOUNTS: _OWNER,
        Command.SAVE_COMMISSION: _OWNER,
        Command.SAVE_PAY_ITEM: _OWNER,
        Command.FREEZE_PAY: _OWNER,
        Command.SAVE_CUSTOMER: _COUNTER,
        Command.MERGE_CUSTOMERS: _COUNTER,
        # Terms and member levels come with it, and a whole list of people goes out.
        Command.IMPORT_CUSTOMERS: _OWNER,
        Command.EXPORT_CUSTOMERS: _OWNER,
        Command.WRITE_PASSCODE: _ALL,
        # Given by the program itself.
        Command.SWEEP_PASSCODES: _OWNER,
        Command.EXPORT_PERSON: _OWNER,
        Command.ERASE_CUSTOMER: _OWNER,
        Command.NOTE_LOOKS: _ALL,
        Command.EXPORT_JOURNAL: _OWNER,
        Command.SEAL_JOURNAL: _OWNER,
        Command.SAVE_PART: _COUNTER,
        Command.RECEIVE_PART: _COUNTER,
        Command.RECEIVE_MORE: _LEAD,
        Command.ADJUST_STOCK: _LEAD,
        Command.SAVE_PLACE: _COUNTER,
        Command.SAVE_SUPPLIER: _COUNTER,
        Command.IMPORT_PARTS: _COUNTER,
        Command.CLASSIFY_PARTS: _COUNTER,
        Command.RESERVE_PART: _ALL,
        Command.RELEASE_PART: _ALL,
        Command.TAKE_OUT: _ALL,
        Command.GIVE_BACK: _ALL,
        Command.TRANSFER_PART: _COUNTER,
        Command.SCRAP_PART: _LEAD,
        Command.RETURN_PART: _COUNTER,
        Command.OWE_PART: _LEAD,
        Command.CONSIGN_PART: _COUNTER,
        Command.SETTLE_CONSIGNED: _LEAD,
        Command.LEND_PART: _LEAD,
        Command.REQUEST_PART: _ALL,
        Command.SAVE_PURCHASE: _COUNTER,
        Command.SEND_PURCHASE: _COUNTER,
        Command.CANCEL_PURCHASE: _COUNTER,
        Command.SAVE_OLD_PART_RULE: _OWNER,
        Command.SHELVE_OLD_PART: _ALL,
        Command.SEND_OLD_PARTS: _COUNTER,
        Command.JUDGE_OLD_PART: _COUNTER,
        Command.WRITE_OFF_OLD_PART: _LEAD,
        Command.OPEN_COUNT: _COUNTER,
        Command.COUNT_STOCK: _ALL,
        Command.APPROVE_COUNT: _LEAD,
        Command.SAVE_TOOL: _COUNTER,
        Command.MOVE_TOOL: _ALL,
        Command.SAVE_DEFECTIVE: _COUNTER,
        Command.GRADE_DEFECTIVE: _LEAD,
        Command.STRIP_DEFECTIVE: _BENCH,
        Command.SAVE_BRAND: _OWNER,
        Command.SAVE_AGREEMENT: _OWNER,
        Command.IMPORT_CODES: _LEAD,
        Command.SAVE_COVER_PLAN: _COUNTER,
        Command.EDIT_CLAIM: _ALL,
        Command.SEND_CLAIM: _COUNTER,
        Command.WITHDRAW_CLAIM: _LEAD,
        # A brand without a push answers by letter or portal.
        Command.ANSWER_CLAIM: _COUNTER,
        Command.SAVE_SETTLEMENT: _COUNTER,
        Command.POST_SETTLEMENT: _OWNER,
        Command.CLOSE_NOTICE: _LEAD,
        Command.REPORT_INCIDENT: _ALL,
        Command.REPORT_TO_BRAND: _LEAD,
        Command.ASSESS_MONTH: _LEAD,
        Command.SAVE_LINK: _OWNER,
        # The program's own: what was sent and answered, whoever sits at the window.
        Command.PUSH_EVENTS: _OWNER,
        Command.NOTE_CONTACT: _OWNER,
        Command.ISSUE_PAPER: _ALL,
        Command.SIGN_IN: _ALL,
        Command.SAVE_STAFF: _OWNER,
        Command.SAVE_SETTINGS: _OWNER,
        Command.SAVE_OWN_SETTINGS: _ALL,
        Command.FOUND_SHOP: _OWNER,
        Command.REPAIR_RECORDS: _OWNER,
        Command.IMPORT: _OWNER,
        # Everything that the shop knows leaves the computer, or is replaced.
        Command.EXPORT_BACKUP: _OWNER,
        Command.RESTORE: _OWNER,
    }
)


#: Commands that leave no trace: a draft is saved every few keystrokes and says nothing about the shop, and who looked
#: at what is a list of its own.
UNJOURNALED = frozenset({Command.SAVE_DRAFT, Command.NOTE_LOOKS, Command.NOTE_CONTACT})


class Sight(StrEnum):
    """What may be seen by some roles only; nothing is written by looking."""

    STAFF = "staff"
    CUSTOMERS = "customers"
    TILL = "till"
    RECEIVABLES = "receivables"
    STOCK_VALUE = "stock_value"
    SETTLEMENTS = "settlements"
    MORNING = "morning"
    DAY_REPORTS = "day_reports"
    JOURNAL = "journal"
    MONTH = "month"
    PAY = "pay"
    BOOKS = "books"
    LOOKS = "looks"
    RETENTION = "retention"
    BACKUPS = "backups"


SIGHTS: Mapping[Sight, frozenset[Role]] = MappingProxyType(
    {
        # Badge codes stand in it: who has one can sign in.
        Sight.STAFF: _OWNER,
        # The list of everybody who ever came; the customer of an order stands on its card.
        Sight.CUSTOMERS: _COUNTER,
        Sight.TILL: _COUNTER,
        Sight.RECEIVABLES: _COUNTER,
        Sight.STOCK_VALUE: _COUNTER,
        Sight.SETTLEMENTS: _COUNTER,
        Sight.MORNING: _LEAD,
        # Everybody sees his own.
        Sight.DAY_REPORTS: _LEAD,
        # The lead settles what happened at the bench; what the owner did is in it too.
        Sight.JOURNAL: _LEAD,
        # What is left of it is the owner's own business.
        Sight.MONTH: _OWNER,
        # Everybody sees his own.
        Sight.PAY: _OWNER,
        Sight.BOOKS: _OWNER,
        Sight.LOOKS: _OWNER,
        Sight.RETENTION: _OWNER,
        Sight.BACKUPS: _OWNER,
    }
)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who gives a command: a member of staff (``id`` is ``staff.id``; 0 is the program itself at set-up)."""

    id: int
    name: str
    role: Role

    def may(self, command: Command) -> bool:
        """Whether this person's role allows ``command``."""
        return self.role in RIGHTS[command]

    def may_see(self, sight: Sight) -> bool:
        """Whether this person's role may look at ``sight``."""
        return self.role in SIGHTS[sight]

    def must_see(self, sight: Sight) -> None:
        """``Refusal(NOT_ALLOWED)`` where this person's role may not look at ``sight``."""
        if not self.may_see(sight):
            raise Refusal(Reason.NOT_ALLOWED, command=sight)


_Service = TypeVar("_Service")
_Given = ParamSpec("_Given")
_Found = TypeVar("_Found")
_Query = Callable[Concatenate[_Service, Actor, _Given], _Found]


def seen_by(
    sight: Sight,
) -> Callable[[_Query[_Service, _Given, _Found]], _Query[_Service, _Given, _Found]]:
    """A query of a service, ``(self, actor, …)``, that answers only whose role may see ``sight``.

    Everybody else gets ``Refusal(NOT_ALLOWED)`` before anything is read.
    """

    def guard(query: _Query[_Service, _Given, _Found]) -> _Query[_Service, _Given, _Found]:
        @wraps(query)
        def asked(service: _Service, actor: Actor, /, *given: _Given.args, **named: _Given.kwargs) -> _Found:
            actor.must_see(sight)
            return query(service, actor, *given, **named)

        asked.sight = sight  # type: ignore[attr-defined]
        return asked

    return guard


@dataclass(frozen=True, slots=True)
class Ctx:
    """One user gesture: who, and the id under which it is booked at most once (design.md §3)."""

    actor: Actor
    operation_id: UUID

    @classmethod
    def gesture(cls, actor: Actor) -> Ctx:
        """The context of a new gesture: a key press, a click, a scan."""
        return cls(actor, uuid7())


#: The program itself, while it founds a shop.
FOUNDER = Actor(0, "", Role.OWNER)


#: Rights of work under brands' warranties: a shop without brands never reads of them.
OF_BRANDS: frozenset[Command | Sight] = frozenset(
    {
        Command.SAVE_BRAND,
        Command.SAVE_AGREEMENT,
        Command.IMPORT_CODES,
        Command.EDIT_CLAIM,
        Command.SEND_CLAIM,
        Command.WITHDRAW_CLAIM,
        Command.ANSWER_CLAIM,
        Command.SAVE_SETTLEMENT,
        Command.POST_SETTLEMENT,
        Command.CLOSE_NOTICE,
        Command.REPORT_INCIDENT,
        Command.REPORT_TO_BRAND,
        Command.ASSESS_MONTH,
        Command.SAVE_LINK,
        Command.PUSH_EVENTS,
        Sight.SETTLEMENTS,
    }
)

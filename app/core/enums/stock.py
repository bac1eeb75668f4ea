"""Codes of goods: stock and its moves, purchasing, old parts, stocktakes, tools, defective goods (domain.md §7)."""

from __future__ import annotations

from enum import StrEnum


class MoveKind(StrEnum):
    """Stock moves (domain.md §7); stock on hand is their sum."""

    RECEIVE = "receive"
    USE = "use"
    UNUSE = "unuse"
    SCRAP = "scrap"
    RETURN = "return"
    COUNT = "count"
    RESERVE = "reserve"
    RELEASE = "release"
    TRANSFER = "transfer"
    TAKE = "take"
    GIVE_BACK = "give_back"
    CONSIGN_IN = "consign_in"
    CONSIGN_OUT = "consign_out"
    STRIP = "strip"
    BORROW = "borrow"
    BORROW_BACK = "borrow_back"
    LEND = "lend"
    LEND_BACK = "lend_back"


class PlaceKind(StrEnum):
    """Where stock may lie: a shelf, a technician's bag (借件), a van, or apart until somebody decides."""

    SHELF = "shelf"
    PERSON = "person"
    VAN = "van"
    QUARANTINE = "quarantine"


#: Places whose stock is not free to everybody: held by one person, or set apart.
AWAY = frozenset({PlaceKind.PERSON, PlaceKind.QUARANTINE})


class ScrapReason(StrEnum):
    """Why stock was thrown away."""

    BROKEN = "broken"
    EXPIRED = "expired"
    LOST = "lost"
    OBSOLETE = "obsolete"
    OTHER = "other"


class AbcClass(StrEnum):
    """Classes by 12-month usage value: A to 80 %, B to 95 %, C the rest (domain.md §7)."""

    A = "A"
    B = "B"
    C = "C"


class PartCondition(StrEnum):
    """Condition of a part; shown to the customer (domain.md §7)."""

    NEW = "new"
    REMANUFACTURED = "remanufactured"
    USED = "used"


class OldPartRule(StrEnum):
    """What happens to the part that was replaced (domain.md §7)."""

    #: Bought: nobody asks for the old one.
    NONE = "none"
    #: The old one goes back to the brand.
    RETURN = "return"
    #: A new one is issued against the old one.
    SWAP = "swap"
    #: The brand's rule knows it and lets it go (a small part).
    EXEMPT = "exempt"


class PriceKind(StrEnum):
    """Which price of a part changed."""

    SALE = "sale"
    PURCHASE = "purchase"
    CONSIGNED = "consigned"


class PriceSource(StrEnum):
    """Where a new price came from."""

    TYPED = "typed"
    IMPORT = "import"
    RECEIPT = "receipt"


class SerialState(StrEnum):
    """Where a serialised piece is."""

    IN_STOCK = "in_stock"
    USED = "used"
    RETURNED = "returned"
    SCRAPPED = "scrapped"
    LOST = "lost"


class RequestState(StrEnum):
    """A request for parts (请购) on its way to an order."""

    OPEN = "open"
    ORDERED = "ordered"
    RECEIVED = "received"
    DROPPED = "dropped"


class PurchaseState(StrEnum):
    """A purchase order's fate."""

    DRAFT = "draft"
    SENT = "sent"
    PART_RECEIVED = "part_received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PlanKind(StrEnum):
    """The two ways to work out what to buy (domain.md §7)."""

    #: 月计划: next month's need by the last two.
    MONTHLY = "monthly"
    #: 基本库存: three months' need by the last twelve.
    BASE = "base"


class OldPartState(StrEnum):
    """Where a replaced part is on its way back to the brand (domain.md §7)."""

    DUE = "due"
    ON_SHELF = "on_shelf"
    IN_BATCH = "in_batch"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOST = "lost"
    EXEMPT = "exempt"
    CHARGED = "charged"
    #: The new part went back to stock, so the old one stayed in the device.
    VOID = "void"


class BatchState(StrEnum):
    """A batch of old parts for one brand."""

    OPEN = "open"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CountKind(StrEnum):
    """What a stocktake covers."""

    ALL = "all"
    CLASS = "class"
    LOCATION = "location"
    PLACE = "place"


class CountState(StrEnum):
    """A stocktake's fate."""

    OPEN = "open"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class ToolState(StrEnum):
    """Whether a tool can be used."""

    OK = "ok"
    MISSING = "missing"
    BROKEN = "broken"
    RETIRED = "retired"


class ToolAction(StrEnum):
    """What happened to a tool."""

    ADD = "add"
    TAKE = "take"
    GIVE_BACK = "give_back"
    MISS = "miss"
    FIND = "find"
    BREAK = "break"
    MEND = "mend"
    RETIRE = "retire"


class DefectSource(StrEnum):
    """Where defective goods come from (domain.md §7)."""

    TRANSPORT = "transport"
    OUT_OF_BOX = "out_of_box"
    CUSTOMER_RETURN = "customer_return"
    OTHER = "other"


class DefectGrade(StrEnum):
    """What defective goods are good for (domain.md §7)."""

    SELLABLE = "sellable"
    SAMPLE = "sample"
    SCRAP = "scrap"


class DefectState(StrEnum):
    """What became of defective goods."""

    RECEIVED = "received"
    GRADED = "graded"
    SOLD = "sold"
    GIVEN_AWAY = "given_away"
    STRIPPED = "stripped"
    DISPOSED = "disposed"


class LoanWay(StrEnum):
    """Parts between shops (调借)."""

    BORROWED = "borrowed"
    LENT = "lent"

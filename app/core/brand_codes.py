"""Codes of the work for brands: agreements, claims, settlements and the push (domain.md §5, §11)."""

from __future__ import annotations

from enum import StrEnum


class CoverPlanKind(StrEnum):
    """Cover beyond the maker's warranty that was sold or granted for one device."""

    #: Sold by a shop or retailer; an underwriter pays; begins when the maker's ends.
    EXTENDED = "extended"
    #: The maker's own, under an approval number.
    EXTENSION = "extension"


class Claimable(StrEnum):
    """What a customer may ask for by the statutory guarantee, and why (三包, domain.md §5.5)."""

    FAILED_REPAIRS = "failed_repairs"
    REPAIR_DAYS = "repair_days"
    PART_DAYS = "part_days"
    REFUND = "refund"
    EXCHANGE = "exchange"


class WarrantyStart(StrEnum):
    """What the maker's warranty counts from."""

    SALE = "sale"
    INSTALLATION = "installation"
    ACCEPTANCE = "acceptance"


class FeeRule(StrEnum):
    """How a brand pays for repairs under its warranty."""

    #: A sum for each repair and each visit, by category and zone.
    TABLE = "table"
    #: A percent of what the shop's own price list says.
    PERCENT = "percent"


class PartsRule(StrEnum):
    """What a brand pays for a part of the shop's own."""

    COST = "cost"
    LIST = "list"
    #: The brand sends the parts itself.
    NONE = "none"


class CodeList(StrEnum):
    """Lists that a brand wants a repair described by."""

    FAULT = "fault"
    CAUSE = "cause"
    FIX = "fix"


class ClaimState(StrEnum):
    """Where a claim is on its way to the brand and back (domain.md §11)."""

    DRAFT = "draft"
    READY = "ready"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETURNED = "returned"
    SETTLED = "settled"
    #: Given up by the shop: nobody else pays.
    WITHDRAWN = "withdrawn"


class SettlementState(StrEnum):
    """A month's statement of one brand."""

    DRAFT = "draft"
    #: Sent to the brand, or agreed with it on paper.
    AGREED = "agreed"
    #: Differences stand in the books, what is due is a receivable.
    POSTED = "posted"


class SettlementKind(StrEnum):
    """A line of a settlement."""

    CLAIM = "claim"
    DEDUCTION = "deduction"
    BONUS = "bonus"


class NoticeState(StrEnum):
    """A quality notice (质量申诉)."""

    OPEN = "open"
    REPORTED = "reported"
    CLOSED = "closed"


class IncidentKind(StrEnum):
    """What is reported to the brand at once (事故)."""

    INJURY = "injury"
    FIRE = "fire"
    GAS = "gas"
    #: A gas appliance was changed from its own kind of gas to another.
    GAS_CHANGED = "gas_changed"
    OTHER = "other"


class BrandReportKind(StrEnum):
    """What a brand is told regularly."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"


class AssessmentKind(StrEnum):
    """Items of the month's self-assessment (domain.md §11)."""

    LATE_VISIT = "late_visit"
    REPEAT_REPAIR = "repeat_repair"
    BELOW_STANDARD = "below_standard"
    MEDIA_EXPOSURE = "media_exposure"
    FRAUD = "fraud"
    LATE_PART = "late_part"
    PRAISE = "praise"


class OutboxState(StrEnum):
    """What became of an event that is to reach a head office."""

    WAITING = "waiting"
    DONE = "done"
    #: The head office will never take it: somebody has to look.
    DEAD = "dead"


class EventResult(StrEnum):
    """What a head office answered for one event."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"
    RETURNED = "returned"
    CONFLICT = "conflict"
    #: Taken, and the head office presses for something.
    URGE = "urge"


class LinkFault(StrEnum):
    """Why a head office could not be told anything, in words that a shop can do something about."""

    #: The name of its computer is not known: no internet, or a wrong address.
    NAME = "name"
    #: Nobody answers there.
    REFUSED = "refused"
    TIMEOUT = "timeout"
    #: It began to answer and broke off.
    BROKEN = "broken"
    #: Its certificate is not vouched for by the authority on the connection card.
    CERTIFICATE = "certificate"
    #: The certificate is another computer's.
    HOST = "host"
    EXPIRED = "expired"
    #: It offers no encryption that is still safe.
    OLD_TLS = "old_tls"
    #: Who answers does not encrypt at all.
    PLAIN = "plain"
    #: Something answers that is no head office: a log-in page of the network, a proxy.
    NOT_OFFICE = "not_office"
    CLOCK = "clock"
    KEY = "key"
    SHOP_CLOSED = "shop_closed"
    BUSY = "busy"
    #: It does not understand this version of the program.
    REJECTED = "rejected"
    #: The shop's key cannot be opened on this computer.
    OWN_KEY = "own_key"

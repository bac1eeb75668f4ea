"""Codes of the shop itself: who works there, its numbers and backups, what happens to a customer's data."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Staff roles; rights by command are in ``core.rights``."""

    COUNTER = "counter"
    TECHNICIAN = "technician"
    LEAD = "lead"
    OWNER = "owner"


class ErasureCause(StrEnum):
    """Why a customer's personal data were erased."""

    ASKED = "asked"
    RETENTION = "retention"


class LookKind(StrEnum):
    """Whose records somebody looked at."""

    CUSTOMER = "customer"
    ORDER = "order"


class Series(StrEnum):
    """Number series; each counts by month and has no gaps."""

    ORDER = "order"
    INVOICE = "invoice"
    PAYMENT = "payment"
    PART = "part"
    STAFF = "staff"
    PURCHASE = "purchase"
    GOODS_RECEIPT = "goods_receipt"
    RETURN_BATCH = "return_batch"
    STOCK_COUNT = "stock_count"
    DEFECTIVE = "defective"
    CONSIGN_SETTLEMENT = "consign_settlement"
    PART_LOAN = "part_loan"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    TILL_SESSION = "till_session"
    TILL_MOVE = "till_move"
    DAY_CLOSE = "day_close"
    CLAIM = "claim"
    SETTLEMENT = "settlement"
    QUALITY_NOTICE = "quality_notice"
    INCIDENT = "incident"


class BackupKind(StrEnum):
    """Why a backup was made."""

    HOURLY = "hourly"
    DAY_CLOSE = "day_close"
    BY_HAND = "by_hand"
    MIGRATION = "migration"
    RESTORE = "restore"
    REPAIR = "repair"

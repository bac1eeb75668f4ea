"""Words for the shop itself: who works there, its numbers and backups, what happens to a customer's data."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.enums import BackupKind, ErasureCause, LookKind, Role, Series
from app.core.words import N_

LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Role: {
        Role.COUNTER: N_("Counter staff"),
        Role.TECHNICIAN: N_("Technician"),
        Role.LEAD: N_("Lead technician"),
        Role.OWNER: N_("Owner"),
    },
    ErasureCause: {
        ErasureCause.ASKED: N_("The customer asked for it"),
        ErasureCause.RETENTION: N_("Kept long enough"),
    },
    LookKind: {
        LookKind.CUSTOMER: N_("Customer"),
        LookKind.ORDER: N_("Repair order"),
    },
    Series: {
        Series.ORDER: N_("Orders"),
        Series.INVOICE: N_("Invoices"),
        Series.PAYMENT: N_("Payments"),
        Series.PART: N_("Parts"),
        Series.STAFF: N_("Staff"),
        Series.PURCHASE: N_("Purchase orders"),
        Series.GOODS_RECEIPT: N_("Goods receipts"),
        Series.RETURN_BATCH: N_("Return batches"),
        Series.STOCK_COUNT: N_("Stocktakes"),
        Series.DEFECTIVE: N_("Defective goods"),
        Series.CONSIGN_SETTLEMENT: N_("Consignment settlements"),
        Series.PART_LOAN: N_("Loans"),
        Series.CREDIT_NOTE: N_("Credit notes"),
        Series.WRITE_OFF: N_("Write-offs"),
        Series.TILL_SESSION: N_("Till sessions"),
        Series.TILL_MOVE: N_("Cash slips"),
        Series.DAY_CLOSE: N_("Day closes"),
        Series.CLAIM: N_("Claims"),
        Series.SETTLEMENT: N_("Brand settlements"),
        Series.QUALITY_NOTICE: N_("Quality notices"),
        Series.INCIDENT: N_("Incidents"),
    },
    BackupKind: {
        BackupKind.HOURLY: N_("Hourly"),
        BackupKind.DAY_CLOSE: N_("Day close"),
        BackupKind.BY_HAND: N_("By hand"),
        BackupKind.MIGRATION: N_("Before an update"),
        BackupKind.RESTORE: N_("Before a restore"),
        BackupKind.REPAIR: N_("Before a repair"),
    },
}

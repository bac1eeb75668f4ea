"""The words for ``core.brand_codes``, beside ``core.labels``."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.brand_codes import (
    AssessmentKind,
    BrandReportKind,
    Claimable,
    ClaimState,
    CodeList,
    CoverPlanKind,
    EventResult,
    FeeRule,
    IncidentKind,
    LinkFault,
    NoticeState,
    OutboxState,
    PartsRule,
    SettlementKind,
    SettlementState,
    WarrantyStart,
)
from app.core.words import N_

BRAND_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    CoverPlanKind: {
        CoverPlanKind.EXTENDED: N_("Extended plan"),
        CoverPlanKind.EXTENSION: N_("Maker's extension"),
    },
    Claimable: {
        Claimable.FAILED_REPAIRS: N_("two repairs of the same fault did not hold"),
        Claimable.REPAIR_DAYS: N_("more than 30 days in repair by our delay"),
        Claimable.PART_DAYS: N_("more than 90 days of waiting for the maker's parts"),
        Claimable.REFUND: N_("faulty within 7 days of the sale"),
        Claimable.EXCHANGE: N_("faulty within 15 days of the sale"),
    },
    WarrantyStart: {
        WarrantyStart.SALE: N_("from the sale"),
        WarrantyStart.INSTALLATION: N_("from the installation"),
        WarrantyStart.ACCEPTANCE: N_("from the acceptance"),
    },
    FeeRule: {
        FeeRule.TABLE: N_("A fee for each repair"),
        FeeRule.PERCENT: N_("A percent of our price list"),
    },
    PartsRule: {
        PartsRule.COST: N_("Parts at cost"),
        PartsRule.LIST: N_("Parts at our list price"),
        PartsRule.NONE: N_("The brand sends the parts"),
    },
    CodeList: {
        CodeList.FAULT: N_("Fault codes"),
        CodeList.CAUSE: N_("Cause codes"),
        CodeList.FIX: N_("Fix codes"),
    },
    ClaimState: {
        ClaimState.DRAFT: N_("Incomplete"),
        ClaimState.READY: N_("Ready to send"),
        ClaimState.SENT: N_("With the brand"),
        ClaimState.ACCEPTED: N_("Accepted by the brand"),
        ClaimState.REFUSED: N_("Refused by the brand"),
        ClaimState.RETURNED: N_("Returned for completion"),
        ClaimState.SETTLED: N_("Settled with the brand"),
        ClaimState.WITHDRAWN: N_("Withdrawn"),
    },
    SettlementState: {
        SettlementState.DRAFT: N_("Settlement in work"),
        SettlementState.AGREED: N_("Agreed with the brand"),
        SettlementState.POSTED: N_("Booked as receivable"),
    },
    SettlementKind: {
        SettlementKind.CLAIM: N_("Claim"),
        SettlementKind.DEDUCTION: N_("Deduction by the brand"),
        SettlementKind.BONUS: N_("Bonus of the brand"),
    },
    NoticeState: {
        NoticeState.OPEN: N_("Notice to be reported"),
        NoticeState.REPORTED: N_("Reported to the brand"),
        NoticeState.CLOSED: N_("Notice closed"),
    },
    IncidentKind: {
        IncidentKind.INJURY: N_("Somebody was hurt"),
        IncidentKind.FIRE: N_("Fire"),
        IncidentKind.GAS: N_("Gas accident"),
        IncidentKind.GAS_CHANGED: N_("Changed to another kind of gas"),
        IncidentKind.OTHER: N_("Another accident"),
    },
    BrandReportKind: {
        BrandReportKind.WEEKLY: N_("Weekly quality summary"),
        BrandReportKind.MONTHLY: N_("Monthly quality feedback"),
    },
    AssessmentKind: {
        AssessmentKind.LATE_VISIT: N_("Late visit"),
        AssessmentKind.REPEAT_REPAIR: N_("Repeat repair"),
        AssessmentKind.BELOW_STANDARD: N_("Service below standard"),
        AssessmentKind.MEDIA_EXPOSURE: N_("Exposed in the media"),
        AssessmentKind.FRAUD: N_("Fraud"),
        AssessmentKind.LATE_PART: N_("Late part request or return"),
        AssessmentKind.PRAISE: N_("Praised in the media"),
    },
    OutboxState: {
        OutboxState.WAITING: N_("Waits to be sent"),
        OutboxState.DONE: N_("Reached the head office"),
        OutboxState.DEAD: N_("Not taken: somebody must look"),
    },
    EventResult: {
        EventResult.ACCEPTED: N_("Taken by the head office"),
        EventResult.DUPLICATE: N_("Was there already"),
        EventResult.REFUSED: N_("Refused by the head office"),
        EventResult.RETURNED: N_("Sent back for completion"),
        EventResult.CONFLICT: N_("Another record stands there under this number"),
        EventResult.URGE: N_("Taken, and the head office presses"),
    },
    LinkFault: {
        LinkFault.NAME: N_("The head office's address is not found. Is this computer on the internet?"),
        LinkFault.REFUSED: N_("Nobody answers at the head office's address."),
        LinkFault.TIMEOUT: N_("The head office does not answer in time. It is tried again by itself."),
        LinkFault.BROKEN: N_("The connection broke off. It is tried again by itself."),
        LinkFault.CERTIFICATE: N_(
            "Who answers cannot prove to be the head office. Nothing was sent. Ask the brand for a new connection card."
        ),
        LinkFault.HOST: N_("Another computer answers at this address. Nothing was sent."),
        LinkFault.EXPIRED: N_(
            "The head office's certificate is out of date, or the clock of this computer is wrong. Nothing was sent."
        ),
        LinkFault.OLD_TLS: N_(
            "The head office's computer offers outdated encryption only. Nothing was sent. Call the brand."
        ),
        LinkFault.PLAIN: N_(
            "What answers at this address does not encrypt. Nothing was sent. Check the address with the brand."
        ),
        LinkFault.NOT_OFFICE: N_(
            "Something else answers at this address, perhaps the log-in page of the network. Nothing was lost."
        ),
        LinkFault.CLOCK: N_("The clock of this computer is more than five minutes off. Set it right."),
        LinkFault.KEY: N_(
            "The head office does not know this shop's key any more. Ask for a new connection card."
        ),
        LinkFault.SHOP_CLOSED: N_("The head office has closed this shop's access. Call the brand."),
        LinkFault.BUSY: N_("The head office is busy. It is tried again by itself."),
        LinkFault.REJECTED: N_(
            "The head office does not understand what was sent. Update the program, or call the brand."
        ),
        LinkFault.OWN_KEY: N_(
            "The shop's key for the head office cannot be opened on this computer. Paste the connection card again."
        ),
    },
}

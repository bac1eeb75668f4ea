"""What a batch does to the claims: the newest version counts, in whatever order the versions arrive. No database.

For one claim the outcome depends on the set of its events, never on their order: the highest version wins, and of
one version the withdrawal wins over the submission.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from uuid import UUID

from app.core.wire.answers import ClaimState, Receipt, Refused, Result
from app.core.wire.checks import gaps, owed
from app.core.wire.events import ClaimSubmitted, ClaimWithdrawn, OldPartStand, PartsReturned, Photo
from app.headoffice.sorting import Incoming, Office

_DECIDED = frozenset({ClaimState.ACCEPTED, ClaimState.SETTLED})


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim as it is kept; amounts in fen."""

    claim: str
    version: int
    state: ClaimState
    event_id: UUID
    body_digest: bytes | None = None
    claimed_fen: int = 0
    category: str = ""
    model: str = ""
    fault_code: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class OldPartRow:
    """Where one old part is."""

    label: str
    claim: str
    part_no: str
    stand: str
    batch: str | None = None


@dataclass(slots=True)
class Ledger:
    """The claims of one shop that a batch touches, and what is to be written."""

    office: Office
    claims: dict[str, ClaimRow]
    changed: dict[str, ClaimRow] = field(default_factory=dict)
    old_parts: dict[str, OldPartRow] = field(default_factory=dict)
    #: digest → (what it belongs to, size in bytes)
    photos: dict[str, tuple[str, int]] = field(default_factory=dict)
    #: how the shop's counts of claims by state change
    counts: dict[ClaimState, int] = field(default_factory=dict)

    def submit(self, incoming: Incoming, claim: ClaimSubmitted) -> Receipt:
        """Book a claim or its next version."""
        event = incoming.event
        known = self.claims.get(claim.claim)
        # The claim's own content, so that the same version sent under two ids is not taken for a change.
        digest = incoming.content
        done = Receipt(str(event.id), Result.ACCEPTED, ignored=incoming.ignored[:50])
        if known is not None:
            if known.version == claim.version and known.body_digest not in (None, digest):
                return replace(done, result=Result.REFUSED, reason=Refused.VERSION_TAKEN)
            if claim.version <= known.version:
                return replace(done, reason=Refused.SUPERSEDED)
            if known.state in _DECIDED:
                return replace(
                    done, result=Result.REFUSED, reason=Refused.DECIDED_ALREADY, text=known.state.value
                )
        missing = gaps(claim, self.office.demands)
        state = ClaimState.RETURNED if missing else ClaimState.RECEIVED
        device = claim.device
        self._put(
            ClaimRow(
                claim.claim,
                claim.version,
                state,
                event.id,
                digest,
                claim.amounts.total_fen,
                device.category,
                device.model,
                claim.fault_code,
                device.serial,
            )
        )
        for part in claim.parts:
            old = part.old_part
            if old.label and old.stand is not OldPartStand.NONE:
                self.old_parts[old.label] = OldPartRow(old.label, claim.claim, part.part_no, old.stand.value)
        self.want(claim.claim, claim.photos)
        if missing:
            return replace(done, result=Result.RETURNED, missing=missing)
        debts = owed(claim)
        if debts:
            text = ", ".join(debts)[:2000]
            return replace(done, result=Result.URGE, reason=Refused.OLD_PART_OWED, text=text)
        return done

    def withdraw(self, incoming: Incoming, body: ClaimWithdrawn) -> Receipt:
        """Take a claim back; one that has not come yet is remembered as withdrawn."""
        event = incoming.event
        done = Receipt(str(event.id), Result.ACCEPTED, ignored=incoming.ignored[:50])
        known = self.claims.get(body.claim)
        if known is None:
            self._put(ClaimRow(body.claim, body.version, ClaimState.WITHDRAWN, event.id))
            return done
        if known.state in _DECIDED:
            return replace(
                done, result=Result.REFUSED, reason=Refused.DECIDED_ALREADY, text=known.state.value
            )
        if body.version < known.version:
            return replace(done, reason=Refused.SUPERSEDED)
        content = known.body_digest if body.version == known.version else None
        self._put(replace(known, version=body.version, state=ClaimState.WITHDRAWN, body_digest=content))
        return done

    def send_back(self, body: PartsReturned) -> None:
        """Old parts are on their way."""
        for part in body.parts:
            self.old_parts[part.label] = OldPartRow(
                part.label, part.claim, part.part_no, OldPartStand.SENT.value, body.batch
            )

    def want(self, subject: str, photos: tuple[Photo, ...]) -> None:
        """Photos that were named; those that are not here yet will be asked for."""
        for photo in photos:
            self.photos.setdefault(photo.digest, (subject, photo.size))

    def _put(self, row: ClaimRow) -> None:
        known = self.claims.get(row.claim)
        if known is not None:
            self.counts[known.state] = self.counts.get(known.state, 0) - 1
        self.counts[row.state] = self.counts.get(row.state, 0) + 1
        self.claims[row.claim] = self.changed[row.claim] = row

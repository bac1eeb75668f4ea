"""The counter's sums while somebody pays: who gave what by which method, what is left, what comes back. No Qt."""

from __future__ import annotations

import dataclasses

from app.core.enums import AT_COUNTER, PaymentMethod, ReceiptProof, Status
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.tenders import Tender
from app.features.handover.snapshots import HandoverCard, Settled, Settlement

#: In the order of the number keys 1–5.
METHODS = (
    PaymentMethod.CASH,
    PaymentMethod.WECHAT,
    PaymentMethod.ALIPAY,
    PaymentMethod.CARD,
    PaymentMethod.TRANSFER,
)
#: Notes that people put on the counter.
QUICK_NOTES = (Money.yuan(50), Money.yuan(100), Money.yuan(200), Money.yuan(500))


class HandoverPresenter:
    """State of one hand-over: the card, what was tendered, how the person proved himself."""

    def __init__(self) -> None:
        self.handover: HandoverCard | None = None
        #: What F9 did with this order: shown, with its change, until the next one, however often the records are
        #: read again (its tenders against what is due by then would be the wrong change).
        self.settled: Settled | None = None
        self.on_account = False
        #: Other devices of the same customer that go home on the same invoice, by order.
        self.others: dict[int, HandoverCard] = {}
        self.use_credit = False
        self.keep_rest = False
        #: What was paid for several devices at once; None for one.
        self.paid_together: Money | None = None
        #: What F9 kept as the customer's credit.
        self.left_here = ZERO
        self.identity_name = ""
        self.identity_phone = ""
        self._tendered: dict[PaymentMethod, Money] = {}

    def show(self, handover: HandoverCard | None) -> None:
        """Take a card. The same order again (after a discount, a note) keeps what was tendered and proved."""
        same = self._same_order(handover)
        before = self.handover
        self.handover = handover
        if (
            same
            and handover is not None
            and before is not None
            and handover.proof is None
            and before.proof is not None
        ):
            self.handover = _with_proof(handover, before)
        if not same:
            self.settled = None
            self.on_account = self.use_credit = self.keep_rest = False
            self.others = {}
            self.paid_together = None
            self.left_here = ZERO
            self.identity_name = self.identity_phone = ""
            self._tendered = {}

    def tendered(self, method: PaymentMethod) -> Money:
        """What was given by this method so far."""
        return self._tendered.get(method, ZERO)

    def set_tendered(self, method: PaymentMethod, amount: Money) -> None:
        """So much was given by this method; zero takes it off."""
        if amount:
            self._tendered[method] = amount
        else:
            self._tendered.pop(method, None)

    def take_rest(self, method: PaymentMethod) -> Money:
        """Put what is left on this method (a second press takes it off); the method's new amount."""
        if self.tendered(method):
            self.set_tendered(method, ZERO)
        else:
            self.set_tendered(method, self.left)
        return self.tendered(method)

    def add_device(self, handover: HandoverCard) -> None:
        """Another device of the same customer goes home too."""
        self.others[handover.card.id] = handover

    def drop_device(self, order_id: int) -> None:
        """It stays here after all."""
        self.others.pop(order_id, None)

    def belongs(self, handover: HandoverCard) -> bool:
        """Whether this device could go home on the invoice of the one in front."""
        return (
            self.ready
            and self.settled is None
            and self.handover is not None
            and handover.card.id != self.handover.card.id
            and handover.card.customer_id == self.handover.card.customer_id
            and handover.card.status in AT_COUNTER
        )

    @property
    def due(self) -> Money:
        """What the customer has to pay now for all devices; deposits, and his credit if it is used, taken off."""
        due = self._before_credit()
        return due - self.credit_used_of(due)

    def _before_credit(self) -> Money:
        if self.handover is None:
            return ZERO
        card = self.handover.card
        if not self.others:
            return card.due
        # Deposits are pooled: what one has too much pays the other.
        cards = [card, *(each.card for each in self.others.values())]
        return max(Money(sum(each.customer_total.fen - each.deposit_held.fen for each in cards)), ZERO)

    @property
    def credit_used(self) -> Money:
        """What of the customer's credit is used up by these devices."""
        return self.credit_used_of(self._before_credit())

    def credit_used_of(self, due: Money) -> Money:
        """What of the customer's credit goes into ``due``."""
        if self.handover is None or not self.use_credit or not self.ready:
            return ZERO
        return min(due, self.handover.credit)

    @property
    def left(self) -> Money:
        """What is not covered by the tenders yet; never negative."""
        given = sum(amount.fen for amount in self._tendered.values())
        return max(self.due - Money(given), ZERO)

    @property
    def change(self) -> Money:
        """What goes back out of the cash given."""
        if self.settled is not None:
            return self.settled.change
        if self.keep_rest:
            return ZERO
        others = Money(
            sum(fen.fen for method, fen in self._tendered.items() if method is not PaymentMethod.CASH)
        )
        needed = max(self.due - others, ZERO)
        return max(self.tendered(PaymentMethod.CASH) - needed, ZERO)

    @property
    def over(self) -> Money:
        """What was given above what is due, by whatever method."""
        given = Money(sum(amount.fen for amount in self._tendered.values()))
        return max(given - self.due, ZERO)

    @property
    def kept(self) -> Money:
        """What stays with the shop as the customer's credit."""
        return self.over if self.keep_rest else ZERO

    @property
    def collecting(self) -> bool:
        """Whether the device is gone and only money is owed (an invoice on account).

        Not right after F9: what was tendered is booked, the next F9 means the next customer and never the same
        money again.
        """
        return (
            self.handover is not None
            and self.settled is None
            and self.handover.card.status is Status.DELIVERED
            and self.due > ZERO
        )

    def blocks(self) -> tuple[Refusal, ...]:
        """What stands in the way, most important first; empty when F9 would hand over."""
        if self.handover is None:
            return ()
        if self.handover.card.status is Status.DELIVERED:
            return ()
        found = [each for each in self.handover.blocks if each.reason is not Reason.RECEIPT_NOT_SHOWN]
        if self.handover.receipt_out and self.handover.proof is None and not self.identity_name:
            found.append(Refusal(Reason.RECEIPT_NOT_SHOWN))
        for each in self.others.values():
            found += [one for one in each.blocks if one.reason is not Reason.RECEIPT_NOT_SHOWN]
            if each.receipt_out and each.proof is None and not self.identity_name:
                found.append(Refusal(Reason.RECEIPT_NOT_SHOWN))
        return tuple(found)

    @property
    def ready(self) -> bool:
        """Whether the device stands at the counter, to be given back now."""
        return self.handover is not None and (
            self.handover.card.status in AT_COUNTER or self.handover.card.status is Status.ON_SITE
        )

    def settlement(self, signature_png: bytes = b"") -> Settlement:
        """What F9 sends. Raises the first block as ``Refusal``, so that the reason is said before anything runs."""
        assert self.handover is not None
        blocks = self.blocks()
        if blocks:
            raise blocks[0]
        return dataclasses.replace(
            self._settles(self.handover),
            tenders=self.tenders(),
            on_account=self.on_account and self.left > ZERO,
            signature_png=signature_png,
            use_credit=self.use_credit,
            keep_rest=self.keep_rest,
        )

    def settlements(self, signature_png: bytes = b"") -> tuple[Settlement, ...]:
        """The same for all devices; the first has the money and the terms."""
        return (
            self.settlement(signature_png),
            *(
                dataclasses.replace(self._settles(each), signature_png=signature_png)
                for each in self.others.values()
            ),
        )

    def _settles(self, handover: HandoverCard) -> Settlement:
        proof = ReceiptProof.SCANNED
        if handover.receipt_out and handover.proof is None:
            proof = ReceiptProof.IDENTITY
        return Settlement(
            order_id=handover.card.id,
            version=handover.card.version,
            proof=proof,
            receipt_code=handover.receipt_code,
            identity_name=self.identity_name,
            identity_phone=self.identity_phone,
        )

    def tenders(self) -> tuple[Tender, ...]:
        """What was given, in the order of the keys."""
        return tuple(Tender(method, self.tendered(method)) for method in METHODS if self.tendered(method))

    def _same_order(self, handover: HandoverCard | None) -> bool:
        return (
            self.handover is not None and handover is not None and handover.card.id == self.handover.card.id
        )


def _with_proof(handover: HandoverCard, before: HandoverCard) -> HandoverCard:
    blocks = tuple(each for each in handover.blocks if each.reason is not Reason.RECEIPT_NOT_SHOWN)
    return dataclasses.replace(handover, proof=before.proof, receipt_code=before.receipt_code, blocks=blocks)

"""The device leaves the shop: receipt voided, custody register closed, passcode erased (domain.md §3)."""

from __future__ import annotations

from sqlalchemy import select

from app.core.enums import CustodyWay, ReceiptProof
from app.model import CustodyEntry, PickupReceipt, RepairOrder
from app.store.door import Tx


def release_device(tx: Tx, order: RepairOrder, proof: ReceiptProof | None = None, note: str = "") -> None:
    """Close what was opened when the device came in; a device that never came in leaves nothing to close."""
    last = tx.session.scalar(
        select(CustodyEntry)
        .where(CustodyEntry.order_id == order.id)
        .order_by(CustodyEntry.id.desc())
        .limit(1)
    )
    if last is not None and last.way is CustodyWay.IN:
        tx.session.add(
            CustodyEntry(
                order_id=order.id,
                device_id=order.device_id,
                way=CustodyWay.OUT,
                at=tx.now,
                staff_id=tx.actor.id or None,
                proof=proof,
                note=note,
            )
        )
    for receipt in tx.session.scalars(
        select(PickupReceipt).where(PickupReceipt.order_id == order.id, PickupReceipt.voided_at.is_(None))
    ):
        receipt.voided_at = tx.now
    order.passcode = None
    order.passcode_at = None

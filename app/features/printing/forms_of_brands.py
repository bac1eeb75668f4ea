"""The form of the settlement with a brand."""

from __future__ import annotations

from sqlalchemy import Connection

from app.features.printing.forms_of_shop import shop_block
from app.features.settling.reading import settlement_by_number
from app.papers.forms_of_brands import BrandSheet, SettledLine
from app.store.door import Store


def brand_settlement(reading: Connection, store: Store, number: str) -> tuple[BrandSheet, None]:
    """A settlement with a brand by its number, as it stands."""
    card = settlement_by_number(reading, number)
    row = card.row
    sheet = BrandSheet(
        shop=shop_block(store.settings),
        number=row.number,
        brand=row.brand,
        month=row.month,
        state=row.state,
        made_at=row.made_at,
        lines=tuple(
            SettledLine(
                kind=each.kind,
                claimed=each.by_table,
                paid=each.accepted,
                description=each.description,
                claim=each.claim,
                order_number=each.order_number,
                category=each.category,
                model=each.model,
                serial=each.serial,
                delivered_on=each.delivered_on,
                reason=each.reason,
            )
            for each in card.lines
        ),
        claimed=row.by_table,
        accepted=row.accepted,
        deducted=row.deductions,
        payable=row.payable,
        left_out=len(card.unanswered),
        made_by=row.made_by,
        note=row.note,
    )
    return sheet, None

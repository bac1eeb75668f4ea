"""How devices and charges are called on the bench's screen."""

from __future__ import annotations

from app.core.enums import LineKind, NoteKind
from app.core.formats import quantity as written
from app.core.labels import category_name, label
from app.core.money import ONE
from app.features.bench.view import Diagnosis
from app.features.orders.snapshots import CardLine, OrderCard, OrderRow


def diagnosis_of(card: OrderCard) -> Diagnosis:
    """The newest findings on a card."""
    found = {note.kind: note.text for note in card.notes}
    return Diagnosis(
        found.get(NoteKind.FAULT, ""), found.get(NoteKind.CAUSE, ""), found.get(NoteKind.FIX, "")
    )


def device_name(card: OrderCard | OrderRow) -> str:
    """Brand, model and category in one line."""
    return " ".join(part for part in (card.brand, card.model, category_name(card.category)) if part)


def line_name(line: CardLine) -> str:
    """What a charge is called: its words, else its kind's."""
    return line.description or label(line.kind)


def times_of(line: CardLine) -> str:
    """How many: nothing is said of a single piece of work."""
    if line.kind is not LineKind.PART and line.quantity == ONE:
        return ""
    return " ".join(part for part in (written(line.quantity), line.unit) if part)


def haystack(row: OrderRow) -> str:
    """All that a word typed into the queue's search may be found in."""
    return " ".join(
        (
            row.number,
            row.customer_name,
            row.customer_phone,
            device_name(row),
            row.fault,
            row.technician,
            row.shelf,
        )
    ).casefold()

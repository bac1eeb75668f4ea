"""Erasing one customer inside a command: who he was goes, what was done and paid stays."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text

from app.core.changes import Kind
from app.core.enums import CLOSED
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.features.finder.indexing import index_customer, rename_orders
from app.features.privacy.personal import FORM_KEYS, NAMELESS, PERSONAL, Place
from app.store.door import Tx
from app.store.erasing import facts_unlocked
from app.store.photos import StoredPhoto
from app.store.schema import APPEND_ONLY

_PEOPLE = text("SELECT id, name FROM customer WHERE id = :customer_id OR merged_into_id = :customer_id")
_OPEN = text(
    "SELECT number FROM repair_order WHERE customer_id IN :ids AND status NOT IN :closed ORDER BY id LIMIT 1"
).bindparams(bindparam("ids", expanding=True), bindparam("closed", expanding=True))
_DUE = text(
    "SELECT coalesce((SELECT sum(b.due) FROM invoice_balance b WHERE b.customer_id IN :ids"
    " AND b.payer = 'customer'), 0) AS due,"
    " coalesce((SELECT sum(h.amount) FROM held_money h WHERE h.customer_id IN :ids"
    " AND h.payer = 'customer'), 0) AS held"
).bindparams(bindparam("ids", expanding=True))
_ORDERS = text("SELECT id FROM repair_order WHERE customer_id IN :ids ORDER BY id").bindparams(
    bindparam("ids", expanding=True)
)
_PHOTOS = text("SELECT DISTINCT sha256, suffix FROM photo WHERE order_id IN :orders").bindparams(
    bindparam("orders", expanding=True)
)
_PHONES = text(
    "SELECT phone FROM customer WHERE id IN :ids AND phone != ''"
    " UNION SELECT phone2 FROM customer WHERE id IN :ids AND phone2 != ''"
).bindparams(bindparam("ids", expanding=True))
_PAPERS = text(
    "SELECT id, form FROM paper_issue WHERE order_id IN :orders OR (order_id IS NULL AND number IN"
    " (SELECT number FROM invoice WHERE customer_id IN :ids UNION SELECT number FROM credit_note WHERE customer_id IN"
    " :ids UNION SELECT number FROM write_off WHERE customer_id IN :ids UNION SELECT number FROM payment"
    " WHERE customer_id IN :ids))"
).bindparams(bindparam("orders", expanding=True), bindparam("ids", expanding=True))
#: They are asked for by the customer and a span of days; whose each is, its form says.
_ACCOUNTS = text(
    "SELECT id, form FROM paper_issue WHERE kind IN ('statement', 'payment_reminder')"
    " AND json_extract(form, '$.customer_name') IN :names"
).bindparams(bindparam("names", expanding=True))
_CLAIMS = text(
    "SELECT c.uuid, o.number FROM claim c JOIN repair_order o ON o.id = c.order_id WHERE o.customer_id IN :ids"
).bindparams(bindparam("ids", expanding=True))
_WAITING = text("SELECT count(*) FROM outbox_event WHERE subject = :subject AND state = 'waiting'")


@dataclass(frozen=True, slots=True)
class Gone:
    """What was erased; ``files`` are pictures that nothing shows any more."""

    orders: int
    photos: int
    files: tuple[StoredPhoto, ...]


def refuse_open(tx: Tx, customer_id: int) -> None:
    """``Refusal``: CUSTOMER_ORDERS_OPEN (also a claim that was not sent yet), CUSTOMER_MONEY_OPEN."""
    connection = tx.reading()
    people = connection.execute(_PEOPLE, {"customer_id": customer_id}).all()
    ids = [row.id for row in people]
    name = next(row.name for row in people if row.id == customer_id)
    number = connection.execute(_OPEN, {"ids": ids, "closed": [each.value for each in CLOSED]}).scalar()
    number = number or _waiting_claim(connection, ids)
    if number is not None:
        raise Refusal(Reason.CUSTOMER_ORDERS_OPEN, name=name, number=number)
    money = connection.execute(_DUE, {"ids": ids}).one()
    if money.due or money.held:
        raise Refusal(Reason.CUSTOMER_MONEY_OPEN, name=name, amount=Money(int(money.due or money.held)))


def erase(tx: Tx, customer_id: int) -> Gone:
    """Erase all that is known of a customer and of everybody merged into him; the books stay."""
    tx.session.flush()
    connection = tx.reading()
    people = connection.execute(_PEOPLE, {"customer_id": customer_id}).all()
    ids = [row.id for row in people]
    orders = list(connection.execute(_ORDERS, {"ids": ids}).scalars())
    photos = [StoredPhoto(row.sha256, row.suffix) for row in connection.execute(_PHOTOS, {"orders": orders})]
    phones = list(connection.execute(_PHONES, {"ids": ids}).scalars())
    name = next(row.name for row in people if row.id == customer_id)
    _forget_papers(connection, orders, ids, [row.name for row in people], phones)
    _forget_drafts(connection, ids, phones)
    _forget_events(connection, ids)
    with facts_unlocked(connection, {each.table for each in PERSONAL} & set(APPEND_ONLY)):
        for place in PERSONAL:
            connection.execute(_statement(place), {"customer_id": customer_id})
    rename_orders(connection, orders, name)
    index_customer(connection, customer_id, NAMELESS, old_name=name)
    tx.session.expire_all()
    for order_id in orders:
        tx.changed(Kind.ORDER, order_id)
    for each in ids:
        tx.changed(Kind.CUSTOMER, each)
    return Gone(len(orders), len(photos), tuple(each for each in photos if not _shown(connection, each)))


def scrubbed(form: Any) -> Any:
    """A frozen paper without what it says of a person."""
    if isinstance(form, dict):
        return {key: _emptied(value) if key in FORM_KEYS else scrubbed(value) for key, value in form.items()}
    if isinstance(form, list):
        return [scrubbed(each) for each in form]
    return form


def _emptied(value: Any) -> Any:
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else scrubbed(value)


def _statement(place: Place) -> Any:
    if place.columns is None:
        return text(f"DELETE FROM {place.table} WHERE {place.whose}")
    values = ", ".join(f"{column} = {value}" for column, value in place.columns.items())
    return text(f"UPDATE {place.table} SET {values} WHERE {place.whose}")


def _forget_papers(
    connection: Connection, orders: list[int], ids: list[int], names: list[str], phones: list[str]
) -> None:
    found = list(connection.execute(_PAPERS, {"orders": orders, "ids": ids}))
    for row in connection.execute(_ACCOUNTS, {"names": names}):
        # Somebody else may have the same name.
        if not phones or any(phone in row.form for phone in phones):
            found.append(row)
    for row in found:
        form = json.dumps(
            scrubbed(json.loads(row.form)), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )
        connection.execute(
            text("UPDATE paper_issue SET form = :form WHERE id = :id"), {"form": form, "id": row.id}
        )


def _forget_drafts(connection: Connection, ids: list[int], phones: list[str]) -> None:
    """What somebody was typing about him."""
    for row in connection.execute(text("SELECT id, content FROM draft")).all():
        if any(phone in row.content for phone in phones) or _names(json.loads(row.content), ids):
            connection.execute(text("DELETE FROM draft WHERE id = :id"), {"id": row.id})


def _names(content: Any, ids: list[int]) -> bool:
    if isinstance(content, dict):
        return content.get("customer_id") in ids or any(_names(each, ids) for each in content.values())
    return isinstance(content, list) and any(_names(each, ids) for each in content)


def _forget_events(connection: Connection, ids: list[int]) -> None:
    """What was sent to a brand about his orders arrived there; the shop's copy goes."""
    for row in connection.execute(_CLAIMS, {"ids": ids}).all():
        connection.execute(
            text("UPDATE outbox_event SET body = '{}', reason = '' WHERE subject = :subject"),
            {"subject": str(UUID(bytes=bytes(row.uuid)))},
        )


def _waiting_claim(connection: Connection, ids: list[int]) -> str | None:
    """The order of a claim that still has to go out."""
    for row in connection.execute(_CLAIMS, {"ids": ids}).all():
        subject = str(UUID(bytes=bytes(row.uuid)))
        if connection.execute(_WAITING, {"subject": subject}).scalar_one():
            return str(row.number)
    return None


def _shown(connection: Connection, photo: StoredPhoto) -> bool:
    """Whether another order, a part or a draft still shows this picture."""
    asked = {"sha256": photo.sha256, "like": f"%{photo.sha256}%"}
    return bool(
        connection.execute(
            text(
                "SELECT EXISTS (SELECT 1 FROM photo WHERE sha256 = :sha256)"
                " OR EXISTS (SELECT 1 FROM part WHERE picture_sha256 = :sha256)"
                " OR EXISTS (SELECT 1 FROM draft WHERE content LIKE :like)"
            ),
            asked,
        ).scalar_one()
    )

"""All that is held about one customer, as a file for him: readable, and complete for a machine."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, LargeBinary, text

from app.core import formats
from app.core.enums import NoteKind, PaymentKind, PaymentMethod, Status
from app.core.labels import category_name, label
from app.core.money import Money
from app.core.words import N_, _
from app.features.privacy.personal import BOOKS, PERSONAL
from app.features.sheets.columns import SheetColumn
from app.features.sheets.writing import table_content
from app.model import everything
from app.model.base import DayType, UtcDateTime, UuidBytes
from app.store.photos import PhotoStore

#: Never handed out, not even to him: it is sealed, and nobody reads it here.
_HELD_BACK = frozenset({"passcode", "passcode_at"})
_COLUMNS = (
    SheetColumn("section", N_("What"), str, width=20),
    SheetColumn("when", N_("When"), str, width=18),
    SheetColumn("number", N_("Number"), str, width=16),
    SheetColumn("text", N_("Held about you"), str, width=80),
)


def held_about(connection: Connection, customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row about a customer by table, as JSON values; moments in ISO 8601, amounts in fen."""
    tables = everything().metadata.tables
    wanted = {place.table: place.whose for place in PERSONAL} | dict(BOOKS)
    found: dict[str, list[dict[str, Any]]] = {}
    for name, whose in sorted(wanted.items()):
        table = tables[name]
        kept = [column for column in table.columns if column.name not in _HELD_BACK]
        rows = connection.execute(
            text(f"SELECT {', '.join(each.name for each in kept)} FROM {name} WHERE {whose} ORDER BY 1"),
            {"customer_id": customer_id},
        )
        found[name] = [
            {column.name: _plain(column.type, value) for column, value in zip(kept, row, strict=True)}
            for row in rows
        ]
    return found


def packed(connection: Connection, photos: PhotoStore, customer_id: int, zone: str) -> bytes:
    """A ZIP archive: ``customer.xlsx`` to read, ``customer.json`` with everything, the photos."""
    held = held_about(connection, customer_id)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        headings = [_(column.title) for column in _COLUMNS]
        rows = list(_lines(held, zone))
        archive.writestr("customer.xlsx", table_content(".xlsx", _("Customer"), _COLUMNS, headings, rows))
        archive.writestr("customer.json", json.dumps(held, ensure_ascii=False, indent=1))
        # A picture may belong to two orders.
        for path in sorted({photos.path(each["sha256"], each["suffix"]) for each in held["photo"]}):
            if path.exists():
                archive.write(path, f"photos/{path.name}")
        for each in held["signature"]:
            archive.writestr(f"signatures/{each['id']}.png", base64.b64decode(each["png"]))
    return out.getvalue()


def _plain(kind: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(kind, UtcDateTime):
        return datetime.fromtimestamp(value / 1_000_000, UTC).isoformat()
    if isinstance(kind, UuidBytes):
        return bytes(value).hex()
    if isinstance(kind, DayType):
        return str(value)
    if isinstance(kind, LargeBinary) or isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


def _lines(held: Mapping[str, Sequence[Mapping[str, Any]]], zone: str) -> Iterator[Sequence[str]]:
    def moment(value: str | None) -> str:
        if not value:
            return ""
        return formats.moment(datetime.fromisoformat(value), zone)

    def fen(value: int | None) -> str:
        return "" if value is None else formats.money(Money(int(value)))

    for row in held["customer"]:
        for key, word in (
            ("name", _("Name")), ("phone", _("Phone")), ("phone2", _("Second phone")),
            ("address", _("Address")), ("tax_number", _("Tax number")), ("level", _("Level")),
            ("notes", _("Notes")),
        ):  # fmt: skip
            if row[key]:
                yield _("Customer"), moment(row["created_at"]), "", f"{word}: {row[key]}"
    for row in held["device"]:
        said = [category_name(row["category"]), row["brand"], row["model"], row["serial"]]
        yield _("Device"), moment(row["created_at"]), "", " ".join(filter(None, said))
    numbers = {row["id"]: row["number"] for row in held["repair_order"]}
    for row in held["repair_order"]:
        said = [label(Status(row["status"])), row["fault"], row["damage"]]
        yield _("Order"), moment(row["taken_in_at"]), row["number"], " · ".join(filter(None, said))
    for row in held["order_note"]:
        said = [label(NoteKind(row["kind"])), row["text"]]
        yield _("Note"), moment(row["at"]), numbers[row["order_id"]], ": ".join(filter(None, said))
    for row in held["quote"]:
        yield _("Quote"), moment(row["made_at"]), numbers[row["order_id"]], fen(row["total"])
    for row in held["invoice"]:
        yield _("Invoice"), row["business_day"], row["number"], fen(row["total"])
    for row in held["payment"]:
        kind, method = label(PaymentKind(row["kind"])), label(PaymentMethod(row["method"]))
        yield _("Payment"), moment(row["at"]), row["number"], f"{kind} {fen(row['amount'])} {method}"
    for row in held["custody_entry"]:
        yield _("Device in and out"), moment(row["at"]), numbers[row["order_id"]], row["note"]
    for row in held["photo"]:
        yield (
            _("Photo"),
            moment(row["at"]),
            numbers[row["order_id"]],
            f"photos/{row['sha256']}{row['suffix']}",
        )
    for row in held["signature"]:
        yield _("Signature"), moment(row["at"]), numbers[row["order_id"]], f"signatures/{row['id']}.png"

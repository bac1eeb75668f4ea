"""Where personal data of customers stand: one table for what is handed out and for what is erased (domain.md §3).

Every text, picture and free form of the schema is either here or in ``NOT_PERSONAL``; a new one that is in neither
fails ``tests/features/privacy/test_personal.py``: forgetting a place is not possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

#: A customer who was erased has this name: nothing that could be searched for.
NAMELESS = "—"

#: ``:customer_id`` with everybody merged into him.
_PEOPLE = "SELECT id FROM customer WHERE id = :customer_id OR merged_into_id = :customer_id"
_ORDERS = f"SELECT id FROM repair_order WHERE customer_id IN ({_PEOPLE})"
_DEVICES = f"SELECT id FROM device WHERE customer_id IN ({_PEOPLE})"
_CLAIMS = f"SELECT id FROM claim WHERE order_id IN ({_ORDERS})"
_INVOICES = f"SELECT id FROM invoice WHERE customer_id IN ({_PEOPLE}) OR order_id IN ({_ORDERS})"


@dataclass(frozen=True, slots=True)
class Place:
    """One table with personal data: which rows are a customer's, and what becomes of each column.

    ``columns`` are values in SQL; None instead of columns: the rows themselves go.
    """

    table: str
    whose: str
    columns: Mapping[str, str] | None = None


#: In the order they are erased: rows that lead to others come last.
PERSONAL: tuple[Place, ...] = (
    Place("order_note", f"order_id IN ({_ORDERS})", {"text": "''"}),
    Place("photo", f"order_id IN ({_ORDERS})"),
    Place("signature", f"order_id IN ({_ORDERS})"),
    Place("custody_entry", f"order_id IN ({_ORDERS})", {"note": "''"}),
    Place("quote", f"order_id IN ({_ORDERS})", {"answered_name": "''", "answer_note": "''"}),
    Place("defective_good", f"order_id IN ({_ORDERS})", {"serial": "''", "note": "''"}),
    Place("incident", f"order_id IN ({_ORDERS})", {"text": "''", "done": "''", "town": "''"}),
    Place("claim_entry", f"claim_id IN ({_CLAIMS})", {"reason": "''", "body": "'{}'"}),
    Place("claim", f"id IN ({_CLAIMS})", {"unsigned_reason": "''", "note": "''", "answer": "''"}),
    Place("credit_note", f"invoice_id IN ({_INVOICES})", {"note": "''"}),
    Place("write_off", f"invoice_id IN ({_INVOICES})", {"note": "''"}),
    Place("payment_reminder", f"customer_id IN ({_PEOPLE})", {"note": "''"}),
    Place(
        "payment",
        f"customer_id IN ({_PEOPLE})",
        {"note": "CASE WHEN json_extract(note, '$.reason') IS NULL THEN note"
                 " ELSE json_set(note, '$.reason', '') END"},
    ),
    Place("cover_plan", f"device_id IN ({_DEVICES})", {"number": "''", "note": "''"}),
    Place("device", f"id IN ({_DEVICES})", {"serial": "''", "outdoor_serial": "''"}),
    Place(
        "repair_order",
        f"id IN ({_ORDERS})",
        {"fault": "''", "damage": "''", "accessories": "'[]'", "passcode": "NULL", "passcode_at": "NULL",
         "version": "version + 1"},
    ),
    Place(
        "customer",
        f"id IN ({_PEOPLE})",
        {"name": f"'{NAMELESS}'", "phone": "''", "phone2": "''", "address": "''", "notes": "''",
         "tax_number": "''", "version": "version + 1"},
    ),
)  # fmt: skip

#: Frozen papers: the keys of a form that hold what is known of a person. Texts become empty, lists too.
FORM_KEYS = frozenset(
    {
        *("customer_name", "customer_phone", "customer_address", "customer_tax_number", "answered_name"),
        *("answer_note", "signature", "fault", "damage", "accessories", "findings", "cause", "fix", "serial"),
        *("outdoor_serial", "note", "notes", "remark"),
    }
)
#: Erased in its own way: by what is in it.
BY_CONTENT = frozenset({"paper_issue.form", "draft.content", "outbox_event.body", "gram.gram"})

#: Handed out with a person's data beside the places above; nothing in them is erased, for they are the shop's books.
BOOKS: Mapping[str, str] = MappingProxyType(
    {
        "order_line": f"order_id IN ({_ORDERS})",
        "work_log": f"order_id IN ({_ORDERS})",
        "pickup_receipt": f"order_id IN ({_ORDERS})",
        "invoice": f"id IN ({_INVOICES})",
        "invoice_line": f"invoice_id IN ({_INVOICES})",
        "tax_invoice": f"invoice_id IN ({_INVOICES})",
        "paper_issue": f"order_id IN ({_ORDERS})",
    }
)

#: Texts that tell nothing of a customer: the shop's own, goods, money, staff, codes, digests.
NOT_PERSONAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        table: frozenset(columns.split())
        for table, columns in {
            "account": "key number name",
            "agreement": "uuid number categories terms note",
            # Of staff, about their month.
            "assessment": "month note",
            "brand": "uuid name names shop_code contact phone address",
            "brand_code": "code name category",
            "brand_link": "url shop brand_code key_id key authority cursor last_fault",
            "brand_report": "uuid period content",
            "claim": "uuid number fault_code cause_code fix_code",
            "commission_rule": "category",
            "consign_settlement": "number brand note",
            "count_line": "serials",
            "cover_plan": "uuid underwriter",
            "credit_note": "uuid number",
            "customer": "uuid level",
            "day_close": "number content digest journal_head",
            # What a head office decided about a claim: its words are on the claim.
            "decision": "key kind subject body trouble",
            "defective_good": "uuid number description category brand model location",
            "device": "uuid category brand model",
            "draft": "kind",
            "erasure": "customer_uuid",
            "goods_receipt": "uuid number delivery_note",
            "goods_receipt_line": "description",
            "incident": "uuid number",
            # The payer's name is a brand's.
            "invoice": "uuid number payer_name",
            "invoice_line": "description unit",
            "journal": "detail operation_id digest mac",
            "member_price": "level",
            "month_seal": "month content digest",
            "number_series": "period",
            "old_part": "uuid brand serial location reason",
            "old_part_policy": "brand category",
            "operation": "id result",
            "order_line": "description unit item_code price_reason",
            "outbox_event": "uuid kind subject reason",
            "package_line": "description",
            "paper_issue": "number",
            "part": "uuid number name category brand fits unit location supplier_number season picture_sha256"
            " picture_suffix",
            "part_barcode": "code",
            "part_loan": "number shop",
            "part_serial": "serial",
            "part_substitute": "note",
            "pay_item": "uuid month reason",
            "pay_statement": "month content digest",
            "payment": "uuid number",
            "pickup_receipt": "code",
            "price_item": "uuid code name category zone unit note",
            "price_item_change": "level",
            "purchase_line": "description unit supplier_number",
            "purchase_order": "uuid number note",
            "purchase_request": "description note",
            "quality_notice": "uuid number model fault_code found note",
            "quote": "lines",
            "repair_order": "uuid number card_code cover shelf source_ref",
            "return_batch": "uuid number brand carrier waybill note",
            "sale": "category brand",
            "season_factor": "category",
            "setting": "key value",
            "settlement": "uuid number month note",
            "settlement_line": "description reason",
            "staff": "uuid name phone badge_code pin_hash language",
            "stock_count": "uuid number scope note",
            "stock_move": "note",
            "stock_place": "name",
            "supplier": "uuid name contact phone address note",
            # The tax office's own record of an issued invoice: the law wants it kept.
            "tax_invoice": "title tax_number number red_number",
            "till": "name drawer",
            "till_count": "pieces",
            "till_move": "uuid number note receipt",
            "till_session": "uuid number float_reason reason",
            "tool": "uuid name location note",
            "tool_kind": "name note",
            "tool_move": "note",
            "write_off": "uuid number",
        }.items()
    }
)

"""The first schema: everything of 26 tables, as shops of version 0.1 have it.

Kept as it was; never changed after the release of version 0.1.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.schema import recreate_extras

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make all tables."""
    op.create_table(
        "customer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("phone2", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("merged_into_id", BIG, nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["merged_into_id"], ["customer.id"], name=op.f("fk_customer_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("uuid", name=op.f("uq_customer_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_customer_merged_into_id",
        "customer",
        ["merged_into_id"],
        unique=False,
        sqlite_where=sa.text("merged_into_id IS NOT NULL"),
        postgresql_where=sa.text("merged_into_id IS NOT NULL"),
    )
    op.create_index(op.f("ix_customer_phone"), "customer", ["phone"], unique=False)
    op.create_index(op.f("ix_customer_phone2"), "customer", ["phone2"], unique=False)
    op.create_table(
        "gram",
        sa.Column("gram", sa.Text(), nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.PrimaryKeyConstraint("gram", "record_id", name=op.f("pk_gram")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "number_series",
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("last", BIG, nullable=False),
        sa.PrimaryKeyConstraint("series", "period", name=op.f("pk_number_series")),
        sqlite_strict=True,
    )
    op.create_table(
        "operation",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operation")),
        sqlite_strict=True,
    )
    op.create_table(
        "part",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("fits", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("sale_price", BIG, nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("minimum", BIG, nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("on_hand", BIG, nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("number", name=op.f("uq_part_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_part_uuid")),
        sqlite_strict=True,
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
        sqlite_strict=True,
    )
    op.create_table(
        "staff",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("badge_code", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("failed_pins", BIG, nullable=False),
        sa.Column("locked_until", BIG, nullable=True),
        sa.Column("trainer_id", BIG, nullable=True),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff")),
        sa.UniqueConstraint("badge_code", name=op.f("uq_staff_badge_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_staff_uuid")),
        sqlite_strict=True,
    )
    op.create_table(
        "device",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("purchased_on", sa.Text(), nullable=True),
        sa.Column("proof_seen", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_device_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("uuid", name=op.f("uq_device_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_device_customer_id"), "device", ["customer_id"], unique=False)
    op.create_index(op.f("ix_device_serial"), "device", ["serial"], unique=False)
    op.create_table(
        "draft",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_draft_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draft")),
        sqlite_strict=True,
    )
    op.create_index("ix_draft_kind_staff_id", "draft", ["kind", "staff_id"], unique=True)
    op.create_table(
        "part_barcode",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("own", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_barcode_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_barcode")),
        sa.UniqueConstraint("code", name=op.f("uq_part_barcode_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_part_barcode_part_id"), "part_barcode", ["part_id"], unique=False)
    op.create_table(
        "repair_order",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("card_code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("technician_id", BIG, nullable=True),
        sa.Column("rework_of_id", BIG, nullable=True),
        sa.Column("visit", sa.Text(), nullable=False),
        sa.Column("job_kind", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("cover", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("accessories", sa.Text(), nullable=False),
        sa.Column("damage", sa.Text(), nullable=False),
        sa.Column("shelf", sa.Text(), nullable=False),
        sa.Column("estimate", BIG, nullable=True),
        sa.Column("spend_limit", BIG, nullable=True),
        sa.Column("approved_total", BIG, nullable=True),
        sa.Column("passcode", sa.LargeBinary(), nullable=True),
        sa.Column("promised_at", BIG, nullable=True),
        sa.Column("taken_in_at", BIG, nullable=False),
        sa.Column("taken_in_day", sa.Text(), nullable=False),
        sa.Column("ready_at", BIG, nullable=True),
        sa.Column("finished_day", sa.Text(), nullable=True),
        sa.Column("delivered_at", BIG, nullable=True),
        sa.Column("delivered_day", sa.Text(), nullable=True),
        sa.Column("guarantee_until", sa.Text(), nullable=True),
        sa.Column("source_ref", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_repair_order_customer_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_repair_order_device_id")),
        sa.ForeignKeyConstraint(
            ["rework_of_id"], ["repair_order.id"], name=op.f("fk_repair_order_rework_of_id")
        ),
        sa.ForeignKeyConstraint(["technician_id"], ["staff.id"], name=op.f("fk_repair_order_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_order")),
        sa.UniqueConstraint("card_code", name=op.f("uq_repair_order_card_code")),
        sa.UniqueConstraint("number", name=op.f("uq_repair_order_number")),
        sa.UniqueConstraint("source_ref", name=op.f("uq_repair_order_source_ref")),
        sa.UniqueConstraint("uuid", name=op.f("uq_repair_order_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_repair_order_customer_id"), "repair_order", ["customer_id"], unique=False)
    op.create_index(op.f("ix_repair_order_delivered_day"), "repair_order", ["delivered_day"], unique=False)
    op.create_index(op.f("ix_repair_order_device_id"), "repair_order", ["device_id"], unique=False)
    op.create_index(op.f("ix_repair_order_finished_day"), "repair_order", ["finished_day"], unique=False)
    op.create_index(
        "ix_repair_order_open",
        "repair_order",
        ["status", "id"],
        unique=False,
        sqlite_where=sa.text("status NOT IN ('cancelled', 'delivered', 'disposed')"),
        postgresql_where=sa.text("status NOT IN ('cancelled', 'delivered', 'disposed')"),
    )
    op.create_index(op.f("ix_repair_order_taken_in_day"), "repair_order", ["taken_in_day"], unique=False)
    op.create_table(
        "custody_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_custody_entry_device_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_custody_entry_order_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_custody_entry_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custody_entry")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_custody_entry_device_id"), "custody_entry", ["device_id"], unique=False)
    op.create_index(op.f("ix_custody_entry_order_id"), "custody_entry", ["order_id"], unique=False)
    op.create_table(
        "invoice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("technician_id", BIG, nullable=True),
        sa.Column("total", BIG, nullable=False),
        sa.Column("tax", BIG, nullable=False),
        sa.Column("tax_inclusive", sa.Integer(), nullable=False),
        sa.Column("issued_at", BIG, nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("issued_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staff.id"], name=op.f("fk_invoice_issued_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_invoice_order_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["staff.id"], name=op.f("fk_invoice_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_invoice_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_invoice_business_day"), "invoice", ["business_day"], unique=False)
    op.create_index(op.f("ix_invoice_customer_id"), "invoice", ["customer_id"], unique=False)
    op.create_index(op.f("ix_invoice_order_id"), "invoice", ["order_id"], unique=False)
    op.create_table(
        "journal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("action", sa.Text(), nullable=True),
        sa.Column("from_status", sa.Text(), nullable=True),
        sa.Column("to_status", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("operation_id", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_journal_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_journal_order_id"), "journal", ["order_id"], unique=False)
    op.create_table(
        "order_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("taken", BIG, nullable=False),
        sa.Column("unit_price", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("tax_permille", BIG, nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("minutes", BIG, nullable=False),
        sa.Column("removed", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_order_line_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_order_line_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_order_line_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_order_line_order_id"), "order_line", ["order_id"], unique=False)
    op.create_table(
        "order_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_order_note_order_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_order_note_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_note")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_order_note_order_id"), "order_note", ["order_id"], unique=False)
    op.create_table(
        "paper_issue",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("size", sa.Text(), nullable=True),
        sa.Column("copies", BIG, nullable=False),
        sa.Column("issued_at", BIG, nullable=False),
        sa.Column("issued_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_paper_issue_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_issue")),
        sqlite_strict=True,
    )
    op.create_index("ix_paper_issue_kind_number", "paper_issue", ["kind", "number"], unique=False)
    op.create_index(op.f("ix_paper_issue_order_id"), "paper_issue", ["order_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("tendered", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("refund_of_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_payment_customer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_payment_order_id")),
        sa.ForeignKeyConstraint(["refund_of_id"], ["payment.id"], name=op.f("fk_payment_refund_of_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_payment_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_payment_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_payment_business_day_amount", "payment", ["business_day", "method", "amount"], unique=False
    )
    op.create_index(op.f("ix_payment_customer_id"), "payment", ["customer_id"], unique=False)
    op.create_index(op.f("ix_payment_order_id"), "payment", ["order_id"], unique=False)
    op.create_table(
        "photo",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_photo_order_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_photo_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_photo_order_id"), "photo", ["order_id"], unique=False)
    op.create_table(
        "pickup_receipt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("issued_at", BIG, nullable=False),
        sa.Column("voided_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_pickup_receipt_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pickup_receipt")),
        sa.UniqueConstraint("code", name=op.f("uq_pickup_receipt_code")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_pickup_receipt_order_id"), "pickup_receipt", ["order_id"], unique=False)
    op.create_table(
        "quote",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.Column("answered_at", BIG, nullable=True),
        sa.Column("answered_way", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_quote_made_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_quote_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_quote_order_id"), "quote", ["order_id"], unique=False)
    op.create_table(
        "signature",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("paper", sa.Text(), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_signature_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signature")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_signature_order_id"), "signature", ["order_id"], unique=False)
    op.create_table(
        "work_log",
        sa.Column("id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("started_at", BIG, nullable=False),
        sa.Column("ended_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_work_log_order_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_work_log_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_log")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_work_log_order_id"), "work_log", ["order_id"], unique=False)
    op.create_index(
        "ix_work_log_running",
        "work_log",
        ["staff_id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_work_log_staff_id"), "work_log", ["staff_id"], unique=False)
    op.create_table(
        "allocation",
        sa.Column("id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_allocation_invoice_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_allocation_invoice_id"), "allocation", ["invoice_id"], unique=False)
    op.create_index(op.f("ix_allocation_payment_id"), "allocation", ["payment_id"], unique=False)
    op.create_table(
        "invoice_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("unit_price", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("tax_permille", BIG, nullable=False),
        sa.Column("tax", BIG, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_invoice_line_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_invoice_line_invoice_id"), "invoice_line", ["invoice_id"], unique=False)
    op.create_table(
        "stock_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_stock_move_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_stock_move_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_stock_move_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_stock_move_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_stock_move_day"), "stock_move", ["day"], unique=False)
    op.create_index(op.f("ix_stock_move_order_id"), "stock_move", ["order_id"], unique=False)
    op.create_index("ix_stock_move_part_id_id", "stock_move", ["part_id", "id"], unique=False)
    op.create_index("ix_customer_phone2_last4", "customer", [sa.text("substr(phone2, -4)")])
    op.create_index("ix_customer_phone_last4", "customer", [sa.text("substr(phone, -4)")])
    recreate_extras(op.get_bind())

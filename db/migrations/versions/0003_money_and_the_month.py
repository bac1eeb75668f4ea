"""Money and the month: credit notes, write-offs, tills and closes, the price list, commission, the rows of the month.

Five tables are made anew (SQLite cannot add a column with a reference to where ``create_all`` puts it). What stands
beside the booked facts (balances, money held, sales, sums of a day) is worked out from them; refunds of old versions
are told which payment they gave back, oldest first, as the program did.
"""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa
from alembic import op

from app.core.ids import uuid7
from app.store.schema import recreate_extras

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new tables, renew five, work out the sums."""
    op.create_table(
        "account",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_account")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "money_day",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("held", BIG, server_default=sa.text("0"), nullable=False),
        sa.Column("due_customer", BIG, server_default=sa.text("0"), nullable=False),
        sa.Column("due_other", BIG, server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_money_day")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "price_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("use", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("job_kind", sa.Text(), nullable=True),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.Column("minutes", BIG, nullable=False),
        sa.Column("tax_permille", BIG, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_item")),
        sa.UniqueConstraint("code", name=op.f("uq_price_item_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_price_item_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_price_item_use", "price_item", ["use", "category", "name"], unique=False)

    op.create_table(
        "commission_rule",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("permille", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_commission_rule_made_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_commission_rule_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_rule")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_commission_rule_staff_id",
        "commission_rule",
        ["staff_id", "kind", "category", "valid_from"],
        unique=False,
    )

    op.create_table(
        "day_close",
        sa.Column("id", BIG, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("first_day", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("closed_at", BIG, nullable=False),
        sa.Column("closed_by_id", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("journal_id", BIG, nullable=False),
        sa.Column("journal_head", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff.id"], name=op.f("fk_day_close_closed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_close")),
        sa.UniqueConstraint("day", name=op.f("uq_day_close_day")),
        sa.UniqueConstraint("number", name=op.f("uq_day_close_number")),
        sqlite_strict=True,
    )
    op.create_table(
        "member_price",
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["price_item.id"], name=op.f("fk_member_price_item_id")),
        sa.PrimaryKeyConstraint("item_id", "level", name=op.f("pk_member_price")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "month_seal",
        sa.Column("id", BIG, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("sealed_at", BIG, nullable=False),
        sa.Column("sealed_by_id", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["sealed_by_id"], ["staff.id"], name=op.f("fk_month_seal_sealed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_seal")),
        sa.UniqueConstraint("month", name=op.f("uq_month_seal_month")),
        sqlite_strict=True,
    )
    op.create_table(
        "pay_statement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("bonus", BIG, nullable=False),
        sa.Column("deducted", BIG, nullable=False),
        sa.Column("carried", BIG, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("frozen_at", BIG, nullable=False),
        sa.Column("frozen_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["frozen_by_id"], ["staff.id"], name=op.f("fk_pay_statement_frozen_by_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pay_statement_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_statement")),
        sqlite_strict=True,
    )
    op.create_index("ix_pay_statement_staff_id_month", "pay_statement", ["staff_id", "month"], unique=True)

    op.create_table(
        "payment_reminder",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_payment_reminder_customer_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_payment_reminder_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_reminder")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_payment_reminder_customer_id"), "payment_reminder", ["customer_id"], unique=False
    )

    op.create_table(
        "price_item_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("item_id", BIG, nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("old", BIG, nullable=True),
        sa.Column("new", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["price_item.id"], name=op.f("fk_price_item_change_item_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_price_item_change_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_item_change")),
        sqlite_strict=True,
    )
    op.create_index("ix_price_item_change_item_id_id", "price_item_change", ["item_id", "id"], unique=False)

    op.create_table(
        "till",
        sa.Column("id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("main", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("drawer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_till_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_till_staff_id")),
        sqlite_strict=True,
    )
    op.create_index("ix_till_main", "till", ["main"], unique=True, sqlite_where=sa.text("main = 1"))

    op.create_table(
        "package_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("package_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("item_id", BIG, nullable=True),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["price_item.id"], name=op.f("fk_package_line_item_id")),
        sa.ForeignKeyConstraint(["package_id"], ["price_item.id"], name=op.f("fk_package_line_package_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_package_line_part_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_package_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_package_line_package_id"), "package_line", ["package_id"], unique=False)
    op.create_index(op.f("ix_package_line_part_id"), "package_line", ["part_id"], unique=False)

    op.create_table(
        "till_session",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("till_id", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("previous_id", BIG, nullable=True),
        sa.Column("holder_id", BIG, nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("opened_day", sa.Text(), nullable=False),
        sa.Column("opened_by_id", BIG, nullable=False),
        sa.Column("by_itself", sa.Integer(), nullable=False),
        sa.Column("float_amount", BIG, nullable=False),
        sa.Column("float_expected", BIG, nullable=False),
        sa.Column("float_reason", sa.Text(), nullable=False),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("closed_day", sa.Text(), nullable=True),
        sa.Column("closed_by_id", BIG, nullable=True),
        sa.Column("expected", BIG, nullable=True),
        sa.Column("counted", BIG, nullable=True),
        sa.Column("difference", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("kept", BIG, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff.id"], name=op.f("fk_till_session_closed_by_id")),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_till_session_holder_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["staff.id"], name=op.f("fk_till_session_opened_by_id")),
        sa.ForeignKeyConstraint(
            ["previous_id"], ["till_session.id"], name=op.f("fk_till_session_previous_id")
        ),
        sa.ForeignKeyConstraint(["till_id"], ["till.id"], name=op.f("fk_till_session_till_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_session")),
        sa.UniqueConstraint("number", name=op.f("uq_till_session_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_till_session_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_till_session_closed_day",
        "till_session",
        ["closed_day"],
        unique=False,
        sqlite_where=sa.text("closed_day IS NOT NULL"),
    )
    op.create_index(
        "ix_till_session_open",
        "till_session",
        ["till_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index("ix_till_session_till_id_id", "till_session", ["till_id", "id"], unique=False)

    op.create_table(
        "pay_item",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["staff.id"], name=op.f("fk_pay_item_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_pay_item_order_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_pay_item_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_item")),
        sa.UniqueConstraint("uuid", name=op.f("uq_pay_item_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_pay_item_staff_id_month", "pay_item", ["staff_id", "month"], unique=False)

    op.create_table(
        "till_count",
        sa.Column("id", BIG, nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("counted", BIG, nullable=False),
        sa.Column("expected", BIG, nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["till_session.id"], name=op.f("fk_till_count_session_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_till_count_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_count")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_till_count_session_id"), "till_count", ["session_id"], unique=False)

    op.create_table(
        "till_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("session_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("other_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff.id"], name=op.f("fk_till_move_approved_by_id")),
        sa.ForeignKeyConstraint(["other_id"], ["till_move.id"], name=op.f("fk_till_move_other_id")),
        sa.ForeignKeyConstraint(["session_id"], ["till_session.id"], name=op.f("fk_till_move_session_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_till_move_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_till_move")),
        sa.UniqueConstraint("number", name=op.f("uq_till_move_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_till_move_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_till_move_business_day", "till_move", ["business_day", "reason", "amount"], unique=False
    )
    op.create_index("ix_till_move_session", "till_move", ["session_id", "amount"], unique=False)

    op.create_table(
        "credit_note",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("tax", BIG, nullable=False),
        sa.Column("issued_at", BIG, nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("issued_by_id", BIG, nullable=False),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff.id"], name=op.f("fk_credit_note_approved_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_credit_note_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_credit_note_invoice_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staff.id"], name=op.f("fk_credit_note_issued_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_note")),
        sa.UniqueConstraint("number", name=op.f("uq_credit_note_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_credit_note_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_credit_note_business_day"), "credit_note", ["business_day"], unique=False)
    op.create_index(op.f("ix_credit_note_customer_id"), "credit_note", ["customer_id"], unique=False)
    op.create_index(op.f("ix_credit_note_invoice_id"), "credit_note", ["invoice_id"], unique=False)

    op.create_table(
        "held_money",
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("since", sa.Text(), nullable=False),
        sa.Column("payer", sa.Text(), server_default=sa.text("'customer'"), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_held_money_positive")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_held_money_customer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_held_money_order_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_held_money_payment_id")),
        sa.PrimaryKeyConstraint("payment_id", name=op.f("pk_held_money")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_held_money_customer_id"), "held_money", ["customer_id"], unique=False)
    op.create_index(op.f("ix_held_money_order_id"), "held_money", ["order_id"], unique=False)

    op.create_table(
        "invoice_balance",
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("allocated", BIG, nullable=False),
        sa.Column("credited", BIG, nullable=False),
        sa.Column("written_off", BIG, nullable=False),
        sa.Column("due", BIG, nullable=False),
        sa.CheckConstraint("due >= 0", name=op.f("ck_invoice_balance_not_negative")),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_invoice_balance_customer_id")
        ),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_balance_invoice_id")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_invoice_balance")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_invoice_balance_customer",
        "invoice_balance",
        ["customer_id", "invoice_id", "due"],
        unique=False,
        sqlite_where=sa.text("due > 0"),
    )
    op.create_index(
        "ix_invoice_balance_due",
        "invoice_balance",
        ["payer", "due_on", "invoice_id", "customer_id", "due"],
        unique=False,
        sqlite_where=sa.text("due > 0"),
    )

    op.create_table(
        "tax_invoice",
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tax_number", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("red_number", sa.Text(), nullable=False),
        sa.Column("asked_on", sa.Text(), nullable=True),
        sa.Column("issued_on", sa.Text(), nullable=True),
        sa.Column("changed_at", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_tax_invoice_invoice_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tax_invoice_staff_id")),
        sa.PrimaryKeyConstraint("invoice_id", name=op.f("pk_tax_invoice")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_tax_invoice_asked",
        "tax_invoice",
        ["asked_on", "invoice_id"],
        unique=False,
        sqlite_where=sa.text("state = 'asked'"),
    )
    op.create_index(
        "ix_tax_invoice_number", "tax_invoice", ["number"], unique=False, sqlite_where=sa.text("number != ''")
    )

    op.create_table(
        "write_off",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("invoice_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("approved_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["approved_by_id"], ["staff.id"], name=op.f("fk_write_off_approved_by_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_write_off_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_write_off_invoice_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_write_off_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_write_off")),
        sa.UniqueConstraint("number", name=op.f("uq_write_off_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_write_off_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_write_off_business_day"), "write_off", ["business_day"], unique=False)
    op.create_index(op.f("ix_write_off_customer_id"), "write_off", ["customer_id"], unique=False)
    op.create_index(op.f("ix_write_off_invoice_id"), "write_off", ["invoice_id"], unique=False)

    op.create_table(
        "credit_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("credit_id", BIG, nullable=False),
        sa.Column("invoice_line_id", BIG, nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("tax", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.ForeignKeyConstraint(["credit_id"], ["credit_note.id"], name=op.f("fk_credit_line_credit_id")),
        sa.ForeignKeyConstraint(
            ["invoice_line_id"], ["invoice_line.id"], name=op.f("fk_credit_line_invoice_line_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_credit_line_credit_id"), "credit_line", ["credit_id"], unique=False)
    op.create_index(op.f("ix_credit_line_invoice_line_id"), "credit_line", ["invoice_line_id"], unique=False)

    op.create_table(
        "sale",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.Column("invoice_id", BIG, nullable=True),
        sa.Column("credit_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("customer_id", BIG, nullable=False),
        sa.Column("payer", sa.Text(), nullable=False),
        sa.Column("service_type", sa.Text(), nullable=False),
        sa.Column("job_kind", sa.Text(), nullable=False),
        sa.Column("technician_id", BIG, nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("visit", BIG, nullable=False),
        sa.Column("labour", BIG, nullable=False),
        sa.Column("parts", BIG, nullable=False),
        sa.Column("other", BIG, nullable=False),
        sa.Column("discount", BIG, nullable=False),
        sa.Column("tax", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.ForeignKeyConstraint(["credit_id"], ["credit_note.id"], name=op.f("fk_sale_credit_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_sale_customer_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_sale_invoice_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_sale_order_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["staff.id"], name=op.f("fk_sale_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sale")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_sale_business_day",
        "sale",
        [
            "business_day",
            "kind",
            "payer",
            "service_type",
            "technician_id",
            "category",
            "brand",
            "order_id",
            "visit",
            "labour",
            "parts",
            "other",
            "discount",
            "tax",
            "cost",
        ],
        unique=False,
    )
    op.create_index(op.f("ix_sale_invoice_id"), "sale", ["invoice_id"], unique=False)
    op.create_index(op.f("ix_sale_order_id"), "sale", ["order_id"], unique=False)

    op.execute("INSERT INTO till (id, name, main, active, drawer) VALUES (1, '', 1, 1, '')")
    op.add_column("customer", sa.Column("level", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("customer", sa.Column("terms_days", BIG, nullable=True))
    op.add_column("customer", sa.Column("account_limit", BIG, nullable=True))
    op.add_column(
        "order_line", sa.Column("item_code", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.add_column("order_line", sa.Column("list_price", BIG, nullable=True))
    op.add_column(
        "order_line", sa.Column("price_reason", sa.Text(), server_default=sa.text("''"), nullable=False)
    )
    op.drop_index("ix_repair_order_delivered_day", "repair_order")
    op.drop_index("ix_repair_order_finished_day", "repair_order")
    op.create_index(
        "ix_repair_order_delivered",
        "repair_order",
        [
            "delivered_day",
            "finished_day",
            "taken_in_at",
            "ready_at",
            "promised_at",
            "delivered_at",
            "rework_of_id",
            "technician_id",
            "service_type",
            "payer",
            "job_kind",
            "device_id",
            "customer_id",
        ],
        unique=False,
        sqlite_where=sa.text("delivered_day IS NOT NULL"),
    )
    op.create_index(
        "ix_repair_order_finished",
        "repair_order",
        ["finished_day", "taken_in_at", "ready_at"],
        unique=False,
        sqlite_where=sa.text("finished_day IS NOT NULL"),
    )
    op.create_index(
        "ix_repair_order_rework_of_id",
        "repair_order",
        ["rework_of_id"],
        unique=False,
        sqlite_where=sa.text("rework_of_id IS NOT NULL"),
    )
    session = _keep_earlier_cash()
    op.create_table(
        "quote_new",
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
        sa.Column("answered_by_id", BIG, nullable=True),
        sa.Column("answered_name", sa.Text(), nullable=False),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.Column("spend_limit", BIG, nullable=True),
        sa.Column("printed_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["answered_by_id"], ["staff.id"], name=op.f("fk_quote_answered_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_quote_made_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_quote_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote")),
        sqlite_strict=True,
    )
    _copy_quote()
    op.create_index("ix_quote_order_id", "quote", ["order_id"], unique=False)
    op.create_table(
        "invoice_new",
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
        sa.Column("payer_name", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("replaces_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_invoice_customer_id")),
        sa.ForeignKeyConstraint(["issued_by_id"], ["staff.id"], name=op.f("fk_invoice_issued_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_invoice_order_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["invoice.id"], name=op.f("fk_invoice_replaces_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["staff.id"], name=op.f("fk_invoice_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("number", name=op.f("uq_invoice_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_invoice_uuid")),
        sqlite_strict=True,
    )
    _copy_invoice()
    op.create_index("ix_invoice_business_day", "invoice", ["business_day"], unique=False)
    op.create_index("ix_invoice_customer_id", "invoice", ["customer_id"], unique=False)
    op.create_index("ix_invoice_order_id", "invoice", ["order_id"], unique=False)
    op.create_table(
        "invoice_line_new",
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
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("order_line_id", BIG, nullable=True),
        sa.Column("technician_id", BIG, nullable=True),
        sa.Column("cost", BIG, nullable=False),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_invoice_line_invoice_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_invoice_line_order_id")),
        sa.ForeignKeyConstraint(
            ["order_line_id"], ["order_line.id"], name=op.f("fk_invoice_line_order_line_id")
        ),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_invoice_line_part_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["staff.id"], name=op.f("fk_invoice_line_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice_line")),
        sqlite_strict=True,
    )
    _copy_invoice_line()
    op.create_index("ix_invoice_line_invoice_id", "invoice_line", ["invoice_id"], unique=False)
    op.create_table(
        "payment_new",
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
        sa.Column("till_session_id", BIG, nullable=True),
        sa.Column("payer", sa.Text(), server_default=sa.text("'customer'"), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_payment_customer_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_payment_order_id")),
        sa.ForeignKeyConstraint(["refund_of_id"], ["payment.id"], name=op.f("fk_payment_refund_of_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_payment_staff_id")),
        sa.ForeignKeyConstraint(
            ["till_session_id"], ["till_session.id"], name=op.f("fk_payment_till_session_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("number", name=op.f("uq_payment_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_payment_uuid")),
        sqlite_strict=True,
    )
    _copy_payment(session)
    op.create_index(
        "ix_payment_business_day_amount", "payment", ["business_day", "method", "amount"], unique=False
    )
    op.create_index("ix_payment_customer_id", "payment", ["customer_id"], unique=False)
    op.create_index("ix_payment_order_id", "payment", ["order_id"], unique=False)
    op.create_index(
        "ix_payment_till",
        "payment",
        ["till_session_id", "amount"],
        unique=False,
        sqlite_where=sa.text("till_session_id IS NOT NULL"),
    )
    op.create_table(
        "allocation_new",
        sa.Column("id", BIG, nullable=False),
        sa.Column("payment_id", BIG, nullable=False),
        sa.Column("invoice_id", BIG, nullable=True),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("refund_id", BIG, nullable=True),
        sa.Column("business_day", sa.Text(), nullable=False),
        sa.CheckConstraint("(invoice_id IS NULL) != (refund_id IS NULL)", name=op.f("ck_allocation_one_use")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_allocation_invoice_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_allocation_payment_id")),
        sa.ForeignKeyConstraint(["refund_id"], ["payment.id"], name=op.f("fk_allocation_refund_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sqlite_strict=True,
    )
    _copy_allocation()
    op.create_index("ix_allocation_invoice_id", "allocation", ["invoice_id"], unique=False)
    op.create_index("ix_allocation_payment_id", "allocation", ["payment_id"], unique=False)
    op.create_index(
        "ix_allocation_refund_id",
        "allocation",
        ["refund_id"],
        unique=False,
        sqlite_where=sa.text("refund_id IS NOT NULL"),
    )
    _allocate_refunds()
    _work_out_sums()
    recreate_extras(op.get_bind())


def _renew(table: str, columns: str, values: str, joined: str = "") -> None:
    op.execute(f"INSERT INTO {table}_new ({columns}) SELECT {values} FROM {table} t {joined} ORDER BY t.id")
    op.drop_table(table)
    op.rename_table(f"{table}_new", table)


def _copy_quote() -> None:
    same = "id, order_id, version, state, lines, total, valid_until, made_at, made_by_id, answered_at, answered_way"
    _renew("quote", f"{same}, answered_name, answer_note", f"{same}, '', ''")


def _copy_invoice() -> None:
    same = (
        "id, uuid, number, order_id, customer_id, payer, service_type, technician_id, total, tax, tax_inclusive,"
        " issued_at, business_day, issued_by_id"
    )
    brand = (
        "CASE payer WHEN 'brand' THEN coalesce((SELECT d.brand FROM repair_order o JOIN device d ON d.id = o.device_id"
        " WHERE o.id = t.order_id), '') ELSE '' END"
    )
    _renew("invoice", f"{same}, payer_name, due_on", f"{same}, {brand}, business_day")


def _copy_invoice_line() -> None:
    """A line was made of the charge in the same place among those of its payer, where both have as many."""
    op.execute(
        "CREATE TEMP TABLE made_of AS"
        " WITH issued AS (SELECT l.id, l.invoice_id, l.kind, i.order_id, i.payer,"
        " row_number() OVER (PARTITION BY l.invoice_id ORDER BY l.id) AS place,"
        " count(*) OVER (PARTITION BY l.invoice_id) AS many"
        " FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id),"
        " charged AS (SELECT id, kind, order_id, payer, staff_id,"
        " row_number() OVER (PARTITION BY order_id, payer ORDER BY id) AS place,"
        " count(*) OVER (PARTITION BY order_id, payer) AS many FROM order_line WHERE removed = 0)"
        " SELECT issued.id AS line, charged.id AS charge, charged.staff_id AS staff FROM issued JOIN charged"
        " ON charged.order_id = issued.order_id AND charged.payer = issued.payer AND charged.place = issued.place"
        " AND charged.many = issued.many AND charged.kind = issued.kind"
    )
    op.execute("CREATE UNIQUE INDEX temp.made_of_line ON made_of (line)")
    _sum_costs()
    same = "id, invoice_id, kind, part_id, description, unit, quantity, unit_price, amount, tax_permille, tax"
    worker = "CASE WHEN t.kind = 'labour' AND s.role != 'counter' THEN m.staff ELSE i.technician_id END"
    _renew(
        "invoice_line",
        f"{same}, order_id, order_line_id, technician_id, cost",
        ", ".join(f"t.{each}" for each in same.split(", "))
        + f", i.order_id, m.charge, {worker}, coalesce(c.fen, 0)",
        "JOIN invoice i ON i.id = t.invoice_id LEFT JOIN made_of m ON m.line = t.id"
        " LEFT JOIN staff s ON s.id = m.staff LEFT JOIN cost_of c ON c.charge = m.charge",
    )
    op.execute("DROP TABLE made_of")


def _sum_costs() -> None:
    op.execute(
        "CREATE TEMP TABLE cost_of AS SELECT line_id AS charge, sum(owed_value - value) AS fen FROM stock_move"
        " WHERE line_id IS NOT NULL GROUP BY line_id"
    )
    op.execute("CREATE UNIQUE INDEX temp.cost_of_charge ON cost_of (charge)")


def _keep_earlier_cash() -> int | None:
    """The cash of the time before tills were kept: one closed session, emptied at its end."""
    connection = op.get_bind()
    cash = connection.exec_driver_sql(
        "SELECT min(at), min(business_day), max(at), max(business_day), sum(amount), max(staff_id) FROM payment"
        " WHERE method = 'cash'"
    ).one()
    if cash[0] is None:
        return None
    owner = connection.exec_driver_sql("SELECT min(id) FROM staff WHERE role = 'owner'").scalar() or cash[5]
    period = str(cash[3])[2:4] + str(cash[3])[5:7]
    connection.exec_driver_sql(
        "INSERT INTO number_series (series, period, last) VALUES ('till_session', ?, 1)", (period,)
    )
    connection.exec_driver_sql(
        "INSERT INTO till_session (id, uuid, version, number, till_id, state, holder_id, opened_at, opened_day,"
        " opened_by_id, by_itself, float_amount, float_expected, float_reason, closed_at, closed_day, closed_by_id,"
        " expected, counted, difference, reason, kept)"
        " VALUES (1, ?, 1, ?, 1, 'closed', ?, ?, ?, ?, 1, 0, 0, '', ?, ?, ?, ?, ?, 0, '', 0)",
        (
            uuid7().bytes, f"T{period}-00001", owner, cash[0], cash[1], owner, cash[2], cash[3], owner,
            cash[4], cash[4],
        ),
    )  # fmt: skip
    return 1


def _copy_payment(session: int | None) -> None:
    same = (
        "id, uuid, number, kind, method, amount, tendered, customer_id, order_id, refund_of_id, at, business_day,"
        " staff_id, note"
    )
    drawer = f"CASE method WHEN 'cash' THEN {session} END" if session else "NULL"
    payer = (
        "coalesce((SELECT i.payer FROM allocation a JOIN invoice i ON i.id = a.invoice_id WHERE a.payment_id = t.id"
        " ORDER BY a.id LIMIT 1), 'customer')"
    )
    _renew("payment", f"{same}, till_session_id, payer", f"{same}, {drawer}, {payer}")


def _copy_allocation() -> None:
    """A payment was used on the day of the later of both: itself and the invoice."""
    _renew(
        "allocation",
        "id, payment_id, invoice_id, amount, at, business_day",
        "t.id, t.payment_id, t.invoice_id, t.amount, t.at, max(p.business_day, i.business_day)",
        "JOIN payment p ON p.id = t.payment_id JOIN invoice i ON i.id = t.invoice_id",
    )


def _allocate_refunds() -> None:
    """Refunds were given out of the oldest money held on their order."""
    connection = op.get_bind()
    refunds = connection.exec_driver_sql(
        "SELECT id, order_id, customer_id, -amount, at, business_day FROM payment WHERE amount < 0 ORDER BY id"
    ).all()
    used: dict[int, int] = defaultdict(int)
    for refund_id, order_id, customer_id, rest, at, day in refunds:
        where, key = ("order_id = ?", order_id) if order_id is not None else (
            "order_id IS NULL AND customer_id = ?", customer_id,
        )  # fmt: skip
        sources = connection.exec_driver_sql(
            "SELECT p.id, p.amount - coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.payment_id = p.id"
            f" AND a.invoice_id IS NOT NULL), 0) FROM payment p WHERE p.amount > 0 AND p.{where} ORDER BY p.id",
            (key,),
        ).all()
        for payment_id, free in sources:
            share = min(rest, free - used[payment_id])
            if share <= 0:
                continue
            connection.exec_driver_sql(
                "INSERT INTO allocation (payment_id, invoice_id, amount, at, refund_id, business_day)"
                " VALUES (?, NULL, ?, ?, ?, ?)",
                (payment_id, share, at, refund_id, day),
            )
            used[payment_id] += share
            rest -= share


#: An order's share of an invoice, by kinds of lines, without tax.
_NET = ", ".join(
    f"sum(CASE l.kind WHEN '{kind}' THEN l.amount - l.tax ELSE 0 END)"
    for kind in ("visit", "labour", "part", "other", "discount")
)


def _work_out_sums() -> None:
    op.execute(
        "INSERT INTO invoice_balance (invoice_id, customer_id, payer, business_day, due_on, allocated, credited,"
        " written_off, due) SELECT i.id, i.customer_id, i.payer, i.business_day, i.due_on, coalesce(a.fen, 0), 0, 0,"
        " i.total - coalesce(a.fen, 0) FROM invoice i LEFT JOIN (SELECT invoice_id, sum(amount) AS fen FROM allocation"
        " WHERE invoice_id IS NOT NULL GROUP BY invoice_id) a ON a.invoice_id = i.id"
    )
    op.execute(
        "INSERT INTO held_money (payment_id, customer_id, order_id, method, amount, since, payer)"
        " SELECT p.id, p.customer_id, p.order_id, p.method, p.amount - coalesce(a.fen, 0), p.business_day, p.payer"
        " FROM payment p LEFT JOIN (SELECT payment_id, sum(amount) AS fen FROM allocation GROUP BY payment_id) a"
        " ON a.payment_id = p.id WHERE p.amount > coalesce(a.fen, 0) AND p.amount > 0"
    )
    op.execute(
        "INSERT INTO money_day (day, held, due_customer, due_other) SELECT day, sum(held), sum(customer), sum(other)"
        " FROM (SELECT business_day AS day, amount AS held, 0 AS customer, 0 AS other FROM payment"
        " UNION ALL SELECT business_day, 0, CASE payer WHEN 'customer' THEN total ELSE 0 END,"
        " CASE payer WHEN 'customer' THEN 0 ELSE total END FROM invoice"
        " UNION ALL SELECT a.business_day, -a.amount, CASE i.payer WHEN 'customer' THEN -a.amount ELSE 0 END,"
        " CASE i.payer WHEN 'customer' THEN 0 ELSE -a.amount END"
        " FROM allocation a JOIN invoice i ON i.id = a.invoice_id) GROUP BY day"
    )
    op.execute(
        "INSERT INTO sale (kind, business_day, invoice_id, order_id, customer_id, payer, service_type, job_kind,"
        " technician_id, category, brand, visit, labour, parts, other, discount, tax, cost)"
        " SELECT 'invoice', i.business_day, i.id, i.order_id, i.customer_id, i.payer, i.service_type, o.job_kind,"
        f" i.technician_id, d.category, d.brand, {_NET}, sum(l.tax),"
        " coalesce((SELECT sum(c.fen) FROM order_line r JOIN cost_of c ON c.charge = r.id"
        " WHERE r.order_id = i.order_id AND r.payer = i.payer AND r.removed = 0), 0)"
        " FROM invoice i JOIN repair_order o ON o.id = i.order_id JOIN device d ON d.id = o.device_id"
        " JOIN invoice_line l ON l.invoice_id = i.id GROUP BY i.id ORDER BY i.business_day, i.id"
    )
    op.execute(
        "INSERT INTO sale (kind, business_day, order_id, customer_id, payer, service_type, job_kind, technician_id,"
        " category, brand, visit, labour, parts, other, discount, tax, cost)"
        " SELECT 'cost', o.delivered_day, o.id, o.customer_id, 'shop', o.service_type, o.job_kind, o.technician_id,"
        " d.category, d.brand, 0, 0, 0, 0, 0, 0, sum(c.fen) FROM repair_order o JOIN device d ON d.id = o.device_id"
        " JOIN order_line l ON l.order_id = o.id AND l.payer = 'shop' AND l.removed = 0"
        " JOIN cost_of c ON c.charge = l.id WHERE o.delivered_day IS NOT NULL"
        " GROUP BY o.id HAVING sum(c.fen) != 0 ORDER BY o.delivered_day, o.id"
    )
    op.execute("DROP TABLE cost_of")

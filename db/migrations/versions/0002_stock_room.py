"""The stock room: places, balances, reservations, serial numbers, purchasing, old parts, counts, tools.

``part`` and ``stock_move`` are made anew (SQLite cannot add a column with a reference to where ``create_all`` puts
it); everything else is added. The sums that are now kept beside the ledger are worked out from its moves.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.schema import recreate_extras

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the new tables, renew two, work out the sums."""
    op.add_column("order_line", sa.Column("owed", BIG, server_default=sa.text("0"), nullable=False))
    op.create_table(
        "old_part_policy",
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("free_below", BIG, nullable=False),
        sa.PrimaryKeyConstraint("brand", "category", name=op.f("pk_old_part_policy")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "season_factor",
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("month", BIG, nullable=False),
        sa.Column("percent", BIG, nullable=False),
        sa.PrimaryKeyConstraint("category", "month", name=op.f("pk_season_factor")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_day",
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("net_value", BIG, nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_stock_day")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "supplier",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("lead_days", BIG, nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier")),
        sa.UniqueConstraint("name", name=op.f("uq_supplier_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_supplier_uuid")),
        sqlite_strict=True,
    )
    op.create_table(
        "tool_kind",
        sa.Column("id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("wanted", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_kind")),
        sa.UniqueConstraint("name", name=op.f("uq_tool_kind_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "consign_settlement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("supplier_id", BIG, nullable=True),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_consign_settlement_staff_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["supplier.id"], name=op.f("fk_consign_settlement_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consign_settlement")),
        sa.UniqueConstraint("number", name=op.f("uq_consign_settlement_number")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_consign_settlement_supplier_id"), "consign_settlement", ["supplier_id"], unique=False
    )
    op.create_table(
        "part_new",
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
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("on_hand", BIG, nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("supplier_id", BIG, nullable=True),
        sa.Column("supplier_number", sa.Text(), nullable=False),
        sa.Column("purchase_price", BIG, nullable=False),
        sa.Column("tax_permille", BIG, nullable=True),
        sa.Column("abc", sa.Text(), nullable=True),
        sa.Column("old_part_rule", sa.Text(), nullable=True),
        sa.Column("serialised", sa.Integer(), nullable=False),
        sa.Column("warranty_months", BIG, nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("season", sa.Text(), nullable=False),
        sa.Column("kit", sa.Integer(), nullable=False),
        sa.Column("kit_labour", BIG, nullable=False),
        sa.Column("kit_minutes", BIG, nullable=False),
        sa.Column("picture_sha256", sa.Text(), nullable=False),
        sa.Column("picture_suffix", sa.Text(), nullable=False),
        sa.Column("consign_price", BIG, nullable=False),
        sa.Column("consigned", BIG, nullable=False),
        sa.Column("reserved", BIG, nullable=False),
        sa.Column("away", BIG, nullable=False),
        sa.Column("last_moved_on", sa.Text(), nullable=True),
        sa.Column("last_used_on", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_part_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part")),
        sa.UniqueConstraint("number", name=op.f("uq_part_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_part_uuid")),
        sqlite_strict=True,
    )
    _copy_part()
    op.create_index("ix_part_minimum", "part", ["minimum"], unique=False, sqlite_where=sa.text("minimum > 0"))
    op.create_index(op.f("ix_part_supplier_id"), "part", ["supplier_id"], unique=False)
    op.create_table(
        "purchase_order",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("supplier_id", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("consigned", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.Column("ordered_at", BIG, nullable=True),
        sa.Column("expected_on", sa.Text(), nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_purchase_order_made_by_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_purchase_order_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_order")),
        sa.UniqueConstraint("number", name=op.f("uq_purchase_order_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_purchase_order_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_purchase_order_open",
        "purchase_order",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('draft', 'sent', 'part_received')"),
    )
    op.create_index(op.f("ix_purchase_order_supplier_id"), "purchase_order", ["supplier_id"], unique=False)
    op.create_table(
        "return_batch",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("waybill", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=True),
        sa.Column("sent_at", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_return_batch_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_batch")),
        sa.UniqueConstraint("number", name=op.f("uq_return_batch_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_return_batch_uuid")),
        sqlite_strict=True,
    )
    op.create_table(
        "stock_place",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("main", sa.Integer(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_stock_place_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_place")),
        sa.UniqueConstraint("staff_id", name=op.f("uq_stock_place_staff_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_stock_place_main", "stock_place", ["main"], unique=True, sqlite_where=sa.text("main = 1")
    )
    op.create_table(
        "tool",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("kind_id", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("holder_id", BIG, nullable=True),
        sa.Column("since", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_tool_holder_id")),
        sa.ForeignKeyConstraint(["kind_id"], ["tool_kind.id"], name=op.f("fk_tool_kind_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool")),
        sa.UniqueConstraint("uuid", name=op.f("uq_tool_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tool_holder_id"), "tool", ["holder_id"], unique=False)
    op.create_index(op.f("ix_tool_kind_id"), "tool", ["kind_id"], unique=False)
    op.create_table(
        "goods_receipt",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("supplier_id", BIG, nullable=True),
        sa.Column("purchase_id", BIG, nullable=True),
        sa.Column("consigned", sa.Integer(), nullable=False),
        sa.Column("delivery_note", sa.Text(), nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase_order.id"], name=op.f("fk_goods_receipt_purchase_id")
        ),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_goods_receipt_staff_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["supplier.id"], name=op.f("fk_goods_receipt_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt")),
        sa.UniqueConstraint("number", name=op.f("uq_goods_receipt_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_goods_receipt_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_goods_receipt_day"), "goods_receipt", ["day"], unique=False)
    op.create_index(op.f("ix_goods_receipt_purchase_id"), "goods_receipt", ["purchase_id"], unique=False)
    op.create_index(op.f("ix_goods_receipt_supplier_id"), "goods_receipt", ["supplier_id"], unique=False)
    op.create_table(
        "kit_line",
        sa.Column("kit_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.ForeignKeyConstraint(["kit_id"], ["part.id"], name=op.f("fk_kit_line_kit_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_kit_line_part_id")),
        sa.PrimaryKeyConstraint("kit_id", "part_id", name=op.f("pk_kit_line")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_kit_line_part_id"), "kit_line", ["part_id"], unique=False)
    op.create_table(
        "part_loan",
        sa.Column("id", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("value", BIG, nullable=False),
        sa.Column("returned", BIG, nullable=False),
        sa.Column("returned_value", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("returned <= quantity", name=op.f("ck_part_loan_within")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_loan_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_part_loan_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_loan")),
        sa.UniqueConstraint("number", name=op.f("uq_part_loan_number")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_part_loan_part_id"), "part_loan", ["part_id"], unique=False)
    op.create_table(
        "part_month",
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("month", BIG, nullable=False),
        sa.Column("used", BIG, nullable=False),
        sa.Column("used_value", BIG, nullable=False),
        sa.Column("received", BIG, nullable=False),
        sa.Column("received_value", BIG, nullable=False),
        sa.Column("net", BIG, nullable=False),
        sa.Column("net_value", BIG, nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_month_part_id")),
        sa.PrimaryKeyConstraint("part_id", "month", name=op.f("pk_part_month")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_part_month_usage", "part_month", ["month", "part_id", "used", "used_value"], unique=False
    )
    op.create_table(
        "part_substitute",
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("substitute_id", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_substitute_part_id")),
        sa.ForeignKeyConstraint(
            ["substitute_id"], ["part.id"], name=op.f("fk_part_substitute_substitute_id")
        ),
        sa.PrimaryKeyConstraint("part_id", "substitute_id", name=op.f("pk_part_substitute")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_part_substitute_substitute_id"), "part_substitute", ["substitute_id"], unique=False
    )
    op.create_table(
        "price_change",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("old", BIG, nullable=False),
        sa.Column("new", BIG, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_price_change_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_price_change_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_change")),
        sqlite_strict=True,
    )
    op.create_index("ix_price_change_part_id_id", "price_change", ["part_id", "id"], unique=False)
    op.create_table(
        "stock_balance",
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("consigned", sa.Integer(), nullable=False),
        sa.Column("on_hand", BIG, nullable=False),
        sa.Column("since", BIG, nullable=False),
        sa.CheckConstraint("on_hand >= 0", name=op.f("ck_stock_balance_not_negative")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_stock_balance_part_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_balance_place_id")),
        sa.PrimaryKeyConstraint("part_id", "place_id", "consigned", name=op.f("pk_stock_balance")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_stock_balance_place_id",
        "stock_balance",
        ["place_id"],
        unique=False,
        sqlite_where=sa.text("on_hand != 0"),
    )
    op.create_table(
        "stock_count",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("blind", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("opened_at", BIG, nullable=False),
        sa.Column("opened_by_id", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.Column("closed_by_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["closed_by_id"], ["staff.id"], name=op.f("fk_stock_count_closed_by_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["staff.id"], name=op.f("fk_stock_count_opened_by_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_count_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_count")),
        sa.UniqueConstraint("number", name=op.f("uq_stock_count_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_stock_count_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_stock_count_open", "stock_count", ["id"], unique=False, sqlite_where=sa.text("state = 'open'")
    )
    op.create_table(
        "tool_move",
        sa.Column("id", BIG, nullable=False),
        sa.Column("tool_id", BIG, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("holder_id", BIG, nullable=True),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["holder_id"], ["staff.id"], name=op.f("fk_tool_move_holder_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_tool_move_staff_id")),
        sa.ForeignKeyConstraint(["tool_id"], ["tool.id"], name=op.f("fk_tool_move_tool_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tool_move")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_tool_move_tool_id"), "tool_move", ["tool_id"], unique=False)
    op.create_table(
        "count_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("count_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("consigned", sa.Integer(), nullable=False),
        sa.Column("expected", BIG, nullable=True),
        sa.Column("counted", BIG, nullable=True),
        sa.Column("serials", sa.Text(), nullable=False),
        sa.Column("counted_at", BIG, nullable=True),
        sa.Column("counted_by_id", BIG, nullable=True),
        sa.Column("recounts", BIG, nullable=False),
        sa.ForeignKeyConstraint(["count_id"], ["stock_count.id"], name=op.f("fk_count_line_count_id")),
        sa.ForeignKeyConstraint(["counted_by_id"], ["staff.id"], name=op.f("fk_count_line_counted_by_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_count_line_part_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_count_line_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_count_line")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_count_line_of", "count_line", ["count_id", "part_id", "place_id", "consigned"], unique=True
    )
    op.create_index(op.f("ix_count_line_part_id"), "count_line", ["part_id"], unique=False)
    op.create_table(
        "defective_good",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("device_id", BIG, nullable=True),
        sa.Column("grade", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("set_value", BIG, nullable=False),
        sa.Column("sold_for", BIG, nullable=True),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("received_at", BIG, nullable=False),
        sa.Column("received_by_id", BIG, nullable=True),
        sa.Column("graded_at", BIG, nullable=True),
        sa.Column("graded_by_id", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_defective_good_device_id")),
        sa.ForeignKeyConstraint(["graded_by_id"], ["staff.id"], name=op.f("fk_defective_good_graded_by_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_defective_good_order_id")),
        sa.ForeignKeyConstraint(
            ["received_by_id"], ["staff.id"], name=op.f("fk_defective_good_received_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_defective_good")),
        sa.UniqueConstraint("number", name=op.f("uq_defective_good_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_defective_good_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_defective_good_open",
        "defective_good",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state IN ('received', 'graded')"),
    )
    op.create_index(op.f("ix_defective_good_order_id"), "defective_good", ["order_id"], unique=False)
    op.create_table(
        "purchase_request",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("urgent", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_purchase_request_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_purchase_request_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_purchase_request_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_request")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_purchase_request_open",
        "purchase_request",
        ["id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_index(op.f("ix_purchase_request_order_id"), "purchase_request", ["order_id"], unique=False)
    op.create_index(op.f("ix_purchase_request_part_id"), "purchase_request", ["part_id"], unique=False)
    op.create_table(
        "reservation",
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("since", BIG, nullable=False),
        sa.CheckConstraint("quantity > 0", name=op.f("ck_reservation_positive")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_reservation_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_reservation_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_reservation_staff_id")),
        sa.PrimaryKeyConstraint("part_id", "order_id", name=op.f("pk_reservation")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_reservation_order_id"), "reservation", ["order_id"], unique=False)
    op.create_table(
        "old_part",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.Column("technician_id", BIG, nullable=True),
        sa.Column("batch_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("replaced_at", BIG, nullable=False),
        sa.Column("shelved_at", BIG, nullable=True),
        sa.Column("closed_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["batch_id"], ["return_batch.id"], name=op.f("fk_old_part_batch_id")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_old_part_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_old_part_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_old_part_part_id")),
        sa.ForeignKeyConstraint(["technician_id"], ["staff.id"], name=op.f("fk_old_part_technician_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_part")),
        sa.UniqueConstraint("uuid", name=op.f("uq_old_part_uuid")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_old_part_batch_id"), "old_part", ["batch_id"], unique=False)
    op.create_index(op.f("ix_old_part_line_id"), "old_part", ["line_id"], unique=False)
    op.create_index(
        "ix_old_part_open",
        "old_part",
        ["brand", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('due', 'on_shelf', 'in_batch')"),
    )
    op.create_index(op.f("ix_old_part_order_id"), "old_part", ["order_id"], unique=False)
    op.create_index(op.f("ix_old_part_part_id"), "old_part", ["part_id"], unique=False)
    op.create_table(
        "part_serial",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("consigned", sa.Integer(), nullable=False),
        sa.Column("place_id", BIG, nullable=True),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("line_id", BIG, nullable=True),
        sa.Column("received_on", sa.Text(), nullable=False),
        sa.Column("warranty_until", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_part_serial_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_part_serial_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_part_serial_part_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_part_serial_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_part_serial")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_part_serial_order_id"), "part_serial", ["order_id"], unique=False)
    op.create_index("ix_part_serial_part_id_serial", "part_serial", ["part_id", "serial"], unique=True)
    op.create_index(op.f("ix_part_serial_serial"), "part_serial", ["serial"], unique=False)
    op.create_table(
        "purchase_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("purchase_id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("supplier_number", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("received", BIG, nullable=False),
        sa.Column("cancelled", BIG, nullable=False),
        sa.Column("unit_price", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("request_id", BIG, nullable=True),
        sa.CheckConstraint(
            "quantity > 0 AND received >= 0 AND cancelled >= 0", name=op.f("ck_purchase_line_signs")
        ),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_purchase_line_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_purchase_line_part_id")),
        sa.ForeignKeyConstraint(
            ["purchase_id"], ["purchase_order.id"], name=op.f("fk_purchase_line_purchase_id")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["purchase_request.id"], name=op.f("fk_purchase_line_request_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_purchase_line")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_purchase_line_coming",
        "purchase_line",
        ["part_id", "id"],
        unique=False,
        sqlite_where=sa.text("received + cancelled < quantity"),
    )
    op.create_index(op.f("ix_purchase_line_order_id"), "purchase_line", ["order_id"], unique=False)
    op.create_index(op.f("ix_purchase_line_purchase_id"), "purchase_line", ["purchase_id"], unique=False)
    op.create_index(op.f("ix_purchase_line_request_id"), "purchase_line", ["request_id"], unique=False)
    op.create_table(
        "stock_owed",
        sa.Column("id", BIG, nullable=False),
        sa.Column("part_id", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("line_id", BIG, nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("settled", BIG, nullable=False),
        sa.Column("cancelled", BIG, nullable=False),
        sa.Column("staff_id", BIG, nullable=True),
        sa.Column("at", BIG, nullable=False),
        sa.CheckConstraint("settled + cancelled <= quantity", name=op.f("ck_stock_owed_within")),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_stock_owed_line_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_stock_owed_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_stock_owed_part_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_stock_owed_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_owed")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_stock_owed_line_id"), "stock_owed", ["line_id"], unique=False)
    op.create_index(
        "ix_stock_owed_open",
        "stock_owed",
        ["part_id", "id"],
        unique=False,
        sqlite_where=sa.text("settled + cancelled < quantity"),
    )
    op.create_table(
        "goods_receipt_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("receipt_id", BIG, nullable=False),
        sa.Column("purchase_line_id", BIG, nullable=True),
        sa.Column("part_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("quantity", BIG, nullable=False),
        sa.Column("cost", BIG, nullable=False),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_goods_receipt_line_part_id")),
        sa.ForeignKeyConstraint(
            ["purchase_line_id"], ["purchase_line.id"], name=op.f("fk_goods_receipt_line_purchase_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["receipt_id"], ["goods_receipt.id"], name=op.f("fk_goods_receipt_line_receipt_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goods_receipt_line")),
        sqlite_strict=True,
    )
    op.create_index(op.f("ix_goods_receipt_line_part_id"), "goods_receipt_line", ["part_id"], unique=False)
    op.create_index(
        op.f("ix_goods_receipt_line_purchase_line_id"),
        "goods_receipt_line",
        ["purchase_line_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_goods_receipt_line_receipt_id"), "goods_receipt_line", ["receipt_id"], unique=False
    )
    op.create_table(
        "stock_move_new",
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
        sa.Column("place_id", BIG, nullable=False),
        sa.Column("consigned", sa.Integer(), nullable=False),
        sa.Column("reserved", BIG, nullable=False),
        sa.Column("owed_value", BIG, nullable=False),
        sa.Column("serial_id", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("receipt_line_id", BIG, nullable=True),
        sa.Column("count_line_id", BIG, nullable=True),
        sa.Column("defective_id", BIG, nullable=True),
        sa.Column("loan_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(
            ["count_line_id"], ["count_line.id"], name=op.f("fk_stock_move_count_line_id")
        ),
        sa.ForeignKeyConstraint(
            ["defective_id"], ["defective_good.id"], name=op.f("fk_stock_move_defective_id")
        ),
        sa.ForeignKeyConstraint(["line_id"], ["order_line.id"], name=op.f("fk_stock_move_line_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["part_loan.id"], name=op.f("fk_stock_move_loan_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_stock_move_order_id")),
        sa.ForeignKeyConstraint(["part_id"], ["part.id"], name=op.f("fk_stock_move_part_id")),
        sa.ForeignKeyConstraint(["place_id"], ["stock_place.id"], name=op.f("fk_stock_move_place_id")),
        sa.ForeignKeyConstraint(
            ["receipt_line_id"], ["goods_receipt_line.id"], name=op.f("fk_stock_move_receipt_line_id")
        ),
        sa.ForeignKeyConstraint(["serial_id"], ["part_serial.id"], name=op.f("fk_stock_move_serial_id")),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_stock_move_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_move")),
        sqlite_strict=True,
    )
    _copy_stock_move()
    op.create_index(op.f("ix_stock_move_day"), "stock_move", ["day"], unique=False)
    op.create_index(op.f("ix_stock_move_order_id"), "stock_move", ["order_id"], unique=False)
    op.create_index(
        "ix_stock_move_owed", "stock_move", ["id"], unique=False, sqlite_where=sa.text("owed_value != 0")
    )
    op.create_index("ix_stock_move_part_id_id", "stock_move", ["part_id", "id"], unique=False)
    op.create_index(
        "ix_stock_move_serial_id",
        "stock_move",
        ["serial_id"],
        unique=False,
        sqlite_where=sa.text("serial_id IS NOT NULL"),
    )
    op.create_table(
        "consign_settled",
        sa.Column("id", BIG, nullable=False),
        sa.Column("move_id", BIG, nullable=False),
        sa.Column("settlement_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["move_id"], ["stock_move.id"], name=op.f("fk_consign_settled_move_id")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["consign_settlement.id"], name=op.f("fk_consign_settled_settlement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consign_settled")),
        sa.UniqueConstraint("move_id", name=op.f("uq_consign_settled_move_id")),
        sqlite_strict=True,
    )
    op.create_index(
        op.f("ix_consign_settled_settlement_id"), "consign_settled", ["settlement_id"], unique=False
    )
    _work_out_sums()
    recreate_extras(op.get_bind())


def _copy_part() -> None:
    """Suppliers get records of their own; a part's last receipt says what it costs."""
    op.execute(
        "INSERT INTO supplier (uuid, version, name, contact, phone, address, note, lead_days, active, created_at)"
        " SELECT randomblob(16), 1, supplier, '', '', '', '', 3, 1, min(created_at) FROM part"
        " WHERE supplier != '' GROUP BY supplier ORDER BY min(id)"
    )
    op.execute(
        "INSERT INTO part_new (id, uuid, version, number, name, category, brand, fits, unit, sale_price, location,"
        " minimum, active, on_hand, value, created_at, supplier_id, supplier_number, purchase_price, serialised,"
        " warranty_months, condition, season, kit, kit_labour, kit_minutes, picture_sha256, picture_suffix,"
        " consign_price, consigned, reserved, away, last_moved_on, last_used_on)"
        " SELECT id, uuid, version, number, name, category, brand, fits, unit, sale_price, location,"
        " minimum, active, on_hand, value, created_at, (SELECT s.id FROM supplier s WHERE s.name = p.supplier), '',"
        " coalesce((SELECT (2 * m.value * 1000 + m.quantity) / (2 * m.quantity) FROM stock_move m"
        " WHERE m.part_id = p.id AND m.kind = 'receive' AND m.quantity > 0 ORDER BY m.id DESC LIMIT 1), 0), 0,"
        " 0, 'new', '', 0, 0, 0, '', '',"
        " 0, 0, 0, 0, (SELECT max(m.day) FROM stock_move m WHERE m.part_id = p.id),"
        " (SELECT max(m.day) FROM stock_move m WHERE m.part_id = p.id AND m.kind = 'use') FROM part p"
    )
    op.drop_table("part")
    op.rename_table("part_new", "part")


def _copy_stock_move() -> None:
    """Until now everything lay on one shelf."""
    op.execute("INSERT INTO stock_place (id, kind, name, main, active) VALUES (1, 'shelf', '', 1, 1)")
    op.execute(
        "INSERT INTO stock_move_new (id, part_id, kind, quantity, value, order_id, line_id, staff_id, note, at, day,"
        " place_id, consigned, reserved, owed_value)"
        " SELECT id, part_id, kind, quantity, value, order_id, line_id, staff_id, note, at, day, 1, 0, 0, 0"
        " FROM stock_move ORDER BY id"
    )
    op.drop_table("stock_move")
    op.rename_table("stock_move_new", "stock_move")


def _work_out_sums() -> None:
    op.execute(
        "INSERT INTO stock_balance (part_id, place_id, consigned, on_hand, since)"
        " SELECT part_id, 1, 0, sum(quantity), min(at) FROM stock_move GROUP BY part_id"
    )
    op.execute(
        "INSERT INTO part_month (part_id, month, used, used_value, received, received_value, net, net_value)"
        " SELECT part_id, CAST(substr(day, 1, 4) || substr(day, 6, 2) AS INTEGER) AS month,"
        " sum(CASE WHEN kind IN ('use', 'unuse') THEN -quantity ELSE 0 END),"
        " sum(CASE WHEN kind IN ('use', 'unuse') THEN -value ELSE 0 END),"
        " sum(CASE WHEN kind = 'receive' THEN quantity ELSE 0 END),"
        " sum(CASE WHEN kind = 'receive' THEN value ELSE 0 END),"
        " sum(quantity), sum(value) FROM stock_move GROUP BY part_id, month"
    )
    op.execute("INSERT INTO stock_day (day, net_value) SELECT day, sum(value) FROM stock_move GROUP BY day")

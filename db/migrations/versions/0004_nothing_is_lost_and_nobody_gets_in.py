"""Nothing is lost and nobody gets in: sealed journal entries, who looked at what, whose data were erased, and when a
passcode was written down. Indexes by which ten years do not slow a month down."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.schema import recreate_extras

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make two tables, add three columns; index what a month asks in the order in which it is asked."""
    op.create_table(
        "erasure",
        sa.Column("id", BIG, nullable=False),
        sa.Column("customer_uuid", sa.LargeBinary(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
        sa.UniqueConstraint("customer_uuid", name=op.f("uq_erasure_customer_uuid")),
        sqlite_strict=True,
    )
    op.create_table(
        "look",
        sa.Column("id", BIG, nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("staff_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("record_id", BIG, nullable=False),
        sa.Column("first_at", BIG, nullable=False),
        sa.Column("last_at", BIG, nullable=False),
        sa.Column("times", BIG, nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_look_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_look")),
        sqlite_strict=True,
    )
    op.create_index("ix_look_day", "look", ["day"], unique=False)
    op.create_index("ix_look_record", "look", ["kind", "record_id", "day", "staff_id"], unique=True)
    op.add_column("journal", sa.Column("mac", sa.LargeBinary(), nullable=True))
    op.add_column(
        "commission_rule",
        sa.Column("as_everybody", sa.Integer(), server_default=sa.text("0"), nullable=False),
    )
    op.add_column("repair_order", sa.Column("passcode_at", BIG, nullable=True))
    op.execute("UPDATE repair_order SET passcode_at = taken_in_at WHERE passcode IS NOT NULL")
    op.create_index(
        "ix_repair_order_passcode",
        "repair_order",
        ["passcode_at"],
        unique=False,
        sqlite_where=sa.text("passcode IS NOT NULL"),
    )
    _index_months()
    recreate_extras(op.get_bind())


def _index_months() -> None:
    op.drop_index("ix_repair_order_taken_in_day", "repair_order")
    op.create_index(
        "ix_repair_order_taken_in_day",
        "repair_order",
        ["taken_in_day", "customer_id", "visit", "technician_id"],
    )
    op.drop_index("ix_work_log_staff_id", "work_log")
    op.create_index("ix_work_log_staff_id", "work_log", ["staff_id", "started_at"])
    op.create_index(
        "ix_allocation_business_day", "allocation", ["business_day", "invoice_id", "payment_id", "amount"]
    )
    op.drop_index("ix_sale_business_day", "sale")
    op.create_index(
        "ix_sale_business_day", "sale", ["business_day", "visit", "labour", "parts", "other", "discount"]
    )
    op.create_index(
        "ix_sale_month",
        "sale",
        [
            sa.text("substr(business_day, 1, 7)"),
            "payer",
            "service_type",
            "technician_id",
            "category",
            "brand",
            "business_day",
            "kind",
            "order_id",
            "visit",
            "labour",
            "parts",
            "other",
            "discount",
            "tax",
            "cost",
        ],
        # A shop that skipped a version has it from the end of an earlier step.
        if_not_exists=True,
    )

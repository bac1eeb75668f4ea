"""Nothing is lost and nobody gets in: sealed journal entries, who looked at what, whose data were erased, and when a
passcode was written down."""

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
    """Make two tables, add two columns."""
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
    op.add_column("repair_order", sa.Column("passcode_at", BIG, nullable=True))
    op.execute("UPDATE repair_order SET passcode_at = taken_in_at WHERE passcode IS NOT NULL")
    op.create_index(
        "ix_repair_order_passcode",
        "repair_order",
        ["passcode_at"],
        unique=False,
        sqlite_where=sa.text("passcode IS NOT NULL"),
    )
    recreate_extras(op.get_bind())

"""The brand's head office: brands and agreements, claims, settlements, reports, and the push."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from app.store.schema import recreate_extras

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; a device gains its production date and the outdoor unit's number."""
    op.create_table(
        "brand",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("names", sa.Text(), nullable=False),
        sa.Column("shop_code", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand")),
        sa.UniqueConstraint("name", name=op.f("uq_brand_name")),
        sa.UniqueConstraint("uuid", name=op.f("uq_brand_uuid")),
        sqlite_strict=True,
    )
    op.create_table(
        "agreement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Text(), nullable=False),
        sa.Column("valid_to", sa.Text(), nullable=True),
        sa.Column("categories", sa.Text(), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_agreement_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
        sa.UniqueConstraint("uuid", name=op.f("uq_agreement_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_agreement_brand_id", "agreement", ["brand_id"], unique=False)

    op.create_table(
        "brand_code",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", BIG, nullable=True),
        sa.Column("list", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_brand_code_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "brand_link",
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("brand_code", sa.Text(), nullable=False),
        sa.Column("shop", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), nullable=False),
        sa.Column("cursor", BIG, nullable=False),
        sa.Column("last_contact_at", BIG, nullable=True),
        sa.Column("last_fault", sa.Text(), nullable=False),
        sa.Column("failures", BIG, nullable=False),
        sa.Column("next_try_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_brand_link_brand_id")),
        sa.PrimaryKeyConstraint("brand_id", name=op.f("pk_brand_link")),
        sqlite_strict=True,
    )
    op.create_table(
        "brand_report",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_brand_report_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_brand_report")),
        sa.UniqueConstraint("uuid", name=op.f("uq_brand_report_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_brand_report_period", "brand_report", ["brand_id", "kind", "period"], unique=False)

    op.create_table(
        "decision",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_decision_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
        sqlite_strict=True,
    )
    op.create_index("ix_decision_key", "decision", ["brand_id", "key"], unique=True)

    op.create_table(
        "outbox_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_outbox_event_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_event")),
        sa.UniqueConstraint("uuid", name=op.f("uq_outbox_event_uuid")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_outbox_event_dead",
        "outbox_event",
        ["brand_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'dead'"),
    )
    op.create_index("ix_outbox_event_subject", "outbox_event", ["subject"], unique=False)
    op.create_index(
        "ix_outbox_event_waiting",
        "outbox_event",
        ["brand_id", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "quality_notice",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("fault_code", sa.Text(), nullable=False),
        sa.Column("first_on", sa.Text(), nullable=False),
        sa.Column("last_on", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("raised_at", BIG, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_quality_notice_brand_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quality_notice")),
        sa.UniqueConstraint("number", name=op.f("uq_quality_notice_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_quality_notice_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_quality_notice_brand_id", "quality_notice", ["brand_id"], unique=False)

    op.create_table(
        "settlement",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("by_table", BIG, nullable=False),
        sa.Column("accepted", BIG, nullable=False),
        sa.Column("deductions", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("made_by_id", BIG, nullable=False),
        sa.Column("posted_at", BIG, nullable=True),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_settlement_brand_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["staff.id"], name=op.f("fk_settlement_made_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement")),
        sa.UniqueConstraint("number", name=op.f("uq_settlement_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_settlement_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_settlement_brand", "settlement", ["brand_id", "month"], unique=True)

    op.create_table(
        "cover_plan",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("device_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("underwriter", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Text(), nullable=False),
        sa.Column("ends_on", sa.Text(), nullable=False),
        sa.Column("price", BIG, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ended_on", sa.Text(), nullable=True),
        sa.Column("created_at", BIG, nullable=False),
        sa.Column("created_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["staff.id"], name=op.f("fk_cover_plan_created_by_id")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_cover_plan_device_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover_plan")),
        sa.UniqueConstraint("uuid", name=op.f("uq_cover_plan_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_cover_plan_device_id", "cover_plan", ["device_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", BIG, nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", BIG, nullable=False),
        sa.Column("points", BIG, nullable=False),
        sa.Column("order_id", BIG, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_assessment_brand_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_assessment_order_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sqlite_strict=True,
    )
    op.create_index("ix_assessment_month", "assessment", ["brand_id", "month"], unique=False)

    op.create_table(
        "incident",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("brand_id", BIG, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("happened_at", BIG, nullable=False),
        sa.Column("injured", BIG, nullable=False),
        sa.Column("town", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.Column("recorded_at", BIG, nullable=False),
        sa.Column("recorded_by_id", BIG, nullable=False),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_incident_brand_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_incident_order_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["staff.id"], name=op.f("fk_incident_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("number", name=op.f("uq_incident_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_incident_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_incident_order_id", "incident", ["order_id"], unique=False)

    op.create_table(
        "claim",
        sa.Column("id", BIG, nullable=False),
        sa.Column("uuid", sa.LargeBinary(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order_id", BIG, nullable=False),
        sa.Column("brand_id", BIG, nullable=False),
        sa.Column("agreement_id", BIG, nullable=True),
        sa.Column("invoice_id", BIG, nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("submission", BIG, nullable=False),
        sa.Column("fault_code", sa.Text(), nullable=False),
        sa.Column("cause_code", sa.Text(), nullable=False),
        sa.Column("fix_code", sa.Text(), nullable=False),
        sa.Column("unsigned_reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("visit", BIG, nullable=False),
        sa.Column("labour", BIG, nullable=False),
        sa.Column("parts", BIG, nullable=False),
        sa.Column("other", BIG, nullable=False),
        sa.Column("total", BIG, nullable=False),
        sa.Column("accepted", BIG, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("delivered_on", sa.Text(), nullable=False),
        sa.Column("made_at", BIG, nullable=False),
        sa.Column("sent_at", BIG, nullable=True),
        sa.Column("answered_at", BIG, nullable=True),
        sa.Column("settlement_id", BIG, nullable=True),
        sa.ForeignKeyConstraint(["agreement_id"], ["agreement.id"], name=op.f("fk_claim_agreement_id")),
        sa.ForeignKeyConstraint(["brand_id"], ["brand.id"], name=op.f("fk_claim_brand_id")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_claim_invoice_id")),
        sa.ForeignKeyConstraint(["order_id"], ["repair_order.id"], name=op.f("fk_claim_order_id")),
        sa.ForeignKeyConstraint(["settlement_id"], ["settlement.id"], name=op.f("fk_claim_settlement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("number", name=op.f("uq_claim_number")),
        sa.UniqueConstraint("order_id", name=op.f("uq_claim_order_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_claim_uuid")),
        sqlite_strict=True,
    )
    op.create_index("ix_claim_agreement_id", "claim", ["agreement_id"], unique=False)
    op.create_index("ix_claim_brand", "claim", ["brand_id", "delivered_on", "id"], unique=False)
    op.create_index("ix_claim_invoice_id", "claim", ["invoice_id"], unique=False)
    op.create_index(
        "ix_claim_open",
        "claim",
        ["state", "id"],
        unique=False,
        sqlite_where=sa.text("state IN ('draft', 'ready', 'sent', 'refused', 'returned')"),
    )
    op.create_index("ix_claim_settlement_id", "claim", ["settlement_id"], unique=False)

    op.create_table(
        "claim_entry",
        sa.Column("id", BIG, nullable=False),
        sa.Column("claim_id", BIG, nullable=False),
        sa.Column("at", BIG, nullable=False),
        sa.Column("actor_id", BIG, nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("submission", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_entry_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_entry")),
        sqlite_strict=True,
    )
    op.create_index("ix_claim_entry_claim_id", "claim_entry", ["claim_id"], unique=False)

    op.create_table(
        "settlement_line",
        sa.Column("id", BIG, nullable=False),
        sa.Column("settlement_id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("claim_id", BIG, nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("by_table", BIG, nullable=False),
        sa.Column("accepted", BIG, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_settlement_line_claim_id")),
        sa.ForeignKeyConstraint(
            ["settlement_id"], ["settlement.id"], name=op.f("fk_settlement_line_settlement_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settlement_line")),
        sqlite_strict=True,
    )
    op.create_index("ix_settlement_line_claim_id", "settlement_line", ["claim_id"], unique=False)
    op.create_index("ix_settlement_line_settlement_id", "settlement_line", ["settlement_id"], unique=False)

    op.add_column("device", sa.Column("produced_on", sa.Text(), nullable=True))
    op.add_column(
        "device", sa.Column("outdoor_serial", sa.Text(), server_default=sa.text("''"), nullable=False)
    )

    op.add_column("photo", sa.Column("shows", sa.Text(), server_default=sa.text("''"), nullable=False))
    # The expression index of brand_code, and the triggers of what is append-only.
    recreate_extras(op.get_bind())

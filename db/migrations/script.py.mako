"""${message}"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
from app.store.schema import recreate_extras

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Bring a shop of the revision before up to this one."""
    ${upgrades if upgrades else "pass"}
    # Batch mode rebuilds tables without their triggers and expression indexes.
    recreate_extras(op.get_bind())

"""What a shop's database is known by, without loading anything that reads it."""

from __future__ import annotations

#: "XIUH": tells our files from another program's.
APPLICATION_ID = 0x58495548

#: The newest migration; a test compares it with db/migrations. Known here so that an up-to-date shop opens
#: without loading Alembic.
HEAD = "0005"

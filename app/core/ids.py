"""UUIDv7 (RFC 9562): sortable by time, unique between shops; the identity that sync uses."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def uuid7(unix_ms: int | None = None) -> UUID:
    """A new UUIDv7; ``unix_ms`` gives the time stamp in milliseconds (default: now)."""
    stamp = time.time_ns() // 1_000_000 if unix_ms is None else unix_ms
    value = (stamp & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62
    return UUID(int=value | secrets.randbits(62))

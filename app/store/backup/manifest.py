"""What a backup says about itself, and the name of its file."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from app.core.enums import BackupKind
from app.core.errors import Reason, Refusal

FORMAT = 1
SUFFIX = ".xiuhu"
_NAME = re.compile(r"^(\d{6})-(\d{8}T\d{6})Z-([a-z_]{1,20})\.xiuhu$")
_STAMP = "%Y%m%dT%H%M%S"
#: Bytes: a manifest is a few hundred.
MOST_MANIFEST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Manifest:
    """``number`` counts the backups of a place: what is newer is told by it, never by the clock. ``size`` and
    ``sha256`` are of the database inside; ``journal_id`` and ``journal_head`` its newest entry when it was made."""

    number: int
    kind: BackupKind
    made_at: datetime
    shop_id: str
    shop_name: str
    schema: str
    size: int
    sha256: str
    journal_id: int
    journal_head: str
    orders: int
    last_order: str
    payments: int
    invoices: int
    photos: int
    photo_bytes: int
    #: Names of the shop's own checks that found something; the copy is whole all the same.
    findings: tuple[str, ...] = ()
    format: int = FORMAT

    @property
    def sound(self) -> bool:
        """Whether the shop's own checks found nothing."""
        return not self.findings

    @property
    def file_name(self) -> str:
        """Sorted by name is sorted by age."""
        return f"{self.number:06d}-{self.made_at.astimezone(UTC):{_STAMP}}Z-{self.kind.value}{SUFFIX}"

    def to_json(self) -> bytes:
        """As it lies in the file."""
        plain = asdict(self) | {"made_at": self.made_at.astimezone(UTC).isoformat(timespec="microseconds")}
        return json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()


def parse_manifest(content: bytes, file: str) -> Manifest:
    """Read a manifest that anybody may have written. Raises ``Refusal``: BACKUP_NOT_WHOLE, BACKUP_NEWER."""
    wrong = Refusal(Reason.BACKUP_NOT_WHOLE, file=file)
    try:
        found = json.loads(content)
        if not isinstance(found, dict):
            raise wrong
        if _count(found["format"]) > FORMAT:
            raise Refusal(Reason.BACKUP_NEWER)
        made_at = datetime.fromisoformat(_text(found["made_at"]))
        if made_at.tzinfo is None or not re.fullmatch(r"[0-9a-f]{64}", _text(found["sha256"])):
            raise wrong
        return Manifest(
            number=_count(found["number"]),
            kind=BackupKind(found["kind"]),
            made_at=made_at,
            shop_id=_text(found["shop_id"]),
            shop_name=_text(found["shop_name"]),
            schema=_text(found["schema"]),
            size=_count(found["size"]),
            sha256=_text(found["sha256"]),
            journal_id=_count(found["journal_id"]),
            journal_head=_text(found["journal_head"]),
            orders=_count(found["orders"]),
            last_order=_text(found["last_order"]),
            payments=_count(found["payments"]),
            invoices=_count(found["invoices"]),
            photos=_count(found["photos"]),
            photo_bytes=_count(found["photo_bytes"]),
            findings=tuple(_text(each) for each in found["findings"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        raise wrong from None


@dataclass(frozen=True, slots=True)
class Named:
    """What the name of a backup's file says."""

    number: int
    made_at: datetime
    kind: BackupKind


def parse_name(name: str) -> Named | None:
    """None for a file that is not named like a backup of ours (it may be one all the same)."""
    found = _NAME.match(name)
    if found is None:
        return None
    try:
        made_at = datetime.strptime(found[2], _STAMP).replace(tzinfo=UTC)
        return Named(int(found[1]), made_at, BackupKind(found[3]))
    except ValueError:
        return None


def _text(value: Any) -> str:
    if not isinstance(value, str) or len(value) > 1000:
        raise TypeError
    return value


def _count(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 62:
        raise TypeError
    return value

"""The envelope: CloudEvents 1.0 in JSON batches, with the shop as ``source`` and the event's id never used twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from app.core.wire.events import BODIES, EventBody, EventType, subject_of
from app.core.wire.form import Code, Misfit, Text, Wrong, plain, read

CONTRACT = 1
BATCH_TYPE = "application/cloudevents-batch+json"
PROBLEM_TYPE = "application/problem+json"
SPEC_VERSION = "1.0"

#: Where the head office answers, under its base address.
EVENTS = "/v1/events"
DECISIONS = "/v1/decisions"
CLAIMS = "/v1/claims"
STATEMENTS = "/v1/statements"
PHOTOS = "/v1/photos"
HELLO = "/v1/hello"
OPENAPI = "/v1/openapi.json"

#: Limits of one call.
MOST_EVENTS = 500
MOST_BYTES = 2 * 1024 * 1024
MOST_PHOTO = 4 * 1024 * 1024
MOST_DEPTH = 16

_SOURCE = "urn:xiuhu:shop:"


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is sent. ``sequence`` is the shop's own running number; ``brand`` the brand it is for."""

    id: UUID
    shop: str
    brand: str
    sequence: int
    time: datetime
    body: EventBody

    @property
    def type(self) -> EventType:
        """The CloudEvents type of the body."""
        return type_of(self.body)

    @property
    def subject(self) -> str:
        """The number a person would look for."""
        return subject_of(self.body)


def type_of(body: EventBody) -> EventType:
    """The type that a body belongs to."""
    return _TYPES[type(body)]


_TYPES = {kind: name for name, kind in BODIES.items()}


def source_of(shop: str) -> str:
    """``source`` of a shop's events."""
    return _SOURCE + shop


def event_to_json(event: Event) -> dict[str, Any]:
    """One CloudEvent, structured mode."""
    return {
        "specversion": SPEC_VERSION,
        "id": str(event.id),
        "source": source_of(event.shop),
        "type": event.type.value,
        # CloudEvents knows no empty subject.
        **({"subject": event.subject} if event.subject else {}),
        "time": plain(event.time),
        "datacontenttype": "application/json",
        "brand": event.brand,
        # An extension attribute of CloudEvents' own list; its numbers are strings of equal length.
        "sequence": f"{event.sequence:020d}",
        "data": plain(event.body),
    }


def batch_to_bytes(events: Iterable[Event]) -> bytes:
    """The body of a call to ``EVENTS``."""
    return batch_of(event_to_json(each) for each in events)


def batch_of(events: Iterable[dict[str, Any]]) -> bytes:
    """The same from events that were made before, such as an outbox keeps."""
    return json.dumps(list(events), ensure_ascii=False, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class _Attributes:
    """The attributes every event has; ``data`` is read by its type."""

    specversion: Annotated[str, Text(8)]
    id: Annotated[str, Text(36, 36)]
    source: Annotated[str, Text(200, 1)]
    type: Annotated[str, Text(100, 1)]
    time: datetime
    brand: Code
    sequence: Annotated[str, Text(20, 20)]
    subject: Annotated[str, Text(64)] = ""
    datacontenttype: Annotated[str, Text(100)] = "application/json"
    dataschema: Annotated[str, Text(200)] = ""


class UnknownType(ValueError):
    """The event is well-formed, but of a type this side does not know."""


def event_from_json(value: object) -> tuple[Event, tuple[str, ...]]:
    """An event and the names in it that the contract does not list (they are left out).

    Raises ``Misfit`` for what has the wrong form, ``UnknownType``.
    """
    if not isinstance(value, dict):
        raise Misfit("", Wrong.NOT_AN_OBJECT)
    ignored: list[str] = []
    outside = {name: each for name, each in value.items() if name != "data"}
    attributes = read(_Attributes, outside, ignored)
    if attributes.specversion != SPEC_VERSION:
        raise Misfit("specversion", Wrong.UNKNOWN_CODE)
    if attributes.datacontenttype != "application/json":
        raise Misfit("datacontenttype", Wrong.UNKNOWN_CODE)
    if not attributes.source.startswith(_SOURCE):
        raise Misfit("source", Wrong.UNKNOWN_CODE)
    if not (attributes.sequence.isascii() and attributes.sequence.isdigit()):
        raise Misfit("sequence", Wrong.NOT_A_NUMBER)
    try:
        event_id = UUID(attributes.id)
    except ValueError:
        raise Misfit("id", Wrong.BAD_TEXT) from None
    if str(event_id) != attributes.id:
        raise Misfit("id", Wrong.BAD_TEXT)
    try:
        kind = EventType(attributes.type)
    except ValueError:
        raise UnknownType(attributes.type) from None
    if "data" not in value:
        raise Misfit("data", Wrong.MISSING)
    inside: list[str] = []
    try:
        body: EventBody = read(BODIES[kind], value["data"], inside)
    except Misfit as error:
        raise Misfit(f"data.{error.path}".rstrip("."), error.wrong) from None
    sequence = int(attributes.sequence)
    if sequence >= 2**63:
        raise Misfit("sequence", Wrong.OUT_OF_RANGE)
    shop = attributes.source.removeprefix(_SOURCE)
    event = Event(event_id, shop, attributes.brand, sequence, attributes.time, body)
    return event, tuple(ignored + [f"data.{name}" for name in inside])


class TooDeep(ValueError):
    """Brackets within brackets beyond what any record of ours has."""


def loads(raw: bytes) -> Any:
    """JSON as the contract allows it: UTF-8, no NaN, not deep; of a name that stands twice the last counts.

    Raises ``TooDeep``, ``ValueError``. The depth is looked at before, because a parser of deep brackets runs
    into Python's own limit or, in other programs, off its stack.
    """
    if not _is_flat(raw) and _depth(raw) > MOST_DEPTH:
        raise TooDeep
    return json.loads(raw.decode("utf-8"), parse_constant=_no_constant)


#: A whole string, also one that never ends, or a bracket. Possessive, so that no input makes it look twice.
_MARKS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)|[\[\]{}]', re.DOTALL)


_BUT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))


def _is_flat(raw: bytes) -> bool:
    """Whether the brackets, those in strings too, close within the limit: nearly always, and quickly seen."""
    brackets = raw.translate(None, _BUT_BRACKETS)
    for _level in range(MOST_DEPTH):
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return not brackets


def _depth(raw: bytes) -> int:
    """How deep brackets nest, at most; strings are skipped over."""
    deepest = depth = 0
    for mark in _MARKS.findall(raw):
        if mark in (b"[", b"{"):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in (b"]", b"}"):
            depth -= 1
    return deepest


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")

"""The contract as an OpenAPI 3.1 document, made from the same classes that read and write it."""

from __future__ import annotations

import dataclasses
import types
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Union, get_args, get_origin

from app.core.wire import envelope
from app.core.wire.answers import Decisions, Hello, Receipts, Standings, Statement, Trouble
from app.core.wire.envelope import BATCH_TYPE, CONTRACT, MOST_BYTES, MOST_EVENTS, MOST_PHOTO, PROBLEM_TYPE
from app.core.wire.events import BODIES
from app.core.wire.form import Items, Text, Whole, fields_of

_Schema = dict[str, Any]


def document() -> _Schema:
    """The whole document."""
    schemas: dict[str, _Schema] = {}
    for answer in (Receipts, Decisions, Standings, Statement, Hello, Trouble):
        _schema(answer, schemas)
    schemas["Event"] = _event(schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Xiuhu head office",
            "version": str(CONTRACT),
            "description": (
                "CloudEvents 1.0 batches from repair shops, one receipt for each event, decisions to fetch. "
                "Every call under /v1 but this document is sealed with HTTP Message Signatures (RFC 9421, Ed25519): "
                'covered are "@method" "@path" "@query" "content-digest" "xiuhu-shop"; parameters created, keyid, '
                "nonce, alg and tag in this order; the stamp is good for five minutes, the nonce for once."
            ),
        },
        "paths": _paths(),
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "seal": {"type": "apiKey", "in": "header", "name": "Signature", "description": "RFC 9421"},
                "reader": {"type": "http", "scheme": "basic"},
            },
        },
    }


def _paths() -> dict[str, Any]:
    page = [_parameter("limit", "query", {"type": "integer", "minimum": 1, "maximum": 500})]
    since = _parameter("since", "query", {"type": "integer", "minimum": 0})
    after = _parameter("after", "query", {"type": "string", "maxLength": 64})
    number = _parameter("number", "path", {"type": "string", "maxLength": 64})
    digest = _parameter("digest", "path", {"type": "string", "pattern": "^[0-9a-f]{64}$"})
    batch = {
        "type": "array",
        "maxItems": MOST_EVENTS,
        "items": {"$ref": "#/components/schemas/Event"},
        "description": f"At most {MOST_BYTES} bytes.",
    }
    picture = {"type": "string", "format": "binary", "maxLength": MOST_PHOTO}
    return {
        envelope.EVENTS: {
            "post": _sealed(
                "Send events; one receipt for each, in their order.",
                "Receipts",
                body={BATCH_TYPE: {"schema": batch}},
            )
        },
        envelope.DECISIONS: {"get": _sealed("Decisions after a number.", "Decisions", [since, *page])},
        envelope.CLAIMS: {"get": _sealed("The shop's claims, to reconcile.", "Standings", [after, *page])},
        f"{envelope.STATEMENTS}/{{number}}": {
            "get": _sealed("A month's statement with its lines.", "Statement", [number])
        },
        f"{envelope.PHOTOS}/{{digest}}": {
            "put": _sealed(
                "Bring a photo that a receipt asked for.",
                None,
                [digest],
                {"image/jpeg": {"schema": picture}, "image/png": {"schema": picture}},
            )
        },
        envelope.HELLO: {"get": _sealed("Who answers, and what is agreed.", "Hello")},
        envelope.OPENAPI: {"get": _open("This document.", "application/json")},
        "/health": {"get": _open("Whether database and schema are there; the time.", "application/json")},
        "/metrics": {"get": _open("Prometheus text.", "text/plain", reader=True)},
        "/": {"get": _open("Shops, claims, faults: a page for people.", "text/html", reader=True)},
    }


def _parameter(name: str, place: str, schema: _Schema) -> _Schema:
    return {"name": name, "in": place, "required": place == "path", "schema": schema}


def _sealed(
    summary: str, answer: str | None, parameters: list[_Schema] | None = None, body: _Schema | None = None
) -> _Schema:
    problem = {"schema": {"$ref": "#/components/schemas/Trouble"}}
    done: _Schema = {"description": summary}
    if answer is not None:
        done["content"] = {"application/json": {"schema": {"$ref": f"#/components/schemas/{answer}"}}}
    operation: _Schema = {
        "summary": summary,
        "security": [{"seal": []}],
        "responses": {
            "204" if answer is None else "200": done,
            "default": {"description": "Turned away.", "content": {PROBLEM_TYPE: problem}},
        },
    }
    if parameters:
        operation["parameters"] = parameters
    if body is not None:
        operation["requestBody"] = {"required": True, "content": body}
    return operation


def _open(summary: str, media_type: str, *, reader: bool = False) -> _Schema:
    return {
        "summary": summary,
        "security": [{"reader": []}] if reader else [],
        "responses": {"200": {"description": summary, "content": {media_type: {}}}},
    }


def _event(schemas: dict[str, _Schema]) -> _Schema:
    """A CloudEvent; its ``data`` by its ``type``."""
    rules = [
        {
            "if": {"properties": {"type": {"const": name.value}}},
            "then": {"properties": {"data": _schema(body, schemas)}},
        }
        for name, body in BODIES.items()
    ]
    return {
        "type": "object",
        "required": ["specversion", "id", "source", "type", "time", "brand", "sequence", "data"],
        "properties": {
            "specversion": {"const": envelope.SPEC_VERSION},
            "id": {"type": "string", "format": "uuid"},
            "source": {"type": "string", "pattern": "^urn:xiuhu:shop:"},
            "type": {"enum": [name.value for name in BODIES]},
            "subject": {"type": "string", "maxLength": 64},
            "time": {"type": "string", "format": "date-time"},
            "datacontenttype": {"const": "application/json"},
            "brand": {"type": "string", "minLength": 1, "maxLength": 64},
            "sequence": {"type": "string", "pattern": "^[0-9]{20}$"},
            "data": {"type": "object"},
        },
        "allOf": rules,
    }


def _schema(hint: Any, schemas: dict[str, _Schema]) -> _Schema:
    rule: Any = None
    if get_origin(hint) is Annotated:
        hint, rule, *_rest = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(hint) if each is not type(None))
        return _schema(inner, schemas)
    if get_origin(hint) is tuple:
        many: _Schema = {"type": "array", "items": _schema(get_args(hint)[0], schemas)}
        return many | ({"maxItems": rule.most} if isinstance(rule, Items) else {})
    if dataclasses.is_dataclass(hint):
        return _record(hint, schemas)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [each.value for each in hint]}
    if hint is bool:
        return {"type": "boolean"}
    if isinstance(rule, Whole):
        return {"type": "integer", "minimum": rule.low, "maximum": rule.high}
    if isinstance(rule, Text):
        least = {"minLength": rule.least} if rule.least else {}
        return {"type": "string", "maxLength": rule.most} | least
    formats = {date: "date", datetime: "date-time"}
    return {"type": "string", "format": formats[hint]}


def _record(kind: Any, schemas: dict[str, _Schema]) -> _Schema:
    name = kind.__name__
    if name not in schemas:
        schemas[name] = {}  # a place for it, should it hold itself
        fields = fields_of(kind)
        schemas[name] = {
            "type": "object",
            "description": (kind.__doc__ or "").strip(),
            "required": [field for field, _hint, needed in fields if needed],
            "properties": {field: _schema(hint, schemas) for field, hint, _needed in fields},
        }
    return {"$ref": f"#/components/schemas/{name}"}

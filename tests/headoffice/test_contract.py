"""The contract itself: what is written is read back, is what the manual lists, and what others take for CloudEvents."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from types import ModuleType
from typing import Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from cloudevents.v1.http import from_json

from app.core.ids import uuid7
from app.core.places import RESOURCES
from app.core.wire import answers, card, envelope, events, form
from app.core.wire.answers import Receipt, Result
from app.core.wire.card import BadCard, Card, card_from_text, card_to_text
from app.core.wire.envelope import Event, batch_to_bytes, event_from_json, event_to_json, loads
from app.core.wire.events import BODIES, EventType, Photo, PhotoOf, subject_of
from app.core.wire.form import Misfit, fingerprint, listed, plain, read
from app.core.wire.words import WORDS, word
from app.core.words import Language, set_language
from tests.headoffice.kit import NOON, claim


def example(kind: Any, deep: int = 0) -> Any:
    """A record with every field filled, made from its annotations."""
    return read(kind, _value(kind))


def _value(hint: Any) -> Any:
    from typing import Annotated, get_args, get_origin

    rule = None
    if get_origin(hint) is Annotated:
        hint, rule, *_rest = get_args(hint)
    if type(None) in get_args(hint):
        return _value(next(each for each in get_args(hint) if each is not type(None)))
    if get_origin(hint) is tuple:
        return [_value(get_args(hint)[0])]
    if is_dataclass(hint):
        return {name: _value(inner) for name, inner, _needed in form.fields_of(hint)}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return next(iter(hint)).value
    if hint is bool:
        return True
    if hint is int:
        return max(rule.low, 1)
    if hint is str:
        return "修" * max(rule.least, 1)
    return "2026-11-22" if hint is date else "2026-11-22T06:00:00Z"


@pytest.mark.parametrize("kind", list(BODIES.values()))
def test_every_event_comes_back_as_it_was(kind: Any) -> None:
    event = Event(uuid7(), "S1", "gree", 7, NOON, example(kind))
    sent = json.loads(json.dumps(event_to_json(event)))
    assert event_from_json(sent) == (event, ())


@pytest.mark.parametrize(
    "kind",
    [
        answers.Receipts,
        answers.Decisions,
        answers.Standings,
        answers.Statement,
        answers.Hello,
        answers.Trouble,
        Card,
    ],
)
def test_every_answer_comes_back_as_it_was(kind: Any) -> None:
    made = example(kind)
    assert read(kind, json.loads(json.dumps(plain(made)))) == made


@pytest.mark.parametrize("kind", list(EventType))
def test_an_independent_reader_finds_cloudevents(kind: EventType) -> None:
    body = example(BODIES[kind])
    event = Event(uuid7(), "S1", "gree", 7, NOON, body)
    for value in json.loads(batch_to_bytes([event])):
        found = JSONFormat().read(None, json.dumps(value))
        assert (found.get_id(), found.get_source()) == (str(event.id), "urn:xiuhu:shop:S1")
        assert (found.get_type(), found.get_specversion()) == (event.type.value, "1.0")
        assert found.get_time() == NOON
        assert (found.get_subject() or "") == subject_of(body)
        assert found.get_data() == plain(body)
        assert found.get_extension("brand") == "gree"
        old = from_json(json.dumps(value))
        assert old["sequence"] == f"{7:020d}"


# -- the manual ----------------------------------------------------------------------------------------------

_ROW = re.compile(r"^\| `([a-z_.\[\]]+)` \|", re.MULTILINE)


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", list(EventType))
def test_the_manual_lists_every_field_that_is_sent_and_no_other(language: Language, kind: EventType) -> None:
    text = (RESOURCES / "manual" / language.value / "headoffice.md").read_text(encoding="utf-8")
    (section,) = [part for part in text.split("\n### ") if f"`{kind.value}`" in part.splitlines()[0]]
    assert tuple(_ROW.findall(section)) == listed(BODIES[kind])
    assert section.splitlines()[0].startswith(_said(kind, language))


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("kind", [answers.Receipt, answers.Decision, answers.Statement, answers.Standing])
def test_the_manual_lists_every_field_that_is_fetched(language: Language, kind: Any) -> None:
    text = (RESOURCES / "manual" / language.value / "headoffice.md").read_text(encoding="utf-8")
    (section,) = [part for part in text.split("\n### ") if f"`{kind.__name__}`" in part.splitlines()[0]]
    assert tuple(_ROW.findall(section)) == listed(kind)


def _said(kind: EventType, language: Language) -> str:
    set_language(language)
    try:
        return word(kind)
    finally:
        set_language(Language.EN)


_PRIVATE = re.compile("passcode|password|pin|address|street|wechat|id_card|email", re.IGNORECASE)


def test_no_event_has_a_field_for_what_must_not_leave() -> None:
    names = {name for kind in BODIES.values() for name in listed(kind)}
    assert {name for name in names if _PRIVATE.search(name)} == set()
    personal = {name for name in names if "customer" in name}
    assert personal == {"customer.masked", "customer.name", "customer.phone"}


# -- words ---------------------------------------------------------------------------------------------------


def _enums(*modules: ModuleType) -> Iterator[type[StrEnum]]:
    for module in modules:
        for each in vars(module).values():
            if isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum:
                yield each


@pytest.mark.parametrize("kind", list(WORDS))
def test_every_code_has_words(kind: type[StrEnum]) -> None:
    assert set(WORDS[kind]) == set(kind)
    assert len(set(WORDS[kind].values())) == len(kind)


def test_codes_that_people_read_have_words() -> None:
    assert set(_enums(answers)) <= WORDS.keys()


# -- the form ------------------------------------------------------------------------------------------------


def test_moments_are_utc_and_aware() -> None:
    china = timezone(timedelta(hours=8))
    there = form.moment_text(datetime(2026, 11, 22, 14, 0, tzinfo=china))
    assert there == "2026-11-22T06:00:00Z"
    assert form.moment_of("2026-11-22T14:00:00+08:00") == datetime(2026, 11, 22, 6, tzinfo=UTC)
    for text in ("2026-11-22T06:00:00", "2026-11-22 06:00:00Z", "20261122T060000Z", "２026-11-22T06:00:00Z"):
        with pytest.raises(ValueError):
            form.moment_of(text)


def test_equal_content_has_equal_fingerprints() -> None:
    assert fingerprint({"a": 1, "b": "修"}) == fingerprint({"b": "修", "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": "1"})
    assert len(fingerprint({"a": "\ud800"})) == 32


def test_what_has_no_place_in_the_contract_is_not_written() -> None:
    for value in (1.5, b"x", {"a": 1}, [1]):
        with pytest.raises(TypeError):
            plain(value)


def test_records_are_frozen_and_hold_nothing_else() -> None:
    for module in (events, answers, card):
        for each in vars(module).values():
            if is_dataclass(each) and isinstance(each, type):
                assert each.__dataclass_params__.frozen, each  # type: ignore[attr-defined]
                assert fields(each)


def test_a_receipt_tells_its_effect() -> None:
    assert Receipt("1", Result.DUPLICATE, first=Result.RETURNED).effect is Result.RETURNED
    assert Receipt("1", Result.URGE).effect is Result.URGE


@pytest.mark.parametrize("raw", [b"", b"[", b'{"a":1}x', b"\xff", b"[Infinity]"])
def test_json_that_is_not_ours(raw: bytes) -> None:
    with pytest.raises(ValueError):
        loads(raw)


def test_sixteen_levels_are_enough_and_seventeen_too_deep() -> None:
    assert loads(b"[" * 16 + b"]" * 16)
    with pytest.raises(envelope.TooDeep):
        loads(b"[" * 17 + b"]" * 17)
    whole = claim(photos=(Photo("a" * 64, PhotoOf.FAULT, 1),), note='"[[[[[[[[[[[[[[[[[[[[[[')
    assert loads(batch_to_bytes([Event(uuid7(), "S", "b", 1, NOON, whole)]))


def test_a_wrong_field_says_where() -> None:
    value = plain(claim())
    value["parts"][0]["old_part"]["stand"] = "gone"
    with pytest.raises(Misfit) as caught:
        read(BODIES[EventType.CLAIM_SUBMITTED], value)
    assert str(caught.value) == "parts[0].old_part.stand: unknown_code"


# -- the card ------------------------------------------------------------------------------------------------

CARD = Card("https://office.example:8443", "gree", "格力", "S1", "k1", "A" * 44, "小王家电", "PEM")


def test_a_card_survives_being_pasted() -> None:
    text = card_to_text(CARD)
    wrapped = "\n  ".join(text[at : at + 60] for at in range(0, len(text), 60))
    assert card_from_text(f"  {wrapped}\r\n") == CARD
    assert CARD.secret not in repr(CARD)


def test_a_piece_of_a_card_is_no_card() -> None:
    text = card_to_text(CARD)
    for broken in (
        "",
        "x",
        text[:-1],
        text[: len(text) // 2],
        text.replace("xiuhu-card1", "xiuhu-card2"),
        text[1:],
    ):
        with pytest.raises(BadCard):
            card_from_text(broken)
    for at in range(12, len(text), 7):
        with pytest.raises(BadCard):
            card_from_text(text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :])


def test_changed_amounts_change_the_claim() -> None:
    one = claim("X")
    assert fingerprint(plain(one)) != fingerprint(plain(replace(one, note="!")))

"""The two languages: switching, and that every code and refusal has its words (design.md §7, §8)."""

from __future__ import annotations

import ast
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from app.core import brand_codes, enums, field_words, labels, rights, sentences, words
from app.core.enums import Action, Command, QuoteState, Role, Series, Status, Visit
from app.core.errors import Conflict, EnvironmentFault, Fault, Reason, Refusal
from app.core.labels import LABELS, SHORT_LABELS, label, short_label
from app.core.money import Money, Quantity
from app.core.sentence_table import SENTENCES
from app.core.sentences import sentence
from app.core.words import Language, _, speaking

APP = Path(__file__).resolve().parents[2] / "app"
#: Codes nobody reads: number series are periods of counters.
SILENT = {Series}
CODES = [
    code
    for code in (*vars(enums).values(), *vars(brand_codes).values())
    if isinstance(code, type) and issubclass(code, StrEnum) and code is not StrEnum and code not in SILENT
]


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking(Language.EN):
        yield


@pytest.mark.parametrize("kind", CODES, ids=lambda kind: kind.__name__)
def test_every_code_has_a_word(kind: type[StrEnum]) -> None:
    assert set(LABELS[kind]) == set(kind)
    assert all(label(code).strip() for code in kind)


def test_words_stand_under_their_own_kind() -> None:
    for table in (LABELS, SHORT_LABELS):
        for kind, entries in table.items():
            assert all(type(code) is kind for code in entries), kind


def test_equal_values_of_different_kinds_keep_their_own_words() -> None:
    assert Status.ON_SITE == Visit.ON_SITE  # the trap: as keys of one table they would be the same
    assert (label(Status.ON_SITE), label(Visit.ON_SITE)) == ("On site", "At the customer's")
    assert (label(Status.APPROVED), label(QuoteState.APPROVED)) == ("Approved, to repair", "Approved")
    assert (short_label(Status.APPROVED), short_label(QuoteState.APPROVED)) == ("To repair", "Approved")


def test_reasons_and_faults_share_no_value() -> None:
    assert not {str(code) for code in Reason} & {str(code) for code in Fault}


def test_every_refusal_and_fault_has_a_sentence() -> None:
    assert set(SENTENCES) == {*Reason, *Fault}


def placeholders(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name}


@dataclass
class Read:
    """What a source says to people, found in one walk through its tree."""

    #: Each ``Refusal(Reason.X, …)`` or ``EnvironmentFault(Fault.X, …)``: line, code, names, whether ``**``.
    raised: list[tuple[int, StrEnum, set[str], bool]] = field(default_factory=list)
    #: Fields named in refusals.
    fields: set[str] = field(default_factory=set)
    #: Lines where an f-string asks for a word.
    hidden: list[int] = field(default_factory=list)

    def unfilled(self) -> list[str]:
        return [
            f"line {line}: {code!r} leaves {missing} empty"
            for line, code, given, open_ended in self.raised
            if (missing := placeholders(SENTENCES[code]) - given) and not open_ended
        ]


def read(source: str) -> Read:
    found = Read()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.JoinedStr):
            found.hidden += [call.lineno for call in ast.walk(node) if _asks_for_a_word(call)]
        elif isinstance(node, ast.Call):
            _read_call(node, found)
    return found


def _asks_for_a_word(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"_", "N_", "ngettext", "pgettext"}
        and isinstance(node.args[0], ast.Constant)
    )


def _read_call(node: ast.Call, found: Read) -> None:
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    if called not in {"Refusal", "EnvironmentFault"}:
        return
    given = {word.arg: word.value for word in node.keywords if word.arg}
    named = given.get("field")
    if called == "Refusal" and isinstance(named, ast.Constant):
        found.fields.add(str(named.value))
    code = node.args[0] if node.args else None
    if not isinstance(code, ast.Attribute):
        return
    kind = {"Reason": Reason, "Fault": Fault}.get(getattr(code.value, "id", ""))
    if kind is not None:
        open_ended = any(word.arg is None for word in node.keywords)
        found.raised.append((node.lineno, kind[code.attr], set(given), open_ended))


@pytest.fixture(scope="module")
def sources() -> dict[str, Read]:
    """The program's own sources, read once."""
    return {str(file.relative_to(APP)): read(file.read_text("utf-8")) for file in sorted(APP.rglob("*.py"))}


def test_every_placeholder_is_passed_by_whoever_raises(sources: dict[str, Read]) -> None:
    assert [f"{file} {each}" for file, told in sources.items() for each in told.unfilled()] == []
    assert sum(len(told.raised) for told in sources.values()) > 40


def test_a_forgotten_placeholder_is_found() -> None:
    """Control: the check above can fail."""
    assert read("raise Refusal(Reason.BALANCE_DUE)").unfilled()
    assert read("raise errors.EnvironmentFault(Fault.READ_ONLY, where=1)").unfilled()
    assert not read("raise Refusal(Reason.BALANCE_DUE, amount=due)").unfilled()


@pytest.mark.parametrize("code", [*Reason, *Fault])
@pytest.mark.parametrize("language", list(Language))
def test_sentences_can_be_said_in_both_languages(code: StrEnum, language: Language) -> None:
    error = Refusal if isinstance(code, Reason) else EnvironmentFault
    with speaking(language):
        said = sentence(error(code, **dict.fromkeys(placeholders(SENTENCES[code]), "甲")))  # type: ignore[arg-type]
    assert said
    assert "{" not in said


def test_parameters_are_said_as_the_shop_writes_them() -> None:
    assert "¥1,234.50" in sentence(Refusal(Reason.BALANCE_DUE, amount=Money(123450)))
    assert "0.35" in sentence(Refusal(Reason.OUT_OF_STOCK, quantity=Quantity(350), part="copper pipe"))
    moment = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
    assert "2026-11-22 11:04" in sentence(Refusal(Reason.RECEIPT_VOID, when=moment))
    assert "2026-11-22." in sentence(Refusal(Reason.TOO_EARLY_UNCLAIMED, days=90, since=date(2026, 11, 22)))
    said = sentence(Refusal(Reason.MOVE_NOT_ALLOWED, action=Action.DELIVER, status=Status.ON_SITE))
    # Straight quotes in English: the shipped fonts draw the curly ones as wide as a Chinese character.
    assert said == '"Hand over" is not possible while the order is "On site".'
    assert '"Serial number"' in sentence(Refusal(Reason.FIELD_REQUIRED, field="serial"))
    assert "Settle" in sentence(Refusal(Reason.NOT_ALLOWED, command=Command.SETTLE))


def test_every_field_that_is_named_in_a_refusal_has_a_word(sources: dict[str, Read]) -> None:
    named = {each for told in sources.values() for each in told.fields}
    # Options of the command line are called what they are typed.
    assert {each for each in named if not each.startswith("--")} <= set(field_words.FIELDS)


def test_conflicts_and_the_unexpected_have_words_too() -> None:
    assert "loaded again" in sentence(Conflict("order", 1))
    assert "KeyError" in sentences.unexpected(KeyError("customer 138"))
    assert "138" not in sentences.unexpected(KeyError("customer 138"))


def test_exit_codes() -> None:
    assert sentences.exit_code(Refusal(Reason.NOT_FOUND)) == 1
    assert sentences.exit_code(Conflict("order", 1)) == 1
    assert sentences.exit_code(EnvironmentFault(Fault.BUSY)) == 3


@pytest.fixture
def _two_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Chinese catalogue of two words, so that these tests do not hang on the real one."""
    place = tmp_path / "i18n" / "zh_CN" / "LC_MESSAGES" / "xiuhu.mo"
    place.parent.mkdir(parents=True)
    catalog = Catalog(locale="zh_CN")
    catalog.add("Cash", "现金")
    catalog.add("Ready for pickup", "待取机")
    with place.open("wb") as file:
        write_mo(file, catalog)
    monkeypatch.setattr(words, "RESOURCES", tmp_path)


@pytest.mark.usefixtures("_two_words")
def test_the_language_can_be_switched_and_comes_back() -> None:
    before = words.language()
    with speaking(Language.ZH):
        assert words.language() is Language.ZH
        assert label(Status.READY) == "待取机"
        assert label(Status.DELIVERED) == "Delivered"  # not translated: English rather than nothing
    assert label(Status.READY) == "Ready for pickup"
    assert words.language() is before


@pytest.mark.usefixtures("_two_words")
def test_a_paper_in_another_language_leaves_other_threads_alone() -> None:
    heard = []
    words.set_language(Language.EN)
    with speaking(Language.ZH):
        thread = threading.Thread(target=lambda: heard.append(_("Cash")))
        thread.start()
        thread.join()
        assert _("Cash") == "现金"
    assert heard == ["Cash"]


@pytest.mark.parametrize(
    ("text", "language"), [("zh", Language.ZH), ("zh-CN", Language.ZH), ("en_GB", Language.EN)]
)
def test_languages_as_people_write_them(text: str, language: Language) -> None:
    assert words.parse_language(text) is language


def test_unknown_languages_are_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        words.parse_language("fr")


@pytest.mark.parametrize(
    ("setting", "language"), [("zh_CN.UTF-8", Language.ZH), ("en_US.UTF-8", Language.EN), ("C", Language.EN)]
)
def test_the_systems_language(monkeypatch: pytest.MonkeyPatch, setting: str, language: Language) -> None:
    monkeypatch.setenv("LC_ALL", setting)
    assert words.system_language() is language


def test_every_command_has_its_roles_and_the_owner_may_everything() -> None:
    assert set(rights.RIGHTS) == set(Command)
    assert all(Role.OWNER in roles for roles in rights.RIGHTS.values())
    assert all(isinstance(role, Role) for roles in rights.RIGHTS.values() for role in roles)


@pytest.mark.parametrize(
    ("role", "command", "may"),
    [
        (Role.TECHNICIAN, Command.TAKE_IN, False),
        (Role.TECHNICIAN, Command.SETTLE, False),
        (Role.TECHNICIAN, Command.CHECK_QUALITY, False),
        (Role.TECHNICIAN, Command.ADD_PART, True),
        (Role.COUNTER, Command.TAKE_IN, True),
        (Role.COUNTER, Command.SETTLE, True),
        (Role.COUNTER, Command.SETTLE_ON_ACCOUNT, False),
        (Role.COUNTER, Command.REVEAL_PASSCODE, False),
        (Role.COUNTER, Command.ADJUST_STOCK, False),
        (Role.LEAD, Command.CHECK_QUALITY, True),
        (Role.LEAD, Command.SAVE_STAFF, False),
        (Role.LEAD, Command.SETTLE_ON_ACCOUNT, False),
    ],
)
def test_rights_that_matter(role: Role, command: Command, may: bool) -> None:
    assert rights.Actor(1, "", role).may(command) is may


def test_labels_of_categories() -> None:
    assert labels.category_name("cooling") == "Refrigeration and air conditioning"
    assert labels.category_name("电动车") == "电动车"


def test_no_word_is_asked_for_inside_an_f_string(sources: dict[str, Read]) -> None:
    """The extractor does not look into f-strings: such a word would never be translated."""
    assert [f"{file}:{line}" for file, told in sources.items() for line in told.hidden] == []
    assert read("f'{_(\"Take in\")}'").hidden == [1]


@pytest.mark.parametrize("spoken", Language)
def test_a_sentence_stays_one_however_long_what_it_repeats_is(spoken: Language) -> None:
    with speaking(spoken):
        said = sentence(Refusal(Reason.BACKUP_PLACE, path="长" * 100_000))
        whole = sentence(Refusal(Reason.BACKUP_PLACE, path="/media/usb"))
    assert len(said) < 300
    assert "长…" in said
    assert "/media/usb" in whole

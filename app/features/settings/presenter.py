"""What the settings page and the wizard know without Qt: tables as text, the first run's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core.enums import Category, LineKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.words import N_, Language, _
from app.features.settings.checks import KEYS
from app.features.settings.snapshots import FirstRun

#: What the wizard offers as the shop's tax, in permille (domain.md §8), and how it is said.
SMALL_SCALE, GENERAL, NO_TAX = 10, 130, 0
TAX_WORDS: tuple[tuple[int, str], ...] = (
    (SMALL_SCALE, N_("Small-scale taxpayer, 1 %")),
    (GENERAL, N_("General taxpayer, 13 %")),
    (NO_TAX, N_("No tax")),
)
#: The separator between brand and category in the table of makers' warranties.
_SLASH = "/"


def values_of(settings: Any) -> dict[str, Any]:
    """Every setting an owner may change, by key."""
    return {key: getattr(settings, key) for key in KEYS}


def category_words(own: Sequence[str] = ()) -> list[tuple[str, str]]:
    """The ten categories and the owner's own ones as ``(code, word)``."""
    return [*((each.value, label(each)) for each in Category), *((name, name) for name in own)]


def lines_of(text: str) -> tuple[str, ...]:
    """Phrases typed one a line, without empty and double ones, in their order."""
    return tuple(dict.fromkeys(filter(None, (line.strip() for line in text.splitlines()))))


def text_of(phrases: Sequence[str]) -> str:
    """Phrases one a line."""
    return "\n".join(phrases)


def brand_lines(table: Mapping[str, int], own: Sequence[str] = ()) -> str:
    """The rows ``brand/category`` of the warranty table as ``海尔 / 厨房电器 = 36``, one a line."""
    words = dict(category_words(own))
    lines = []
    for row, months in table.items():
        brand, slash, code = row.partition(_SLASH)
        if slash:
            lines.append(f"{brand} / {words.get(code, code)} = {months}")
    return "\n".join(lines)


def read_brand_lines(text: str, own: Sequence[str] = ()) -> dict[str, int]:
    """The rows that ``brand_lines`` wrote. Raises ``Refusal(BAD_CHOICE)`` with the line that cannot be read."""
    codes = {word.casefold(): code for code, word in category_words(own)}
    codes |= {code.casefold(): code for code, _word in category_words(own)}
    table: dict[str, int] = {}
    for line in lines_of(text):
        name, equals, months = line.replace("＝", "=").replace("／", _SLASH).rpartition("=")
        brand, slash, category = (part.strip() for part in name.partition(_SLASH))
        code = codes.get(category.casefold(), "")
        if not (equals and slash and brand and code and months.strip().isdecimal()):
            raise Refusal(Reason.BAD_CHOICE, field="warranty_months", text=line[:40])
        table[f"{brand}{_SLASH}{code}"] = int(months)
    return table


def one_tax(permille: int) -> dict[str, int]:
    """The same tax rate on every kind of line."""
    return {kind.value: permille for kind in LineKind}


@dataclass(slots=True)
class Answers:
    """What was typed in the wizard so far; it outlives a change of language, which builds the steps anew."""

    language: Language
    #: Settings by key; only what differs from the default is handed over.
    typed: dict[str, Any] = field(default_factory=dict)
    owner_name: str = ""
    with_pin: bool = False
    pin: str = ""
    pin_again: str = ""
    #: Whether the shop starts with the usual price list.
    price_list: bool = True

    def first_run(self) -> FirstRun:
        """What ``found_shop`` takes."""
        settings = {key: value for key, value in self.typed.items() if key != "shop_name" and value != ""}
        return FirstRun(
            language=self.language,
            shop_name=str(self.typed.get("shop_name", "")),
            owner_name=self.owner_name,
            pin=self.pin if self.with_pin else None,
            settings=settings,
            price_list=self.price_list,
        )


def zone_words(names: Sequence[str]) -> list[tuple[str, str]]:
    """Time zones as ``(name, word)``, China's first and in words."""
    first = ("Asia/Shanghai", _("China, Beijing time (Asia/Shanghai)"))
    rest = sorted(name for name in names if "/" in name and name != first[0] and not name.startswith("Etc/"))
    return [first, *((name, name) for name in rest)]


def numbered_lines(table: Mapping[str, int]) -> str:
    """A table of whole numbers as lines: ``gold = 5``."""
    return "\n".join(f"{key} = {number}" for key, number in sorted(table.items()))


def read_numbered_lines(field: str, typed: str) -> dict[str, int]:
    """Lines as a table of whole numbers. ``Refusal(BAD_CHOICE)`` naming the line."""
    table: dict[str, int] = {}
    for line in filter(None, (each.strip() for each in typed.splitlines())):
        key, _equals, number = line.replace("＝", "=").rpartition("=")
        if not key.strip() or not number.strip().isdecimal():
            raise Refusal(Reason.BAD_CHOICE, field=field, text=line[:40])
        table[key.strip()] = int(number)
    return table

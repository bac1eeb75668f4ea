"""Pinyin initials of a Chinese name, with the surnames that are read otherwise (libraries.md "pinyin").

``pypinyin`` takes a quarter of a second to import: it is loaded at the first Chinese name, or warmed in
the background.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from types import MappingProxyType

#: Surnames whose reading differs from the everyday one.
_SURNAMES = MappingProxyType(
    {
        "单": "s", "曾": "z", "解": "x", "仇": "q", "区": "o", "查": "z", "朴": "p", "盖": "g",
        "繁": "p", "洗": "x", "折": "s", "黑": "h", "召": "s", "员": "y", "乐": "y", "任": "r",
        "华": "h", "尉": "y", "隗": "w", "翟": "z", "缪": "m", "谌": "c", "种": "c", "秘": "b",
        "冼": "x", "那": "n", "逄": "p", "覃": "q", "晟": "c", "长": "z",
    }
)  # fmt: skip
_MOST_READINGS = 8


@lru_cache(maxsize=4096)
def initials(name: str) -> tuple[str, ...]:
    """The possible initials of a name (``王丽华`` → ``("wlh",)``); () where it holds no Chinese character."""
    if name.isascii() or not any("\u3400" <= letter <= "\u9fff" for letter in name):
        return ()
    from pypinyin import Style, pinyin

    readings: list[list[str]] = []
    for at, letter in enumerate(name[:12]):
        if at == 0 and letter in _SURNAMES:
            readings.append([_SURNAMES[letter]])
        elif "\u3400" <= letter <= "\u9fff":
            found = pinyin(letter, style=Style.NORMAL, heteronym=True)[0]
            readings.append(
                sorted({reading[0] for reading in found if reading and reading[0].isascii()}) or [letter]
            )
        elif letter.isalnum():
            readings.append([letter.lower()])
    combinations = ["".join(each) for each in product(*readings)] if _count(readings) <= 64 else []
    return tuple(combinations[:_MOST_READINGS])


def _count(readings: list[list[str]]) -> int:
    count = 1
    for each in readings:
        count *= len(each)
    return count

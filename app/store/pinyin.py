"""Pinyin initials of a Chinese name, with the surnames that are read otherwise (libraries.md "pinyin").

``pypinyin`` takes a quarter of a second to import: it is loaded at the first Chinese name, or warmed in
the background.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice, product
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
#: Words do not go across ASCII.
_RUN = re.compile(r"[^\x00-\x7f]+")
_LONGEST = 12


@lru_cache(maxsize=4096)
def initials(name: str) -> tuple[str, ...]:
    """The possible initials of a name (``王丽华`` → ``("wlh",)``); () where it holds no Chinese character."""
    if name.isascii() or not any(map(_is_chinese, name)):
        return ()
    head = name[:_LONGEST]
    # Read as words (重庆 is chong-qing): that reading comes first and is kept where a name has more than
    # we index.
    as_words = [reading for run in _RUN.findall(head) for reading in _as_words(run)]
    aligned = len(as_words) == sum(map(_is_chinese, head))
    words = iter(as_words if aligned else ())
    letters: list[list[str]] = []
    for at, sign in enumerate(head):
        if _is_chinese(sign):
            readings = [each for each in (*next(words, ()), *_alone(sign)) if each and each.isalpha()]
            firsts = dict.fromkeys(reading[0] for reading in readings if reading[0].isascii())
            letters.append([_SURNAMES[sign]] if at == 0 and sign in _SURNAMES else list(firsts) or [sign])
        elif sign.isalnum():
            letters.append([sign.lower()])
    return tuple("".join(each) for each in islice(product(*letters), _MOST_READINGS))


# A list of parts says a few words a hundred thousand times.
@lru_cache(maxsize=8192)
def _as_words(run: str) -> tuple[tuple[str, ...], ...]:
    """The readings of each Chinese character of a text without ASCII, read as words."""
    from pypinyin import Style, pinyin

    return tuple(map(tuple, pinyin(run, style=Style.NORMAL, errors="ignore")))


@lru_cache(maxsize=8192)
def _alone(sign: str) -> tuple[str, ...]:
    """Every reading of a Chinese character."""
    from pypinyin import Style, pinyin

    return tuple(pinyin(sign, style=Style.NORMAL, heteronym=True)[0])


def _is_chinese(sign: str) -> bool:
    return "\u3400" <= sign <= "\u9fff"

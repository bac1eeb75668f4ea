"""Breaking text into lines: Chinese at any character that may begin a line, other scripts at spaces.

reportlab's own list of signs that may not begin a line lacks ``，；：》”’！？…``; this follows GB/T 15834.
"""

from __future__ import annotations

from app.papers.fonts import Typeface

_NO_START = frozenset("，。、；：？！）》〉」』】〕〗”’…—～·％‰℃°,.;:?!)]}%")
_NO_END = frozenset("（《〈「『【〔〖“‘([{¥￥$#№")
_WIDE = 0x2E80
#: Long model names may break after these if a letter stands before (``BCD-516``, but not ``2026-11-22``).
_JOINTS = frozenset("-/_")
ELLIPSIS = "…"


def wrap(text: str, face: Typeface, size: float, width: float) -> list[str]:
    """Lines of tidy ``text`` none of which is wider than ``width`` points; at least one, maybe empty."""
    limit = width * 1000 / size
    lines: list[str] = []
    for paragraph in text.split("\n"):
        _wrap(paragraph.rstrip(), face.widths, limit, lines)
    return lines


def _wrap(text: str, widths: dict[int, float], limit: float, lines: list[str]) -> None:
    advance = [widths[ord(sign)] for sign in text]
    if sum(advance) <= limit:
        lines.append(text)
        return
    start, chance, used = 0, 0, 0.0
    for at, sign in enumerate(text):
        if used + advance[at] > limit and sign != " " and at > start:
            cut = chance if chance > start else _cut(text, start, at)
            lines.append(text[start:cut].rstrip())
            start = cut
            while start < at and text[start] == " ":
                start += 1
            used = sum(advance[start:at])
            if used + advance[at] > limit and at > start:  # what was carried over fills a line already
                cut = _cut(text, start, at)
                lines.append(text[start:cut].rstrip())
                start, used = cut, sum(advance[cut:at])
        used += advance[at]
        if at + 1 < len(text) and (
            _may_break(sign, text[at + 1]) or (sign in _JOINTS and text[at - 1 : at].isalpha())
        ):
            chance = at + 1
    lines.append(text[start:].rstrip())


def _may_break(before: str, after: str) -> bool:
    if after in _NO_START or before in _NO_END or after == " ":
        return False
    return before == " " or ord(before) >= _WIDE or ord(after) >= _WIDE


def _cut(text: str, start: int, at: int) -> int:
    """Where a word too long for its line is cut: not right before a closing sign."""
    return at - 1 if text[at] in _NO_START and at - 1 > start else at


def clip(text: str, face: Typeface, size: float, width: float) -> str:
    """One line of ``text`` cut to ``width`` with a visible ellipsis: for labels, whose size is fixed."""
    text = " ".join(text.split())
    if face.width(text, size) <= width:
        return text
    room = width - face.width(ELLIPSIS, size)
    kept = 0
    for sign in text:
        room -= face.width(sign, size)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip() + ELLIPSIS


def clip_lines(text: str, face: Typeface, size: float, width: float, most: int) -> list[str]:
    """At most ``most`` lines; the last one ends in an ellipsis if there was more."""
    lines = wrap(" ".join(text.split()), face, size, width)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and face.width(last + ELLIPSIS, size) > width:
        last = last[:-1]
    return [*lines[: most - 1], last + ELLIPSIS]

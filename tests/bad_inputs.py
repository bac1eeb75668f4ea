"""Forty inputs that break programs (promises.md row 9), and what must come of each in any field: a clear
refusal with nothing written, or the text kept exactly as typed.

    @pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
    def test_name(shop, bad):
        prove(bad, lambda text: service.save(ctx(), Entry(name=text)).name, shop.commits)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from app.core.errors import Refusal
from app.core.sentences import sentence
from app.core.words import Language, speaking

_NAMED: dict[str, str] = {
    "empty": "",
    "spaces": "   ",
    "ideographic_space": "　",
    "no_break_space": "\u00a0",
    "tab_and_lines": "a\tb\r\nc\rd\ne",
    "line_separator": "a\u2028b\u2029c",
    "nul": "a\0b",
    "bell": "a\x07b",
    "escape": "\x1b[31mred\x1b[0m",
    "delete": "a\x7fb",
    "c1_control": "a\x85b\x9fc",
    "lone_high_surrogate": "a\ud800b",
    "lone_low_surrogate": "\udfff",
    "noncharacter": "a\uffffb",
    "byte_order_mark": "\ufeffabc",
    "rtl": "שלום مرحبا",
    "rtl_override": "abc\u202egpj.exe",
    "zero_width": "王\u200b丽\u200d华\u2060",
    "emoji": "👩‍🔧🔧👍🏽",
    "flag": "🇨🇳",
    "beyond_bmp": "𠮷野家 𡃁",
    "combining": "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "nfd": "Cafe\u0301",
    "full_width": "ＡＢＣ１２３",
    "formula": "=cmd|' /C calc'!A0",
    "formula_plus": "+86138",
    "formula_at": "@SUM(1+1)",
    "formula_minus": "-2+3",
    "quotes": 'O\'Brien "the" `x`',
    "sql": "'; DROP TABLE customer; --",
    "like_wildcards": "100%_\\",
    "html": "<script>alert('x')</script>&amp;",
    "format": "{name} %s %(x)d {0}",
    "path": "../../../../etc/passwd",
    "windows_name": "CON",
    "nan": "NaN",
    "infinity": "-Infinity",
    "exponent": "1e309",
    "two_to_63": "9223372036854775808",
    "negative": "-9223372036854775809",
    "hex": "0x7FFFFFFF",
    "arabic_digits": "١٢٣٤٥٦٧٨",
    "superscript": "1²³",
    "long_line": "长" * 5_000,
    "megabyte": "x" * 1_048_576,
}

BAD_INPUTS: tuple[str, ...] = tuple(_NAMED.values())
BAD_IDS: tuple[str, ...] = tuple(_NAMED)

#: Values of the wrong kind for fields that take choices and tables.
BAD_VALUES: tuple[object, ...] = (
    None,
    1.5,
    float("nan"),
    float("inf"),
    -1,
    2**63,
    [],
    {},
    [None],
    {"": None},
    b"\xff",
)

_BREAKS = re.compile(r"[\r\n\t\u2028\u2029]+")


def as_line(typed: str) -> str:
    """A one-line field's text: outer spaces off, line breaks as spaces."""
    return _BREAKS.sub(" ", typed).strip()


def as_text(typed: str) -> str:
    """A field of several lines: outer spaces off, one kind of line end."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def prove(
    bad: str,
    attempt: Callable[[str], str | None],
    fingerprint: Callable[[], object],
    *,
    exactly: Iterable[Callable[[str], str]] = (as_line, as_text),
) -> bool:
    """Give ``bad`` to ``attempt``, which answers what was kept. True when it was kept, False when refused.

    Fails when it was changed behind the user's back, when a refusal wrote something or has no short sentence
    in both languages, and on any other exception. ``fingerprint`` changes with any write; ``exactly`` gives
    the forms that count as unchanged.
    """
    before = fingerprint()
    refusal: Refusal | None = None
    kept: str | None = None
    try:
        kept = attempt(bad)
    except Refusal as raised:
        refusal = raised
    if refusal is None:
        assert kept in {form(bad) for form in exactly}, f"kept as {kept!r:.80}"
        return True
    assert fingerprint() == before, "a refusal wrote something"
    for language in Language:
        with speaking(language):
            told = sentence(refusal)
        assert told, refusal.reason
        assert len(told) < 300, refusal.reason
        assert "{" not in told.replace(bad[:40], ""), told
    return False

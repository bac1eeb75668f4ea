"""Design tokens: every colour and size of the window, light and dark (screens.md "The look"). No Qt here.

Text tokens are paired with the grounds they may stand on in ``PAIRS``; a test computes their contrast.
"""

from __future__ import annotations

from typing import NamedTuple


class Tokens(NamedTuple):
    """One theme. (A named tuple: the first frame waits for this module, and ``dataclasses`` costs 10 ms.)

    Colours are ``#rrggbb``. *ink* is text, *soft* a tinted ground, *fill* a strong one."""

    name: str
    ground: str  # the window behind everything
    surface: str  # pages, tables, cards
    sunken: str  # rail, table header, read-only fields
    hover: str
    line: str  # hairlines between things
    edge: str  # borders of controls (3 : 1 against the ground, so that one sees where to type)
    ink: str
    ink_2: str  # secondary text
    ink_off: str  # disabled text: exempt from the contrast rule, still legible
    accent: str  # teal: ring, marker, progress
    accent_fill: str  # primary buttons
    accent_fill_hover: str
    on_accent: str  # text on accent_fill
    accent_ink: str  # accent-coloured text, links
    accent_soft: str  # selected rows, ticked chips
    done_ink: str
    done_soft: str
    waits_ink: str
    waits_soft: str
    late_ink: str
    late_soft: str
    late_fill: str  # the button that cannot be undone
    on_late: str
    info_ink: str
    info_soft: str
    calm_ink: str  # chips without a meaning
    calm_soft: str


LIGHT = Tokens(
    name="light",
    ground="#f4f6f8",
    surface="#ffffff",
    sunken="#eceff3",
    hover="#e6eef0",
    line="#dde2e8",
    edge="#8a95a3",
    ink="#16202c",
    ink_2="#4b5766",
    ink_off="#8d97a4",
    accent="#0d9488",
    accent_fill="#0f766e",
    accent_fill_hover="#115e59",
    on_accent="#ffffff",
    accent_ink="#0f6b64",
    accent_soft="#d5f0ec",
    done_ink="#166534",
    done_soft="#dcf3e3",
    waits_ink="#8a4505",
    waits_soft="#fcedc8",
    late_ink="#a91b1b",
    late_soft="#fce1e1",
    late_fill="#b91c1c",
    on_late="#ffffff",
    info_ink="#1e4fae",
    info_soft="#dfe9fc",
    calm_ink="#414c5a",
    calm_soft="#e4e8ed",
)

DARK = Tokens(
    name="dark",
    ground="#11161c",
    surface="#192028",
    sunken="#141a21",
    hover="#243039",
    line="#2c3641",
    edge="#71808f",
    ink="#e8edf2",
    ink_2="#a9b5c2",
    ink_off="#6c7886",
    accent="#2bb5a6",
    accent_fill="#2bb5a6",
    accent_fill_hover="#4cc9bb",
    on_accent="#04211e",
    accent_ink="#5fd6c9",
    accent_soft="#123f3c",
    done_ink="#86e0a4",
    done_soft="#143824",
    waits_ink="#f7c873",
    waits_soft="#40300f",
    late_ink="#ffa8a4",
    late_soft="#4a1d1f",
    late_fill="#f0716b",
    on_late="#2a0706",
    info_ink="#a5c6ff",
    info_soft="#1d3157",
    calm_ink="#c3ccd6",
    calm_soft="#2a343f",
)

#: (text token, ground token): every combination the style sheet and the delegates use.
PAIRS: tuple[tuple[str, str], ...] = (
    *((ink, ground) for ink in ("ink", "ink_2") for ground in ("ground", "surface", "sunken", "hover")),
    ("ink", "accent_soft"),
    ("ink_2", "accent_soft"),
    *(("accent_ink", ground) for ground in ("ground", "surface", "sunken", "hover", "accent_soft")),
    ("on_accent", "accent_fill"),
    ("on_accent", "accent_fill_hover"),
    ("on_late", "late_fill"),
    *(
        (f"{mood}_ink", ground)
        for mood in ("done", "waits", "late", "info", "calm")
        for ground in (f"{mood}_soft", "surface", "ground", "sunken")
    ),
)

#: Lines and markers that carry meaning need 3 : 1 only (WCAG 1.4.11).
LINE_PAIRS: tuple[tuple[str, str], ...] = (
    ("accent", "ground"),
    ("accent", "surface"),
    ("accent", "sunken"),
    ("edge", "surface"),
)


def luminance(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)

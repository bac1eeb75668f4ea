"""Cleaning of what people type: a sentence for what cannot be kept, everything else kept exactly
(promises.md row 9)."""

from __future__ import annotations

import re
import unicodedata

from app.core.errors import Reason, Refusal

SHORT = 80
LINE = 200
LONG = 4000

_PHONE = re.compile(r"^\+?\d{5,20}$")
_PHONE_NOISE = re.compile(r"[\s\-‐–—()（）.·/]")


def clean_line(field: str, value: str, *, most: int = LINE, required: bool = False) -> str:
    """One line of text: outer spaces off, inner line breaks as spaces."""
    return clean_text(field, re.sub(r"[\r\n\t\u2028\u2029]+", " ", value), most=most, required=required)


def clean_text(field: str, value: str, *, most: int = LONG, required: bool = False) -> str:
    """Text that may have several lines. Raises ``Refusal``: BAD_TEXT, TEXT_TOO_LONG, FIELD_REQUIRED.

    Kept exactly but for outer spaces and line ends: no letter is replaced behind the user's back.
    """
    cleaned = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(cleaned) > most:
        raise Refusal(Reason.TEXT_TOO_LONG, field=field, most=most)
    # What is printable holds neither; a list of a hundred thousand parts is not looked through letter by letter.
    for letter in "" if cleaned.isprintable() else cleaned:
        # Cc: control characters such as NUL; Cs: lone surrogates, which no file can hold.
        if unicodedata.category(letter) in {"Cc", "Cs"} and letter not in "\n\t":
            raise Refusal(Reason.BAD_TEXT, field=field)
    if required and not cleaned:
        raise Refusal(Reason.FIELD_REQUIRED, field=field)
    return cleaned


def clean_phone(value: str, *, field: str = "phone", required: bool = False) -> str:
    """A phone number as digits, with a leading + kept; spaces and dashes are what people write, not the
    number."""
    digits = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", value[:100]).strip())
    if not digits and not value.strip():
        if required:
            raise Refusal(Reason.FIELD_REQUIRED, field=field)
        return ""
    if not _PHONE.match(digits) or not digits.lstrip("+").isascii():
        raise Refusal(Reason.BAD_PHONE, text=value.strip()[:40], field=field)
    return digits

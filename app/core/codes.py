"""Barcode numbers: digits only, a two-digit kind prefix, a check digit (domain.md §3, design.md §6).

Twelve digits (kind 2, body 9, check 1) keep Code 128 C at 25 mm; the pickup receipt has sixteen with a
random body, so that nobody can guess it from the repair card. The check digit is Damm's: it finds every
single wrong digit and every swap of neighbours, the two mistakes that torn labels and typing fingers make.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.enums import BenchCommand


class CodeKind(StrEnum):
    """Kinds of barcodes; the value is the prefix."""

    ORDER = "10"
    RECEIPT = "20"
    PART = "30"
    SERIAL_PART = "31"
    OLD_PART = "32"
    DEFECTIVE = "33"
    STAFF = "40"
    LOCATION = "50"
    TOOL = "51"
    STOCK_COUNT = "52"
    PURCHASE = "53"
    RETURN_BATCH = "54"
    COMMAND = "90"


_LENGTH = {kind: 16 if kind is CodeKind.RECEIPT else 12 for kind in CodeKind}

_DAMM = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)

#: Numbers printed on bench sheets; a number once given to a command stays its own for ever.
_COMMAND_NUMBERS: dict[BenchCommand, int] = {command: at for at, command in enumerate(BenchCommand, start=1)}
_COMMANDS = {number: command for command, number in _COMMAND_NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Code:
    """A sound code of ours: its kind and its running number (0 for receipts, which are looked up whole)."""

    kind: CodeKind
    digits: str
    number: int


@dataclass(frozen=True, slots=True)
class DamagedCode:
    """Looks like ours (prefix and length) but the check digit is wrong: torn or mistyped."""

    digits: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """Not ours: an EAN, a serial number, an IMEI, typed words."""

    text: str


Scan = Code | DamagedCode | Foreign


def check_digit(body: str) -> str:
    """Damm's check digit for a string of digits."""
    interim = 0
    for digit in body:
        interim = int(_DAMM[interim][int(digit)])
    return str(interim)


def order_code(day: date, running: int) -> str:
    """The repair card's barcode: 10 + year-month + five running digits + check."""
    return _with_check(f"{CodeKind.ORDER}{day:%y%m}{running:05d}")


def order_number(code: str) -> str:
    """The number people say, from the card's barcode: ``102611000427`` → ``2611-00042``."""
    return f"{code[2:6]}-{code[6:11]}"


def new_receipt_code() -> str:
    """A fresh unguessable pickup receipt code: 13 random digits (10¹³ of them) between prefix and check."""
    return _with_check(f"{CodeKind.RECEIPT}{secrets.randbelow(10**13):013d}")


def running_code(kind: CodeKind, running: int) -> str:
    """The barcode of a part, a member of staff, a location, an old part …: prefix + nine running digits + check."""
    return _with_check(f"{kind}{running:09d}")


def command_code(command: BenchCommand) -> str:
    """The barcode of a bench command, the same in every shop."""
    return running_code(CodeKind.COMMAND, _COMMAND_NUMBERS[command])


def command_of(code: Code) -> BenchCommand | None:
    """The command behind a command code; None for a number that this version does not know."""
    return _COMMANDS.get(code.number) if code.kind is CodeKind.COMMAND else None


def parse(text: str) -> Scan:
    """What a scanned or typed string is. Never raises."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()):
        return Foreign(text.strip())
    try:
        kind = CodeKind(digits[:2])
    except ValueError:
        return Foreign(digits)
    if len(digits) != _LENGTH[kind]:
        return Foreign(digits)
    if kind is CodeKind.ORDER and not 1 <= int(digits[4:6]) <= 12:
        return Foreign(digits)
    if check_digit(digits[:-1]) != digits[-1]:
        return DamagedCode(digits)
    return Code(kind, digits, 0 if kind is CodeKind.RECEIPT else int(digits[2:-1]))


def _with_check(body: str) -> str:
    return body + check_digit(body)

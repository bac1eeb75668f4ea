"""The columns of a list of customers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line, clean_phone, clean_text
from app.core.money import MAX_FEN, ZERO, Money
from app.core.words import N_
from app.features.sheets.columns import SheetColumn, line_reader, read_whole, write_fen

#: Days until an account is due, as the shop's own terms (settings).
MOST_TERMS = 365
#: Headings of other programs' lists, whatever language the program speaks.
ALIASES: Mapping[str, Sequence[str]] = {
    "name": ("姓名", "客户", "客户姓名", "客户名称", "名称", "联系人", "customer"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "电话号码", "客户电话", "mobile"),
    "phone2": ("备用电话", "第二电话", "电话2", "其他电话"),
    "address": ("地址", "住址", "联系地址", "客户地址"),
    "notes": ("备注", "说明", "note"),
    "tax_number": ("税号", "统一社会信用代码", "纳税人识别号"),
    "level": ("会员等级", "会员级别", "等级"),
    "terms_days": ("账期", "账期（天）", "挂账天数"),
    "account_limit": ("挂账额度", "挂账上限", "信用额度"),
}


def _name(text: str) -> str:
    return clean_line("name", text, most=SHORT)


def _phone(field: str) -> Callable[[str], str]:
    return lambda text: clean_phone(text, field=field)


def _notes(text: str) -> str:
    return clean_text("notes", text)


def _terms(text: str) -> int:
    days = read_whole(text)
    if not 0 <= days <= MOST_TERMS:
        raise Refusal(Reason.OUT_OF_RANGE, field="terms_days", low=0, high=MOST_TERMS)
    return days


def _limit(text: str) -> int:
    amount = Money.parse(text)
    if amount < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    if amount.fen > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=text[:40])
    return amount.fen


def _level(levels: Sequence[str]) -> Callable[[str], str]:
    """One of the shop's member levels."""
    known = {each.casefold(): each for each in levels}

    def read(text: str) -> str:
        found = known.get(text.strip().casefold())
        if found is None:
            raise Refusal(Reason.BAD_CHOICE, field="level", text=text[:40])
        return found

    return read


def columns(levels: Sequence[str]) -> Sequence[SheetColumn]:
    """All columns; ``levels`` are the member levels that the shop has."""
    return (
        SheetColumn("name", N_("Name"), _name, width=20),
        SheetColumn("phone", N_("Phone"), _phone("phone"), width=16),
        SheetColumn("phone2", N_("Second phone"), _phone("phone2"), width=16),
        SheetColumn("address", N_("Address"), line_reader("address", 200), width=36),
        SheetColumn("notes", N_("Notes"), _notes, width=36),
        SheetColumn("tax_number", N_("Tax number (firms)"), line_reader("tax_number", 30), width=22),
        SheetColumn("level", N_("Member level"), _level(levels)),
        SheetColumn("terms_days", N_("Days until an account is due"), _terms, str, 10, number=True),
        SheetColumn("account_limit", N_("On account at most"), _limit, write_fen, 12, number=True),
    )


#: The columns of the records, in the order of the file.
KEYS = tuple(each.key for each in columns(()))

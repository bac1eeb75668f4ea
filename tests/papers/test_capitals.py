"""人民币大写 against cases from the banks' rules and against an independent library."""

from __future__ import annotations

import random

import cn2an
import pytest

from app.core.money import MAX_FEN, Money
from app.papers.capitals import capitals


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角"),
        (11, "壹角壹分"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (1005, "壹拾元零伍分"),
        (1050, "壹拾元伍角"),
        (140950, "壹仟肆佰零玖元伍角"),
        (600714, "陆仟零柒元壹角肆分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (101010, "壹仟零壹拾元壹角"),
        (2000000, "贰万元整"),
        (10000000, "壹拾万元整"),
        (10005000, "壹拾万零伍拾元整"),
        (100000005, "壹佰万元零伍分"),
        (100000000, "壹佰万元整"),
        (10000000100, "壹亿零壹元整"),
        (-1250, "负壹拾贰元伍角"),
        (-10, "负壹角"),
    ],
)
def test_amounts_in_capital_numerals(fen: int, words: str) -> None:
    assert capitals(Money(fen)) == words


def test_equal_to_the_library_up_to_the_largest_amount_the_shop_books() -> None:
    dice = random.Random(20261121)
    amounts = [dice.randrange(10 ** dice.randint(1, 10)) for _ in range(4000)]
    amounts += [10**power + add for power in range(10) for add in (-1, 0, 1)]
    assert max(amounts) <= MAX_FEN
    differing = [
        (fen, capitals(Money(fen)), cn2an.an2cn(str(Money(fen)), "rmb"))
        for fen in amounts
        if capitals(Money(fen)) != cn2an.an2cn(str(Money(fen)), "rmb")
    ]
    assert differing == []


def test_no_figure_and_no_amount_is_written_like_another() -> None:
    written = {capitals(Money(fen)) for fen in range(20000)}
    assert len(written) == 20000
    assert not any(sign.isascii() for words in written for sign in words)

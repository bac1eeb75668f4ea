"""Tables as text, specimen papers, the wizard's answers: without Qt."""

from __future__ import annotations

import pytest

from app.core import words
from app.core.enums import Category, LineKind, PaperKind
from app.core.errors import Reason, Refusal
from app.core.words import Language
from app.features.settings.presenter import (
    Answers,
    brand_lines,
    lines_of,
    one_tax,
    read_brand_lines,
    text_of,
    zone_words,
)
from app.features.settings.specimen import SHOWN_ON, specimen


def test_phrases_keep_their_order_without_doubles_and_blanks() -> None:
    assert lines_of(" 不制冷 \n\n漏水\n不制冷\n") == ("不制冷", "漏水")
    assert lines_of(text_of(("a", "b"))) == ("a", "b")


@pytest.mark.parametrize("language", list(Language))
def test_makers_months_survive_being_shown_as_lines(language: Language) -> None:
    table = {"海尔/cooling": 36, "美的/电动工具": 6}
    with words.speaking(language):
        lines = brand_lines({"": 12, "it": 24, **table}, ["电动工具"])
        assert len(lines.splitlines()) == 2
        assert read_brand_lines(lines, ["电动工具"]) == table


@pytest.mark.parametrize(
    "line", ["Haier = 36", "Haier / Fridges = 36", "Haier / cooling", "/ cooling = 3", "a/it=x"]
)
def test_a_line_that_is_no_brand_and_category_is_refused_by_name(line: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_brand_lines(f"Haier / it = 12\n{line}")
    assert refused.value.reason is Reason.BAD_CHOICE
    assert refused.value.params["text"] == line


@pytest.mark.parametrize("kind", list(PaperKind))
@pytest.mark.parametrize("language", list(Language))
def test_every_paper_has_a_specimen_with_the_typed_name(kind: PaperKind, language: Language) -> None:
    form = specimen(kind, language, {"shop_name": "安心维修", "footer": "谢谢"})
    if hasattr(form, "shop"):
        assert (form.shop.name, form.shop.footer) == ("安心维修", "谢谢")


def test_typed_texts_stand_on_the_papers_that_show_them() -> None:
    typed = {"terms": "T!", "guarantee": "G!", "care": {"it": "C!"}, "shop_name": ""}
    receipt = specimen(PaperKind.PICKUP_RECEIPT, Language.ZH, typed, "it")
    assert (receipt.terms, receipt.care, receipt.device.category) == ("T!", "C!", Category.IT)
    assert specimen(PaperKind.INVOICE, Language.ZH, typed).guarantee == "G!"
    assert specimen(PaperKind.QUOTE, Language.ZH, typed).terms == "T!"
    assert receipt.shop.name, "a paper without a name would look broken"
    assert SHOWN_ON["guarantee"] == (PaperKind.INVOICE,)


def test_answers_hand_over_what_was_typed_and_no_pin_unless_wanted() -> None:
    answers = Answers(Language.ZH, {"shop_name": "安心", "hotline": "", "tax_permille": one_tax(130)}, "李芳")
    answers.pin = answers.pin_again = "2580"
    first = answers.first_run()
    assert (first.shop_name, first.owner_name, first.pin) == ("安心", "李芳", None)
    assert first.settings == {"tax_permille": dict.fromkeys((kind.value for kind in LineKind), 130)}
    answers.with_pin = True
    assert answers.first_run().pin == "2580"


def test_china_stands_first_among_the_time_zones() -> None:
    found = zone_words(["Europe/Berlin", "Asia/Shanghai", "Etc/GMT+1", "UTC"])
    assert [name for name, _word in found] == ["Asia/Shanghai", "Europe/Berlin"]

"""Lines, bars and faces: the parts below the papers."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import EnvironmentFault, Fault
from app.papers import barcodes, fonts
from app.papers.barcodes import DOT, MODULE, QUIET
from app.papers.lines import clip, clip_lines, wrap

FACE = fonts.faces().regular


def test_lines_never_begin_with_closing_nor_end_with_opening_signs() -> None:
    text = "他说：“压缩机（原厂）坏了！”然后……走了；第二天，又来了。《说明书》里没有，怎么办？" * 4
    for width in range(30, 200, 7):
        for line in wrap(text, FACE, 9, width)[1:]:
            assert line[0] not in "，。、；：？！）》”’…"
        for line in wrap(text, FACE, 9, width)[:-1]:
            assert line[-1] not in "（《“‘"


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.integers(12, 400))
def test_lines_fit_and_keep_every_character(text: str, width: int) -> None:
    clean = fonts.faces().tidy(text, set())
    lines = wrap(clean, FACE, 9, width)
    assert "".join("".join(lines).split()) == "".join(clean.split())
    assert all(FACE.width(line, 9) <= width + 0.01 or len(line) == 1 for line in lines)


def test_words_break_at_spaces_and_model_names_at_their_joints() -> None:
    assert wrap("the compressor", FACE, 10, 60) == ["the", "compressor"]
    assert wrap("BCD-516WKPZM", FACE, 10, 60) == ["BCD-", "516WKPZM"]
    assert wrap("on 2026-11-22", FACE, 10, 58) == ["on", "2026-11-22"]


def test_clipped_texts_say_so() -> None:
    assert clip("冰箱", FACE, 9, 100) == "冰箱"
    assert clip("冰箱" * 30, FACE, 9, 100).endswith("…")
    assert FACE.width(clip("冰箱" * 30, FACE, 9, 100), 9) <= 100
    assert len(clip_lines("冰箱" * 30, FACE, 9, 100, 2)) == 2
    assert clip_lines("冰箱" * 30, FACE, 9, 100, 2)[-1].endswith("…")


@pytest.mark.parametrize(("code", "millimetres"), [("102611000428", 25.3), ("2073905518246304", 30.8)])
def test_bars_are_whole_dots_wide_with_quiet_zones(code: str, millimetres: float) -> None:
    found = barcodes.code128(code)
    assert found is not None
    runs, modules = found
    assert pytest.approx(2 * DOT) == MODULE
    assert modules * MODULE / 72 * 25.4 == pytest.approx(millimetres, abs=0.1)
    wide = barcodes.bars_width(code)
    assert wide is not None
    assert wide == pytest.approx((modules + 2 * QUIET) * MODULE)
    assert runs[0][0] == 0
    assert runs[-1][0] + runs[-1][2] == modules


def test_codes_are_grouped_for_reading_aloud() -> None:
    assert barcodes.grouped("102611000428") == "1026 1100 0428"
    assert barcodes.grouped("PN-1") == "PN-1"


@pytest.mark.parametrize("name", ["NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf"])
def test_the_quick_reader_reads_what_reportlab_reads(name: str) -> None:
    from reportlab.pdfbase.ttfonts import TTFontFace

    slow = TTFontFace(str(fonts.FOLDER / name))
    typeface = fonts.faces().regular if "Regular" in name else fonts.faces().bold
    quick = typeface.font.face
    assert quick.charToGlyph == slow.charToGlyph
    assert all(quick.charWidths[code] == width for code, width in slow.charWidths.items())
    assert list(quick.glyphPos) == slow.glyphPos
    letters = [0, *map(ord, "安心家电éÅ喆𬭎 Wj，")]
    assert quick.makeSubset(letters) == slow.makeSubset(letters)


def test_both_faces_have_all_of_gb2312_and_the_signs_of_the_papers() -> None:
    wanted = "".join(
        bytes([high, low]).decode("gb2312", "ignore")
        for high in range(0xB0, 0xF8)
        for low in range(0xA1, 0xFF)
    )
    missing: set[str] = set()
    fonts.faces().tidy(wanted + "¥￥×−–…·□℃Ω零壹贰叁肆伍陆柒捌玖拾佰仟万亿元角分整负", missing)
    assert missing == set()


def test_a_missing_font_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    with pytest.raises(EnvironmentFault) as fault:
        fonts._typeface("Nothing", "NotoSansSC-Regular.ttf")
    assert fault.value.fault is Fault.FONT_MISSING

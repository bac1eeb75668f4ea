"""Workbooks and archives that break programs, made from a die (promises.md row 23): bombs, names that lead outside,
cells in far corners, XML that grows, parts that are not what they say."""

from __future__ import annotations

import io
import random
import struct
import zipfile
from collections.abc import Callable

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SHEET_NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
TYPES = (
    f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/xl/workbook.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    '<Override PartName="/xl/worksheets/sheet1.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
)
RELS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="xl/workbook.xml"/></Relationships>'
)
BOOK = (
    f'{HEAD}<workbook xmlns="{_SHEET_NS}"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="s" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
BOOK_RELS = (
    f'{HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
    ' Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{target}"/>{more}'
    "</Relationships>"
)
#: What a part of an archive may be called to be written somewhere else.
NAMES = (
    "../../evil.txt",
    "..\\..\\evil.txt",
    "/etc/evil.txt",
    "C:\\evil.txt",
    "\\\\server\\share\\evil.txt",
    "xl/../../../evil.txt",
    "CON",
    "xl/worksheets/NUL.xml",
    "a" * 300,
    "evil\0.txt",
    "évil/\u202etxt.exe",
    "shop.sqlite",
    "photos/../shop.sqlite",
    "./open.lock",
    "",
)


def cell(text: str, at: str = "") -> str:
    """A cell that holds its own text."""
    place = f' r="{at}"' if at else ""
    return f'<c{place} t="inlineStr"><is><t>{text}</t></is></c>'


def sheet(rows: str, before: str = "") -> str:
    """A worksheet."""
    return f'{HEAD}{before}<worksheet xmlns="{_SHEET_NS}"><sheetData>{rows}</sheetData></worksheet>'


def workbook(
    first: bytes | str,
    *more: tuple[str, bytes],
    target: str = "worksheets/sheet1.xml",
    links: str = "",
    method: int = zipfile.ZIP_DEFLATED,
    bomb: tuple[str, int] | None = None,
) -> bytes:
    """A workbook of one sheet, and whatever else is put into it; ``bomb`` is a part of so many MB of spaces."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", BOOK_RELS.format(target=target, more=links))
        if first:
            archive.writestr("xl/worksheets/sheet1.xml", first)
        if bomb is not None:
            with archive.open(bomb[0], "w") as part:
                for _each in range(bomb[1]):
                    part.write(b" " * (1 << 20))
        for name, content in more:
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return file.getvalue()


GOOD_ROWS = "<row>" + cell("名称") + cell("单位") + "</row><row>" + cell("压缩机") + cell("台") + "</row>"
GOOD = sheet(GOOD_ROWS)


def lie_about_size(content: bytes, dice: random.Random) -> bytes:
    """The sizes in the archive's table are another's: four gigabytes, or nothing."""
    changed = bytearray(content)
    at = -1
    while (at := content.find(b"PK\x01\x02", at + 1)) >= 0:
        if dice.random() < 0.7:
            struct.pack_into("<I", changed, at + 24, dice.choice((0xFFFFFFFE, 0x7FFFFFFF, 0, 1)))
        if dice.random() < 0.3:
            struct.pack_into("<I", changed, at + 20, dice.choice((0xFFFFFFFE, 0, 5)))
    return bytes(changed)


def _bomb(dice: random.Random) -> bytes:
    return workbook(GOOD, bomb=(dice.choice(("xl/sharedStrings.xml", "xl/x.bin", "docProps/a.xml")), 330))


def _sheet_bomb(dice: random.Random) -> bytes:
    return workbook("", bomb=("xl/worksheets/sheet1.xml", dice.choice((40, 310))))


def _nested(dice: random.Random) -> bytes:
    inner = workbook(GOOD)
    for _each in range(dice.randint(2, 6)):
        inner = workbook(GOOD, ("inner.xlsx", inner * dice.randint(1, 3)))
    return inner


def _outside(dice: random.Random) -> bytes:
    return workbook(GOOD, *((name, b"evil") for name in dice.sample(NAMES, 4)))


def _link_to_file(dice: random.Random) -> bytes:
    info = zipfile.ZipInfo("xl/worksheets/sheet2.xml")
    info.create_system, info.external_attr = 3, 0o120777 << 16
    file = io.BytesIO(workbook(GOOD))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(info, dice.choice(("/etc/passwd", "../../shop.sqlite")))
    return file.getvalue()


def _links(dice: random.Random) -> bytes:
    where = dice.choice(("file:///etc/passwd", "http://127.0.0.1:9/x", "\\\\10.0.0.1\\x"))
    link = (
        '<Relationship Id="rId9" TargetMode="External" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/externalLink" Target="{where}"/>'
    )
    return workbook(
        GOOD, links=link, target=dice.choice(("worksheets/sheet1.xml", "../../../../etc/passwd", where))
    )


def _entities(dice: random.Random) -> bytes:
    count = dice.randint(5, 12)
    grow = "".join(f'<!ENTITY e{at + 1} "' + f"&e{at};" * 10 + '">' for at in range(count))
    outside = '<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % g SYSTEM "http://127.0.0.1:9/g">'
    before = f'<!DOCTYPE w [<!ENTITY e0 "lol">{grow}{outside if dice.random() < 0.5 else ""}]>'
    return workbook(sheet("<row>" + cell(f"&e{count};") + cell("&f;") + "</row>", before))


def _far(dice: random.Random) -> bytes:
    at = dice.choice(("XFD1048576", "A1048576", "XFD1", "CW1", "A200001", "ZZZ1", "A99999999999", "AAAAAAA1"))
    return workbook(sheet("<row>" + cell("名称", "A1") + "</row><row>" + cell("x", at) + "</row>"))


def _corners(_dice: random.Random) -> bytes:
    return workbook(
        sheet(f'<row r="1">{cell("名称", "A1")}</row><row r="200000">{cell("x", "CV200000")}</row>')
    )


def _columns(dice: random.Random) -> bytes:
    return workbook(sheet("<row>" + "<c><v>1</v></c>" * dice.choice((200, 50_000, 1_000_000)) + "</row>"))


def _rows(dice: random.Random) -> bytes:
    return workbook(sheet("<row><c><v>1</v></c></row>" * dice.choice((200_001, 400_000))))


def _deep(dice: random.Random) -> bytes:
    count = dice.choice((1_000, 200_000))
    return workbook(sheet("<row>" + "<x>" * count + "</x>" * count + "</row>"))


def _cut(dice: random.Random) -> bytes:
    whole = workbook(GOOD)
    return whole[: dice.randrange(2, len(whole))]


def _flipped(dice: random.Random) -> bytes:
    whole = bytearray(workbook(GOOD))
    for _each in range(dice.randint(1, 12)):
        whole[dice.randrange(2, len(whole))] ^= 1 << dice.randrange(8)
    return bytes(whole)


def _lied(dice: random.Random) -> bytes:
    return lie_about_size(workbook(GOOD), dice)


def _many_parts(dice: random.Random) -> bytes:
    return workbook(GOOD, *((f"p/{at}", b"") for at in range(dice.choice((500, 30_000)))))


def _twice(_dice: random.Random) -> bytes:
    return workbook(GOOD, ("xl/worksheets/sheet1.xml", sheet("<row>" + cell("x", "A1") + "</row>").encode()))


def _other_method(dice: random.Random) -> bytes:
    return workbook(GOOD, method=dice.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA, zipfile.ZIP_STORED)))


def _secret(dice: random.Random) -> bytes:
    """Parts that claim to be encrypted."""
    changed = bytearray(workbook(GOOD))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := bytes(changed).find(mark, at + 1)) >= 0:
            changed[at + offset] |= dice.choice((1, 65))
    return bytes(changed)


def _not_a_book(dice: random.Random) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in dice.sample(NAMES, 5):
            archive.writestr(zipfile.ZipInfo(name), b"evil")
    return file.getvalue()


def _strings(dice: random.Random) -> bytes:
    wrong = dice.choice(("99999999999", "-1", "4294967296", "x", ""))
    return workbook(
        sheet(f'<row><c r="A1" t="s"><v>{wrong}</v></c></row>'),
        ("xl/sharedStrings.xml", f'{HEAD}<sst xmlns="{_SHEET_NS}" count="4000000000"/>'.encode()),
    )


def _dimension(_dice: random.Random) -> bytes:
    text = GOOD.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    return workbook(text)


def _merges(_dice: random.Random) -> bytes:
    text = GOOD.replace(
        "</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    )
    return workbook(text)


def _letters(dice: random.Random) -> bytes:
    wrong = dice.choice(
        (b"\xff\xfe<", b"\xed\xa0\x80", b"\0" * 9, "\ud800".encode("utf-16-le", "surrogatepass"))
    )
    return workbook(GOOD.encode().replace("压缩机".encode(), wrong))


KINDS: tuple[Callable[[random.Random], bytes], ...] = (
    _bomb,
    _sheet_bomb,
    _nested,
    _outside,
    _link_to_file,
    _links,
    _entities,
    _far,
    _corners,
    _columns,
    _rows,
    _deep,
    _cut,
    _flipped,
    _lied,
    _many_parts,
    _twice,
    _other_method,
    _secret,
    _not_a_book,
    _strings,
    _dimension,
    _merges,
    _letters,
)

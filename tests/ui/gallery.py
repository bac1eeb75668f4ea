"""Pictures of every part of the kit, to be looked at: ``python tests/ui/gallery.py FOLDER``.

One PNG a scene × language × theme × text scale. Not a test: nobody can assert that something is pleasant.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)
from reportlab.pdfgen import canvas

from app.core import formats, words
from app.core.enums import PaymentMethod, Role, Status
from app.core.labels import label
from app.core.money import Money
from app.core.rights import Actor
from app.core.words import Language, _
from app.ui import theme
from app.ui.chips import ChipLabel, late_chip, status_chip
from app.ui.crash import CrashDialog
from app.ui.fields import (
    BigAmount,
    ChipGroup,
    ComboField,
    DateField,
    LineField,
    MoneyField,
    PhoneField,
    PhotoStrip,
    QuantityField,
    SignaturePad,
    TextField,
)
from app.ui.finder_box import FinderHit
from app.ui.messages import Banner, Message, Mood, Question
from app.ui.page import KeyHint, Page
from app.ui.printing import PreviewDialog
from app.ui.shell import PageEntry, Shell, ShellDoors
from app.ui.sign_in import SignInDoors, StaffTile
from app.ui.tables import RIGHT, Column, Empty, Table

TODAY = date(2026, 11, 22)
ACTOR = Actor(1, "李芳", Role.OWNER)
STAFF = [
    StaffTile(1, "李芳", label(Role.COUNTER)),
    StaffTile(2, "王建国", label(Role.LEAD)),
    StaffTile(3, "张伟", label(Role.TECHNICIAN)),
    StaffTile(4, "陈敏", label(Role.OWNER), has_pin=False),
]


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    status: Status
    due: Money


class Orders(Page):
    key = "orders"

    def __init__(self) -> None:
        super().__init__()
        rows = [Row(at, status, Money(13_700 * at)) for at, status in enumerate(Status)]
        self.table = Table(
            [
                Column("number", _("Number"), lambda row: f"2611-{row.id:05d}", bold=True, width=110),
                Column("customer", _("Customer"), lambda _row: "王丽华", icon=lambda _row: "user", width=110),
                Column("device", _("Device"), lambda _row: "海尔 冰箱 BCD-470WDPG", stretch=True),
                Column(
                    "status",
                    label_of("Status"),
                    lambda row: label(row.status),
                    width=150,
                    chip=lambda row: status_chip(row.status),
                ),
                Column(
                    "due",
                    label_of("Due"),
                    lambda row: formats.money(row.due),
                    sort=lambda row: row.due,
                    align=RIGHT,
                    tone=lambda row: "late_ink" if row.due.fen > 100_000 else None,
                ),
            ],
            name="gallery",
        )
        self.table.show_rows(rows)
        self.table.select_first()
        self.body.addWidget(self.table, 1)

    def title(self) -> str:
        return "Orders"

    def keys_here(self) -> list[KeyHint]:
        return [KeyHint("Enter", "open"), KeyHint("F9", "save + print")]


def label_of(text: str) -> str:
    return text


def form() -> QWidget:
    page = QWidget()
    page.setProperty("role", "ground")
    page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    grid = QGridLayout(page)
    grid.setSpacing(theme.px(12))
    banner = Banner()
    banner.say("这台冰箱 30 天内修过：2611-00017", Mood.WARN, "打开", lambda: None)
    grid.addWidget(banner, 0, 0, 1, 2)
    phone = PhoneField(_("Phone"), required=True)
    phone.set_value("13800138000")
    bad = MoneyField(_("Estimate"))
    bad.line.setText("12,5,0")
    bad.check()
    brand = ComboField(_("Brand"), [("haier", "海尔"), ("midea", "美的")], free=True)
    brand.set_value("haier")
    fault = TextField(_("Fault"))
    fault.set_value("不制冷，压缩机有异响，背面发烫")
    day = DateField(_("Promised date"), lambda: TODAY)
    day.set_value(TODAY)
    off = LineField(_("Serial number"))
    off.set_value("BE0K7E00400ABCD")
    off.setEnabled(False)
    things = ChipGroup(
        _("Accessories"), [(at, word) for at, word in enumerate(["电源线", "遥控器", "说明书", "包装盒"])]
    )
    things.set_value({0, 2})
    methods = ChipGroup(_("Payment method"), [(m, label(m)) for m in PaymentMethod], single=True, large=True)
    methods.set_value(PaymentMethod.WECHAT)
    pad = SignaturePad()
    pad._ink.begin(QPointF(20, 60))
    for at in range(60):
        pad._ink.go_on(QPointF(20 + at * 4, 60 + 30 * ((at * 7) % 11 - 5) / 5))
    due = BigAmount("应收", Money(128_800))
    due.set_value(Money(128_800), "late")
    for at, field in enumerate(
        (
            phone,
            bad,
            brand,
            QuantityField(_("Quantity")),
            fault,
            day,
            off,
            things,
            methods,
            PhotoStrip(),
            pad,
            due,
        )
    ):
        grid.addWidget(field, 1 + at // 2, at % 2)
    chips = QHBoxLayout()
    for status in (Status.RECEIVED, Status.REPAIRING, Status.WAITING_PARTS, Status.READY, Status.UNCLAIMED):
        chips.addWidget(ChipLabel(status_chip(status)))
    chips.addWidget(ChipLabel(late_chip("超期 3 天")))
    chips.addStretch(1)
    grid.addLayout(chips, 7, 0, 1, 2)
    row = QHBoxLayout()
    for text, role in (
        ("保存并打印  F9", "primary"),
        ("作废", "danger"),
        ("取消", ""),
        ("更多", "quiet"),
        ("查看", "link"),
    ):
        button = QPushButton(text)
        if role:
            theme.role_of(button, role)
        row.addWidget(button)
    disabled = QPushButton("不可用")
    disabled.setEnabled(False)
    row.addWidget(disabled)
    row.addStretch(1)
    grid.addLayout(row, 8, 0, 1, 2)
    page.resize(theme.px(900), theme.px(900))
    return page


def shell() -> Shell:
    def build() -> Page:
        return Orders()

    titles = (
        ("Take in", "package-plus", "F2"),
        ("Hand over", "hand-coins", "F3"),
        ("Bench", "wrench", "F4"),
        ("Parts", "boxes", ""),
        ("Customers", "users", ""),
        ("Settings", "settings", ""),
    )
    made = Shell(
        [PageEntry(title, title, icon, build, frozenset(Role), keys) for title, icon, keys in titles],
        ShellDoors(
            sign_in=SignInDoors(lambda: STAFF, lambda _who, _pin: ACTOR, lambda _code: ACTOR),
            find=lambda _text: (
                [
                    FinderHit(
                        "维修单",
                        "order",
                        at,
                        f"2611-0004{at}",
                        "海尔冰箱 · 王丽华 · 138 0013 8000",
                        status_chip(list(Status)[at * 4]),
                        "receipt-text",
                    )
                    for at in range(4)
                ]
                + [FinderHit("客户", "customer", 9, "王丽华", "138 0013 8000", None, "user")]
            ),
            shop_name=lambda: "幸福家电维修",
        ),
    )
    made.sign_in_as(ACTOR)
    made.set_light("backup", "备份 10:02", "done")
    made.say(Message("102611000427 → 海尔冰箱 王丽华 待取机", Mood.OK))
    made.resize(1366, 768)
    return made


def finding() -> Shell:
    made = shell()
    made.show()
    made.finder.setText("王")
    made.finder.look()
    return made


def locked() -> Shell:
    made = shell()
    made.lock()
    return made


def empty() -> QWidget:
    frame = QFrame()
    box = QVBoxLayout(frame)
    table = Table([Column("a", "", lambda _row: "")], empty=Empty("还没有维修单。", "接机  F2", lambda: None))
    box.addWidget(table)
    failed = Table([Column("a", "", lambda _row: "")])
    failed.show_error("记录正忙，没有保存任何内容，请重试。")
    box.addWidget(failed)
    frame.resize(theme.px(600), theme.px(500))
    return frame


def preview() -> QWidget:
    buffer = io.BytesIO()
    sheet = canvas.Canvas(buffer, pagesize=(227, 480))
    sheet.drawString(20, 440, "2611-00042")
    sheet.showPage()
    sheet.save()
    return PreviewDialog(buffer.getvalue(), "Pickup receipt")


SCENES: dict[str, Callable[[], QWidget]] = {
    "form": form,
    "shell": shell,
    "finder": finding,
    "sign_in": locked,
    "empty": empty,
    "preview": preview,
    "question": lambda: Question("确定作废这张取机凭证吗？", "作废", True, "顾客将无法凭它取机。", None),
    "crash": lambda: CrashDialog(ValueError("x")),
}


def main() -> None:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication([])
    theme.start(app, theme.Mode.LIGHT)
    for language, mode, scale in (
        (Language.ZH, theme.Mode.LIGHT, 100),
        (Language.EN, theme.Mode.LIGHT, 150),
        (Language.ZH, theme.Mode.DARK, 150),
        (Language.EN, theme.Mode.DARK, 100),
    ):
        words.set_language(language)
        theme.speak(app, language)
        theme.use(mode=mode, scale=scale)
        for name, build in SCENES.items():
            widget = build()
            widget.show()
            app.processEvents()
            widget.grab().save(str(folder / f"{name}_{language}_{mode}_{scale}.png"))
            widget.hide()
            widget.deleteLater()


if __name__ == "__main__":
    main()

"""How the customer answered a quote: one key a way; above the keys who it was, what he said and up to how much."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLabel, QLayout, QPushButton, QWidget

from app.core.enums import ApprovalWay
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.formats import money
from app.core.labels import label
from app.core.money import Money
from app.core.sentences import sentence
from app.core.words import _
from app.features.orders.quote_snapshots import QuoteAnswer
from app.ui import icons, theme
from app.ui.fields import LineField, MoneyField, SignaturePad, check_all
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood

WAYS: Mapping[ApprovalWay, str] = {
    ApprovalWay.COUNTER: "user-check",
    ApprovalWay.PHONE: "phone-call",
    ApprovalWay.WECHAT: "smartphone",
    ApprovalWay.SIGNATURE: "signature",
}


class AnswerDialog(QDialog):
    """``submit(answer)`` runs the command; while it refuses, the question stays with what was typed."""

    def __init__(
        self,
        total: Money,
        agreed: bool,
        submit: Callable[[QuoteAnswer], object],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._submit = submit
        title = _("Customer agrees to {amount}") if agreed else _("Customer declines {amount}")
        self.setWindowTitle(title.format(amount=money(total)))
        self.setModal(True)
        self.setMinimumWidth(theme.px(440))
        self.banner = Banner()
        heading = QLabel(title.format(amount=money(total)))
        theme.role_of(heading, "heading")
        words = QLabel(_("How did the customer say so?"))
        theme.role_of(words, "secondary")
        self.name = LineField(_("Who, if not the customer himself"), most=80)
        self.limit = MoneyField(
            _("Agrees up to"), hint=_("Empty: to this total. More: go on without asking again.")
        )
        self.note = LineField(_("What he asked for") if agreed else _("Why he declines"))
        self.limit.setVisible(agreed)
        self.pad = SignaturePad(_("Customer's signature"))
        self.pad.setVisible(agreed)
        keys = QGridLayout()
        keys.setSpacing(theme.px(8))
        self.keys: dict[ApprovalWay, QPushButton] = {}
        for at, (way, icon) in enumerate(WAYS.items()):
            key = QPushButton(f"{at + 1}  {label(way)}")
            key.setIcon(icons.icon(icon, "ink", 20))
            key.setAutoDefault(True)
            theme.role_of(key, "key")
            key.clicked.connect(lambda _on=False, mine=way: self.answer(mine))
            self.keys[way] = key
            keys.addWidget(key, at // 2, at % 2)
        no = QPushButton(_("Cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self.name, 3, Qt.AlignmentFlag.AlignTop)
        if agreed:
            row.addWidget(self.limit, 2, Qt.AlignmentFlag.AlignTop)
        parts: list[QWidget | QLayout] = [heading, self.banner, row, self.note]
        if agreed:
            parts.append(self.pad)
        lay_out(self, *parts, words, keys, right=[no])
        self.keys[ApprovalWay.COUNTER].setFocus(Qt.FocusReason.OtherFocusReason)

    def answer(self, way: ApprovalWay) -> None:
        """Give the answer; a refused one says why."""
        if not check_all((self.name, self.limit, self.note)):
            return
        given = QuoteAnswer(
            way, self.name.value(), self.note.value(), self.limit.value(), self.pad.value() or b""
        )
        try:
            self._submit(given)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            self._grow()
            if isinstance(error, Refusal) and error.reason is Reason.LIMIT_TOO_LOW:
                self.limit.take_focus()
            return
        self.accept()

    def _grow(self) -> None:
        """The sentence takes its lines from the screen, not from the signature."""
        room = self.layout()
        if room is not None:
            room.activate()
            self.resize(self.width(), max(self.height(), room.totalHeightForWidth(self.width())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        ways = list(WAYS)
        if len(text) == 1 and text in "123456789" and int(text) <= len(ways):
            self.answer(ways[int(text) - 1])
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)

"""The commands at the right of the bench: large what is allowed now, small and with its reason what is not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.enums import Action, BenchCommand
from app.core.errors import Refusal
from app.core.labels import label
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import N_, _
from app.features.bench.offers import ICONS, TOOL_ICONS, TOOL_KEYS, TOOL_WORDS, Offer, Tool, tool_refusal
from app.features.orders.snapshots import OrderCard
from app.ui import icons, theme

#: Where the move's own word says more than the command's: "Start diagnosis" instead of "Start".
_STEP_WORDS = frozenset(
    {
        Action.START_DIAGNOSIS,
        Action.START_REPAIR,
        Action.RESUME,
        Action.ARRIVE,
        Action.QUOTE,
        Action.APPROVE_AT_ONCE,
        Action.RETURN_UNREPAIRED,
        Action.SEND_TO_QC,
    }
)
_DONE_WORDS = {
    Action.QUOTE: N_("Done, quote"),
    Action.APPROVE_AT_ONCE: N_("Done, approved at once"),
}
#: Large beside the commands whenever they can be used; the other tools stand where their things are.
_WITH_COMMANDS = (Tool.AGREE, Tool.DECLINE, Tool.QUOTE)
_BELOW = (Tool.LABEL, Tool.MORE)
#: What comes next if all goes well, in this order: the first one allowed is the accented key.
_NEXT = (BenchCommand.QC_PASS, BenchCommand.TAKE_PARTS, BenchCommand.DONE, BenchCommand.START)


class ActionKey(QAbstractButton):
    """One command: its key, its picture, its word. Large when allowed; small and muted, with its reason, when not."""

    pointed = Signal()

    def __init__(self, key: str, icon: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._key = key
        self._icon = icon
        self._primary = False
        self._small = False
        self._dressed: tuple[str, str, bool, bool] | None = None
        self.reason = ""
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def dress(self, text: str, reason: str, *, primary: bool = False, small: bool = False) -> None:
        """Show the command as it stands: ``reason`` is why it is refused, "" when it is allowed.

        ``primary`` is what comes next; ``small`` what is allowed but seldom wanted.
        """
        dressed = (text, reason, primary and not reason, small and not reason)
        if dressed == self._dressed:
            return
        self._dressed = dressed
        self._small = small and not reason
        self.setText(text)
        self.reason = reason
        self._primary = primary and not reason
        self.setToolTip(reason)
        self.setAccessibleName(f"{self._key} {text}")
        self.setAccessibleDescription(reason)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(216), theme.px(28 if self.reason else 36 if self._small else 52))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(150), theme.px(24 if self.reason else 30 if self._small else 36))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.pointed.emit()
        super().enterEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self.pointed.emit()
        super().focusInEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        self.update()
        super().changeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        refused = bool(self.reason)
        ink = "ink_2" if refused else "on_accent" if self._primary else "ink"
        box = self.rect().adjusted(1, 1, -1, -1)
        if not refused and not self._small:
            fill = "accent_fill" if self._primary else "surface"
            if self.isDown():
                fill = "accent_fill_hover" if self._primary else "accent_soft"
            elif self.underMouse():
                fill = "accent_fill_hover" if self._primary else "hover"
            painter.setPen(Qt.PenStyle.NoPen if self._primary else QPen(theme.colour("edge"), 1))
            painter.setBrush(theme.colour(fill))
            painter.drawRoundedRect(box, 6, 6)
        elif self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("hover"))
            painter.drawRoundedRect(box, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("ink" if self._primary else "accent"), 2))
            painter.drawRoundedRect(box, 6, 6)
        self._inside(painter, ink, refused or self._small)

    def _inside(self, painter: QPainter, ink: str, small: bool) -> None:
        height = self.height()
        left = theme.px(10)
        side = theme.px(18 if small else 24)
        badge = QRect(left, (height - side) // 2, side, side)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("edge" if small else ink), 1))
        painter.drawRoundedRect(badge, 4, 4)
        painter.setPen(theme.colour(ink))
        painter.setFont(theme.font(theme.SECONDARY if small else 16, bold=not small))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self._key)
        picture = 16 if small else 24
        left = badge.right() + theme.px(10)
        painter.drawPixmap(left, (height - theme.px(picture)) // 2, icons.pixmap(self._icon, ink, picture))
        left += theme.px(picture) + theme.px(8)
        room = QRect(left, 0, self.width() - left - theme.px(8), height)
        self._words(painter, room, small)

    def _words(self, painter: QPainter, room: QRect, small: bool) -> None:
        """As large as fits on one line; the longest words of a narrow bar take two small lines."""
        text = self.text()
        sizes = (theme.SECONDARY,) if self.reason else (theme.BASE, 13) if small else (18, 16, theme.BASE)
        for size in sizes:
            font = theme.font(size, bold=self._primary)
            metrics = QFontMetrics(font)
            if metrics.horizontalAdvance(text) <= room.width():
                break
        painter.setFont(font)
        flags = int(Qt.AlignmentFlag.AlignVCenter)
        if metrics.horizontalAdvance(text) > room.width():
            if small:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
            else:
                painter.setFont(theme.font(theme.SECONDARY, bold=self._primary))
                flags |= int(Qt.TextFlag.TextWordWrap)
        painter.drawText(room, flags, text)


class ActionsBar(QFrame):
    """All keys of the open card. ``pressed(command)`` and ``used(tool)`` come for refused ones too."""

    pressed = Signal(object)
    used = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role_of(self, "panel")
        self._keys = {command: ActionKey(str(number), ICONS[command]) for command, number in _key_order()}
        self._tools = {
            tool: ActionKey(TOOL_KEYS[tool], TOOL_ICONS[tool]) for tool in (*_WITH_COMMANDS, *_BELOW)
        }
        for command, key in self._keys.items():
            key.clicked.connect(lambda _on=False, mine=command: self.pressed.emit(mine))
            key.pointed.connect(lambda mine=key: self._explain(mine))
        for tool, key in self._tools.items():
            key.clicked.connect(lambda _on=False, mine=tool: self.used.emit(mine))
            key.pointed.connect(lambda mine=key: self._explain(mine))
        self.times = _Times()
        self._now = QLabel(_("Now"))
        self._not_now = QLabel(_("Not now"))
        for heading in (self._now, self._not_now):
            theme.role_of(heading, "label")
        self.why = QLabel()
        self.why.setWordWrap(True)
        theme.role_of(self.why, "secondary")
        self.why.setAccessibleName(_("Why not"))
        inside = QWidget()
        self._box = QVBoxLayout(inside)
        self._box.setContentsMargins(0, 0, theme.px(4), 0)
        self._box.setSpacing(theme.px(6))
        keys = QScrollArea()
        keys.setFrameShape(QFrame.Shape.NoFrame)
        keys.setWidgetResizable(True)
        keys.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        keys.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        keys.setWidget(inside)
        inside.setAutoFillBackground(False)
        keys.viewport().setAutoFillBackground(False)
        self._inside = inside
        outer = QVBoxLayout(self)
        outer.setContentsMargins(theme.px(12), theme.px(4), 0, theme.px(4))
        outer.setSpacing(theme.px(6))
        outer.addWidget(self.times)
        outer.addWidget(keys, 1)
        outer.addWidget(self.why)
        self.setMinimumWidth(theme.px(220))
        self.setMaximumWidth(theme.px(264))
        self._order: tuple[object, ...] = ()

    def show_card(self, card: OrderCard | None, actor: Actor, offered: Sequence[Offer]) -> None:
        """Lay the keys out for a card; none without one."""
        self.why.clear()
        if card is None:
            self._lay(())
            return
        primary = next(
            (name for name in _NEXT if any(each.command is name and not each.refusal for each in offered)),
            None,
        )
        allowed: list[ActionKey] = []
        refused: list[ActionKey] = []
        below: list[ActionKey] = []
        tools = [tool for tool in _WITH_COMMANDS if tool_refusal(card, actor, tool) is None]
        for each in offered:
            key = self._keys[each.command]
            undo = each.command is BenchCommand.UNDO
            chosen = each.command is primary and Tool.AGREE not in tools
            key.dress(word(each), _said(each.refusal), primary=chosen, small=undo)
            (refused if each.refusal is not None else below if undo else allowed).append(key)
        for at, tool in enumerate(tools):
            self._tools[tool].dress(_(TOOL_WORDS[tool]), "", primary=tool is Tool.AGREE)
            # The customer's answer stands first, a quote that may be made behind the work.
            allowed.insert(len(allowed) if tool is Tool.QUOTE else at, self._tools[tool])
        for tool in _BELOW:
            self._tools[tool].dress(_(TOOL_WORDS[tool]), "", small=True)
            below.append(self._tools[tool])
        self._lay((self._now, *allowed, *below, self._not_now, *refused))

    def key(self, command: BenchCommand) -> ActionKey:
        """The key of a command."""
        return self._keys[command]

    def tool(self, tool: Tool) -> ActionKey:
        """The key of a tool that stands here."""
        return self._tools[tool]

    def _lay(self, order: tuple[QWidget, ...]) -> None:
        if order == self._order and order:
            return
        self._order = order
        while self._box.count():
            self._box.takeAt(0)
        everything: list[QWidget] = [self._now, self._not_now, *self._keys.values(), *self._tools.values()]
        for widget in everything:
            if widget not in order:
                widget.setParent(self._inside)
                widget.hide()
        previous: QWidget | None = None
        for widget in order:
            self._box.addWidget(widget)
            widget.show()
            if isinstance(widget, ActionKey):
                if previous is not None:
                    QWidget.setTabOrder(previous, widget)
                previous = widget
        self._box.addStretch(1)

    def _explain(self, key: ActionKey) -> None:
        self.why.setText(key.reason)


class _Times(QFrame):
    """The pending quantity, as large as the order's number; away while it is one."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "tinted")
        self.setProperty("tone", "waits")
        self._many = QLabel()
        self._many.setFont(theme.font(theme.BENCH, bold=True))
        theme.role_of(self._many, "big")
        words = QLabel(_("for the next part"))
        words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        row.addWidget(self._many)
        row.addWidget(words, 1)
        self.hide()

    def show_times(self, times: int) -> None:
        """Show ``× times``."""
        self._many.setText(f"× {times}")
        self.setAccessibleName(_("The next part: × {n}").format(n=times))
        self.setVisible(times > 1)


def word(each: Offer) -> str:
    """What pressing the key does now, in the user's language."""
    if each.step in _DONE_WORDS and each.command is BenchCommand.DONE:
        return _(_DONE_WORDS[each.step])
    if each.step in _STEP_WORDS and each.step is not None:
        return label(each.step)
    return label(each.command)


def _said(refusal: Refusal | None) -> str:
    return sentence(refusal) if refusal is not None else ""


def _key_order() -> Sequence[tuple[BenchCommand, int]]:
    from app.features.bench.offers import KEYS

    return tuple(KEYS.items())

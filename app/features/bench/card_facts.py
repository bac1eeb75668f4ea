"""Smaller pieces of the open card: facts, what was tried before, the timeline, photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QIcon, QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QLabel,
    QLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import ApprovalWay, NoteKind, Payer, QuoteState, RequestState
from app.core.labels import cover_words, label
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import _
from app.features.bench.offers import Tool, tool_refusal
from app.features.orders.snapshots import CardNote, CardPhoto, CardWish, Earlier, OrderCard
from app.ui import icons, theme
from app.ui.choices import FlowLayout
from app.ui.photo_reading import thumbnail

#: How long a passcode stays on the screen.
PASSCODE_SECONDS = 10


class FactsView(QWidget):
    """What one looks up on a card: cover, agreement, date, technician, shelf, accessories, damage, customer."""

    wants_passcode = Signal()
    wants_technician = Signal()

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        grid = QGridLayout(self)
        grid.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(6))
        self._cover = _Fact(_("Cover"))
        self._agreed = _Fact(_("Agreement"))
        self._promised = _Fact(_("Promised"))
        self._shelf = _Fact(_("Shelf"))
        self._accessories = _Fact(_("Accessories"))
        self._damage = _Fact(_("Visible damage"))
        self._customer = _Fact(_("Customer"))
        self._technician = _Fact(_("Technician"), key="T")
        self._technician.pressed.connect(self.wants_technician)
        self.passcode = _Fact(_("Device passcode"), key="W")
        self.passcode.pressed.connect(self.wants_passcode)
        for at, fact in enumerate((self._cover, self._agreed, self._promised, self._shelf)):
            grid.addWidget(fact, 0, at)
        for at, fact in enumerate((self._technician, self._customer, self._accessories, self._damage)):
            grid.addWidget(fact, 1, at)
        grid.addWidget(self.passcode, 2, 0, 1, 4)
        self._wishes = _Fact(_("Requested from purchasing"))
        grid.addWidget(self._wishes, 3, 0, 1, 4)
        for at, share in enumerate((4, 4, 3, 3)):
            grid.setColumnStretch(at, share)
        self._kept = False
        self._hide = QTimer(self)
        self._hide.setSingleShot(True)
        self._hide.setInterval(PASSCODE_SECONDS * 1000)
        self._hide.timeout.connect(self.hide_passcode)

    def show_card(self, card: OrderCard, actor: Actor) -> None:
        """Show a card's facts; a passcode that was shown goes away."""
        self._hide.stop()
        words = cover_words(card.cover_reason, card.cover_until, who=card.cover_who, note=card.cover_note)
        self._cover.say(words, "" if card.payer is Payer.CUSTOMER else "done_ink")
        self._agreed.say(*_agreement(card))
        self._promised.say(
            formats.short_moment(card.promised_at, self._zone) if card.promised_at else "—",
            "late_ink" if card.late else "",
        )
        self._shelf.say(card.shelf or "—")
        self._technician.say(card.technician or _("nobody"), "" if card.technician else "waits_ink")
        self._customer.say(f"{card.customer_name} {formats.phone(card.customer_phone)}".strip() or "—")
        self._accessories.say(", ".join(card.accessories) or "—")
        self._damage.say(card.damage or "—")
        self._wishes.setVisible(bool(card.wishes))
        self._wishes.say("\n".join(_wish(each) for each in card.wishes))
        self.passcode.setVisible(card.has_passcode or card.repair_mode or card.passcode_ended)
        self._kept = card.has_passcode
        refused = tool_refusal(card, actor, Tool.PASSCODE)
        self.passcode.setToolTip(sentence(refused) if refused else "")
        if card.has_passcode:
            self.hide_passcode()
        elif card.repair_mode:
            self.passcode.say(label(NoteKind.REPAIR_MODE), "done_ink")
        else:
            self.passcode.say(
                _("Erased, its days were over. Ask the customer, press to write it down."), "waits_ink"
            )

    def show_passcode(self, text: str) -> None:
        """Show the passcode, large, for ten seconds."""
        self.passcode.say(text, "accent_ink", large=True)
        self._hide.start()

    def hide_passcode(self) -> None:
        """Cover it again."""
        self._hide.stop()
        if self._kept:
            self.passcode.say(_("●●●●   press to show for {n} seconds").format(n=PASSCODE_SECONDS))


class _Fact(QWidget):
    """A label above its value; with ``key`` the value is a button."""

    pressed = Signal()

    def __init__(self, title: str, key: str = "") -> None:
        super().__init__()
        head = QLabel(f"{title}  {key}" if key else title)
        theme.role_of(head, "label")
        self._title = title
        self._value: QLabel | QPushButton
        self._plain = ""
        if key:
            button = QPushButton()
            theme.role_of(button, "link")
            button.setAutoDefault(False)
            button.clicked.connect(self.pressed)
            self._value = button
            self._plain = f"padding: 0 {theme.px(4)}px 0 0; min-height: 0; border-left: none;"
        else:
            value = QLabel()
            value.setWordWrap(True)
            value.setTextFormat(Qt.TextFormat.PlainText)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self._value = value
        self._value.setFont(theme.font(16))
        self._value.setStyleSheet(self._plain)
        self._token = ""
        self._big = False
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(head)
        left = Qt.AlignmentFlag.AlignLeft if key else Qt.AlignmentFlag(0)
        box.addWidget(self._value, 0, left | Qt.AlignmentFlag.AlignTop if key else left)
        box.addStretch(1)

    def text(self) -> str:
        """The value shown."""
        return self._value.text()

    def say(self, text: str, token: str = "", *, large: bool = False) -> None:
        """Show a value; ``token`` colours it."""
        self._value.setText(text.replace("&", "&&") if isinstance(self._value, QPushButton) else text)
        self._value.setAccessibleName(f"{self._title} {text}")
        if (token, large) != (self._token, self._big):
            self._token, self._big = token, large
            size = f"font-size: {theme.px(theme.TITLE)}px; font-weight: 700;" if large else ""
            colour = f"color: {theme.colour(token).name()};" if token else ""
            self._value.setStyleSheet(f"{self._plain}{colour}{size}")


class EarlierView(QWidget):
    """What was tried before on this device; each line opens its card."""

    wanted = Signal(int)

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        heading = QLabel(_("Tried before on this device"))
        theme.role_of(heading, "strong")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.text.setTextFormat(Qt.TextFormat.RichText)
        self.text.linkActivated.connect(lambda order_id: self.wanted.emit(int(order_id)))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, theme.px(4), 0, 0)
        box.setSpacing(theme.px(2))
        box.addWidget(heading)
        box.addWidget(self.text)

    def show_rows(self, rows: Sequence[Earlier]) -> None:
        """Show earlier orders, newest first; nothing hides."""
        self.setVisible(bool(rows))
        if not rows:
            return
        accent, dim = theme.colour("accent_ink").name(), theme.colour("ink_2").name()
        lines = []
        for row in rows:
            tried = " → ".join(escape(each) for each in (row.fault, row.cause, row.fix) if each)
            parts = f" ({escape(row.parts)})" if row.parts else ""
            day = formats.moment(row.taken_in_at, self._zone)[:10]
            end = label(row.status)
            lines.append(
                f'<a href="{row.id}" style="color:{accent}">{escape(row.number)}</a> '
                f'<span style="color:{dim}">{day} · {escape(end)}</span> {tried}{parts}'
            )
        self.text.setText("<br>".join(lines))


class Timeline(QLabel):
    """Findings and notes, newest first: one label, so that a long history opens as fast as a short one."""

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = zone
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAlignment(Qt.AlignmentFlag.AlignTop)

    def show_notes(self, notes: Sequence[CardNote]) -> None:
        """Show what was noted."""
        dim = theme.colour("ink_2").name()
        if not notes:
            nothing = escape(_("Nothing noted yet."))
            self.setText(f'<span style="color:{dim}">{nothing}</span>')
            return
        small = theme.px(theme.SECONDARY)
        lines = []
        for note in reversed(notes[-30:]):
            when = formats.short_moment(note.at, self._zone)
            kind = "" if note.kind is NoteKind.NOTE else f"<b>{escape(label(note.kind))}</b> "
            text = escape(note.text).replace("\n", "<br>")
            lines.append(
                f'<p style="margin:0 0 {theme.px(4)}px 0">{kind}{text} '
                f'<span style="color:{dim};font-size:{small}px">{escape(note.staff)} {when}</span></p>'
            )
        self.setText("".join(lines))


class PhotosView(QWidget):
    """Thumbnails of the device; a click opens the picture. Read after the card is painted."""

    SIDE = 72

    def __init__(self, photo_file: Callable[[CardPhoto], Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._file = photo_file
        self._shown: tuple[CardPhoto, ...] = ()
        self._waiting: list[tuple[QToolButton, CardPhoto]] = []
        self._pictures: dict[str, QIcon] = {}
        self._flow = FlowLayout(self)
        self._none = QLabel(_("No photos."))
        theme.role_of(self._none, "secondary")
        self._flow.addWidget(self._none)
        self._later = QTimer(self)
        self._later.setInterval(0)
        self._later.timeout.connect(self._read_one)

    def show_photos(self, photos: tuple[CardPhoto, ...]) -> None:
        """Show a card's pictures."""
        if photos == self._shown:
            return
        self._shown = photos
        while self._flow.count() > 1:
            item = self._flow.takeAt(1)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._none.setVisible(not photos)
        self._waiting = []
        for at, photo in enumerate(photos, start=1):
            thumb = QToolButton()
            theme.role_of(thumb, "thumb")
            thumb.setIconSize(QSize(theme.px(self.SIDE) - 8, theme.px(self.SIDE) - 8))
            thumb.setIcon(icons.icon("image", "ink_2", 24))
            thumb.setAccessibleName(_("Photo {n}").format(n=at))
            thumb.clicked.connect(lambda _on=False, mine=photo: self._open(mine))
            self._flow.addWidget(thumb)
            self._waiting.append((thumb, photo))
        self.updateGeometry()
        if self._waiting:
            self._later.start()

    def _read_one(self) -> None:
        if not self._waiting:
            self._later.stop()
            return
        thumb, photo = self._waiting.pop(0)
        known = self._pictures.get(photo.sha256)
        if known is None:
            try:
                image = thumbnail(self._file(photo).read_bytes(), 2 * theme.px(self.SIDE))
            except OSError:
                image = QImage()
            if image.isNull():
                thumb.setIcon(icons.icon("image", "late_ink", 24))
                thumb.setToolTip(_("This picture's file is missing or damaged."))
                return
            if len(self._pictures) > 200:
                self._pictures.clear()
            known = self._pictures[photo.sha256] = QIcon(QPixmap.fromImage(image))
        thumb.setIcon(known)

    def _open(self, photo: CardPhoto) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._file(photo))))


class TwoColumns(QWidget):
    """Two layouts beside each other, the left one twice as wide; below each other where that would cut them."""

    def __init__(self, left: QLayout, right: QLayout) -> None:
        super().__init__()
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(24))
        self._row.addLayout(left, 2)
        self._row.addLayout(right, 1)
        self._sides = (left, right)

    def minimumSizeHint(self) -> QSize:
        narrowest = max(side.minimumSize().width() for side in self._sides)
        return QSize(narrowest, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        left, right = (side.minimumSize().width() for side in self._sides)
        width = event.size().width()
        beside = width * 2 // 3 - theme.px(16) >= left and width // 3 - theme.px(8) >= right
        wanted = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if self._row.direction() != wanted:
            self._row.setDirection(wanted)
        super().resizeEvent(event)


def _wish(wish: CardWish) -> str:
    """``主板 × 1 个 · 已订货 · 11-25`` with what is urgent said first."""
    words = f"{wish.name} × {formats.quantity(wish.quantity)} {wish.unit}".strip()
    said = [_("Urgent") if wish.urgent else "", words, label(wish.state)]
    if wish.expected_on is not None and wish.state is RequestState.ORDERED:
        said.append(_("expected {day}").format(day=formats.short_day(wish.expected_on)))
    return " · ".join(filter(None, said))


def _agreement(card: OrderCard) -> tuple[str, str]:
    """What the customer agreed to, and its colour."""
    if card.quote is not None and card.quote.state is QuoteState.OPEN:
        text = (
            _("Quoted {amount}, expired on {day}")
            if card.quote.expired
            else _("Quoted {amount}, valid until {day}")
        )
        said = text.format(
            amount=formats.money(card.quote.total), day=formats.short_day(card.quote.valid_until)
        )
        return said, "late_ink" if card.quote.expired else "waits_ink"
    if card.approved_total is not None:
        over = card.customer_total > card.approved_total
        way = f" · {label(card.quote.way)}" if card.quote and isinstance(card.quote.way, ApprovalWay) else ""
        text = _("Agreed {amount}").format(amount=formats.money(card.approved_total)) + way
        return text, "late_ink" if over else "done_ink"
    if card.spend_limit is not None:
        over = card.customer_total > card.spend_limit
        text = _("Limit {amount}").format(amount=formats.money(card.spend_limit))
        return text, "late_ink" if over else ""
    if card.estimate is not None:
        return _("Estimate {amount}").format(amount=formats.money(card.estimate)), ""
    return _("nothing agreed yet"), ""

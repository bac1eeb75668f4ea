"""The lines above the form: a draft that waits, and the devices of this visit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from app.core.labels import category_name
from app.core.words import _
from app.features.intake.presenter import IntakePresenter
from app.features.intake.typed import empty, from_draft
from app.ui import icons, theme


def draft_words(content: Mapping[str, Any]) -> str:
    """What a draft is about: "138 0013 8000 · 王丽华 · 海尔 冰箱 · 不制冷"."""
    visit = from_draft(content)
    parts = [visit.customer.phone, visit.customer.name]
    for device in visit.devices:
        parts += [
            " ".join(each for each in (device.brand, category_name(device.category)) if each),
            device.fault,
        ]
    line = " · ".join(part.strip() for part in parts if part.strip())
    return line if len(line) <= 80 else f"{line[:79]}…"


class DraftBar(QFrame):
    """What was typed and never saved is offered again: after a crash, a power cut, the end of the day."""

    went_on = Signal()
    discarded = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.role_of(self, "tinted")
        self.setProperty("tone", "info")
        drawn = QLabel()
        drawn.setPixmap(icons.pixmap("history", "info_ink", 18))
        self._words = QLabel()
        self._words.setWordWrap(True)
        self.go_on = QPushButton(_("Go on with what you typed") + "  Ctrl+G")
        self.go_on.clicked.connect(self.went_on)
        self.go_on.setAutoDefault(True)
        self.discard = QPushButton(_("Discard"))
        self.discard.setAutoDefault(True)
        theme.role_of(self.discard, "quiet")
        self.discard.clicked.connect(self.discarded)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(4), theme.px(8), theme.px(4))
        row.setSpacing(theme.px(8))
        row.addWidget(drawn)
        row.addWidget(self._words, 1)
        row.addWidget(self.go_on)
        row.addWidget(self.discard)
        self.hide()

    def offer(self, content: Mapping[str, Any] | None) -> None:
        """Show what waits; None hides."""
        self.setVisible(content is not None)
        if content is not None:
            text = _("Not finished: {what}").format(what=draft_words(content) or "…")
            self._words.setText(text)
            self.setAccessibleName(text)


class DeviceTabs(QWidget):
    """One tab a device, each with its remove; a button for one more."""

    chosen = Signal(int)
    removed = Signal(int)
    added = Signal()

    def __init__(self, presenter: IntakePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._title = QLabel(_("Device"))
        theme.role_of(self._title, "strong")
        self._row = QHBoxLayout()
        self._row.setSpacing(theme.px(4))
        self.add = QPushButton(_("Another device"))
        theme.role_of(self.add, "link")
        self.add.setIcon(icons.icon("plus", "accent_ink", 16))
        self.add.setToolTip("Ctrl+N")
        self.add.setAccessibleName(_("Another device of this customer"))
        self.add.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.add.clicked.connect(self.added)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self._title)
        box.addLayout(self._row)
        box.addStretch(1)
        box.addWidget(self.add)
        self._shown: tuple[object, ...] | None = None

    def load(self) -> None:
        """Show the presenter's devices."""
        visit = self._presenter.visit
        words = tuple(self._words(at) for at in range(len(visit.devices)))
        shown = (words, visit.at)
        if shown == self._shown:
            return
        self._shown = shown
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        several = len(visit.devices) > 1
        self._title.setVisible(not several)
        if not several:
            return
        for at, word in enumerate(words):
            tab = QPushButton(self.fontMetrics().elidedText(word, Qt.TextElideMode.ElideRight, theme.px(150)))
            theme.role_of(tab, "chip")
            tab.setCheckable(True)
            tab.setChecked(at == visit.at)
            tab.setToolTip(f"{word}\nCtrl+PgUp / Ctrl+PgDn")
            tab.setAccessibleName(word)
            tab.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            tab.clicked.connect(lambda _on=False, mine=at: self.chosen.emit(mine))
            self._row.addWidget(tab)
        cross = QToolButton()
        theme.role_of(cross, "quiet")
        cross.setIcon(icons.icon("trash-2", "ink_2", 16))
        cross.setToolTip(_("Take this device out (Ctrl+Shift+Delete)"))
        cross.setAccessibleName(_("Take this device out"))
        cross.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        cross.clicked.connect(lambda: self.removed.emit(self._presenter.visit.at))
        self._row.addWidget(cross)

    def _words(self, at: int) -> str:
        if empty(self._presenter.visit.devices[at]):
            return _("{n} new device").format(n=at + 1)
        words = self._presenter.device_words(at) or _("Device")
        return f"{at + 1} {words}"

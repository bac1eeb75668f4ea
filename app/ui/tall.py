"""What a dialog asks for, as tall as it needs where the screen has the room; where not it scrolls, the buttons stay."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QWidget

from app.ui import theme


class TallArea(QScrollArea):
    """Holds the middle of a dialog. The dialog calls ``grow`` when it is shown and when a sentence came or went, and
    ``stay_in_sight`` when it was resized."""

    def __init__(self, inside: QWidget) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        inside.installEventFilter(self)
        program = QApplication.instance()
        assert isinstance(program, QApplication)
        program.focusChanged.connect(self._followed)

    def grow(self) -> None:
        """As tall as a refusal makes it: neither its second line nor a field is squeezed into what was free."""
        window = self.window()
        layout = window.layout()
        if layout is None:
            return
        layout.activate()
        self.fit()
        layout.activate()
        needed = max(layout.totalHeightForWidth(window.width()), layout.totalMinimumSize().height())
        height = min(max(needed, window.height()), self.screen().availableGeometry().height())
        if height != window.height():
            window.resize(window.width(), height)
        self.stay_in_sight()

    def stay_in_sight(self) -> None:
        """Where a refusal made the window taller it moves up: its buttons are never below the screen."""
        window = self.window()
        screen = self.screen().availableGeometry()
        below = window.frameGeometry().bottom() - screen.bottom()
        if window.isVisible() and below > 0:
            window.move(window.x(), max(screen.top(), window.y() - below))

    def show_focused(self) -> None:
        """Scroll to where the keys go."""
        at, inside = self.window().focusWidget(), self.widget()
        if at is not None and inside is not None and inside.isAncestorOf(at):
            self.ensureWidgetVisible(at)

    def fit(self) -> None:
        """Everything stands whole where the screen is tall enough; where it is not it scrolls, the buttons stay."""
        inside, window = self.widget(), self.window()
        layout = window.layout()
        if inside is None or layout is None:
            return
        bar = self.verticalScrollBar().sizeHint().width()
        least = inside.minimumSizeHint()
        width = max(self.viewport().width(), least.width())
        wanted = max(inside.heightForWidth(width), least.height())
        self.setMinimumHeight(0)
        # The window's own frame and title stand above it.
        room = self.screen().availableGeometry().height() - theme.px(40)
        rest = max(layout.totalHeightForWidth(window.width()), layout.totalMinimumSize().height())
        rest -= self.minimumSizeHint().height()
        self.setMinimumHeight(max(min(wanted, room - rest), theme.px(80)))
        self.setMinimumWidth(least.width() + (bar if wanted > room - rest else 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() is QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def _followed(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None and self.isAncestorOf(now):
            self.show_focused()


def bring_in_sight(widget: QWidget) -> None:
    """Scroll what holds ``widget`` until it is seen, once it is laid out: in the next turn."""

    def scroll() -> None:
        area = widget.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(widget)

    QTimer.singleShot(0, widget, scroll)

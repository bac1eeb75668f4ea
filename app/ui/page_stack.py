"""The pages of the window, one in front; sideways they scroll where large text meets a small window (design.md)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QStackedWidget, QWidget

from app.ui import theme


class PageStack(QScrollArea):
    """Never narrower than what the page in front needs: its columns would be laid over each other."""

    def __init__(self) -> None:
        super().__init__()
        self._pages = FrontStack()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.role_of(self._pages, "ground")
        self.setWidget(self._pages)

    def add(self, page: QWidget) -> None:
        """A page more, behind the others."""
        self._pages.addWidget(page)

    def bring(self, page: QWidget) -> None:
        """Show ``page``."""
        self._pages.setCurrentWidget(page)


class FrontStack(QStackedWidget):
    """As wide as the page in front needs, whatever the others need."""

    def __init__(self) -> None:
        super().__init__()
        self.currentChanged.connect(lambda _at: self.updateGeometry())

    def minimumSizeHint(self) -> QSize:
        # Of the page in front, not of the widest one.
        page = self.currentWidget()
        return QSize(page.minimumSizeHint().width() if page is not None else 0, 0)

    def heightForWidth(self, _width: int) -> int:
        # Downwards each page scrolls what is long itself.
        return 0

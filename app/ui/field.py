"""The base of every form row: label, editor, inline error; value, changed, dirty (one form row, style.md 11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from app.core.errors import Refusal
from app.ui import theme


def plain(label: str) -> str:
    """A label without its mnemonic: ``客户电话(&P)`` → ``客户电话``, ``&Name`` → ``Name``; for screen readers."""
    text = label.replace("&&", "\0")
    at = text.find("(&")
    if at >= 0 and text[at + 3 : at + 4] == ")":
        text = text[:at] + text[at + 4 :]
    return text.replace("&", "").replace("\0", "&").strip().rstrip(":：")


class Field(QWidget):
    """One row of a form. Subclasses build ``editor`` and read and write its value.

    ``value()`` raises ``Refusal`` for text that cannot be read; ``check()`` shows that refusal inline instead.
    """

    #: The user (or ``set_value``) changed the value.
    changed = Signal()
    #: Enter in a one-line editor: pages go to the next field or give the command.
    entered = Signal()

    def __init__(
        self, label: str, *, required: bool = False, hint: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label_text = plain(label)
        self.required = required
        self._label = QLabel(f"{label} *" if required and label else label)
        theme.role_of(self._label, "label")
        self._label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._error = QLabel()
        self._error.setWordWrap(True)
        theme.role_of(self._error, "error")
        self._error.hide()
        self._clean: object = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(theme.px(2))
        self._box.addWidget(self._label)
        # Not before it has a parent: it would be shown as a window of its own, which takes the focus away.
        self._label.setVisible(bool(label))
        self._editor: QWidget | None = None
        self._hint = hint

    # -- what subclasses do ----------------------------------------------------------------------------

    def value(self) -> Any:
        """The value typed, in its own type. Raises ``Refusal`` if it cannot be read."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show ``value`` (None empties) and take it as the clean state."""
        raise NotImplementedError

    def raw(self) -> object:
        """What stands in the editor, readable or not; compared by ``is_dirty`` and kept in drafts."""
        raise NotImplementedError

    # -- what pages use --------------------------------------------------------------------------------

    @property
    def editor(self) -> QWidget:
        """The widget that takes the keys."""
        assert self._editor is not None
        return self._editor

    def show_error(self, sentence: str | None) -> None:
        """Show why the value is refused, below the editor and to screen readers; None takes it away."""
        if bool(sentence) == self._error.isVisibleTo(self) and (sentence or "") == self._error.text():
            return
        self._error.setText(sentence or "")
        self._error.setVisible(bool(sentence))
        self.editor.setProperty("bad", bool(sentence))
        self.editor.setAccessibleDescription(sentence or self._hint)
        theme.restyle(self.editor)

    def error(self) -> str:
        """The sentence shown now; empty if none."""
        return self._error.text()

    def check(self) -> bool:
        """Whether the value can be used; shows the reason if not."""
        try:
            value = self.value()
        except Refusal as refusal:
            from app.core.sentences import sentence

            self.show_error(sentence(refusal))
            return False
        if self.required and value in (None, "", (), frozenset()):
            from app.core.errors import Reason
            from app.core.sentences import sentence

            self.show_error(sentence(Refusal(Reason.FIELD_REQUIRED, field=self.label_text)))
            return False
        self.show_error(None)
        return True

    def is_dirty(self) -> bool:
        """Whether it differs from what ``set_value`` or ``mark_clean`` saw last."""
        return self.raw() != self._clean

    def mark_clean(self) -> None:
        """Take the present content as saved."""
        self._clean = self.raw()

    def set_label(self, label: str) -> None:
        """Change the label and with it the accessible name."""
        self.label_text = plain(label)
        self._label.setText(f"{label} *" if self.required and label else label)
        self._label.setVisible(bool(label))
        self.editor.setAccessibleName(self.label_text)

    def take_focus(self) -> None:
        """Put the cursor here."""
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- for subclasses --------------------------------------------------------------------------------

    def _put(self, editor: QWidget, holder: QWidget | None = None, *, grows: bool = False) -> None:
        """Place ``editor`` (inside ``holder`` if it has neighbours) between label and error.

        Only what ``grows`` takes spare height; in a tall grid row everything else stays together at the top.
        """
        self._editor = editor
        editor.setAccessibleName(self.label_text)
        editor.setAccessibleDescription(self._hint)
        if self._hint:
            editor.setToolTip(self._hint)
        self._label.setBuddy(editor)
        self._box.addWidget(holder or editor, 1 if grows else 0)
        self._box.addWidget(self._error)
        if not grows:
            self._box.addStretch(1)
        self.setFocusProxy(editor)
        self.mark_clean()

    def _touched(self) -> None:
        """The user changed something: an old reproach no longer fits."""
        self.show_error(None)
        self.changed.emit()


def check_all(fields: Sequence[Field]) -> bool:
    """Check every field, show all refusals, put the cursor into the first refused one."""
    bad = [field for field in fields if not field.check()]
    if bad:
        bad[0].take_focus()
    return not bad


def any_dirty(fields: Sequence[Field]) -> bool:
    """Whether anything typed in these fields would be lost."""
    return any(field.is_dirty() for field in fields)

"""One member of staff in a dialog: refusals stand at their field, nothing typed is lost by one."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.core.enums import Role
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.sentences import sentence
from app.core.words import Language, _
from app.features.settings.entries import SwitchField
from app.features.staff.pins import clean_pin
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry, StaffRow
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ComboField, Field, LineField, PhoneField, check_all
from app.ui.form_dialog import FormDialog

KEEP, SET, NONE = "keep", "set", "none"


class PinField(LineField):
    """A new PIN, typed unseen. ``value()`` raises ``Refusal(PIN_TOO_SIMPLE)``."""

    def __init__(self, word: str) -> None:
        super().__init__(word, most=64, secret=True)
        self.line.setInputMethodHints(Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhHiddenText)

    def value(self) -> str:
        typed = super().value()
        return clean_pin(typed) if typed else ""


def same_pins(first: PinField, again: PinField) -> bool:
    """Whether a good PIN was typed twice; says at the field what is wrong."""
    if not first.value():
        first.show_error(sentence(Refusal(Reason.FIELD_REQUIRED, field="pin")))
        first.take_focus()
        return False
    if first.line.text().strip() != again.line.text().strip():
        again.show_error(_("The two PINs are not the same."))
        again.take_focus()
        return False
    return True


class StaffDialog(FormDialog):
    """``saved`` is the row after a successful save."""

    def __init__(
        self,
        staff: StaffService,
        desk: Desk,
        row: StaffRow | None,
        everybody: Sequence[StaffRow],
        parent: QWidget | None = None,
    ) -> None:
        self._staff, self._desk, self._row = staff, desk, row
        self.saved: StaffRow | None = None
        self.name = LineField(_("Name"), required=True, most=80)
        self.phone = PhoneField(_("Phone"))
        self.role = ComboField(_("Role"), [(role.value, label(role)) for role in Role], required=True)
        trainers = [
            (each.id, each.name)
            for each in everybody
            if each.active and each.role is not Role.COUNTER and (row is None or each.id != row.id)
        ]
        self.trainer = ComboField(_("Trainer (for trainees)"), [(0, _("nobody")), *trainers])
        self.language = ComboField(
            _("Language"),
            [("", _("Like the shop")), (Language.ZH.value, "中文"), (Language.EN.value, "English")],
        )
        has_pin = row is not None and row.has_pin
        keep = [(KEEP, _("Keep the PIN"))] if has_pin else []
        self.pin_way = ComboField(
            _("PIN"), [*keep, (SET, _("Set a new PIN")), (NONE, _("No PIN"))], required=True
        )
        self.pin = PinField(_("New PIN (4 to 12 digits)"))
        self.pin_again = PinField(_("New PIN once more"))
        self.active = SwitchField(_("Works here"))
        self._inputs: tuple[Field, ...] = (
            self.name, self.phone, self.role, self.trainer, self.language, self.pin_way, self.pin,
            self.pin_again, self.active,
        )  # fmt: skip
        self.name.set_value(row.name if row else "")
        self.phone.set_value(row.phone if row else "")
        self.role.set_value((row.role if row else Role.TECHNICIAN).value)
        self.trainer.set_value((row.trainer_id or 0) if row else 0)
        self.language.set_value(row.language if row else "")
        self.pin_way.set_value(KEEP if has_pin else NONE)
        self.active.set_value(row.active if row else True)
        super().__init__(
            _("New member of staff") if row is None else row.name,
            [self.name, self._grid(), self.active],
            _("Save"),
            self._save,
            parent=parent,
        )
        self.setMinimumWidth(theme.px(480))
        self.pin_way.changed.connect(self._show_pin)
        self._show_pin()
        for field in self._inputs[1:-1]:
            field.entered.connect(self.try_it)
        self.name.take_focus()

    def try_it(self) -> None:
        """Check every field, the PIN twice, and save."""
        new_pin = check_all(self._inputs) and self.pin_way.value() == SET
        if not any(row.error() for row in self._inputs) and (
            not new_pin or same_pins(self.pin, self.pin_again)
        ):
            super().try_it()
        if self.isVisible():
            # Room for the sentence that says what is wrong.
            self.adjustSize()

    def reject(self) -> None:
        """Esc: what was typed is not thrown away unasked."""
        from app.ui.messages import confirm

        if any(field.is_dirty() for field in self._inputs) and not confirm(
            _("Leave without saving?"), _("Leave"), danger=True, parent=self
        ):
            return
        super().reject()

    def _grid(self) -> QWidget:
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(8))
        pairs = (
            (self.role, self.phone),
            (self.trainer, self.language),
            (self.pin_way, None),
            (self.pin, self.pin_again),
        )
        for at, (left, right) in enumerate(pairs):
            grid.addWidget(left, at, 0)
            if right is not None:
                grid.addWidget(right, at, 1)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        return holder

    def _show_pin(self) -> None:
        try:
            wanted = self.pin_way.value() == SET
        except Refusal:
            return  # half typed
        self.pin.setVisible(wanted)
        self.pin_again.setVisible(wanted)
        self.adjustSize()

    def _save(self) -> None:
        way = self.pin_way.value()
        entry = StaffEntry(
            name=self.name.value(),
            role=Role(self.role.value()),
            phone=self.phone.value(),
            pin={KEEP: None, NONE: "", SET: self.pin.value()}[way],
            active=self.active.value(),
            trainer_id=self.trainer.value() or None,
            language=self.language.value() or "",
        )
        try:
            self.saved = self._staff.save(self._desk.gesture(), self._row.id if self._row else None, entry)
        except Refusal as refusal:
            self._field_of(refusal).show_error(sentence(refusal))
            raise

    def _field_of(self, refusal: Refusal) -> Field:
        match refusal.reason:
            case Reason.LAST_OWNER:
                return self.active if not self.active.value() else self.role
            case Reason.TRAINEES_FULL:
                return self.trainer
            case Reason.BAD_PHONE:
                return self.phone
            case Reason.PIN_TOO_SIMPLE:
                return self.pin
            case Reason.BAD_CHOICE if refusal.params.get("field") == "trainer":
                return self.trainer
            case _:
                return self.name

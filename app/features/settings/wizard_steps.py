"""The wizard's steps: each is one short form with sensible defaults, filled from and read into the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.enums import LineKind, PaperKind
from app.core.errors import Refusal
from app.core.sentences import sentence
from app.core.words import Language, _
from app.features.settings.entries import Entry, SwitchField
from app.features.settings.logo_field import LogoField
from app.features.settings.paper_table import PaperTable
from app.features.settings.presenter import SMALL_SCALE, TAX_WORDS, Answers, one_tax, zone_words
from app.features.settings.staff_form import PinField, same_pins
from app.ui import icons, theme
from app.ui.fields import ChipGroup, ComboField, Field, LineField, PhoneField

#: Asks ``SettingsService.refusal`` whether a value may stand.
Ask = Callable[[str, Any], Refusal | None]


class Step(QWidget):
    """One question; its entries are checked and read by key."""

    key: ClassVar[str] = ""

    def __init__(self, changed: Callable[[], object]) -> None:
        super().__init__()
        self.entries: dict[str, Entry] = {}
        self._order: tuple[Field, ...] = ()
        self._changed = changed
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(theme.px(12))

    def title(self) -> str:
        """The question."""
        raise NotImplementedError

    def about(self) -> str:
        """What it is for, in one sentence."""
        return ""

    def shows_paper(self) -> bool:
        """Whether the receipt is shown beside it."""
        return False

    def fill(self, values: Mapping[str, Any], answers: Answers) -> None:
        """Show the answers given so far, else the defaults."""
        for key, entry in self.entries.items():
            entry.set_value(answers.typed.get(key, values[key]))

    def read(self, answers: Answers) -> None:
        """Put what is typed into the answers; what cannot be read yet is left out."""
        for key, entry in self.entries.items():
            try:
                answers.typed[key] = entry.value()
            except Refusal:
                answers.typed.pop(key, None)

    def check(self, ask: Ask) -> bool:
        """Whether the shop could be founded with this; what cannot stand says so at its field."""
        bad = [entry for entry in self.entries.values() if not entry.check()]
        for key, entry in self.entries.items():
            if entry in bad:
                continue
            value = entry.value()
            # An empty name is named by the language when the shop is founded.
            refusal = None if value == "" else ask(key, value)
            if refusal is not None:
                entry.show_error(sentence(refusal))
                bad.append(entry)
        if bad:
            bad[0].take_focus()
        return not bad

    def focus_first(self) -> None:
        """Put the cursor into the first field."""
        first = next(iter(self.entries.values()), None)
        if first is not None:
            first.take_focus()

    def enter(self, focus: QWidget | None) -> bool:
        """Enter in one field goes to the next; False behind the last one, where it goes on to the next step."""
        fields = [field for field in self._order if not field.isHidden()]
        at = next((at for at, field in enumerate(fields) if focus and field.isAncestorOf(focus)), len(fields))
        if at + 1 >= len(fields):
            return False
        fields[at + 1].take_focus()
        return True

    def _chain(self, *fields: Field) -> None:
        self._order = fields
        for field in fields:
            field.changed.connect(self._changed)

    def _rows(self, *rows: Sequence[QWidget]) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(10))
        for at, row in enumerate(rows):
            for column, widget in enumerate(row):
                span = 2 // len(row)
                grid.addWidget(widget, at, column * span, 1, span)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        self.box.addLayout(grid)


class LanguageStep(Step):
    """The first question, asked in both languages: whoever cannot read one reads the other."""

    key = "language"

    def __init__(
        self,
        changed: Callable[[], object],
        speak: Callable[[Language], object],
        restore: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(changed)
        self.buttons: dict[Language, QPushButton] = {}
        row = QHBoxLayout()
        row.setSpacing(theme.px(16))
        for number, (code, word) in enumerate(((Language.ZH, "中文"), (Language.EN, "English")), start=1):
            button = QPushButton(f"{number}  {word}")
            button.setAccessibleName(word)
            button.setCheckable(True)
            button.setAutoDefault(False)
            theme.role_of(button, "tile")
            button.setMinimumHeight(theme.px(96))
            button.clicked.connect(lambda _on=False, code=code: speak(code))
            self.buttons[code] = button
            row.addWidget(button, 1)
        self.box.addLayout(row)
        for text, icon in (
            (_("Five short questions; every one has an answer already."), "list-checks"),
            (_("“Skip, start working” on any step gives a shop that works at once."), "play"),
            (_("Everything can be changed later in Settings."), "settings"),
        ):
            line = QHBoxLayout()
            line.setSpacing(theme.px(10))
            sign = QLabel()
            sign.setPixmap(icons.pixmap(icon, "accent_ink", 20))
            words = QLabel(text)
            words.setWordWrap(True)
            line.addWidget(sign)
            line.addWidget(words, 1)
            self.box.addLayout(line)
        self.box.addSpacing(theme.px(16))
        self.restore_button = QPushButton("  3  " + _("I have a backup of my shop …"))
        self.restore_button.setIcon(icons.icon("hard-drive", "ink", 20))
        self.restore_button.setAutoDefault(False)
        self.restore_button.setVisible(restore is not None)
        if restore is not None:
            self.restore_button.clicked.connect(lambda: restore())
        self.box.addWidget(self.restore_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.box.addStretch(1)

    def press(self, digit: str) -> bool:
        """The number key of a language, or of the backup; False if there is none."""
        if digit == "3" and not self.restore_button.isHidden():
            self.restore_button.click()
            return True
        if digit not in ("1", "2"):
            return False
        list(self.buttons.values())[int(digit) - 1].click()
        return True

    def title(self) -> str:
        return "语言 / Language"

    def about(self) -> str:
        return _("Welcome. Which language shall the shop work in?")

    def fill(self, _values: Mapping[str, Any], answers: Answers) -> None:
        for code, button in self.buttons.items():
            button.setChecked(code is answers.language)
        self._chosen = self.buttons[answers.language]

    def focus_first(self) -> None:
        self._chosen.setFocus(Qt.FocusReason.OtherFocusReason)


class ShopStep(Step):
    """Who the shop is; it stands on every paper, and on the one beside it at once."""

    key = "shop"

    def __init__(self, changed: Callable[[], object], default_name: str) -> None:
        super().__init__(changed)
        self.name = LineField(_("Shop name"), placeholder=default_name, most=80)
        self.hotline = PhoneField(_("Hotline"))
        self.address = LineField(_("Address"))
        self.logo = LogoField(_("Logo"), hint=_("PNG or JPEG up to 500 KB; printed in black."))
        self.entries = {
            "shop_name": self.name,
            "hotline": self.hotline,
            "address": self.address,
            "logo": self.logo,
        }
        self._rows([self.name], [self.hotline], [self.address], [self.logo])
        self.box.addStretch(1)
        self._chain(self.name, self.hotline, self.address, self.logo)

    def title(self) -> str:
        return _("Your shop")

    def about(self) -> str:
        return _("This stands on every paper the customer gets. Empty fields may follow later.")

    def shows_paper(self) -> bool:
        return True


class HoursStep(Step):
    """When the shop is open, where it is, the tax in its prices, and the prices it starts from."""

    key = "hours"

    def __init__(self, changed: Callable[[], object], entries: int) -> None:
        super().__init__(changed)
        self.hours = LineField(
            _("Opening hours"),
            placeholder="08:30-12:00, 14:00-19:00",
            hint=_("Promised times count in them."),
        )
        self.zone = ComboField(_("Time zone"), zone_words(sorted(available_timezones())), required=True)
        self.tax = ChipGroup(
            _("Tax"), [(rate, _(word)) for rate, word in TAX_WORDS], single=True, required=True, large=True
        )
        self.inclusive = SwitchField(_("Prices include tax"))
        self.entries = {
            "hours": self.hours,
            "time_zone": self.zone,
            "tax_permille": _Tax(self.tax),
            "tax_inclusive": self.inclusive,
        }
        self.prices = SwitchField(_("Start with the usual price list"))
        self.prices_word = QLabel(
            _(
                "{n} entries: labour by kind of device, visit fees and packages, at the usual prices of a small town."
                " Settings, Price list changes or removes each of them; without it the list starts empty."
            ).format(n=entries)
        )
        self.prices_word.setWordWrap(True)
        theme.role_of(self.prices_word, "secondary")
        self.prices.box.setAccessibleDescription(self.prices_word.text())
        self._rows([self.hours, self.zone], [self.tax], [self.inclusive], [self.prices], [self.prices_word])
        self.box.addStretch(1)
        self._chain(self.hours, self.zone)
        self.tax.changed.connect(self._changed)

    def fill(self, values: Mapping[str, Any], answers: Answers) -> None:
        super().fill(values, answers)
        self.prices.set_value(answers.price_list)

    def read(self, answers: Answers) -> None:
        super().read(answers)
        answers.price_list = self.prices.value()

    def title(self) -> str:
        return _("Hours, tax and prices")

    def about(self) -> str:
        return _("The usual answers of a small shop are filled in.")


class PapersStep(Step):
    """What is printed where; a shop without a printer works, too."""

    key = "papers"

    def __init__(
        self,
        changed: Callable[[], object],
        look: Callable[[PaperKind], object],
    ) -> None:
        super().__init__(changed)
        self.table = PaperTable(look, with_intake=False, look_word=_("Look / print …"))
        self.entries = {
            "paper_sizes": self.table.sizes,
            "printers": _Shown(self.table),
        }
        self.box.addWidget(self.table)
        if not self.table.found():
            note = QLabel(
                _("This computer has no printer. Papers can be saved as PDF; set a printer up in the system.")
            )
            note.setWordWrap(True)
            theme.role_of(note, "secondary")
            self.box.addWidget(note)
        self.box.addStretch(1)

    def title(self) -> str:
        return _("Papers and printers")

    def about(self) -> str:
        return _("Choose what your printers take. “Print nothing” keeps a paper on the screen.")


class OwnerStep(Step):
    """Who works here first. Alone in the shop one needs no PIN."""

    key = "owner"

    def __init__(self, changed: Callable[[], object], default_name: str) -> None:
        super().__init__(changed)
        self.name = LineField(_("Your name"), placeholder=default_name, most=80)
        self.way = ChipGroup(
            _("Sign in"), [(False, _("Only me, no PIN")), (True, _("With a PIN"))], single=True, large=True
        )
        self.pin = PinField(_("PIN (4 to 12 digits)"))
        self.again = PinField(_("PIN once more"))
        self._rows([self.name], [self.way], [self.pin, self.again])
        self.box.addStretch(1)
        self._chain(self.name, self.pin, self.again)
        self.way.changed.connect(self._show_pin)

    def title(self) -> str:
        return _("Who works here?")

    def about(self) -> str:
        return _("You are the owner. Others are added later under Settings, Staff.")

    def fill(self, _values: Mapping[str, Any], answers: Answers) -> None:
        self.name.set_value(answers.owner_name)
        self.way.set_value(answers.with_pin)
        self.pin.set_value(answers.pin)
        self.again.set_value(answers.pin_again)
        self._show_pin()

    def read(self, answers: Answers) -> None:
        answers.owner_name = self.name.line.text().strip()
        answers.with_pin = self._with_pin()
        answers.pin, answers.pin_again = self.pin.line.text().strip(), self.again.line.text().strip()

    def check(self, _ask: Ask) -> bool:
        if not self.name.check():
            self.name.take_focus()
            return False
        if not self._with_pin():
            return True
        if not self.pin.check():
            self.pin.take_focus()
            return False
        return same_pins(self.pin, self.again)

    def focus_first(self) -> None:
        self.name.take_focus()

    def _with_pin(self) -> bool:
        return bool(self.way.value())

    def _show_pin(self) -> None:
        for field in (self.pin, self.again):
            field.setVisible(self._with_pin())
        if self._with_pin() and self.isVisible():
            self.pin.take_focus()


class _Tax:
    """One choice for the tax on every kind of line."""

    def __init__(self, chips: ChipGroup) -> None:
        self._chips = chips
        self.changed = chips.changed

    def value(self) -> Any:
        rate = self._chips.value()
        return one_tax(SMALL_SCALE if rate is None else rate)

    def set_value(self, value: Any) -> None:
        self._chips.set_value(value[LineKind.LABOUR.value])

    def raw(self) -> object:
        return self._chips.raw()

    def is_dirty(self) -> bool:
        return self._chips.is_dirty()

    def mark_clean(self) -> None:
        self._chips.mark_clean()

    def check(self) -> bool:
        return True  # no chip is the usual one

    def show_error(self, sentence: str | None) -> None:
        self._chips.show_error(sentence)

    def take_focus(self) -> None:
        self._chips.take_focus()


class _Shown:
    """The printers of a paper table, whose fields know no missing row."""

    def __init__(self, table: PaperTable) -> None:
        self._table = table
        self.changed = table.printers.changed

    def value(self) -> Any:
        return self._table.printers.value()

    def set_value(self, value: Any) -> None:
        self._table.printers.set_value(self._table.show_printers(value))

    def raw(self) -> object:
        return self._table.printers.raw()

    def is_dirty(self) -> bool:
        return self._table.printers.is_dirty()

    def mark_clean(self) -> None:
        self._table.printers.mark_clean()

    def check(self) -> bool:
        return self._table.printers.check()

    def show_error(self, sentence: str | None) -> None:
        self._table.printers.show_error(sentence)

    def take_focus(self) -> None:
        self._table.printers.take_focus()

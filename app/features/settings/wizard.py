"""The first run: a few short questions, all answered already; nothing is written before the end.

``Wizard(settings, printing, parent).ask()`` answers the first owner, or None if the program shall end: because it was
left, or because ``restore`` (asked on the first page by who has a backup) has a shop ready to take this one's place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import words
from app.core.enums import PaperKind
from app.core.errors import ShopError
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import Language, _
from app.features.pricing.defaults import len_of_default_prices
from app.features.printing.service import PrintingService
from app.features.settings.live_paper import LivePaper
from app.features.settings.presenter import Answers, values_of
from app.features.settings.service import SettingsService, default_texts
from app.features.settings.wizard_steps import HoursStep, LanguageStep, OwnerStep, PapersStep, ShopStep, Step
from app.ui import icons, tasks, theme
from app.ui.messages import Banner, Mood, confirm


class Wizard(QDialog):
    """Steps on the left, one question in the middle, the receipt as it will print on the right."""

    def __init__(
        self,
        settings: SettingsService,
        printing: PrintingService,
        parent: QWidget | None = None,
        restore: Callable[[QWidget], bool] | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings, self._printing = settings, printing
        self._restore = restore
        self._defaults: Mapping[str, Any] = values_of(settings.load())
        self.answers = Answers(words.language())
        self._spoken_before = words.language()
        self.actor: Actor | None = None
        self.steps: list[Step] = []
        self._at = 0
        self._face: QWidget | None = None
        self.setModal(True)
        self.setMinimumSize(880, 560)
        self._holder = QVBoxLayout(self)
        self._holder.setContentsMargins(0, 0, 0, 0)
        self.resize(self._room())
        for keys, action in (
            ("PgDown", self.go_on),
            ("Alt+Right", self.go_on),
            ("PgUp", self.go_back),
            ("Alt+Left", self.go_back),
            ("F9", self.start_working),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setAutoRepeat(False)
            shortcut.activated.connect(action)
        self._build()

    def ask(self) -> Actor | None:
        """Show it until the shop is founded (its owner) or left (None)."""
        self.exec()
        if self.actor is not None and self.answers.language is not self._spoken_before:
            self._tell_shell()
        return self.actor

    # -- what the keys do ------------------------------------------------------------------------------

    @property
    def step(self) -> Step:
        """The question in front."""
        return self.steps[self._at]

    def go_on(self) -> None:
        """Next; from the last step the shop is founded."""
        if not self.step.check(self._settings.refusal):
            return
        if self._at + 1 < len(self.steps):
            self._turn(self._at + 1)
        else:
            self.start_working()

    def go_back(self) -> None:
        """To the question before, whatever stands in this one."""
        if self._at > 0:
            self._turn(self._at - 1)

    def start_working(self) -> None:
        """Found the shop with what was answered; everything else takes its default."""
        self._read()
        for at, step in enumerate(self.steps):
            if not step.check(self._settings.refusal):
                self._turn(at)
                # Shown again where the cursor goes.
                step.check(self._settings.refusal)
                return
        self.setCursor(Qt.CursorShape.WaitCursor)
        try:
            self.actor = self._settings.found_shop(self.answers.first_run())
        except ShopError as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        finally:
            self.unsetCursor()
        self.accept()

    def speak(self, language: Language) -> None:
        """Ask on in another language; what is typed stays."""
        if language is not self.answers.language:
            self._read()
            self.answers.language = language
            words.set_language(language)
            app = QApplication.instance()
            if isinstance(app, QApplication):
                theme.speak(app, language)
            self._build()
        self.step.fill(self._defaults, self.answers)

    def restore_instead(self) -> None:
        """The shop exists already: its backup takes the place of all questions."""
        if self._restore is not None and self._restore(self):
            self.accept()

    def reject(self) -> None:
        """Esc and the window's cross: nothing is written yet, and a shop half asked is asked again next time."""
        if confirm(
            _("Quit before the shop is set up?"),
            _("Quit"),
            danger=True,
            detail=_("Nothing has been written yet. “Skip, start working” gives a shop at once."),
            parent=self,
        ):
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter(self.focusWidget())
            return
        if isinstance(self.step, LanguageStep) and self.step.press(event.text()):
            return
        super().keyPressEvent(event)

    def _enter(self, focus: QWidget | None) -> None:
        """Enter presses a button that has the focus; everywhere else it leads on."""
        if isinstance(focus, QPushButton) and not focus.isCheckable():
            focus.click()
            return
        if isinstance(focus, QPushButton) and isinstance(self.step, LanguageStep):
            focus.click()
        if not self.step.enter(focus):
            self.go_on()

    # -- inside ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        """Everything in the language in force."""
        self.setWindowTitle(_("Set up the shop"))
        names = default_texts(self.answers.language)
        changed = self._typed_something
        self.steps = [
            LanguageStep(changed, self.speak, self.restore_instead if self._restore is not None else None),
            ShopStep(changed, names["shop_name"]),
            HoursStep(changed, len_of_default_prices(self.answers.language)),
            PapersStep(changed, self._look),
            OwnerStep(changed, names["owner_name"]),
        ]
        face = QWidget()
        theme.role_of(face, "ground")
        across = QHBoxLayout(face)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._rail())
        across.addLayout(self._middle(), 1)
        self._paper = self._beside()
        across.addWidget(self._paper)
        old, self._face = self._face, face
        self._holder.addWidget(face)
        # At once: the next key may come before the layout would show it.
        face.show()
        if old is not None:
            self._holder.removeWidget(old)
            old.hide()
            old.deleteLater()
        for step in self.steps:
            step.fill(self._defaults, self.answers)
        self._turn(self._at)

    def _rail(self) -> QWidget:
        rail = QFrame()
        rail.setObjectName("rail")
        rail.setFixedWidth(theme.px(200))
        box = QVBoxLayout(rail)
        margin = theme.px(20)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(14))
        sign = QLabel()
        sign.setPixmap(icons.pixmap("xiuhu", "accent_ink", 40))
        name = QLabel("修护 Xiuhu")
        theme.role_of(name, "heading")
        box.addWidget(sign)
        box.addWidget(name)
        box.addSpacing(theme.px(12))
        self._marks: list[tuple[QLabel, QLabel]] = []
        for step in self.steps:
            row = QHBoxLayout()
            row.setSpacing(theme.px(10))
            mark, word = QLabel(), QLabel(step.title())
            word.setWordWrap(True)
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            row.addWidget(word, 1)
            box.addLayout(row)
            self._marks.append((mark, word))
        box.addStretch(1)
        return rail

    def _middle(self) -> QVBoxLayout:
        self._title = QLabel()
        theme.role_of(self._title, "title")
        self._about = QLabel()
        self._about.setWordWrap(True)
        theme.role_of(self._about, "secondary")
        self.banner = Banner()
        self._stack = QStackedWidget()
        for step in self.steps:
            area = QScrollArea()
            area.setWidget(step)
            area.setWidgetResizable(True)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            self._stack.addWidget(area)
        self.skip_button = QPushButton(_("Skip, start working") + "  F9")
        theme.role_of(self.skip_button, "quiet")
        self.skip_button.clicked.connect(lambda: self.start_working())
        self.back_button = QPushButton(_("Back"))
        self.back_button.setToolTip("PgUp, Alt+←")
        self.back_button.clicked.connect(lambda: self.go_back())
        self.next_button = QPushButton()
        self.next_button.setToolTip("↵, PgDn, Alt+→")
        theme.role_of(self.next_button, "primary")
        self.next_button.clicked.connect(lambda: self.go_on())
        for button in self._walkers():
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        foot.addWidget(self.skip_button)
        foot.addStretch(1)
        foot.addWidget(self.back_button)
        foot.addWidget(self.next_button)
        box = QVBoxLayout()
        margin = theme.px(28)
        box.setContentsMargins(margin, theme.px(24), margin, theme.px(20))
        box.setSpacing(theme.px(8))
        box.addWidget(self._title)
        box.addWidget(self._about)
        box.addWidget(self.banner)
        box.addSpacing(theme.px(8))
        box.addWidget(self._stack, 1)
        box.addLayout(foot)
        return box

    def _beside(self) -> QWidget:
        panel = QFrame()
        theme.role_of(panel, "panel")
        panel.setFixedWidth(theme.px(320))
        box = QVBoxLayout(panel)
        margin = theme.px(20)
        box.setContentsMargins(margin, margin, margin, margin)
        caption = QLabel(_("Your pickup receipt"))
        theme.role_of(caption, "secondary")
        self.preview = LivePaper(
            self._printing,
            tasks.shared(),
            self._typed,
            kinds=(PaperKind.PICKUP_RECEIPT,),
            compact=True,
        )
        box.addWidget(caption)
        box.addWidget(self.preview, 1)
        return panel

    def _walkers(self) -> tuple[QPushButton, ...]:
        return (self.skip_button, self.back_button, self.next_button)

    def _turn(self, at: int) -> None:
        self.banner.clear()
        self._at = at
        step = self.step
        last = at + 1 == len(self.steps)
        self._stack.setCurrentIndex(at)
        self._title.setText(step.title())
        self._about.setText(step.about())
        self._paper.setVisible(step.shows_paper())
        self.back_button.setEnabled(at > 0)
        self.next_button.setText((_("Start working") if last else _("Next")) + "  ↵")
        # On the last step both would do the same.
        self.skip_button.setVisible(not last)
        for number, (mark, word) in enumerate(self._marks):
            done, here = number < at, number == at
            mark.setPixmap(
                icons.pixmap(
                    "circle-check" if done else "circle-dot",
                    "accent_ink" if done or here else "ink_off",
                    18,
                )
            )
            theme.role_of(word, "strong" if here else "")
        if step.shows_paper():
            self.preview.touch()
        step.focus_first()

    def _read(self) -> None:
        for step in self.steps:
            step.read(self.answers)

    def _typed_something(self) -> None:
        if self.step.shows_paper():
            self.preview.touch()

    def _typed(self) -> tuple[Mapping[str, Any], str]:
        """The typed answers over the texts a new shop starts from: what the first receipt will look like."""
        self._read()
        texts = default_texts(self.answers.language)
        typed = {**self._defaults, **{key: texts[key] for key in ("shop_name", "terms", "footer")}}
        return {**typed, **{key: value for key, value in self.answers.typed.items() if value != ""}}, ""

    def _look(self, kind: PaperKind) -> None:
        """A paper in the size and on the printer chosen here, with the name that was typed."""
        table = next(step for step in self.steps if isinstance(step, PapersStep)).table
        typed, _category = self._typed()
        from app.features.settings.desk_sections import show_sample

        show_sample(self._printing, kind, table, typed, self)

    def _tell_shell(self) -> None:
        """The window around was built in the language before."""
        from app.ui.shell import Shell

        shell = self.parent()
        if isinstance(shell, Shell):
            shell.use_language(self.answers.language)

    def _room(self) -> QSize:
        """As large as the window it stands before, at most what reads well."""
        parent = self.parentWidget()
        room = parent.window().size() if parent is not None else QSize(1024, 640)
        wanted = QSize(theme.px(1060), theme.px(640))
        return QSize(
            max(880, min(room.width(), wanted.width())), max(560, min(room.height(), wanted.height()))
        )

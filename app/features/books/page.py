"""Books 记账: the journal of a month for the bookkeeper, and the accounts it is booked on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command
from app.core.money import Money
from app.core.words import _, ngettext
from app.features.books.export import export_books, voucher_number
from app.features.books.service import Books
from app.features.books.snapshots import AccountEntry, AccountRow, Journal
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, LineField
from app.ui.form_dialog import ask
from app.ui.month_picker import MonthPicker
from app.ui.page import KeyHint, Page
from app.ui.saving import SHEETS, ask_where
from app.ui.tables import RIGHT, Column, Empty, Table
from app.ui.tasks import Progress

JOURNAL, SUMS, ACCOUNTS = "journal", "sums", "accounts"
_FACES = (JOURNAL, SUMS, ACCOUNTS)


class BooksPage(Page):
    """The journal is written beside the window; a long one tells how far it is."""

    key = "books"

    def __init__(self, books: Books, desk: Desk) -> None:
        super().__init__()
        self._books = books
        self.desk = desk
        self._asked = 0
        self.journal: Journal | None = None
        self.month = MonthPicker(lambda: books.today)
        self.month.changed.connect(lambda _month: self._load())
        self.view = ChipGroup(
            "",
            [(JOURNAL, _("Journal")), (SUMS, _("By account")), (ACCOUNTS, _("Accounts"))],
            single=True,
            required=True,
            numbers=False,
        )
        self.view.setMinimumWidth(theme.px(330))
        self.view.set_value(JOURNAL)
        self.view.changed.connect(self._turned)
        self.edit_button = QPushButton(_("Other account … (Ctrl+B)"))
        self.edit_button.setShortcut("Ctrl+B")
        self.edit_button.clicked.connect(self.edit_account)
        self.export_button = QPushButton(_("Save for the bookkeeper … (Ctrl+E)"))
        self.export_button.setShortcut("Ctrl+E")
        theme.role_of(self.export_button, "primary")
        self.export_button.clicked.connect(self.export)
        row = QHBoxLayout()
        low = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.month, 0, low)
        row.addWidget(self.view, 0, low)
        row.addStretch(1)
        row.addWidget(self.edit_button, 0, low)
        row.addWidget(self.export_button, 0, low)
        self.body.addLayout(row)
        self._tables()
        self.totals = QLabel()
        theme.role_of(self.totals, "strong")
        self.body.addWidget(self.totals)

    def _tables(self) -> None:
        self.lines = Table(
            [
                Column("day", _("Date"), lambda row: formats.day(row.day), width=92),
                Column(
                    "voucher", _("Voucher"), lambda row: voucher_number(row.voucher), lambda row: row.voucher,
                    width=84,
                ),
                Column("number", _("Account number"), lambda row: row.number, width=120),
                Column("name", _("Account name"), lambda row: row.name, width=200, stretch=True),
                Column("text", _("Text"), lambda row: row.text, width=220, spare=True),
                _money("debit", _("Debit amount")),
                _money("credit", _("Credit amount")),
                Column("document", _("Document"), lambda row: row.document, width=120),
            ],
            name="books_lines",
            empty=Empty(_("Nothing was booked in this month."), icon="book-open"),
        )  # fmt: skip
        self.sums = Table(
            [
                Column("number", _("Account number"), lambda row: row.number, width=120),
                Column("name", _("Account name"), lambda row: row.name, width=240, stretch=True, bold=True),
                _money("debit", _("Debit amount")),
                _money("credit", _("Credit amount")),
                _money("balance", _("Debit less credit"), width=130),
            ],
            name="books_sums",
            empty=Empty(_("Nothing was booked in this month."), icon="book-open"),
        )
        self.accounts = Table(
            [
                Column("purpose", _("What it is for"), lambda row: row.purpose, width=300, stretch=True),
                Column("number", _("Account number"), lambda row: row.number, width=120, bold=True),
                Column("name", _("Account name"), lambda row: row.name, width=280),
                Column(
                    "state", _("State"), lambda row: _account_chip(row).text, width=120, chip=_account_chip
                ),
            ],
            name="books_accounts",
        )
        self.accounts.opened.connect(lambda _row: self.edit_account())
        self.stack = QStackedWidget()
        for table in (self.lines, self.sums, self.accounts):
            self.stack.addWidget(table)
        self.body.addWidget(self.stack, 1)

    # -- what a page says about itself -----------------------------------------------------------------

    def title(self) -> str:
        return _("Books")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("Ctrl+E", _("save for the bookkeeper")), KeyHint("Ctrl+,", _("month before")))

    def manual(self) -> str:
        return "books"

    def first_focus(self) -> QWidget | None:
        return self.view

    def concerns(self, changes: Changes) -> bool:
        return any(changes.has(kind) for kind in (Kind.MONEY, Kind.TILL, Kind.PART, Kind.SETTING))

    def refresh(self) -> None:
        self.accounts.show_rows(list(self._books.accounts(self.desk.actor)))
        self._turned()
        self._load()

    # -- what is done here -----------------------------------------------------------------------------

    def edit_account(self) -> None:
        """Book what the row in front stands for on another account."""
        row = self.accounts.current()
        if not isinstance(row, AccountRow) or not self.desk.may(Command.SAVE_ACCOUNTS):
            return
        standard = _("Standard: {account}").format(account=f"{row.standard_number} {row.standard_name}")
        number = LineField(_("Account number"), hint=standard, most=24)
        name = LineField(_("Account name"), most=60)
        number.set_value(row.number)
        name.set_value(row.name)
        ctx = self.desk.gesture()

        def give() -> object:
            entry = AccountEntry(row.key, number.value(), name.value())
            return self._books.save_accounts(ctx, [entry])

        text = _("Left empty, the standard account is taken again. Ask your bookkeeper which account it is.")
        if ask(row.purpose, (number, name), _("Save"), give, text=text, parent=self):
            self.confirm_done(_("Saved: {name}").format(name=row.purpose))
            self.refresh()

    def export(self) -> None:
        """The month as a file; told how far, and can be stopped."""
        month = self.month.value()
        proposed = _("Books {month}").format(month=month)
        file = ask_where(self, _("Save for the bookkeeper"), proposed, SHEETS)
        if file is None:
            return
        actor = self.desk.actor

        def work(progress: Progress) -> Path:
            export_books(self._books, actor, month, file, progress.step)
            return file

        self.desk.tasks.run(
            work,
            lambda done: self.confirm_done(_("Saved: {name}").format(name=done.name)),
            self.failed,
            _("Save for the bookkeeper"),
        )

    # -- loading ---------------------------------------------------------------------------------------

    def _turned(self) -> None:
        face = self.view.value() or JOURNAL
        self.stack.setCurrentIndex(_FACES.index(face))
        self.month.setEnabled(face != ACCOUNTS)
        self.edit_button.setVisible(face == ACCOUNTS and self.desk.may(Command.SAVE_ACCOUNTS))
        self.totals.setVisible(face != ACCOUNTS)
        if face == ACCOUNTS and self.accounts.current() is None:
            self.accounts.select_first()

    def _load(self) -> None:
        self._asked += 1
        asked, month, actor = self._asked, self.month.value(), self.desk.actor
        if self.journal is None or self.journal.month != month:
            self.totals.clear()
            for table in (self.lines, self.sums):
                table.show_loading()

        def work(progress: Progress) -> Journal:
            return self._books.journal(actor, month, lambda _done, _total: progress.check())

        def show(found: Journal) -> None:
            # What was asked for before is no longer wanted.
            if asked == self._asked:
                self._show(found)

        def fail(error: BaseException) -> None:
            if asked == self._asked:
                self.journal = None
                for table in (self.lines, self.sums):
                    table.show_error(error, self._load)
            self.failed(error)

        self.desk.tasks.run(work, show, fail, quiet=True)

    def _show(self, found: Journal) -> None:
        self.journal = found
        self.lines.show_rows(list(found.lines))
        self.sums.show_rows(list(found.sums))
        vouchers = ngettext("{n} voucher", "{n} vouchers", found.vouchers).format(n=found.vouchers)
        self.totals.setText(
            "   ".join(
                (
                    vouchers,
                    _("Debit {amount}").format(amount=formats.money(found.debit)),
                    _("Credit {amount}").format(amount=formats.money(found.credit)),
                )
            )
        )


def _money(key: str, title: str, *, width: int = 110) -> Column:
    def amount(row: object) -> Money:
        value = getattr(row, key)
        assert isinstance(value, Money)
        return value

    return Column(
        key,
        title,
        lambda row: formats.money(amount(row), sign=False) if amount(row) else "",
        lambda row: amount(row).fen,
        RIGHT,
        width=width,
    )


def _account_chip(row: AccountRow) -> Chip:
    if row.changed:
        return Chip(_("Own"), Tone.INFO, "pencil")
    return Chip(_("Standard"), Tone.CALM, "book-open")

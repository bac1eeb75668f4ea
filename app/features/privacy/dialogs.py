"""What the owner does for a customer who asks: hand his data out, erase them; and those who did not come for years."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QLabel,
    QPushButton,
)

from app.core import formats
from app.core.enums import ErasureCause
from app.core.labels import label
from app.core.words import _, ngettext
from app.features.privacy.service import Privacy
from app.features.privacy.snapshots import Erased, LookRow, LostCustomer
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ChipGroup
from app.ui.form_dialog import ask
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood, confirm
from app.ui.page import Page
from app.ui.saving import ask_where
from app.ui.tables import RIGHT, Column, Empty, Table


def hand_out(page: Page, desk: Desk, privacy: Privacy, customer_id: int, name: str) -> None:
    """Ask where to, then write everything that is held about a customer."""
    proposed = f"{name} {formats.day(desk.clock.now().date())}"
    file = ask_where(page, _("Hand out the data"), proposed, {".zip": "ZIP"})
    if file is None:
        return
    ctx = desk.gesture()
    desk.tasks.run(
        lambda _progress: privacy.hand_out(ctx, customer_id, file),
        lambda _done: page.confirm_done(_("Written: {name}").format(name=file.name)),
        page.failed,
        _("Hand out the data"),
    )


def erase(
    page: Page,
    desk: Desk,
    privacy: Privacy,
    customer_id: int,
    version: int,
    name: str,
    done: Callable[[Erased], None],
) -> None:
    """Ask why, and whether really; then erase."""
    why = ChipGroup(
        _("Reason"), [(each, label(each)) for each in ErasureCause], single=True, required=True, numbers=False
    )
    why.set_value(ErasureCause.ASKED)
    ctx = desk.gesture()
    found: list[Erased] = []

    def give() -> None:
        found.append(privacy.erase(ctx, customer_id, version, why.value()))

    def asked() -> bool:
        return ask(
            _("Erase the data of {name}").format(name=name), [why], _("Erase for good"), give, parent=page
        )

    sure = confirm(
        _("Erase the data of {name} for good?").format(name=name),
        _("Go on"),
        danger=True,
        detail=_(
            "Name, phones, address, notes, faults, serial numbers, photos, signatures and what is frozen for reprints"
            " go. Orders, invoices and payments stay in the books, without a name. Nothing can bring it back; a"
            " restored backup is erased again."
        ),
        parent=page,
    )
    if sure and asked():
        done(found[0])


def looks_table() -> Table:
    """Who looked at a customer, for the owner."""
    return Table(
        [
            Column("day", _("Day"), lambda row: formats.day(row.day), width=92),
            Column("who", _("Who"), lambda row: row.who, width=88, bold=True),
            Column("what", _("Looked at"), _what, width=120, stretch=True),
            Column("last", _("Last"), lambda row: formats.clock_time(row.last), width=64),
            Column("times", _("Times"), lambda row: str(row.times), align=RIGHT, width=56),
        ],
        name="customer_looks",
        empty=Empty(_("Nobody has looked yet."), icon="history"),
    )


def _what(row: LookRow) -> str:
    return _("Order {number}").format(number=row.order) if row.order else _("Customer's card")


class LostCustomersDialog(QDialog):
    """Customers who did not come for years: the owner looks at the list and says so; nothing happens by itself."""

    def __init__(self, page: Page, desk: Desk, privacy: Privacy, years: int) -> None:
        super().__init__(page)
        self._desk, self._privacy = desk, privacy
        self.erased = 0
        self.setWindowTitle(_("Not seen for years"))
        self.resize(theme.px(760), theme.px(520))
        heading = QLabel(_("Not seen for years"))
        theme.role_of(heading, "heading")
        about = QLabel()
        about.setWordWrap(True)
        theme.role_of(about, "secondary")
        about.setText(
            ngettext(
                "They did not come for {n} year, owe nothing and are owed nothing. Erase who is not to be kept.",
                "They did not come for {n} years, owe nothing and are owed nothing. Erase who is not to be kept.",
                years,
            ).format(n=years)
            if years
            else _("The rule is off. Settings say after how many years customers are put before you here.")
        )
        self.banner = Banner()
        self.list = Table(
            [
                Column("name", _("Name"), lambda row: row.name, width=120, bold=True, stretch=True),
                Column("phone", _("Phone"), lambda row: formats.phone(row.phone), width=130),
                Column("last", _("Last visit"), lambda row: formats.day(row.last_visit), width=100),
                Column("orders", _("Orders"), lambda row: str(row.orders), align=RIGHT, width=64),
            ],
            name="lost_customers",
            empty=Empty(_("Nobody is due."), icon="circle-check"),
        )
        self.list.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.one = QPushButton(_("Erase this one …"))
        self.one.clicked.connect(lambda: self._erase([self.list.current()]))
        self.all = QPushButton(_("Erase all of them …"))
        theme.role_of(self.all, "danger")
        self.all.clicked.connect(lambda: self._erase(list(self.rows)))
        leave = QPushButton(_("Close"))
        leave.clicked.connect(self.accept)
        lay_out(
            self,
            heading,
            about,
            self.banner,
            self.list,
            tall=self.list,
            left=[self.one, self.all],
            right=[leave],
        )
        self.rows: tuple[LostCustomer, ...] = ()
        self.load()

    def load(self) -> None:
        """Ask anew who is due."""
        self.rows = self._privacy.lost(self._desk.actor)
        self.list.show_rows(self.rows)
        self.one.setEnabled(bool(self.rows))
        self.all.setEnabled(bool(self.rows))
        self.list.select_first()

    def _erase(self, rows: list[LostCustomer]) -> None:
        rows = [row for row in rows if row is not None]
        if not rows:
            return
        question = ngettext(
            "Erase the data of {n} customer for good?", "Erase the data of {n} customers for good?", len(rows)
        ).format(n=len(rows))
        if not confirm(question, _("Erase for good"), danger=True, parent=self):
            return
        done = self._privacy.erase_lost(self._desk.gesture(), [row.id for row in rows])
        self.erased += done
        self.load()
        self.banner.say(
            ngettext("{n} customer erased.", "{n} customers erased.", done).format(n=done), Mood.OK
        )

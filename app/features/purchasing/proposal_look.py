"""The proposal: what to buy, why so many, from whom; chosen rows become purchase orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import Command, PlanKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import Money, Quantity
from app.core.words import _, ngettext
from app.features.purchasing.choices import Choice, choices_of, sum_of
from app.features.purchasing.dialogs import SuppliersDialog, ask_choice, ask_season, working
from app.features.purchasing.snapshots import Proposal, ProposalRow, PurchaseCard, SupplierRow
from app.model.purchase import AS_EVER
from app.ui import theme
from app.ui.fields import ComboField
from app.ui.page import KeyHint
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.purchasing.page import PurchasePage

#: Every supplier.
_ALL = 0
#: Parts that have no supplier yet.
_NOBODY = -1


class ProposalLook(QWidget):
    """Rows to take or leave, with their working."""

    def __init__(self, page: PurchasePage) -> None:
        super().__init__()
        self._page = page
        self._suppliers: tuple[SupplierRow, ...] = ()
        self.choices: dict[str, Choice] = {}
        self.plan = ComboField("", [(kind, label(kind)) for kind in PlanKind])
        self.plan.combo.setAccessibleName(_("Plan"))
        self.plan.set_value(PlanKind.MONTHLY)
        self.plan.on_pick(lambda _kind: self.load())
        self.supplier = ComboField("")
        self.supplier.combo.setAccessibleName(_("Supplier"))
        self.supplier.on_pick(lambda _id: self._show())
        self.suppliers_button = QPushButton(_("Suppliers …"))
        self.suppliers_button.clicked.connect(self.open_suppliers)
        self.season_button = QPushButton(_("Season factors …"))
        self.season_button.clicked.connect(self.edit_season)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.plan)
        top.addWidget(self.supplier, 1)
        top.addWidget(self.season_button)
        top.addWidget(self.suppliers_button)
        self.table = Table(_columns(), name="proposal", empty=_nothing())
        self.table.view.setAccessibleName(_("Proposal"))
        self.table.opened.connect(self.edit)
        self.table.picked.connect(self._picked)
        self.table.view.installEventFilter(self)
        self.working = QLabel()
        self.working.setWordWrap(True)
        theme.role_of(self.working, "secondary")
        self.sum = QLabel()
        theme.role_of(self.sum, "heading")
        self.order_button = QPushButton(_("Make purchase orders (F9)"))
        theme.role_of(self.order_button, "primary")
        self.order_button.clicked.connect(page.save_and_print)
        below = QHBoxLayout()
        below.addWidget(self.sum, 1)
        below.addWidget(self.order_button)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(top)
        box.addWidget(self.table, 1)
        box.addWidget(self.working)
        box.addLayout(below)

    def keys(self) -> Sequence[KeyHint]:
        """The keys of this look."""
        return (
            KeyHint("F9", _("make purchase orders")),
            KeyHint(_("Space"), _("take or leave")),
            KeyHint("↵", _("quantity, price, supplier")),
        )

    def first_focus(self) -> QWidget:
        """The rows."""
        return self.table.view

    def kind(self) -> PlanKind:
        """The plan that is chosen."""
        # Qt gives a code of an enum back as plain text.
        return PlanKind(self.plan.value() or PlanKind.MONTHLY)

    def load(self) -> None:
        """Work the proposal out anew, beside the window; what was changed by hand stays changed."""
        desk = self._page.desk
        may = desk.may(Command.SAVE_PURCHASE)
        self.order_button.setVisible(may)
        self.season_button.setVisible(may)
        kind = self.kind()
        planning, suppliers = self._page.offices.planning, self._page.offices.suppliers
        if not self.choices:
            self.table.show_loading()
        desk.tasks.run(
            lambda _progress: (planning.proposal(kind), suppliers.all()),
            lambda found: self.show_proposal(*found),
            lambda error: self.table.show_error(error, self.load),
            quiet=True,
        )

    def show_proposal(self, proposal: Proposal, suppliers: tuple[SupplierRow, ...]) -> None:
        """Show what was worked out."""
        if proposal.plan is not self.kind():
            return
        before = self.choices
        self._suppliers = suppliers
        self.choices = {}
        for each in choices_of(proposal):
            known = before.get(each.id)
            # What the buyer decided outlives a part that was received meanwhile, but not another proposal.
            self.choices[each.id] = known if known is not None and known.row == each.row else each
        names = sorted({(each.supplier, each.supplier_id or _NOBODY) for each in self.choices.values()})
        chosen = self.supplier.value() or _ALL
        offered = [(_ALL, _("All suppliers"))]
        offered += [(code, name or _("Without a supplier")) for name, code in names]
        self.supplier.set_choices(offered)
        self.supplier.set_value(chosen if chosen in dict(offered) else _ALL)
        self._show()

    def shown(self) -> list[Choice]:
        """The rows of the supplier that is looked at."""
        wanted = self.supplier.value() or _ALL
        return [each for each in self.choices.values() if wanted in (_ALL, each.supplier_id or _NOBODY)]

    # -- what the buyer does ---------------------------------------------------------------------------

    def toggle(self) -> None:
        """Take or leave the current row."""
        choice = self.table.current()
        if choice is not None:
            self._put(replace(choice, taken=not choice.taken))

    def edit(self, choice: Choice) -> None:
        """Quantity, price and supplier of a row; a changed row is taken."""

        def submit(supplier_id: int | None, quantity: Quantity, price: Money) -> None:
            if quantity <= Quantity(0):
                raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
            name = next((each.name for each in self._suppliers if each.id == supplier_id), "")
            self._put(
                replace(
                    choice, taken=True, quantity=quantity, price=price, supplier_id=supplier_id, supplier=name
                )
            )

        ask_choice(choice, label(self.kind()), self._suppliers, submit, self)

    def order(self) -> None:
        """Make purchase orders of all rows that are taken and shown, one for each supplier."""
        taken = [each for each in self.shown() if each.taken]
        missing = next((each for each in taken if each.supplier_id is None), None)
        if missing is not None:
            self.table.select(missing.id)
            raise Refusal(Reason.FIELD_REQUIRED, field="supplier")
        ctx = self._page.desk.gesture()
        cards = self._page.offices.purchasing.order(ctx, [each.wanted() for each in taken])
        for each in taken:
            self.choices.pop(each.id, None)
        self._page.ordered(cards)

    def open_suppliers(self) -> None:
        """The suppliers, to look up and to change."""
        SuppliersDialog(self._page).exec()
        self.load()

    def edit_season(self) -> None:
        """The season factors of a category."""
        planning = self._page.offices.planning
        seasons = {each.category: each.percents for each in planning.seasons()}
        ctx = self._page.desk.gesture()
        if ask_season(
            tuple(seasons),
            lambda category: seasons.get(category, (AS_EVER,) * 12),
            lambda category, percents: planning.save_season(ctx, category, percents),
            self,
        ):
            self.load()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Space
        ):
            self.toggle()
            return True
        return super().eventFilter(watched, event)

    # -- inside ----------------------------------------------------------------------------------------

    def _put(self, choice: Choice) -> None:
        self.choices[choice.id] = choice
        self._show()

    def _show(self) -> None:
        rows = self.shown()
        self.table.show_rows(rows)
        taken = [each for each in rows if each.taken]
        text = ngettext("{n} part chosen", "{n} parts chosen", len(taken)).format(n=len(taken))
        self.sum.setText(f"{text} · {formats.money(sum_of(taken))}" if rows else "")
        self.order_button.setEnabled(bool(taken))

    def _picked(self, choice: Choice | None) -> None:
        row = choice.row if choice is not None else None
        if isinstance(row, ProposalRow):
            self.working.setText(working(row, label(self.kind())))
        else:
            self.working.setText(row.note if row is not None else "")


def made(cards: Sequence[PurchaseCard]) -> str:
    """What the status line says after ordering."""
    numbers = formats.joined(card.number for card in cards)
    return ngettext("Draft {numbers} made", "Drafts {numbers} made", len(cards)).format(numbers=numbers)


def _nothing() -> Empty:
    return Empty(_("Nothing to buy: stock and orders cover the plan."), icon="package-check")


def _columns() -> list[Column]:
    def planned(choice: Choice, read: str) -> str:
        row = choice.row
        return formats.quantity(getattr(row, read)) if isinstance(row, ProposalRow) else ""

    def column(key: str, title: str, *, width: int = 74, spare: bool = False) -> Column:
        return Column(
            key,
            title,
            lambda each: planned(each, key),
            sort=lambda each: getattr(each.row, key, Quantity(0)),
            align=RIGHT,
            width=width,
            spare=spare,
        )

    return [
        Column(
            "taken",
            _("Take"),
            lambda each: _("Yes") if each.taken else "",
            icon=lambda each: "check" if each.taken else "",
            width=58,
        ),
        Column("supplier", _("Supplier"), lambda each: each.supplier or "—", width=120),
        Column("number", _("Part number"), lambda each: each.row.number, width=90),
        Column("name", _("Part name"), _named, width=170, stretch=True, bold=True),
        column("average", _("A month"), spare=True),
        Column("season", _("Season"), _season, align=RIGHT, width=66, spare=True),
        column("on_hand", _("On hand")),
        column("reserved", _("Reserved"), spare=True),
        column("on_order", _("On order")),
        column("minimum", _("Minimum"), spare=True),
        Column(
            "quantity",
            _("To order"),
            lambda each: f"{formats.quantity(each.quantity)} {each.row.unit}".strip(),
            sort=lambda each: each.quantity,
            align=RIGHT,
            width=80,
            bold=True,
        ),
        Column(
            "amount",
            _("Amount"),
            lambda each: formats.money(each.amount, sign=False),
            sort=lambda each: each.amount,
            align=RIGHT,
            width=90,
        ),
        Column("why", _("Why"), _why, width=160, tone=_tone),
    ]


def _named(choice: Choice) -> str:
    return choice.row.name


def _season(choice: Choice) -> str:
    if not isinstance(choice.row, ProposalRow):
        return ""
    percents = choice.row.percents
    return f"{sum(percents) // len(percents)} %"


def _why(choice: Choice) -> str:
    row = choice.row
    if isinstance(row, ProposalRow):
        return _("Below minimum") if row.below_minimum else ""
    what = _("Urgent request") if row.urgent else _("Request")
    return f"{what} {row.order_number}".strip()


def _tone(choice: Choice) -> str | None:
    row = choice.row
    if isinstance(row, ProposalRow):
        return "late_ink" if row.below_minimum else None
    return "late_ink" if row.urgent else "ink_2"

"""Forms of old parts: hand in, write off, the table of rules."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.enums import Category, OldPartRule, OldPartState
from app.core.errors import Conflict, ShopError
from app.core.labels import label
from app.core.money import ONE, ZERO, Quantity
from app.core.rights import Ctx
from app.core.sentences import sentence
from app.core.words import _
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import OldPartRow, PolicyRow
from app.features.old_parts.words import policy_text
from app.features.stock.service import StockService
from app.features.stock.typed import part_typed
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField, QuantityField
from app.ui.form_dialog import ask
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table


def brand_field(old_parts: OldParts) -> ComboField:
    """One of the brands that wait for old parts."""
    return ComboField(_("Brand"), [(each, each) for each in old_parts.brands()], required=True, free=True)


class HandInForm:
    """An old part before its new one; a lead may let the new one go without."""

    def __init__(self, stock: StockService, may_waive: bool) -> None:
        self._stock = stock
        self.order = LineField(_("Order no. or a scan of the card"), required=True)
        self.part = LineField(_("Part: number, barcode or name"), required=True)
        self.quantity = QuantityField(_("Quantity"), required=True)
        self.quantity.set_value(ONE)
        self.serial = LineField(_("Serial number of the old part"))
        self.location = LineField(_("Location"))
        self.without = QCheckBox(_("The old one comes later: let the new one be issued"))
        self.reason = LineField(_("Reason"))
        self.may_waive = may_waive

    @property
    def rows(self) -> list[QWidget]:
        """The widgets for a form dialog."""
        fields: list[QWidget] = [self.order, self.part, self.quantity, self.serial, self.location]
        return [*fields, self.without, self.reason] if self.may_waive else fields

    def give(self, old_parts: OldParts, ctx: Ctx) -> OldPartRow:
        """Give the command that the form asks for."""
        order_id = old_parts.order_typed(self.order.value())
        part = part_typed(self._stock, self.part.value())
        quantity = self.quantity.value() or Quantity(0)
        if self.without.isChecked():
            return old_parts.waive(ctx, order_id, part.id, quantity, self.reason.value())
        return old_parts.hand_in(
            ctx, order_id, part.id, quantity, serial=self.serial.value(), location=self.location.value()
        )


class WriteOffForm:
    """Lost, or charged by the brand; and why."""

    def __init__(self, row: OldPartRow) -> None:
        self.kind = ChipGroup(
            _("What happened"),
            [
                (OldPartState.LOST, label(OldPartState.LOST)),
                (OldPartState.CHARGED, label(OldPartState.CHARGED)),
            ],
            single=True,
            required=True,
        )
        refused = row.state is OldPartState.REFUSED
        self.kind.set_value(OldPartState.CHARGED if refused else OldPartState.LOST)
        self.reason = LineField(_("Reason"), required=True)
        self.rows: Sequence[QWidget] = (self.kind, self.reason)

    def lost(self) -> bool:
        """Whether it is lost rather than charged."""
        return self.kind.value() is OldPartState.LOST


class PolicyDialog(QDialog):
    """What each brand asks for, by product line; changed as a whole when it is saved."""

    def __init__(self, old_parts: OldParts, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._old = old_parts
        self._desk = desk
        self.rows = list(old_parts.policies())
        self.setWindowTitle(_("Rules for old parts"))
        self.setModal(True)
        self.setMinimumSize(theme.px(640), theme.px(420))
        heading = QLabel(_("Rules for old parts"))
        theme.role_of(heading, "heading")
        words = QLabel(
            _(
                "The most special rule counts: brand and product line, then brand, then product line, then every brand."
                " A part's own rule goes before them all."
            )
        )
        words.setWordWrap(True)
        theme.role_of(words, "secondary")
        self.banner = Banner()
        self.table = Table(
            [
                Column("brand", _("Brand"), lambda row: policy_text(row)[0], width=140, stretch=True),
                Column("category", _("Product line"), lambda row: policy_text(row)[1], width=170),
                Column("rule", _("Rule"), lambda row: label(row.rule), width=140),
                Column(
                    "below", _("Exempt below"),
                    lambda row: formats.money(row.free_below) if row.free_below else "—",
                    align=RIGHT, width=100,
                ),
            ],
            name="old_part_rules",
            key=lambda row: (row.brand, row.category),
            empty=Empty(_("No rules: no old part is asked for."), _("New rule …"), self.add, icon="scale"),
        )  # fmt: skip
        self.table.opened.connect(lambda _row: self.edit())
        add, edit, remove = (QPushButton(text) for text in (_("New rule …"), _("Edit …"), _("Remove")))
        for button, act in ((add, self.add), (edit, self.edit), (remove, self.remove)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, act=act: act())
        left = QPushButton(_("Cancel"))
        left.setAutoDefault(False)
        left.clicked.connect(self.reject)
        self.save_button = QPushButton(_("Save"))
        theme.role_of(self.save_button, "primary")
        self.save_button.clicked.connect(self.save)
        parts = (heading, self.banner, words, self.table)
        lay_out(self, *parts, tall=self.table, left=[add, edit, remove], right=[left, self.save_button])
        self._ctx = desk.gesture()
        self._show()

    def add(self) -> None:
        """A new rule."""
        self._edit(None)

    def edit(self) -> None:
        """Change the picked rule."""
        row = self.table.current()
        if row is not None:
            self._edit(row)

    def remove(self) -> None:
        """Take the picked rule out."""
        row = self.table.current()
        if row is not None:
            self.rows.remove(row)
            self._show()

    def save(self) -> None:
        """Give the table as it stands; a refusal is said here and keeps what was typed."""
        try:
            self._old.save_policies(self._ctx, self.rows)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        self.accept()

    def _edit(self, row: PolicyRow | None) -> None:
        brand = LineField(_("Brand (empty: every brand)"))
        category = ComboField(
            _("Product line (empty: everything)"),
            [("", ""), *((each.value, label(each)) for each in Category)],
            free=True,
        )
        rule = ChipGroup(
            _("Rule"),
            [(each, label(each)) for each in OldPartRule if each is not OldPartRule.EXEMPT],
            single=True,
            required=True,
        )
        below = MoneyField(_("Parts with a sale price below this are exempt"))
        if row is not None:
            brand.set_value(row.brand)
            category.set_value(row.category)
            below.set_value(row.free_below or None)
        rule.set_value(row.rule if row is not None else OldPartRule.RETURN)

        def take() -> None:
            made = PolicyRow(brand.value(), category.value() or "", rule.value(), below.value() or ZERO)
            if row is not None:
                self.rows[self.rows.index(row)] = made
            else:
                self.rows.append(made)

        if ask(_("Rule for old parts"), [brand, category, rule, below], _("Take over"), take, parent=self):
            self._show()

    def _show(self) -> None:
        self.table.show_rows(list(self.rows))

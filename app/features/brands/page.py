"""Brands the shop works for: the list, one brand with its agreements, its code lists, its connection."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.brand_codes import CodeList
from app.core.changes import Changes, Kind
from app.core.enums import Command
from app.core.labels import category_name, label
from app.core.words import _, ngettext, pgettext
from app.features.brands.agreement_form import AgreementForm
from app.features.brands.code_files import read_codes
from app.features.brands.service import Brands
from app.features.brands.snapshots import AgreementRow, BrandCard, BrandEntry, BrandRow
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import LineField, PhoneField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table


class BrandsPage(Page):
    """The list on the left, the picked brand and its agreements on the right."""

    key = "brands"

    def __init__(self, brands: Brands, desk: Desk) -> None:
        super().__init__()
        self._brands = brands
        self.desk = desk
        self.shown: BrandCard | None = None
        self.about = QLabel(
            _(
                "Work under a brand's warranty is priced by its agreement and becomes a claim when it is handed over."
            )
        )
        theme.role_of(self.about, "secondary")
        self.about.setWordWrap(True)
        self.add_button = QPushButton(_("New brand … (Ctrl+N)"))
        self.add_button.setShortcut("Ctrl+N")
        self.add_button.clicked.connect(self.add)
        self.shop_codes_button = QPushButton(_("Codes for every brand …"))
        self.shop_codes_button.clicked.connect(lambda: self.import_codes(None))
        top = QHBoxLayout()
        top.addWidget(self.about, 1)
        top.addWidget(self.shop_codes_button)
        top.addWidget(self.add_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("name", _("Brand"), lambda row: row.name, width=130, stretch=True, bold=True),
                Column("agreed", _("With an agreement"), _agreed_word, width=130, chip=_agreed_chip),
                Column(
                    "open", _("Open claims"), lambda row: str(row.open_claims or ""), align=RIGHT, width=90,
                    sort=lambda row: row.open_claims, spare=True,
                ),
                Column("linked", _("Head office"), _link_word, width=120, chip=_link_chip, spare=True),
            ],
            name="brands",
            empty=Empty(_("No brands yet."), _("New brand … (Ctrl+N)"), self.add, icon="handshake"),
        )  # fmt: skip
        self.list.view.setAccessibleName(_("Brands"))
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.edit())
        self.agreements = Table(
            [
                Column("number", _("Agreement's number"), lambda row: row.number, width=130),
                Column("from", _("Holds from"), lambda row: formats.day(row.valid_from), width=92),
                Column(
                    "to",
                    _("Until"),
                    lambda row: formats.day(row.valid_to) if row.valid_to else _("no end"),
                    width=92,
                ),
                Column("lines", _("Product lines"), _lines_text, width=120, stretch=True),
                Column(
                    "used",
                    _("In use"),
                    lambda row: _("has claims") if row.used else "",
                    width=100,
                    spare=True,
                ),
            ],
            name="agreements",
            empty=Empty(_("No agreement yet: without one nothing can be claimed."), icon="file-text"),
        )
        self.agreements.view.setAccessibleName(_("Agreements"))
        self.agreements.opened.connect(self.edit_agreement)
        self.card = SideCard(_("Choose a brand on the left."), self.agreements)
        card = self.card
        self.agree_button = card.button(_("New agreement …"), lambda: self.edit_agreement(None), primary=True)
        self.edit_button = card.button(_("Edit brand …"), self.edit)
        self.codes_button = card.button(_("Read in codes …"), lambda: self.import_codes(self._brand_id()))
        self.link_button = card.button(_("Head office …"), self.open_link)
        self.body.addWidget(beside(self.list, card, wide=560, narrow=640), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Brands")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("Ctrl+N", _("new brand")), KeyHint("↵", _("edit")))

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.BRAND) or changes.has(Kind.CLAIM) or changes.has(Kind.SYNC)

    def refresh(self) -> None:
        may = self.desk.may
        self.add_button.setVisible(may(Command.SAVE_BRAND))
        self.shop_codes_button.setVisible(may(Command.IMPORT_CODES))
        self.list.show_rows(self._brands.list())
        if self.shown is not None:
            self._show(self._brands.card(self.shown.row.id))

    def open_with(self, subject: Any) -> None:
        """A brand's id."""
        self._show(self._brands.card(int(subject)))

    # -- commands --------------------------------------------------------------------------------------

    def add(self) -> None:
        """A new brand."""
        if self.desk.may(Command.SAVE_BRAND):
            self._ask_brand(None)

    def edit(self) -> None:
        """Change what is written about the picked brand."""
        if self.shown is not None and self.desk.may(Command.SAVE_BRAND):
            self._ask_brand(self.shown.row)

    def edit_agreement(self, row: AgreementRow | None) -> None:
        """A new agreement, or one that is there; one that claims were made under can only be ended."""
        brand_id = self._brand_id()
        if brand_id is None or not self.desk.may(Command.SAVE_AGREEMENT):
            return
        ctx = self.desk.gesture()
        done: list[BrandCard] = []
        form = AgreementForm(
            row,
            self._brands.categories(),
            self._brands.today,
            lambda entry: done.append(
                self._brands.save_agreement(
                    ctx, brand_id, row.id if row else None, entry, row.version if row else None
                )
            ),
            self,
        )
        if form.exec():
            self._saved(done[0])

    def import_codes(self, brand_id: int | None) -> None:
        """Read a brand's code lists in from a file of four columns: list, code, name, category."""
        if not self.desk.may(Command.IMPORT_CODES):
            return
        name, _filter = QFileDialog.getOpenFileName(
            self,
            _("Read in codes: columns list (fault, cause, fix), code, name, category"),
            "",
            "CSV, XLSX (*.csv *.xlsx)",
        )
        if not name:
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._brands.save_codes(ctx, brand_id, read_codes(Path(name))),
            lambda changed: self._codes_read(changed),
        )

    def open_link(self) -> None:
        """How this brand's head office is reached."""
        if self.shown is not None:
            self.wants.emit("brands", ("sync", self.shown.row.id))

    # -- inside ----------------------------------------------------------------------------------------

    def _brand_id(self) -> int | None:
        return None if self.shown is None else self.shown.row.id

    def _ask_brand(self, row: BrandRow | None) -> None:
        name = LineField(pgettext("brand", "Name"), required=True, most=80)
        names = LineField(_("Other spellings on devices"), hint=_("Separated by commas: Haier, 海尔智家"))
        shop_code = LineField(_("Our number with the brand"), most=80)
        contact = LineField(_("Contact person"), most=80)
        phone = PhoneField(_("Phone"))
        address = LineField(_("Address"))
        active = QCheckBox(_("We work for this brand"))
        active.setChecked(row is None or row.active)
        if row is not None:
            name.set_value(row.name)
            names.set_value("，".join(row.names))
            shop_code.set_value(row.shop_code)
            contact.set_value(row.contact)
            phone.set_value(row.phone)
            address.set_value(row.address)
        ctx = self.desk.gesture()
        done: list[BrandCard] = []
        if ask(
            _("New brand") if row is None else row.name,
            [name, names, shop_code, contact, phone, address, active],
            _("Save"),
            lambda: done.append(
                self._brands.save(
                    ctx,
                    row.id if row else None,
                    BrandEntry(
                        name.value(),
                        tuple(
                            each.strip()
                            for each in names.value().replace("，", ",").split(",")
                            if each.strip()
                        ),
                        shop_code.value(),
                        contact.value(),
                        phone.value(),
                        address.value(),
                        active.isChecked(),
                    ),
                    row.version if row else None,
                )
            ),
            parent=self,
        ):
            self._saved(done[0])

    def _saved(self, card: BrandCard) -> None:
        self.list.show_rows(self._brands.list())
        self._show(card)
        self.list.select(card.row.id)
        self.confirm_done(_("Saved: {name}").format(name=card.row.name))

    def _codes_read(self, changed: int) -> None:
        self.confirm_done(ngettext("{n} code read in", "{n} codes read in", changed).format(n=changed))
        self.refresh()

    def _picked(self, row: BrandRow | None) -> None:
        if row is not None and (self.shown is None or self.shown.row.id != row.id):
            self.run(lambda: self._show(self._brands.card(row.id)))

    def _show(self, card: BrandCard) -> None:
        self.shown = card
        row = card.row
        codes = " · ".join(f"{label(kind)} {card.codes[kind]}" for kind in CodeList if card.codes.get(kind))
        self.card.show_record(
            row.name,
            [
                (_("Other spellings"), formats.joined(row.names)),
                (_("Our number with the brand"), row.shop_code),
                (_("Contact person"), row.contact),
                (_("Phone"), formats.phone(row.phone)),
                (_("Address"), row.address),
                (_("Code lists"), codes or _("none: the shop's own are used, or free text")),
            ],
            _link_chip(row),
        )
        self.agreements.show_rows(card.agreements)
        may = self.desk.may
        self.card.offer(
            self.agree_button if may(Command.SAVE_AGREEMENT) else None,
            self.edit_button if may(Command.SAVE_BRAND) else None,
            self.codes_button if may(Command.IMPORT_CODES) else None,
            self.link_button if may(Command.SAVE_LINK) else None,
        )


def _agreed_word(row: BrandRow) -> str:
    if not row.active:
        return _("Not any more")
    return _("Holds today") if row.agreed else _("None today")


def _agreed_chip(row: BrandRow) -> Chip:
    if not row.active:
        return Chip(_agreed_word(row), Tone.CALM, "ban")
    return Chip(
        _agreed_word(row),
        Tone.DONE if row.agreed else Tone.WAITS,
        "file-check" if row.agreed else "file-text",
    )


def _link_word(row: BrandRow) -> str:
    return _("Connected") if row.linked else _("On paper")


def _link_chip(row: BrandRow) -> Chip:
    return Chip(
        _link_word(row), Tone.INFO if row.linked else Tone.CALM, "cloud" if row.linked else "file-text"
    )


def _lines_text(row: AgreementRow) -> str:
    return formats.joined(category_name(each) for each in row.categories) if row.categories else _("All")

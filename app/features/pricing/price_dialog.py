"""Work and fees of the price list for an order: found by name, initials or code, taken at the list's price."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.enums import LineKind, PriceUse
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.labels import category_name, label
from app.core.money import ONE, Money, Quantity
from app.core.sentences import sentence
from app.core.words import _
from app.features.orders.snapshots import CardLine
from app.features.pricing.snapshots import PriceChoice, PriceOffer
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.fields import LineField, MoneyField, QuantityField, check_all
from app.ui.form_dialog import ask
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table

_TONES = {
    PriceUse.LABOUR: (Tone.CALM, "wrench"),
    PriceUse.VISIT: (Tone.CALM, "truck"),
    PriceUse.DIAGNOSIS: (Tone.CALM, "stethoscope"),
    PriceUse.OTHER: (Tone.CALM, "receipt"),
    PriceUse.PACKAGE: (Tone.INFO, "layers"),
}


class PriceDialog(QDialog):
    """``take`` runs the command. Enter adds, Shift+Enter adds and stays; another price than the offered asks why."""

    def __init__(
        self,
        find: Callable[[str], Sequence[PriceOffer]],
        take: Callable[[PriceChoice], object],
        parent: QWidget | None = None,
        *,
        by_hand: bool = False,
    ) -> None:
        super().__init__(parent)
        self._find_offers, self._take = find, take
        #: Whether the user left the list to type what is not in it.
        self.wants_by_hand = False
        self.setWindowTitle(_("Labour and fees"))
        self.setModal(True)
        self.resize(theme.px(860), theme.px(560))
        heading = QLabel(_("Labour and fees"))
        theme.role_of(heading, "heading")
        self.banner = Banner()
        self.search = LineField(_("Search"), placeholder=_("name, initials or code"))
        self.table = Table(
            [
                Column("code", _("Code"), lambda offer: offer.row.code, width=64),
                Column("use", _("Use"), lambda offer: label(offer.row.use), width=136, chip=_chip),
                Column("name", _("Work"), what_of, width=240, stretch=True, bold=True),
                Column("for", _("For"), _for, width=110),
                Column("minutes", _("Minutes"), _minutes, align=RIGHT, width=64),
                Column("list", _("List price"), _list_price, align=RIGHT, width=86),
                Column("price", _("Price"), _price, align=RIGHT, width=100, bold=True),
            ],
            name="price_offers",
            empty=Empty(_("Nothing in the price list matches."), icon="coins"),
        )
        self.table.opened.connect(lambda _offer: self.add())
        self.table.picked.connect(self._picked)
        self.quantity = QuantityField(_("Quantity"), required=True)
        self.quantity.set_value(ONE)
        self.price = MoneyField(_("Price each"), required=True)
        self.minutes = QuantityField(_("Minutes"), zero=True)
        self.reason = LineField(_("Why another price"), placeholder=_("only where the price is changed"))
        self.inside = QLabel()
        self.inside.setWordWrap(True)
        theme.role_of(self.inside, "secondary")
        typed = QHBoxLayout()
        typed.setSpacing(theme.px(12))
        for field, share in ((self.quantity, 1), (self.price, 2), (self.minutes, 1), (self.reason, 4)):
            typed.addWidget(field, share, Qt.AlignmentFlag.AlignTop)
            field.entered.connect(self.add)
        self.by_hand = QPushButton(_("Not in the list …"))
        self.by_hand.setAutoDefault(False)
        self.by_hand.setShortcut("Ctrl+N")
        self.by_hand.setToolTip("Ctrl+N")
        self.by_hand.setVisible(by_hand)
        self.by_hand.clicked.connect(self._leave_list)
        hint = QLabel(_("Enter adds, Shift+Enter adds and stays here"))
        theme.role_of(hint, "secondary")
        no = QPushButton(_("Cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        self.yes = QPushButton(_("Add"))
        self.yes.setAutoDefault(False)
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(lambda: self.add())
        parts = (heading, self.banner, self.search, self.table, self.inside, typed)
        lay_out(self, *parts, tall=self.table, left=[self.by_hand, hint], right=[no, self.yes])
        self.search.changed.connect(self._find)
        self.search.line.installEventFilter(self)
        self._find()
        self.search.take_focus()

    def add(self, *, stay: bool = False) -> bool:
        """Charge the marked entry as it is typed; False, and why, where it is refused."""
        offer = self.table.current()
        if not isinstance(offer, PriceOffer) or not check_all((self.quantity, self.price, self.minutes)):
            return False
        try:
            self._take(self._choice(offer))
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            if isinstance(error, Refusal) and error.reason is Reason.PRICE_REASON_NEEDED:
                self.reason.take_focus()
            return False
        self.banner.clear()
        if not stay:
            self.accept()
            return True
        self.banner.say(_("Added: {what}").format(what=offer.row.name), Mood.OK)
        self.search.set_value("")
        self._find()
        self.search.take_focus()
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self._step(1 if key == Qt.Key.Key_Down else -1)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.add(stay=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            return True
        return super().eventFilter(watched, event)

    # -- inside ----------------------------------------------------------------------------------------

    def _choice(self, offer: PriceOffer) -> PriceChoice:
        price, minutes = self.price.value(), self.minutes.value()
        if minutes is not None and minutes.milli % 1000:
            raise Refusal(Reason.OUT_OF_RANGE, field="minutes", low=0, high=60_000)
        same = minutes is None or minutes.milli // 1000 == offer.row.minutes
        return PriceChoice(
            offer.id,
            self.quantity.value() or ONE,
            None if price == offer.price else price,
            self.reason.value(),
            # Unchanged minutes are those of one, and grow with the quantity.
            None if same or minutes is None else minutes.milli // 1000,
        )

    def _leave_list(self) -> None:
        self.wants_by_hand = True
        self.reject()

    def _find(self) -> None:
        try:
            offers = self._find_offers(str(self.search.raw()))
        except ShopError as error:
            self.table.show_error(error, self._find)
            return
        self.table.show_rows(list(offers))
        self.table.select_first()
        if not offers:
            self._picked(None)

    def _picked(self, offer: PriceOffer | None) -> None:
        package = offer is not None and offer.row.use is PriceUse.PACKAGE
        self.quantity.set_value(ONE)
        self.reason.set_value("")
        self.price.set_value(offer.price if offer is not None else None)
        self.minutes.set_value(Quantity.of(offer.row.minutes) if offer is not None else None)
        for field in (self.price, self.minutes, self.reason):
            field.setEnabled(offer is not None and not package)
        self.yes.setEnabled(offer is not None)
        self.inside.setText(_inside(offer) if offer is not None else "")

    def _step(self, step: int) -> None:
        rows = self.table.rows()
        marked = self.table.current()
        if not rows:
            return
        at = next((at for at, each in enumerate(rows) if marked is not None and each.id == marked.id), 0)
        self.table.select(rows[min(max(at + step, 0), len(rows) - 1)].id)


def ask_new_price(
    line: CardLine, submit: Callable[[Money, str], object], parent: QWidget | None = None
) -> bool:
    """Another unit price of a charge, and why; whether it was given."""
    price = MoneyField(_("Price each"), required=True)
    price.set_value(line.unit_price)
    reason = LineField(_("Reason"), placeholder=_("only where the price is changed"))
    listed = line.unit_price if line.list_price is None else line.list_price
    what = line.description or label(line.kind)
    return ask(
        _("Change the price"),
        [price, reason],
        _("Change the price"),
        lambda: submit(price.value() or Money(), reason.value()),
        text=_("{what} · list price {amount}").format(what=what, amount=formats.money(listed)),
        parent=parent,
    )


def what_of(offer: PriceOffer) -> str:
    """The work, with its zone and unit."""
    row = offer.row
    zone = row.zone if row.zone and row.zone not in row.name else ""
    name = " · ".join(filter(None, (row.name, zone)))
    return f"{name} / {row.unit}" if row.unit else name


def _chip(offer: PriceOffer) -> Chip:
    tone, icon = _TONES[offer.row.use]
    return Chip(label(offer.row.use), tone, icon)


def _for(offer: PriceOffer) -> str:
    row = offer.row
    words = (category_name(row.category) if row.category else "", label(row.job_kind) if row.job_kind else "")
    return " · ".join(filter(None, words)) or _("everything")


def _minutes(offer: PriceOffer) -> str:
    return formats.minutes(offer.row.minutes) if offer.row.minutes else ""


def _list_price(offer: PriceOffer) -> str:
    return formats.money(offer.row.price, sign=False) if offer.level else ""


def _price(offer: PriceOffer) -> str:
    return formats.money(offer.price)


def _inside(offer: PriceOffer) -> str:
    """What a package is made of, a member's level, and the note of an entry."""
    said = []
    if offer.row.lines:
        lines = (
            f"{each.description} × {formats.quantity(each.quantity)} {formats.money(each.price)}"
            if each.quantity != ONE or each.kind is LineKind.PART
            else f"{each.description} {formats.money(each.price)}"
            for each in offer.row.lines
        )
        said.append(_("Package: {lines}").format(lines=" + ".join(lines)))
    if offer.level:
        said.append(
            _("Member price ({level}); list price {amount}").format(
                level=offer.level, amount=formats.money(offer.row.price)
            )
        )
    if offer.row.note:
        said.append(offer.row.note)
    return "\n".join(said)

"""The left column: who is it? Phone first; known customers, their devices and their orders below."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import CLOSED
from app.core.labels import category_name
from app.core.words import _, ngettext
from app.features.intake.doors import Match
from app.features.intake.picks import Pick, PickList
from app.features.intake.presenter import IntakePresenter
from app.features.intake.snapshots import KnownDevice, KnownOrder
from app.features.intake.ticks import adopt
from app.ui import theme
from app.ui.chips import Chip, ChipLabel, Tone, status_chip
from app.ui.fields import Field, LineField, PhoneField

#: The row that stands for "none of these".
NEW_DEVICE = 0


class CustomerBlock(QWidget):
    """Reads and writes ``presenter.customer``; says what was picked, the page acts."""

    #: Something was typed.
    edited = Signal()
    took_customer = Signal(int)
    dropped = Signal()
    #: A device of the known customer, or ``NEW_DEVICE``.
    took_device = Signal(int)
    opened = Signal(int)

    def __init__(self, presenter: IntakePresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self._loading = False
        self._history: tuple[KnownOrder, ...] = ()
        self.phone = PhoneField(
            _("Phone"), hint=_("Beginning or last four digits; Enter takes a known customer over")
        )
        self.matches = PickList(_("Known customers"), numbered=False, most=5, always_marked=True)
        self.matches.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.name = LineField(_("Name"), required=True, most=80)
        self.phone2 = PhoneField(_("Second phone"))
        self.address = LineField(_("Address"))
        self.known = ChipLabel()
        self.drop = QPushButton(_("Somebody else"))
        theme.role_of(self.drop, "link")
        self.drop.setAutoDefault(True)
        self.drop.setToolTip(_("Not this customer: type another number"))
        #: Beside the keys of the form, not among its stops: Ctrl+E.
        self.aside = QPushButton(_("Set aside") + "  Ctrl+E")
        theme.role_of(self.aside, "link")
        self.aside.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.aside.setToolTip(_("Empties the form; what is typed can be gone on with or discarded above."))
        self.notes = QLabel()
        self.notes.setWordWrap(True)
        self.notes.setProperty("tone", Tone.WAITS.value)
        self._devices_title = self._heading(_("Devices"))
        self.devices = PickList(_("Devices"), most=6)
        self._orders_title = self._heading(_("Orders"))
        self.orders = PickList(_("Orders"), numbered=False, most=5)
        self._hint = QLabel(
            _(
                "Type the phone number: known customers appear from the third digit on, by the last four digits too."
            )
        )
        self._hint.setWordWrap(True)
        theme.role_of(self._hint, "secondary")
        self._build()
        self._connect()

    # -- what the page uses ----------------------------------------------------------------------------

    def fields(self) -> dict[str, Field]:
        """Fields by the names that refusals use."""
        return {"phone": self.phone, "name": self.name, "phone2": self.phone2, "address": self.address}

    def load(self) -> None:
        """Show the presenter's customer."""
        self._loading = True
        typed = self._presenter.customer
        for field, value in (
            (self.phone, typed.phone),
            (self.name, typed.name),
            (self.phone2, typed.phone2),
            (self.address, typed.address),
        ):
            if field.line.text() != value:
                field.set_value(value)
            field.show_error(None)
        # A correction is typed behind the number, not before it.
        self.phone.line.end(False)
        self._loading = False
        self.show_known()

    def show_known(self) -> None:
        """Show what is known: matches while one types, the customer's devices and orders after."""
        presenter, known = self._presenter, self._presenter.known
        self.matches.show_picks([_match(each) for each in presenter.matches])
        self.name.set_read_only(known is not None)
        self.phone2.set_read_only(known is not None and bool(known.phone2))
        self.known.show_chip(_known_chip(known.open_orders) if known else None)
        self.drop.setVisible(known is not None)
        self.notes.setText(known.notes if known else "")
        self.notes.setVisible(known is not None and bool(known.notes))
        picks = [_device(each) for each in presenter.known_devices()]
        if picks:
            picks.append(Pick(NEW_DEVICE, _("A different device"), key="0"))
        self.devices.show_picks(picks)
        self._devices_title.setVisible(bool(picks))
        self._show_orders()
        self._hint.setVisible(known is None and not presenter.matches and presenter.is_empty())
        self.show_aside()

    def show_aside(self) -> None:
        """Offer to set aside what is typed, wherever it is typed."""
        self.aside.setVisible(not self._presenter.is_empty())

    def show_history(self, history: tuple[KnownOrder, ...]) -> None:
        """What was done before on the device taken over; without one, the customer's orders stand there."""
        self._history = history
        self._show_orders()

    # -- inside ----------------------------------------------------------------------------------------

    def _build(self) -> None:
        adopt(
            self,
            self.phone,
            self.matches,
            self.name,
            self.phone2,
            self.address,
            self.drop,
            self.aside,
            self.devices,
            self.orders,
        )
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, theme.px(4), 0)
        box.setSpacing(theme.px(8))
        head = QHBoxLayout()
        head.addWidget(self._heading(_("Customer")), 1)
        head.addWidget(self.drop)
        box.addLayout(head)
        for widget in (
            self.phone,
            self.matches,
            self.known,
            self.notes,
            self.name,
            self.phone2,
            self.address,
        ):
            box.addWidget(widget)
        box.addWidget(self._hint)
        box.addWidget(self.aside, 0, Qt.AlignmentFlag.AlignLeft)
        box.addSpacing(theme.px(4))
        for widget in (self._devices_title, self.devices, self._orders_title, self.orders):
            box.addWidget(widget)
        box.addStretch(1)

    def _connect(self) -> None:
        self.phone.line.installEventFilter(self)
        self.phone.line.textChanged.connect(self._phone_changed)
        for field, name in ((self.name, "name"), (self.phone2, "phone2"), (self.address, "address")):
            field.changed.connect(lambda mine=field, attribute=name: self._changed(mine, attribute))
        self.matches.picked.connect(self.took_customer)
        self.devices.picked.connect(self.took_device)
        self.orders.picked.connect(self.opened)
        self.drop.clicked.connect(self.dropped)

    def _show_orders(self) -> None:
        known = self._presenter.known
        orders = self._history or (known.orders if known else ())
        self._orders_title.setText(_("This device before") if self._history else _("Orders"))
        self.orders.show_picks([_order(each) for each in orders])
        self._orders_title.setVisible(bool(orders))

    def _heading(self, text: str) -> QLabel:
        made = QLabel(text)
        theme.role_of(made, "strong")
        return made

    def _phone_changed(self) -> None:
        if self._loading:
            return
        had = self._presenter.known
        self._presenter.type_phone(self.phone.line.text(), self.phone.digits())
        if had is not None and self._presenter.known is None:
            self.load()
        self.show_known()
        self.edited.emit()

    def _changed(self, field: LineField, attribute: str) -> None:
        if not self._loading:
            setattr(self._presenter.customer, attribute, field.line.text())
            self.edited.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and self._phone_key(event):
            return True
        return super().eventFilter(watched, event)

    def _phone_key(self, event: QKeyEvent) -> bool:
        """Arrows walk through the matches, Enter takes one over; Tab does so for the one whose whole number
        was typed. True = used."""
        if not self._presenter.matches:
            return False
        match event.key():
            case Qt.Key.Key_Down | Qt.Key.Key_Up:
                self.matches.step(1 if event.key() == Qt.Key.Key_Down else -1)
                return True
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                return self.matches.pick_current()
            case Qt.Key.Key_Tab:
                exact = self._presenter.exact_match(self.phone.digits())
                if exact is not None:
                    self.took_customer.emit(exact.id)
                return exact is not None
            case _:
                return False


def _known_chip(open_orders: int) -> Chip:
    if not open_orders:
        return Chip(_("Known"), Tone.DONE, "circle-check")
    text = ngettext("{n} open order", "{n} open orders", open_orders).format(n=open_orders)
    return Chip(text, Tone.WAITS, "clipboard-list")


def _match(each: Match) -> Pick:
    parts = [formats.phone(each.phone), each.address]
    chip = None
    if each.orders:
        chip = Chip(
            ngettext("{n} order", "{n} orders", each.orders).format(n=each.orders),
            Tone.CALM,
            "clipboard-list",
        )
    return Pick(each.id, each.name, "  ".join(part for part in parts if part), chip)


def _device(each: KnownDevice) -> Pick:
    title = " ".join(part for part in (each.brand, each.model) if part)
    parts = [category_name(each.category) if title else "", each.last_fault or each.serial]
    last = " · ".join(part for part in parts if part)
    open_now = each.last_status is not None and each.last_status not in CLOSED
    chip = status_chip(each.last_status) if open_now and each.last_status else None
    return Pick(each.id, title or category_name(each.category), last, chip)


def _order(each: KnownOrder) -> Pick:
    device = " ".join(part for part in (each.brand, each.model) if part) or category_name(each.category)
    return Pick(each.id, each.number, f"{device} · {each.fault}", status_chip(each.status))

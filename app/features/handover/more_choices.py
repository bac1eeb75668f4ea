"""What else may be chosen while somebody pays: more devices on the invoice, the customer's credit, keeping what is too
much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from app.core import formats
from app.core.money import ZERO
from app.core.words import _
from app.features.handover.presenter import HandoverPresenter
from app.features.handover.snapshots import HandoverCard
from app.ui import theme

if TYPE_CHECKING:
    from app.features.handover.page import HandoverPage

#: Behind the keys of the methods and of the account.
CREDIT_KEY, KEEP_KEY = 7, 8


class MoreChoices(QWidget):
    """Ticks below the methods; none is shown that would do nothing."""

    def __init__(self, page: HandoverPage) -> None:
        super().__init__()
        self._page = page
        self._showing = False
        self.devices: dict[int, QCheckBox] = {}
        self.credit = QCheckBox()
        self.credit.toggled.connect(self._credit_toggled)
        self.keep = QCheckBox(f"{KEEP_KEY}  " + _("Keep what is too much as credit"))
        self.keep.toggled.connect(self._keep_toggled)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))
        self._column.addWidget(self.credit)
        self._column.addWidget(self.keep)

    def show_state(self, presenter: HandoverPresenter) -> None:
        """Show what can be chosen for the order in front."""
        self._showing = True
        try:
            handover = presenter.handover
            offered = handover.also_ready if handover is not None and presenter.ready else ()
            self._offer(presenter, offered)
            credit = handover.credit if handover is not None and presenter.ready else ZERO
            self.credit.setVisible(credit > ZERO)
            words = _("Use the credit of {amount}").format(amount=formats.money(credit))
            self.credit.setText(f"{CREDIT_KEY}  {words}")
            self.credit.setChecked(presenter.use_credit)
            self.keep.setChecked(presenter.keep_rest)
        finally:
            self._showing = False
        self.show_sums(presenter)

    def show_sums(self, presenter: HandoverPresenter) -> None:
        """Keeping is offered where more was given than is due."""
        self.keep.setVisible(presenter.ready and (presenter.keep_rest or presenter.over > ZERO))

    def turn(self, tick: QCheckBox) -> None:
        """Its key: so, or not after all."""
        if tick.isVisibleTo(self):
            tick.toggle()

    def _offer(self, presenter: HandoverPresenter, offered: tuple[tuple[int, str], ...]) -> None:
        for order_id in [each for each in self.devices if each not in dict(offered)]:
            gone = self.devices.pop(order_id)
            gone.hide()
            gone.deleteLater()
        for at, (order_id, number) in enumerate(offered):
            tick = self.devices.get(order_id)
            if tick is None:
                tick = QCheckBox()
                tick.toggled.connect(lambda on, mine=order_id: self._device_toggled(mine, on))
                self._column.insertWidget(at, tick)
                self.devices[order_id] = tick
            other = presenter.others.get(order_id)
            tick.setText(_also(number, other))
            tick.setChecked(other is not None)

    def _device_toggled(self, order_id: int, on: bool) -> None:
        if not self._showing:
            self._page.take_along(order_id, on=on)

    def _credit_toggled(self, on: bool) -> None:
        if not self._showing:
            self._page.set_use_credit(on=on)

    def _keep_toggled(self, on: bool) -> None:
        if not self._showing:
            self._page.set_keep_rest(on=on)


def _also(number: str, other: HandoverCard | None) -> str:
    if other is None:
        return _("{number} on the same invoice").format(number=number)
    return f"{number}  {other.card.device}  {formats.money(other.card.due)}"


def account_words(handover: HandoverCard | None) -> str:
    """On account, and until when."""
    if handover is None or handover.pay_by is None:
        return _("The rest on account")
    return _("Rest on account, pay by {day}").format(day=formats.day(handover.pay_by))

"""The lower middle: what came with the device, how it looks, its passcode, where it goes, and photos."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.core.words import _
from app.features.intake.binding import put, raw_of
from app.features.intake.presenter import IntakePresenter
from app.features.intake.snapshots import KeptPhoto
from app.features.intake.ticks import Ticks
from app.features.intake.typed import PasscodeWay
from app.ui import theme
from app.ui.fields import ComboField, Field, LineField, Photo, PhotoStrip, read_photo
from app.ui.photo_reading import Coming
from app.ui.tasks import Tasks


class HandedBlock(QWidget):
    """Reads and writes ``presenter.device``. Pictures go to the disk at once (``keep``, beside the window), drafts name
    them."""

    edited = Signal()

    def __init__(
        self,
        presenter: IntakePresenter,
        keep: Callable[[bytes], KeptPhoto],
        kept: Callable[[KeptPhoto], bytes | None],
        tasks: Tasks,
    ) -> None:
        super().__init__()
        self._presenter = presenter
        #: The device's list that the strip shows.
        self._pictures: list[list[str]] | None = None
        self._keep, self._kept = keep, kept
        self._loading = False
        #: The stop of the Tab key before this block; the form sets it.
        self.before: QWidget = self
        choices = presenter.choices
        self.accessories = Ticks(_("Accessories"), [(each, each) for each in choices.accessories])
        self.other_accessories = LineField("", placeholder=_("Other accessories"), most=200)
        self.damages = Ticks(_("Visible damage"), [(each, each) for each in choices.damages])
        self.other_damage = LineField("", placeholder=_("Other damage"), most=200)
        self.way = Ticks(
            "",
            [
                (PasscodeWay.NOT_NEEDED.value, _("No passcode needed")),
                (PasscodeWay.REPAIR_MODE.value, _("Repair mode is on")),
                (PasscodeWay.WRITTEN.value, _("Write the passcode down")),
            ],
            single=True,
        )
        self.passcode = LineField(
            _("Device passcode"),
            most=80,
            hint=_("Kept encrypted, shown only to who repairs it, erased at pickup"),
        )
        self.shelf = ComboField(_("Shelf"), [(each, each) for each in choices.shelves], free=True, most=80)
        self.technician = ComboField(_("Technician"), choices.technicians)
        self.photos = PhotoStrip(_("Photos"), take=self._take_photo, tasks=tasks)
        self.other_accessories.line.setAccessibleName(_("Other accessories"))
        self.other_damage.line.setAccessibleName(_("Other damage"))
        self._bound: dict[str, QWidget] = {
            "accessories": self.accessories,
            "other_accessories": self.other_accessories,
            "damages": self.damages,
            "other_damage": self.other_damage,
            "passcode_way": self.way,
            "passcode": self.passcode,
            "shelf": self.shelf,
            "technician_id": self.technician,
        }
        self._build()
        self._connect()

    def fields(self) -> dict[str, Field]:
        """Fields by the names that refusals use."""
        return {
            "accessories": self.other_accessories,
            "damage": self.other_damage,
            "passcode": self.passcode,
            "shelf": self.shelf,
            "technician": self.technician,
        }

    def offer(self) -> None:
        """Settings changed: offer today's chips, shelves and people; what is ticked and typed stays."""
        choices = self._presenter.choices
        self.accessories.set_choices([(each, each) for each in choices.accessories])
        self.damages.set_choices([(each, each) for each in choices.damages])
        # New chips stand at the end of everything: put them back behind the rows before them.
        self.accessories.follow(self.before)
        self.damages.follow(self.other_accessories.line)
        self.shelf.set_choices([(each, each) for each in choices.shelves])
        self.technician.set_choices(choices.technicians)

    def load(self) -> None:
        """Show the presenter's device."""
        device = self._presenter.device
        self._loading = True
        for name, row in self._bound.items():
            value = getattr(device, name)
            put(row, set(value) if isinstance(value, list) else value)
        self.passcode.setEnabled(device.passcode_way == PasscodeWay.WRITTEN)
        if device.photos is not self._pictures:
            self._pictures = device.photos
            places = [self._place(each) for each in device.photos]
            self.photos.set_value([each for each in places if each is not None])
            self.photos.show_error(None)
        self._loading = False

    def _place(self, name: list[str]) -> Photo | Coming | None:
        """A picture of the device, or the place of one that is still being read; None where its file is gone."""
        coming = self.photos.reading.coming(name)
        if coming is not None or len(name) != 2:
            return coming
        key, suffix = name
        data = self._kept(KeptPhoto(key, suffix))
        return None if data is None else Photo(data, suffix, key)

    def _build(self) -> None:
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        for ticks, other in (
            (self.accessories, self.other_accessories),
            (self.damages, self.other_damage),
        ):
            group = QVBoxLayout()
            group.setSpacing(theme.px(6))
            group.addWidget(ticks)
            group.addWidget(other)
            box.addLayout(group)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.passcode, 3, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.shelf, 2, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.technician, 2, Qt.AlignmentFlag.AlignTop)
        box.addWidget(self.way)
        box.addLayout(row)
        box.addWidget(self.photos)

    def _connect(self) -> None:
        for name, row in self._bound.items():
            row.changed.connect(lambda *_args, mine=name: self._changed(mine))  # type: ignore[attr-defined]
        self.photos.changed.connect(self._photos_changed)

    def _changed(self, name: str) -> None:
        if self._loading:
            return
        value = raw_of(self._bound[name])
        if name == "technician_id" and not isinstance(value, int):
            value = None
        if name == "passcode_way":
            value = self._way_chosen(value)
        elif name == "passcode" and value and self._presenter.device.passcode_way != PasscodeWay.WRITTEN:
            # A scanner types wherever it likes.
            self._presenter.device.passcode_way = PasscodeWay.WRITTEN.value
            put(self.way, PasscodeWay.WRITTEN.value)
            self.passcode.setEnabled(True)
        setattr(self._presenter.device, name, value)
        self.edited.emit()

    def _way_chosen(self, value: str | None) -> str:
        """Pressed again a choice is none: then no passcode is needed, as at first."""
        way = value or PasscodeWay.NOT_NEEDED.value
        if value is None:
            put(self.way, way)
        written = way == PasscodeWay.WRITTEN
        self.passcode.setEnabled(written)
        if written:
            self.passcode.take_focus()
        else:
            put(self.passcode, "")
            self._presenter.device.passcode = ""
        return way

    def _photos_changed(self) -> None:
        if self._loading:
            return
        # The very list: a device that is made anew takes it along.
        self._presenter.device.photos[:] = [
            each.name if isinstance(each, Coming) else [each.key, each.suffix]
            for each in self.photos.places()
        ]
        self.edited.emit()

    def _take_photo(self, file: Path) -> Photo:
        """In a worker: read, clean and keep."""
        photo = read_photo(file)
        kept = self._keep(photo.data)
        return Photo(photo.data, kept.suffix, kept.sha256)

"""The shop's settings and its founding (domain.md: "a default that the owner can change in Settings")."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, cast

from sqlalchemy import CursorResult, func, select, update

from app.core.changes import Kind
from app.core.enums import Command, Role
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.ids import uuid7
from app.core.places import RESOURCES
from app.core.rights import FOUNDER, Actor, Ctx
from app.core.words import Language
from app.features.settings.checks import clean
from app.features.settings.snapshots import FirstRun
from app.features.staff.pins import PinHasher, clean_pin
from app.features.staff.service import new_staff
from app.model import Setting, Staff
from app.model.settings import ShopSettings, to_rows
from app.store.door import Store, Tx, repeatable

_STAFF = select(func.count()).select_from(Staff)


def default_texts(language: Language) -> dict[str, Any]:
    """The texts and phrases a new shop starts from, in its own language; from then on they are the shop's."""
    path = RESOURCES / "defaults" / f"{language.value}.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _reopen(service: SettingsService, _result: dict[str, Any]) -> ShopSettings:
    return service.load()


class SettingsService:
    """What the owner may set."""

    def __init__(self, store: Store, hasher: PinHasher | None = None) -> None:
        self._store = store
        self._hasher = hasher or PinHasher()

    def load(self) -> ShopSettings:
        """All settings as they are now."""
        return self._store.settings

    def founded(self) -> bool:
        """Whether the wizard is done: there is a shop with somebody in it."""
        return bool(self.load().shop_id)

    def refusal(self, key: str, value: Any) -> Refusal | None:
        """What ``save`` would say against this one value, for showing it at its field; None if it may stand."""
        try:
            clean(key, value, self.load())
        except Refusal as refusal:
            return refusal
        return None

    @repeatable(_reopen)
    def save(self, ctx: Ctx, changes: Mapping[str, Any]) -> ShopSettings:
        """Change settings by key: all of them, or none where one is refused.

        Tables by code (tax, sizes, printers, discounts) keep the rows that are not given; all other tables
        and lists are replaced. Amounts are ``Money`` or fen, the logo is the file's bytes. Raises
        ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_PHONE, BAD_HOURS, BAD_CHOICE, OUT_OF_RANGE,
        TOO_MANY_ENTRIES, PAPER_SIZE_UNKNOWN, BAD_IMAGE, FILE_TOO_LARGE.
        """
        now = self.load()
        cleaned = {key: clean(key, value, now) for key, value in changes.items()}
        with self._store.write(Command.SAVE_SETTINGS, ctx) as tx:
            changed = {key: value for key, value in cleaned.items() if value != getattr(now, key)}
            _put(tx, changed)
            tx.journal(keys=sorted(changed))
            tx.changed(Kind.SETTING, 0)
        return self.load()

    def found_shop(self, first: FirstRun) -> Actor:
        """Found the shop: its id, its settings and texts, its first owner, who is signed in by it.

        Raises ``Refusal(FOLDER_NOT_EMPTY)`` where there is a shop already, so that doing it twice changes
        nothing, and the refusals of ``save`` and of a PIN.
        """
        texts = default_texts(first.language)
        owner_name = clean_line("name", first.owner_name, most=SHORT) or texts.pop("owner_name")
        texts.pop("owner_name", None)
        kept_pin = self._hasher.keep(clean_pin(first.pin)) if first.pin else None
        blank = ShopSettings()
        typed = {**first.settings}
        if first.shop_name.strip():
            typed["shop_name"] = first.shop_name
        wanted = {**texts, "language": first.language.value, **typed}
        settings = replace(blank, **{key: clean(key, value, blank) for key, value in wanted.items()})
        settings = replace(settings, shop_id=str(uuid7()))
        with self._store.write(Command.FOUND_SHOP, Ctx.gesture(FOUNDER)) as tx:
            if tx.reading().execute(_STAFF).scalar_one() or tx.settings.shop_id:
                raise Refusal(Reason.FOLDER_NOT_EMPTY, path=self._store.folder.root)
            _put(tx, to_rows(settings))
            tx.found(settings.shop_id)
            owner = new_staff(tx, owner_name, Role.OWNER)
            owner.pin_hash = kept_pin
            prices = 0
            if first.price_list:
                from app.features.pricing.defaults import put_default_prices

                prices = put_default_prices(tx, first.language)
            tx.journal(shop=settings.shop_id, staff=owner.id, language=first.language.value, prices=prices)
            tx.changed(Kind.SETTING, 0)
            tx.changed(Kind.STAFF, owner.id)
            tx.session.flush()
            return owner.actor()


def _put(tx: Tx, changed: Mapping[str, Any]) -> None:
    known = {each.name for each in fields(ShopSettings)}
    for key, value in changed.items():
        if key not in known:
            raise KeyError(key)
        # What stands there is not read first: it may be torn, and this is the way to make it whole.
        kept = tx.session.execute(update(Setting).where(Setting.key == key).values(value=value))
        if not cast(CursorResult[Any], kept).rowcount:
            tx.session.add(Setting(key=key, value=value))

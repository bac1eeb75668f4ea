"""What the wizard hands over: frozen, without a database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.words import Language


@dataclass(frozen=True, slots=True)
class FirstRun:
    """What the wizard asked; everything left out gets a sensible default, so that skipping works."""

    language: Language = Language.ZH
    #: "" is named by the language: 我的修理店, My repair shop.
    shop_name: str = ""
    #: The first member of staff; "" is 店主, Owner.
    owner_name: str = ""
    #: None or "" signs in without a PIN.
    pin: str | None = None
    #: Any settings of ``model.settings.ShopSettings`` by key, as ``SettingsService.save`` takes them.
    settings: Mapping[str, Any] = field(default_factory=dict)
    #: Start with the usual price list of a small town.
    price_list: bool = True

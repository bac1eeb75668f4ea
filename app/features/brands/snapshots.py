"""What the brands' room shows and takes: brands, agreements, code lists, plans of a device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.core.brand_codes import CodeList, CoverPlanKind
from app.core.money import ZERO, Money
from app.model.agreements import Terms


@dataclass(frozen=True, slots=True)
class BrandEntry:
    """A brand as typed. ``names`` are other spellings of it on devices."""

    name: str
    names: Sequence[str] = ()
    shop_code: str = ""
    contact: str = ""
    phone: str = ""
    address: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class AgreementEntry:
    """An agreement as typed."""

    valid_from: date
    valid_to: date | None = None
    number: str = ""
    categories: Sequence[str] = ()
    terms: Terms = field(default_factory=Terms)
    note: str = ""


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement; ``used`` ones are ended, never changed."""

    id: int
    version: int
    brand_id: int
    number: str
    valid_from: date
    valid_to: date | None
    categories: tuple[str, ...]
    terms: Terms
    note: str
    used: bool


@dataclass(frozen=True, slots=True)
class BrandRow:
    """A brand in the list: its agreement of today, how many claims wait for somebody, its link."""

    id: int
    version: int
    name: str
    names: tuple[str, ...]
    shop_code: str
    contact: str
    phone: str
    address: str
    active: bool
    agreed: bool
    open_claims: int
    linked: bool


@dataclass(frozen=True, slots=True)
class BrandCard:
    """One brand with its agreements, youngest first, and the sizes of its code lists."""

    row: BrandRow
    agreements: tuple[AgreementRow, ...]
    codes: dict[CodeList, int]


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One entry of a code list; ``brand_id`` None is for every brand without a list of its own."""

    id: int
    brand_id: int | None
    list: CodeList
    code: str
    name: str
    category: str
    active: bool


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """A code as typed or read in."""

    list: CodeList
    code: str
    name: str
    category: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class PlanEntry:
    """A plan or an extension of one device as typed."""

    kind: CoverPlanKind
    underwriter: str
    number: str
    starts_on: date
    ends_on: date
    price: Money = ZERO
    note: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A plan of a device; ended ones stay and say so."""

    id: int
    device_id: int
    kind: CoverPlanKind
    underwriter: str
    number: str
    starts_on: date
    ends_on: date
    price: Money
    note: str
    ended_on: date | None

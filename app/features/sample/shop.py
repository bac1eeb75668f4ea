"""The shop that stories are played in: founded with settings, staff and a filled stock room."""

from __future__ import annotations

from app.core.enums import Role
from app.core.money import Money, Quantity
from app.core.rights import FOUNDER, Actor, Ctx
from app.core.words import Language
from app.features.sample.people import dice
from app.features.sample.player import Crew, crew_of
from app.features.sample.supplies import Supplies
from app.features.settings.service import SettingsService
from app.features.settings.snapshots import FirstRun
from app.features.staff.pins import PinHasher
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.store.door import Store

#: Everybody's PIN in a sample shop: the manual names it, the sign-in screen of a sample shop may.
DEMO_PIN = "2580"


def found_shop(store: Store, supplies: Supplies, hasher: PinHasher | None = None) -> Actor:
    """Found the sample shop and return its owner. ``Refusal(FOLDER_NOT_EMPTY)`` where there is a shop."""
    owner = next(each for each in supplies.staff if each.role is Role.OWNER)
    return SettingsService(store, hasher).found_shop(
        FirstRun(
            Language.ZH,
            shop_name=supplies.shop["shop_name"],
            owner_name=owner.name,
            pin=DEMO_PIN,
            settings={
                key: supplies.shop[key]
                for key in ("address", "hotline", "complaint_phone", "hours", "shelves")
            },
        )
    )


def hire(store: Store, owner: Actor, supplies: Supplies, hasher: PinHasher | None = None) -> Crew:
    """Take on the sample staff, as far as it is not there; who works here already stays."""
    staff = StaffService(store, hasher)
    there = {row.name: row for row in staff.list(FOUNDER)}
    for hand in supplies.staff:
        if hand.name in there:
            continue
        if hand.role is Role.OWNER and any(row.role is Role.OWNER and row.active for row in there.values()):
            continue
        trainer = there.get(hand.trainer)
        entry = StaffEntry(
            hand.name, hand.role, hand.phone, DEMO_PIN, trainer_id=trainer.id if trainer else None
        )
        there[hand.name] = staff.save(Ctx.gesture(owner), None, entry)
    crew = crew_of(store)
    if crew is None:
        raise ValueError("the sample staff lacks a role")
    return crew


def fill_stock(store: Store, crew: Crew, supplies: Supplies, seed: int) -> None:
    """Put the sample parts on the list with a first delivery each; parts that are there already stay."""
    stock = StockService(store)
    by = crew.counter[0]
    for goods in supplies.goods:
        chance = dice(seed, "stock", goods.number)
        found = stock.find_by_code(goods.number)
        if found is None:
            card = stock.save_part(
                Ctx.gesture(by),
                None,
                None,
                PartEntry(
                    name=goods.name,
                    unit=goods.unit,
                    number=goods.number,
                    category=goods.category,
                    brand=goods.brand,
                    fits=goods.fits,
                    sale_price=goods.price,
                    location=f"{chance.choice('甲乙丙丁')}{chance.randrange(1, 9)}-{chance.randrange(1, 6)}",
                    minimum=Quantity.of(max(1, goods.stock // 4)),
                    supplier=chance.choice(supplies.suppliers),
                    barcodes=(_ean(chance.randrange(10**8)),) if chance.random() < 0.4 else (),
                ),
            )
            found = card.row
            delivered = False
        else:
            # Cut off between the two, the first delivery is still to come; used up, it is not.
            delivered = bool(stock.moves(found.id, limit=1).rows)
        if not delivered and goods.stock:
            stock.receive(
                Ctx.gesture(by),
                found.id,
                Quantity.of(goods.stock),
                Money(goods.cost.fen * goods.stock),
                chance.choice(supplies.suppliers),
            )


def _ean(number: int) -> str:
    """A thirteen-digit code as Chinese goods carry it (690–699), with its check digit."""
    body = f"6999{number:08d}"
    odd, even = sum(int(each) for each in body[::2]), sum(int(each) for each in body[1::2])
    return body + str(-(odd + 3 * even) % 10)

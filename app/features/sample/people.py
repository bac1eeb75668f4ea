"""Invented customers: the same key gives the same person."""

from __future__ import annotations

import hashlib
from random import Random

from app.features.intake.snapshots import CustomerEntry
from app.features.sample.supplies import Supplies

#: One customer in so many is a firm; one in so many has a name with a rare character.
_FIRM, _RARE = 40, 15


def dice(*key: object) -> Random:
    """Chance that depends on ``key`` alone: the same in every run, on every machine."""
    text = "/".join(str(each) for each in key)
    return Random(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big"))


def person(supplies: Supplies, *key: object) -> CustomerEntry:
    """A customer with name, phone and address; firms among them, and names with rare characters."""
    chance = dice("person", *key)
    phone = f"1{chance.choice('356789')}{chance.randrange(10**9):09d}"
    phone2 = f"0571{chance.randrange(8 * 10**7, 9 * 10**7)}" if chance.random() < 0.06 else ""
    if chance.randrange(_FIRM) == 0:
        name = chance.choice(supplies.firms)
    elif chance.randrange(_RARE) == 0:
        surname = chance.choice(supplies.rare_surnames)
        name = surname + chance.choice(supplies.rare_given)
    else:
        # The first surnames of the list are the most frequent ones.
        surname = supplies.surnames[int(len(supplies.surnames) * chance.random() ** 2)]
        name = surname + chance.choice(supplies.given)
    return CustomerEntry(name=name, phone=phone, phone2=phone2, address=_address(supplies, chance))


def _address(supplies: Supplies, chance: Random) -> str:
    match chance.randrange(10):
        case 0:
            return ""
        case 1 | 2 | 3:
            return f"{supplies.town}{chance.choice(supplies.villages)} {chance.randrange(1, 260)} 号"
        case 4 | 5:
            return f"{supplies.town}{chance.choice(supplies.streets)} {chance.randrange(1, 400)} 号"
        case _:
            street, building = chance.choice(supplies.streets), chance.randrange(1, 30)
            unit, floor, door = chance.randrange(1, 5), chance.randrange(1, 18), chance.randrange(1, 5)
            return f"{supplies.town}{street} {building} 幢 {unit} 单元 {floor}{door:02d} 室"

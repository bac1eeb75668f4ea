"""The bench's world serves here too: prices are charged on its orders."""

from tests.features.bench.conftest import World, world

__all__ = ["World", "world"]

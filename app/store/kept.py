"""A value read from the records and kept until they change, right under several threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, TypeVar

_T = TypeVar("_T")


class Kept(Generic[_T]):
    """Keeps one value. While a change is being committed nothing is kept: readers may see the old rows."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._value: _T | None = None
        self._changing = 0
        self._round = 0

    def get(self, load: Callable[[], _T]) -> _T:
        """The kept value, or ``load()``, which is kept unless the records changed meanwhile."""
        with self._lock:
            if self._value is not None:
                return self._value
            started = self._round
        value = load()
        with self._lock:
            if not self._changing and started == self._round:
                self._value = value
        return value

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Put this around the commit of a change."""
        with self._lock:
            self._changing += 1
            self._round += 1
            self._value = None
        try:
            yield
        finally:
            with self._lock:
                self._changing -= 1
                self._round += 1

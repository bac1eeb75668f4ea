"""Counts of one instance in Prometheus' text form: calls, events by result, and how long calls took."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping

from app.core.wire.answers import Receipt

#: Upper ends of the histogram's classes, in seconds.
_CLASSES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Counts:
    """Everything since the instance started."""

    def __init__(self) -> None:
        self._calls: Counter[tuple[str, int]] = Counter()
        self._events: Counter[str] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def called(self, route: str, status: int, seconds: float) -> None:
        """A call was answered."""
        self._calls[route, status] += 1
        classes = self._times.setdefault(route, [0] * (len(_CLASSES) + 1))
        classes[bisect_left(_CLASSES, seconds)] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def answered(self, receipts: list[Receipt]) -> None:
        """Events of a batch were answered."""
        self._events.update(each.result.value for each in receipts)

    def text(self, gauges: Mapping[str, float]) -> str:
        """The page that Prometheus reads (format 0.0.4)."""
        lines = ["# TYPE headoffice_calls_total counter"]
        for (route, status), count in sorted(self._calls.items()):
            lines.append(f'headoffice_calls_total{{route="{route}",status="{status}"}} {count}')
        lines.append("# TYPE headoffice_events_total counter")
        for result, count in sorted(self._events.items()):
            lines.append(f'headoffice_events_total{{result="{result}"}} {count}')
        lines.append("# TYPE headoffice_call_seconds histogram")
        for route, classes in sorted(self._times.items()):
            total = 0
            for limit, count in zip((*_CLASSES, "+Inf"), classes, strict=True):
                total += count
                lines.append(f'headoffice_call_seconds_bucket{{route="{route}",le="{limit}"}} {total}')
            lines.append(f'headoffice_call_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
            lines.append(f'headoffice_call_seconds_count{{route="{route}"}} {total}')
        for name, value in sorted(gauges.items()):
            lines += [f"# TYPE headoffice_{name} gauge", f"headoffice_{name} {value:g}"]
        return "\n".join(lines) + "\n"

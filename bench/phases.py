"""Where a run's time goes: the seconds of each part, and those of the processor that this process took in it."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Spent:
    seconds: float = 0
    processor: float = 0

    def __str__(self) -> str:
        return f"{self.seconds:.1f} s ({self.processor:.1f})"


class Phases:
    """Parts by name, in the order in which they were first entered; one entered again is added up."""

    def __init__(self) -> None:
        self._spent: dict[str, Spent] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[Spent]:
        spent = self._spent.setdefault(name, Spent())
        seconds, processor = time.perf_counter(), _processor()
        try:
            yield spent
        finally:
            spent.seconds += time.perf_counter() - seconds
            spent.processor += _processor() - processor

    def told(self) -> str:
        """All of them in one line."""
        together = Spent(
            sum(one.seconds for one in self._spent.values()), sum(one.processor for one in self._spent.values())
        )
        parts = ", ".join(f"{name} {spent}" for name, spent in self._spent.items())
        return f"spent, in brackets by the processor in this process: {parts}; together {together}"


def _processor() -> float:
    """Of this process alone: a server's are known when it has ended."""
    times = os.times()
    return times.user + times.system

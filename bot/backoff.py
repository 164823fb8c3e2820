"""How long to wait before something is tried again: pauses that grow up to a longest one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """Pauses in seconds, one a failed try. Iterated, it begins anew each time; how to wait is left to the caller.

    Args:
        first_s: the pause after the first failure.
        longest_s: no pause is longer.
        factor: by which a pause is longer than the one before, 1 or more.
        tries: how many pauses there are; None, without an end.
    """

    first_s: float
    longest_s: float
    factor: float = 2.0
    tries: int | None = None

    def __iter__(self) -> Iterator[float]:
        pause_s = min(self.first_s, self.longest_s)
        for _ in count() if self.tries is None else range(self.tries):
            yield pause_s
            pause_s = min(pause_s * self.factor, self.longest_s)

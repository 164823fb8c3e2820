"""What can go wrong at Telegram's side or on the way there."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from math import inf
from typing import Literal

from tests.fake_telegram.rules import RefusedError

How = Literal["refuse", "drop", "hang"]
"""Answered with an error; the connection cut; the answer too late."""


@dataclass(kw_only=True)
class Trouble:
    """Calls of `method` (`*`: of any) go wrong, until `times` of them did or the time is over.

    effect: they are carried out all the same; every: only each so manieth; until: of the loop's clock; hang_s: how long
    an answer takes that hangs, inf for one that never comes.
    """

    method: str
    how: How
    error: RefusedError | None = None
    effect: bool = False
    times: float = inf
    every: int = 1
    until: float = inf
    hang_s: float = inf
    seen: int = 0

    def strikes(self) -> bool:
        """Count a call; whether it is one that goes wrong."""
        if self.times <= 0 or asyncio.get_running_loop().time() >= self.until:
            return False
        self.seen += 1
        if self.seen % self.every:
            return False
        self.times -= 1
        return True


class Troubles:
    """Decides what becomes of a call."""

    def __init__(self) -> None:
        self._refusals: dict[str, Trouble] = {}
        self._cuts: dict[str, Trouble] = {}
        self.doubts = 0
        """Messages of which the bot cannot know whether they were sent, and that were."""

    def add(self, trouble: Trouble) -> None:
        """From now on, in the place of an earlier one of that method."""
        kept = self._refusals if trouble.how == "refuse" else self._cuts
        kept[trouble.method] = trouble

    def cut(self, method: str) -> Trouble | None:
        """What happens to the connection of a call."""
        found = _struck(self._cuts, method)
        self.doubts += found is not None and found.effect and method == "sendMessage"
        return found

    def refusal(self, method: str) -> Trouble | None:
        """With which error a call is answered."""
        return _struck(self._refusals, method)


def _struck(troubles: dict[str, Trouble], method: str) -> Trouble | None:
    for name in (method, "*"):
        if name in troubles and troubles[name].strikes():
            return troubles[name]
    return None


def of_kind(kind: str, method: str, *, every: int, until: float) -> Trouble:
    """A trouble by the name that load tests have for it; `-after`: the call takes effect, and its answer is lost."""
    if kind in ("5xx", "429"):
        error = RefusedError(502, "Bad Gateway")
        if kind == "429":
            error = RefusedError(429, "Too Many Requests: retry after 2", {"retry_after": 2})
        return Trouble(method=method, how="refuse", error=error, every=every, until=until)
    how: How = "hang" if kind.startswith("hang") else "drop"
    if kind not in (how, f"{how}-after"):
        raise ValueError(kind)
    return Trouble(method=method, how=how, effect=kind != how, every=every, until=until)

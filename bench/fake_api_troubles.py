"""What can go wrong at Telegram's side or on the way there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from bench.fake_api_http import Answer, refused

KINDS = ("5xx", "429", "hang", "hang-after", "drop", "drop-after")
"""`-after`: the call takes effect, and its answer is lost."""


@dataclass
class Trouble:
    """Each `every`th call of `method` (`*`: of any) goes wrong until the time is over."""

    kind: str
    method: str
    every: int
    until: float
    seen: int = 0
    struck: int = 0


class Troubles:
    """Decides what becomes of a call."""

    def __init__(self) -> None:
        """Nothing goes wrong until something is added."""
        self._all: list[Trouble] = []
        self.doubts = 0
        """Calls of which the bot cannot know whether they took effect, and that did."""

    def add(self, kind: str, *, method: str, every: int, seconds: float) -> None:
        """From now on. Raises ValueError for a kind that there is not."""
        if kind not in KINDS:
            raise ValueError(kind)
        self._all.append(Trouble(kind, method, every, asyncio.get_running_loop().time() + seconds))

    def meet(self, method: str, carry_out: Callable[[], Answer | None]) -> Answer | None:
        """Carry a call out, or not."""
        now = asyncio.get_running_loop().time()
        self._all = [trouble for trouble in self._all if trouble.until > now]
        for trouble in self._all:
            if trouble.method not in ("*", method):
                continue
            trouble.seen += 1
            if trouble.seen % trouble.every:
                continue
            trouble.struck += 1
            if trouble.kind == "5xx":
                return refused(502, "Bad Gateway")
            if trouble.kind == "429":
                return refused(429, "Too Many Requests: retry after 2", retry_after=2)
            if trouble.kind.endswith("-after"):
                carry_out()
                self.doubts += method == "sendMessage"
            return "hang" if trouble.kind.startswith("hang") else "drop"
        return carry_out()

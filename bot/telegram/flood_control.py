"""Keeps one chat from drowning the others: past a number of messages a minute it is told once, then met by silence."""

from __future__ import annotations

from collections import deque
from enum import Enum

MOST_A_MINUTE = 20
"""A person in distress who writes in short lines stays below; a script or a playing child does not."""
MINUTE_S = 60.0
_SWEEP_S = 60.0
"""How often chats that are calm again are forgotten."""


class Flow(Enum):
    """What a message is met with."""

    CALM = "calm"
    """An answer."""
    TOO_MANY = "too-many"
    """One polite line."""
    FLOOD = "flood"
    """Silence, unless it raises a flag."""


class FloodControl:
    """Counts the messages of each chat over the last minute. Pure: the time is handed in."""

    def __init__(self, most: int | None = MOST_A_MINUTE) -> None:
        """Make one.

        Args:
            most: messages a minute that are answered; None: all.
        """
        self._most = most
        self._heard: dict[int, deque[float]] = {}
        self._told: set[int] = set()
        self._swept = 0.0

    def hear(self, chat: int, at: float) -> Flow:
        """Count a message.

        Args:
            at: seconds of any clock that does not run backwards by much.
        """
        if self._most is None:
            return Flow.CALM
        self._sweep(at)
        heard = self._heard.get(chat)
        if heard is None:
            heard = self._heard[chat] = deque(maxlen=self._most + 1)
        while heard and heard[0] <= at - MINUTE_S:
            heard.popleft()
        heard.append(at)
        if len(heard) <= self._most:
            self._told.discard(chat)
            return Flow.CALM
        if chat in self._told:
            return Flow.FLOOD
        self._told.add(chat)
        return Flow.TOO_MANY

    def _sweep(self, at: float) -> None:
        if at < self._swept + _SWEEP_S:
            return
        self._swept = at
        for chat in [chat for chat, heard in self._heard.items() if heard[-1] <= at - MINUTE_S]:
            del self._heard[chat]
            self._told.discard(chat)

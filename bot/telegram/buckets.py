"""The pace of each chat: a steady interval and a short burst, kept as one number a chat and forgotten when full."""

from __future__ import annotations

from dataclasses import dataclass

SWEEP_AT = 1024
"""So many chats are kept before the first look for those that can be forgotten."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `burst` calls at once, then one every `interval` seconds: at most burst + t / interval in t seconds.

    The state of such a limit is the instant at which all of the burst is there again (GCRA).
    """

    interval: float
    burst: float

    def opens(self, full: float, extra: float = 0) -> float:
        """When the next call may go, with `extra` calls granted beyond the burst."""
        return full - (self.burst - 1 + extra) * self.interval

    def after(self, full: float, now: float) -> float:
        """The state after a call at `now`."""
        return max(full, now) + self.interval


PRIVATE = Limit(interval=1.0, burst=3)
"""Telegram: one message a second in a chat, short bursts are let through. A long answer has three parts at most."""
GROUP = Limit(interval=4.0, burst=3)
"""Telegram: 20 messages a minute. With those kept for alarms 5 + 60 / 4 = 20, whatever minute is looked at."""
FOR_ALARMS = 2
"""An alarm may go beyond the burst: it must not wait for the tips that were sent just before."""


class Buckets:
    """Who may be sent to. Holds the chats that were sent to within the last seconds, not all there ever were."""

    def __init__(self) -> None:
        self._full: dict[int, float] = {}
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        return len(self._full)

    def opens(self, chat: int, *, urgent: bool) -> float:
        """When a message may go to the chat; in the past where it may now."""
        full = self._full.get(chat)
        if full is None:
            return float("-inf")
        return _limit(chat).opens(full, FOR_ALARMS if urgent else 0)

    def used(self, chat: int, now: float) -> None:
        """A message goes to the chat now."""
        self._full[chat] = _limit(chat).after(self._full.get(chat, now), now)
        if len(self._full) >= self._sweep_at:
            self._full = {chat: full for chat, full in self._full.items() if full > now}
            self._sweep_at = max(SWEEP_AT, 2 * len(self._full))


def _limit(chat: int) -> Limit:
    return GROUP if chat < 0 else PRIVATE

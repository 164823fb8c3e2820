"""Telegram's limits as the fake Bot API keeps them: counts what goes beyond, and answers 429 where it is told to."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from collections.abc import Callable

from tests.fake_telegram.rules import RefusedError

OVERALL = 30
"""Calls that send or change messages, in any second."""
GROUP = 20
"""Messages to one group, in any minute."""
BURST = 5
"""Messages to one chat at once; one more for every second that passes."""
CROSSING_S = 0.05
"""A call that arrives so soon after a 429 was on its way already."""
MESSAGES = frozenset({"sendMessage", "sendDocument"})
COUNTED = MESSAGES | {"editMessageText", "editMessageReplyMarkup", "deleteMessage", "answerCallbackQuery"}


class Limits:
    """Sees every call. `violations` counts those beyond a limit: overall, chat, group, and early (during a halt)."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self.violations: Counter[str] = Counter()
        self.enforced = False
        """Whether a call beyond a limit is answered with a 429."""
        self.most_in_a_second = 0
        self._clock = clock
        self._last_second: deque[float] = deque()
        self._groups: dict[int, deque[float]] = defaultdict(deque)
        self._full: dict[int, float] = {}
        self._floods: list[float] = []
        self._halted_at = self._halt = float("-inf")

    def flood(self, seconds: float) -> None:
        """Answer the next message with a 429 for so long; during that time no message is taken."""
        self._floods.append(seconds)

    def check(self, method: str, chat: int | None) -> None:
        """Count a call; raises RefusedError (429) where it is not taken."""
        if method not in COUNTED:
            return
        now = self._clock() if self._clock else asyncio.get_running_loop().time()
        if now < self._halt:
            if now > self._halted_at + CROSSING_S:
                self.violations["early"] += 1
            raise _too_many(self._halt - now)
        if self._floods and method in MESSAGES:
            seconds = self._floods.pop(0)
            self._halted_at, self._halt = now, now + seconds
            raise _too_many(seconds)
        found = self._beyond(method, chat, now)
        self.violations.update(found)
        if found and self.enforced:
            raise _too_many(3)

    def _beyond(self, method: str, chat: int | None, now: float) -> list[str]:
        found = []
        if _count(self._last_second, now, 1) > OVERALL:
            found.append("overall")
        self.most_in_a_second = max(self.most_in_a_second, len(self._last_second))
        if method not in MESSAGES or chat is None:
            return found
        self._full[chat] = max(self._full.get(chat, now), now) + 1
        if self._full[chat] > now + BURST + 0.01:
            found.append("chat")
        if chat < 0 and _count(self._groups[chat], now, 60) > GROUP:
            found.append("group")
        return found


def _count(times: deque[float], now: float, seconds: float) -> int:
    times.append(now)
    while times[0] <= now - seconds:
        times.popleft()
    return len(times)


def _too_many(seconds: float) -> RefusedError:
    whole = -int(-seconds // 1)  # Telegram counts in whole seconds
    return RefusedError(429, f"Too Many Requests: retry after {whole}", {"retry_after": whole})

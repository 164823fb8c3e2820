"""Counts for the operator's figures: what the meter is told and what turns say, added up in the tallies."""

from __future__ import annotations

from collections.abc import Callable

from bot.conversation.reply import Outcome
from bot.conversation.state import Turn
from bot.store.counters import Counters
from bot.telegram.meter import Meter

OUTCOME, TOPIC, HELPFUL, NOT_HELPFUL, REMINDER = "outcome", "topic", "helpful", "not-helpful", "reminder"
SENT = "sent-"
"""Before the kind of what was sent: alarm, answer, reminder."""
_COUNTED = frozenset(("alarm", "answer", "reminder"))
"""Edits and the like are no messages."""


class CountingMeter(Meter):
    """Counts what is shown by /stats."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def outcome(self, outcome: str) -> None:
        """See `Meter`."""
        self._counters.count(OUTCOME, outcome)

    def sent(self, kind: str, result: str) -> None:
        """See `Meter`."""
        if kind in _COUNTED:
            self._counters.count(SENT + kind, result)

    def reminder(self, result: str, count: int) -> None:
        """See `Meter`."""
        self._counters.count(REMINDER, result, count)


def counting(counters: Counters) -> Callable[[Turn], None]:
    """A function to be told every turn: counts topics and ratings."""

    def count(turn: Turn) -> None:
        if turn.feedback is not None:
            counters.count(HELPFUL if turn.feedback.helpful else NOT_HELPFUL, turn.feedback.topic)
        elif turn.reply.outcome is Outcome.ANSWER and turn.reply.topics:
            counters.count(TOPIC, turn.reply.topics[0])

    return count

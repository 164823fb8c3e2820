"""Tells a second tap from a second wish: a button spins until its answer is there, so people tap it again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from bot.conversation.reply import Reply

DOUBLE_S = 5.0
"""Who wants a text a second time presses later than this."""
MOST_KEPT = 10_000
"""Presses in memory; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Press:
    """A button and who pressed it."""

    chat: int
    user: int
    message: int
    action: str


class DoubleTaps:
    """Remembers for seconds which presses brought a new message. Pure: the time is handed in."""

    def __init__(self) -> None:
        """Nothing was pressed yet."""
        self._answered: OrderedDict[Press, tuple[int, float]] = OrderedDict()

    def is_double(self, press: Press, update: int, at: float) -> bool:
        """True where the same press was answered just before.

        Args:
            press: what was pressed.
            update: its id; an update that is tried again is not its own double.
            at: seconds, when it reached us.
        """
        before = self._answered.get(press)
        return before is not None and before[0] != update and abs(at - before[1]) < DOUBLE_S

    def answered(self, press: Press, update: int, at: float, reply: Reply) -> None:
        """Note what a press was answered with; only new messages count.

        A card that takes the place of another may be a switch, which a second press turns back. What is about safety,
        or ends a question, is answered as often as it is pressed.
        """
        is_new = any(not card.replace for card in reply.cards)
        if not is_new or reply.is_safety or reply.remove_buttons:
            return
        self._answered[press] = update, at
        self._answered.move_to_end(press)
        if len(self._answered) > MOST_KEPT:
            self._answered.popitem(last=False)

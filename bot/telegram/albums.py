"""Several photos sent at once are one message to her: Telegram brings each alone, with one id for all of them."""

from __future__ import annotations

from collections import OrderedDict

MOST_KEPT = 10_000
"""Albums in memory; the oldest go first."""


class Albums:
    """Knows which albums have been answered."""

    def __init__(self) -> None:
        """None has."""
        self._answered: OrderedDict[tuple[int, str], int] = OrderedDict()

    def is_answered(self, chat: int, album: str | None, update: int, *, has_words: bool) -> bool:
        """True where the album needs no answer any more; otherwise this part of it is taken to bring one.

        Args:
            chat: where it was sent.
            album: its id; None for what is sent alone.
            update: of this part; one that is tried again is not its own follower.
            has_words: this part has a caption, which is always read.
        """
        if album is None:
            return False
        before = self._answered.get((chat, album))
        if not has_words and before is not None:
            return before != update
        self._answered[chat, album] = update
        if len(self._answered) > MOST_KEPT:
            self._answered.popitem(last=False)
        return False

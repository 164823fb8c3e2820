"""What is counted while the bot runs. Here nothing is; `bot.runtime.metrics` has the one that counts."""

from __future__ import annotations


class Meter:
    """Counts nothing. No method takes a chat's id or a text, so that none can get into a metric."""

    is_read = False
    """Whether anybody asks for what is counted."""

    def received(self) -> None:
        """An update was taken in."""

    def answered(self, seconds: float) -> None:
        """An update was answered.

        Args:
            seconds: since it was taken in.
        """

    def outcome(self, outcome: str) -> None:
        """What was decided: `alarm`, `check`, `answer` ...; `too-many` or `flood` where nothing was."""

    def sent(self, kind: str, result: str) -> None:
        """A call to Telegram ended.

        Args:
            kind: `alarm`, `answer`, `reminder` ...
            result: `sent`, `failed` ...
        """

    def lateness(self, seconds: float) -> None:
        """A reminder was sent.

        Args:
            seconds: after the time at which it was to be sent.
        """

    def waiting(self, here: int, everywhere: int) -> None:
        """Updates that are not answered.

        Args:
            here: in this process.
            everywhere: in the inbox.
        """

    def reminder(self, result: str, count: int) -> None:
        """So many reminders became `sent`, `failed`, `dropped-late` ..."""

"""What became of a message that is sent at most once, and who is told of what happens to chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Literal

from bot.telegram.copies import Copies
from bot.telegram.rate_limiter import Priority

Outcome = Literal["sent", "failed", "uncertain", "unreachable", "migrated", "expired"]

Unreachable = Callable[[int], Awaitable[None]]
"""Told a chat that cannot be written to any more."""
Migrated = Callable[[int, int], Awaitable[None]]
"""Told the old and the new id of a group that became a supergroup."""
Tally = Callable[[str, str], None]
"""Told the kind (alarm, answer, reminder; edit, delete, buttons, other) and the result of each call."""


@dataclass(frozen=True, kw_only=True)
class SendResult:
    """What became of a message.

    `sent`: it has `message_id`. `failed`: refused for good, it did not arrive. `uncertain`: it may have arrived, nobody
    can know. `unreachable`: the chat cannot be written to. `migrated`: not sent, the chat has the id `new_chat_id` now.
    `expired`: not sent, its time was over before it could be.
    """

    outcome: Outcome
    message_id: int | None = None
    detail: str = ""
    """For the log and the operator, without text of messages."""
    new_chat_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a new message goes."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None
    """The message of hers that it answers, shown in groups."""


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How hard a call is tried.

    priority: who goes first. since: when it began to wait, by the event loop's clock: of two of one priority the older
    goes first; None: now. until: seconds since 1970, after which it is given up. copies: how often a message may have
    arrived before.
    """

    priority: Priority = Priority.ANSWER
    since: float | None = None
    until: float = float("inf")
    copies: Copies = field(default_factory=Copies)

    @property
    def kind(self) -> str:
        """For counting: alarm, answer or reminder."""
        return self.priority.name.lower()

"""What became of a message that is sent at most once, and who is told of what happens to chats."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from telegram.error import TelegramError

Outcome = Literal["sent", "failed", "uncertain", "unreachable", "migrated", "expired"]

Unreachable = Callable[[int], Awaitable[None]]
"""Told a chat that cannot be written to any more."""
Migrated = Callable[[int, int], Awaitable[None]]
"""Told the old and the new id of a group that became a supergroup."""
Lost = Callable[[int, TelegramError], None]
"""Told a chat that a message did not reach, though it could be written to, and what stood in the way."""
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

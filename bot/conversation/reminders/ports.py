"""What the engine that sends reminders asks of the conversation: the words of one reminder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from bot.conversation.reply import Reply
from bot.conversation.state import ChatState
from bot.schedule.model import Care, Drop, Kind


@dataclass(frozen=True, kw_only=True)
class DueWalk:
    """An occurrence that is about to be sent. due: instant of the chosen time, epoch seconds, without jitter."""

    no: int
    day: date
    kind: Kind
    due: int


@dataclass(frozen=True, kw_only=True)
class Composed:
    """What to send. care: her care as it is to be kept once this was sent, None where it stays as it is."""

    reply: Reply
    minutes: int
    """The walk that the reply names."""
    care: Care | None = None


class Composer(Protocol):
    """Writes the reminders. Pure: the same state, occurrence and time give the same words."""

    def compose(self, state: ChatState, due: DueWalk, now: datetime) -> Composed | Drop:
        """The message of an occurrence.

        Args:
            state: of the chat, read just before the sending.
            due: the occurrence.
            now: aware, any zone.

        Returns:
            The reason where nothing is to be sent.
        """
        ...

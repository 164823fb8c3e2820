"""What the conversation needs from outside, as interfaces: the store is handed in, never imported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from bot.conversation.reply import Reply
from bot.conversation.state import ChatState, Feedback, MissedQuestion
from bot.schedule.model import Care, Drop, Kind, WalkChange


@dataclass(frozen=True, kw_only=True)
class ChatKey:
    """Whose conversation: in a group each person has her own, so that nobody's signs mix with another's."""

    chat: int
    """Telegram's chat id, up to 52 significant bits, negative for groups."""
    user: int = 0
    """Telegram's user id in a group, 0 in a private chat."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What is kept beside the state of a chat, in the same transaction."""

    walks: tuple[WalkChange, ...] = ()
    """In order; what is due is derived anew afterwards."""
    feedback: Feedback | None = None
    """A rating; a second one for the same topic on the same day replaces the first. None is kept in a group."""
    improve: bool | None = None
    """Whether she helps to improve the bot from now on; False also deletes what is kept of her questions."""
    unanswered: MissedQuestion | None = None
    """A redacted question; kept only where she agreed and did not take it back meanwhile."""
    update: int | None = None
    """The update that led to this. Where the inbox holds it, `reply` is noted there, so that a crash before the
    sending sends the same reply again instead of thinking anew."""
    reply: Reply | None = None


NOTHING_KEPT = Kept()


class ConversationStore(Protocol):
    """Keeps the state of chats. Every method may raise `bot.errors.StoreError`."""

    async def load(self, key: ChatKey) -> ChatState:
        """The state of a conversation; a fresh one where nothing is kept."""
        ...

    async def save(self, key: ChatKey, state: ChatState, kept: Kept = NOTHING_KEPT) -> None:
        """Keep the state and what came with it, in one transaction. `state.book` is not written: `kept.walks` is."""
        ...

    async def forget(self, chat: int) -> None:
        """Delete every row of the chat, of all its users; of a private chat also what its person left in groups."""
        ...

    async def export(self, chat: int) -> dict[str, Any]:
        """Everything that is kept of a chat, and of its person in groups: a list of rows by the name of each table.

        The values are plain JSON.
        """
        ...


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

"""What the conversation needs from outside, as interfaces: the store is handed in, never imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot.conversation.state import ChatState, Feedback


@dataclass(frozen=True, kw_only=True)
class ChatKey:
    """Whose conversation: in a group each person has her own, so that nobody's signs mix with another's."""

    chat: int
    """Telegram's chat id, up to 52 significant bits, negative for groups."""
    user: int = 0
    """Telegram's user id in a group, 0 in a private chat."""


class ConversationStore(Protocol):
    """Keeps the state of chats. Every method may raise `bot.errors.StoreError`."""

    async def load(self, key: ChatKey) -> ChatState:
        """The state of a conversation; a fresh one where nothing is kept."""
        ...

    async def save(self, key: ChatKey, state: ChatState) -> None:
        """Keep the state, in one transaction."""
        ...

    async def add_feedback(self, key: ChatKey, feedback: Feedback) -> None:
        """Keep a rating; a second one for the same topic on the same day replaces the first."""
        ...

    async def forget(self, chat: int) -> None:
        """Delete every row of the chat, of all its users."""
        ...

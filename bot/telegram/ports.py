"""What receiving needs of the conversation and of what is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.state import Exchange
from bot.conversation.suggestions import Suggestions
from bot.telegram.texts import TelegramTexts


class ConversationPort(Protocol):
    """The conversation and its store. `handle` and `watch` raise `UnkeptError` only, the others nothing."""

    @property
    def texts(self) -> TelegramTexts:
        """The adapter's own sentences; others after the knowledge base was changed."""
        ...

    async def handle(self, key: ChatKey, message: Message, update: int | None = None) -> Reply:
        """The reply to a message; keeps the state.

        Args:
            update: names it in the inbox.
        """
        ...

    async def watch(self, key: ChatKey, message: Message, update: int | None = None) -> Reply | None:
        """The reply to one message too many: None where it is not about safety."""
        ...

    def meanwhile(self, message: Message) -> Reply:
        """What can be said while the store fails."""
        ...

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        """Note which messages of ours answered one of hers."""
        ...

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        """What was noted for a message of hers, if it still is known."""
        ...

    def suggest(self, query: str) -> Suggestions:
        """What inline mode offers for a query, at most 256 characters."""
        ...


AdminCommandPort = Callable[[ChatKey, Message], Awaitable[Reply | None]]
"""The reply to an admin's command; None for everything else, which goes to the conversation."""


async def no_commands(_key: ChatKey, _message: Message) -> None:
    """An `AdminCommandPort` for a bot without admins."""


class ChatStatus(Protocol):
    """Which chats can be written to. Every method may raise `StoreError`."""

    async def mark_away(self, chat: int, now: float) -> None:
        """The chat cannot be written to.

        Args:
            now: epoch seconds.
        """
        ...

    async def mark_back(self, chat: int) -> None:
        """The chat can be written to again."""
        ...

    async def migrated(self, old_chat: int, new_chat: int) -> None:
        """A group became a supergroup with another id."""
        ...


class NoChatStatus:
    """Keeps nothing."""

    async def mark_away(self, chat: int, now: float) -> None:
        """See `ChatStatus`."""

    async def mark_back(self, chat: int) -> None:
        """See `ChatStatus`."""

    async def migrated(self, old_chat: int, new_chat: int) -> None:
        """See `ChatStatus`."""

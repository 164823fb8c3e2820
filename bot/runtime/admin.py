"""Commands for the operator, in the private chat of those named in ADMIN_IDS. For everyone else they do not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Block, Reply
from bot.conversation.state import Exchange
from bot.conversation.suggestions import Suggestions
from bot.errors import BotError
from bot.runtime.stats import saying
from bot.telegram.ports import ConversationPort
from bot.telegram.texts import TelegramTexts

Command = Callable[[], Awaitable[Reply]]


class AdminConversationService:
    """Answers the commands of admins; everything else goes to the conversation. A `ConversationPort`."""

    def __init__(self, service: ConversationPort, admins: Collection[int], commands: Mapping[str, Command]) -> None:
        """Arguments: admins, user ids, which are the ids of their private chats too; commands, by name."""
        self._service = service
        self._admins = frozenset(admins)
        self._commands = commands

    @property
    def texts(self) -> TelegramTexts:
        """See `ConversationPort`."""
        return self._service.texts

    async def handle(self, key: ChatKey, message: Message, update: int | None = None) -> Reply:
        """See `ConversationPort`. Nothing is kept of an admin's command."""
        command = self._commands.get(message.command)
        if command is None or message.group or key.user or key.chat not in self._admins:
            return await self._service.handle(key, message, update)
        try:
            return await command()
        except BotError as error:
            return saying(Block(text=str(error)))

    async def watch(self, key: ChatKey, message: Message, update: int | None = None) -> Reply | None:
        """See `ConversationPort`."""
        return await self._service.watch(key, message, update)

    def meanwhile(self, message: Message) -> Reply:
        """See `ConversationPort`."""
        return self._service.meanwhile(message)

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        """See `ConversationPort`."""
        await self._service.remember_exchange(key, exchange)

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        """See `ConversationPort`."""
        return await self._service.earlier_exchange(key, asked)

    def suggest(self, query: str) -> Suggestions:
        """See `ConversationPort`."""
        return self._service.suggest(query)

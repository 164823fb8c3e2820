"""Commands for the operator, in the private chat of those named in ADMIN_IDS. For everyone else they do not exist."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Block, Reply
from bot.errors import BotError
from bot.runtime.stats import saying

Command = Callable[[], Awaitable[Reply]]


class AdminCommands:
    """Answers the commands of admins."""

    def __init__(self, admins: Collection[int], commands: Mapping[str, Command]) -> None:
        """Make one.

        Args:
            admins: user ids, which are the ids of their private chats too.
            commands: by name.
        """
        self._admins = frozenset(admins)
        self._commands = commands

    async def answer(self, key: ChatKey, message: Message) -> Reply | None:
        """The reply, of which nothing is kept; None where the message is one for the conversation."""
        command = self._commands.get(message.command)
        if command is None or message.group or key.user or key.chat not in self._admins:
            return None
        try:
            return await command()
        except BotError as error:
            return saying(Block(text=str(error)))

"""At the start: the command menu and the bot's descriptions. A refusal is logged and changes nothing else."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from telegram import Bot, BotCommand, BotCommandScopeAllGroupChats
from telegram.error import TelegramError

from bot.telegram.texts import SetUpTexts

COMMANDS = (
    *("start", "topics", "remind", "reminders", "settings", "help", "about", "privacy", "mydata", "forget", "cancel"),
)
"""The menu, in the order shown; each is a field of `SetUpTexts`."""
GROUP_COMMANDS = ("topics", "help", "about", "privacy")
"""The menu in groups: the others only lead to the private chat."""

_log = logging.getLogger(__name__)


async def set_up_profile(bot: Bot, texts: SetUpTexts) -> None:
    """Tell Telegram the command menu, the description and the short description.

    Raises nothing: what Telegram refuses, or cannot be asked for, is logged with the action `set-up-refused`.
    """
    menu = [BotCommand(name, getattr(texts, name)) for name in COMMANDS]
    in_groups = [command for command in menu if command.command in GROUP_COMMANDS]
    await _try("setMyCommands", bot.set_my_commands(menu))
    await _try("setMyCommands", bot.set_my_commands(in_groups, scope=BotCommandScopeAllGroupChats()))
    await _try("setMyDescription", bot.set_my_description(texts.description))
    await _try("setMyShortDescription", bot.set_my_short_description(texts.short_description))


async def _try(method: str, call: Awaitable[bool]) -> None:
    try:
        await call
    except TelegramError as err:
        _log.warning(
            "Telegram refused %s: %s", method, err.message, extra={"action": "set-up-refused", "method": method}
        )

"""The PTB application: nothing of it keeps time or memory; chats are handled in parallel, each one in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any

from telegram import Update
from telegram.error import InvalidToken
from telegram.ext import Application, ApplicationBuilder, BaseUpdateProcessor, CallbackContext, ExtBot

from bot.errors import TelegramSetupError

Store = dict[Any, Any]
Context = CallbackContext[ExtBot[None], Store, Store, Store]
BotApplication = Application[ExtBot[None], Context, Store, Store, Store, None]

CHATS_AT_ONCE = 32
"""A reply takes a few milliseconds of CPU and a round trip to Telegram: more would only queue before `SEND_RATE`."""

_WAITING = 1_000_000
"""PTB's own bound counts waiting updates too; were it `CHATS_AT_ONCE`, one flooding chat would stop all others."""


@dataclass(kw_only=True)
class _Line:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0


class ChatByChat(BaseUpdateProcessor):
    """Handles up to `chats` chats at once, and in one chat an update only after the one before it."""

    def __init__(self, chats: int = CHATS_AT_ONCE) -> None:
        """Arguments: chats, how many at once, at least 1."""
        super().__init__(_WAITING)
        self._at_once = asyncio.Semaphore(chats)
        self._lines: dict[int, _Line] = {}

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when it is the chat's turn. PTB calls this in the order of arrival."""
        chat = _chat_of(update)
        if chat is None:
            async with self._at_once:
                await coroutine
            return
        line = self._lines.setdefault(chat, _Line())
        line.waiting += 1
        try:
            async with line.lock, self._at_once:
                await coroutine
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[chat]

    async def initialize(self) -> None:
        """Nothing to do."""

    async def shutdown(self) -> None:
        """Nothing to do."""


def _chat_of(update: object) -> int | None:
    if not isinstance(update, Update):
        return None
    if update.effective_chat is not None:
        return update.effective_chat.id
    # Inline queries have no chat; each is answered for itself, and the last typed must not wait for the first.
    return None


def build_application(*, token: str, api_url: str) -> BotApplication:
    """Build the application, without handlers; nothing is asked of the network yet.

    Args:
        token: the bot's token.
        api_url: the root of the Bot API server without `/bot`, e.g. `https://api.telegram.org`.

    Raises:
        TelegramSetupError: the token is empty.
    """
    root = api_url.rstrip("/")
    builder = ApplicationBuilder().token(token).base_url(f"{root}/bot").base_file_url(f"{root}/file/bot")
    try:
        return builder.job_queue(None).concurrent_updates(ChatByChat()).build()
    except InvalidToken:
        raise TelegramSetupError("TELEGRAM_BOT_TOKEN is empty; @BotFather gives one.") from None

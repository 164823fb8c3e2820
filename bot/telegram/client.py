"""The Bot API's client as this bot uses it: long polls have connections of their own and hold up no answer."""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx
from telegram import Bot
from telegram.error import InvalidToken

from bot.errors import TelegramSetupError
from bot.telegram.aiohttp_request import AiohttpRequest

POLL_READ_S = 10.0
"""Beyond the time for which Telegram holds a poll open, which PTB adds."""


def build_bot(token: str, api_url: str, proxy: str = "") -> Bot:
    """Make the client; nothing is asked of the network before `initialize`.

    Args:
        token: the bot's token.
        api_url: the root of the Bot API server without `/bot`, e.g. `https://api.telegram.org`.
        proxy: by which it is reached; empty: directly.

    Raises:
        TelegramSetupError: the token is empty.
    """
    root = api_url.rstrip("/")
    answers, polls = build_requests(root, proxy)
    try:
        return Bot(
            token,
            base_url=f"{root}/bot",
            base_file_url=f"{root}/file/bot",
            request=answers,
            get_updates_request=polls,
        )
    except InvalidToken:
        raise TelegramSetupError("TELEGRAM_BOT_TOKEN is empty; @BotFather gives one.") from None


def build_requests(api_url: str, proxy: str = "") -> tuple[AiohttpRequest, AiohttpRequest]:
    """The connections for all calls but getUpdates, and those for getUpdates (one, and one to spare)."""
    is_secure = urlsplit(api_url).scheme == "https"
    context = httpx.create_ssl_context() if is_secure else None  # certifi's, also in a bare container
    return (
        AiohttpRequest(proxy=proxy or None, ssl_context=context),
        AiohttpRequest(proxy=proxy or None, ssl_context=context, connections=2, read_s=POLL_READ_S),
    )

"""What `bot doctor` says of Telegram: two questions are asked, getMe and getWebhookInfo."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from bot.errors import TelegramSetupError
from bot.runtime.findings import Finding, ago, fail, ok, warn
from bot.settings.settings import Settings
from bot.telegram.api_errors import cause_of
from bot.telegram.client import build_bot
from bot.telegram.webhook import webhook_address

PATIENCE_S = 15.0
MANY_PENDING = 100
RECENT_S = 3600.0


async def about_telegram(settings: Settings, now: float) -> list[Finding]:
    """Whose token it is, and how updates come."""
    telegram = settings.telegram
    if not telegram.token:
        return [
            warn("token", "TELEGRAM_BOT_TOKEN is not set: the bot talks in the terminal only", "@BotFather gives one")
        ]
    try:
        bot = build_bot(telegram.token, telegram.api_url, telegram.proxy)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await bot.initialize()
                return [ok("token", f"{bot.id}, @{bot.username}"), await _receiving(bot, settings, now)]
        finally:
            await bot.shutdown()
    except InvalidToken:
        return [fail("token", "Telegram refuses it", "@BotFather shows the valid one")]
    except (TelegramError, TimeoutError) as error:
        said = f"{telegram.api_url} cannot be asked ({cause_of(error)})"
        return [fail("telegram", said, "does this machine reach it? curl -s https://api.telegram.org")]
    except (TelegramSetupError, KeyError, TypeError, AttributeError):
        return [fail("telegram", f"what answers at {telegram.api_url} is no Bot API", "set TELEGRAM_API_URL right")]


async def _receiving(bot: Bot, settings: Settings, now: float) -> Finding:
    info: Mapping[str, Any] = await bot._post("getWebhookInfo")
    address, pending = str(info.get("url") or ""), int(info.get("pending_update_count") or 0)
    wanted = webhook_address(settings.telegram.webhook_url) if settings.telegram.webhook_url else ""
    said = f"{f'webhook {address}' if address else 'polling'}, {pending} updates wait at Telegram"
    age = now - int(info.get("last_error_date") or 0)
    if age < now:
        said += f", last error {ago(age)} ago: {info.get('last_error_message')}"
    if address and not wanted:
        return fail("updates", said, "a webhook takes them: set WEBHOOK_URL and run bot web, or start with --take-over")
    if wanted and address != wanted:
        return fail(
            "updates", f"{said}, WEBHOOK_URL asks for {wanted}", "start bot web; bot run never uses WEBHOOK_URL"
        )
    if pending > MANY_PENDING or age < RECENT_S:
        return warn("updates", said, "does the bot run, and can Telegram reach it?")
    return ok("updates", said)

"""Receiving by webhook. 200 is said only when an update is kept; who does not know the secret is not listened to."""

from __future__ import annotations

import asyncio
import hmac
import logging
from urllib.parse import urlsplit

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import Bot
from telegram.constants import WebhookLimit

from bot.errors import StoreError
from bot.telegram.polling import ALLOWED_UPDATES, UpdateReceiver

PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a name
MOST_BYTES = 1024 * 1024
"""Updates have some kilobytes; the longest text with entities stays far below."""
CONNECTIONS = 40
"""Telegram's own default: so many updates at once, for all chats."""
ROOM_S = 10.0
"""How long a request waits while too much is to do, or the bot has just started; then Telegram brings it again."""
RETRY_S = "5"

_log = logging.getLogger(__name__)


def webhook_address(url: str) -> str:
    """The address told to Telegram: `url`, or our own path below it where it names a host only."""
    return url.rstrip("/") + PATH if urlsplit(url).path in ("", "/") else url


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to send updates.

    Raises:
        TelegramError: it refused, or could not be reached.
    """
    await bot.set_webhook(
        webhook_address(url), secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=CONNECTIONS
    )
    _log.info("Receiving by webhook", extra={"action": "webhook-set"})


class Webhook:
    """The routes on which Telegram hands over updates."""

    def __init__(self, receiver: UpdateReceiver, *, url: str, secret: str) -> None:
        """Make one.

        Args:
            url: the public address, of which the path counts.
            secret: 1 to 256 characters.

        Raises:
            ValueError: there is no secret.
        """
        if not secret:
            raise ValueError("a webhook needs a secret")
        self._receiver = receiver
        self._secret = secret.encode()
        paths = sorted({PATH, urlsplit(webhook_address(url)).path})
        self.routes = [Route(path, self._take, methods=["POST"]) for path in paths]

    async def _take(self, request: Request) -> Response:
        said = request.headers.get(SECRET_HEADER, "")
        if len(said) > WebhookLimit.MAX_SECRET_TOKEN_LENGTH or not hmac.compare_digest(said.encode(), self._secret):
            _log.warning("Somebody without the secret came to the webhook", extra={"action": "webhook-refused"})
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            _log.warning("An update was too large", extra={"action": "webhook-too-large"})
            return Response(status_code=413)
        try:
            update = orjson.loads(body)
        except orjson.JSONDecodeError:
            # Anything but 200 would bring it back, for ever.
            _log.error("Something came that is no JSON", extra={"action": "webhook-unreadable"})
            return Response(status_code=200)
        try:
            async with asyncio.timeout(ROOM_S):
                await self._receiver.room()
            await self._receiver.receive([update])
        except (StoreError, TimeoutError):
            return Response(status_code=503, headers={"Retry-After": RETRY_S})
        return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """The body, None where it is too large; then it is not read to its end."""
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MOST_BYTES:
        return None
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body

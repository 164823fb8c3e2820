"""Hands updates over by webhook, as Telegram does: again and again until 200 is said."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import aiohttp

CONNECTIONS = 40
PAUSES_S = (0.3, 1.0, 2.0)
"""Before an update is brought again; Telegram's own are of this order, and longer for a bot that stays away."""


class Hooks:
    """Delivers to one or more processes in turn, as a host's router does."""

    def __init__(self, addresses: list[str], secret: str, on_delivered: Callable[[dict[str, Any]], None]) -> None:
        """Arguments: on_delivered, gets each update that was taken."""
        self._addresses = itertools.cycle(addresses)
        self._secret = secret
        self._on_delivered = on_delivered
        self._room = asyncio.Semaphore(CONNECTIONS)
        self._client: aiohttp.ClientSession | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def deliver(self, update: dict[str, Any]) -> None:
        """Begin to hand an update over."""
        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CONNECTIONS))
        task = asyncio.create_task(self._deliver(self._client, update))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Give up what is not delivered."""
        for task in self._tasks:
            task.cancel()
        if self._client is not None:
            await self._client.close()

    async def _deliver(self, client: aiohttp.ClientSession, update: dict[str, Any]) -> None:
        body = json.dumps(update).encode()
        headers = {"X-Telegram-Bot-Api-Secret-Token": self._secret, "Content-Type": "application/json"}
        for times in itertools.count():
            async with self._room:
                try:
                    timeout = aiohttp.ClientTimeout(total=15)
                    async with client.post(next(self._addresses), data=body, headers=headers, timeout=timeout) as said:
                        status = said.status
                except (aiohttp.ClientError, OSError):
                    status = 0
            if status == 200:
                self._on_delivered(update)
                return
            await asyncio.sleep(PAUSES_S[min(times, len(PAUSES_S) - 1)])

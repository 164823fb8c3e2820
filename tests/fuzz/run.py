"""Feeds random updates to everything behind the network: reading, keeping, answering, recording."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import Counter
from pathlib import Path

import orjson
from telegram import Bot

from bot.factory import build_conversation
from bot.runtime.process import Process
from bot.settings.database_url import DatabaseUrl
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.factory import open_database
from bot.store.migrate import migrate
from bot.telegram.conversation_service import TelegramConversationService
from tests.e2e.scripted import SET_UP
from tests.fuzz.offline import Offline
from tests.fuzz.updates import Updates
from tests.load.bots import KEY

AT_ONCE = 50
HARMLESS = frozenset({"update-unreadable", "no-update", "inbox-unstorable"})
"""What may be logged as an error for a malformed update: that it is one."""


class Errors(logging.Handler):
    """Keeps what is logged as an error, and every warning of asyncio."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.found: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR or record.name == "asyncio":
            self.found[f"{getattr(record, 'action', '')}: {record.getMessage()[:300]}"] += 1

    def serious(self, *, allowed: frozenset[str]) -> list[str]:
        return [f"{count} x {line}" for line, count in self.found.items() if line.partition(":")[0] not in allowed]


async def feed(folder: Path, count: int, seed: int, *, malformed: float) -> list[str]:
    """Handle so many updates; everything that went wrong. Arguments: malformed, the share of malformed ones."""
    url = DatabaseUrl.of_file(folder / "bot.sqlite3")
    migrate(url)
    database, cipher = open_database(url), Cipher([KEY])
    store = ChatStore(database, cipher, context_hours=24)
    updates = Updates(seed, int(time.time()))
    offline = Offline(updates.seen)
    bot = Bot("4242:x", request=offline, get_updates_request=offline)
    await bot.initialize()
    process = Process(
        bot=bot, service=TelegramConversationService(build_conversation(), store), set_up=SET_UP, database=database,
        cipher=cipher, chat_status=store, rate=0,
    )  # fmt: skip
    process.receiver.open()
    errors = Errors()
    logging.getLogger().addHandler(errors)
    try:
        for _ in range(0, count, AT_ONCE):
            raw = [_as_received(updates.next(malformed)) for _ in range(min(AT_ONCE, count))]
            await process.receiver.receive(raw)
            async with asyncio.timeout(60):
                while process.receiver.waiting:  # noqa: ASYNC110
                    await asyncio.sleep(0)
        left = process.receiver.waiting
        await process.receiver.close(1.0)
        unanswered = await process.inbox.waiting()
    finally:
        logging.getLogger().removeHandler(errors)
        await bot.shutdown()
        await database.close()
    wrong = errors.serious(allowed=HARMLESS if malformed else frozenset()) + offline.wrong
    if left or unanswered:
        wrong.append(f"{left} in memory and {unanswered} in the inbox were not answered")
    return wrong


def _as_received(update: object) -> object:
    """As it comes over the wire."""
    try:
        return orjson.loads(json.dumps(update))
    except orjson.JSONDecodeError:  # a number beyond all bounds
        return None

"""A fake Bot API, a conversation and the bot between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.runtime.jobs import polling
from bot.runtime.process import Process
from bot.settings.database_url import DatabaseUrl
from bot.shutdown import stopped_by_signals
from bot.store.cipher import Cipher
from bot.store.factory import open_database
from bot.telegram.client import build_bot
from bot.telegram.polling import CONFLICT_S
from bot.telegram.ports import ChatStatus, ConversationPort
from tests.e2e.scripted import SET_UP, ScriptedConversation
from tests.engines import database_file, empty_database
from tests.fake_telegram.server import TOKEN, FakeApi
from tests.load.bots import KEY

__all__ = ["KEY", "database_file", "empty_database"]

Start = Callable[..., Awaitable["asyncio.Task[None]"]]


@pytest.fixture
async def idle_api() -> AsyncIterator[FakeApi]:
    """A Bot API that does not listen yet."""
    api = FakeApi()
    yield api
    await api.stop()


@pytest.fixture
async def api(idle_api: FakeApi) -> FakeApi:
    """A Bot API that listens."""
    await idle_api.start()
    return idle_api


@pytest.fixture
def service() -> ConversationPort:
    """The conversation. A module overrides this fixture to run its tests against another one."""
    return ScriptedConversation()


@pytest.fixture
def chat_status() -> ChatStatus | None:
    """Who is told of blocked chats."""
    return None


@pytest.fixture
async def start(
    idle_api: FakeApi, service: ConversationPort, database_file: Path, chat_status: ChatStatus | None
) -> AsyncIterator[Start]:
    """Starts the bot as the program does; it is ended, gracefully, after the test."""
    running: list[tuple[asyncio.Event, asyncio.Task[None]]] = []

    async def run(stop: asyncio.Event, token: str, url: str, conflict_s: float, take_over: bool, rate: float) -> None:
        database = open_database(DatabaseUrl.of_file(database_file))
        with stopped_by_signals(stop):
            try:
                process = Process(
                    bot=build_bot(token, url),
                    service=service,
                    set_up=SET_UP,
                    database=database,
                    cipher=Cipher([KEY]),
                    chat_status=chat_status,
                    rate=rate,
                    first_pause_s=0.05,
                )
                await process.run([polling(process, conflict_s=conflict_s, take_over=take_over)], stop)
            finally:
                await database.close()

    async def begin(
        token: str = TOKEN,
        url: str = "",
        *,
        conflict_s: float = CONFLICT_S,
        take_over: bool = False,
        rate: float = 25.0,
    ) -> asyncio.Task[None]:
        stop = asyncio.Event()
        task = asyncio.create_task(run(stop, token, url or idle_api.url, conflict_s, take_over, rate))
        task.stop = stop  # type: ignore[attr-defined]
        running.append((stop, task))
        return task

    yield begin
    for stop, task in running:
        stop.set()
        await asyncio.wait({task}, timeout=3)
        assert task.done(), "the bot did not end"
        if task.exception() is not None and not hasattr(task, "expected"):
            await task


@pytest.fixture
async def bot(api: FakeApi, start: Start) -> asyncio.Task[None]:
    """The bot, receiving."""
    task = await start()
    await api.called("getUpdates")
    return task

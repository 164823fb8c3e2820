"""A fake Bot API, a conversation and the bot between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from bot.telegram.handlers import Brain
from bot.telegram.receive import run_polling
from tests.e2e.fake_api import TOKEN, FakeApi
from tests.e2e.scripted import SET_UP, ScriptedBrain

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
def brain() -> Brain:
    """The conversation. A module overrides this fixture to run its tests against another one."""
    return ScriptedBrain()


@pytest.fixture
async def start(idle_api: FakeApi, brain: Brain) -> AsyncIterator[Start]:
    """Starts the bot as the program does; it is ended, gracefully, after the test."""
    running: list[tuple[asyncio.Event, asyncio.Task[None]]] = []

    async def begin(token: str = TOKEN, url: str = "") -> asyncio.Task[None]:
        stop = asyncio.Event()
        run = run_polling(
            token=token, api_url=url or idle_api.url, brain=brain, set_up=SET_UP, stop=stop, first_pause_s=0.05
        )
        task = asyncio.create_task(run)
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

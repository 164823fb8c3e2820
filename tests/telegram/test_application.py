"""The order of updates."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from telegram import Chat, Update
from telegram import Message as TelegramMessage

from bot.errors import TelegramSetupError
from bot.telegram.application import ChatByChat, build_application


def update(number: int, chat: int) -> Update:
    return Update(number, message=TelegramMessage(number, datetime(2026, 1, 1, tzinfo=UTC), Chat(chat, "private")))


class Work:
    """Handles updates; each waits for its release."""

    def __init__(self, processor: ChatByChat) -> None:
        self.processor = processor
        self.started: list[int] = []
        self.release: dict[int, asyncio.Event] = {}

    def take(self, number: int, chat: int | None) -> asyncio.Task[None]:
        self.release[number] = asyncio.Event()
        given = update(number, chat) if chat is not None else Update(number)

        async def handle() -> None:
            self.started.append(number)
            await self.release[number].wait()

        return asyncio.create_task(self.processor.process_update(given, handle()))


async def turn() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_in_order_within_a_chat_and_at_once_across_chats() -> None:
    work = Work(ChatByChat())
    tasks = [work.take(1, 7), work.take(2, 7), work.take(3, 7), work.take(4, 8), work.take(5, None)]
    await turn()
    assert work.started == [1, 4, 5]
    work.release[1].set()
    await turn()
    assert work.started == [1, 4, 5, 2]
    for event in work.release.values():
        event.set()
    await asyncio.gather(*tasks)
    assert work.started == [1, 4, 5, 2, 3]
    assert work.processor._lines == {}


async def test_a_flooding_chat_takes_one_place_only() -> None:
    work = Work(ChatByChat(chats=2))
    tasks = [*(work.take(n, 7) for n in range(50)), work.take(99, 8), work.take(100, 9)]
    await turn()
    assert work.started == [0, 99]
    for event in work.release.values():
        event.set()
    await asyncio.gather(*tasks)
    assert len(work.started) == 52


async def test_a_failing_update_lets_the_next_one_in() -> None:
    processor = ChatByChat()

    async def fail() -> None:
        raise ValueError("x")

    async def succeed() -> None:
        await asyncio.sleep(0)

    results = await asyncio.gather(
        processor.process_update(update(1, 7), fail()), processor.process_update(update(2, 7), succeed()),
        return_exceptions=True,
    )  # fmt: skip
    assert [type(r) for r in results] == [ValueError, type(None)]


@pytest.mark.parametrize("root", ["http://127.0.0.1:8081", "http://127.0.0.1:8081/"])
def test_the_addresses(root: str) -> None:
    application = build_application(token="1:a", api_url=root)
    assert application.bot.base_url == "http://127.0.0.1:8081/bot1:a"
    assert application.bot.base_file_url == "http://127.0.0.1:8081/file/bot1:a"


def test_an_empty_token() -> None:
    with pytest.raises(TelegramSetupError, match="TELEGRAM_BOT_TOKEN"):
        build_application(token="", api_url="http://127.0.0.1")

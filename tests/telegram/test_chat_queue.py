"""The order of work."""

from __future__ import annotations

import asyncio

from bot.telegram.chat_queue import ChatQueue


class Work:
    """Items are (chat, number); each waits for its release."""

    def __init__(self, most: int = 100) -> None:
        self.intake: ChatQueue[int] = ChatQueue(self.do, most=most)
        self.started: list[int] = []
        self.ended: list[int] = []
        self.release: dict[int, asyncio.Event] = {}

    def take(self, number: int, chat: int | None) -> None:
        self.release[number] = asyncio.Event()
        self.intake.put(number, chat)

    async def do(self, number: int) -> None:
        self.started.append(number)
        await self.release[number].wait()
        if number < 0:
            raise ValueError(number)
        self.ended.append(number)


async def turn() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_in_order_within_a_chat_and_at_once_across_chats() -> None:
    work = Work()
    for number, chat in ((1, 7), (2, 7), (3, 7), (4, 8), (5, None), (6, None)):
        work.take(number, chat)
    await turn()
    assert work.started == [1, 4, 5, 6]
    work.release[1].set()
    await turn()
    assert work.started == [1, 4, 5, 6, 2]
    for event in work.release.values():
        event.set()
    await turn()
    assert work.started[4:] == [2, 3]
    assert (work.intake.waiting, work.intake._lines, work.intake._tasks) == (0, {}, set())


async def test_a_failing_item_lets_the_next_one_in() -> None:
    work = Work()
    work.take(-1, 7)
    work.take(2, 7)
    for event in work.release.values():
        event.set()
    await turn()
    assert work.ended == [2]


async def test_no_room() -> None:
    work = Work(most=2)
    work.take(1, 7)
    await asyncio.wait_for(work.intake.room(), 1)
    work.take(2, 8)
    assert work.intake.free == 0
    waiting = asyncio.create_task(work.intake.room())
    await turn()
    assert not waiting.done()
    work.release[1].set()
    await asyncio.wait_for(waiting, 1)
    assert work.intake.free == 1
    work.release[2].set()


async def test_closing_finishes_what_has_begun_and_begins_nothing() -> None:
    work = Work()
    for number, chat in ((1, 7), (2, 7), (3, 8)):
        work.take(number, chat)
    await turn()
    closing = asyncio.create_task(work.intake.close(0.05))
    await turn()
    work.take(9, 9)
    work.release[1].set()
    await closing
    assert (work.started, work.ended) == ([1, 3], [1])
    assert work.intake._tasks == set()

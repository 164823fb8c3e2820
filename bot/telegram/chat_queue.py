"""Work in order within a chat, in parallel between chats, and never more of it than fits."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.log import report

MOST_WAITING = 1000
"""Updates in memory; more wait in the table, or at Telegram. Each takes some kilobytes."""

Item = TypeVar("Item")


class ChatQueue(Generic[Item]):
    """A line a chat, each worked off by one task, which lives as long as something waits."""

    def __init__(self, work: Callable[[Item], Awaitable[None]], *, most: int = MOST_WAITING) -> None:
        """Make one.

        Args:
            work: deals with one item.
            most: items that may be in memory at once.
        """
        self._work = work
        self._most = most
        self._lines: dict[Hashable, deque[Item]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self.waiting = 0
        """Items that are not done."""

    @property
    def free(self) -> int:
        """How many more items fit."""
        return max(self._most - self.waiting, 0)

    def put(self, item: Item, line: Hashable | None) -> None:
        """Take an item in.

        Args:
            line: it waits for those before it there; None: it waits for none.
        """
        if self._closing:
            return
        self.waiting += 1
        if self.waiting >= self._most:
            self._room.clear()
        if line is None:
            line = object()
        if (before := self._lines.get(line)) is not None:
            before.append(item)
            return
        self._lines[line] = deque((item,))
        task = asyncio.create_task(self._work_off(line))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def behind(self, line: Hashable) -> tuple[Item, ...]:
        """What waits in a line behind the item that is worked on."""
        return tuple(self._lines.get(line, ()))[1:]

    async def room(self) -> None:
        """Wait until something fits."""
        await self._room.wait()

    async def close(self, seconds: float) -> None:
        """Begin nothing more; wait for what has been begun, at most so long, then break it off."""
        self._closing = True
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _work_off(self, name: Hashable) -> None:
        line = self._lines[name]
        try:
            while line and not self._closing:
                try:
                    await self._work(line[0])
                except Exception as error:  # noqa: BLE001 (one mistake may not stop a chat)
                    report(error)
                line.popleft()
                self.waiting -= 1
                self._room.set()
        finally:
            del self._lines[name]

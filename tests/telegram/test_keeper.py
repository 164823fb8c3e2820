"""Updates are confirmed when they lie in the inbox, or in the spool; in order, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from bot.errors import StoreError
from bot.telegram.keeper import Keeper
from bot.updates import ReceivedUpdate
from tests.virtual_time import run_virtually


def update(number: int) -> ReceivedUpdate:
    return ReceivedUpdate(update=number, chat=1, payload={"update_id": number})


class Inbox:
    """Fails while it is told to."""

    def __init__(self) -> None:
        self.fails = False
        self.kept: list[int] = []

    async def add(self, updates: Sequence[ReceivedUpdate], *, claim: bool = True) -> frozenset[int]:
        await asyncio.sleep(0.01)
        if self.fails:
            raise StoreError("busy")
        fresh = [u.update for u in updates if u.update not in self.kept]
        self.kept += fresh
        return frozenset(fresh)


class MemorySpool:
    """A spool without a disk."""

    def __init__(self) -> None:
        self.waiting: list[ReceivedUpdate] = []
        self.fails = False

    @property
    def is_empty(self) -> bool:
        return not self.waiting

    async def append(self, updates: Sequence[ReceivedUpdate]) -> None:
        if self.fails:
            raise OSError("disk full")
        self.waiting += updates

    async def oldest(self, most: int) -> tuple[list[ReceivedUpdate], tuple[bytes, ...]]:
        return self.waiting[:most], tuple(b"%d" % u.update for u in self.waiting[:most])

    async def drop(self, marks: Sequence[bytes]) -> None:
        self.waiting = [u for u in self.waiting if b"%d" % u.update not in marks]


class World:
    def __init__(self, *, spool: bool = True) -> None:
        self.inbox, self.spool = Inbox(), MemorySpool()
        self.begun: list[int] = []
        self.seen_to: list[int] = []
        inbox: Any = self.inbox
        self.keeper = Keeper(
            inbox,
            spool=self.spool if spool else None,
            has_room=lambda _count: True,
            on_kept=lambda updates, mine: self.begun.extend(u.update for u in updates if u.update in mine),
            on_failed=lambda updates: self.seen_to.extend(u.update for u in updates),
        )


def test_while_the_store_fails_all_is_confirmed_seen_to_and_brought_in_later_in_order() -> None:
    async def scene() -> None:
        world = World()
        await world.keeper.keep([update(0)])
        world.inbox.fails = True
        for number in range(1, 151):
            await world.keeper.keep([update(number)])
        assert world.seen_to == list(range(1, 151)), "the 101st with an alarm is looked at too"
        assert world.begun == [0]
        world.inbox.fails = False
        await world.keeper.keep([update(151)])
        await asyncio.sleep(30)
        assert world.begun == list(range(152)), "nothing overtakes what is spooled"
        assert world.spool.is_empty
        await world.keeper.keep([update(152)])
        assert world.begun[-1] == 152

    run_virtually(scene())


def test_nothing_is_confirmed_where_the_spool_fails_too_or_there_is_none() -> None:
    async def scene(*, spool: bool) -> None:
        world = World(spool=spool)
        world.inbox.fails = world.spool.fails = True
        with pytest.raises(StoreError):
            await world.keeper.keep([update(1)])
        assert world.seen_to == [1]

    run_virtually(scene(spool=True))
    run_virtually(scene(spool=False))


def test_what_an_earlier_process_spooled_is_brought_in_at_the_start() -> None:
    async def scene() -> None:
        world = World()
        world.spool.waiting = [update(1), update(2)]
        world.keeper.open()
        await world.keeper.keep([update(3)])
        await asyncio.sleep(5)
        assert world.begun == [1, 2, 3]

    run_virtually(scene())


def test_those_who_come_together_share_a_transaction() -> None:
    async def scene() -> None:
        world = World()
        await asyncio.gather(*(world.keeper.keep([update(n)]) for n in range(20)))
        assert sorted(world.begun) == list(range(20))

    run_virtually(scene())

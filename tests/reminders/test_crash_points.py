"""A process that dies at any point of a reminder: it arrives once or never, and what became of it is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.conversation.reply import Reply
from bot.reminders.loop import LEASE_S, RemindersLoop
from bot.reminders.planner import Planner
from bot.reminders.ports import Claim, Move, Outcome, Posted
from bot.reminders.sender import DeliverySender
from bot.store.cipher import Cipher
from bot.store.deliveries import Deliveries
from tests.crashes import KilledError, Mortal, Point, documented, table
from tests.reminders.world import KEY, RELEASE, KeepingPostman, World, instant

POINTS = {
    Point("plan"): "before it is planned",
    Point("plan", is_after=True): "when it is planned",
    Point("claim"): "before it is claimed",
    Point("claim", is_after=True): "when it is claimed, before it is sent",
    Point("send"): "before it leaves",
    Point("send", is_after=True): "when it has arrived, before this is known",
    Point("record"): "when this is known, before it is recorded",
    Point("record", is_after=True): "when it is recorded",
}


class MortalDeliveries(Deliveries):
    """Of a process."""

    life: Mortal

    async def keep(self, moves: Sequence[Move], now: int, release: str) -> list[Move]:
        with self.life.step("plan"):
            return await super().keep(moves, now, release)

    async def claim(self, claim: Claim, now: int) -> bool:
        with self.life.step("claim"):
            return await super().claim(claim, now)

    async def record(self, claim: Claim, outcome: Outcome, now: int) -> bool:
        with self.life.step("record"):
            return await super().record(claim, outcome, now)


class MortalPostman(KeepingPostman):
    """Of a process: what leaves arrives."""

    life: Mortal

    async def post(self, chat: int, reply: Reply, *, until: float) -> Posted:
        with self.life.step("send"):
            return await super().post(chat, reply, until=until)


def begin(world: World, owner: str, life: Mortal, postman: MortalPostman) -> RemindersLoop:
    store = MortalDeliveries(world.database, Cipher([KEY]))
    store.life = postman.life = life
    sender = DeliverySender(store, world.chats, world.composer, postman, world.observer, owner=owner, clock=world.clock)
    planner = Planner(store, world.observer, release=RELEASE, chance=lambda _: 0)
    world.leases.alive, world.leases.holder = {owner}, None
    return RemindersLoop(store, world.leases, planner, sender, world.observer, owner=owner, clock=world.clock)


async def live(world: World, loop: RemindersLoop, time: timedelta) -> None:
    ends = world.now + time.total_seconds()
    while world.now < ends:
        await loop.tick()
        await loop.send_due()
        world.now += 10


async def killed_at(world: World, point: Point, *, chat: int) -> tuple[int, str]:
    """How often the reminder arrived, and what is on record."""
    await world.set_up(chat=chat)
    world.now = float(instant("2026-11-24 10:00"))
    postman, life = MortalPostman(), Mortal(point)
    first = begin(world, "first", life, postman)
    with pytest.raises(KilledError):
        await live(world, first, timedelta(minutes=15))
    world.now += LEASE_S + 1
    second = begin(world, "second", Mortal(), postman)
    await live(world, second, timedelta(hours=1))
    sql = f"SELECT state FROM deliveries WHERE chat_id = {chat}"
    ((state,),) = await world.rows(sql)
    return sum(to == chat for to, _, _ in postman.posts), state


@pytest.mark.parametrize("point", POINTS, ids=str)
async def test_killed_at_a_point(world: World, point: Point) -> None:
    count, state = await killed_at(world, point, chat=1)
    assert (count, state) in {(1, "sent"), (0, "uncertain"), (1, "uncertain")}


async def test_the_document_says_what_arrives(world: World) -> None:
    rows = [("the process dies", "the reminder arrives", "on record as")]
    for chat, (point, label) in enumerate(POINTS.items(), 1):
        count, state = await killed_at(world, point, chat=chat)
        rows.append((label, ("never", "once")[count], state))
        world.now = float(instant("2026-11-24 09:00"))
    assert documented("crash points of reminders") == table(*rows)

"""SQLite gives the number of a deleted delivery or reminder to the next one, which may be another mother's."""

from __future__ import annotations

import asyncio
from datetime import time

from bot.conversation.reply import Reply
from bot.reminders.ports import Claim, Outcome, Posted, Result
from bot.schedule.model import DeleteReminder, DeliveryState, Drop, Reminder
from tests.reminders.world import RELEASE, TEN, World, instant

ALSO_TEN = Reminder(no=1, at=time(10), days=frozenset(range(7)))
STATES = "SELECT chat_id, state FROM deliveries ORDER BY chat_id"


async def shift(world: World, seconds: int, chat: int) -> None:
    """What is due of a chat comes later, or sooner."""
    async with world.database.transaction() as tx:
        sql = "UPDATE reminders SET next_due = next_due + :seconds, zone_data = :release WHERE chat_id = :chat"
        await tx.execute(sql, {"seconds": seconds, "release": RELEASE, "chat": chat})


async def first_planned(world: World) -> int:
    """Two mothers; the delivery of chat 1 is planned, chat 2 follows."""
    await world.set_up(TEN, chat=1)
    await world.set_up(ALSO_TEN, chat=2)
    await shift(world, 600, chat=2)
    world.now = float(instant("2026-11-24 10:06"))
    await world.loop.tick()
    (delivery,) = await world.store.waiting(int(world.now), 10)
    return delivery


async def number_given_on(world: World, delivery: int) -> None:
    """Chat 1 deletes her reminder, and chat 2's delivery is planned under that number, as SQLite does by itself."""
    await world.change(DeleteReminder(1), chat=1)
    await shift(world, -600, chat=2)
    await world.loop.tick()
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE deliveries SET id = :id", {"id": delivery})
    world.now += 300


async def test_a_claim_that_is_put_back_leaves_another_mothers_alone(world: World) -> None:
    delivery = await first_planned(world)
    sent: list[int] = []
    on_its_way = {1: asyncio.Event(), 2: asyncio.Event()}
    go_on = {1: asyncio.Event(), 2: asyncio.Event()}

    async def post(chat: int, reply: Reply, *, until: float) -> Posted:
        sent.append(chat)
        on_its_way[chat].set()
        await go_on[chat].wait()
        return Posted(result=Result.EXPIRED) if chat == 1 else Posted(result=Result.SENT, message_id=5)

    world.postman.post = post  # type: ignore[method-assign]
    first = asyncio.create_task(world.sender.send(delivery))
    await on_its_way[1].wait()
    await number_given_on(world, delivery)
    second = asyncio.create_task(world.sender.send(delivery))
    await on_its_way[2].wait()
    go_on[1].set()
    await first
    assert await world.rows(STATES) == [(2, "sending")]
    go_on[2].set()
    await second
    await world.loop.send_due()
    assert sent == [1, 2]
    assert await world.rows(STATES) == [(2, "sent")]


async def test_how_one_ended_is_not_noted_at_another(world: World) -> None:
    delivery = await first_planned(world)
    old = Claim(id=delivery, chat=1, owner="me", minutes=10)
    assert await world.store.claim(old, int(world.now))
    await number_given_on(world, delivery)
    assert not await world.store.record(old, Outcome(state=DeliveryState.FAILED), int(world.now))
    new = Claim(id=delivery, chat=2, owner="me", minutes=10)
    assert await world.store.claim(new, int(world.now))
    assert not await world.store.record(old, Outcome(state=DeliveryState.FAILED), int(world.now))
    assert await world.rows(STATES) == [(2, "sending")]
    assert await world.store.record(new, Outcome(state=DeliveryState.SENT, message_id=5), int(world.now))


async def test_what_was_looked_at_is_neither_claimed_nor_dropped_for_another(world: World) -> None:
    delivery = await first_planned(world)
    waiting = await world.store.look(delivery)
    assert waiting is not None
    await number_given_on(world, delivery)
    assert not await world.store.claim(Claim(id=delivery, chat=1, owner="me", minutes=10), int(world.now))
    assert not await world.store.drop(waiting, Drop.LATE, int(world.now))
    assert await world.rows(STATES) == [(2, "planned")]


async def test_a_tick_moves_no_reminder_of_another(world: World) -> None:
    await world.set_up(TEN, chat=1)
    await world.set_up(ALSO_TEN, chat=2)
    now = instant("2026-11-24 10:00")
    (first, _) = sorted(await world.store.due(now, 10), key=lambda due: due.chat)
    await world.change(DeleteReminder(1), chat=1)
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE reminders SET id = :id", {"id": first.id})
    assert await world.planner._moved([first], now) == 0
    assert await world.rows(STATES) == []

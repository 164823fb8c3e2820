"""The loop: it ticks, sends, recovers, survives errors, and ends what it began."""

from __future__ import annotations

import asyncio
import time

import pytest

from bot.conversation.ports import ChatKey
from bot.conversation.state import ChatState
from bot.errors import StoreError
from bot.reminders.loop import REST_S, recover
from bot.reminders.ports import Claim
from tests.reminders.world import World, instant, turns


async def until(what) -> None:  # type: ignore[no-untyped-def]
    async with asyncio.timeout(5):
        while not what():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_it_runs_until_told_to_stop(world: World) -> None:
    await world.set_up()
    world.now = instant("2026-11-24 10:06")
    stop = asyncio.Event()
    running = asyncio.create_task(world.loop.run(stop))
    await until(lambda: world.posted)
    stop.set()
    await asyncio.wait_for(running, 5)
    assert await world.deliveries() == ["2026-11-24 walk sent"]
    assert world.leases.released == ["me"]
    assert world.loop.last_tick == world.now
    assert world.observer.ticks


async def test_what_was_planned_is_sent_at_once(world: World) -> None:
    await world.set_up()
    world.now = instant("2026-11-24 10:06") + 0.001  # the next whole second is far
    stop = asyncio.Event()
    begun = time.monotonic()
    running = asyncio.create_task(world.loop.run(stop))
    await until(lambda: world.posted)
    assert time.monotonic() - begun < 0.9
    stop.set()
    await running


async def test_without_the_lease_it_sends_and_does_not_plan(world: World) -> None:
    await world.set_up()
    world.leases.holder = "another"
    await world.at("2026-11-24 10:06")
    assert await world.deliveries() == []
    await world.planner.plan(int(world.now))
    await world.at("2026-11-24 10:07")
    assert await world.deliveries() == ["2026-11-24 walk sent"]
    assert world.loop.last_tick == world.now


async def test_no_error_ends_it(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.set_up()
    world.now = instant("2026-11-24 10:06") + 0.97  # the next whole second is near
    real, troubles = world.store.due, [StoreError("The disk is full."), RuntimeError("a bug")]

    async def due(now: int, most: int):  # type: ignore[no-untyped-def]
        if troubles:
            raise troubles.pop()
        return await real(now, most)

    world.store.due = due  # type: ignore[method-assign]
    stop = asyncio.Event()
    running = asyncio.create_task(world.loop.run(stop))
    await until(lambda: world.posted)
    stop.set()
    await running
    assert [r.levelname for r in caplog.records if getattr(r, "action", "") == "reminders-tick-failed"] == ["ERROR"] * 2


async def test_one_that_fails_rests_and_the_others_go_on(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = world.chats.load

    async def fails(key: ChatKey) -> ChatState:
        if key.chat == 2:
            raise StoreError
        return await load(key)

    for chat in (1, 2, 3):
        await world.set_up(chat=chat)
    monkeypatch.setattr(world.chats, "load", fails)
    for _ in range(3):
        await world.at("2026-11-24 10:06")
    assert sorted(world.posted) == [1, 3]
    failed = [r for r in caplog.records if getattr(r, "action", "") == "reminder-failed"]
    assert len(failed) == 1
    monkeypatch.setattr(world.chats, "load", load)
    world.now += REST_S + 1
    await world.loop.send_due()
    assert sorted(world.posted) == [1, 2, 3]


async def test_walks_of_a_chat_whose_care_cannot_be_read_are_held(world: World) -> None:
    for chat in (1, 2, 3):
        await world.set_up(chat=chat)
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE chats SET care = :care WHERE chat_id = 2", {"care": b"nonsense"})
    await world.at("2026-11-24 10:06")
    assert sorted(world.posted) == [1, 3]
    assert await world.rows("SELECT state, reason FROM deliveries WHERE chat_id = 2") == [("dropped", "held")]


async def test_what_is_on_its_way_is_ended_when_told_to_stop(world: World) -> None:
    await world.set_up()
    world.now = instant("2026-11-24 10:06")
    stop, arrive = asyncio.Event(), asyncio.Event()
    world.postman.before = arrive.wait
    running = asyncio.create_task(world.loop.run(stop))
    await until(lambda: world.posted)
    stop.set()
    await turns()
    assert not running.done()
    arrive.set()
    await running
    assert await world.deliveries() == ["2026-11-24 walk sent"]


async def test_what_takes_too_long_is_cut_off_and_becomes_uncertain(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("bot.reminders.loop.STOP_S", 0.05)
    await world.set_up()
    world.now = instant("2026-11-24 10:06")
    stop, never = asyncio.Event(), asyncio.Event()
    world.postman.before = never.wait
    running = asyncio.create_task(world.loop.run(stop))
    await until(lambda: world.posted)
    stop.set()
    await running
    assert await world.deliveries() == ["2026-11-24 walk sending"]
    assert await recover(world.store, world.leases, world.observer, int(world.now)) == 0  # it may still say
    world.leases.alive = {"another"}
    await world.loop.tick()
    assert await world.deliveries() == ["2026-11-24 walk uncertain"]
    assert world.observer.counts["uncertain"] == 1
    assert "reminders-uncertain" in {getattr(r, "action", "") for r in caplog.records}
    world.postman.before = None
    await world.at("2026-11-24 10:20")
    assert len(world.posted) == 1


async def test_a_process_that_was_given_up_knows_better(world: World) -> None:
    await world.set_up()
    world.now = instant("2026-11-24 10:06")
    await world.loop.tick()

    async def stalled() -> None:
        await world.store.give_up(["me"], int(world.now))

    world.postman.before = stalled
    await world.loop.send_due()
    assert await world.deliveries() == ["2026-11-24 walk sent"]


async def test_another_process_may_not_record_or_put_back(world: World) -> None:
    await world.set_up()
    world.now = instant("2026-11-24 10:06")
    await world.loop.tick()
    ((delivery,),) = await world.rows("SELECT id FROM deliveries")
    mine, other = (Claim(id=delivery, chat=1, owner=owner, minutes=5) for owner in ("me", "other"))
    assert await world.store.claim(mine, 1)
    assert not await world.store.claim(other, 1)
    await world.store.unclaim(other, 1)
    assert await world.deliveries() == ["2026-11-24 walk sending"]
    await world.store.unclaim(mine, 1)
    assert await world.store.claim(other, 1)


async def test_late_ones_are_dropped_by_the_tick(world: World, caplog: pytest.LogCaptureFixture) -> None:
    await world.set_up()
    await world.planner.plan(instant("2026-11-24 10:00"))
    await world.at("2026-11-24 10:46")
    assert await world.deliveries() == ["2026-11-24 walk dropped late"]
    assert world.observer.counts == {"planned": 1, "dropped-late": 1}


async def test_old_deliveries_can_be_purged(world: World) -> None:
    await world.set_up()
    await world.at("2026-11-24 10:06")
    await world.planner.plan(instant("2026-11-25 10:00"))
    assert await world.store.purge(instant("2026-12-25 10:00")) == 1
    assert await world.deliveries() == ["2026-11-25 walk planned"]

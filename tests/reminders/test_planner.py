"""What a tick finds, moves on and plans."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from bot.reminders.planner import Planner
from bot.schedule.model import Answer, PutReminder, Said, SetZone
from bot.schedule.occurrence import jitter
from tests.reminders.world import RELEASE, TEN, TUESDAY, World, instant


async def test_a_tick_plans_what_is_due_once(world: World) -> None:
    await world.set_up()
    assert await world.planner.plan(instant("2026-11-24 09:59")) == 0
    now = instant("2026-11-24 10:00")
    assert await world.planner.plan(now) == 1
    assert await world.planner.plan(now) == 0
    assert await world.deliveries() == ["2026-11-24 walk planned"]
    ((reminder, due, send_at, until, last_day),) = await world.rows(
        "SELECT reminder_id, due, send_at, until, last_day FROM deliveries "
        "JOIN reminders ON reminders.id = deliveries.reminder_id"
    )
    assert (due, send_at, until) == (now, now + jitter(reminder), now + 45 * 60)
    assert last_day == (TUESDAY - date(1970, 1, 1)).days
    assert (await world.change()).reminders[0].next_due == now + 86_400
    assert world.observer.counts == {"planned": 1}


async def test_after_an_outage_the_late_one_is_recorded_and_the_next_awaited(world: World) -> None:
    await world.set_up()
    await world.planner.plan(instant("2026-11-26 12:00"))
    assert await world.deliveries() == ["2026-11-24 walk dropped late"]
    assert (await world.change()).reminders[0].next_due == instant("2026-11-27 10:00")
    await world.planner.plan(instant("2026-11-29 10:10"))
    assert (await world.deliveries())[1:] == ["2026-11-27 walk dropped late", "2026-11-29 walk planned"]
    assert world.observer.counts == {"dropped-late": 2, "planned": 1}


async def test_an_edit_made_meanwhile_wins(world: World) -> None:
    await world.set_up()
    now = instant("2026-11-24 10:00")
    found = await world.store.due(now, 10)
    world.now = now
    await world.change(PutReminder(replace(TEN, at=time(18))))
    assert await world.planner._moved(found, now) == 0
    assert await world.deliveries() == []
    await world.at("2026-11-24 18:00")
    assert await world.deliveries() == ["2026-11-24 walk planned"]


async def test_two_who_saw_the_same_plan_it_once(world: World) -> None:
    for chat in range(1, 13):
        await world.set_up(chat=chat)
    now = instant("2026-11-24 10:00")
    found = await world.store.due(now, 100)
    assert await world.planner._moved(found, now) == 12
    assert await world.planner._moved(found, now) == 0
    assert len(await world.deliveries()) == 12


async def test_many_batches(world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("bot.reminders.planner.BATCH", 3)
    monkeypatch.setattr("bot.reminders.planner.PAGE", 7)
    for chat in range(1, 13):
        await world.set_up(chat=chat)
    world.planner._chance = lambda most: most - 1
    assert await world.planner.plan(instant("2026-11-24 10:00")) == 12
    assert await world.store.due(instant("2026-11-24 10:00"), 10) == []


async def test_said_before_it_came_nothing_comes_that_day(world: World) -> None:
    await world.set_up()
    await world.change(Answer(1, TUESDAY, Said.NOT_TODAY))
    await world.at("2026-11-24 10:30")
    assert await world.deliveries() == []
    await world.at("2026-11-25 10:30")
    assert await world.deliveries() == ["2026-11-25 walk sent"]


async def test_a_zone_that_is_not_known_here_waits_for_nothing(world: World) -> None:
    await world.set_up()
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE chats SET timezone = 'Mars/Base'")
    await world.at("2026-11-24 10:30")
    assert await world.deliveries() == []
    assert (await world.change()).reminders[0].next_due is None
    assert (await world.change(SetZone("Europe/Oslo"))).reminders[0].next_due == instant("2026-11-25 10:00")


async def test_a_zone_that_new_zone_data_lacks_goes_on_by_the_old(world: World) -> None:
    await world.set_up()
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE chats SET timezone = 'Mars/Base'")
        await tx.execute("UPDATE reminders SET zone_data = 'old'")
    assert await world.planner.rederive(int(world.now)) == 0
    assert (await world.change()).reminders[0].next_due == instant("2026-11-24 10:00")


async def test_other_zone_data_derives_anew_in_batches(world: World, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("bot.reminders.planner.BATCH", 2)
    monkeypatch.setattr("bot.reminders.planner.PAGE", 3)
    for chat in range(1, 6):
        await world.set_up(chat=chat)
    async with world.database.transaction() as tx:  # as by a release that had other rules
        await tx.execute("UPDATE reminders SET next_due = next_due + 3600, zone_data = 'old'")
        await tx.execute("UPDATE reminders SET zone_data = NULL WHERE chat_id = 2")
    now = int(world.now)
    planner = Planner(world.store, world.observer, release=RELEASE)
    assert [await planner.rederive(now) for _ in range(5)] == [3, 2, 0, 0, 0]
    assert set(await world.rows("SELECT next_due, zone_data FROM reminders")) == {
        (instant("2026-11-24 10:00"), RELEASE)
    }
    assert await Planner(world.store, world.observer, release=RELEASE).rederive(now) == 0


async def test_other_zone_data_loses_nothing_that_came_due(world: World) -> None:
    await world.set_up()
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE reminders SET zone_data = 'old'")
    await world.at("2026-11-24 10:20")
    assert await world.deliveries() == ["2026-11-24 walk sent"]
    assert (await world.change()).reminders[0].last_day == TUESDAY
    assert (await world.change()).reminders[0].next_due == instant(f"{TUESDAY + timedelta(1)} 10:00")


async def test_a_reminder_of_nonsense_does_not_stop_the_others(world: World, caplog) -> None:  # type: ignore[no-untyped-def]
    await world.set_up(chat=1)
    await world.set_up(chat=2)
    async with world.database.transaction() as tx:
        await tx.execute("UPDATE reminders SET days = 0 WHERE chat_id = 1")
    for _ in range(2):
        assert await world.planner.plan(instant("2026-11-24 10:00")) in (0, 1)
    assert await world.deliveries() == ["2026-11-24 walk planned"]
    assert [r.action for r in caplog.records] == ["reminder-unreadable"]

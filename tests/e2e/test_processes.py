"""Several processes over one database: who polls, who lives, who takes over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.errors import NotAloneError, StoreError
from bot.runtime import heartbeat, leader_election
from bot.runtime.health import Health
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.leader_election import LeaderElection
from bot.store.database import Database
from bot.store.leases import Leases
from tests.e2e.conftest import Start
from tests.e2e.scripted import ScriptedConversation
from tests.engines import (
    database,
    database_url,
    postgres_database,
    postgres_server,
    postgres_url,
)
from tests.fake_telegram.server import FakeApi
from tests.store.conftest import holder

__all__ = ["database", "database_url", "postgres_database", "postgres_server", "postgres_url"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (leader_election, heartbeat):
        monkeypatch.setattr(module, "BEAT_S", 0.03)
        monkeypatch.setattr(module, "LIFE_S", 0.3)
    monkeypatch.setattr(heartbeat, "FIRST_LOOK_S", 0.0)


class Job:
    """Leads, and counts how many do so at once."""

    now = most = 0

    def __init__(self, leases: Leases, name: str) -> None:
        self.leading = LeaderElection(leases, "job", name, self.work)
        self.stop = asyncio.Event()
        self.error: Exception | None = None
        self.task = asyncio.create_task(self.leading.run(self.stop))

    async def work(self, give_way: asyncio.Event) -> None:
        if self.error:
            raise self.error
        Job.now += 1
        Job.most = max(Job.most, Job.now)
        try:
            await give_way.wait()
        finally:
            Job.now -= 1


@pytest.fixture
async def jobs(database: Database) -> AsyncIterator[list[Job]]:
    Job.now = Job.most = 0
    found = [Job(Leases(database), name) for name in ("a", "b", "c")]
    yield found
    for job in found:
        job.stop.set()
    await asyncio.gather(*(job.task for job in found), return_exceptions=True)


async def until(ready: Any) -> None:
    async with asyncio.timeout(5):
        while not ready():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


async def test_one_leads_and_another_takes_over(jobs: list[Job]) -> None:
    await until(lambda: Job.now == 1)
    (leader,) = [job for job in jobs if job.leading.leads]
    leader.stop.set()
    await leader.task
    await until(lambda: Job.now == 1)
    (next_one,) = [job for job in jobs if job.leading.leads]
    next_one.task.cancel()  # as a crash: nobody waits for the others
    await asyncio.gather(next_one.task, return_exceptions=True)
    await until(lambda: Job.now == 1)
    assert Job.most == 1


async def test_who_lost_the_lease_gives_way(jobs: list[Job], database: Database) -> None:
    await until(lambda: Job.now == 1)
    async with database.transaction() as tx:
        await tx.execute("UPDATE leases SET owner = 'other' WHERE name = 'job'")
    await until(lambda: Job.now == 0)
    await until(lambda: Job.now == 1)


async def test_while_the_store_fails_the_leader_goes_on(jobs: list[Job], monkeypatch: pytest.MonkeyPatch) -> None:
    await until(lambda: Job.now == 1)

    async def fail(*_: Any) -> bool:
        raise StoreError

    with monkeypatch.context() as patch:
        patch.setattr(Leases, "take", fail)
        await asyncio.sleep(0.5)
        assert Job.now == 1
    await asyncio.sleep(0.2)  # another one may be first when the store is back; the old leader then gives way
    await until(lambda: Job.now == 1)


async def test_a_job_that_needs_no_store_is_done_unless_the_store_has_named_another(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> bool:
        raise StoreError

    ran = asyncio.Event()

    async def work(give_way: asyncio.Event) -> None:
        ran.set()
        await give_way.wait()

    stop = asyncio.Event()
    told = LeaderElection(Leases(database), "job", "b", work, needs_store=False)
    assert await Leases(database).take("job", "a", 5.0)
    assert not await told._take()
    monkeypatch.setattr(Leases, "take", fail)
    assert not await told._take()
    running = asyncio.create_task(LeaderElection(Leases(database), "job", "c", work, needs_store=False).run(stop))
    await asyncio.wait_for(ran.wait(), 3)
    stop.set()
    await running


async def test_an_error_of_the_work_ends_it(database: Database) -> None:
    job = Job(Leases(database), "a")
    job.error = NotAloneError("x")
    with pytest.raises(NotAloneError):
        await job.task
    assert await holder(Leases(database), "job") is None


async def test_who_beats_lives_and_who_leaves_does_not(database: Database) -> None:
    leases = Leases(database)
    one, two = Heartbeat(leases), Heartbeat(leases)
    assert not one.is_settled
    await one.beat()
    await two.beat()
    assert two.live == {one.me, two.me}
    assert two.is_settled
    await one.leave()
    await two.beat()
    assert two.live == {two.me}


async def test_who_was_out_of_touch_is_told_and_looks_at_nothing_for_a_while(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    lapses: list[int] = []
    moment = 100.0
    one = Heartbeat(Leases(database), on_lapse=lambda: lapses.append(1), clock=lambda: moment)
    await one.beat()
    assert one.is_in_touch

    async def fail(*_: Any) -> None:
        raise StoreError

    with monkeypatch.context() as patch:
        patch.setattr(Leases, "beat", fail)
        await one.beat()
        assert not one.is_settled
        moment += 0.35
    assert not one.is_in_touch
    await one.beat()
    assert one.is_in_touch
    assert (lapses, one.is_settled) == ([1], False)
    moment += 0.2
    await one.beat()
    assert not one.is_settled
    moment += 0.2
    await one.beat()
    assert (lapses, one.is_settled) == ([1], True)


async def test_all_know_of_the_last_poll_and_tick(database: Database) -> None:
    leases = Leases(database)
    one, two = Heartbeat(leases), Heartbeat(leases)
    here, there = Health(one, leases), Health(two, leases, clock=lambda: here._clock() + there_is_later)
    there_is_later = 0.0
    await two.beat()
    assert await there.facts() == {"database": True, "receiving": False, "reminders": False}
    here.polled()
    here.ticked(here._clock())
    await one.beat()
    assert await there.facts() == {"database": True, "receiving": True, "reminders": True}
    there_is_later = 100.0
    assert await there.facts() == {"database": True, "receiving": True, "reminders": False}
    there_is_later = 200.0
    assert await there.facts() == {"database": True, "receiving": False, "reminders": False}


async def test_of_two_bots_one_polls_and_the_other_takes_over(
    api: FakeApi, start: Start, service: ScriptedConversation
) -> None:
    first = await start()
    await api.called("getUpdates")
    second = await start()
    await api.user(1).says("x")
    await api.replies(1)
    await asyncio.sleep(0.2)
    first.stop.set()  # type: ignore[attr-defined]
    await first
    polls = len(await api.called("getUpdates"))
    await api.called("getUpdates", polls + 1)
    await api.user(2).says("y")
    await api.replies(2)
    assert not second.done()

"""Leases: one holder at a time, also where processes race."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.store.database import Database
from bot.store.leases import Leases
from tests.store.conftest import holder

ROOT = Path(__file__).parents[2]


class Clock:
    now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(database: Database, clock: Clock) -> Leases:
    return Leases(database, clock=clock)


async def test_one_holder_until_the_lease_ends(leases: Leases, clock: Clock) -> None:
    assert await holder(leases, "poll") is None
    assert await leases.take("poll", "a", 5)
    assert not await leases.take("poll", "b", 5)
    assert await holder(leases, "poll") == "a"
    clock.now += 4.999
    assert not await leases.take("poll", "b", 5)
    assert await leases.take("poll", "a", 5)  # renewed
    clock.now += 4.999
    assert not await leases.take("poll", "b", 5)
    clock.now += 0.002
    assert await holder(leases, "poll") is None
    assert await leases.take("poll", "b", 5)
    assert not await leases.take("poll", "a", 5)
    assert await holder(leases, "poll") == "b"


async def test_leases_have_nothing_to_do_with_each_other(leases: Leases) -> None:
    assert await leases.take("poll", "a", 5)
    assert await leases.take("remind", "b", 5)
    assert (await holder(leases, "poll"), await holder(leases, "remind")) == ("a", "b")


async def test_only_the_holder_releases(leases: Leases) -> None:
    await leases.release("poll", "a")
    assert await leases.take("poll", "a", 5)
    await leases.release("poll", "b")
    assert await holder(leases, "poll") == "a"
    await leases.release("poll", "a")
    assert await holder(leases, "poll") is None
    assert await leases.take("poll", "b", 5)


async def test_processes_live_while_they_beat(leases: Leases, clock: Clock) -> None:
    assert await leases.live() == frozenset()
    await leases.beat("a", 5)
    await leases.beat("b", 5)
    await leases.take("poll", "c", 50)
    clock.now += 3
    await leases.beat("b", 5)
    assert await leases.live() == {"a", "b"}
    clock.now += 3
    assert await leases.live() == {"b"}
    await leases.release("process:b", "b")
    assert await leases.live() == frozenset()
    await leases.beat("a", 5)
    assert await leases.sweep(0) == 1
    clock.now += 60
    assert await leases.sweep(60) == 0
    assert await leases.sweep(50) == 1


async def test_numbers_do_not_touch_leases(leases: Leases) -> None:
    assert await leases.value("poll") == 0
    await leases.put("poll", -(2**62))
    assert await holder(leases, "poll") is None
    assert await leases.take("poll", "a", 5)
    await leases.put("poll", 7)
    assert await leases.value("poll") == 7
    assert await holder(leases, "poll") == "a"


RACE = """
import asyncio, sys
from bot.settings.database_url import DatabaseUrl
from bot.store.leases import Leases
from bot.store.factory import open_database

async def race(url, owner):
    database = open_database(DatabaseUrl.parse(url))
    leases, won = Leases(database, clock=lambda: 1_790_000_000.0), []
    for n in range(60):
        if await leases.take(f"n{n}", owner, 5):
            won.append(n)
    await database.close()
    print(*won)

asyncio.run(race(*sys.argv[1:]))
"""


def test_of_processes_that_race_one_wins(database_url: str) -> None:
    command = [sys.executable, "-c", RACE, database_url]
    racing = [subprocess.Popen([*command, str(n)], stdout=subprocess.PIPE, text=True, cwd=ROOT) for n in range(3)]
    won = [n for process in racing for n in process.communicate(timeout=60)[0].split()]
    assert all(process.returncode == 0 for process in racing)
    assert sorted(map(int, won)) == list(range(60))

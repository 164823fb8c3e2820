"""Leases: one holder at a time, also where processes race."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.settings.database_url import DatabaseUrl
from bot.store.database import Database
from bot.store.factory import open_database
from bot.store.leases import LONGEST_S, Leases
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


async def test_a_lease_of_a_clock_that_was_ahead_is_free(database: Database) -> None:
    ahead, right = Clock(), Clock()
    ahead.now += 3600
    await Leases(database, clock=ahead).beat("dead", 5)
    await Leases(database, clock=ahead).take("poll", "dead", 5)
    leases = Leases(database, clock=right)
    assert await leases.live() == frozenset()
    assert await holder(leases, "poll") == "dead", "it is there, and not believed"
    assert await leases.take("poll", "b", 5)
    assert not await Leases(database, clock=right).take("poll", "c", 5)


async def test_no_lease_is_longer_than_the_longest(leases: Leases, clock: Clock) -> None:
    assert await leases.take("poll", "a", 10 * LONGEST_S)
    clock.now += LONGEST_S - 1
    assert not await leases.take("poll", "b", 5)
    clock.now += 2
    assert await leases.take("poll", "b", 5)


async def test_rows_of_a_clock_that_was_ahead_are_swept(leases: Leases, clock: Clock) -> None:
    clock.now += 3600
    await leases.beat("dead", 5)
    clock.now -= 3600
    await leases.beat("alive", 5)
    assert await leases.sweep(86_400) == 1
    assert await leases.live() == {"alive"}


async def test_a_server_has_one_clock_for_all(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(DatabaseUrl.parse(postgres_url))
    leases = Leases(database)
    await leases.beat("a", 5)
    for apart in (-3600, -6, 6, 3600):
        moment = time.time() + apart
        monkeypatch.setattr("bot.store.leases.time.time", lambda moment=moment: moment)
        other = Leases(database)
        assert await other.live() == {"a"}
        monkeypatch.undo()
    await database.close()


async def test_counting_goes_on_from_any_number(leases: Leases) -> None:
    assert [await leases.count("new"), await leases.count("new")] == [1, 2]
    await leases.put("old", 2**52)
    assert await leases.count("old") == 2**52 + 1 == await leases.value("old")

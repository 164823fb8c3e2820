"""A process that slept knows that others may have taken what was its own."""

from __future__ import annotations

import time

import pytest

from bot.runtime import heartbeat as module
from bot.runtime.heartbeat import Heartbeat, uptime
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.leases import Leases
from bot.updates import ReceivedUpdate
from tests.store.conftest import Clock


async def test_who_slept_is_out_of_touch_and_is_told_so(database: Database, clock: Clock, key: str) -> None:
    leases, lapses, up = Leases(database, clock=clock), list[int](), Clock(100.0)
    asleep = Heartbeat(leases, on_lapse=lambda: lapses.append(1), clock=up)
    awake = Heartbeat(leases, clock=up)
    inbox = Inbox(database, Cipher([key]), asleep.me, clock=clock)
    await asleep.beat()
    await awake.beat()
    await inbox.add([ReceivedUpdate(update=1, chat=1, payload={})])
    clock.now += 60
    up.now += 60
    await awake.beat()
    assert awake.live == {awake.me}
    assert not asleep.is_in_touch
    await asleep.beat()
    assert lapses == [1]


def test_time_asleep_counts_where_the_machine_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_BOOT_CLOCK", 7)
    monkeypatch.setattr(module.time, "clock_gettime", lambda clock: 1000.0 + clock)
    assert uptime() == 1007
    monkeypatch.setattr(module, "_BOOT_CLOCK", None)
    assert uptime() == pytest.approx(time.monotonic(), abs=60)


def test_the_clock_is_the_one_that_runs_on_in_sleep() -> None:
    if hasattr(time, "CLOCK_BOOTTIME"):
        assert pytest.approx(time.clock_gettime(time.CLOCK_BOOTTIME), abs=60) == uptime()

"""Polling: what is seen of conflicts, and waiting that can be ended."""

from __future__ import annotations

import asyncio

import pytest
from telegram.error import Conflict, NetworkError

from bot.telegram.receive import CONFLICT_GAP_S, CONFLICT_S, PollTroubles
from bot.telegram.stopping import unless


def troubles_after(*moments: float) -> PollTroubles:
    clock = iter(moments)
    troubles = PollTroubles(lambda: next(clock))
    for _ in moments:
        troubles.note(Conflict("x"))
    return troubles


def test_a_short_conflict_is_a_deploy() -> None:
    assert not troubles_after(0.0, 30.0, CONFLICT_S - 1).lasting.is_set()


def test_a_lasting_conflict_is_a_second_bot() -> None:
    assert troubles_after(0.0, 60.0, CONFLICT_S).lasting.is_set()


def test_conflicts_far_apart_are_not_one() -> None:
    assert not troubles_after(0.0, 60.0, 60.0 + CONFLICT_GAP_S + 1, 200.0).lasting.is_set()


def test_other_troubles_are_only_logged(caplog: pytest.LogCaptureFixture) -> None:
    troubles = PollTroubles()
    troubles.note(NetworkError("secret"))
    assert "secret" not in caplog.text
    assert not troubles.lasting.is_set()


async def test_work_that_ends_first() -> None:
    assert await unless(asyncio.Event(), asyncio.sleep(0)) is True


async def test_work_that_fails() -> None:
    async def fail() -> None:
        raise ValueError("x")

    with pytest.raises(ValueError, match="x"):
        await unless(asyncio.Event(), fail())


async def test_work_that_is_stopped() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, stop.set)
    assert await unless(stop, asyncio.sleep(60)) is False

"""10,000 reminders due in one minute, in virtual time, against Telegram's limits as the fake Bot API counts them.

`python -m bench.sending` does the same over HTTP in real time.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from telegram.error import NetworkError

from bot.errors import NeverLeftError
from bot.telegram.rate_limiter import Priority
from bot.telegram.render import Part
from bot.telegram.send_results import Effort, Place
from bot.telegram.sender import RetryingSender
from tests.fake_telegram.limits import Limits
from tests.virtual_time import now, run_virtually

PART = Part("x", None, "x")


class Telegram:
    """Takes 0 to 200 ms a call; every hundredth try does not get there."""

    def __init__(self) -> None:
        self.limits = Limits(clock=now)
        self.got: Counter[int] = Counter()
        self.tries = 0

    async def _post(self, method: str, data: dict[str, Any] | None = None) -> Any:
        if method == "getMe":
            return {}
        chat = data["chat_id"] if data else 0
        self.tries += 1
        if self.tries % 100 == 0:
            raise NetworkError("x") from NeverLeftError()
        self.limits.check("sendMessage", chat)
        self.got[chat] += 1
        await asyncio.sleep(0.05 * (self.tries % 5))
        return {"message_id": self.tries}


async def rush(telegram: Telegram, count: int) -> None:
    bot: Any = telegram
    sender = RetryingSender(bot, clock=now)
    until = now() + 2700

    async def remind(number: int) -> str:
        await asyncio.sleep(number * 60 / count)
        return (await sender.send_once(Place(chat=1 + number), PART, until=until)).outcome

    async def urgent() -> None:
        for number in range(200):
            asked = now()
            await sender.send(Place(chat=10**6 + number), PART, Effort(priority=Priority(number % 2)))
            assert now() - asked < 1
            await asyncio.sleep(1.7)

    asking = asyncio.create_task(urgent())
    assert set(await asyncio.gather(*(remind(number) for number in range(count)))) == {"sent"}
    await asking


def test_a_rush_breaks_no_limit_and_loses_nothing() -> None:
    async def scene() -> None:
        telegram = Telegram()
        await rush(telegram, 10_000)
        assert now() - 1000 == pytest.approx(telegram.tries / 25, rel=0.05)
        assert telegram.got == dict.fromkeys((*range(1, 10001), *range(10**6, 10**6 + 200)), 1)
        assert not telegram.limits.violations

    run_virtually(scene())

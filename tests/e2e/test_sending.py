"""The outbox against Telegram's limits and failures, over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.errors import InDoubtError
from bot.telegram.client import build_bot
from bot.telegram.rate_limiter import Priority, RateLimiter
from bot.telegram.render import Part
from bot.telegram.send_results import Effort, Place, SendResult
from bot.telegram.sender import RetryingSender
from tests.fake_telegram.server import TOKEN, FakeApi


def part(text: str) -> Part:
    return Part(f"<b>{text}</b>", None, text)


@pytest.fixture
async def client(api: FakeApi) -> AsyncIterator[Bot]:
    bot = build_bot(TOKEN, api.url)
    await bot.initialize()
    yield bot
    await bot.shutdown()


@pytest.fixture
def sender(client: Bot) -> RetryingSender:
    return RetryingSender(client)


async def remind(sender: RetryingSender, chat: int, seconds: float = 60) -> SendResult:
    return await sender.send_once(Place(chat=chat), part(f"walk {chat}"), until=time.time() + seconds)


async def test_a_rush_breaks_no_limit(api: FakeApi, sender: RetryingSender) -> None:
    """More than one process's loop allows in virtual time: a second and a half of the real one."""
    start = time.monotonic()
    reminders = asyncio.gather(*(remind(sender, chat) for chat in range(1, 41)))
    await asyncio.sleep(0.2)
    asked = time.monotonic()
    await sender.send(Place(chat=99), part("Call 112"), Effort(priority=Priority.ALARM))
    assert time.monotonic() - asked < 0.3
    assert {sent.outcome for sent in await reminders} == {"sent"}
    assert Counter(s.text for s in api.sent) == Counter([*(f"walk {chat}" for chat in range(1, 41)), "Call 112"])
    assert 37 / 25 * 0.95 < time.monotonic() - start < 37 / 25 * 1.5
    assert not api.limits.violations


async def test_nobody_sends_before_a_flood_is_over(api: FakeApi, client: Bot) -> None:
    """Also not one who was told a shorter wait, and not another outbox with the same pacer."""
    rate_limiter = RateLimiter()
    first, second = RetryingSender(client, rate_limiter=rate_limiter), RetryingSender(client, rate_limiter=rate_limiter)
    api.patience_s = 6
    api.limits.flood(3)
    start = time.monotonic()
    sends = [remind(first, chat) for chat in range(1, 10)]
    answers = [second.send(Place(chat=chat), part("x"), Effort(priority=Priority(chat % 2))) for chat in range(20, 25)]
    await asyncio.gather(*sends, *answers)
    assert 3 < time.monotonic() - start < 5
    assert len(api.sent) == 14
    assert not api.limits.violations


async def test_a_reminder_whose_time_ends_in_a_flood_is_not_sent(api: FakeApi, sender: RetryingSender) -> None:
    api.limits.flood(3)
    assert [s.outcome for s in await asyncio.gather(*(remind(sender, chat, 1) for chat in (1, 2)))] == ["expired"] * 2
    assert (api.sent, api.limits.violations) == ([], {})


@pytest.mark.parametrize("how", ["drop", "hang"])
@pytest.mark.parametrize("effect", [True, False])
async def test_a_reminder_in_doubt_is_not_sent_again(
    api: FakeApi, sender: RetryingSender, client: Bot, how: str, effect: bool
) -> None:
    client._request[1]._read_s = 0.1  # type: ignore[attr-defined]
    api.trouble("sendMessage", how, effect=effect, seconds=0.2)  # type: ignore[arg-type]
    assert (await remind(sender, 1)).outcome == "uncertain"
    assert len(await api.called("sendMessage")) == 1
    assert len(api.sent) == effect
    assert (await remind(sender, 2)).outcome == "sent"


@pytest.mark.parametrize(("times", "known"), [(1, True), (2, False)])
async def test_an_answer_in_doubt_is_sent_at_most_twice(
    api: FakeApi, sender: RetryingSender, times: int, known: bool
) -> None:
    api.trouble("sendMessage", "drop", effect=True, times=times)
    if known:
        assert await sender.send(Place(chat=1), part("x")) is not None
    else:
        with pytest.raises(InDoubtError):
            await sender.send(Place(chat=1), part("x"))
    assert len(api.sent) == 2


async def test_what_never_left_is_made_up_once_telegram_is_back(idle_api: FakeApi) -> None:
    bot = build_bot(TOKEN, idle_api.url)
    await bot._request[1].initialize()
    sender = RetryingSender(bot)
    sending = asyncio.gather(remind(sender, 1), sender.send(Place(chat=2), part("x")))
    await asyncio.sleep(0.1)
    await idle_api.start()
    assert (await sending)[0].outcome == "sent"
    assert sorted(s.chat for s in idle_api.sent) == [1, 2]
    await bot._request[1].shutdown()


@pytest.mark.parametrize(
    ("code", "description", "parameters", "outcome"),
    [
        (403, "Forbidden: bot was blocked by the user", None, "unreachable"),
        (400, "Bad Request: chat not found", None, "unreachable"),
        (400, "Bad Request: upgraded", {"migrate_to_chat_id": -1009}, "migrated"),
        (400, "Bad Request: can't parse entities", None, "failed"),
        (502, "Bad Gateway", None, "uncertain"),
    ],
)
async def test_refusals_of_a_reminder(
    api: FakeApi, sender: RetryingSender, code: int, description: str, parameters: dict[str, int] | None, outcome: str
) -> None:
    api.refuse("sendMessage", code, description, parameters=parameters)
    assert (await remind(sender, 1)).outcome == outcome


async def test_a_file_goes_out(api: FakeApi, client: Bot) -> None:
    sent = await client.send_document(1, document=b"{}", filename="mydata.json", caption="All of it")
    assert (api.files, sent.document and sent.document.file_name) == ({"mydata.json": b"{}"}, "mydata.json")
    assert [s.text for s in api.sent] == ["All of it"]


async def test_the_fake_counts_what_goes_beyond(api: FakeApi, client: Bot) -> None:
    """So that no violation means something."""
    sender = RetryingSender(client, rate_limiter=RateLimiter(rate=0))
    await asyncio.gather(*(sender.send(Place(chat=-7), part("x")) for _ in range(35)))
    assert api.limits.violations == {"overall": 5, "chat": 30, "group": 15}
    api.limits.flood(60)
    api.limits.enforced = True
    for chat in (1, 2):
        await sender.send_once(Place(chat=chat), part("x"), until=time.time() + 0.5)
        await asyncio.sleep(0.06)
        sender = RetryingSender(client, rate_limiter=RateLimiter(rate=0))
    assert api.limits.violations["early"] == 1

"""Outages of Telegram in virtual time, with restarts: what was decided arrives, alarms first, nothing thrice."""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from telegram import Bot, User
from telegram.error import InvalidToken, NetworkError, TelegramError, TimedOut

from bot.conversation.dialogue import Conversation
from bot.errors import MaybeSentError, NeverLeftError, NotTelegramError
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.inbox import Inbox
from bot.telegram.conversation_service import TelegramConversationService
from bot.telegram.copies import MOST_COPIES
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.handlers import Handlers
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.reachability import TRY_S, Reachability
from bot.telegram.sender import RetryingSender
from tests.engines import database_file, empty_database
from tests.virtual_time import now, run_virtually

__all__ = ["database_file", "empty_database"]

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
NUMB = "since last night i cant feel my left leg"
LIFT = "how do i lift my toddler"
CALL = "Call your local emergency number now"


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


HOWS: dict[str, Callable[[], TelegramError]] = {
    "5xx": lambda: NetworkError("Bad Gateway"),
    "no way there": lambda: caused(NetworkError("x"), NeverLeftError("x")),
    "a page": lambda: caused(NetworkError("x"), NotTelegramError()),
    "time-outs": lambda: caused(TimedOut(), MaybeSentError("x")),
    "dropped": lambda: caused(NetworkError("x"), MaybeSentError("x")),
}


class Telegram:
    """Fails in a way until an instant: every method, or some. Calls take a tenth of a second."""

    def __init__(self, how: str, until: float, methods: frozenset[str] | None = None, *, effect: bool = False) -> None:
        self.how, self.until, self.methods, self.effect = how, until, methods, effect
        self.got: list[tuple[int, str]] = []
        self.times: list[float] = []
        self.calls: Counter[str] = Counter()
        self.bot = SimpleNamespace(
            _post=self.post, bot=User(1, "bot", is_bot=True, username="OurBot"), username="OurBot"
        )

    async def post(self, method: str, data: dict[str, Any] | None = None) -> Any:
        self.calls[method] += 1
        await asyncio.sleep(0.1)
        fails = now() < self.until and (self.methods is None or method in self.methods)
        if method == "sendMessage" and data and (not fails or self.effect):
            self.got.append((data["chat_id"], data["text"]))
            self.times.append(now())
        if fails:
            raise HOWS[self.how]()
        return {"message_id": len(self.got)}

    def texts(self, chat: int) -> list[str]:
        return [text for to, text in self.got if to == chat]


class World:
    """A database, and one process after the other over it."""

    def __init__(self, path: Path, conversation: Conversation, telegram: Telegram) -> None:
        self.database = SQLiteDatabase(path)
        self.cipher = Cipher([KEY])
        self.conversation = conversation
        self.telegram = telegram
        self.names = itertools.count()
        self.me = ""
        self.numbers = itertools.count(1)
        self.dispatcher = self.begin()

    def begin(self) -> Dispatcher:
        self.me = f"p{next(self.names)}"
        bot: Any = self.telegram.bot
        self.reachability = Reachability(lambda: bot._post("getMe"), clock=now)
        sender = RetryingSender(bot, rate_limiter=RateLimiter(rate=25), reachability=self.reachability, clock=now)
        store = ChatStore(self.database, self.cipher, context_hours=24, clock=now)
        service = TelegramConversationService(self.conversation, store)
        inbox = Inbox(self.database, self.cipher, self.me, clock=now)
        handlers = Handlers(service, bot, sender)
        self.dispatcher = Dispatcher(inbox, handlers, Bot("1:a"), is_away=lambda: self.reachability.is_away, clock=now)
        self.dispatcher.open()
        return self.dispatcher

    async def says(self, chat: int, text: str) -> None:
        number = next(self.numbers)
        person = {"id": chat, "is_bot": False, "first_name": "x"}
        where = {"id": chat, "type": "private", "first_name": "x"}
        message = {"message_id": number, "date": int(now()), "chat": where, "from": person, "text": text}
        await self.dispatcher.receive([{"update_id": number, "message": message}])

    async def dies(self, *, gently: bool) -> None:
        if gently:
            await self.dispatcher.close(1.0)
        else:
            others = asyncio.all_tasks() - {asyncio.current_task()}
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        self.begin()
        await self.dispatcher.take_over(frozenset({self.me}))

    async def waiting(self) -> int:
        async with self.database.transaction(write=False) as tx:
            row = await tx.fetch_one("SELECT count(*) FROM inbox WHERE done_at IS NULL")
        return row[0] if row else -1

    async def over(self, seconds: float) -> None:
        end = now() + seconds
        while now() < end and await self.waiting():  # noqa: ASYNC110 (time is virtual)
            await asyncio.sleep(1)
        await asyncio.sleep(1)

    async def close(self) -> None:
        await self.dispatcher.close(1.0)
        await self.database.close()


def outage(
    path: Path,
    conversation: Conversation,
    how: str,
    minutes: float,
    *,
    methods: frozenset[str] | None = None,
    restarts: int = 0,
    effect: bool = False,
    more: float = 1200,
    is_over: bool = True,
) -> Telegram:
    async def scene() -> Telegram:
        telegram = Telegram(how, now() + minutes * 60, methods, effect=effect)
        world = World(path, conversation, telegram)
        await world.says(1, LIFT)
        await world.says(2, LIFT)
        await asyncio.sleep(5)
        await world.says(1, NUMB)
        await world.says(3, NUMB)
        for number in range(restarts):
            await asyncio.sleep(minutes * 60 / (restarts + 1))
            await world.dies(gently=number % 2 == 0)
        await asyncio.sleep(max(telegram.until - now(), 0))
        await world.over(more)
        assert not is_over or not await world.waiting(), "nothing is left undone"
        await world.close()
        return telegram

    return run_virtually(scene())


def check(telegram: Telegram) -> None:
    for chat in (1, 3):
        assert any(CALL in text for text in telegram.texts(chat)), f"the alarm of {chat} is lost"
    for chat in (1, 2):
        assert any("Get close" in text for text in telegram.texts(chat)), f"the answer of {chat} is lost"
    assert max(Counter(telegram.got).values()) <= MOST_COPIES


@pytest.mark.parametrize("minutes", [1, 15, 60])
@pytest.mark.parametrize("how", HOWS)
def test_what_was_decided_outlives_an_outage(
    database_file: Path, conversation: Conversation, how: str, minutes: int
) -> None:
    telegram = outage(database_file, conversation, how, minutes)
    check(telegram)
    back = [(at, CALL in text) for at, (_, text) in zip(telegram.times, telegram.got, strict=True)]
    alarms, others = ([at for at, is_alarm in back if is_alarm is which] for which in (True, False))
    assert max(alarms) <= min(others), "alarms go first"
    assert telegram.times[0] - telegram.until < 6, "and soon"


@pytest.mark.parametrize("how", ["5xx", "no way there", "a page"])
def test_what_was_decided_outlives_an_outage_of_one_method(
    database_file: Path, conversation: Conversation, how: str
) -> None:
    telegram = outage(database_file, conversation, how, 60, methods=frozenset({"sendMessage"}))
    check(telegram)
    first = next(at for at, (_, text) in zip(telegram.times, telegram.got, strict=True) if CALL in text)
    assert first - telegram.until < 3


@pytest.mark.parametrize("minutes", [1, 15, 60])
@pytest.mark.parametrize("how", HOWS)
def test_ten_restarts_in_an_outage_lose_nothing(
    database_file: Path, conversation: Conversation, how: str, minutes: int
) -> None:
    check(outage(database_file, conversation, how, minutes, restarts=10))


def test_an_alarm_whose_calls_vanish_for_a_while_is_tried_once_more_later(
    database_file: Path, conversation: Conversation
) -> None:
    """Only sendMessage hangs, getMe is answered: nobody can tell that both tries are lost."""
    telegram = outage(database_file, conversation, "time-outs", 10, methods=frozenset({"sendMessage"}))
    for chat in (1, 3):
        assert any(CALL in text for text in telegram.texts(chat))


@pytest.mark.parametrize("how", ["time-outs", "dropped"])
def test_what_arrives_while_its_answers_are_lost_comes_twice_at_most(
    database_file: Path, conversation: Conversation, how: str
) -> None:
    """Until a quarter of an hour has passed: then an alarm is sent once more, see `LAST_TRY_S`."""
    of_sending = frozenset({"sendMessage"})
    telegram = outage(database_file, conversation, how, 5, methods=of_sending, effect=True, more=300, is_over=False)
    assert max(Counter(telegram.got).values()) <= MOST_COPIES


def test_after_a_day_it_is_given_up_with_a_word_in_the_log(
    database_file: Path, conversation: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = outage(database_file, conversation, "5xx", 25 * 60)
    assert telegram.got == []
    assert [r.action for r in caplog.records].count("reply-expired") == 4  # type: ignore[attr-defined]
    assert telegram.calls["getMe"] < 25 * 3600 / 5 * 1.1, "one probe goes for all"
    assert telegram.calls["sendMessage"] < 25 * 3600 / TRY_S * 1.2


def test_a_probe_that_fails_for_ever_keeps_nobody_from_trying(database_file: Path, conversation: Conversation) -> None:
    async def scene() -> None:
        telegram = Telegram("5xx", now() + 3600, frozenset({"getMe"}))
        really, failures = telegram.post, 3

        async def post(method: str, data: dict[str, Any] | None = None) -> Any:
            nonlocal failures
            if method == "sendMessage" and failures:
                failures -= 1
                raise NetworkError("Bad Gateway")
            return await really(method, data)

        telegram.bot._post = post
        world = World(database_file, conversation, telegram)
        began = now()
        await world.says(1, LIFT)
        await world.says(3, NUMB)
        await world.over(600)
        check_alarm = next(at for at, (_, text) in zip(telegram.times, telegram.got, strict=True) if CALL in text)
        assert check_alarm - began < 200
        assert not await world.waiting()
        await world.close()

    run_virtually(scene())


def test_one_refusal_is_no_verdict(database_file: Path, conversation: Conversation) -> None:
    async def scene() -> None:
        telegram = Telegram("5xx", 0)
        really, refusals = telegram.post, 2

        async def post(method: str, data: dict[str, Any] | None = None) -> Any:
            nonlocal refusals
            if method == "sendMessage" and refusals:
                refusals -= 1
                raise InvalidToken
            return await really(method, data)

        telegram.bot._post = post
        world = World(database_file, conversation, telegram)
        await world.says(3, NUMB)
        await world.over(30)
        assert any(CALL in text for text in telegram.texts(3))
        await world.close()

    run_virtually(scene())


def test_an_alarm_does_not_wait_for_an_answer_of_her_own_that_fails(
    database_file: Path, conversation: Conversation
) -> None:
    async def scene() -> None:
        telegram = Telegram("5xx", 0)
        really = telegram.post

        async def post(method: str, data: dict[str, Any] | None = None) -> Any:
            if method == "sendMessage" and data and CALL not in data["text"]:
                await asyncio.sleep(0.1)
                raise NetworkError("Bad Gateway")
            return await really(method, data)

        telegram.bot._post = post
        world = World(database_file, conversation, telegram)
        await world.says(1, LIFT)
        await asyncio.sleep(60)
        began = now()
        await world.says(1, NUMB)
        while not telegram.got:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        assert CALL in telegram.got[0][1]
        assert now() - began < 1
        await world.close()

    run_virtually(scene())

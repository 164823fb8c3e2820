"""Admin commands: for admins alone, in their private chat; figures without anybody in them."""

from __future__ import annotations

import pytest

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Outcome, Reply
from bot.conversation.state import ChatState, Feedback, Turn
from bot.errors import StoreError
from bot.runtime.admin import AdminCommands
from bot.runtime.counting import CountingMeter, counting
from bot.runtime.metrics import PrometheusMeter
from bot.runtime.stats import saying, stats
from bot.store.cipher import Cipher
from bot.store.counters import Counters
from bot.store.database import Database
from bot.store.statistics import figures
from tests.conversation.chats import NOON, text_of
from tests.store.conftest import Clock
from tests.store.filling import fill

ADMIN = 7


def commands(outcome: Reply | Exception | None = None) -> AdminCommands:
    async def command() -> Reply:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome or saying()

    return AdminCommands((ADMIN,), {"stats": command})


@pytest.mark.parametrize(
    ("key", "message"),
    [
        (ChatKey(chat=8), Message(at=NOON, command="stats")),
        (ChatKey(chat=-100, user=ADMIN), Message(at=NOON, command="stats", group=True)),
        (ChatKey(chat=ADMIN), Message(at=NOON, command="help")),
        (ChatKey(chat=ADMIN), Message(at=NOON, text="stats")),
        (ChatKey(chat=ADMIN), Message(at=NOON, action="stats")),
    ],
)
async def test_everything_else_goes_to_the_conversation(key: ChatKey, message: Message) -> None:
    assert await commands().answer(key, message) is None


async def test_an_admin_is_answered() -> None:
    assert await commands().answer(ChatKey(chat=ADMIN), Message(at=NOON, command="stats")) == saying()


async def test_an_error_is_told_to_the_admin() -> None:
    reply = await commands(StoreError("disk full")).answer(ChatKey(chat=ADMIN), Message(at=NOON, command="stats"))
    assert reply
    assert "disk full" in text_of(reply)


@pytest.mark.parametrize("kind", [CountingMeter, PrometheusMeter])
async def test_stats(database: Database, clock: Clock, key: str, kind: type[CountingMeter]) -> None:
    now = int(clock())
    await fill(database, Cipher([key]), 1, at=now - 60)
    await fill(database, Cipher([key]), 2, at=now - 60)
    async with database.transaction() as tx:
        await tx.execute("UPDATE deliveries SET state = 'dropped', reason = 'late' WHERE chat_id = 2")
    counters = Counters(database, clock=clock)
    meter, told = kind(counters), counting(counters)
    for outcome in ("answer", "answer", "alarm", "flood"):
        meter.outcome(outcome)
    meter.sent("alarm", "sent")
    meter.sent("edit", "sent")
    meter.reminder("dropped-late", 2)
    told(Turn(reply=Reply(outcome=Outcome.ANSWER, topics=("lifting", "relaxin")), state=ChatState()))
    told(Turn(reply=Reply(outcome=Outcome.FALLBACK, topics=("lifting",)), state=ChatState()))
    for helpful in (False, False, True):
        feedback = Feedback(topic="relaxin", helpful=helpful, at=NOON)
        told(Turn(reply=Reply(outcome=Outcome.ANSWER), state=ChatState(), feedback=feedback))
    await counters.flush()
    shown = text_of(stats(await figures(database, now)))
    for line in (
        "2 chats, 0 of them groups: 2 active, 0 away",
        "alarm: 1 / 1 / 1",
        "answer: 2 / 2 / 2",
        "flood: 1 / 1 / 1",
        "lifting: 1",
        "relaxin: 2 of 3",
        "Messages, alarm, today / 7 days / 28 days:\nsent: 1 / 1 / 1",
        "dropped, late: 1",
        "sent: 1",
        "dropped-late: 2 / 2 / 2",
        "updates not answered: 0",
    ):
        assert line in shown
    assert "edit" not in shown


async def test_stats_of_nothing(database: Database) -> None:
    assert "0 chats" in text_of(stats(await figures(database, 1_790_000_000)))

"""The inbox: nothing twice, nothing out of order, nothing lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.conversation.codec import reply_to_json
from bot.conversation.reply import Block, Card, Outcome, Reply
from bot.errors import StoreError
from bot.store.cipher import Cipher
from bot.store.database import Database, Transaction
from bot.store.inbox import Inbox
from bot.store.leases import Leases
from bot.store.sealed_columns import PAYLOAD, REPLY
from bot.updates import ReceivedUpdate
from tests.store.conftest import KEY, Clock

CIPHER = Cipher([KEY])
REMEMBERED_S = 48 * 3600


def received(update: int, chat: int | None = 1, **payload: Any) -> ReceivedUpdate:
    return ReceivedUpdate(update=update, chat=chat, payload={"update_id": update, **payload})


@pytest.fixture
def one(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, CIPHER, "one", clock=clock)


@pytest.fixture
def two(database: Database, clock: Clock) -> Inbox:
    return Inbox(database, CIPHER, "two", clock=clock)


async def column(database: Database, name: str) -> list[Any]:
    async with database.transaction(write=False) as tx:
        return [value for (value,) in await tx.fetch_all(f"SELECT {name} FROM inbox ORDER BY update_id")]


BOTH = frozenset({"one", "two"})


async def test_an_update_is_sealed_and_this_processs_to_answer(one: Inbox, database: Database) -> None:
    assert await one.add([received(5, text="my back hurts"), received(6, None)]) == {5, 6}
    (payload, _) = await column(database, "payload")
    assert b"back" not in payload
    assert CIPHER.open(payload, PAYLOAD.of(5))["text"] == "my back hurts"
    assert await one.waiting() == 2
    assert await one.add([]) == frozenset()


async def test_a_repetition_is_ignored_also_when_done_and_by_another_process(one: Inbox, two: Inbox) -> None:
    assert await one.add([received(5), received(5)]) == {5}
    assert await one.add([received(5), received(6)]) == {6}
    assert await two.add([received(5)]) == frozenset()
    await one.done([5, 6])
    assert await two.add([received(5)]) == frozenset()
    assert await one.waiting() == 0


async def test_an_id_is_forgotten_after_48_hours(one: Inbox, clock: Clock, database: Database) -> None:
    await one.add([received(5)])
    await one.done([5])
    clock.now += REMEMBERED_S - 10
    assert await one.add([received(5)]) == frozenset()
    clock.now += 20
    assert await one.add([received(5)]) == {5}
    assert await column(database, "done_at") == [None]


async def test_what_is_not_answered_is_never_forgotten(one: Inbox, clock: Clock) -> None:
    await one.add([received(5)])
    clock.now += 30 * REMEMBERED_S
    assert await one.add([received(5)]) == frozenset()


async def test_done_blanks_what_it_held(one: Inbox, database: Database) -> None:
    await one.add([received(5, text="x")])
    await one.done([5])
    await one.done([])
    assert await column(database, "payload") == [None]


async def test_a_chat_is_answered_by_one_process_at_a_time(one: Inbox, two: Inbox) -> None:
    assert await one.add([received(5)]) == {5}
    assert await two.add([received(6), received(7, 2)]) == {7}
    assert await one.add([received(8)]) == frozenset(), "6 is before it"
    assert await two.take(BOTH, 9) == []
    await one.done([5])
    assert [left.update for left in await two.take(BOTH, 9)] == [6, 8]
    assert await two.is_mine(8)
    assert not await one.is_mine(8)


async def test_a_process_that_has_too_much_leaves_it_to_others(one: Inbox, two: Inbox) -> None:
    assert await one.add([received(5), received(6, 2)], claim=False) == frozenset()
    assert await one.add([received(7)]) == frozenset(), "5 is before it"
    assert [left.update for left in await two.take(BOTH, 2)] == [5, 6]
    assert [left.update for left in await two.take(BOTH, 2)] == [7]


async def test_what_a_dead_process_had_is_taken_in_order(one: Inbox, two: Inbox, clock: Clock) -> None:
    await one.add([received(7), received(9, 2)])
    clock.now += 1
    await one.add([received(3)])  # ids started anew
    assert await two.take(BOTH, 9) == []
    assert [left.update for left in await two.take(frozenset({"two"}), 9)] == [7, 9, 3]
    assert await two.take(frozenset({"two"}), 9) == []
    assert not await one.is_mine(7)


async def test_what_a_process_lets_go_of_is_free_at_once(one: Inbox, two: Inbox) -> None:
    await one.add([received(5), received(6)])
    await one.done([5])
    await one.let_go()
    assert [left.update for left in await two.take(BOTH, 9)] == [6]


async def test_a_decided_reply_comes_along(one: Inbox, two: Inbox, database: Database) -> None:
    reply = Reply(outcome=Outcome.ALARM, cards=(Card(blocks=(Block(text="Call 112"),)),), flag="x")
    await one.add([received(5, text="x"), received(6, 2), received(7, 3)])
    async with database.transaction() as tx:
        sql = "UPDATE inbox SET reply = :reply WHERE update_id = :update"
        await tx.execute(sql, {"update": 5, "reply": CIPHER.seal(reply_to_json(reply), REPLY.of(5))})
        await tx.execute(sql, {"update": 6, "reply": CIPHER.seal({"outcome": "of another version"}, REPLY.of(6))})
        await tx.execute("UPDATE inbox SET payload = :damaged WHERE update_id = 7", {"damaged": b"x"})
    first, second, third = await two.take(frozenset({"two"}), 9)
    assert (first.reply, first.payload) == (reply, {"update_id": 5, "text": "x"})
    assert (second.reply, second.payload) == (None, {"update_id": 6})
    assert third.payload is None


async def test_tries_are_counted(one: Inbox, two: Inbox) -> None:
    await one.add([received(5)])
    assert [await one.tried(5), await one.tried(5)] == [1, 2]
    assert (await two.take(frozenset({"two"}), 1))[0].tries == 2
    await one.done([5])
    assert await one.tried(5) == 0


async def test_what_cannot_be_kept_does_not_hold_up_the_rest(one: Inbox) -> None:
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    assert await one.add([received(5, text=deep), received(6)]) == {6}


async def test_a_race_for_what_was_left_has_one_winner_a_chat(database: Database, clock: Clock) -> None:
    gone = Inbox(database, CIPHER, "gone", clock=clock)
    await gone.add([received(number, number % 7) for number in range(60)])
    names = [f"p{number}" for number in range(4)]
    racers = [Inbox(database, CIPHER, name, clock=clock) for name in names]
    taken = await asyncio.gather(*(racer.take(frozenset(names), 100) for racer in racers))
    assert sorted(left.update for lefts in taken for left in lefts) == list(range(60))
    owners = [{left.chat for left in lefts} for lefts in taken]
    assert sum(map(len, owners)) == 7


class LosesCommits:
    """A database whose next commits take effect, but are not told of: the connection is cut at that moment."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.dialect = database.dialect
        self.lost = 0

    @asynccontextmanager
    async def transaction(self, *, write: bool = True, durable: bool = False) -> AsyncIterator[Transaction]:
        async with self._database.transaction(write=write) as tx:
            yield tx
        if write and self.lost:
            self.lost -= 1
            raise StoreError("the connection was cut")

    async def close(self) -> None:
        await self._database.close()


async def test_what_a_lost_commit_has_kept_is_answered(database: Database, clock: Clock) -> None:
    cut = LosesCommits(database)
    inbox = Inbox(cut, CIPHER, "one", clock=clock)
    assert await inbox.add([received(4)]) == {4}
    cut.lost = 1
    with pytest.raises(StoreError):
        await inbox.add([received(4), received(5)])
    assert await inbox.add([received(4), received(5)]) == frozenset()  # Telegram brings them again
    assert await inbox.add([received(6)]) == frozenset()  # she is answered in order
    assert [left.update for left in await inbox.take(frozenset({"one"}), 10)] == [5, 6]
    assert await inbox.take(frozenset({"one"}), 10) == []


async def test_what_a_lost_commit_has_taken_over_is_answered(database: Database, clock: Clock) -> None:
    await Inbox(database, CIPHER, "dead", clock=clock).add([received(5)])
    cut = LosesCommits(database)
    inbox = Inbox(cut, CIPHER, "one", clock=clock)
    cut.lost = 1
    with pytest.raises(StoreError):
        await inbox.take(frozenset({"one"}), 10)
    assert await inbox.take(frozenset({"one"}), 10) == []
    assert [left.update for left in await inbox.take(frozenset({"one"}), 10)] == [5]


async def test_a_process_that_has_just_begun_keeps_what_it_claimed(one: Inbox, two: Inbox, database: Database) -> None:
    await Leases(database).beat("two", 60)
    await two.add([received(5)])
    assert await one.take(frozenset({"one"}), 10) == []  # as of the last beat of one, two did not live yet


async def test_a_noted_reply_that_nobody_understands_is_decided_anew(one: Inbox, database: Database) -> None:
    await one.add([received(5), received(6, 2)])
    async with database.transaction() as tx:
        for update, reply in ((5, {"cards": 7}), (6, {"outcome": "answer", "cards": [[1]]})):
            await tx.execute(
                "UPDATE inbox SET reply = :reply, owner = NULL WHERE update_id = :update",
                {"reply": CIPHER.seal(reply, REPLY.of(update)), "update": update},
            )
    assert await one.decided(5) is None
    assert [(left.update, left.reply) for left in await one.take(frozenset({"one"}), 10)] == [(5, None), (6, None)]

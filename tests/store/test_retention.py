"""What is deleted when: each kind after its time and not before, in batches, on both engines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from bot.settings.parts import RetentionTimes
from bot.store import retention as module
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.leases import Leases
from bot.store.retention import SECONDS_A_DAY, SECONDS_A_MONTH, Retention
from tests.store.filling import AT, TABLES, counts, fill, fill_group

CHAT, OTHER = 4711, 4712
HOUR = 3600


def retention(database: Database, now: float) -> Retention:
    times = RetentionTimes(context_hours=24, inbox_hours=48, chat_months=24)
    return Retention(database, times, leases=Leases(database, clock=lambda: now), clock=lambda: now)


async def sweep(database: Database, now: float) -> Counter[str]:
    deleted: Counter[str] = Counter()
    async for what, count in retention(database, now).batches():
        deleted[what] += count
    return +deleted


@pytest.mark.parametrize(
    ("after", "gone"),
    [
        (0, set()),
        (24 * HOUR - 1, set()),
        (24 * HOUR, {"context"}),
        (48 * HOUR, {"context"}),
        (48 * HOUR + 1, {"context", "inbox"}),
        (364 * SECONDS_A_DAY, {"context", "inbox"}),
        (366 * SECONDS_A_DAY, {"context", "inbox", "deliveries", "unanswered"}),
        (24 * SECONDS_A_MONTH - 1, {"context", "inbox", "deliveries", "unanswered"}),
        (24 * SECONDS_A_MONTH, set(TABLES)),
    ],
)
async def test_each_kind_has_its_time(database: Database, key: str, after: int, gone: set[str]) -> None:
    await fill(database, Cipher([key]), CHAT)
    await sweep(database, AT + after)
    assert set(TABLES) - set(await counts(database, CHAT)) == gone


async def test_a_chat_with_contact_stays(database: Database, key: str) -> None:
    await fill(database, Cipher([key]), CHAT, at=AT - 24 * SECONDS_A_MONTH)
    await fill(database, Cipher([key]), OTHER)
    deleted = await sweep(database, AT)
    assert deleted["chats"] == 1
    assert not await counts(database, CHAT)
    assert set(await counts(database, OTHER)) == set(TABLES)


async def test_who_writes_just_now_stays(database: Database, key: str) -> None:
    await fill(database, Cipher([key]), CHAT, at=AT - 30 * SECONDS_A_MONTH)
    async with database.transaction() as tx:
        await tx.execute("INSERT INTO inbox (update_id, chat_id, received_at) VALUES (1, :chat, 5)", {"chat": CHAT})
    assert (await sweep(database, AT))["chats"] == 0
    assert (await counts(database, CHAT))["chats"] == 1


async def test_deliveries_on_their_way_stay(database: Database, key: str) -> None:
    await fill(database, Cipher([key]), CHAT)
    async with database.transaction() as tx:
        await tx.execute("UPDATE deliveries SET state = 'planned'")
    assert (await sweep(database, AT + 400 * SECONDS_A_DAY))["deliveries"] == 0


async def test_more_than_a_batch(database: Database, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BATCH", 3)
    for chat in range(1, 8):
        await fill(database, Cipher([key]), chat, at=AT - 25 * SECONDS_A_MONTH)
    steps = [step async for step in retention(database, AT).batches()]
    assert max(count for _, count in steps) == 3
    assert sum(count for what, count in steps if what == "chats") == 7
    assert sum(count for what, count in steps if what == "inbox") == 7


async def test_ratings_of_groups_go_and_hers_stay(database: Database, key: str) -> None:
    await fill(database, Cipher([key]), 7)
    await fill_group(database, Cipher([key]), -7, 7)
    assert (await sweep(database, AT))["feedback"] == 1
    async with database.transaction(write=False) as tx:
        assert sorted(await tx.fetch_all("SELECT chat_id, user_id FROM feedback")) == [(-7, 0), (7, 0)]


async def test_tallies_and_leases(database: Database) -> None:
    def clock(now: float) -> Callable[[], float]:
        return lambda: now

    old, now = AT - 3 * SECONDS_A_DAY, AT
    await Leases(database, clock=clock(old)).beat("dead", 5)
    await Leases(database, clock=clock(now)).beat("alive", 5)
    await Leases(database, clock=clock(old)).take("daily", "dead", 5)
    await Leases(database, clock=clock(old)).put("halt:-100", old * 1_000_000)
    await Leases(database, clock=clock(now)).put("halt:-200", now * 1_000_000)
    today = AT // SECONDS_A_DAY
    async with database.transaction() as tx:
        for day in (today, today - 729, today - 730):
            await tx.execute("INSERT INTO tallies (day, kind, name, count) VALUES (:day, 'a', 'b', 1)", {"day": day})
    assert await sweep(database, now) == {"tallies": 1, "leases": 2}
    async with database.transaction(write=False) as tx:
        names = {row[0] for row in await tx.fetch_all("SELECT name FROM leases")}
    assert names == {"process:alive", "daily", "halt:-200"}

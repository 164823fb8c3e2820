"""The statements of the engine that sends reminders; what they lead to is tested in tests/reminders."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reminders.ports import Claim, DeliveryStore, Outcome
from bot.schedule.model import Care, DeliveryState
from bot.store import deliveries
from bot.store.cipher import Cipher
from bot.store.database import Database, SQLiteDatabase
from bot.store.deliveries import Deliveries

VALUES = {"now": 1, "most": 10, "due": 0, "id": 0, "owner": "me"}


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (deliveries._DUE, "ix_reminders_next_due"),
        (deliveries._PAGE, "ix_reminders_next_due"),
        (deliveries._WAITING, "ix_deliveries_send_at"),
        (deliveries._DROP_LATE, "ix_deliveries_send_at"),
        (deliveries._OWNERS, "ix_deliveries_owner"),
        (deliveries._GIVE_UP, "ix_deliveries_owner"),
    ],
)
async def test_what_a_tick_asks_is_found_by_an_index_over_the_few_rows_that_wait(
    database_file: Path, sql: str, index: str
) -> None:
    database = SQLiteDatabase(database_file)
    async with database.transaction(write=False) as tx:
        plan = [row[3] for row in await tx.fetch_all(f"EXPLAIN QUERY PLAN {sql}", VALUES)]
    await database.close()
    assert any(index in line for line in plan)
    assert not any(line.startswith("SCAN") and "COVERING" not in line and index not in line for line in plan)
    assert not any(line.startswith("SCAN") and "INDEX" not in line for line in plan)
    assert not any("TEMP B-TREE FOR ORDER" in line for line in plan)


async def test_an_empty_database_has_nothing_to_do(database: Database, key: str) -> None:
    store: DeliveryStore = Deliveries(database, Cipher([key]))
    claim = Claim(id=1, chat=1, owner="me", minutes=5)
    assert await store.due(2_000_000_000, 10) == []
    assert await store.waiting(2_000_000_000, 10) == []
    assert await store.look(1) is None
    assert await store.keep([], 1, "r") == []
    assert not await store.claim(claim, 1)
    assert not await store.record(claim, Outcome(state=DeliveryState.SENT, message_id=1, care=Care(asked=True)), 1)
    await store.unclaim(claim, 1)
    await store.hold_unanswered(1, 1)
    assert await store.drop_late(2_000_000_000) == 0
    assert await store.owners() == frozenset()
    assert await store.give_up(["me"], 1) == 0
    assert await store.of_other_zone_data("r", (0, 0), 10) == ([], None)
    assert await store.rederive([], "r") == 0

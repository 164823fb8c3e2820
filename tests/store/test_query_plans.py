"""What is asked often, or of large tables, is found by an index; and what waits is not sorted anew at every look."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.store import inbox, retention, statistics
from bot.store.cipher import Cipher
from bot.store.database import SQLiteDatabase
from bot.store.inbox import Inbox

VALUES = {
    "now": 1, "most": 10, "limit": 0, "week": 1, "month": 1, "day": 1, "owner": "me", "other0": "other", "urgent": 1,
}  # fmt: skip

LEFT = [
    (f"left {owner}", inbox._LEFT.format(is_owner=owner, others=":other0"), "ix_inbox_owner")
    for owner in ("IS NULL", "= :owner")
]
RETENTION = [
    ("context", "ix_context_updated_at"),
    ("deliveries", "ix_deliveries_due"),
    ("inbox", "ix_inbox_done_at"),
    ("unanswered", "ix_unanswered_day"),
]

ASKED = [
    *LEFT,
    ("owners", inbox._OWNERS, "ix_inbox_owner"),
    ("quiet chats", retention._QUIET, "ix_chats_seen_at"),
    ("chats", statistics._CHATS, "ix_chats_seen_at"),
    ("deliveries", statistics._DELIVERIES, "ix_deliveries_due"),
    ("due", statistics._DUE, "ix_deliveries_send_at"),
    ("waiting", statistics._INBOX, "inbox USING"),
    ("tallies", statistics._TALLIES, "tallies USING"),
    *((f"retention {table}", retention._DROPS[table], index) for table, index in RETENTION),
    ("retention tallies", retention._DROPS["tallies"], "tallies USING"),
]


@pytest.mark.parametrize(("sql", "index"), [ask[1:] for ask in ASKED], ids=[ask[0] for ask in ASKED])
async def test_no_table_is_read_from_end_to_end(database_file: Path, sql: str, index: str) -> None:
    database = SQLiteDatabase(database_file)
    async with database.transaction(write=False) as tx:
        plan = [row[3] for row in await tx.fetch_all(f"EXPLAIN QUERY PLAN {sql}", VALUES)]
    await database.close()
    assert any(index in line for line in plan)
    tables = ("inbox", "chats", "context", "deliveries", "reminders", "tallies", "unanswered")
    assert not [line for line in plan if line.startswith(tuple(f"SCAN {t}" for t in tables)) and "USING" not in line]
    assert not any("TEMP B-TREE FOR ORDER" in line for line in plan)


async def test_a_look_at_a_backlog_costs_no_more_than_at_an_empty_inbox(database_file: Path, key: str) -> None:
    database = SQLiteDatabase(database_file)
    add = """
    WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 100000)
    INSERT INTO inbox (update_id, chat_id, received_at, payload, owner) SELECT n, n, 1, x'00', :owner FROM n
    """
    box = Inbox(database, Cipher([key]), "me")
    async with database.transaction() as tx:
        await tx.execute(add, {"owner": "me"})
    looked = []
    for _ in range(20):
        began = time.thread_time()
        assert await box.take(frozenset({"me"}), 100) == []
        looked.append(time.thread_time() - began)
    assert min(looked) < 0.005
    await database.close()

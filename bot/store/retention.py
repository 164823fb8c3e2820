"""Deletes what has been kept for long enough, in small batches, so that nobody who writes has to wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from bot.settings.parts import RetentionTimes
from bot.store.chats import SECONDS_AN_HOUR, delete_chat
from bot.store.database import Database
from bot.store.leases import Leases
from bot.store.old_copies import delete_old_copies

BATCH = 200
"""Rows a transaction: some milliseconds."""
SECONDS_A_DAY = 86_400
SECONDS_A_MONTH = 2_629_746
"""The mean of a year's months."""
DELIVERY_DAYS = 365
"""What became of a reminder is nobody's concern after a year; the walks of the plan stay."""
QUESTION_DAYS = 365
"""A redacted question that taught nothing in a year will not any more."""
TALLY_DAYS = 730
"""Two years show what a change of the texts has done."""
LEASE_DAYS = 1
"""Rows of processes and groups that have been idle for so long."""

_DROPS = {
    "inbox": """
DELETE FROM inbox WHERE update_id IN (SELECT update_id FROM inbox WHERE done_at <= :limit LIMIT :most)
""",
    "context": """
DELETE FROM context WHERE (chat_id, user_id) IN
    (SELECT chat_id, user_id FROM context WHERE updated_at <= :limit LIMIT :most)
""",
    "deliveries": """
DELETE FROM deliveries WHERE id IN (
    SELECT id FROM deliveries WHERE due <= :limit AND state NOT IN ('planned', 'sending') LIMIT :most)
""",
    "feedback": """
DELETE FROM feedback WHERE id IN (SELECT id FROM feedback WHERE user_id > :limit LIMIT :most)
""",
    "unanswered": "DELETE FROM unanswered WHERE id IN (SELECT id FROM unanswered WHERE day <= :limit LIMIT :most)",
    "tallies": """
DELETE FROM tallies WHERE (day, kind, name) IN (SELECT day, kind, name FROM tallies WHERE day <= :limit LIMIT :most)
""",
}
_NEWEST = (
    "SELECT MAX(seen_at) FROM chats WHERE seen_at <= :before",
    "SELECT MAX(received_at) FROM inbox WHERE received_at <= :before",
)
_QUIET = "SELECT chat_id FROM chats WHERE seen_at <= :limit ORDER BY seen_at LIMIT :most"
_LOCK_QUIET = "UPDATE chats SET state = state WHERE chat_id = :chat AND seen_at <= :limit"
"""Whoever writes at this moment after two years stays."""
_WRITERS = "SELECT 1 FROM inbox WHERE chat_id = :chat AND done_at IS NULL LIMIT 1"


class Retention:
    """How long what is kept. Every method raises `StoreError` when the database does not do its part."""

    def __init__(
        self,
        database: Database,
        times: RetentionTimes,
        *,
        file: Path | None = None,
        leases: Leases | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Put it together.

        Args:
            database: to delete in.
            times: of the settings.
            file: of the database, where it is one: copies of it are deleted too.
            leases: those of the processes.
            clock: epoch seconds.
        """
        self._file = file
        self._database = database
        self._leases = leases or Leases(database)
        self._clock = clock
        self._context_s = times.context_hours * SECONDS_AN_HOUR
        self._inbox_s = times.inbox_hours * SECONDS_AN_HOUR
        self._chat_s = times.chat_months * SECONDS_A_MONTH

    async def batches(self) -> AsyncIterator[tuple[str, int]]:
        """Delete; after each batch comes what of, and how many. Whoever iterates may rest in between, or stop."""
        now = int(self._clock())
        today = now // SECONDS_A_DAY
        limits = {
            "inbox": now - int(self._inbox_s),
            "context": now - int(self._context_s),
            "deliveries": now - DELIVERY_DAYS * SECONDS_A_DAY,
            "feedback": 0,  # ratings in groups, which earlier versions kept
            "unanswered": today - QUESTION_DAYS,
            "tallies": today - TALLY_DAYS,
        }
        for what, limit in limits.items():
            dropped = BATCH
            while dropped == BATCH:
                dropped = await self._drop(_DROPS[what], {"limit": limit, "most": BATCH})
                yield what, dropped
        async for dropped in self._quiet_chats(now - int(self._chat_s)):
            yield "chats", dropped
        yield "leases", await self._leases.sweep(LEASE_DAYS * SECONDS_A_DAY)
        self._database.clear_traces()
        if self._file is not None:
            yield "copies", await asyncio.to_thread(delete_old_copies, self._file, now)

    async def newest(self, before: int) -> int | None:
        """The last contact with any chat at or before an instant, in epoch seconds; None where there is none."""
        async with self._database.transaction(write=False) as tx:
            rows = [await tx.fetch_one(sql, {"before": before}) for sql in _NEWEST]
        return max((row[0] for row in rows if row is not None and row[0] is not None), default=None)

    async def _quiet_chats(self, limit: int) -> AsyncIterator[int]:
        """Delete chats without contact, with every row; each in a transaction of its own."""
        while True:
            async with self._database.transaction(write=False) as tx:
                rows = await tx.fetch_all(_QUIET, {"limit": limit, "most": BATCH})
            dropped = 0
            for (chat,) in rows:
                async with self._database.transaction() as tx:
                    if await tx.execute(_LOCK_QUIET, {"chat": chat, "limit": limit}) and not await tx.fetch_one(
                        _WRITERS, {"chat": chat}
                    ):
                        await delete_chat(tx, chat)
                        dropped += 1
            yield dropped
            if len(rows) < BATCH or not dropped:
                return

    async def _drop(self, sql: str, values: dict[str, Any]) -> int:
        async with self._database.transaction() as tx:
            return await tx.execute(sql, values)

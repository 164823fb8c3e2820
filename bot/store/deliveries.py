"""The statements of planning and sending reminders. Implements `bot.reminders.ports.DeliveryStore`.

Rows are taken in one order everywhere (chats, then reminders by id, then deliveries), so that no two transactions
block each other for good.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from typing import Any

from bot.reminders.ports import Claim, DueReminder, Move, Outcome, Rederived, Waiting
from bot.schedule.holds import stopped_unanswered
from bot.schedule.model import Care, Drop, Kind, SetCare
from bot.schedule.occurrence import Occurrence
from bot.store.changes import apply_changes
from bot.store.cipher import Cipher
from bot.store.columns import REMINDER, day_number, day_of, reminder_of
from bot.store.database import Database, Transaction
from bot.store.reminders import load_rules, quiet_of
from bot.store.sealed_columns import NUDGE

_COLUMNS = f"""
SELECT reminders.id, reminders.chat_id, reminders.next_day, chats.timezone, chats.quiet_start, chats.quiet_end,
    {REMINDER}
FROM reminders JOIN chats ON chats.chat_id = reminders.chat_id
"""  # noqa: S608
_DUE = f"{_COLUMNS} WHERE next_due <= :now ORDER BY next_due LIMIT :most"
_PAGE = f"""{_COLUMNS}
WHERE next_due >= :due AND (next_due > :due OR reminders.id > :id) ORDER BY next_due, reminders.id LIMIT :most
"""
_OTHER_ZONE_DATA = "SELECT id FROM reminders WHERE id IN ({ids}) AND (zone_data IS NULL OR zone_data <> :release)"

_ADVANCE = """
UPDATE reminders SET next_due = :next_due, next_day = :next_day, zone_data = :release,
    last_day = COALESCE(CAST(:last_day AS INTEGER), last_day)
WHERE id = :id AND chat_id = :chat AND next_due = :was
"""
"""The compare-and-set: of several processes, and an edit of hers meanwhile, the first one wins.

SQLite gives numbers of deleted rows to new ones, so no statement about a row that was read before goes by `id` alone.
"""

_PLAN = """
INSERT INTO deliveries (reminder_id, chat_id, day, kind, due, send_at, until, state, reason, changed_at)
VALUES (:id, :chat, :day, 'walk', :due, :send_at, :until, :state, :reason, :now)
ON CONFLICT (reminder_id, day, kind) DO NOTHING
"""
_REST = "UPDATE reminders SET next_due = NULL, next_day = NULL WHERE id = :id"
_REDERIVE = """
UPDATE reminders SET next_due = :next_due, next_day = :next_day, zone_data = :release
WHERE id = :id AND chat_id = :chat AND next_due = :was
"""
_MOST_MISSES = 5
"""Lost compare-and-sets in a row after which the rest is left to the process that is at it."""

_WAITING = "SELECT id FROM deliveries WHERE state = 'planned' AND send_at <= :now ORDER BY send_at LIMIT :most"
_LOOK = """
SELECT deliveries.id, deliveries.chat_id, reminders.no, deliveries.day, deliveries.kind, deliveries.due,
    deliveries.send_at, deliveries.until
FROM deliveries JOIN reminders ON reminders.id = deliveries.reminder_id
WHERE deliveries.id = :id AND deliveries.state = 'planned'
"""
_CLAIM = """
UPDATE deliveries SET state = 'sending', owner = :owner, nonce = :nonce, body = :body, changed_at = :now
WHERE id = :id AND chat_id = :chat AND state = 'planned'
"""
_UNCLAIM = """
UPDATE deliveries SET state = 'planned', owner = NULL, body = NULL, changed_at = :now
WHERE id = :id AND state = 'sending' AND owner = :owner AND nonce = :nonce
"""
_RECORD = """
UPDATE deliveries SET state = :state, reason = :reason, message_id = :message, changed_at = :now
WHERE id = :id AND owner = :owner AND nonce = :nonce AND state IN ('sending', 'uncertain')
"""
"""Also what others have given up as uncertain: its own process knows better."""

_DROP = """
UPDATE deliveries SET state = 'dropped', reason = :why, changed_at = :now
WHERE id = :id AND chat_id = :chat AND due = :due AND state = 'planned'
"""
_LATE_BATCH = 200
"""Deliveries dropped in one transaction: some milliseconds."""
_DROP_LATE = """
UPDATE deliveries SET state = 'dropped', reason = 'late', changed_at = :now
WHERE state = 'planned' AND id IN (
    SELECT id FROM deliveries WHERE state = 'planned' AND send_at <= :now AND until < :now LIMIT :most)
"""
_OWNERS = "SELECT DISTINCT owner FROM deliveries WHERE state = 'sending'"
_GIVE_UP = """
UPDATE deliveries SET state = 'uncertain', changed_at = :now WHERE state = 'sending' AND owner = :owner
"""
_LOCK_CHAT = "UPDATE chats SET state = state WHERE chat_id = :chat"

_log = logging.getLogger(__name__)


class Deliveries:
    """Deliveries in a database, one row an occurrence and kind."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        """Make one.

        Args:
            cipher: seals what a reminder named.
        """
        self._database = database
        self._cipher = cipher

    async def due(self, now: int, most: int) -> list[DueReminder]:
        """From `DeliveryStore`. One that cannot be read is put to rest, so that it does not stop the others."""
        async with self._database.transaction(write=False) as tx:
            rows = await tx.fetch_all(_DUE, {"now": now, "most": most})
        found = []
        for row in rows:
            try:
                found.append(_due(row))
            except (TypeError, ValueError, OverflowError) as error:
                _log.error("A reminder cannot be read: %s", error, extra={"action": "reminder-unreadable"})
                await self._write(_REST, {"id": row[0]})
        return found

    async def keep(self, moves: Sequence[Move], now: int, release: str) -> list[Move]:
        """From `DeliveryStore`."""
        kept, misses = list[Move](), 0
        async with self._database.transaction() as tx:
            for move in sorted(moves, key=lambda m: m.id):
                if await self._kept(tx, move, now, release):
                    kept.append(move)
                    misses = 0
                elif (misses := misses + 1) >= _MOST_MISSES:
                    break
        return kept

    async def _kept(self, tx: Transaction, move: Move, now: int, release: str) -> bool:
        rows = move.tick.rows
        last = day_number(rows[-1].occurrence.day) if rows else None
        target = {"id": move.id, "chat": move.chat, "was": move.due.instant, "last_day": last}
        if not await tx.execute(_ADVANCE, {**target, **_ahead(move.tick.ahead), "release": release}):
            return False
        for row in rows:
            values = {
                "id": move.id,
                "chat": move.chat,
                "day": day_number(row.occurrence.day),
                "due": row.occurrence.instant,
                "send_at": row.send_at,
                "until": row.until,
                "state": "dropped" if row.drop else "planned",
                "reason": row.drop.value if row.drop else None,
                "now": now,
            }
            await tx.execute(_PLAN, values)
        return True

    async def waiting(self, now: int, most: int) -> list[int]:
        """From `DeliveryStore`."""
        async with self._database.transaction(write=False) as tx:
            return [row[0] for row in await tx.fetch_all(_WAITING, {"now": now, "most": most})]

    async def look(self, delivery: int) -> Waiting | None:
        """From `DeliveryStore`."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one(_LOOK, {"id": delivery})
        if row is None:
            return None
        found, chat, no, day, kind, due, send_at, until = row
        return Waiting(
            id=found, chat=chat, no=no, day=day_of(day), kind=Kind(kind), due=due, send_at=send_at, until=until
        )

    async def claim(self, claim: Claim, now: int) -> bool:
        """From `DeliveryStore`."""
        body = self._cipher.seal({"minutes": claim.minutes, "tip": claim.tip}, NUDGE.of(claim.id))
        values = {**_named(claim), "chat": claim.chat, "body": body, "now": now}
        return await self._write(_CLAIM, values, durable=True) > 0  # else a power cut would let it be sent twice

    async def unclaim(self, claim: Claim, now: int) -> None:
        """From `DeliveryStore`."""
        await self._write(_UNCLAIM, {**_named(claim), "now": now})

    async def record(self, claim: Claim, outcome: Outcome, now: int) -> bool:
        """From `DeliveryStore`."""
        values = {
            **_named(claim),
            "state": outcome.state.value,
            "reason": None if outcome.reason is None else str(outcome.reason),
            "message": outcome.message_id,
            "now": now,
        }
        async with self._database.transaction() as tx:
            if outcome.care is not None:
                await self._change_care(tx, claim.chat, outcome.was or Care(), outcome.care, now)
            return await tx.execute(_RECORD, values) > 0

    async def drop(self, waiting: Waiting, why: Drop, now: int) -> bool:
        """From `DeliveryStore`."""
        values = {"id": waiting.id, "chat": waiting.chat, "due": waiting.due, "why": why.value, "now": now}
        return await self._write(_DROP, values) > 0

    async def drop_late(self, now: int) -> int:
        """From `DeliveryStore`."""
        total, dropped = 0, _LATE_BATCH
        while dropped == _LATE_BATCH:
            dropped = await self._write(_DROP_LATE, {"now": now, "most": _LATE_BATCH})
            total += dropped
        return total

    async def owners(self) -> frozenset[str]:
        """From `DeliveryStore`."""
        async with self._database.transaction(write=False) as tx:
            return frozenset(row[0] for row in await tx.fetch_all(_OWNERS))

    async def give_up(self, owners: Collection[str], now: int) -> int:
        """From `DeliveryStore`."""
        async with self._database.transaction() as tx:
            return sum([await tx.execute(_GIVE_UP, {"owner": owner, "now": now}) for owner in sorted(owners)])

    async def hold_unanswered(self, chat: int, now: int) -> None:
        """From `DeliveryStore`; by what is kept now, see `bot.schedule.holds.stopped_unanswered`."""
        async with self._database.transaction() as tx:
            await tx.execute(_LOCK_CHAT, {"chat": chat})
            if changes := stopped_unanswered(await load_rules(tx, self._cipher, chat), now):
                await apply_changes(tx, self._cipher, chat, changes, now)

    async def of_other_zone_data(
        self, release: str, after: tuple[int, int], most: int
    ) -> tuple[list[DueReminder], tuple[int, int] | None]:
        """From `DeliveryStore`."""
        due, last = after
        async with self._database.transaction(write=False) as tx:
            page = [_due(row) for row in await tx.fetch_all(_PAGE, {"due": due, "id": last, "most": most})]
            if not page:
                return [], None
            sql = _OTHER_ZONE_DATA.format(ids=", ".join(str(one.id) for one in page))
            others = {row[0] for row in await tx.fetch_all(sql, {"release": release})}
        return [one for one in page if one.id in others], (page[-1].due.instant, page[-1].id)

    async def rederive(self, reminders: Sequence[Rederived], release: str) -> int:
        """From `DeliveryStore`."""
        changed = 0
        async with self._database.transaction() as tx:
            for one in sorted(reminders, key=lambda r: r.id):
                values = {"id": one.id, "chat": one.chat, "was": one.was, "release": release, **_ahead(one.ahead)}
                changed += await tx.execute(_REDERIVE, values)
        return changed

    async def purge(self, before: int) -> int:
        """Delete final deliveries of occurrences before an instant; how many."""
        sql = "DELETE FROM deliveries WHERE due < :before AND state NOT IN ('planned', 'sending')"
        return await self._write(sql, {"before": before})

    async def _change_care(self, tx: Transaction, chat: int, was: Care, care: Care, now: int) -> None:
        """Keep what differs, for she may have raised an alarm while the message was on its way."""
        await tx.execute(_LOCK_CHAT, {"chat": chat})
        current = (await load_rules(tx, self._cipher, chat)).care
        await apply_changes(tx, self._cipher, chat, (SetCare(current.rebased(was, care)),), now)

    async def _write(self, sql: str, values: dict[str, Any], *, durable: bool = False) -> int:
        async with self._database.transaction(durable=durable) as tx:
            return await tx.execute(sql, values)


def _due(row: tuple[Any, ...]) -> DueReminder:
    found, chat, day, zone, start, end, *columns = row
    reminder = reminder_of(tuple(columns))
    due = Occurrence(day_of(day), reminder.next_due or 0)
    return DueReminder(id=found, chat=chat, reminder=reminder, zone=zone, quiet=quiet_of(start, end), due=due)


def _named(claim: Claim) -> dict[str, Any]:
    """What names a claim, and no other one."""
    return {"id": claim.id, "owner": claim.owner, "nonce": claim.nonce}


def _ahead(ahead: Occurrence | None) -> dict[str, int | None]:
    if ahead is None:
        return {"next_due": None, "next_day": None}
    return {"next_due": ahead.instant, "next_day": day_number(ahead.day)}

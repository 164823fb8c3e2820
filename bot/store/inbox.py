"""What was received and is not answered yet. No update is confirmed to Telegram before it lies here.

Each row belongs to the process that answers it. The rows of a chat belong to one process at a time, so that she is
answered in order: where a row of hers waits elsewhere, a new one belongs to nobody until that is done.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bot.conversation.codec import reply_from_json
from bot.conversation.reply import Reply
from bot.errors import SealError
from bot.log import report
from bot.settings.parts import RetentionTimes
from bot.store.chats import SECONDS_AN_HOUR
from bot.store.cipher import Cipher
from bot.store.database import Database, Row, Transaction
from bot.store.leases import Leases
from bot.store.sealed_columns import PAYLOAD, REPLY, SealedColumn
from bot.updates import Progress, ReceivedUpdate, TakenOver

_ROWS = "(:update{n}, :chat{n}, :now{n}, :payload{n}, :owner{n})"

_ADD = """
INSERT INTO inbox (update_id, chat_id, received_at, payload, owner) VALUES {rows}
ON CONFLICT (update_id) DO UPDATE SET chat_id = excluded.chat_id, received_at = excluded.received_at,
payload = excluded.payload, owner = excluded.owner, reply = NULL, progress = NULL, urgent = 0, tries = 0, done_at = NULL
WHERE inbox.done_at <= :forgotten
RETURNING update_id
"""

_ELSEWHERE = """
SELECT DISTINCT chat_id FROM inbox
WHERE done_at IS NULL AND chat_id IN ({chats}) AND (owner IS NULL OR owner <> :me)
"""

_OWNERS = """
WITH RECURSIVE owners (owner) AS (
    SELECT min(owner) FROM inbox WHERE done_at IS NULL AND owner IS NOT NULL
    UNION ALL
    SELECT (SELECT min(owner) FROM inbox WHERE done_at IS NULL AND owner > owners.owner)
    FROM owners WHERE owners.owner IS NOT NULL
)
SELECT owner FROM owners WHERE owner IS NOT NULL
"""
"""From one owner to the next in the index, so that a look costs the same however much waits."""

_LEFT = """
SELECT update_id, chat_id, urgent, received_at FROM inbox
WHERE done_at IS NULL AND owner {is_owner} AND urgent = :urgent AND (chat_id IS NULL OR chat_id NOT IN (
    SELECT chat_id FROM inbox WHERE done_at IS NULL AND chat_id IS NOT NULL AND owner IN ({others})
))
ORDER BY received_at, update_id LIMIT :most
"""
"""In the order of the index: nothing is sorted."""

_HELD = """
SELECT DISTINCT chat_id FROM inbox
WHERE done_at IS NULL AND chat_id IN ({chats}) AND owner <> :me AND owner IN ({live})
"""

_TAKE = """
UPDATE inbox SET owner = :me
WHERE update_id IN ({updates}) AND done_at IS NULL AND (owner IS NULL OR owner NOT IN ({live}))
RETURNING update_id, chat_id, payload, reply, tries, received_at, progress, urgent
"""

_DONE = """
UPDATE inbox SET done_at = :now, chat_id = NULL, payload = NULL, reply = NULL, progress = NULL, urgent = 0
WHERE update_id IN ({updates})
"""

_MINE = """
UPDATE inbox SET owner = NULL WHERE update_id IN ({updates}) AND owner = :me AND done_at IS NULL
"""

_TRIED = "UPDATE inbox SET tries = tries + 1 WHERE update_id = :update AND done_at IS NULL RETURNING tries"

_log = logging.getLogger(__name__)


class Inbox:
    """The updates of all processes; keeps `bot.updates.Inbox`.

    Every method raises `StoreError` when the database does not do its part.
    """

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        owner: str,
        *,
        inbox_hours: float = RetentionTimes.inbox_hours,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Put it together.

        Args:
            database: migrated.
            cipher: seals what was received.
            owner: names this process.
            inbox_hours: an update id seen within this time is a repetition; later ids may start anew, at random, after
                a quiet week.
            clock: epoch seconds.
        """
        self._database = database
        self._cipher = cipher
        self._me = owner
        self._remembered_s = int(inbox_hours * SECONDS_AN_HOUR)
        self._clock = clock
        self._leases = Leases(database)
        self._one_at_a_time = asyncio.Lock()
        self._held: set[int] = set()
        """Claimed, and told so to who asked."""
        self._unsure: set[int] = set()
        """Claimed in transactions that failed: whether they were committed nevertheless is not known."""

    async def add(self, updates: Sequence[ReceivedUpdate], *, claim: bool = True) -> frozenset[int]:
        """Keep updates, in one transaction. They are on the disk when it returns: they may be confirmed.

        Args:
            updates: in the order in which they came; those seen before are ignored.
            claim: False where this process has too much to do: whoever has room takes them.

        Returns:
            The ids of those that are this process's to answer now; the others are repetitions or are taken later.
        """
        sealed = {u.update: payload for u in updates if (payload := self._sealed(u)) is not None}
        fresh = {u.update: u for u in updates if u.update in sealed}
        if not fresh:
            return frozenset()
        chats = sorted({u.chat for u in fresh.values() if u.chat is not None})
        now = int(self._clock())
        params: dict[str, Any] = {"forgotten": now - self._remembered_s}
        async with self._claiming(fresh, durable=True) as tx:
            waiting = await self._elsewhere(tx, chats)
            mine = {n for n, u in fresh.items() if claim and u.chat not in waiting}
            for number, received in enumerate(fresh.values()):
                params |= {
                    f"update{number}": received.update,
                    f"chat{number}": received.chat,
                    f"now{number}": now,
                    f"payload{number}": sealed[received.update],
                    f"owner{number}": self._me if received.update in mine else None,
                }
            rows = ", ".join(_ROWS.format(n=number) for number in range(len(fresh)))
            added = await tx.fetch_all(_ADD.format(rows=rows), params)
        claimed = frozenset(update for (update,) in added if update in mine)
        self._held |= claimed
        return claimed

    async def take(self, live: frozenset[str], most: int) -> list[TakenOver]:
        """Take what has no living owner, decided alarms first, then the oldest.

        Of a chat that a living process answers nothing is taken.

        Args:
            live: the processes that live, this one included.
            most: how many at most.
        """
        found = await self._unowned(live | {self._me}, most)
        if not found:
            if self._unsure:
                async with self._claiming(()):
                    pass
            return []
        chats = sorted({chat for _, chat in found if chat is not None})
        # Read after the rows: a process that began since `live` was known has said so before it claimed one of them.
        alive, names = _listed("live", live | {self._me} | await self._leases.live())
        async with self._claiming([update for update, _ in found]) as tx:
            held: set[int] = set()
            if chats:
                for chat in chats:
                    await tx.lock(_name(chat))
                those, places = _listed("chat", chats)
                sql = _HELD.format(chats=places, live=names)
                held = {chat for (chat,) in await tx.fetch_all(sql, {**alive, **those, "me": self._me})}
            updates, places = _listed("update", [update for update, chat in found if chat not in held])
            rows: list[Row] = []
            if updates:
                sql = _TAKE.format(updates=places, live=names)
                rows = await tx.fetch_all(sql, {**alive, **updates, "me": self._me})
        self._held.update(row[0] for row in rows)
        return [self._left(row) for row in sorted(rows, key=lambda row: (-row[7], row[5], row[0]))]

    async def _unowned(self, live: frozenset[str], most: int) -> list[tuple[int, int | None]]:
        """Updates without a living owner, of chats that no other process answers: their ids and chats, in order."""
        others, names = _listed("other", live - {self._me} or {""})
        found: list[Row] = []
        async with self._database.transaction(write=False) as tx:
            dead = [owner for (owner,) in await tx.fetch_all(_OWNERS) if owner not in live]
            for urgent in (1, 0):
                for owner in (None, *dead):
                    sql = _LEFT.format(is_owner="IS NULL" if owner is None else "= :owner", others=names)
                    params = {**others, "owner": owner, "urgent": urgent, "most": most}
                    found += await tx.fetch_all(sql, params)
                if len(found) >= most:
                    break
        found.sort(key=lambda row: (-row[2], row[3], row[0]))
        return [(update, chat) for update, chat, *_ in found[:most]]

    async def tried(self, update: int) -> int:
        """Count that thinking about an update is begun again; how often it was by now. 0 where it is done."""
        async with self._database.transaction() as tx:
            row = await tx.fetch_one(_TRIED, {"update": update})
        return row[0] if row else 0

    async def keep_progress(self, update: int, progress: Progress) -> None:
        """Note how far the sending of the decided reply is."""
        params = {"update": update, "progress": json.dumps(progress.to_json(), separators=(",", ":"))}
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE inbox SET progress = :progress WHERE update_id = :update AND done_at IS NULL", params
            )

    async def decided(self, update: int) -> Reply | None:
        """The reply that was noted for an update; None where there is none."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one("SELECT reply FROM inbox WHERE update_id = :update", {"update": update})
        return self._reply(row[0], update) if row else None

    async def done(self, updates: Iterable[int]) -> None:
        """Note that updates are answered: what they held is blanked."""
        params, places = _listed("update", updates)
        if params:
            async with self._database.transaction() as tx:
                await tx.execute(_DONE.format(updates=places), {**params, "now": int(self._clock())})
            self._held.difference_update(params.values())

    async def is_mine(self, update: int) -> bool:
        """Whether an update still waits for this process; False once another has taken it."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one("SELECT owner FROM inbox WHERE update_id = :update AND done_at IS NULL", {
                "update": update,
            })  # fmt: skip
        mine = row is not None and row[0] == self._me
        if not mine:
            self._held.discard(update)
        return mine

    async def let_go(self) -> None:
        """Leave what is not answered to the other processes, at once. To end in peace is no try that failed."""
        sql = "UPDATE inbox SET owner = NULL, tries = 0 WHERE owner = :me AND done_at IS NULL"
        async with self._database.transaction() as tx:
            await tx.execute(sql, {"me": self._me})

    async def waiting(self) -> int:
        """How many updates of all processes are not answered."""
        async with self._database.transaction(write=False) as tx:
            row = await tx.fetch_one("SELECT COUNT(*) FROM inbox WHERE done_at IS NULL")
        return row[0] if row else 0

    def _sealed(self, received: ReceivedUpdate) -> bytes | None:
        try:
            return self._cipher.seal(received.payload, PAYLOAD.of(received.update))
        except (RecursionError, TypeError, ValueError):  # JSON of a depth that no update of Telegram's has
            _log.error("Update %d cannot be kept", received.update, extra={"action": "inbox-unstorable"})
            return None

    @asynccontextmanager
    async def _claiming(self, updates: Iterable[int], *, durable: bool = False) -> AsyncIterator[Transaction]:
        """A transaction that claims updates, one at a time; what earlier ones may have claimed in vain is free in it.

        A commit may be lost on its way back, or end in time for the database but not for us. The rows then are ours,
        nobody answers them, and Telegram's repetition of them is ignored.
        """
        async with self._one_at_a_time:
            try:
                async with self._database.transaction(durable=durable) as tx:
                    if self._unsure:
                        unsure, places = _listed("update", self._unsure)
                        await tx.execute(_MINE.format(updates=places), {**unsure, "me": self._me})
                    yield tx
            except BaseException:
                self._unsure |= set(updates) - self._held
                raise
            self._unsure.clear()

    async def _elsewhere(self, tx: Transaction, chats: Sequence[int]) -> set[int]:
        """Those of the chats of which something waits that is not ours. Locks them."""
        if not chats:
            return set()
        for chat in chats:  # in order, so that no two processes wait for each other
            await tx.lock(_name(chat))
        params, places = _listed("chat", chats)
        return {chat for (chat,) in await tx.fetch_all(_ELSEWHERE.format(chats=places), {**params, "me": self._me})}

    def _left(self, row: Row) -> TakenOver:
        update, chat, payload, reply, tries, at, progress, _urgent = row
        return TakenOver(
            update=update,
            chat=chat,
            payload=self._opened(payload, PAYLOAD, update),
            reply=self._reply(reply, update),
            progress=_progress(progress),
            tries=tries,
            at=at,
        )

    def _reply(self, sealed: bytes | None, update: int) -> Reply | None:
        stored = self._opened(sealed, REPLY, update)
        try:
            return reply_from_json(stored) if stored is not None else None
        except Exception as error:  # noqa: BLE001 (whatever another version noted there: it is decided anew)
            report(error, "A decided reply is of another form", "inbox-reply-unreadable")
            return None

    def _opened(self, sealed: bytes | None, column: SealedColumn, update: int) -> dict[str, Any] | None:
        try:
            return self._cipher.open(sealed, column.of(update)) if sealed is not None else None
        except SealError as error:
            _log.error("Update %d cannot be read: %s", update, error, extra={"action": "inbox-unreadable"})
            return None


def _progress(text: str | None) -> Progress | None:
    try:
        return Progress.from_json(json.loads(text)) if text else None
    except (KeyError, TypeError, ValueError):  # of another version: the reply is sent from its beginning
        return None


def _name(chat: int) -> str:
    return f"chat:{chat}"


def _listed(name: str, values: Iterable[Any]) -> tuple[dict[str, Any], str]:
    """Parameters for `IN (...)`, and their places in the statement."""
    params = {f"{name}{number}": value for number, value in enumerate(values)}
    return params, ", ".join(f":{name}" for name in params)

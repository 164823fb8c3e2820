"""Applies what a turn changes of her walks, in the transaction of the turn, and derives what is due."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, assert_never

from bot.schedule.due import derive, zone_of
from bot.schedule.model import (
    WALKS_KEPT,
    Answer,
    Book,
    Care,
    DeleteReminder,
    Drop,
    Hold,
    Kind,
    Nudge,
    PutReminder,
    RecordWalk,
    Reminder,
    Said,
    SetCare,
    SetQuiet,
    SetZone,
    Snooze,
    WalkChange,
)
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours
from bot.store.cipher import Cipher
from bot.store.columns import REMINDER, bits, day_number, day_of, minute_of, optional_day, reminder_of, time_of
from bot.store.database import Transaction
from bot.timezones.tables import zone_release

NUDGES_S = 8 * 86_400
"""Seconds. Buttons of reminders older than eight days are stale."""

ON_THEIR_WAY = "('sending', 'sent', 'uncertain')"
"""States of which she may have the message before her: she may press a button before the sending is recorded."""

_REMINDERS = f"SELECT {REMINDER} FROM reminders WHERE chat_id = :chat ORDER BY no"  # noqa: S608

_WALKS = "SELECT reminder_no, day, body FROM walks WHERE chat_id = :chat ORDER BY day DESC, id DESC LIMIT :most"

_NUDGES = f"""
SELECT reminders.no, deliveries.day, deliveries.kind, deliveries.changed_at, deliveries.body, deliveries.said
FROM deliveries JOIN reminders ON reminders.id = deliveries.reminder_id
WHERE deliveries.chat_id = :chat AND deliveries.state IN {ON_THEIR_WAY} AND deliveries.due >= :since
    AND deliveries.body IS NOT NULL
ORDER BY deliveries.due, deliveries.id
"""  # noqa: S608

_UNANSWERED = """
SELECT count(*) FROM deliveries
WHERE chat_id = :chat AND state = 'sent' AND said IS NULL AND reason IS NULL AND due > COALESCE(
    (SELECT max(due) FROM deliveries WHERE chat_id = :chat AND said IS NOT NULL), 0)
"""
"""`reason` is set where she was asked whether to go on and said so: what was before does not count again."""


def open_care(cipher: Cipher, sealed: bytes | None) -> Care:
    """Her care; a fresh one where nothing is kept."""
    return Care() if sealed is None else Care.from_json(cipher.open(sealed))


def seal_care(cipher: Cipher, care: Care) -> bytes | None:
    """What `open_care` opens."""
    data = care.to_json()
    return cipher.seal(data) if data else None


def quiet_of(start: int | None, end: int | None) -> QuietHours:
    """Quiet hours of their columns, the default ones where unset."""
    return QuietHours() if start is None or end is None else QuietHours(time_of(start), time_of(end))


async def load_reminders(tx: Transaction, chat: int) -> tuple[Reminder, ...]:
    """The reminders of a chat by their number."""
    return tuple(reminder_of(row) for row in await tx.fetch_all(_REMINDERS, {"chat": chat}))


async def load_book(tx: Transaction, cipher: Cipher, chat: int, book: Book, now: float) -> Book:
    """The book with what lies in tables of its own.

    Args:
        tx: to read with.
        cipher: opens what is sealed.
        chat: a private chat.
        book: zone, quiet hours and care, as read from the chat itself.
        now: epoch seconds.
    """
    walks = await tx.fetch_all(_WALKS, {"chat": chat, "most": WALKS_KEPT})
    nudges = await tx.fetch_all(_NUDGES, {"chat": chat, "since": int(now) - NUDGES_S})
    unanswered = await tx.fetch_one(_UNANSWERED, {"chat": chat})
    return Book(
        zone=book.zone,
        quiet=book.quiet,
        care=book.care,
        reminders=await load_reminders(tx, chat),
        walks=tuple(walk_of(day_of(day), cipher.open(body)) for _, day, body in reversed(walks)),
        nudges=tuple(_nudge(cipher, row) for row in nudges),
        unanswered=unanswered[0] if unanswered else 0,
    )


def walk_json(walk: Walk) -> dict[str, Any]:
    """What is sealed of a walk: all but its date."""
    return {"at": walk.at, "minutes": walk.minutes, "done": walk.done, "pain": walk.pain}


def walk_of(day: date, data: dict[str, Any]) -> Walk:
    """The walk of `walk_json`."""
    return Walk(at=data["at"], day=day, minutes=data["minutes"], done=data["done"], pain=data["pain"])


def _nudge(cipher: Cipher, row: tuple[Any, ...]) -> Nudge:
    no, day, kind, at, body, said = row
    return Nudge(
        no=no,
        day=day_of(day),
        kind=Kind(kind),
        at=at,
        minutes=cipher.open(body)["minutes"],
        said=Said(said) if said else None,
    )


WHY_HELD = {Hold.UNANSWERED: Drop.STOPPED, Hold.AWAY: Drop.AWAY}
"""The reason for which what is planned is dropped; that of the other holds is HELD."""

_OF_HER = "(SELECT id FROM reminders WHERE chat_id = :chat AND no = :no)"

_LOCK = "UPDATE reminders SET no = no WHERE chat_id = :chat"
"""Takes the rows in the order in which a tick does, so that the two wait for each other instead of blocking."""

_CHAT = "SELECT timezone, quiet_start, quiet_end, care FROM chats WHERE chat_id = :chat"

_INSERT = """
INSERT INTO reminders (chat_id, no, at_minute, days, minutes, enabled, paused_until, last_day, created_at)
VALUES (:chat, :no, :at, :days, :minutes, :enabled, :paused_until, :last_day, :now)
"""
_UPDATE = """
UPDATE reminders
SET at_minute = :at, days = :days, minutes = :minutes, enabled = :enabled, paused_until = :paused_until
WHERE chat_id = :chat AND no = :no
"""
_DROP = "UPDATE deliveries SET state = 'dropped', reason = :why, changed_at = :now WHERE state = 'planned'"

_SAID = f"""
UPDATE deliveries SET said = :said WHERE reminder_id = {_OF_HER} AND day = :day AND state IN {ON_THEIR_WAY}
    AND (said IS NULL OR said = 'later' OR :said <> 'later')
"""  # noqa: S608
_NO_MORE_THAT_DAY = """
UPDATE reminders SET last_day = :day WHERE chat_id = :chat AND no = :no AND (last_day IS NULL OR last_day < :day)
"""
_SNOOZE = """
INSERT INTO deliveries (reminder_id, chat_id, day, kind, due, send_at, until, state, changed_at)
SELECT id, chat_id, :day, 'later', :at, :at, :until, 'planned', :now FROM reminders
WHERE chat_id = :chat AND no = :no AND NOT EXISTS (
    SELECT 1 FROM deliveries AS answered WHERE answered.reminder_id = reminders.id AND answered.day = :day
    AND answered.said IN ('done', 'not-today'))
ON CONFLICT (reminder_id, day, kind) DO UPDATE
SET due = excluded.due, send_at = excluded.send_at, until = excluded.until, state = 'planned', reason = NULL,
    owner = NULL, message_id = NULL, body = NULL, said = NULL, changed_at = excluded.changed_at
WHERE deliveries.state <> 'sending'
"""
"""A Later of a Later takes the place of the first: one row an occurrence and kind, back to planned by her tap only."""

_WALK = """
INSERT INTO walks (chat_id, reminder_no, day, body) VALUES (:chat, :no, :day, :body)
ON CONFLICT (chat_id, reminder_no, day) DO UPDATE SET body = excluded.body
"""
_NOT_COUNTED = """
UPDATE deliveries SET reason = 'settled' WHERE chat_id = :chat AND state = 'sent' AND said IS NULL AND reason IS NULL
"""
_SET_DUE = """
UPDATE reminders SET next_due = :due, next_day = :day, zone_data = :release WHERE chat_id = :chat AND no = :no
"""


async def apply_changes(tx: Transaction, cipher: Cipher, chat: int, changes: Sequence[WalkChange], now: int) -> None:
    """Apply changes in order, then derive anew what they concern.

    Args:
        tx: to write with; the chat has its row.
        cipher: seals care and walks.
        chat: a private chat.
        changes: of a turn.
        now: epoch seconds.
    """
    await tx.execute(_LOCK, {"chat": chat})
    await _Changes(tx, cipher, chat, now).apply(changes)


class _Changes:
    """The changes of one turn."""

    def __init__(self, tx: Transaction, cipher: Cipher, chat: int, now: int) -> None:
        self._tx = tx
        self._cipher = cipher
        self._chat = {"chat": chat}
        self._now = now
        self._anew: set[int] = set()
        """Reminders to derive anew; the others keep what they wait for, for it may be due this very second."""

    async def apply(self, changes: Sequence[WalkChange]) -> None:
        for change in changes:
            await self._one(change)
        if self._anew:
            await self._derive()

    async def _one(self, change: WalkChange) -> None:
        match change:
            case PutReminder(reminder):
                await self._put(reminder)
            case DeleteReminder(no):
                of_her = {**self._chat, "no": no}
                await self._tx.execute(f"DELETE FROM deliveries WHERE reminder_id = {_OF_HER}", of_her)  # noqa: S608
                await self._tx.execute("DELETE FROM reminders WHERE chat_id = :chat AND no = :no", of_her)
            case SetZone(zone):
                await self._zone(zone)
            case SetQuiet(quiet):
                hours = {"start": minute_of(quiet.start), "end": minute_of(quiet.end)}
                sql = "UPDATE chats SET quiet_start = :start, quiet_end = :end WHERE chat_id = :chat"
                await self._tx.execute(sql, {**self._chat, **hours})
            case SetCare(care):
                await self._care(care)
            case Answer(no, day, said):
                await self._answer(no, day, said)
            case Snooze(no, day, at, until):
                await self._answer(no, day, Said.LATER)  # what she said before, Done say, stays
                when = {"day": day_number(day), "at": at, "until": until, "now": self._now}
                await self._tx.execute(_SNOOZE, {**self._chat, "no": no, **when})
            case RecordWalk(no, walk):
                body = self._cipher.seal(walk_json(walk))
                await self._tx.execute(_WALK, {**self._chat, "no": no, "day": day_number(walk.day), "body": body})
            case _:
                assert_never(change)

    async def _put(self, wanted: Reminder) -> None:
        values = {
            **self._chat,
            "no": wanted.no,
            "at": minute_of(wanted.at),
            "days": bits(wanted.days),
            "minutes": wanted.minutes,
            "enabled": int(wanted.enabled),
            "paused_until": optional_day(wanted.paused_until),
        }
        old = await self._reminder(wanted.no)
        if old is None:
            await self._tx.execute(_INSERT, {**values, "last_day": optional_day(wanted.last_day), "now": self._now})
            self._anew.add(wanted.no)
            return
        await self._tx.execute(_UPDATE, values)
        if _rule(old) != _rule(wanted):  # other minutes move nothing
            await self._drop(Drop.STOPPED, f"reminder_id = {_OF_HER}", no=wanted.no)
        if old.next_due is None or _rule(old) != _rule(wanted):
            self._anew.add(wanted.no)

    async def _zone(self, zone: str) -> None:
        row = await self._tx.fetch_one(_CHAT, self._chat)
        if row and row[0] != zone:
            sql = "UPDATE chats SET timezone = :zone WHERE chat_id = :chat"
            await self._tx.execute(sql, {**self._chat, "zone": zone})
            await self._all_anew()

    async def _care(self, care: Care) -> None:
        row = await self._tx.fetch_one(_CHAT, self._chat)
        old = open_care(self._cipher, row[3] if row else None)
        sql = "UPDATE chats SET care = :care WHERE chat_id = :chat"
        await self._tx.execute(sql, {**self._chat, "care": seal_care(self._cipher, care)})
        if care.hold:
            await self._drop(WHY_HELD.get(care.hold, Drop.HELD), "chat_id = :chat")
        if bool(care.hold) != bool(old.hold):
            await self._all_anew()
        if (old.asked and not care.asked) or (old.hold is Hold.UNANSWERED and not care.hold):
            await self._tx.execute(_NOT_COUNTED, self._chat)

    async def _answer(self, no: int, day: date, said: Said) -> None:
        of_day = {"no": no, "day": day_number(day)}
        await self._tx.execute(_SAID, {**self._chat, **of_day, "said": said.value})
        if said is Said.LATER:
            return
        await self._drop(Drop.STOPPED, f"reminder_id = {_OF_HER} AND day = :day", **of_day)
        if await self._tx.execute(_NO_MORE_THAT_DAY, {**self._chat, **of_day}):
            self._anew.add(no)

    async def _drop(self, why: Drop, which: str, **of: int) -> None:
        await self._tx.execute(f"{_DROP} AND {which}", {**self._chat, **of, "why": why.value, "now": self._now})

    async def _reminder(self, no: int) -> Reminder | None:
        return next((r for r in await load_reminders(self._tx, self._chat["chat"]) if r.no == no), None)

    async def _all_anew(self) -> None:
        self._anew |= {reminder.no for reminder in await load_reminders(self._tx, self._chat["chat"])}

    async def _derive(self) -> None:
        row = await self._tx.fetch_one(_CHAT, self._chat)
        if row is None:
            return
        zone, start, end, care = row
        book = Book(zone=zone, quiet=quiet_of(start, end), care=open_care(self._cipher, care))
        for reminder in await load_reminders(self._tx, self._chat["chat"]):
            if reminder.no in self._anew:
                due = derive(book, reminder, zone_of(zone), self._now)
                values = {
                    **self._chat,
                    "no": reminder.no,
                    "due": due.instant if due else None,
                    "day": day_number(due.day) if due else None,
                    "release": zone_release(),
                }
                await self._tx.execute(_SET_DUE, values)


def _rule(reminder: Reminder) -> tuple[object, ...]:
    return reminder.at, reminder.days, reminder.enabled, reminder.paused_until

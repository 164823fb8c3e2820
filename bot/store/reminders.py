"""Reads what is kept of her walks: her care, the reminders, the walks, and the reminders that reached her."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from bot.schedule.model import NUDGES_S, WALKS_KEPT, Book, Care, DeliveryState, Hold, Kind, Nudge, Reminder, Said
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours
from bot.store.cipher import Cipher
from bot.store.columns import REMINDER, day_of, reminder_of, time_of
from bot.store.database import Transaction
from bot.store.sealed_columns import CARE, NUDGE, WALK
from bot.store.unreadable import read_or

_Value = TypeVar("_Value")

ON_THEIR_WAY = "('sending', 'sent', 'uncertain')"
"""States of which she may have the message before her: she may press a button before the sending is recorded."""

SETTLED = "settled"
"""The reason of a delivery that was sent and does not count as unanswered any more."""

_CHAT = "SELECT timezone, quiet_start, quiet_end, care FROM chats WHERE chat_id = :chat"

_REMINDERS = f"SELECT {REMINDER} FROM reminders WHERE chat_id = :chat ORDER BY no"  # noqa: S608

_WALKS = "SELECT reminder_no, day, body FROM walks WHERE chat_id = :chat ORDER BY day DESC, id DESC LIMIT :most"

_NUDGES = f"""
SELECT deliveries.id, reminders.no, deliveries.day, deliveries.kind, deliveries.due, deliveries.changed_at,
    deliveries.body, deliveries.said, deliveries.state, deliveries.reason
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


UNREADABLE_CARE = Care(hold=Hold.ALARM)
"""Where her care cannot be read an alarm may hold her walks: they wait until she says that she was seen, or presses
"Start again". Whether she needs a clearance is not known either, which counts as yes."""


def open_care(cipher: Cipher, chat: int, sealed: bytes | None, lost: set[str]) -> Care:
    """Her care; a fresh one where nothing is kept, `UNREADABLE_CARE` where it cannot be read.

    Args:
        lost: what of the chat cannot be read.
    """
    return read_or(cipher, sealed, CARE.of(chat), Care.from_json, unset=Care(), instead=UNREADABLE_CARE, lost=lost)


def seal_care(cipher: Cipher, chat: int, care: Care) -> bytes | None:
    """What `open_care` opens."""
    data = care.to_json()
    return cipher.seal(data, CARE.of(chat)) if data else None


def quiet_of(start: int | None, end: int | None) -> QuietHours:
    """Quiet hours of their columns, the default ones where unset."""
    return QuietHours() if start is None or end is None else QuietHours(time_of(start), time_of(end))


async def load_reminders(tx: Transaction, chat: int) -> tuple[Reminder, ...]:
    """The reminders of a chat by their number."""
    return tuple(reminder_of(row) for row in await tx.fetch_all(_REMINDERS, {"chat": chat}))


async def load_rules(tx: Transaction, cipher: Cipher, chat: int) -> Book:
    """The part of a book that decides what a change of it means: zone, quiet hours, care and reminders.

    Walks and nudges are left out: nothing that is written follows from them (see `bot.schedule.changes.apply`), and
    nudges may become others at any moment, for whoever sends reminders does not wait for the chat.

    Args:
        tx: to read with; for what is written then, it has locked the chat.
        cipher: opens her care.
        chat: a private chat; an empty book where it is not known.
    """
    row = await tx.fetch_one(_CHAT, {"chat": chat})
    if row is None:
        return Book()
    zone, start, end, care = row
    reminders = await load_reminders(tx, chat)
    return Book(zone=zone, quiet=quiet_of(start, end), care=open_care(cipher, chat, care, set()), reminders=reminders)


async def load_book(tx: Transaction, cipher: Cipher, chat: int, book: Book, now: float, *, lost: set[str]) -> Book:
    """The book with what lies in tables of its own.

    Args:
        tx: to read with.
        cipher: opens what is sealed.
        chat: a private chat.
        book: zone, quiet hours and care, as read from the chat itself.
        now: epoch seconds.
        lost: walks and nudges that cannot be read are left out, and their columns are added here.
    """
    walks = await tx.fetch_all(_WALKS, {"chat": chat, "most": WALKS_KEPT})
    nudges = await tx.fetch_all(_NUDGES, {"chat": chat, "since": int(now) - NUDGES_S})
    unanswered = await tx.fetch_one(_UNANSWERED, {"chat": chat})
    return replace(
        book,
        reminders=await load_reminders(tx, chat),
        walks=tuple(sorted(_readable(_walk(cipher, chat, row, lost) for row in reversed(walks)), key=_at)),
        nudges=tuple(_readable(_nudge(cipher, row, lost) for row in nudges)),
        unanswered=unanswered[0] if unanswered else 0,
    )


def walk_json(walk: Walk) -> dict[str, Any]:
    """What is sealed of a walk: all but its date."""
    return {"at": walk.at, "minutes": walk.minutes, "done": walk.done, "pain": walk.pain}


def walk_of(day: date, data: dict[str, Any]) -> Walk:
    """The walk of `walk_json`."""
    return Walk(at=data["at"], day=day, minutes=data["minutes"], done=data["done"], pain=data["pain"])


def _at(walk: Walk) -> int:
    return walk.at


def _readable(values: Iterable[_Value | None]) -> Iterator[_Value]:
    return (value for value in values if value is not None)


def _walk(cipher: Cipher, chat: int, row: tuple[Any, ...], lost: set[str]) -> Walk | None:
    no, day, body = row

    def read(data: dict[str, Any]) -> Walk | None:
        return walk_of(day_of(day), data)

    return read_or(cipher, body, WALK.of(chat, no, day), read, unset=None, instead=None, lost=lost)


def _nudge(cipher: Cipher, row: tuple[Any, ...], lost: set[str]) -> Nudge | None:
    delivery, no, day, kind, due, at, body, said, state, reason = row

    def read(data: dict[str, Any]) -> int | None:
        minutes: int = data["minutes"]
        return minutes

    minutes = read_or(cipher, body, NUDGE.of(delivery), read, unset=None, instead=None, lost=lost)
    if minutes is None:
        return None
    return Nudge(
        no=no,
        day=day_of(day),
        kind=Kind(kind),
        due=due,
        at=at,
        minutes=minutes,
        said=Said(said) if said else None,
        state=DeliveryState(state),
        settled=reason == SETTLED,
    )

"""All that is kept of a chat and its person, opened, in words that she can read. A test holds this to the schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.errors import SealError
from bot.store.cipher import Cipher
from bot.store.columns import day_of, days_of, time_of
from bot.store.database import Transaction
from bot.store.sealed_columns import SEALED as SEALED_COLUMNS
from bot.store.sealed_columns import SealedColumn

Reader = Callable[[Any], Any]

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_INSTANTS = frozenset(("at", "since", "checked_at", "chosen_at", "walked_at"))
"""Names in sealed values of instants, where they hold a number."""
_LONG_AGO = 100_000_000
"""Epoch seconds; what is less is no instant of ours."""


def instant(seconds: float) -> str:
    """Epoch seconds as ISO 8601 in UTC."""
    return datetime.fromtimestamp(int(seconds), UTC).isoformat()


def _same(value: Any) -> Any:
    return value


def _day(number: int) -> str:
    return day_of(number).isoformat()


def _minute(number: int) -> str:
    return f"{time_of(number):%H:%M}"


def _weekdays(value: int) -> list[str]:
    return [_WEEKDAYS[day] for day in sorted(days_of(value))]


SEALED = object()
"""Stands for a reader: the value is opened and its fields are told."""

COLUMNS: Mapping[str, Mapping[str, tuple[str, Reader | object]]] = {
    "chats": {
        "chat_id": ("chat_number", _same),
        "language": ("language", _same),
        "country": ("country", _same),
        "state": ("state", _same),
        "created_at": ("first_contact", instant),
        "seen_at": ("last_contact", instant),
        "profile": ("told_about_you", SEALED),
        "timezone": ("time_zone", _same),
        "quiet_start": ("quiet_from", _minute),
        "quiet_end": ("quiet_until", _minute),
        "care": ("care_for_walks", SEALED),
        "improve": ("helps_to_improve_the_bot", bool),
    },
    "context": {
        "chat_id": ("chat_number", _same),
        "user_id": ("user_number_in_a_group", _same),
        "body": ("last_talk", SEALED),
        "updated_at": ("changed", instant),
    },
    "feedback": {
        "user_id": ("user_number_in_a_group", _same),
        "day": ("day", _day),
        "body": ("rating", SEALED),
    },
    "reminders": {
        "no": ("number", _same),
        "at_minute": ("time", _minute),
        "days": ("weekdays", _weekdays),
        "minutes": ("minutes_to_walk", _same),
        "enabled": ("is_on", bool),
        "paused_until": ("paused_until", _day),
        "last_day": ("last_planned_day", _day),
        "next_due": ("next", instant),
        "next_day": ("next_day", _day),
        "zone_data": ("time_zone_data", _same),
        "created_at": ("made", instant),
    },
    "deliveries": {
        "day": ("day", _day),
        "kind": ("kind", _same),
        "due": ("chosen_time", instant),
        "send_at": ("time_to_send", instant),
        "until": ("latest_time_to_send", instant),
        "state": ("state", _same),
        "reason": ("reason", _same),
        "changed_at": ("changed", instant),
        "message_id": ("message_number", _same),
        "body": ("what_it_named", SEALED),
        "said": ("your_answer", _same),
    },
    "walks": {
        "reminder_no": ("reminder_number", _same),
        "day": ("day", _day),
        "body": ("walk", SEALED),
    },
    "inbox": {
        "update_id": ("message_number", _same),
        "received_at": ("received", instant),
        "payload": ("message_until_answered", SEALED),
        "reply": ("reply_until_sent", SEALED),
        "progress": ("messages_sent_of_it", _same),
        "urgent": ("about_safety", bool),
        "tries": ("tries", _same),
        "done_at": ("answered", instant),
    },
    "unanswered": {
        "day": ("day", _day),
        "outcome": ("how_it_was_answered", _same),
        "topic": ("topic", _same),
        "body": ("question_redacted", SEALED),
    },
}
"""Of each table with rows of a chat: what each column is called, and how it is read."""

NAMES = {
    "chats": "chat",
    "context": "last_talk",
    "feedback": "ratings",
    "reminders": "walk_reminders",
    "deliveries": "walk_reminders_sent",
    "walks": "walks",
    "inbox": "latest_messages",
    "unanswered": "questions_kept_to_improve_the_bot",
}
"""What each table is called."""

LEFT_OUT = {
    "chat_id": "the same in every row, and told with the chat; groups are told where they may be meant",
    "id": "a number of the database's own",
    "reminder_id": "a number of the database's own",
    "owner": "which of our processes works on it",
    "nonce": "a random word of that process",
    "feedback.topic": "made of the rating beside it; says nothing of its own",
}
"""Columns that are not told, by name or table and name, and why."""


async def export(tx: Transaction, cipher: Cipher, chat: int) -> dict[str, Any]:
    """Everything of a chat, and of its person in groups.

    Under the name of each table stands a list of its rows, each without its empty fields.

    Args:
        tx: to read with; all of it is of one instant.
        cipher: opens what is sealed; what does not open is told as such.
        chat: whose.

    Raises:
        StoreError: the database does not do its part.
    """
    told: dict[str, Any] = {}
    for table, columns in COLUMNS.items():
        sealed = {one.column: one for one in SEALED_COLUMNS if one.table == table}
        bound = {name for one in sealed.values() for name in one.names}
        names = (*columns, *sorted(bound - columns.keys()))
        hers = "chat_id = :chat OR user_id = :chat" if "user_id" in columns and chat > 0 else "chat_id = :chat"
        sql = f"SELECT {', '.join(names)} FROM {table} WHERE {hers}"  # noqa: S608 (names of our own)
        rows = [dict(zip(names, row, strict=True)) for row in await tx.fetch_all(sql, {"chat": chat})]
        told[NAMES[table]] = [_row(cipher, columns, sealed, row) for row in rows]
    return told


def _row(
    cipher: Cipher,
    columns: Mapping[str, tuple[str, Reader | object]],
    sealed: Mapping[str, SealedColumn],
    row: Mapping[str, Any],
) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for column, (name, reader) in columns.items():
        value = row[column]
        if value is None:
            continue
        if reader is SEALED:
            told[name] = _opened(cipher, value, sealed[column].of_row(row))
        else:
            told[name] = reader(value)  # type: ignore[operator]
    return told


def _opened(cipher: Cipher, sealed: bytes, purpose: str) -> Any:
    try:
        return readable(cipher.open(sealed, purpose))
    except SealError:
        return "sealed with a key that is lost: nobody can read it"


def readable(value: Any, name: str = "") -> Any:
    """A JSON value with its instants as ISO 8601 in UTC.

    Args:
        name: of the field that holds it.
    """
    if isinstance(value, Mapping):
        inner = "at" if name == "signs" else ""  # half-signs, each with its instant
        return {key: readable(one, inner or key) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [readable(one) for one in value]
    is_instant = name in _INSTANTS and isinstance(value, int | float) and value > _LONG_AGO
    return instant(value) if is_instant else value

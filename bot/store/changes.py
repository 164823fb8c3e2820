"""Writes what a change of her walks means, in the transaction of the turn. What it means is `bot.schedule.changes`.

The rows of the chat and of its reminders are locked before they are read, so what is decided from them stands when it
is written. Deliveries are not: a process that sends may take one at any moment. Each statement about deliveries
therefore looks itself, at the moment of writing, at the state that it goes by.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, assert_never

from bot.schedule.changes import apply
from bot.schedule.effects import (
    AddReminder,
    ChatEffect,
    DeliveryEffect,
    DropPlanned,
    Effect,
    PlanSnooze,
    RemoveReminder,
    SaveAnswer,
    SaveCare,
    SaveLastDay,
    SaveNextDue,
    SaveQuiet,
    SaveWalk,
    SaveZone,
    SettleUnanswered,
    UpdateReminder,
)
from bot.schedule.model import Reminder, WalkChange
from bot.store.cipher import Cipher
from bot.store.columns import bits, day_number, minute_of, optional_day
from bot.store.database import Transaction
from bot.store.reminders import ON_THEIR_WAY, SETTLED, load_rules, seal_care, walk_json
from bot.store.sealed_columns import WALK
from bot.timezones.tables import zone_release

Statement = tuple[str, Mapping[str, Any]]

_LOCK = "UPDATE reminders SET no = no WHERE chat_id = :chat"
"""Takes the rows in the order in which a tick does, so that the two wait for each other instead of blocking."""

_ZONE = "UPDATE chats SET timezone = :zone WHERE chat_id = :chat"
_QUIET = "UPDATE chats SET quiet_start = :start, quiet_end = :end WHERE chat_id = :chat"
_CARE = "UPDATE chats SET care = :care WHERE chat_id = :chat"

_ADD = """
INSERT INTO reminders (chat_id, no, at_minute, days, minutes, enabled, paused_until, last_day, created_at)
VALUES (:chat, :no, :at, :days, :minutes, :enabled, :paused_until, :last_day, :now)
"""
_UPDATE = """
UPDATE reminders
SET at_minute = :at, days = :days, minutes = :minutes, enabled = :enabled, paused_until = :paused_until
WHERE chat_id = :chat AND no = :no
"""
_OF_HER = "(SELECT id FROM reminders WHERE chat_id = :chat AND no = :no)"
_REMOVE = (
    f"DELETE FROM deliveries WHERE reminder_id = {_OF_HER}",  # noqa: S608
    "DELETE FROM reminders WHERE chat_id = :chat AND no = :no",
)
_LAST_DAY = "UPDATE reminders SET last_day = :day WHERE chat_id = :chat AND no = :no"
_NEXT_DUE = """
UPDATE reminders SET next_due = :due, next_day = :day, zone_data = :release WHERE chat_id = :chat AND no = :no
"""

_DROP = "UPDATE deliveries SET state = 'dropped', reason = :why, changed_at = :now WHERE state = 'planned'"
"""What has been claimed meanwhile is being sent: it is not dropped any more."""

_ANSWER = f"""
UPDATE deliveries SET said = :said WHERE reminder_id = {_OF_HER} AND day = :day AND state IN {ON_THEIR_WAY}
    AND (said IS NULL OR said = 'later' OR :said <> 'later')
"""  # noqa: S608
"""What she said before stands in the rows alone, and which have reached her is known at the moment of writing."""

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
"""A Later of a Later takes the place of the first: one row an occurrence and kind, back to planned by her tap only.

The row that it would take the place of may be claimed, and the day answered, after anything that was read before.
"""

_SETTLE = f"""
UPDATE deliveries SET reason = '{SETTLED}' WHERE chat_id = :chat AND state = 'sent' AND said IS NULL AND reason IS NULL
"""  # noqa: S608
"""One that is on its way now, and will be recorded as sent, is unanswered afterwards."""

_WALK = """
INSERT INTO walks (chat_id, reminder_no, day, body) VALUES (:chat, :no, :day, :body)
ON CONFLICT (chat_id, reminder_no, day) DO UPDATE SET body = excluded.body
"""


async def apply_changes(tx: Transaction, cipher: Cipher, chat: int, changes: Sequence[WalkChange], now: int) -> None:
    """Write what changes mean.

    Args:
        tx: to write with; it has locked the row of the chat.
        cipher: seals care and walks.
        chat: a private chat.
        changes: of a turn.
        now: epoch seconds.
    """
    await tx.execute(_LOCK, {"chat": chat})
    _, effects = apply(await load_rules(tx, cipher, chat), changes, now)
    for effect in effects:
        for sql, values in _statements(effect, cipher, chat):
            await tx.execute(sql, {"chat": chat, "now": now, **values})


def _statements(effect: Effect, cipher: Cipher, chat: int) -> Sequence[Statement]:
    """Statements with their parameters, beside :chat and :now."""
    match effect:
        case SaveWalk(no, walk):
            day = day_number(walk.day)
            return [(_WALK, {"no": no, "day": day, "body": cipher.seal(walk_json(walk), WALK.of(chat, no, day))})]
        case SaveZone() | SaveQuiet() | SaveCare():
            return [_of_chat(effect, cipher, chat)]
        case RemoveReminder(no):
            return [(sql, {"no": no}) for sql in _REMOVE]
        case AddReminder() | UpdateReminder() | SaveLastDay() | SaveNextDue():
            return [_of_reminder(effect)]
        case DropPlanned() | PlanSnooze() | SaveAnswer() | SettleUnanswered():
            return [_of_deliveries(effect)]
        case _:
            assert_never(effect)


def _of_chat(effect: ChatEffect, cipher: Cipher, chat: int) -> Statement:
    match effect:
        case SaveZone(zone):
            return _ZONE, {"zone": zone}
        case SaveQuiet(quiet):
            return _QUIET, {"start": minute_of(quiet.start), "end": minute_of(quiet.end)}
        case SaveCare(care):
            return _CARE, {"care": seal_care(cipher, chat, care)}
        case _:
            assert_never(effect)


def _of_reminder(effect: AddReminder | UpdateReminder | SaveLastDay | SaveNextDue) -> Statement:
    match effect:
        case AddReminder(reminder):
            return _ADD, {**_chosen(reminder), "last_day": optional_day(reminder.last_day)}
        case UpdateReminder(reminder):
            return _UPDATE, _chosen(reminder)
        case SaveLastDay(no, day):
            return _LAST_DAY, {"no": no, "day": day_number(day)}
        case SaveNextDue(no, due):
            when = {"due": due.instant if due else None, "day": day_number(due.day) if due else None}
            return _NEXT_DUE, {"no": no, **when, "release": zone_release()}
        case _:
            assert_never(effect)


def _of_deliveries(effect: DeliveryEffect) -> Statement:
    match effect:
        case DropPlanned(why, None):
            return f"{_DROP} AND chat_id = :chat", {"why": why.value}
        case DropPlanned(why, no, None):
            return f"{_DROP} AND reminder_id = {_OF_HER}", {"why": why.value, "no": no}
        case DropPlanned(why, no, day):
            of_day = {"no": no, "day": optional_day(day)}
            return f"{_DROP} AND reminder_id = {_OF_HER} AND day = :day", {"why": why.value, **of_day}
        case PlanSnooze(no, day, at, until):
            return _SNOOZE, {"no": no, "day": day_number(day), "at": at, "until": until}
        case SaveAnswer(no, day, said):
            return _ANSWER, {"no": no, "day": day_number(day), "said": said.value}
        case SettleUnanswered():
            return _SETTLE, {}
        case _:
            assert_never(effect)


def _chosen(reminder: Reminder) -> dict[str, Any]:
    return {
        "no": reminder.no,
        "at": minute_of(reminder.at),
        "days": bits(reminder.days),
        "minutes": reminder.minutes,
        "enabled": int(reminder.enabled),
        "paused_until": optional_day(reminder.paused_until),
    }

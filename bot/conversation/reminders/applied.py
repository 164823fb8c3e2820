"""What changes of the walks make of a book, as the store will: for the rest of a turn, and for stores in memory."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from bot.schedule.model import (
    WALKS_KEPT,
    Answer,
    Book,
    DeleteReminder,
    Hold,
    PutReminder,
    RecordWalk,
    Said,
    SetCare,
    SetQuiet,
    SetZone,
    Snooze,
    WalkChange,
)
from bot.schedule.plan_model import Walk


def applied(book: Book, changes: Iterable[WalkChange]) -> Book:
    """The book after changes, in order. What is due is not derived anew: `Reminder.next_due` stays as it was."""
    for change in changes:
        book = _applied(book, change)
    return book


def _applied(book: Book, change: WalkChange) -> Book:
    match change:
        case PutReminder(reminder):
            others = [r for r in book.reminders if r.no != reminder.no]
            return replace(book, reminders=tuple(sorted((*others, reminder), key=lambda r: r.no)))
        case DeleteReminder(no):
            return replace(book, reminders=tuple(r for r in book.reminders if r.no != no))
        case SetZone(zone):
            return replace(book, zone=zone)
        case SetQuiet(quiet):
            return replace(book, quiet=quiet)
        case SetCare(care):
            old = book.care
            settled = (old.asked and not care.asked) or (old.hold is Hold.UNANSWERED and not care.hold)
            return replace(book, care=care, unanswered=0 if settled else book.unanswered)
        case Answer(no, day, said):
            return _said(book, no, day, said)
        case Snooze(no, day):
            return _said(book, no, day, Said.LATER)
        case RecordWalk(_, walk):
            return replace(book, walks=_recorded(book.walks, walk))


def _said(book: Book, no: int, day: date, said: Said) -> Book:
    nudges = tuple(replace(n, said=said) if (n.no, n.day) == (no, day) else n for n in book.nudges)
    return replace(book, nudges=nudges, unanswered=0)


def _recorded(walks: tuple[Walk, ...], walk: Walk) -> tuple[Walk, ...]:
    """A book does not say of which reminder a walk is; the conversation keeps the instant of one that it corrects."""
    others = [w for w in walks if (w.day, w.at) != (walk.day, walk.at)]
    return tuple(sorted((*others, walk), key=lambda w: w.at)[-WALKS_KEPT:])

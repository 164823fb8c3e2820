"""What changes make of a book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from bot.conversation.reminders.applied import applied
from bot.schedule.model import (
    WALKS_KEPT,
    Answer,
    Book,
    Care,
    DeleteReminder,
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
)
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours

DAY = date(2026, 11, 23)
NUDGE = Nudge(no=1, day=DAY, kind=Kind.WALK, at=100, minutes=10)
BOOK = Book(reminders=(Reminder(no=1, at=time(10)),), nudges=(NUDGE,), unanswered=3)


def test_reminders() -> None:
    changed = Reminder(no=1, at=time(11))
    other = Reminder(no=2, at=time(9))
    assert applied(BOOK, (PutReminder(other), PutReminder(changed))).reminders == (changed, other)
    assert not applied(BOOK, (DeleteReminder(1), DeleteReminder(1))).reminders


def test_settings() -> None:
    care = Care(hold=Hold.ALARM)
    book = applied(BOOK, (SetZone("Europe/Oslo"), SetQuiet(QuietHours(time(22))), SetCare(care)))
    assert (book.zone, book.quiet.start, book.care, book.unanswered) == ("Europe/Oslo", time(22), care, 3)


def test_going_on_starts_the_count_anew() -> None:
    asked = replace(BOOK, care=Care(asked=True))
    assert applied(asked, (SetCare(Care()),)).unanswered == 0


def test_answers() -> None:
    for change, said in ((Answer(1, DAY, Said.DONE), Said.DONE), (Snooze(1, DAY, 200, 300), Said.LATER)):
        book = applied(BOOK, (change,))
        assert [n.said for n in book.nudges] == [said]
        assert book.unanswered == 0


def test_walks() -> None:
    walk = Walk(at=200, day=DAY, minutes=10)
    book = applied(BOOK, (RecordWalk(1, walk), RecordWalk(1, replace(walk, pain=3))))
    assert book.walks == (replace(walk, pain=3),)
    many = [RecordWalk(1, Walk(at=n, day=DAY, minutes=5)) for n in range(100)]
    assert len(applied(BOOK, many).walks) == WALKS_KEPT

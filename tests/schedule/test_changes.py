"""What changes make of a book, and what has to be written for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.schedule.changes import apply
from bot.schedule.due import derive, zone_of
from bot.schedule.effects import (
    AddReminder,
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
from bot.schedule.model import (
    FOREVER,
    WALKS_KEPT,
    Answer,
    Book,
    Care,
    DeleteReminder,
    DeliveryState,
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
from bot.schedule.occurrence import Occurrence
from bot.schedule.plan_model import Walk
from bot.schedule.quiet import QuietHours
from tests.schedule.changes import books, changes

DAY = date(2026, 11, 23)
NUDGE = Nudge(no=1, day=DAY, kind=Kind.WALK, due=100, at=100, minutes=10)
BOOK = Book(reminders=(Reminder(no=1, at=time(10)),), nudges=(NUDGE,), unanswered=3)
OSLO = ZoneInfo("Europe/Oslo")


def instant(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=OSLO).timestamp())


NOW = instant("2026-11-23 09:00")
TODAY = Occurrence(DAY, instant("2026-11-23 10:00"))
TOMORROW = Occurrence(DAY + timedelta(1), instant("2026-11-24 10:00"))
TEN = Reminder(no=1, at=time(10), days=frozenset(range(7)), next_due=TODAY.instant)
WALKING = Book(zone="Europe/Oslo", reminders=(TEN,))


def book_of(book: Book, *made: WalkChange) -> Book:
    return apply(book, made, NOW)[0]


def effects_of(book: Book, *made: WalkChange) -> tuple[Effect, ...]:
    return apply(book, made, NOW)[1]


def test_nothing_changes_nothing() -> None:
    assert apply(WALKING, (), NOW) == (WALKING, ())


def test_reminders() -> None:
    changed = Reminder(no=1, at=time(11))
    other = Reminder(no=2, at=time(9))
    assert book_of(BOOK, PutReminder(other), PutReminder(changed)).reminders == (changed, other)
    assert not book_of(BOOK, DeleteReminder(1), DeleteReminder(1)).reminders


def test_settings() -> None:
    care = Care(hold=Hold.ALARM)
    book = book_of(BOOK, SetZone("Europe/Oslo"), SetQuiet(QuietHours(time(22))), SetCare(care))
    assert (book.zone, book.quiet.start, book.care, book.unanswered) == ("Europe/Oslo", time(22), care, 3)


def test_going_on_starts_the_count_anew() -> None:
    asked = replace(BOOK, care=Care(asked=True))
    book = book_of(asked, SetCare(Care()))
    assert book.unanswered == 0
    assert [nudge.settled for nudge in book.nudges] == [True]
    held = replace(BOOK, care=Care(hold=Hold.UNANSWERED))
    for settled in (effects_of(asked, SetCare(Care())), effects_of(held, SetCare(Care()))):
        assert SettleUnanswered() in settled
    for kept in (Care(asked=True, gentle=True), Care(asked=True, hold=Hold.UNANSWERED)):
        assert book_of(asked, SetCare(kept)).unanswered == 3


def test_answers() -> None:
    for change, said in ((Answer(1, DAY, Said.DONE), Said.DONE), (Snooze(1, DAY, 200, 300), Said.LATER)):
        book = book_of(BOOK, change)
        assert [n.said for n in book.nudges] == [said]
        assert book.unanswered == 0


def test_walks() -> None:
    walk = Walk(at=200, day=DAY, minutes=10)
    book = book_of(BOOK, RecordWalk(1, walk), RecordWalk(1, replace(walk, pain=3)))
    assert book.walks == (replace(walk, pain=3),)
    many = [RecordWalk(1, Walk(at=n, day=DAY, minutes=5)) for n in range(100)]
    assert len(book_of(BOOK, *many).walks) == WALKS_KEPT
    assert effects_of(BOOK, RecordWalk(1, walk)) == (SaveWalk(1, walk),)


def test_a_new_reminder_is_derived_whatever_it_says() -> None:
    new = Reminder(no=2, at=time(10), days=frozenset(range(7)), last_day=DAY, next_due=5)
    book, effects = apply(WALKING, (PutReminder(new),), NOW)
    assert book.reminders == (TEN, replace(new, next_due=TOMORROW.instant))
    assert effects == (AddReminder(replace(new, next_due=None)), SaveNextDue(2, TOMORROW))


def test_another_rule_drops_what_is_planned_and_derives_anew() -> None:
    at_eleven = replace(TEN, at=time(11), last_day=DAY + timedelta(9), next_due=5)
    book, effects = apply(WALKING, (PutReminder(at_eleven),), NOW)
    due = Occurrence(DAY, instant("2026-11-23 11:00"))
    kept = replace(TEN, at=time(11))
    assert book.reminders == (replace(kept, next_due=due.instant),)
    assert effects == (UpdateReminder(kept), DropPlanned(Drop.STOPPED, 1), SaveNextDue(1, due))


@pytest.mark.parametrize("changed", [replace(TEN, enabled=False), replace(TEN, paused_until=FOREVER)])
def test_a_stop_drops_what_is_planned_and_nothing_is_due(changed: Reminder) -> None:
    book, effects = apply(WALKING, (PutReminder(changed),), NOW)
    assert effects[1:] == (DropPlanned(Drop.STOPPED, 1), SaveNextDue(1, None))
    assert book.reminders == (replace(changed, next_due=None),)


def test_other_minutes_move_nothing() -> None:
    longer = replace(TEN, minutes=20)
    late = TODAY.instant + 1  # due this very second, and not yet planned
    assert apply(WALKING, (PutReminder(longer),), late) == (
        replace(WALKING, reminders=(longer,)),
        (UpdateReminder(longer),),
    )


def test_what_waits_for_nothing_is_derived_anew() -> None:
    resting = replace(WALKING, reminders=(replace(TEN, next_due=None),))
    book, effects = apply(resting, (PutReminder(replace(TEN, minutes=20)),), NOW)
    assert effects[1:] == (SaveNextDue(1, TODAY),)
    assert book.reminders[0].next_due == TODAY.instant


def test_a_reminder_goes_with_what_was_sent_of_it() -> None:
    other = replace(NUDGE, no=2)
    book, effects = apply(replace(BOOK, nudges=(NUDGE, other), unanswered=2), (DeleteReminder(1),), NOW)
    assert (book.reminders, book.nudges, book.unanswered) == ((), (other,), 1)
    assert effects == (RemoveReminder(1),)
    assert effects_of(book, DeleteReminder(1)) == ()


def test_another_zone_derives_all_anew_and_the_same_none() -> None:
    book, effects = apply(WALKING, (SetZone("Asia/Tokyo"),), NOW)
    assert effects == (SaveZone("Asia/Tokyo"), SaveNextDue(1, Occurrence(TOMORROW.day, instant("2026-11-24 02:00"))))
    assert book.reminders[0].next_due == instant("2026-11-24 02:00")
    assert apply(WALKING, (SetZone("Europe/Oslo"),), NOW) == (WALKING, ())
    assert effects_of(WALKING, SetZone("Nowhere/At_All"))[1:] == (SaveNextDue(1, None),)


def test_quiet_hours_move_nothing() -> None:
    quiet = QuietHours(time(9), time(11))
    assert apply(WALKING, (SetQuiet(quiet),), NOW) == (replace(WALKING, quiet=quiet), (SaveQuiet(quiet),))


@pytest.mark.parametrize(
    ("hold", "why"),
    [
        (Hold.ALARM, Drop.HELD),
        (Hold.CHECK, Drop.HELD),
        (Hold.AWAY, Drop.AWAY),
        (Hold.UNANSWERED, Drop.STOPPED),
    ],
)
def test_a_hold_drops_all_and_its_end_derives_anew(hold: Hold, why: Drop) -> None:
    care = Care(hold=hold)
    held, effects = apply(WALKING, (SetCare(care),), NOW)
    assert effects == (SaveCare(care), DropPlanned(why), SaveNextDue(1, None))
    assert held.reminders[0].next_due is None
    other = Care(hold=hold, gentle=True)
    assert effects_of(held, SetCare(other)) == (SaveCare(other), DropPlanned(why))
    assert book_of(held, SetCare(Care())) == WALKING


def test_care_without_a_hold_moves_nothing() -> None:
    assert effects_of(WALKING, SetCare(Care(gentle=True))) == (SaveCare(Care(gentle=True)),)


def test_what_is_due_is_derived_once_by_what_all_changes_leave() -> None:
    made = (SetCare(Care(hold=Hold.CHECK)), PutReminder(replace(TEN, at=time(11))), SetCare(Care()))
    found = [effect for effect in effects_of(WALKING, *made) if isinstance(effect, SaveNextDue)]
    assert found == [SaveNextDue(1, Occurrence(DAY, instant("2026-11-23 11:00")))]


@pytest.mark.parametrize("said", [Said.DONE, Said.NOT_TODAY])
def test_an_answer_ends_the_day(said: Said) -> None:
    book, effects = apply(WALKING, (Answer(1, DAY, said),), NOW)
    assert book.reminders == (replace(TEN, last_day=DAY, next_due=TOMORROW.instant),)
    drop = DropPlanned(Drop.STOPPED, 1, DAY)
    assert effects == (SaveAnswer(1, DAY, said), drop, SaveLastDay(1, DAY), SaveNextDue(1, TOMORROW))
    assert effects_of(book, Answer(1, DAY, said)) == (SaveAnswer(1, DAY, said), drop)  # the last day never goes back


def test_later_ends_nothing() -> None:
    assert apply(WALKING, (Answer(1, DAY, Said.LATER),), NOW) == (WALKING, (SaveAnswer(1, DAY, Said.LATER),))
    assert apply(WALKING, (Snooze(1, DAY, 200, 300),), NOW) == (
        WALKING,
        (SaveAnswer(1, DAY, Said.LATER), PlanSnooze(1, DAY, 200, 300)),
    )


def test_later_takes_the_place_of_no_other_answer() -> None:
    done = replace(BOOK, nudges=(replace(NUDGE, said=Said.DONE),))
    for later in (Answer(1, DAY, Said.LATER), Snooze(1, DAY, 200, 300)):
        assert book_of(done, later).nudges == done.nudges
    assert [n.said for n in book_of(done, Answer(1, DAY, Said.NOT_TODAY)).nudges] == [Said.NOT_TODAY]


def test_a_later_of_a_later_waits_anew() -> None:
    later = replace(NUDGE, kind=Kind.LATER, due=200)
    told = replace(NUDGE, said=Said.LATER)
    book = replace(BOOK, nudges=(NUDGE, later), unanswered=2)
    assert book_of(book, Snooze(1, DAY, 300, 400)).nudges == (told,)
    sending = replace(later, state=DeliveryState.SENDING)
    book = replace(book, nudges=(NUDGE, sending))
    assert book_of(book, Snooze(1, DAY, 300, 400)).nudges == (told, replace(sending, said=Said.LATER))


def test_nothing_is_said_to_a_reminder_that_is_not_there() -> None:
    for change in (Answer(2, DAY, Said.DONE), Snooze(2, DAY, 200, 300)):
        assert apply(BOOK, (change,), NOW) == (BOOK, ())


def test_an_answer_leaves_what_was_due_since_unanswered() -> None:
    days = [DAY + timedelta(n) for n in range(4)]
    nudges = tuple(replace(NUDGE, day=day, due=100 * n) for n, day in enumerate(days, 1))
    book = replace(BOOK, nudges=nudges, unanswered=7)  # three are older than the book goes back
    assert book_of(book, Answer(1, days[1], Said.DONE)).unanswered == 2
    assert book_of(book, Answer(1, days[3], Said.LATER)).unanswered == 0
    assert book_of(book, Answer(1, DAY - timedelta(1), Said.DONE)).unanswered == 7
    uncertain = (*nudges[:3], replace(nudges[3], state=DeliveryState.UNCERTAIN))
    assert book_of(replace(book, nudges=uncertain), Answer(1, days[1], Said.DONE)).unanswered == 1


@given(books, st.lists(changes, max_size=5), st.integers(NOW, NOW + 10**6))
def test_what_is_written_follows_from_zone_care_and_reminders_alone(
    book: Book, made: list[WalkChange], now: int
) -> None:
    bare = replace(book, walks=(), nudges=(), unanswered=0)
    assert apply(book, made, now)[1] == apply(bare, made, now)[1]


@given(books, st.lists(changes, max_size=5), st.integers(NOW, NOW + 10**6))
def test_any_change_leaves_a_book_that_holds_together(book: Book, made: list[WalkChange], now: int) -> None:
    after, effects = apply(book, made, now)
    numbers = [reminder.no for reminder in after.reminders]
    assert numbers == sorted(set(numbers))
    assert {nudge.no for nudge in after.nudges} <= set(numbers)
    assert after.unanswered >= 0
    anew = {effect.no: effect.due for effect in effects if isinstance(effect, SaveNextDue)}
    for reminder in after.reminders:
        before = book.reminder(reminder.no)
        if reminder.no in anew:
            due = derive(after, reminder, zone_of(after.zone), now)
            assert (anew[reminder.no], reminder.next_due) == (due, due.instant if due else None)
        else:
            assert before is not None
            assert reminder.next_due == before.next_due
    if after.care.hold and not book.care.hold:
        assert all(reminder.next_due is None for reminder in after.reminders)

"""What stops the walks of a chat as a whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest
from hypothesis import given

from bot.schedule.changes import apply
from bot.schedule.holds import UNANSWERED_MOST, gone_away, must_ask, must_stop, stopped_unanswered, why_held
from bot.schedule.model import Book, Care, Drop, Hold, Reminder, SetCare
from tests.schedule.changes import books, cares

BOOK = Book(reminders=(Reminder(no=1, at=time(10)),))


def test_why_held() -> None:
    assert {hold: why_held(hold) for hold in Hold} == {
        Hold.NONE: None,
        Hold.ALARM: Drop.HELD,
        Hold.CHECK: Drop.HELD,
        Hold.UNANSWERED: Drop.STOPPED,
        Hold.AWAY: Drop.AWAY,
    }


def test_she_is_asked_once_and_then_left_alone() -> None:
    asked = Care(asked=True)
    counts = range(UNANSWERED_MOST - 1, UNANSWERED_MOST + 2)
    assert [must_ask(Book(unanswered=n)) for n in counts] == [False, True, True]
    assert not any(must_ask(Book(unanswered=n, care=asked)) for n in counts)
    assert [must_stop(Book(unanswered=n, care=asked)) for n in counts] == [False, False, True]
    assert not any(must_stop(Book(unanswered=n)) for n in counts)


@pytest.mark.parametrize("hold", list(Hold))
def test_being_away_lifts_no_hold_for_her_safety(hold: Hold) -> None:
    care = Care(hold=hold, since=3, flag="fever", asked=True, gentle=True)
    found = gone_away(replace(BOOK, care=care), 7)
    if hold in (Hold.NONE, Hold.UNANSWERED):
        assert found == (SetCare(replace(care, hold=Hold.AWAY, since=7, asked=False)),)
    else:
        assert found == ()
    assert gone_away(Book(care=care), 7) == ()  # without reminders there is nothing to hold


@pytest.mark.parametrize("hold", list(Hold))
@pytest.mark.parametrize("asked", [False, True])
def test_only_who_was_asked_and_is_not_held_is_stopped(hold: Hold, asked: bool) -> None:
    care = Care(hold=hold, asked=asked, gentle=True)
    found = stopped_unanswered(replace(BOOK, care=care), 7)
    if hold is Hold.NONE and asked:
        assert found == (SetCare(Care(hold=Hold.UNANSWERED, since=7, asked=True, gentle=True)),)
    else:
        assert found == ()


@given(books)
def test_both_are_done_once(book: Book) -> None:
    for decide in (gone_away, stopped_unanswered):
        after, _ = apply(book, decide(book, 7), 7)
        assert decide(after, 8) == ()


@given(cares, cares, cares)
def test_care_is_rebased_field_by_field(current: Care, was: Care, wanted: Care) -> None:
    assert was.rebased(was, wanted) == wanted
    assert current.rebased(was, was) == current
    for name in ("hold", "asked", "gentle"):
        source = current if getattr(was, name) == getattr(wanted, name) else wanted
        assert getattr(current.rebased(was, wanted), name) == getattr(source, name)

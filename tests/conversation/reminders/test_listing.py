"""/reminders: list, pause, stop, delete, undo."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.conversation.actions.parts import packed, unpacked
from bot.conversation.dialogue import Conversation
from bot.schedule.model import FOREVER, Care, Hold, PutReminder, Reminder
from tests.conversation.chats import actions_of, text_of
from tests.conversation.reminders.chats import CLEARED, WalkChat
from tests.conversation.reminders.conftest import Walking


def test_the_list(walking: WalkChat) -> None:
    said = text_of(walking.commands("reminders"))
    for part in ("Mon, Wed, Fri around 10:00", "Next: Wed 25 Nov", "10:00 (Oslo)", "21:00 to 08:00"):
        assert part in said


def test_an_empty_list_offers_one(chat: WalkChat) -> None:
    for text in ("walk reminders off", "my walk reminders", "pause my reminders for a week", "resume my reminders"):
        reply = chat.says(text)
        assert "no walk reminders" in text_of(reply), text
        assert not chat.changes


@pytest.mark.parametrize("way", ["button", "words"])
def test_stop_and_undo_in_one_tap(walking: WalkChat, way: str) -> None:
    walking.presses("walk:stop:7") if way == "button" else walking.says("walk reminders off")
    assert not walking.book.reminders[0].enabled
    stopped = walking.last
    assert "already" in text_of(walking.presses("walk:stop:7"))
    assert not walking.changes
    walking.last = stopped
    walking.taps("Undo")
    assert walking.book.reminders[0].enabled


@pytest.mark.parametrize(
    "text", ["stop", "Stop!", "stop all", "please stop", "quit", "leave me alone", "i want to stop the walks", "/stop"]
)
def test_a_mere_stop_stops_all_at_once(walking: WalkChat, text: str) -> None:
    walking.with_reminder(Reminder(no=8, at=time(16)))
    walking.commands("stop") if text == "/stop" else walking.says(text)
    assert not any(r.enabled for r in walking.book.reminders)
    walking.taps("Undo")
    assert all(r.enabled for r in walking.book.reminders)


@pytest.mark.parametrize("text", ["stop", "STOP", "please stop", "unsubscribe", "Unsubscribe me please", "/stop"])
def test_a_mere_stop_of_one_without_reminders_is_told_that_nothing_comes(chat: WalkChat, text: str) -> None:
    said = chat.commands("stop") if text == "/stop" else chat.says(text)
    assert "no walk reminders" in text_of(said)
    assert not actions_of(said)


@pytest.mark.parametrize("text", ["stop", "unsubscribe"])
def test_a_mere_stop_of_what_is_stopped(walking: WalkChat, text: str) -> None:
    walking.says("stop")
    assert "stopped already" in text_of(walking.says(text))
    assert not walking.changes


def test_a_mere_cancel_is_about_what_is_open(chat: WalkChat) -> None:
    assert text_of(chat.says("cancel")) == text_of(chat.commands("cancel"))


@pytest.mark.parametrize("done", ["walk:stop:7", "walk:delete:7"])
def test_undo_may_be_typed(walking: WalkChat, done: str) -> None:
    walking.presses(done)
    walking.says("Undo")
    assert [r.enabled for r in walking.book.reminders] == [True]
    walking.says("undo")
    assert len(walking.book.reminders) == 1


@pytest.mark.parametrize(
    ("shown", "text", "said"),
    [
        ("list", "new reminder", "which days"), ("list", "quiet hours", "Between them"), ("list", "pause", "how long"),
        ("list", "time zone", "Where are you"), ("show:7", "time", "what time"), ("show:7", "days", "which days"),
        ("show:7", "minutes", "How long"), ("show:7", "pause", "how long"), ("show:7", "delete", "Deleted"),
    ],
)  # fmt: skip
def test_labels_of_the_list_may_be_typed(walking: WalkChat, shown: str, text: str, said: str) -> None:
    walking.presses(f"walk:{shown}")
    assert said in text_of(walking.says(text))


def test_change_may_be_typed_to_a_reminder(walking: WalkChat) -> None:
    assert walking.nudged(7)
    walking.says("change")
    assert "Delete" in text_of(walking.last)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["stop ibuprofen", "should i stop", "when does the pain stop", "stop the bleeding"])
def test_what_else_may_stop(walking: WalkChat, text: str) -> None:
    walking.says(text)
    assert walking.book.reminders[0].enabled


@pytest.mark.parametrize("text", ["resume", "start again", "please start the walks again"])
def test_a_mere_resume(walking: WalkChat, text: str) -> None:
    walking.says("pause reminders for 3 days")
    walking.says(text)
    assert walking.book.reminders[0].paused_until is None
    walking.says(text)
    assert not walking.changes


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("my doctor says i may exercise now", True),
        ("Midwife said walking is fine", True),
        ("i got cleared for exercise", True),
        ("my doctor says i may not exercise", False),
        ("my doctor told me to wait with exercise", False),
        ("i can walk 5 minutes", False),
    ],
)
def test_a_clearance_in_words_is_asked_about_and_never_taken(walking_as: Walking, text: str, asks: bool) -> None:
    chat = walking_as(care=Care(needs_clearance=True, gentle=True))
    assert ("said since then" in text_of(chat.says(text))) is asks
    assert chat.book.care.cleared_on is None
    if asks:
        chat.says("yes")
        assert chat.book.care.cleared_on


def test_the_end_of_a_pause_that_is_no_date_asks_for_no_new_reminder(walking: WalkChat) -> None:
    walking.commands("remind")
    said = text_of(walking.says("pause until feb 30"))
    assert "no such date" in said
    assert "Your walk reminders" in said


def test_stopping_by_time_and_day(walking: WalkChat) -> None:
    walking.commands("remind", "sunday at 12:00")
    walking.says("yes")
    walking.says("stop the 12:00 reminder")
    assert [r.enabled for r in walking.book.reminders] == [True, False]
    assert "none like that" in text_of(walking.says("stop the 9:00 reminder"))


@pytest.mark.parametrize(
    ("text", "until"),
    [
        ("pause my walk reminders until 5 december", date(2026, 12, 5)),
        ("pause my reminders for 3 days", date(2026, 11, 26)),
        ("no walks for a week", date(2026, 11, 30)),
    ],
)
def test_pause_in_words(walking: WalkChat, text: str, until: date) -> None:
    walking.says(text)
    assert walking.book.reminders[0].paused_until == until
    walking.taps("Undo")
    assert walking.book.reminders[0].paused_until is None


def test_pause_by_buttons(walking: WalkChat) -> None:
    walking.presses("walk:pause:7")
    walking.taps("1 week")
    assert walking.book.reminders[0].paused_until == date(2026, 11, 30)
    assert "Paused until Mon 30 Nov" in text_of(walking.commands("reminders"))
    walking.presses("walk:pause:7")
    walking.taps("Until I say so")
    assert walking.book.reminders[0].paused_until == FOREVER
    walking.says("resume my walk reminders")
    assert walking.book.reminders[0].paused_until is None


@pytest.mark.parametrize("text", ["until yesterday", "feb 30", "until 2031"])
def test_a_pause_that_cannot_be(walking: WalkChat, text: str) -> None:
    walking.presses("walk:pause:7")
    assert text_of(walking.says(text))
    assert not walking.changes


def test_undoing_a_pause_leaves_stopped_ones_stopped(walking: WalkChat) -> None:
    walking.presses("walk:stop:7")
    walking.says("pause my reminders for a week")
    walking.taps("Undo")
    assert not walking.book.reminders[0].enabled


def test_delete_and_undo(walking: WalkChat) -> None:
    walking.presses("walk:delete:7")
    assert not walking.book.reminders
    deleted = walking.last
    assert "out of date" in text_of(walking.presses("walk:delete:7"))
    walking.last = deleted
    walking.taps("Undo")
    (again,) = walking.book.reminders
    assert (again.at, again.days, again.minutes) == (time(10), frozenset((0, 2, 4)), None)
    assert again.no != 7, "a number is never used again"
    walking.last = deleted
    walking.taps("Undo")
    assert len(walking.book.reminders) == 1


def test_change_in_words(walking: WalkChat) -> None:
    walking.says("change my reminder to 11:30")
    walking.taps("Yes, set it")
    assert [r.at for r in walking.book.reminders] == [time(11, 30)]


def test_a_question_about_reminders_is_answered(walking: WalkChat) -> None:
    assert walking.says("how do i change my reminder").topics[0] == "reminders-help"
    assert "Each reminder" not in text_of(walking.last)  # type: ignore[arg-type]
    assert not walking.changes


@pytest.mark.parametrize("text", ["300 reminders", "i want 300 walk reminders"])
def test_too_many(walking: WalkChat, text: str) -> None:
    assert "at most 5" in text_of(walking.says(text))
    assert not walking.changes


@pytest.mark.parametrize("hold", [Hold.AWAY, Hold.UNANSWERED])
def test_what_was_paused_by_itself_starts_by_a_tap_only(
    conversation: Conversation, walking_as: Walking, hold: Hold
) -> None:
    chat = walking_as(care=Care(needs_clearance=False, hold=hold, asked=True))
    assert chat.says("hello")
    assert chat.book.care.hold is hold
    chat.commands("reminders")
    chat.taps("Start again")
    assert chat.book.care == CLEARED


def test_back_after_blocking_she_is_asked_once(walking_as: Walking) -> None:
    chat = walking_as(care=Care(needs_clearance=False, hold=Hold.AWAY))
    assert "Shall they start again" in text_of(chat.says("how do i lift my toddler"))
    assert "Shall they start again" not in text_of(chat.says("how long does it last"))
    assert chat.book.care.hold is Hold.AWAY
    chat.presses("walk:again")
    assert not chat.book.care.hold


def test_numbers_in_a_button() -> None:
    numbers = [1_795_424_700 + n for n in range(5)]
    assert unpacked(packed(numbers)) == numbers
    assert len(f"walk:on:{packed(numbers)}") <= 64


def test_a_chat_of_another_time(walking: WalkChat) -> None:
    walking.presses("walk:zone")
    walking.says("kathmandu")
    assert walking.book.zone == "Asia/Kathmandu"
    assert PutReminder(Reminder(no=7, at=time(10))) not in walking.changes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("pause walks until feb 30", "no such date"),
        ("unsubscribe", "Nothing more comes"),
        ("i want to change the time of my reminder", "Minutes"),
        ("remind me to walk every other day", "days of the week only"),
    ],
)
def test_other_words(walking: WalkChat, text: str, said: str) -> None:
    assert said in text_of(walking.says(text))

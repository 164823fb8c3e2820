"""Buttons and words that come later than what they were for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.conversation.reply import Outcome
from bot.conversation.state import Birth, Profile, Stage
from bot.schedule.model import FOREVER, Care, Drop, Hold, Snooze
from bot.schedule.quiet import QuietHours
from tests.conversation.chats import actions_of, text_of
from tests.conversation.reminders.chats import CLEARED, WalkChat
from tests.conversation.reminders.conftest import Walking
from tests.conversation.reminders.test_holds import ALARM, checked


def test_going_on_lifts_no_alarm(walking: WalkChat) -> None:
    walking.state = replace(walking.state, book=replace(walking.book, unanswered=5))
    walking.nudged(7)
    walking.says(ALARM)
    said = text_of(walking.presses("walk:go-on:7"))
    assert walking.book.care.hold is Hold.ALARM
    assert walking.state.context.alarm
    assert "wait until you have been seen" in said
    assert walking.nudged(7) is Drop.HELD


@pytest.mark.parametrize("hold", [Hold.UNANSWERED, Hold.AWAY])
@pytest.mark.parametrize("action", ["walk:go-on:7", "walk:resume:7", "walk:on:7", "walk:unpause:7"])
def test_with_an_open_check_nothing_starts(walking_as: Walking, action: str, hold: Hold) -> None:
    chat = walking_as(care=replace(CLEARED, hold=hold, since=1))
    checked(chat)
    chat.presses(action)
    assert chat.state.context.check
    assert chat.book.care.hold is Hold.CHECK
    chat.later(days=2)
    chat.state = replace(chat.state, context=replace(chat.state.context, check=None))  # as when the context is over
    assert chat.nudged(7) is Drop.HELD


class TestLater:
    @pytest.mark.parametrize("ended", ["stop", "pause", "alarm"])
    @pytest.mark.parametrize("action", ["walk:later:7:2026-11-23", "walk:later:7:2026-11-23:60"])
    def test_nothing_is_promised_that_will_not_come(self, walking: WalkChat, ended: str, action: str) -> None:
        walking.nudged(7)
        match ended:
            case "stop":
                walking.presses("walk:stop:7")
            case "pause":
                walking.says("pause my walk reminders for 3 days")
            case _:
                walking.says(ALARM)
        said = text_of(walking.presses(action))
        assert "I write again around" not in said
        assert "When shall I ask again" not in said
        assert not any(isinstance(change, Snooze) for change in walking.changes)

    def test_otherwise_it_comes(self, walking: WalkChat) -> None:
        walking.nudged(7)
        assert "I write again" in text_of(walking.presses("walk:later:7:2026-11-23:60"))


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("until", [None, date(2026, 12, 24), FOREVER])
def test_undoing_a_deletion_gives_back_what_there_was(walking_as: Walking, enabled: bool, until: date | None) -> None:
    today = date(2026, 11, 23)
    chat = walking_as(enabled=enabled, paused_until=until, minutes=20, last_day=today)
    old = chat.book.reminders[0]
    chat.presses("walk:delete:7")
    assert max(len(a) for a in actions_of(chat.last)) <= 64  # type: ignore[arg-type]
    chat.taps("Undo")
    new = chat.book.reminders[0]
    assert replace(new, no=old.no) == old


def test_a_clearance_taken_back_in_the_profile(walking_as: Walking) -> None:
    section = Profile(stage=Stage.AFTER_BIRTH, birth=Birth.CAESAREAN, cleared=True, greeted=True, offered=True)
    chat = walking_as(section, Care(cleared_on=date(2026, 11, 1)), minutes=25)
    chat.presses("set:cleared:no")
    assert chat.book.care.cleared_on is None
    assert chat.nudged(7) is Drop.HELD


@pytest.mark.parametrize("text", ["oslo", "new york", "i live in oslo", "UTC+2", "olso"])
def test_a_place_typed_at_the_line_to_confirm_changes_the_zone(chat: WalkChat, text: str) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    for answer in ("no", "berlin"):
        chat.says(answer)
    assert chat.state.context.walk
    assert chat.state.context.walk.step == "confirm"
    said = text_of(chat.says(text))
    assert chat.state.context.walk
    assert (chat.state.context.walk.step, chat.state.context.walk.zone) != ("confirm", "Europe/Berlin")
    assert "Is that right?" in said
    chat.taps("Yes, set it")
    assert chat.book.zone not in (None, "Europe/Berlin")


def test_a_question_at_the_line_to_confirm_is_no_place(chat: WalkChat) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    for answer in ("no", "berlin"):
        chat.says(answer)
    chat.says("why does my back hurt")
    assert chat.state.context.walk
    assert chat.state.context.walk.zone == "Europe/Berlin"


def test_a_time_in_quiet_hours_is_confirmed_also_when_it_is_the_last_thing_changed(walking: WalkChat) -> None:
    walking.state = replace(walking.state, book=replace(walking.book, quiet=QuietHours(time(21), time(9, 30))))
    walking.presses("walk:edit:7:days")
    walking.presses("walk:a:days:02")
    walking.presses("walk:step:time")
    said = text_of(walking.presses("walk:a:time:0900"))
    assert "in your quiet hours" in said


def test_the_usual_time_may_lie_in_quiet_hours(chat: WalkChat) -> None:
    chat.state = replace(chat.state, book=replace(chat.book, quiet=QuietHours(time(21), time(11))))
    chat.commands("remind")
    chat.taps("Mon, Wed, Fri")
    said = text_of(chat.presses("walk:a:time:skip"))
    assert "10:00 is in your quiet hours" in said
    chat.taps("Yes, write at 10:00")
    assert chat.state.context.walk
    assert chat.state.context.walk.step == "safety"


def test_no_button_is_too_long(walking: WalkChat) -> None:
    shown = [walking.commands("reminders"), walking.presses("walk:show:7")]
    walking.nudged(7)
    shown += [walking.presses("walk:done:7:2026-11-23"), walking.presses("walk:later:7:2026-11-23")]
    assert all(len(a.encode()) <= 64 for reply in shown for a in actions_of(reply))


def test_an_alarm_outweighs_the_reply_to_a_walk(walking: WalkChat) -> None:
    walking.nudged(7)
    reply = walking.says("done, pain 3, and i cant feel my legs and i cant hold my pee")
    assert reply.outcome is Outcome.ALARM
    assert walking.at - timedelta(days=1) < walking.at


@pytest.mark.parametrize("text", ["nice", "nope", "lovely", "hmm", "all right"])
def test_other_words_at_the_line_to_confirm_are_no_place(chat: WalkChat, text: str) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    for answer in ("no", "berlin"):
        chat.says(answer)
    chat.says(text)
    assert chat.state.context.walk is None or chat.state.context.walk.zone == "Europe/Berlin"


def test_yes_to_an_older_and_lesser_check_answers_no_other(walking: WalkChat) -> None:
    checked(walking)
    flags = walking.conversation.knowledge.flags.values()
    lesser = next(f for f in flags if f.level == "soon" and f.id != walking.state.context.check)
    walking.presses(f"check:{lesser.id}:yes")
    assert walking.book.care.soon
    assert walking.book.care.hold is Hold.CHECK


def test_going_on_after_a_pause_says_nothing_of_a_soon_alarm(walking_as: Walking) -> None:
    for action in ("walk:again", "walk:resume:7", "walk:go-on:7"):
        chat = walking_as(care=replace(CLEARED, hold=Hold.UNANSWERED, soon=True))
        chat.presses(action)
        assert (chat.book.care.hold, chat.book.care.soon) == (Hold.NONE, True)
        chat.presses("walk:seen")
        assert not chat.book.care.soon

"""Safety before walks: clearance, alarms, checks, and what lifts them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import Composed
from bot.conversation.reply import Outcome
from bot.conversation.state import Birth, Profile, Stage
from bot.schedule.model import Care, Drop, Hold, SetCare
from tests.conversation.chats import Chat, actions_of, text_of
from tests.conversation.reminders.chats import WalkChat
from tests.conversation.reminders.conftest import Walking

ALARM = "i cant feel my legs and i cant hold my pee"
SECTION = Profile(stage=Stage.AFTER_BIRTH, birth=Birth.CAESAREAN, greeted=True, offered=True)


def checked(chat: WalkChat) -> None:
    """Bring about an open safety check."""
    for flag in chat.conversation.knowledge.flags.values():
        for text in flag.examples:
            fresh = chat.conversation.understanding.triage(text)
            if fresh.kind == "check":
                assert chat.says(text).outcome is Outcome.CHECK
                return
    pytest.fail("no example asks back")


class TestClearance:
    def test_a_caesarean_without_clearance(self, walking_as: Walking) -> None:
        chat = walking_as(SECTION, Care(gentle=True, ask=True), minutes=25)
        made = chat.nudged(7)
        assert isinstance(made, Composed)
        said = text_of(made.reply)
        assert made.minutes == 10
        assert "even ground" in said
        assert "check-up" in said
        assert "pole" not in said

    def test_gentle_walks_only_if_she_wants_them(self, walking_as: Walking) -> None:
        assert walking_as(SECTION, Care()).nudged(7) is Drop.HELD

    def test_a_caesarean_with_clearance(self, walking_as: Walking) -> None:
        chat = walking_as(SECTION, Care(cleared_on=date(2026, 11, 1)), minutes=25)
        made = chat.nudged(7)
        assert isinstance(made, Composed)
        assert made.minutes == 25

    def test_she_tells_of_the_clearance(self, walking_as: Walking) -> None:
        chat = walking_as(SECTION, Care(gentle=True))
        chat.commands("reminders")
        chat.taps("I may exercise now")
        chat.taps("Yes")
        assert chat.book.care.cleared_on == date(2026, 11, 23)
        assert chat.state.context.walk is None

    def test_the_profile_tells_of_it(self, walking_as: Walking) -> None:
        chat = walking_as(SECTION, Care(gentle=True))
        chat.presses("set:cleared:yes")
        assert chat.book.care.cleared_on == date(2026, 11, 23)

    def test_after_the_birth_it_is_asked_anew(self, walking_as: Walking) -> None:
        chat = walking_as(Profile(stage=Stage.PREGNANT, greeted=True, offered=True, country="GB"))
        chat.presses("set:stage:after-birth")
        chat.taps("In the last 2 weeks")
        chat.taps("Vaginal birth")
        assert chat.nudged(7) is Drop.HELD
        assert "at the birth" in text_of(chat.presses("set:cleared:skip"))
        chat.taps("No")
        assert isinstance(chat.nudged(7), Composed)

    def test_after_a_loss_nothing_is_asked_and_walks_are_gentle(self, walking_as: Walking) -> None:
        chat = walking_as(Profile(stage=Stage.PREGNANT, greeted=True, offered=True))
        assert "walk" not in text_of(chat.says("i lost my baby")).lower().replace("moving and walking", "")
        made = chat.nudged(7)
        assert isinstance(made, Composed)
        assert "even ground" in text_of(made.reply)


class TestAlarms:
    @pytest.mark.parametrize("way", ["typed", "button", "check"])
    def test_an_alarm_holds_all_walks(self, walking: WalkChat, way: str) -> None:
        match way:
            case "typed":
                reply = walking.says(ALARM)
            case "button":
                reply = walking.presses("check:blood-clot-leg:yes")
            case _:
                checked(walking)
                assert walking.book.care.hold is Hold.CHECK
                reply = walking.says("yes")
                if reply.level == "soon":
                    return
        assert reply.outcome is Outcome.ALARM
        assert walking.book.care.hold is Hold.ALARM
        assert walking.book.care.flag == reply.flag
        assert walking.nudged(7) is Drop.HELD
        assert "wait until you have been seen" in text_of(reply)

    @pytest.mark.parametrize("way", ["Start again", "i have been seen", "been to the doctor"])
    def test_until_she_has_been_seen(self, walking: WalkChat, way: str) -> None:
        walking.says(ALARM)
        walking.taps(way) if way == "Start again" else walking.says(way)
        assert walking.book.care.hold is Hold.NONE
        assert walking.book.care.checked_at
        walking.presses("set:country:GB")
        assert walking.book.care.hold is Hold.NONE, "an alarm that is dealt with is not raised again"

    def test_a_resume_in_words_does_not_lift_it(self, walking: WalkChat) -> None:
        walking.says(ALARM)
        assert "wait until you have been seen" in text_of(walking.says("resume my walk reminders"))
        assert walking.book.care.hold is Hold.ALARM

    def test_an_open_check_holds_and_a_clear_no_lifts_it(self, walking: WalkChat) -> None:
        checked(walking)
        assert walking.book.care.hold is Hold.CHECK
        assert walking.nudged(7) is Drop.HELD
        assert walking.presses("walk:again").outcome is Outcome.CHECK, "the question comes first"
        walking.says("no")
        assert not walking.book.care.hold

    def test_a_no_does_not_lift_an_alarm(self, walking: WalkChat) -> None:
        walking.says(ALARM)
        walking.state = replace(walking.state, context=replace(walking.state.context, alarm=None))
        checked(walking)
        walking.says("no")
        assert walking.book.care.hold is Hold.ALARM

    def test_a_check_does_not_wake_what_was_paused(self, walking_as: Walking) -> None:
        chat = walking_as(care=Care(needs_clearance=False, hold=Hold.UNANSWERED, asked=True))
        checked(chat)
        chat.says("no")
        assert chat.book.care.hold is Hold.UNANSWERED

    def test_a_soon_alarm_holds_growth_only(self, walking: WalkChat) -> None:
        reply = walking.presses("check:not-improving:yes")
        assert reply.level == "soon"
        assert walking.book.care.soon
        assert walking.book.care.hold is Hold.NONE
        assert isinstance(walking.nudged(7), Composed)
        walking.presses("walk:seen")
        assert not walking.book.care.soon

    def test_nothing_is_emitted_where_nothing_changes(self, walking: WalkChat) -> None:
        walking.says(ALARM)
        walking.says(ALARM)
        assert not walking.changes
        walking.says("how long does it last")
        assert not walking.changes

    def test_also_where_she_has_no_reminders_yet(self, chat: WalkChat) -> None:
        chat.says(ALARM)
        assert [type(c) for c in chat.changes] == [SetCare]
        assert "walk:again" not in actions_of(chat.last)  # type: ignore[arg-type]

    def test_when_the_conversation_fails(self, walking: WalkChat, conversation: Conversation) -> None:
        turn = conversation.seek_help(Message(at=walking.at, text=ALARM), walking.state)
        assert turn
        assert turn.state.book.care.hold is Hold.ALARM

    def test_not_in_groups(self, group: Chat) -> None:
        turn = group.conversation.respond(Message(at=group.at, text=ALARM, group=True), group.state)
        assert turn.reply.outcome is Outcome.ALARM
        assert not turn.walks

    def test_a_violent_home_needs_nobody_to_see_her(self, walking: WalkChat) -> None:
        reply = walking.presses("check:domestic-violence:yes")
        assert walking.book.care.hold is Hold.ALARM
        assert "have been seen" not in text_of(reply)

    def test_a_set_up_goes_on_after_a_check(self, walking: WalkChat) -> None:
        walking.commands("remind")
        checked(walking)
        assert "walk:go" in actions_of(walking.says("no"))

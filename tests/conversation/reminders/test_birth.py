"""A birth told in a sentence: what was cleared before it is not cleared after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.conversation.ports import Composed
from bot.conversation.reply import Outcome
from bot.conversation.state import Birth, Profile, Stage
from bot.schedule.model import Care, Drop, Hold
from tests.conversation.chats import text_of
from tests.conversation.reminders.chats import WalkChat
from tests.conversation.reminders.conftest import Walking

PREGNANT = Profile(stage=Stage.PREGNANT, cleared=True, country="GB", greeted=True, offered=True)
TOLD = "I gave birth by caesarean 3 days ago"


@pytest.mark.parametrize(
    "text",
    [
        TOLD,
        "i had a c-section last week and my back aches, what helps",
        "my baby was born yesterday and my hips ache",
        "how far can i walk after my csection?",
        "had my little boy on monday and my back is sore",
        "i am 2 weeks postpartum and my back hurts",
        "my first baby is 5 days old and my back hurts",
        "she was born on monday by caesarean and my back hurts",
        "i gave birth by planned caesarean on friday, my mother helps me",
    ],
)
@pytest.mark.parametrize("care", [Care(needs_clearance=False), Care()])
def test_it_asks_anew_and_nothing_comes_until_then(walking_as: Walking, text: str, care: Care) -> None:
    chat = walking_as(PREGNANT, care, minutes=25)
    reply = chat.says(text)
    said = text_of(chat.says("no") if reply.outcome is Outcome.CHECK else reply)
    assert "so I ask anew" in said
    assert chat.nudged(7) is Drop.HELD
    chat.taps("I have given birth")
    chat.taps("In the last 2 weeks")
    chat.taps("Caesarean")
    chat.taps("Not yet")
    assert (chat.state.profile.stage, chat.state.profile.birth) == (Stage.AFTER_BIRTH, Birth.CAESAREAN)
    assert chat.nudged(7) is Drop.HELD


@pytest.mark.parametrize(
    "text",
    [
        "my sister gave birth by caesarean 3 days ago, how long will she be in pain",
        "i will have a caesarean next week, when can i walk then",
        "i am 38 weeks pregnant, had a c section with my first, my back hurts",
        "how long does it take to heal after a c-section",
        "my back hurts when i walk",
        "how long does back pain last after giving birth",
        "my first was born by caesarean and my back hurts",
        "i want to walk until the baby is born",
        "i had a c section two years ago and my back hurts",
    ],
)
def test_of_somebody_else_or_another_time_it_is_none(walking_as: Walking, text: str) -> None:
    chat = walking_as(PREGNANT, Care(needs_clearance=False), minutes=25)
    reply = chat.says(text)
    assert "ask anew" not in text_of(chat.says("no") if reply.outcome is Outcome.CHECK else reply)
    assert isinstance(chat.nudged(7), Composed)


def test_still_pregnant_after_all(walking_as: Walking) -> None:
    chat = walking_as(PREGNANT, Care(needs_clearance=False), minutes=25)
    chat.says(TOLD)
    chat.says("no")
    chat.taps("I am pregnant")
    said = text_of(chat.presses("set:due:skip"))
    assert "told to rest" in said
    chat.taps("No")
    made = chat.nudged(7)
    assert isinstance(made, Composed)
    assert made.minutes == 25


def test_with_an_alarm_it_is_asked_once_she_has_been_seen(walking_as: Walking) -> None:
    chat = walking_as(PREGNANT, Care(needs_clearance=False))
    chat.says("i gave birth by caesarean 3 days ago and i cant feel my legs and i cant hold my pee")
    assert chat.book.care.hold is Hold.ALARM
    said = text_of(chat.taps("Start again"))
    assert "ask anew" in said
    assert chat.nudged(7) is Drop.HELD


def test_while_a_pain_is_asked(walking_as: Walking) -> None:
    chat = walking_as(PREGNANT, Care(needs_clearance=False))
    chat.nudged(7)
    chat.taps("Done")
    assert "ask anew" in text_of(chat.says("my baby was born yesterday and my hips ache"))


def test_without_reminders_the_profile_is_asked_all_the_same(chat: WalkChat) -> None:
    chat.state = replace(chat.state, profile=PREGNANT)
    assert "Where are you now?" in text_of(chat.says("my baby was born yesterday and my hips ache"))
    assert chat.state.profile.cleared is None


@pytest.mark.parametrize("stage", [None, Stage.AFTER_BIRTH])
def test_a_caesarean_that_nobody_had_told_of(walking_as: Walking, stage: Stage | None) -> None:
    chat = walking_as(Profile(stage=stage, country="GB", greeted=True, offered=True), Care(needs_clearance=False))
    assert "ask anew" in text_of(chat.says("i had a caesarean 2 weeks ago, how do i get out of bed"))
    assert chat.nudged(7) is Drop.HELD
    chat.presses("walk:a:safety:yes")
    chat.presses("walk:a:cleared:yes")
    assert isinstance(chat.nudged(7), Composed)
    assert "ask anew" not in text_of(chat.says("i had a caesarean 2 weeks ago, how do i get out of bed"))


@pytest.mark.parametrize("care", [Care(), Care(needs_clearance=False), Care(cleared_on=date(2026, 11, 1))])
def test_after_a_loss_what_was_cleared_before_is_not(walking_as: Walking, care: Care) -> None:
    chat = walking_as(PREGNANT, care, minutes=25)
    chat.says("i lost my baby")
    assert chat.state.profile.stage is Stage.LOSS
    made = chat.nudged(7)
    assert isinstance(made, Composed)
    assert made.minutes == 10
    assert "even ground" in text_of(made.reply)

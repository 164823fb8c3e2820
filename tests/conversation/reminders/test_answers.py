"""The reminder, and what she answers to it by buttons and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from bot.conversation.loss import LossFilter
from bot.conversation.ports import Composed
from bot.conversation.reminders.composer import ReminderComposer
from bot.conversation.reply import Outcome
from bot.conversation.state import Birth, Profile, Stage
from bot.schedule.model import Answer, Care, Drop, Hold, RecordWalk, Reminder, Said, Snooze
from bot.schedule.plan_model import Walk
from tests.conversation.chats import actions_of, text_of
from tests.conversation.reminders.chats import MONDAY, WalkChat
from tests.conversation.reminders.conftest import Walking

TODAY = date(2026, 11, 23)
HEALTH = ("pain", "back", "pelvi", "walk", "birth", "caesarean", "doctor", "midwife", "exercise", "baby")


def sent(chat: WalkChat) -> str:
    made = chat.nudged(7)
    assert isinstance(made, Composed)
    return text_of(made.reply)


def walked(*pains: int | None, minutes: int = 10, since: int = 2) -> tuple[Walk, ...]:
    """Walks every other day up to two days ago."""
    days = range(-since - 2 * (len(pains) - 1), 0, 2)
    at = int(MONDAY.timestamp())
    return tuple(
        Walk(at=at + d * 86400, day=TODAY + timedelta(days=d), minutes=minutes, pain=p)
        for d, p in zip(days, pains, strict=False)
    )


class TestTheMessage:
    def test_it_names_minutes_and_one_tip_and_can_be_answered(self, walking: WalkChat) -> None:
        made = walking.nudged(7)
        assert isinstance(made, Composed)
        (card,) = made.reply.cards
        assert "10 minutes" in card.blocks[0].text
        assert made.minutes == 10
        assert [len(b.items) for b in card.blocks if b.items] == [1]
        assert [a.split(":")[1] for a in actions_of(made.reply)] == ["done", "later", "not-today", "show", "stop"]
        assert all(len(a.encode()) <= 64 for a in actions_of(made.reply))

    def test_its_first_line_says_nothing_of_health(self, walking_as: Walking) -> None:
        for care in (Care(needs_clearance=False), Care(needs_clearance=True, gentle=True, ask=True)):
            first = sent(walking_as(care=care)).split("\n")[0].lower()
            assert not any(word in first for word in HEALTH)

    def test_tips_rotate(self, walking: WalkChat) -> None:
        said = set()
        for _ in range(5):
            said.add(walking.nudged(7).reply.cards[0].blocks[-1].items)  # type: ignore[union-attr]
            walking.says("done")
            walking.presses(f"walk:a:pain:7:{walking.book.nudges[-1].day}:0:skip")
            walking.later(days=1)
        assert len(said) > 3

    @pytest.mark.parametrize("birth", [None, *Birth])
    @pytest.mark.parametrize("stage", [None, *Stage])
    @pytest.mark.parametrize("cleared", [True, False])
    def test_tips_fit_her(
        self, walking_as: Walking, loss: LossFilter, stage: Stage | None, birth: Birth | None, cleared: bool
    ) -> None:
        chat = walking_as(Profile(stage=stage, birth=birth, cleared=cleared, greeted=True), Care(gentle=True))
        composer = chat.conversation.composer
        assert isinstance(composer, ReminderComposer)
        tips = composer.tips.fitting(chat.state, TODAY)
        assert len(tips) >= 3
        for tip in tips:
            assert not (stage is Stage.LOSS and loss.hurts(tip))
            if not cleared:
                assert "pole" not in tip
                assert "longer" not in tip or tip.startswith("Ask")

    def test_no_later_where_it_would_end_in_quiet_hours(self, walking: WalkChat) -> None:
        walking.later(hours=10.5)
        made = walking.nudged(7)
        assert isinstance(made, Composed)
        assert not any("later" in a for a in actions_of(made.reply))

    def test_after_a_loss_nothing_speaks_of_a_child(self, walking_as: Walking, loss: LossFilter) -> None:
        chat = walking_as(Profile(stage=Stage.LOSS, greeted=True, offered=True), Care(gentle=True, ask=True))
        for _ in range(14):
            assert not loss.hurts(sent(chat))
            chat.later(days=1)
            chat.state = replace(chat.state, book=replace(chat.book, unanswered=0))
        chat.state = replace(chat.state, book=replace(chat.book, unanswered=5))
        assert not loss.hurts(sent(chat))
        for answer in ("done", "9", "no", "/"):
            assert not loss.hurts(text_of(chat.says(answer)))
        for name in ("remind", "reminders"):
            assert not loss.hurts(text_of(chat.commands(name)))

    @pytest.mark.parametrize(
        ("reminder", "care", "why"),
        [
            ({"enabled": False}, {}, Drop.STOPPED), ({"paused_until": TODAY + timedelta(days=1)}, {}, Drop.STOPPED),
            ({}, {"hold": Hold.ALARM}, Drop.HELD), ({}, {"hold": Hold.CHECK}, Drop.HELD),
            ({}, {"hold": Hold.AWAY}, Drop.AWAY), ({}, {"hold": Hold.UNANSWERED}, Drop.STOPPED),
            ({}, {"needs_clearance": True}, Drop.HELD), ({}, {"needs_clearance": None}, Drop.HELD),
        ],
    )  # fmt: skip
    def test_what_is_not_sent(
        self, walking_as: Walking, reminder: dict[str, object], care: dict[str, object], why: Drop
    ) -> None:
        chat = walking_as(care=Care(**{"needs_clearance": False, **care}), **reminder)  # type: ignore[arg-type]
        assert chat.nudged(7) is why

    def test_nothing_more_after_done(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.taps("Done")
        assert walking.nudged(7) is Drop.STOPPED

    def test_a_pause_of_until_today_is_over(self, walking_as: Walking) -> None:
        assert "10 minutes" in sent(walking_as(paused_until=TODAY))


class TestDone:
    def test_by_buttons(self, walking: WalkChat) -> None:
        walking.nudged(7)
        assert "How does your back feel" in text_of(walking.taps("Done"))
        assert walking.changes[0] == Answer(7, TODAY, Said.DONE)
        assert "noted 3" in text_of(walking.taps("3"))
        assert [(w.minutes, w.pain, w.day) for w in walking.book.walks] == [(10, 3, TODAY)]

    def test_twice(self, walking: WalkChat) -> None:
        walking.nudged(7)
        action = f"walk:done:7:{TODAY}"
        asked = text_of(walking.presses(action))
        assert text_of(walking.presses(action)) == asked  # the question stays open
        assert not walking.changes
        assert len(walking.book.walks) == 1
        walking.taps("3")
        assert "noted already" in text_of(walking.presses(action))
        assert not walking.changes

    def test_the_pain_may_be_left_out(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.taps("Done")
        walking.taps("Skip")
        assert walking.book.walks[0].pain is None
        assert walking.state.context.walk is None

    @pytest.mark.parametrize(
        ("text", "minutes", "pain"),
        [
            ("done", 10, None), ("did 15 min, pain 3", 15, 3), ("walked 20 minutes", 20, None),
            ("i walked, no pain", 10, 0), ("Done! pain 4/10", 10, 4), ("we went out for 12 min", 12, None),
        ],
    )  # fmt: skip
    def test_in_words(self, walking: WalkChat, text: str, minutes: int, pain: int | None) -> None:
        walking.nudged(7)
        walking.says(text)
        (walk,) = walking.book.walks
        assert (walk.minutes, walk.pain) == (minutes, pain)

    @pytest.mark.parametrize(
        ("text", "pain"), [("3", 3), ("about 2", 2), ("pain 4", 4), ("no pain", 0), ("skip", None)]
    )
    def test_the_pain_in_words(self, walking: WalkChat, text: str, pain: int | None) -> None:
        walking.nudged(7)
        walking.says("done")
        walking.says(text)
        assert [w.pain for w in walking.book.walks] == [pain]

    def test_a_correction_takes_the_place_of_the_first(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.says("done")
        walking.says("2")
        walking.says("did 15 min, pain 4")
        assert [(w.minutes, w.pain) for w in walking.book.walks] == [(15, 4)]

    def test_an_alarm_in_the_answer_is_an_alarm(self, walking: WalkChat) -> None:
        walking.nudged(7)
        assert walking.says("done but now my chest hurts and i cant breathe").outcome is Outcome.ALARM
        assert walking.book.care.hold is Hold.ALARM

    def test_without_a_reminder_the_words_mean_nothing(self, walking: WalkChat) -> None:
        walking.says("not today thanks")
        assert not any(isinstance(c, Answer | RecordWalk) for c in walking.changes)

    def test_yesterdays_reminder_is_not_meant(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.later(days=1.1)
        walking.says("done")
        assert not walking.changes


class TestNotTodayAndLater:
    @pytest.mark.parametrize("text", ["not today", "too tired today", "skip", "cant today", "no"])
    def test_not_today_in_words(self, walking: WalkChat, text: str) -> None:
        walking.nudged(7)
        assert "rest day" in text_of(walking.says(text))
        assert walking.changes == (Answer(7, TODAY, Said.NOT_TODAY),)
        assert walking.nudged(7) is Drop.STOPPED

    def test_not_today_after_a_question(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.says("is relaxin the reason my pelvis hurts")
        assert "rest day" in text_of(walking.says("not today"))

    def test_done_after_not_today(self, walking: WalkChat) -> None:
        walking.nudged(7)
        first = walking.last
        walking.taps("Not today")
        walking.last = first
        walking.taps("Done")
        assert len(walking.book.walks) == 1
        walking.last = first
        walking.taps("Not today")
        assert not walking.changes

    def test_later_by_buttons(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.taps("Later")
        assert not walking.changes
        walking.taps("In 1 hour")
        (change,) = walking.changes
        assert isinstance(change, Snooze)
        assert (change.no, change.day) == (7, TODAY)
        assert change.at == int(walking.at.timestamp()) - 30 + 3600
        assert change.until > change.at
        assert "already" in text_of(walking.presses(f"walk:later:7:{TODAY}:30"))
        assert not walking.changes

    @pytest.mark.parametrize(("text", "asks"), [("later", True), ("in an hour", False), ("later, 30 min", False),
                                                ("in 20 minutes", True)])  # fmt: skip
    def test_later_in_words(self, walking: WalkChat, text: str, asks: bool) -> None:
        walking.nudged(7)
        walking.says(text)
        assert bool(walking.changes) is not asks

    def test_later_pressed_too_late(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.later(hours=10.8)
        assert "no later time" in text_of(walking.presses(f"walk:later:7:{TODAY}:30"))
        assert not walking.changes

    def test_stop_in_words(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.says("stop")
        assert not walking.book.reminders[0].enabled


class TestThePlan:
    def plan(self, walking: WalkChat, *walks: Walk, own: int | None = None) -> str:
        reminder = Reminder(no=7, at=time(10), minutes=own)
        walking.state = replace(walking.state, book=replace(walking.book, walks=walks, reminders=(reminder,)))
        return sent(walking)

    def test_grows_after_a_week(self, walking: WalkChat) -> None:
        assert "15 minutes" in self.plan(walking, *walked(1, 1, 1, 1, 1))

    @pytest.mark.parametrize(
        ("pains", "said"), [((2, 6), "kept short"), ((0, 1, 2, 4), "stays as it is"), ((1, 4), "gone up")]
    )
    def test_says_why_it_holds_or_shortens(self, walking: WalkChat, pains: tuple[int, ...], said: str) -> None:
        assert said in self.plan(walking, *walked(*pains)) or "gone up" in text_of(walking.last)  # type: ignore[arg-type]

    def test_steps_back_after_a_pause(self, walking: WalkChat) -> None:
        text = self.plan(walking, *walked(1, since=17))
        assert "some time ago" in text
        assert "5 minutes" in text

    def test_her_own_minutes_are_shortened_by_pain_until_she_chooses_again(self, walking_as: Walking) -> None:
        chat = walking_as(minutes=30)
        chat.nudged(7)
        chat.says("done")
        said = text_of(chat.says("6"))
        assert "25 minutes" in said
        assert "shorter than you chose" in said
        chat.taps("Choose my own minutes")
        chat.says("30")
        assert "30 minutes." in text_of(chat.last)  # type: ignore[arg-type]
        chat.says("yes")
        chat.later(days=2)
        assert "30 minutes" in sent(chat)
        chat.says("done pain 6")
        chat.later(days=2)
        text = sent(chat)
        assert "25 minutes" in text
        assert "shorter than you chose" in text
        assert "30 minutes (for now 25)" in text_of(chat.commands("reminders"))

    def test_a_longer_walk_of_her_own_does_not_make_it_jump(self, walking: WalkChat) -> None:
        walking.nudged(7)
        said = text_of(walking.says("did 30 min pain 1"))
        assert "10 minutes" in said
        assert "grows slowly" in said

    @pytest.mark.parametrize(
        ("text", "pain"),
        [
            ("three", 3),
            ("3", 3),
            ("10", 10),
            ("none", 0),
            ("no pain", 0),
            ("pain free", 0),
            ("it is 4", 4),
            ("back 2", 2),
        ],
    )
    def test_pain_in_words(self, walking: WalkChat, text: str, pain: int) -> None:
        walking.nudged(7)
        walking.says("done")
        walking.says(text)
        assert walking.book.walks[-1].pain == pain

    @pytest.mark.parametrize("text", ["11", "quite sore", "bad", "still a bit sore", "ok", "qwrtz"])
    def test_pain_without_a_number_of_the_scale_is_asked_again(self, walking: WalkChat, text: str) -> None:
        walking.nudged(7)
        walking.says("done")
        assert "Which number fits best?" in text_of(walking.says(text))
        assert walking.book.walks[-1].pain is None
        walking.says("4")
        assert walking.book.walks[-1].pain == 4

    @pytest.mark.parametrize("text", ["done it was lovely", "Walked 10 minutes, back 2", "did it, felt great thanks"])
    def test_done_in_her_own_words(self, walking: WalkChat, text: str) -> None:
        walking.nudged(7)
        assert "oted" in text_of(walking.says(text))
        assert len(walking.book.walks) == 1

    def test_a_number_after_another_answer_is_no_pain(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.says("done")
        walking.says("why does my back hurt")
        walking.says("2")
        assert walking.book.walks[-1].pain is None
        walking.says("pain 2")
        assert walking.book.walks[-1].pain == 2

    def test_her_own_minutes(self, walking: WalkChat) -> None:
        assert "25 minutes" in self.plan(walking, own=25)

    def test_seven_once_asks_the_safety_check(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.taps("Done")
        reply = walking.taps("7")
        assert reply.outcome is Outcome.CHECK
        assert "phone your maternity unit or doctor" in text_of(reply)
        assert walking.book.care.hold is Hold.CHECK
        assert walking.book.walks[0].pain == 7
        assert walking.nudged(7) is Drop.HELD
        assert "Ask your doctor" in text_of(walking.taps("No"))
        assert not walking.book.care.hold
        walking.later(days=2)
        assert "5 minutes" in sent(walking)

    def test_yes_to_it_is_an_alarm(self, walking: WalkChat) -> None:
        walking.nudged(7)
        walking.says("did 10 min, pain 8")
        reply = walking.says("a bit")
        assert reply.outcome is Outcome.ALARM
        assert walking.book.care.hold is Hold.ALARM

    def test_five_three_times_asks_it(self, walking: WalkChat) -> None:
        walking.state = replace(walking.state, book=replace(walking.book, walks=walked(5, 6)))
        walking.nudged(7)
        walking.taps("Done")
        assert walking.taps("5").outcome is Outcome.CHECK


def test_five_without_an_answer_ask_once_whether_to_go_on(walking: WalkChat) -> None:
    for _ in range(5):
        assert "minutes outside" in sent(walking)
        walking.later(days=1)
    made = walking.nudged(7)
    assert isinstance(made, Composed)
    assert "Shall I go on" in text_of(made.reply)
    assert made.care
    assert made.care.asked
    walking.taps("Yes, go on")
    assert walking.book.care == Care(needs_clearance=False)
    walking.later(days=1)
    assert "minutes outside" in sent(walking)


@pytest.mark.parametrize(("text", "goes_on"), [("yes", True), ("yes please", True), ("no", False), ("stop", False)])
def test_going_on_in_words(walking: WalkChat, text: str, goes_on: bool) -> None:
    walking.state = replace(walking.state, book=replace(walking.book, unanswered=5))
    assert "Shall I go on" in sent(walking)
    walking.says(text)
    assert walking.book.reminders[0].enabled is goes_on
    assert not walking.book.care.asked


def test_any_change_answers_whether_to_go_on(walking: WalkChat) -> None:
    walking.state = replace(walking.state, book=replace(walking.book, unanswered=5))
    sent(walking)
    walking.taps("Pause")
    walking.taps("2 weeks")
    assert not walking.book.care.asked
    assert walking.book.unanswered == 0


class TestTwoOfOneDay:
    """A book does not say of which reminder a walk is: what may be that of another is left as it is."""

    @pytest.fixture
    def both(self, walking: WalkChat) -> WalkChat:
        walking.with_reminder(Reminder(no=8, at=time(16)))
        walking.nudged(7)
        walking.nudged(8)
        return walking

    def test_each_pain_goes_to_its_walk(self, both: WalkChat) -> None:
        first = both.presses(f"walk:done:7:{TODAY}")
        both.presses(f"walk:done:8:{TODAY}")
        both.says("5")
        both.last = first
        both.taps("3")
        assert [w.pain for w in both.book.walks] == [3, 5]
        assert [c.no for c in both.changes if isinstance(c, RecordWalk)] == [7]

    def test_a_correction_that_may_mean_either_changes_nothing(self, both: WalkChat) -> None:
        for no in (7, 8):
            both.presses(f"walk:done:{no}:{TODAY}")
            both.says("2")
        assert "noted already" in text_of(both.says("did 25 min pain 4"))
        assert not both.changes
        assert [(w.minutes, w.pain) for w in both.book.walks] == [(10, 2), (10, 2)]

    def test_a_correction_of_the_last_is_taken(self, walking: WalkChat) -> None:
        walking.with_reminder(Reminder(no=8, at=time(16)))
        walking.nudged(7)
        walking.says("done pain 2")
        walking.nudged(8)
        walking.says("done pain 4")
        walking.says("did 12 minutes pain 3")
        assert [(w.minutes, w.pain) for w in walking.book.walks] == [(10, 2), (12, 3)]

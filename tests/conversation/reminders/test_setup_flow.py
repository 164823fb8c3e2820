"""Set-up of a reminder: by buttons and in words, each step skippable, nothing changed by what is wrong."""

from __future__ import annotations

from datetime import time

import pytest

from bot.conversation.message import Message
from bot.conversation.reply import Outcome
from bot.conversation.state import Birth, Profile, Stage
from bot.schedule.model import MOST_REMINDERS, Care, PutReminder, Reminder, SetCare, SetQuiet, SetZone
from bot.schedule.quiet import QuietHours
from tests.conversation.chats import Chat, actions_of, text_of
from tests.conversation.reminders.chats import CLEARED, WalkChat


def test_by_buttons(chat: WalkChat) -> None:
    chat.presses("walk:new")
    chat.taps("Tue, Thu, Sat")
    chat.taps("11:00")
    chat.taps("No")
    chat.taps("15 minutes")
    said = text_of(chat.says("olso"))
    assert "Tue, Thu, Sat around 11:00, 15 minutes" in said
    assert "10:02 (Oslo)" in said
    assert "Tue 24 Nov, Thu 26 Nov, Sat 28 Nov" in said
    assert not chat.book.reminders
    chat.taps("Yes, set it")
    (reminder,) = chat.book.reminders
    assert (reminder.days, reminder.at, reminder.minutes) == (frozenset((1, 3, 5)), time(11), 15)
    assert chat.book.zone == "Europe/Oslo"
    assert chat.state.context.walk is None


def test_in_words(chat: WalkChat) -> None:
    reply = chat.says("remind me to walk mon wed fri at 10")
    assert reply.topics[0] == "reminders-help"
    chat.says("no")
    said = text_of(chat.says("new york"))
    assert "Mon, Wed, Fri around 10:00, by the plan (now 10 minutes)" in said, "days and time said: no more is asked"
    chat.taps("Minutes")
    assert "Mon, Wed, Fri around 10:00, 20 minutes" in text_of(chat.says("20"))
    chat.says("yes")
    assert [(r.at, r.minutes) for r in chat.book.reminders] == [(time(10), 20)]


def test_days_and_a_time_alone_are_a_request(chat: WalkChat) -> None:
    assert "quiet hours" in text_of(chat.says("every day 7:30"))
    assert chat.state.context.walk
    assert chat.state.context.walk.days == tuple(range(7))


@pytest.mark.parametrize("text", ["10 every day", "pain every day at 7:30", "every day"])
def test_other_texts_with_days_are_none(chat: WalkChat, text: str) -> None:
    chat.says(text)
    assert chat.state.context.walk is None


def test_what_answers_another_question_is_noted_aloud(chat: WalkChat) -> None:
    chat.commands("remind")
    assert "Noted: 10:30." in text_of(chat.says("10:30"))
    assert "Noted: 20 minutes." in text_of(chat.says("20 min"))
    assert "Noted" not in text_of(chat.says("mon thu"))
    for text in ("no", "oslo", "yes"):
        chat.says(text)
    assert [(r.at, r.minutes) for r in chat.book.reminders] == [(time(10, 30), 20)]


@pytest.mark.parametrize(
    ("step", "text", "after"),
    [
        ("days", "mon to fri", "time"), ("days", "Every day", "time"), ("time", "17:00", "safety"),
        ("gentle", "yes, and to ask at my check-up", "minutes"), ("minutes", "as the plan says", "zone"),
        ("minutes", "ok", "zone"), ("confirm", "time zone", "zone"), ("pause", "until I say so", ""),
    ],
)  # fmt: skip
def test_a_label_may_be_typed(chat: WalkChat, step: str, text: str, after: str) -> None:
    no = chat.with_reminder(Reminder(no=7, at=time(10)), care=Care()).book if step == "pause" else None
    if no:
        chat.presses("walk:pause:7")
    else:
        chat.commands("remind")
        for asked, answer in (
            ("days", "mon"), ("time", "10"), ("safety", "yes"), ("cleared", "no"), ("gentle", "yes"), ("minutes", "5"),
            ("zone", "oslo"),
        ):  # fmt: skip
            if asked == step:
                break
            chat.says(answer)
    chat.says(text)
    found = chat.state.context.walk
    assert (found.step if found else "") == after


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("had a section", True), ("i had a c-section", True), ("Caesarean", True), ("a bad tear", True),
        ("told to rest", True), ("forceps and a 3rd degree tear", True), ("none of these", False), ("neither", False),
        ("no problems", False), ("i had no caesarean", None), ("what is a bad tear?", None),
        ("how do i sleep after a c section?", None),
    ],
)  # fmt: skip
def test_the_question_on_safety_takes_her_own_words(chat: WalkChat, text: str, needs: bool | None) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    chat.says(text)
    assert chat.book.care.needs_clearance is needs


def test_a_clearance_in_words_answers_the_question_on_it(chat: WalkChat) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    chat.says("i had a c section")
    chat.says("my doctor said i may exercise")
    assert chat.book.care.cleared_on


def test_back_in_words_from_a_single_question(walking: WalkChat) -> None:
    walking.presses("walk:zone")
    assert "Your walk reminders" in text_of(walking.says("back"))


def test_an_answer_to_something_else_is_none_to_the_set_up(chat: WalkChat) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    assert "helpful?" in text_of(chat.says("what about lifting"))
    chat.says("no")
    assert chat.book.care.needs_clearance is None, "that was about the answer, not about a caesarean"
    chat.says("what about lifting")
    assert chat.says("2").topics, "the number of a button of that answer"
    chat.taps("Go on with the reminder")
    chat.says("no")
    assert chat.book.care.needs_clearance is False


def test_a_short_text_that_fits_nothing_is_asked_again(chat: WalkChat) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    assert "caesarean" in text_of(chat.says("qwrtz"))
    assert chat.state.context.walk
    assert chat.says("why does my back hurt").topics[0] == "why-back-pain"


def test_nothing_is_said_to_come_that_will_not(chat: WalkChat) -> None:
    profile = Profile(stage=Stage.AFTER_BIRTH, birth=Birth.CAESAREAN, greeted=True, offered=True)
    chat = WalkChat(chat.conversation, profile=profile)
    chat.says("remind me to walk mon at 10")
    chat.says("no")
    chat.taps("No, wait until I may")
    shown = [text_of(chat.says("oslo")), text_of(chat.says("yes")), text_of(chat.commands("reminders"))]
    for said in shown:
        assert "until your doctor or midwife says yes" in said
        assert "Nov" not in said


def test_every_step_can_be_skipped(chat: WalkChat) -> None:
    chat.commands("remind")
    for _ in range(6):
        chat.taps("Skip")
    assert "cannot write" in text_of(chat.taps("Yes, set it"))
    (reminder,) = chat.book.reminders
    assert (reminder.days, reminder.at, reminder.minutes) == (frozenset((0, 2, 4)), time(10), None)
    assert chat.book.zone is None
    assert not chat.book.care.gentle, "skipped counts as not cleared, and as not wanted"


def test_back_leads_through_every_step(chat: WalkChat) -> None:
    chat.commands("remind")
    for text in ("every day", "9:30", "yes", "not yet", "yes", "10", "oslo"):
        chat.says(text)
    for step in ("zone", "minutes", "gentle", "cleared", "safety", "time", "days"):
        chat.taps("Back")
        assert chat.state.context.walk and chat.state.context.walk.step == step  # noqa: PT018
    chat.taps("Back")
    assert chat.state.context.walk is None
    assert not chat.book.reminders


def test_days_one_by_one(chat: WalkChat) -> None:
    chat.presses("walk:new")
    chat.taps("Other days")
    for day in ("Mon", "Wed", "Sun"):
        chat.taps(day)
    chat.taps("✓ Wed")
    chat.taps("These days")
    assert chat.state.context.walk
    assert chat.state.context.walk.days == (0, 6)


def test_a_time_in_quiet_hours_is_confirmed_and_narrows_them(chat: WalkChat) -> None:
    chat.says("remind me to walk every day 7:30")
    assert "quiet hours" in text_of(chat.last)  # type: ignore[arg-type]
    chat.taps("Yes, write at 07:30")
    for text in ("no", "oslo", "yes"):
        chat.says(text)
    assert chat.book.quiet == QuietHours(time(21), time(7, 30))


@pytest.mark.parametrize("answer", ["Another time", "Skip"])
def test_a_time_in_quiet_hours_that_is_not_confirmed_is_not_taken(chat: WalkChat, answer: str) -> None:
    chat.says("remind me to walk every day 7:30")
    chat.taps(answer)
    chat.says("9:00")
    for text in ("no", "oslo", "yes"):
        chat.says(text)
    assert chat.book.quiet == QuietHours()
    assert chat.book.reminders[0].at == time(9)


def test_half_seven_may_be_the_evening(chat: WalkChat) -> None:
    chat.says("remind me to walk every day at half seven")
    chat.taps("19:30")
    assert chat.state.context.walk
    assert chat.state.context.walk.at == "19:30"


def test_a_country_with_several_zones_asks_back(chat: WalkChat) -> None:
    chat.says("remind me to walk mon at 10")
    chat.says("no")
    assert "New York" in text_of(chat.says("usa"))
    found = [b for c in chat.last.cards for row in c.buttons for b in row if b.action == "walk:a:zone:America/Chicago"]  # type: ignore[union-attr]
    assert found
    assert "Chicago" in text_of(chat.presses(found[0].action))


def test_the_zones_of_her_country_are_offered(chat: WalkChat) -> None:
    chat.state = WalkChat(chat.conversation, profile=Profile(greeted=True, offered=True, country="US")).state
    chat.says("remind me to walk mon at 10")
    chat.says("no")
    assert "(New York)" in text_of(chat.taps("New York, Eastern (most areas)"))


def test_a_country_of_one_zone_needs_no_question(chat: WalkChat) -> None:
    chat.state = WalkChat(chat.conversation, profile=Profile(greeted=True, offered=True, country="NO")).state
    chat.says("remind me to walk mon at 10")
    assert "10:00 (Oslo)" in text_of(chat.says("no"))
    assert chat.book.zone is None
    chat.taps("Yes, set it")
    assert chat.book.zone == "Europe/Oslo"


def test_an_offset_says_that_it_knows_no_summer_time(chat: WalkChat) -> None:
    chat.presses("walk:zone")
    assert "summer time" in text_of(chat.says("UTC+5:30"))
    assert chat.book.zone == "UTC+05:30"


def test_a_shared_place_gives_the_zone_and_is_not_kept(chat: WalkChat) -> None:
    chat.presses("walk:zone")
    reply = chat.does(Message(at=chat.at, attachment="location", latitude=59.91, longitude=10.75))
    assert "(Oslo)" in text_of(reply)
    assert chat.changes == (SetZone("Europe/Oslo"),)
    assert "59" not in str(chat.state)


def test_a_place_at_sea(chat: WalkChat) -> None:
    chat.presses("walk:zone")
    reply = chat.does(Message(at=chat.at, attachment="location", latitude=0.0, longitude=-140.0))
    assert "type a city" in text_of(reply)
    assert not chat.changes


@pytest.mark.parametrize(
    ("step", "text", "said"),
    [
        ("days", "feb 30", "no such date"), ("days", "every other day", "days of the week only"),
        ("days", "300 reminders", "changed nothing"), ("days", "tomorrow at 10", "single day"),
        ("time", "25:00", "do not know the time"), ("time", "9:30 and 14:00", "one time"),
        ("minutes", "500", "1 to 120"), ("minutes", "0 min", "1 to 120"),
        ("zone", "atlantis", "do not know that place"), ("zone", "../etc/passwd", "do not know that place"),
        ("zone", "Europe/../../x", "do not know that place"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_and_changes_nothing(chat: WalkChat, step: str, text: str, said: str) -> None:
    chat.commands("remind")
    for before in ("mon", "10:00", "no", "20"):
        if chat.state.context.walk and chat.state.context.walk.step != step:
            chat.says(before)
    open_one = chat.state.context.walk
    assert said in text_of(chat.says(text))
    assert not chat.changes
    assert chat.state.context.walk == open_one


def test_a_question_is_answered_and_the_set_up_goes_on_after_it(chat: WalkChat) -> None:
    chat.commands("remind")
    chat.says("mon")
    assert chat.says("is relaxin the reason my pelvis hurts").topics[0] == "relaxin-myth"
    assert "Around what time" in text_of(chat.taps("Go on with the reminder"))


def test_an_alarm_is_never_held_up(chat: WalkChat) -> None:
    chat.commands("remind")
    assert chat.says("i cant feel my legs and i cant hold my pee").outcome is Outcome.ALARM
    assert chat.state.context.walk is None


def test_five_reminders_are_the_most(walking: WalkChat) -> None:
    for n in range(MOST_REMINDERS - 1):
        walking.commands("remind", f"sun at 1{n}:00")
        walking.says("yes")
    assert len(walking.book.reminders) == MOST_REMINDERS
    assert "as many as I can keep" in text_of(walking.commands("remind", "mon at 10"))
    assert len({r.no for r in walking.book.reminders}) == MOST_REMINDERS


def test_a_button_pressed_twice(chat: WalkChat) -> None:
    chat.says("remind me to walk mon wed fri at 10")
    for text in ("no", "20", "oslo"):
        chat.says(text)
    chat.taps("Yes, set it")
    assert "out of date" in text_of(chat.presses("walk:a:confirm:yes"))
    assert not chat.changes
    assert len(chat.book.reminders) == 1


@pytest.mark.parametrize(
    "action",
    ["walk", "walk:", "walk:x", "walk:a:days:9", "walk:a:time:2500", "walk:done:1:2026-11-23", "walk:done:x:y",
     "walk:put:2500:0:",
     "walk:put:1000:0:3000000000", "walk:put:1000:0:121",
     "walk:on:%", "walk:a:zone:../x", "walk:show:99", "walk:pain:1:2", "walk:edit:1:x",
     "walk:a:pain:7:2026-11-23:0:11", "walk:a:pause:999999999999"],
)  # fmt: skip
def test_a_stale_or_made_up_button(walking: WalkChat, action: str) -> None:
    reply = walking.presses(action)
    assert "out of date" in text_of(reply)
    assert not walking.changes


def test_in_a_group_it_leads_to_the_private_chat(group: Chat) -> None:
    for reply in (group.commands("remind"), group.presses("walk:new"), group.says("stop walk reminders")):
        links = [b.deep_link for c in reply.cards for row in c.buttons for b in row]
        assert links in (["remind"], ["reminders"])
        assert not group.state.book.reminders


@pytest.mark.parametrize("payload", ["remind", "reminders"])
def test_the_link_from_a_group(chat: WalkChat, payload: str) -> None:
    assert any(a.startswith("walk:") for a in actions_of(chat.commands("start", payload)))


def test_what_is_asked_for_safety(chat: WalkChat) -> None:
    asked = {
        None: "while pregnant", Stage.PREGNANT: "told to rest", Stage.AFTER_BIRTH: "at the birth",
    }  # fmt: skip
    for stage, words in asked.items():
        chat = WalkChat(chat.conversation, profile=Profile(stage=stage, greeted=True, offered=True))
        assert words in text_of(chat.says("remind me to walk mon wed fri at 10"))


def test_a_caesarean_that_is_known_asks_for_the_clearance_only(chat: WalkChat) -> None:
    profile = Profile(stage=Stage.AFTER_BIRTH, birth=Birth.CAESAREAN, greeted=True, offered=True)
    chat = WalkChat(chat.conversation, profile=profile)
    assert "may exercise" in text_of(chat.says("remind me to walk mon wed fri at 10"))
    chat.says("yes")
    assert isinstance(chat.changes[0], SetCare)
    assert chat.changes[0].care.cleared_on is not None


def test_profile_cleared_asks_nothing(chat: WalkChat) -> None:
    profile = Profile(stage=Stage.AFTER_BIRTH, birth=Birth.CAESAREAN, cleared=True, greeted=True, offered=True)
    chat = WalkChat(chat.conversation, profile=profile)
    assert "Where are you?" in text_of(chat.says("remind me to walk mon wed fri at 10"))


def test_changes_of_quiet_hours(walking: WalkChat) -> None:
    walking.presses("walk:quiet")
    walking.says("10pm to 7am")
    assert walking.changes == (SetQuiet(QuietHours(time(22), time(7))),)
    walking.presses("walk:quiet")
    assert "will not come" in text_of(walking.says("9 to 11"))


def test_a_change_is_confirmed_like_a_new_one(walking: WalkChat) -> None:
    due = walking.book.reminders[0].next_due
    walking.presses("walk:edit:7:time")
    walking.says("11:30")
    assert not walking.changes
    walking.taps("Yes, set it")
    assert walking.changes == (PutReminder(Reminder(no=7, at=time(11, 30), next_due=due)),)


def test_nothing_is_lost_of_care(walking: WalkChat) -> None:
    assert walking.book.care == CLEARED


def test_cancel_drops_it(chat: WalkChat) -> None:
    chat.commands("remind")
    chat.commands("cancel")
    assert chat.state.context.walk is None


def test_typed_answers_to_what_is_gone(walking: WalkChat) -> None:
    walking.presses("walk:edit:7:time")
    walking.says("11:30")
    walking.presses("walk:delete:7")
    walking.presses("walk:edit:7:time")
    assert walking.says("yes")
    assert not walking.changes


@pytest.mark.parametrize("text", ["my hips ache", "my tailbone hurts when i sit", "is relaxin to blame"])
@pytest.mark.parametrize("step", ["days", "time", "minutes", "zone"])
def test_no_question_is_taken_for_an_answer(chat: WalkChat, step: str, text: str) -> None:
    chat.commands("remind")
    for before in ("mon", "10:00", "no", "20"):
        if chat.state.context.walk and chat.state.context.walk.step != step:
            chat.says(before)
    fresh = WalkChat(chat.conversation).says(text)
    assert chat.says(text).topics[:1] == fresh.topics[:1]
    assert chat.state.context.walk
    assert chat.state.context.walk.step == step


@pytest.mark.parametrize(("text", "minutes"), [("ten", 10), ("Fifteen", 15), ("twenty-five", 25), ("two please", 2)])
def test_a_number_in_a_word_is_minutes_where_minutes_are_asked(chat: WalkChat, text: str, minutes: int) -> None:
    chat.says("remind me to walk mon wed fri at 17:00")
    chat.taps("No")
    chat.says("london")
    chat.taps("Minutes")
    said = text_of(chat.says(text))
    assert "Noted" not in said
    assert "could not read" not in said
    draft = chat.state.context.walk
    assert draft is not None
    assert (draft.at, draft.minutes) == ("17:00", minutes)


def test_going_on_after_an_alarm_says_what_became_of_it(chat: WalkChat) -> None:
    chat.says("remind me to walk mon wed fri at 17:00")
    chat.says("how do i lift")
    chat.says("i cant feel my legs")
    said = text_of(chat.presses("walk:go"))
    assert "no longer have what you had begun" in said
    assert "out of date" not in said
    assert not chat.book.reminders


def test_a_single_day_is_refused_with_the_reason(chat: WalkChat) -> None:
    assert "cannot do a single day" in text_of(chat.says("remind me tomorrow at 5"))

"""Alarms and safety checks."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Outcome
from bot.conversation.state import ChatState, Context, Profile
from bot.knowledge.level import Level
from tests.conversation.chats import Chat, actions_of, text_of

CHECKED = "38.6"
FLAG = "fever-back-pain"
WITH_QUESTION = "my calf is sore and how do i lift my toddler"


@pytest.fixture
def asked(chat: Chat) -> Chat:
    """A chat in which a safety check is open."""
    assert chat.says(CHECKED).outcome is Outcome.CHECK
    return chat


def test_the_check_has_one_question_three_buttons_and_what_to_do(asked: Chat) -> None:
    assert asked.last is not None
    flag = asked.conversation.knowledge.flags[FLAG]
    assert actions_of(asked.last) == [f"check:{FLAG}:{a}" for a in ("yes", "unsure", "no")]
    assert flag.ask in text_of(asked.last)
    assert flag.if_yes in text_of(asked.last)
    assert "112" in text_of(asked.last)


@pytest.mark.parametrize(
    "text", ["yes", "Yes.", "not sure", "a bit", "maybe", "1", "2", "dunno really", "asdf qwer", "how do i lift"]
)
def test_whatever_is_not_no_counts_as_yes(asked: Chat, text: str) -> None:
    reply = asked.says(text)
    assert (reply.outcome, reply.flag, reply.level) == (Outcome.ALARM, FLAG, Level.URGENT)
    assert asked.state.context.check is None


@pytest.mark.parametrize(("text", "says_why"), [("yes", False), ("not sure", False), ("how do i lift", True)])
def test_unclear_words_are_told_how_they_were_taken(asked: Chat, text: str, says_why: bool) -> None:
    assert ("take it as yes" in text_of(asked.says(text))) is says_why


@pytest.mark.parametrize("text", ["no", "No!", "nope", "nooo", "none of that", "3", "not at all"])
def test_only_no_goes_on(asked: Chat, text: str) -> None:
    reply = asked.says(text)
    assert reply.outcome is Outcome.ANSWER
    assert asked.state.context.check is None


@pytest.mark.parametrize("text", ["no, but now my legs keep giving way", "i cant breathe and my chest hurts"])
def test_a_new_alarm_leads(asked: Chat, text: str) -> None:
    reply = asked.says(text)
    assert (reply.outcome, reply.level) == (Outcome.ALARM, Level.EMERGENCY)


def test_after_no_comes_what_she_asked(chat: Chat) -> None:
    assert chat.says(WITH_QUESTION).outcome is Outcome.CHECK
    reply = chat.says("no")
    assert (reply.outcome, reply.topics[0]) == (Outcome.ANSWER, "lifting")
    assert text_of(reply).startswith("Thank you.")


def test_pressed_twice_and_pressed_when_it_is_over(asked: Chat) -> None:
    assert asked.presses(f"check:{FLAG}:no").remove_buttons
    again = asked.presses(f"check:{FLAG}:no")
    assert (again.cards, bool(again.notice), again.remove_buttons) == ((), True, True)
    late = asked.presses(f"check:{FLAG}:yes")
    assert (late.outcome, late.flag) == (Outcome.ALARM, FLAG)


def test_it_survives_commands_other_buttons_and_a_restart(asked: Chat) -> None:
    asked.commands("topics")
    asked.presses("group:relief")
    context = Context.from_json(json.loads(json.dumps(asked.state.context.to_json())))
    asked.state = replace(asked.state, context=context)
    assert asked.says("a bit").flag == FLAG


def test_cancel_asks_again(asked: Chat) -> None:
    reply = asked.commands("cancel")
    assert reply.outcome is Outcome.CHECK
    assert asked.state.context.check == FLAG


def test_an_edit_is_no_answer(asked: Chat) -> None:
    assert asked.says("38.4", edited=True).outcome is Outcome.CHECK
    assert asked.says("no", edited=True).outcome is Outcome.CHECK
    assert asked.says("my legs are numb, both, since this morning", edited=True).outcome is Outcome.ALARM


@pytest.mark.parametrize(
    "action", ["check:nothing:yes", f"check:{FLAG}:perhaps", f"check:{FLAG}", "check:", f"check:{FLAG}:yes:1"]
)
def test_made_up_answers(asked: Chat, action: str) -> None:
    assert asked.presses(action).outcome is Outcome.FALLBACK
    assert asked.state.context.check == FLAG


def test_half_signs_in_two_messages(asked: Chat) -> None:
    asked.says("no")
    assert asked.says("my back throbs").flag == FLAG


def test_half_signs_are_forgotten_after_hours(asked: Chat) -> None:
    asked.says("no")
    asked.at += timedelta(hours=7)
    assert asked.says("my back throbs").flag is None


def test_a_question_beside_an_alarm_leaves_out_treatment(chat: Chat) -> None:
    reply = chat.says("my legs keep giving way, how do i lift")
    assert reply.outcome is Outcome.ALARM
    assert "asked" in actions_of(reply)
    assert chat.presses("asked").topics == ()
    assert "can wait" in text_of(chat.presses("asked"))


def test_every_topic_asked_beside_an_alarm(chat: Chat) -> None:
    for topic in chat.conversation.knowledge.topics.values():
        chat.state = replace(chat.state, context=Context(asked=(topic.id,)))
        shown = text_of(chat.presses("asked")).lower()
        assert not [t for t in topic.tips if t.lower() in shown]
        assert not [w for w in ("exercise", "paracetamol", "lie on", "massage", "walk ") if w in shown]


def test_several_topics_asked_beside_an_alarm(chat: Chat) -> None:
    chat.state = replace(chat.state, context=Context(asked=("sciatica", "imaging")))
    assert actions_of(chat.presses("asked")) == ["asked:sciatica", "asked:imaging"]
    chat.presses("asked:imaging")
    chat.state = ChatState()
    assert "anything else" in text_of(chat.presses("asked"))


def test_the_numbers_of_her_country(conversation: Conversation) -> None:
    chat = Chat(conversation, profile=Profile(country="GB", greeted=True))
    reply = chat.says("my legs keep giving way")
    assert reply.cards[0].blocks[0].text.startswith("Call 999")
    assert "country" not in actions_of(reply)


@pytest.mark.parametrize("way", ["button", "typed", "typed at once"])
def test_choosing_the_country_says_the_alarm_again(chat: Chat, way: str) -> None:
    chat.says("my legs keep giving way")
    if way != "typed at once":
        chat.presses("country")
    reply = chat.presses("set:country:NO") if way == "button" else chat.says("norwey")
    assert (reply.outcome, reply.flag) == (Outcome.ALARM, "leg-weakness")
    assert "113" in text_of(reply)
    assert chat.state.profile.country == "NO"


def test_a_soon_flag_has_no_emergency_number_and_the_topic_may_follow(chat: Chat) -> None:
    reply = chat.says("i had breast cancer two years ago and my back aches")
    assert (reply.outcome, reply.level) == (Outcome.ALARM, Level.SOON)
    assert "112" not in text_of(reply)
    assert "country" not in actions_of(reply)


def test_somebody_else_in_danger(chat: Chat) -> None:
    reply = chat.says("my friend collapsed, what do i do")
    assert (reply.outcome, reply.flag) == (Outcome.FALLBACK, None)
    assert reply.cards[0].blocks[0].text.startswith("If someone is in danger now, call")


@pytest.mark.parametrize("name", ["help", "start", "topics", "howlong"])
def test_words_after_a_command_are_read_for_danger(chat: Chat, name: str) -> None:
    assert chat.commands(name, "my chest hurts and i cant breathe").outcome is Outcome.ALARM


def test_a_caption_is_read_for_danger(chat: Chat) -> None:
    assert chat.says("my chest hurts and i cant breathe", attachment="photo").outcome is Outcome.ALARM


@pytest.mark.parametrize("text", ["I want to kill myself", "my husband hits me"])
def test_in_a_group_only_write_to_me_alone(group: Chat, text: str) -> None:
    reply = group.says(text)
    (card,) = reply.cards
    assert [b.deep_link for row in card.buttons for b in row] == ["alone"]
    assert len(card.blocks) == 2
    assert "112" in text_of(reply)
    assert "Here nobody reads along" in text_of(Chat(group.conversation).commands("start", "alone"))


def test_every_alarm_and_check_can_be_shown(chat: Chat, group: Chat) -> None:
    for flag in chat.conversation.knowledge.flags:
        for one in (chat, group):
            assert one.presses(f"check:{flag}:yes").is_safety
            assert actions_of(one.last or one.commands("help")) in ([], ["country"], ["asked"])


@pytest.mark.parametrize("text", ["i cant feel my legs", "my legs keep giving way", CHECKED])
def test_nothing_stands_below_an_alarm_or_a_check_and_the_opening_lines_come_later(
    conversation: Conversation, text: str
) -> None:
    chat = Chat(conversation, profile=Profile())
    reply = chat.says(text)
    assert (reply.is_safety, len(reply.cards)) == (True, 1)
    assert len(chat.says("how do i lift", edited=True).cards) == 1
    chat.state = replace(chat.state, context=Context())
    lines, answer, *_ = chat.says("how do i lift").cards
    assert lines.lasting
    assert not answer.lasting
    assert not any(card.lasting for card in chat.says("how do i sleep").cards)


def test_the_opening_lines_do_not_come_beside_a_private_alarm(conversation: Conversation) -> None:
    quiet = Chat(conversation, group=True)
    quiet.state = ChatState()
    assert len(quiet.says("I want to kill myself").cards) == 1
    assert len(quiet.says("how do i lift").cards) == 2

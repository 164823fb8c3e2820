"""Whatever comes in, a reply goes out."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.reply import Outcome, Reply
from bot.conversation.state import ChatState, Context, Profile
from tests.conversation.chats import NOON, Chat, actions_of, text_of

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60)
VERBS = ("topic", "more", "told", "rate", "none", "topics", "group", "asked", "country", "ask-profile", "no-profile",
         "set", "due", "forget", "check", "walk")  # fmt: skip
RESTS = ("", "lifting", "lifting:1", "relief", "stage:loss", "due:2027-01-01", "due:9999-12-31", "born:x", "country:GB",
         "yes", "no", "sepsis:yes", "sepsis:no", "still", "a:b:c:d")  # fmt: skip
ACTIONS = st.builds("{}:{}".format, st.sampled_from(VERBS), st.sampled_from(RESTS) | ANY_TEXT) | ANY_TEXT
STATES = st.builds(
    ChatState,
    profile=st.builds(Profile, greeted=st.booleans(), offered=st.booleans()),
    context=st.builds(
        Context,
        topic=st.sampled_from([None, "lifting", "gone"]), check=st.sampled_from([None, "sepsis", "gone"]),
        setup=st.sampled_from([None, "stage", "due", "born", "country", "gone"]),
        offered=st.lists(ACTIONS, max_size=3).map(tuple),
        alarm=st.sampled_from([None, "sepsis:emergency", "gone:soon"]),
        asked=st.sampled_from([(), ("lifting",), ("gone",), ("imaging", "relaxin")]),
    ),
)  # fmt: skip
SOME = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def is_whole(reply: Reply) -> bool:
    """It says something, and Telegram can show it."""
    labels = [b for card in reply.cards for row in card.buttons for b in row]
    return (
        bool(text_of(reply))
        and all(any(b.text.strip() or b.items for b in card.blocks) for card in reply.cards)
        and all(b.label and len(b.action.encode()) <= 64 for b in labels)
        and all(sum(map(bool, (b.action, b.copy, b.deep_link))) == 1 for b in labels)
        and len(reply.notice) <= 200
    )


def respond(conversation: Conversation, message: Message, state: ChatState) -> None:
    turn = conversation.respond(message, state)
    assert is_whole(turn.reply)
    context = turn.state.context
    assert Context.from_json(json.loads(json.dumps(context.to_json()))) == context
    assert Profile.from_json(json.loads(json.dumps(turn.state.profile.to_json()))) == turn.state.profile


@SOME
@given(text=ANY_TEXT, state=STATES, group=st.booleans(), edited=st.booleans())
def test_any_text(conversation: Conversation, text: str, state: ChatState, group: bool, edited: bool) -> None:
    respond(conversation, Message(at=NOON, text=text, group=group, edited=edited), state)


@SOME
@given(action=ACTIONS, state=STATES, group=st.booleans())
def test_any_action(conversation: Conversation, action: str, state: ChatState, group: bool) -> None:
    respond(conversation, Message(at=NOON, action=action, group=group), state)


@SOME
@given(name=st.sampled_from(["start", "cancel", "settings", "help"]) | ANY_TEXT, text=ANY_TEXT, state=STATES)
def test_any_command(conversation: Conversation, name: str, text: str, state: ChatState) -> None:
    respond(conversation, Message(at=NOON, command=name, text=text), state)


@pytest.mark.parametrize("text", ["", " \n", "😀😀", "\u202e\u200f\x00\x07", "\ud800\udfff", "???", "۱۲۳ !!"])
def test_nothing_to_read(chat: Chat, text: str) -> None:
    reply = chat.says(text)
    assert reply.outcome is Outcome.FALLBACK
    assert "group:relief" in actions_of(reply)


@pytest.mark.parametrize(
    "text",
    [
        "hola, me duele mucho la espalda desde el parto", "ich habe seit der geburt starke rückenschmerzen",
        "jeg har vondt i ryggen etter fødselen", "boli mnie kręgosłup po porodzie", "после родов болит спина",
        "meri kamar mein bahut dard hai", "ظهري يؤلمني بعد الولادة",
    ],
)  # fmt: skip
def test_not_english(chat: Chat, text: str) -> None:
    reply = chat.says(text)
    assert reply.outcome is Outcome.FALLBACK
    assert "only English" in text_of(reply)
    assert "112" in text_of(reply)


@pytest.mark.parametrize("text", ["a" * 100_000, "my back hurts " * 7000, "\u0301" * 100_000, "1" * 100_000])
def test_a_hundred_thousand_characters(chat: Chat, text: str) -> None:
    began = time.process_time()
    assert is_whole(chat.says(text))
    assert time.process_time() - began < 10


def test_an_alarm_at_the_end_of_a_long_message(chat: Chat) -> None:
    assert chat.says("we went for a nice walk. " * 300 + "i cant feel my legs").outcome is Outcome.ALARM


def test_every_button_that_can_be_reached_leads_somewhere_pressed_twice(chat: Chat) -> None:
    seen, open_ = set(), ["topics", "ask-profile", "country", "forget", "asked", "set:stage:pregnant"]
    open_ += [f"check:{flag}:yes" for flag in chat.conversation.knowledge.flags]
    while open_:
        action = open_.pop()
        if action in seen:
            continue
        seen.add(action)
        for _ in range(2):
            reply = chat.presses(action)
            assert is_whole(reply), action
            assert "older message" not in text_of(reply), action
            open_ += actions_of(reply)
    assert len(seen) > 150

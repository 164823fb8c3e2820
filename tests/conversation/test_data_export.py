"""/privacy, /mydata, /forget and the agreement to help: what she is told and asked."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.codec import reply_from_json, reply_to_json
from bot.conversation.data_export import file_of
from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.service import ConversationService
from bot.conversation.state import Context, Miss, Turn
from bot.errors import StoreError
from bot.settings.parts import Clinic, RetentionTimes
from bot.store.memory import MemoryStore
from bot.terminal.render import reply_text
from tests.conversation.chats import NOON, Chat, actions_of, text_of

HER = ChatKey(chat=4711)


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_", min_size=1, max_size=3), inner, max_size=3)


def leaves_of(value: object) -> list[str]:
    """What has to be read in the file of a JSON value."""
    if isinstance(value, dict):
        return [leaf for name, one in value.items() for leaf in (name.replace("_", " "), *leaves_of(one))]
    if isinstance(value, list):
        return [leaf for one in value for leaf in leaves_of(one)]
    return [value] if isinstance(value, str) else [str(value)] if type(value) is int else []


def turn_of(chat: Chat, **said: object) -> Turn:
    turn = chat.conversation.respond(Message(at=chat.at, **said), chat.state)  # type: ignore[arg-type]
    chat.state = turn.state
    return turn


def session_of(conversation: Conversation) -> ConversationService:
    return ConversationService(conversation, MemoryStore(clock=NOON.timestamp))


async def test_mydata_is_a_summary_and_a_file(conversation: Conversation) -> None:
    service = session_of(conversation)
    for said in (Message(at=NOON, text="how do i lift"), Message(at=NOON, action="rate:lifting:1")):
        await service.handle(HER, said)
    reply = await service.handle(HER, Message(at=NOON, command="mydata"))
    assert reply.document
    assert reply.document.name == "my-data.txt"
    assert "Ratings\n-------\n\ntopic: lifting\nhelpful: yes\n" in reply.document.text
    assert "how do i lift" not in reply.document.text
    shown = text_of(reply)
    assert "How you rated answers: 1." in shown
    assert "/forget" in shown
    assert "24 months" in shown
    assert "Walk reminders" not in shown
    assert "helpful: yes" in reply_text(reply), "a terminal prints the file"
    assert reply_from_json(json.loads(json.dumps(reply_to_json(reply)))) == reply


async def test_mydata_of_a_stranger(conversation: Conversation) -> None:
    reply = await session_of(conversation).handle(HER, Message(at=NOON, command="mydata"))
    assert "I keep nothing about you." in text_of(reply)


def test_the_file_is_plain_text(conversation: Conversation) -> None:
    data = {
        "chat": [{"chat_number": 4711, "since": "2026-09-21T14:13:20+00:00", "told_about_you": {"stage": "pregnant"}}],
        "ratings": [],
        "walks": [{"day": "2026-09-20", "walk": {"pain": 3, "done": False}}, {"day": "2026-09-22"}],
        "last_talk": [{"exchanges": [{"asked": 1, "replies": [2, 3]}, {}], "offered": []}],
    }
    assert (
        file_of(data, conversation.texts).text
        == """\
Everything I keep about you
===========================

Chat
----

chat number: 4711
since: 2026-09-21 14:13 UTC
told about you:
  stage: pregnant

Walks
-----

day: 2026-09-20
walk:
  pain: 3
  done: no

day: 2026-09-22

Last talk
---------

exchanges:
  - asked: 1
    replies: 2, 3
  - -
offered: -
"""
    )


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), _nested, max_leaves=10))
def test_whatever_is_kept_stands_in_the_file(conversation: Conversation, value: object) -> None:
    text = file_of({"walks": [{"walk": value}]}, conversation.texts).text
    for leaf in leaves_of(value):
        assert leaf in text


async def test_mydata_while_the_store_fails(conversation: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    service = session_of(conversation)

    async def fails(chat: int) -> dict[str, object]:
        raise StoreError

    monkeypatch.setattr(service._store, "export", fails)
    reply = await service.handle(HER, Message(at=NOON, command="mydata"))
    assert "try again" in text_of(reply)
    assert reply.document is None


@pytest.mark.parametrize("command", ["mydata", "settings", "forget"])
def test_in_a_group_there_is_only_the_way_to_the_private_chat(group: Chat, command: str) -> None:
    turn = turn_of(group, command=command, group=True)
    assert not turn.export
    links = [b.deep_link for card in turn.reply.cards for row in card.buttons for b in row]
    assert links == [command]


def test_the_way_from_the_group(chat: Chat) -> None:
    assert turn_of(chat, command="start", text="mydata").export


def test_privacy_names_clinic_contact_times_and_ways(conversation: Conversation) -> None:
    u = conversation.understanding
    clinic = Clinic(name="Fjord Clinic", phone="+47 1", privacy_contact="privacy@example.org")
    other = Conversation(
        conversation.knowledge,
        u._triage,
        u._matcher,
        clinic=clinic,
        keeping=RetentionTimes(context_hours=5, inbox_hours=7, chat_months=9),
    )
    shown = text_of(Chat(other).commands("privacy"))
    for part in ("Fjord Clinic", "privacy@example.org", "5 hours", "7 hours", "9 months", "/mydata", "/forget"):
        assert part in shown


def test_help_names_mydata(chat: Chat) -> None:
    assert "/mydata" in text_of(chat.commands("help"))


def test_a_rating_in_a_group_is_thanked_for_and_not_kept(group: Chat, chat: Chat) -> None:
    rated = turn_of(group, action="rate:lifting:1", group=True)
    assert rated.feedback is None
    assert rated.reply == turn_of(chat, action="rate:lifting:1").reply
    assert rated.reply.notice


def test_off_until_she_agrees(chat: Chat) -> None:
    shown = chat.commands("settings")
    assert "improve:1" in actions_of(shown)
    assert "names, numbers and places taken out" in text_of(shown)
    turn = turn_of(chat, text="recipe for purple ice cream")
    assert turn.unanswered is None
    assert not turn.state.context.question


def agreed(chat: Chat) -> Chat:
    turn = turn_of(chat, action="improve:1")
    assert turn.improve is True
    assert turn.state.improve
    return chat


def test_a_question_without_an_answer(chat: Chat) -> None:
    turn = turn_of(agreed(chat), text="which nappies leak least, says priya")
    assert turn.unanswered
    assert turn.unanswered.why is Miss.FALLBACK
    assert turn.unanswered.question == "which nappies leak least, says […]"
    assert turn.unanswered.topic is None


def test_an_answer_that_did_not_help(chat: Chat) -> None:
    assert turn_of(agreed(chat), text="how do i lift my toddler").unanswered is None
    assert turn_of(chat, action="rate:lifting:1").unanswered is None
    turn = turn_of(chat, action="rate:lifting:0")
    assert turn.unanswered
    assert (turn.unanswered.why, turn.unanswered.topic) == (Miss.NOT_HELPFUL, "lifting")
    assert turn.unanswered.question == "how do i lift my toddler"
    assert turn_of(chat, action="rate:lifting:0").unanswered is None, "once is enough"


def test_another_topic_is_not_what_she_asked(chat: Chat) -> None:
    turn_of(agreed(chat), text="how do i lift my toddler")
    assert turn_of(chat, action="rate:relaxin:0").unanswered is None


def test_none_of_those_offered(chat: Chat) -> None:
    agreed(chat)
    chat.state = chat.conversation.respond(Message(at=NOON, text="hello"), chat.state).state
    context = Context(question="my hip and my back", offered=("topic:lifting", "none"))
    chat.state = replace(chat.state, context=context)
    turn = turn_of(chat, action="none")
    assert turn.unanswered
    assert turn.unanswered.why is Miss.CLARIFY_NONE


def test_alarms_are_not_kept(chat: Chat) -> None:
    turn = turn_of(agreed(chat), text="i cannot feel my left leg and i wet myself")
    assert turn.reply.is_safety
    assert turn.unanswered is None
    assert not turn.state.context.question


def test_withdrawing(chat: Chat) -> None:
    turn_of(agreed(chat), text="how do i lift my toddler")
    assert "improve:0" in actions_of(chat.commands("settings"))
    turn = turn_of(chat, action="improve:0")
    assert turn.improve is False
    assert not turn.state.improve
    assert not turn.state.context.question
    assert turn.reply.spent == ("improve:1", "improve:0")
    assert not any(card.replace for card in turn.reply.cards), "the other buttons of the card stay"


def test_in_a_group_nobody_can_agree(group: Chat) -> None:
    turn = turn_of(group, action="improve:1", group=True)
    assert turn.improve is None
    assert not turn.state.improve


def test_a_made_up_button(chat: Chat) -> None:
    assert turn_of(chat, action="improve:2").improve is None

"""`bot ask`."""

from __future__ import annotations

import json

import pytest

from bot.ask import answer_lines, ask
from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Outcome
from bot.factory import build_conversation
from tests.conversation.chats import NOON

KEYS = {"q", "outcome", "topics", "flag", "level", "confidence"}


@pytest.fixture(scope="module")
def conversation() -> Conversation:
    return build_conversation()


def test_lines_in_order_one_object_each(conversation: Conversation) -> None:
    asked = ["how do i lift", "i cant feel my legs", "", "walk reminders off", "\ud800", "38.6", "quando posso correre"]
    lines = [json.dumps({"q": q}) for q in asked]
    answers = [json.loads(line) for line in answer_lines(conversation, lines, NOON)]
    assert [a["q"] for a in answers] == asked
    assert all(set(a) == KEYS and 0 <= a["confidence"] <= 1 for a in answers)
    assert [a["outcome"] for a in answers] == ["answer", "alarm", "fallback", "answer", "fallback", "check", "fallback"]
    assert (answers[1]["flag"], answers[1]["level"]) == ("cauda-equina", "emergency")
    assert answers[0]["topics"][0] == "lifting"
    assert answers[3]["topics"] == ["reminders-help", *answers[3]["topics"][1:]]
    assert all(len(a["topics"]) <= 3 for a in answers)


@pytest.mark.parametrize(
    "line", ["", "no json", "[1]", '{"q": 1}', "{}", "null", "[" * 100_000, '{"q": "a"} x', "1" * 9999]
)
def test_what_cannot_be_read_gives_an_error_in_its_place(conversation: Conversation, line: str) -> None:
    good = json.dumps({"q": "hello"})
    first, second, third = (json.loads(x) for x in answer_lines(conversation, [good, line, good], NOON))
    assert set(second) == {"error"}
    assert first == third


def test_each_question_is_in_a_fresh_chat(conversation: Conversation) -> None:
    assert ask(conversation, "38.6", NOON).outcome is Outcome.CHECK
    assert ask(conversation, "no", NOON).outcome is not Outcome.ALARM
    assert len(ask(conversation, "how do i lift", NOON).cards) == 1


def test_clarify_names_exactly_what_is_offered(conversation: Conversation) -> None:
    for text in ("my back", "sore hips at night", "is it ok to move", "pain", "what helps"):
        reply = ask(conversation, text, NOON)
        if reply.outcome is Outcome.CLARIFY:
            offered = [b.action for row in reply.cards[0].buttons for b in row]
            assert offered == [*(f"topic:{t}" for t in reply.topics), "none"]
            assert 2 <= len(reply.topics) <= 3

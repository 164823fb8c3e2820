"""The profile: offered once, skippable, never in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.help_lines import HelpLines
from bot.conversation.reply import Outcome
from bot.conversation.stage import stage_of, weeks_pregnant, weeks_since_birth
from bot.conversation.state import Birth, ChatState, Profile, Stage
from tests.conversation.chats import NOON, Chat, actions_of, text_of

TODAY = NOON.date()


@pytest.fixture
def offered(conversation: Conversation) -> Chat:
    """A chat in which the profile was just offered."""
    chat = Chat(conversation, profile=Profile(greeted=True))
    chat.says("how do i lift")
    return chat


def test_it_is_offered_once(offered: Chat) -> None:
    assert "ask-profile" in actions_of(offered.last)  # type: ignore[arg-type]
    assert "ask-profile" not in actions_of(offered.says("how do i sleep"))


@pytest.mark.parametrize("text", ["no", "not now", "no thanks", "Later"])
def test_declined_in_words(offered: Chat, text: str) -> None:
    assert "/settings" in text_of(offered.says(text))
    assert offered.state.context.setup is None


def test_by_buttons(offered: Chat) -> None:
    for action, setup in (
        ("ask-profile", "stage"), ("set:stage:after-birth", "born"), ("set:born:2", "birth"),
        ("set:birth:caesarean", "cleared"), ("set:cleared:no", "country"), ("set:country:GB", None),
    ):  # fmt: skip
        reply = offered.presses(action)
        assert offered.state.context.setup == setup
        assert f"set:{setup}:skip" in [*actions_of(reply), "set:None:skip"]
    profile = offered.state.profile
    assert (profile.stage, profile.birth, profile.cleared, profile.country) == (
        Stage.AFTER_BIRTH, Birth.CAESAREAN, False, "GB",
    )  # fmt: skip
    assert weeks_since_birth(profile, TODAY) == 4
    shown = text_of(offered.commands("settings"))
    assert "about 4 weeks ago" in shown
    assert "United Kingdom" in shown


def test_by_typing(offered: Chat) -> None:
    for text in ("yes", "pregnant", "1/3/2027", "norwey"):
        offered.says(text)
    profile = offered.state.profile
    assert (profile.stage, profile.due, profile.country) == (Stage.PREGNANT, date(2027, 3, 1), "NO")
    assert weeks_pregnant(profile, TODAY) == 25
    assert "113" in text_of(offered.last)  # type: ignore[arg-type]


def test_all_skipped(offered: Chat) -> None:
    offered.says("yes")
    assert "tell me later" in text_of(offered.says("skip"))
    assert offered.state.profile == Profile(greeted=True, offered=True)


@pytest.mark.parametrize("text", ["no", "skip", "rather not"])
def test_each_question_can_be_skipped(chat: Chat, text: str) -> None:
    chat.presses("set:stage:after-birth")
    seen = []
    while chat.state.context.setup and len(seen) < 9:
        seen.append(chat.state.context.setup)
        chat.says(text)
    assert seen == ["born", "birth", "cleared", "country"]
    assert chat.state.profile.country is None


def test_half_finished_and_then_a_question(chat: Chat) -> None:
    chat.presses("set:stage:pregnant")
    assert chat.says("how do i lift").topics[0] == "lifting"
    assert chat.state.context.setup is None
    assert chat.state.profile.stage is Stage.PREGNANT


def test_half_finished_and_then_an_alarm(chat: Chat) -> None:
    chat.presses("set:stage:pregnant")
    assert chat.says("my chest hurts and i cant breathe").outcome is Outcome.ALARM
    assert chat.state.context.setup is None


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("set:stage:pregnant", "blorp", "could not read that as a date"),
        ("set:stage:pregnant", "1 january 2020", "does not seem to fit"),
        ("set:stage:after-birth", "in 3 weeks", "does not seem to fit"),
        ("ask-profile", "blorp", "did not understand"),
        ("country", "Atlantis", "no numbers for that country"),
    ],
)
def test_what_cannot_be_read_is_asked_again(chat: Chat, question: str, text: str, said: str) -> None:
    chat.presses(question)
    before = chat.state.context.setup
    assert said in text_of(chat.says(text))
    assert chat.state.context.setup == (None if before == "country" else before)


def test_a_date_is_said_again(chat: Chat) -> None:
    chat.presses("set:stage:after-birth")
    assert "2 March 2026" in text_of(chat.says("2/3/26"))


def test_the_due_date_has_passed(conversation: Conversation) -> None:
    due = Profile(stage=Stage.PREGNANT, due=TODAY - timedelta(days=3), greeted=True, offered=True)
    chat = Chat(conversation, profile=due)
    reply = chat.says("how do i lift")
    assert "set:stage:loss" in actions_of(reply)
    assert "How are things with you?" in text_of(reply)
    assert "due:still" not in actions_of(chat.says("how do i sleep"))
    for action in ("due:still", "due:later"):
        assert "go on as before" in text_of(chat.presses(action))
    assert "When was the birth" in text_of(chat.presses("set:stage:after-birth"))
    assert chat.state.profile.due is None


def test_stages() -> None:
    pregnant = Profile(stage=Stage.PREGNANT, due=TODAY)
    assert stage_of(pregnant, TODAY + timedelta(weeks=3)) == "pregnant"
    assert stage_of(pregnant, TODAY + timedelta(weeks=4)) is None
    assert stage_of(Profile(stage=Stage.AFTER_BIRTH), TODAY) == "after-birth"
    assert stage_of(Profile(stage=Stage.LOSS), TODAY) is None
    assert stage_of(Profile(stage=Stage.LOSS, birth=Birth.CAESAREAN), TODAY) == "caesarean"


def test_not_cleared_for_exercise(chat: Chat) -> None:
    chat.state = ChatState(profile=Profile(stage=Stage.AFTER_BIRTH, cleared=False, greeted=True, offered=True))
    assert "nobody has said yet" in text_of(chat.presses("topic:running"))
    assert "nobody has said yet" not in text_of(chat.presses("topic:relaxin"))
    chat.state = replace(chat.state, profile=replace(chat.state.profile, cleared=True))
    assert "nobody has said yet" not in text_of(chat.presses("topic:running"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("UK", "GB"), ("scotland", "GB"), ("i live in Irland", "IE"), ("austrelia", "AU"), ("norwey", "NO"),
        ("the united states", "US"), ("new zeland please", "NZ"), ("no", None), ("in", None), ("", None),
        ("my back hurts when i lift the baby from the floor", None), ("narnia", None),
    ],
)  # fmt: skip
def test_countries(conversation: Conversation, text: str, code: str | None) -> None:
    found = HelpLines(conversation.knowledge, conversation.texts).find(text)
    assert (found.code if found else None) == code


def test_the_countries_on_the_buttons_have_numbers(conversation: Conversation) -> None:
    knowledge = conversation.knowledge
    assert knowledge.roles.country_menu
    assert set(knowledge.roles.country_menu) <= set(knowledge.countries)

"""Several turns: what a message may lean on."""

from __future__ import annotations

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Outcome
from bot.conversation.state import ChatState, Profile
from tests.conversation.chats import Chat, actions_of, text_of

OPENING = "nobody watches this chat"


@pytest.fixture
def stranger(conversation: Conversation) -> Chat:
    """A chat in which nothing was said."""
    return Chat(conversation, profile=Profile())


@pytest.mark.parametrize("first", ["hello", "how do i lift", "", "hola me duele la espalda despues del parto"])
def test_the_first_message_says_who_it_is_once(stranger: Chat, first: str) -> None:
    reply = stranger.says(first)
    (opening,) = [c for c in reply.cards if OPENING in c.blocks[0].text]
    assert len(opening.blocks[0].text.splitlines()) == 2
    assert "112" in opening.blocks[0].text
    assert OPENING not in text_of(stranger.says("how do i sleep"))


def test_also_after_a_deep_link_and_a_button(stranger: Chat) -> None:
    reply = stranger.commands("start", "relaxin-myth")
    assert reply.topics == ("relaxin-myth",)
    assert OPENING in text_of(reply)
    assert reply.cards[1].blocks[0].text == "Does relaxin cause the pain?"
    other = Chat(stranger.conversation, profile=Profile())
    assert OPENING in text_of(other.presses("topic:lifting"))


@pytest.mark.parametrize("payload", ["", "inline", "promo_1", "-", "relaxin_myth"])
def test_other_payloads_welcome(chat: Chat, payload: str) -> None:
    assert "in your own words" in text_of(chat.commands("start", payload))


def test_payloads_from_a_group(chat: Chat) -> None:
    assert "forget" in actions_of(chat.commands("start", "settings"))
    assert "forget:yes" in actions_of(chat.commands("start", "forget"))


def test_tell_me_more(chat: Chat) -> None:
    assert "More about what" in text_of(chat.says("tell me more"))
    chat.says("does relaxin cause the pain")
    more = text_of(chat.says("tell me more please"))
    assert more.startswith(chat.conversation.knowledge.topics["relaxin-myth"].more[:20])
    assert "all I have" in text_of(chat.says("more"))


def test_more_of_the_stage_named(chat: Chat) -> None:
    chat.says("how do i lift after a caesarean")
    offered = next(a for a in chat.state.context.offered if a.startswith("more:"))
    assert chat.says("tell me more").cards == chat.presses(offered).cards


@pytest.mark.parametrize("text", ["2", "2.", "number 2", "two", "the second one", "Second"])
def test_a_number_stands_for_a_button(chat: Chat, text: str) -> None:
    chat.commands("topics")
    wanted = chat.state.context.offered[1]
    reply = chat.says(text)
    assert reply.cards[0].blocks[0].text == "Ease the pain"
    assert wanted == "group:relief"


def test_a_number_beyond_nine(chat: Chat) -> None:
    chat.presses("group:understand")
    wanted = chat.state.context.offered[11]
    assert f"topic:{chat.says('12').topics[0]}" == wanted


def test_a_number_that_is_none(chat: Chat) -> None:
    chat.presses("no-profile")
    assert chat.says("7").outcome is Outcome.FALLBACK


def test_none_of_these(chat: Chat) -> None:
    reply = chat.presses("none")
    assert reply.outcome is Outcome.FALLBACK
    assert "not understood" in text_of(chat.says("none of these"))


def test_a_follow_up_for_another_stage(chat: Chat) -> None:
    chat.says("how long does the back pain last")
    reply = chat.says("and after a caesarean?")
    assert reply.topics[0] == "how-long"
    assert "after a caesarean" in text_of(reply)


def test_how_long_after_a_topic(chat: Chat) -> None:
    chat.says("does relaxin cause the pain")
    assert chat.says("how long?").outcome in (Outcome.ANSWER, Outcome.CLARIFY)


@pytest.mark.parametrize(
    "text", ["hi, thanks, how do i lift", "Hello! how do i lift?", "how do i lift, thank you so much"]
)
def test_a_greeting_with_a_question(chat: Chat, text: str) -> None:
    assert chat.says(text).topics[0] == "lifting"


@pytest.mark.parametrize(
    ("text", "topic"), [("hello", "greeting"), ("thank you", "thanks"), ("ok", "thanks"), ("great", "thanks")]
)
def test_small_talk(chat: Chat, text: str, topic: str) -> None:
    reply = chat.says(text)
    assert reply.topics[0] == topic
    assert not [a for a in actions_of(reply) if a.startswith("rate:")]


def test_two_questions_in_one_message(chat: Chat) -> None:
    reply = chat.says("which painkillers can i take? and when can i go running again?")
    assert reply.topics[0] == "painkillers"
    assert "topic:running" in actions_of(reply)


def test_one_word_commands(chat: Chat) -> None:
    for word in ("topics", "Menu", "settings", "help", "forget", "cancel"):
        assert chat.says(word).outcome is Outcome.ANSWER
    assert chat.says("settings").cards == chat.commands("settings").cards


def test_commands_in_words(chat: Chat) -> None:
    reply = chat.says("walk reminders off")
    assert (reply.outcome, reply.topics[0]) == (Outcome.ANSWER, "reminders-help")


@pytest.mark.parametrize(
    ("text", "helpful"), [("yes", True), ("no", False), ("not really", False), ("it helped", True)]
)
def test_a_typed_rating(chat: Chat, text: str, helpful: bool) -> None:
    chat.presses("topic:lifting")
    reply = chat.says(text)
    assert bool(reply.cards) is not helpful
    assert all(action.startswith("group:") for action in actions_of(reply))
    assert set(reply.spent) == {"rate:lifting:1", "rate:lifting:0"}
    assert reply.notice == chat.conversation.texts("thanks-yes" if helpful else "thanks-no")


def test_rated_twice(conversation: Conversation, chat: Chat) -> None:
    for action, helpful in (("rate:lifting:1", True), ("rate:lifting:1", True), ("rate:lifting:0", False)):
        reply = chat.presses(action)
        assert reply.notice
        assert helpful == (reply.notice == conversation.texts("thanks-yes"))


def test_forget(chat: Chat) -> None:
    assert "forget:yes" in actions_of(chat.commands("forget"))
    assert "delete nothing" in text_of(chat.says("no"))
    assert not chat.forgot
    for _ in range(2):
        chat.commands("forget")
        assert "deleted" in text_of(chat.says("yes"))
        assert chat.forgot
        assert chat.state == ChatState()


@pytest.mark.parametrize("then", ["/cancel", "no", "how do i lift", ""])
def test_a_red_button_whose_question_is_over_only_asks_again(chat: Chat, then: str) -> None:
    if then:
        chat.commands("forget")
    if then.startswith("/"):
        chat.commands(then[1:])
    elif then:
        chat.says(then)
    reply = chat.presses("forget:yes")
    assert not chat.forgot
    assert reply.remove_buttons
    assert "Shall I delete everything" in text_of(reply)
    for _ in range(2):
        assert "deleted" in text_of(chat.presses("forget:yes"))
        assert chat.forgot


def test_cancel(chat: Chat) -> None:
    assert "nothing open" in text_of(chat.commands("cancel"))
    chat.presses("ask-profile")
    assert "dropped" in text_of(chat.commands("cancel"))
    assert chat.state.context.setup is None


def test_an_edit_is_read_anew(chat: Chat) -> None:
    chat.commands("topics")
    assert chat.says("2", edited=True).outcome is Outcome.FALLBACK
    assert chat.says("how do i lift", edited=True).topics[0] == "lifting"


def test_the_stage_in_a_message_wins(conversation: Conversation) -> None:
    chat = Chat(conversation, profile=Profile(greeted=True, offered=True))
    chat.presses("set:stage:pregnant")
    pregnant = text_of(chat.presses("topic:lifting"))
    named = text_of(chat.says("how do i lift after a caesarean"))
    assert conversation.knowledge.topics["lifting"].when["pregnant"].answer in pregnant
    assert "For you after a caesarean" in named or chat.last.topics[0] == "caesarean-lifting"  # type: ignore[union-attr]


def test_after_the_birth_is_after_a_caesarean_for_one_who_had_one(chat: Chat) -> None:
    for action in ("set:stage:after-birth", "set:birth:caesarean"):
        chat.presses(action)
    topic = chat.conversation.knowledge.topics["sleep-position"]
    reply = chat.says("how should i sleep after giving birth")
    assert reply.topics[0] == "sleep-position"
    assert topic.when["caesarean"].answer in text_of(reply)


def test_a_caption_is_answered_and_says_what_was_not_read(chat: Chat) -> None:
    reply = chat.says("how do i lift", attachment="photo")
    assert reply.topics[0] == "lifting"
    assert "only your words" in text_of(reply)
    assert "only text" in text_of(chat.says("", attachment="voice"))


def test_in_a_group_there_is_no_profile(group: Chat) -> None:
    for name in ("settings", "forget"):
        (card,) = group.commands(name).cards
        assert [b.deep_link for row in card.buttons for b in row] == [name]
    for action in ("ask-profile", "country", "set:stage:pregnant", "forget:yes"):
        assert group.presses(action).outcome is Outcome.FALLBACK
    for _ in range(3):
        assert "ask-profile" not in actions_of(group.says("how do i lift"))
    assert group.state.profile == Profile()

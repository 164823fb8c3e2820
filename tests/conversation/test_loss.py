"""After "I lost my baby" nothing speaks of a living child."""

from __future__ import annotations

import pytest

from bot.conversation.dialogue import Conversation
from bot.conversation.loss import LossFilter, says_nothing
from bot.conversation.reply import Block, BlockKind, Card, Outcome, Reply
from bot.conversation.state import Birth, Profile, Stage
from bot.knowledge.models import Withheld
from bot.language.phrases import PhraseGroups
from tests.conversation.chats import Chat, actions_of, text_of

LIVING = ("baby", "babies", "newborn", "infant", "child", "toddler", "breastfe", "feeding", "nappy", "pram", "milk")
BEREAVED = [
    Profile(stage=Stage.LOSS, birth=birth, country=country, greeted=True, offered=True)
    for birth in (None, *Birth)
    for country in (None, "GB")
]


def tender(reply: Reply) -> bool:
    said = text_of(reply).lower().replace("lost my baby", "").replace("lost your baby", "").replace("childbirth", "")
    return not any(word in said for word in LIVING)


@pytest.fixture(params=BEREAVED, ids=lambda p: f"{p.birth}-{p.country}")
def bereaved(request: pytest.FixtureRequest, conversation: Conversation) -> Chat:
    return Chat(conversation, profile=request.param)


def test_every_topic(bereaved: Chat) -> None:
    for topic in bereaved.conversation.knowledge.topics:
        assert tender(bereaved.presses(f"topic:{topic}")), topic
        for stage in ("", ":pregnant", ":caesarean", ":after-birth"):
            assert tender(bereaved.presses(f"more:{topic}{stage}")), topic
        bereaved.says("my chest hurts")
        assert tender(bereaved.presses(f"asked:{topic}")), topic


def test_every_flag(bereaved: Chat) -> None:
    for flag in bereaved.conversation.knowledge.flags.values():
        for text in (*flag.examples[:3],):
            reply = bereaved.says(text)
            assert tender(reply), text
            assert text_of(reply)
        reply = bereaved.presses(f"check:{flag.id}:yes")
        assert reply.outcome is Outcome.ALARM
        assert tender(reply), flag.id
        assert any(b.kind is BlockKind.TEXT and len(b.text) > 40 for b in reply.cards[0].blocks), flag.id


def test_every_command_and_menu(bereaved: Chat) -> None:
    for name in ("start", "help", "topics", "settings", "about", "privacy", "forget", "cancel", "nonsense"):
        assert tender(bereaved.commands(name)), name
    for group in bereaved.conversation.knowledge.groups:
        assert tender(bereaved.presses(f"group:{group.id}"))
    for action in ("ask-profile", "no-profile", "country", "set:stage:loss", "set:born:1", "set:birth:skip", "old"):
        assert tender(bereaved.presses(action)), action


def test_the_words_of_every_check_stay(bereaved: Chat, loss: LossFilter) -> None:
    flags = bereaved.conversation.knowledge.flags
    for flag in flags.values():
        for text in (flag.ask, flag.if_yes, flag.say, flag.escalated):
            kept = loss.without_child(text, clauses=True)
            assert not loss.hurts(kept)
            assert bool(kept) == bool(text), (flag.id, text)


@pytest.mark.parametrize(
    "text",
    ["I lost my baby", "we lost our little girl last week", "my baby died", "she was stillborn", "i had a miscarriage"],
)
def test_told_in_a_message(chat: Chat, text: str) -> None:
    reply = chat.says(text)
    assert chat.state.profile.stage is Stage.LOSS
    assert "so very sorry" in text_of(reply)
    assert tender(reply)


@pytest.mark.parametrize(
    "text",
    [
        "i want to lose my baby weight", "how do i lose baby weight", "my friend lost her baby, how do i lift",
        "lost my baby years ago, now pregnant again", "can lifting cause a miscarriage",
    ],
)  # fmt: skip
def test_what_is_no_loss_of_hers(chat: Chat, text: str) -> None:
    chat.says(text)
    assert chat.state.profile.stage is None


def test_told_with_a_question(chat: Chat) -> None:
    reply = chat.says("i lost my baby, how do i lift without hurting my back")
    assert reply.topics[0] == "lifting"
    assert text_of(reply).startswith("I am so very sorry")
    assert tender(reply)


def test_told_by_a_button(chat: Chat) -> None:
    assert "so very sorry" in text_of(chat.presses("set:stage:loss"))
    assert chat.state.context.setup is None
    assert tender(chat.presses("topic:carrying-baby"))


def test_an_answer_all_about_a_child_is_left_out(chat: Chat) -> None:
    chat.says("i lost my baby")
    reply = chat.presses("topic:carrying-baby")
    assert "leave this answer out" in text_of(reply)
    assert not [a for a in actions_of(reply) if not a.startswith("topic:")]
    assert tender(chat.says("tell me more"))


def test_in_a_group_it_holds_for_the_talk(group: Chat) -> None:
    assert tender(group.says("i lost my baby"))
    assert tender(group.says("how do i lift"))
    assert group.state.profile.stage is None


def test_a_weight_is_said_in_other_words(loss: LossFilter) -> None:
    assert loss.without_child("Lift nothing heavier than your baby. Feed the baby.") == "Lift nothing heavy."


def test_a_card_of_nothing_but_a_child(loss: LossFilter) -> None:
    card = Card(blocks=(Block(kind=BlockKind.TITLE, text="Carrying a baby"), Block(text="Swap sides.")))
    assert says_nothing(loss.gentle(card))
    assert loss.gentle(card, safety=True).blocks == (Block(text="Swap sides."),)


def test_without_words_nothing_is_left_out() -> None:
    loss = LossFilter(Withheld(), PhraseGroups({}))
    assert not loss.hurts("Feed the baby.")
    assert loss.without_child("Lift nothing heavier than your baby.") == "Lift nothing heavier than your baby."

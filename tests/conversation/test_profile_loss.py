"""After a loss, whatever button of the profile is pressed, the answer has words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.conversation.message import Message
from bot.conversation.state import ChatState, Context, Profile, Stage
from tests.e2e.test_real_talk import real_conversation

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("action", ["set:country:skip", "set:country:GB", "set:cleared:yes", "set:cleared:no"])
def test_no_card_is_empty(action: str) -> None:
    state = ChatState(profile=Profile(stage=Stage.LOSS, greeted=True), context=Context(setup="country"))
    reply = real_conversation().respond(Message(at=NOW, action=action), state).reply
    assert reply.cards
    assert all(any(block.text or block.items for block in card.blocks) for card in reply.cards)

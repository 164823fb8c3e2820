"""Chats to talk in, and what a reply shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.reply import Reply
from bot.conversation.state import ChatState, Context, Profile

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Chat:
    """One chat with the conversation; every message comes half a minute after the one before."""

    def __init__(self, conversation: Conversation, *, group: bool = False, profile: Profile | None = None) -> None:
        self.conversation = conversation
        self.group = group
        self.at = NOON
        self.state = ChatState(profile=profile or Profile(greeted=True, offered=True))
        if group:
            self.state = ChatState(context=Context(greeted=True))
        self.last: Reply | None = None
        self.forgot = False

    def _does(self, message: Message) -> Reply:
        turn = self.conversation.respond(message, self.state)
        self.state, self.forgot, self.last = turn.state, turn.forget, turn.reply
        self.at += timedelta(seconds=30)
        return turn.reply

    def says(self, text: str, **more: object) -> Reply:
        return self._does(Message(at=self.at, text=text, group=self.group, **more))  # type: ignore[arg-type]

    def presses(self, action: str) -> Reply:
        return self._does(Message(at=self.at, action=action, group=self.group))

    def commands(self, name: str, text: str = "") -> Reply:
        return self._does(Message(at=self.at, command=name, text=text, group=self.group))


def text_of(reply: Reply) -> str:
    """Everything a reply shows: texts, tips, labels, notice."""
    shown = [reply.notice]
    for card in reply.cards:
        for block in card.blocks:
            shown += [block.text, *block.items]
        shown += [button.label for row in card.buttons for button in row]
    return "\n".join(s for s in shown if s)


def actions_of(reply: Reply) -> list[str]:
    return [b.action for card in reply.cards for row in card.buttons for b in row if b.action]

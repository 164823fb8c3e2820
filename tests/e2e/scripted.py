"""A conversation by script: what the end-to-end tests put in the place of the real one."""

from __future__ import annotations

import asyncio

from bot.conversation.message import Message
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Block, Button, Card, Outcome, Reply
from bot.conversation.state import Exchange
from bot.conversation.suggestions import Suggestions
from bot.telegram.texts import SetUpTexts, TelegramTexts

TEXTS = TelegramTexts(
    not_yours="This button is not yours.",
    too_old="This button is too old.",
    inline_button="Open the bot for that.",
    failed="Something went wrong. If you are worried, call your midwife.",
    late="Sorry for the delay.",
    too_many="One moment, please.",
)
SET_UP = SetUpTexts(
    start="Begin", topics="Topics", remind="Remind me", reminders="My reminders", settings="Settings", help="Help",
    about="About", privacy="Privacy", mydata="My data", forget="Forget me", cancel="Cancel",
    description="A bot for backs.", short_description="Backs.",
)  # fmt: skip


def reply(*texts: str, outcome: Outcome = Outcome.ANSWER, replace: bool = False, **more: object) -> Reply:
    """A reply of one card a text."""
    cards = tuple(Card(blocks=(Block(text=text),), replace=replace) for text in texts)
    return Reply(outcome=outcome, cards=cards, **more)  # type: ignore[arg-type]


def buttons(text: str, *labels: str, **more: object) -> Reply:
    """A reply of one card with a button a label, whose action is the label in lower case."""
    row = tuple(Button(label=label, action=label.lower()) for label in labels)
    return Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=(Block(text=text),), buttons=(row,)),), **more)  # type: ignore[arg-type]


class ScriptedConversation:
    """Replies by what was said: by text, "/command" or action; else it echoes. Keeps exchanges in memory."""

    def __init__(self) -> None:
        self.texts = TEXTS
        self.script: dict[str, Reply | Exception] = {}
        self.suggestions = Suggestions()
        self.heard: list[tuple[ChatKey, Message]] = []
        self.exchanges: dict[tuple[ChatKey, int], Exchange] = {}
        self.delays: dict[str, float] = {}
        self.finished: list[str] = []

    async def handle(self, key: ChatKey, message: Message, update: int | None = None) -> Reply:
        self.heard.append((key, message))
        said = f"/{message.command}" if message.command else message.action or message.text
        await asyncio.sleep(self.delays.get(said, 0))
        self.finished.append(said)
        found = self.script.get(said, reply(f"heard: {said or message.attachment}"))
        if isinstance(found, Exception):
            raise found
        return found

    async def watch(self, key: ChatKey, message: Message, update: int | None = None) -> Reply | None:
        found = await self.handle(key, message, update)
        return found if found.is_safety else None

    def meanwhile(self, message: Message) -> Reply:
        found = self.script.get(message.action or message.text)
        return found if isinstance(found, Reply) and found.is_safety else reply(TEXTS.failed)

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        self.exchanges[key, exchange.asked] = exchange

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        return self.exchanges.get((key, asked))

    def suggest(self, query: str) -> Suggestions:
        return self.suggestions

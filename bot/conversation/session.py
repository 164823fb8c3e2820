"""The conversation with its memory: load, respond, keep. Whatever fails, an answer goes out."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.conversation.cards import block
from bot.conversation.conversation import Conversation
from bot.conversation.inline import Article, Suggestions
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey, ConversationStore
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import ChatState, Exchange, Turn
from bot.errors import StoreError

INLINE_ARTICLES = 5
INLINE_SHARE = 0.03
"""Share a topic needs to be offered inline: she sees the titles and chooses, so it may be low."""

log = logging.getLogger(__name__)


class Session:
    """Answers messages of all chats. No public method raises."""

    def __init__(self, conversation: Conversation, store: ConversationStore) -> None:
        """Arguments: store, handed in; any that keeps the promises of `ConversationStore`."""
        self.conversation = conversation
        self._store = store

    async def handle(self, key: ChatKey, message: Message) -> Reply:
        """The reply to a message; keeps the state.

        While the store fails, triage still runs and the reply goes out without memory. When anything else fails, the reply says where to seek help.
        """
        state, has_store = await self._load(key)
        try:
            turn = self.conversation.respond(message, state)
        except Exception:  # the last line of defence: a mother must never be left with silence
            log.exception("a message could not be answered", extra={"action": "respond_failed"})
            return self._after_failure(message)
        if not has_store:
            return self._without_store(turn)
        return await self._keep(key, turn)

    async def _load(self, key: ChatKey) -> tuple[ChatState, bool]:
        try:
            return await self._store.load(key), True
        except StoreError as error:
            log.error("the chat could not be loaded: %s", error, extra={"action": "store_load_failed"})  # noqa: TRY400 - the traceback would add nothing
            return ChatState(), False

    def _without_store(self, turn: Turn) -> Reply:
        if turn.forget:
            return Reply(
                outcome=Outcome.FALLBACK, cards=(Card(blocks=block(self.conversation.texts("forget-failed"))),)
            )
        return turn.reply

    async def _keep(self, key: ChatKey, turn: Turn) -> Reply:
        try:
            if turn.forget:
                await self._store.forget(key.chat)
                return turn.reply
            await self._store.save(key, turn.state)
            if turn.feedback:
                await self._store.add_feedback(key, turn.feedback)
        except StoreError as error:
            log.error("the chat could not be kept: %s", error, extra={"action": "store_save_failed"})  # noqa: TRY400
            return self._without_store(turn)
        return turn.reply

    def _after_failure(self, message: Message) -> Reply:
        """Triage alone, where that still works; otherwise where to seek help."""
        try:
            finding = self.conversation.understanding.triage(message.text)
            if finding.flag and finding.level:
                flag = self.conversation.knowledge.flags[finding.flag]
                card = self.conversation.safety.alarm(
                    flag, finding.level, country=None, escalated=finding.escalated, asked=False, group=message.group
                )
                return Reply(outcome=Outcome.ALARM, cards=(card,), flag=flag.id, level=finding.level, confidence=1.0)
        except Exception:
            log.exception("triage failed as well", extra={"action": "triage_failed"})
        return Reply(outcome=Outcome.FALLBACK, cards=(Card(blocks=block(self.conversation.texts.seek_help)),))

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        """Note which messages of ours answered one of hers, so that an edit can change them."""
        try:
            state = await self._store.load(key)
            await self._store.save(key, replace(state, context=state.context.with_exchange(exchange)))
        except StoreError as error:
            log.warning("an exchange was not noted: %s", error, extra={"action": "exchange_not_noted"})

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        """What was noted for a message of hers, if it still is known."""
        try:
            state = await self._store.load(key)
        except StoreError:
            return None
        return next((e for e in state.context.exchanges if e.asked == asked), None)

    def suggest(self, query: str) -> Suggestions:
        """What inline mode offers for a query; with a red flag, only the way to the bot."""
        try:
            return self._suggested(query)
        except Exception:
            log.exception("an inline query could not be answered", extra={"action": "inline_failed"})
            return self._open_bot()

    def _suggested(self, query: str) -> Suggestions:
        conversation = self.conversation
        if conversation.understanding.triage(query).kind:
            return self._open_bot()
        ranking = conversation.understanding.rank(query)
        topics = (
            [c.topic for c in ranking.candidates if c.confidence >= INLINE_SHARE][:INLINE_ARTICLES]
            if ranking.is_english
            else []
        )
        if not query.strip():
            topics = list(conversation.knowledge.topics)[:INLINE_ARTICLES]
        found = [conversation.knowledge.topics[t] for t in topics]
        return Suggestions(
            articles=tuple(
                Article(
                    id=t.id,
                    title=t.title,
                    description=t.answer.splitlines()[0][:120],
                    card=conversation.cards.shared(t),
                )
                for t in found
            )
        )

    def _open_bot(self) -> Suggestions:
        texts = self.conversation.texts
        label = texts("inline-open-bot") or "Open the chat"
        text = texts("inline-open-bot-text") or texts.seek_help
        article = Article(id="open-bot", title=label, description=text[:120], card=Card(blocks=block(text)))
        return Suggestions(articles=(article,), open_bot=label)

"""The conversation with its memory: load, respond, keep. Whatever fails, an answer goes out."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.conversation.cards import block
from bot.conversation.conversation import Conversation
from bot.conversation.inline import Suggestions, suggest
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey, ConversationStore
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import ChatState, Exchange, Turn
from bot.errors import StoreError

log = logging.getLogger(__name__)


class Session:
    """Answers messages of all chats. No public method raises."""

    def __init__(self, conversation: Conversation, store: ConversationStore) -> None:
        """Arguments: store, handed in; any that keeps the promises of `ConversationStore`."""
        self.conversation = conversation
        self._store = store

    async def handle(self, key: ChatKey, message: Message) -> Reply:
        """The reply to a message; keeps the state.

        While the store fails, the reply goes out without memory. When anything else fails, it is the alarm that triage
        still raises, or says where to seek help.
        """
        state = await self._load(key)
        try:
            turn = self.conversation.respond(message, state or ChatState())
        except Exception:  # the last line of defence: a mother must never be left with silence
            log.exception("a message could not be answered", extra={"action": "respond_failed"})
            return self._after_failure(message, state or ChatState())
        if state is not None and await self._keep(key, turn):
            return turn.reply
        return self._plain("forget-failed") if turn.forget else turn.reply

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        """Note which messages of ours answered one of hers, so that an edit can change them."""
        state = await self._load(key)
        if state is not None and state.context.at:  # nothing is kept of her just after she had all deleted
            await self._keep(key, Turn(reply=_NOTHING, state=_noting(state, exchange)))

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        """What was noted for a message of hers, if it still is known."""
        state = await self._load(key)
        exchanges = state.context.exchanges if state else ()
        return next((e for e in exchanges if e.asked == asked), None)

    def suggest(self, query: str) -> Suggestions:
        """What inline mode offers for a query; with a red flag, only the way to the bot."""
        try:
            return suggest(self.conversation, query)
        except Exception:  # as in `handle`
            log.exception("an inline query could not be answered", extra={"action": "inline_failed"})
            return suggest(self.conversation, None)

    async def _load(self, key: ChatKey) -> ChatState | None:
        """The state; None while the store fails."""
        try:
            return await self._store.load(key)
        except StoreError as error:
            log.error("the chat could not be loaded: %s", error, extra={"action": "store_load_failed"})  # noqa: TRY400
        except Exception:  # a mistake in the store may not silence an alarm
            log.exception("the chat could not be loaded", extra={"action": "store_load_failed"})
        return None

    async def _keep(self, key: ChatKey, turn: Turn) -> bool:
        """Keep what a turn says; False while the store fails."""
        try:
            if turn.forget:
                await self._store.forget(key.chat)
                return True
            await self._store.save(key, turn.state)
            if turn.feedback:
                await self._store.add_feedback(key, turn.feedback)
        except StoreError as error:
            log.error("the chat could not be kept: %s", error, extra={"action": "store_save_failed"})  # noqa: TRY400
        except Exception:  # as above
            log.exception("the chat could not be kept", extra={"action": "store_save_failed"})
        else:
            return True
        return False

    def _after_failure(self, message: Message, state: ChatState) -> Reply:
        """Triage alone, where that still works; otherwise where to seek help."""
        try:
            if turn := self.conversation.seek_help(message, state):
                return turn.reply
        except Exception:  # the last of the last
            log.exception("triage failed as well", extra={"action": "triage_failed"})
        return self._plain("seek-help")

    def _plain(self, name: str) -> Reply:
        texts = self.conversation.texts
        return Reply(outcome=Outcome.FALLBACK, cards=(Card(blocks=block(texts(name) or texts.seek_help)),))


_NOTHING = Reply(outcome=Outcome.ANSWER)


def _noting(state: ChatState, exchange: Exchange) -> ChatState:
    return replace(state, context=state.context.with_exchange(exchange))

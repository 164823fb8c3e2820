"""The conversation with its memory: load, respond, keep. Whatever fails, an answer goes out."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

from bot.conversation.cards import block
from bot.conversation.dialogue import Conversation
from bot.conversation.message import Message
from bot.conversation.ports import ChatKey, ConversationStore, Kept
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import ChatState, Exchange, Turn
from bot.conversation.suggestions import Suggestions, suggest
from bot.errors import StoreError
from bot.log import report

_log = logging.getLogger(__name__)


class UnkeptError(StoreError):
    """A message could not be answered for good, as the store fails."""

    def __init__(self, instead: Reply) -> None:
        """Make one.

        Args:
            instead: what can be said meanwhile.
        """
        super().__init__()
        self.instead = instead


class ConversationService:
    """Answers messages of all chats. Only `handle` and `watch` raise, and only `UnkeptError`."""

    def __init__(
        self,
        conversation: Conversation,
        store: ConversationStore,
        on_turn: Callable[[Turn], None] = lambda _turn: None,
    ) -> None:
        """Make one.

        Args:
            store: any that keeps the promises of `ConversationStore`.
            on_turn: told what was kept.
        """
        self.conversation = conversation
        self._store = store
        self._on_turn = on_turn
        self._latest: dict[ChatKey, ChatState] = {}
        """States just kept, so that what was sent can be noted without loading them again."""

    async def handle(self, key: ChatKey, message: Message, update: int | None = None) -> Reply:
        """The reply to a message; keeps the state.

        When anything but the store fails, it is the alarm that triage still raises, or says where to seek help.

        Args:
            key: whose conversation.
            message: what came in.
            update: names the message in the inbox, where it lies until it is answered; the reply is noted there.

        Raises:
            UnkeptError: the store fails and the message can be answered later, as it lies in the inbox. Without
                `update` nothing is raised: the reply then goes out without memory.
        """
        turn, known = await self._respond(key, message, update)
        if turn is None:
            return self._after_failure(message, known or ChatState())
        if turn.export:
            turn = await self._exported(key, turn)
        if known is not None and await self._keep(key, turn, update):
            self._on_turn(turn)
            return turn.reply
        if turn.forget:
            return self._plain("forget-failed")
        if update is not None:
            raise UnkeptError(turn.reply if turn.reply.is_safety else self._plain("seek-help"))
        return turn.reply

    async def watch(self, key: ChatKey, message: Message, update: int | None = None) -> Reply | None:
        """The reply to one message too many: the same where it is about safety, otherwise None, and nothing is kept.

        What goes in and is raised: see `handle`. An answer to a safety check counts as being about safety.
        """
        turn, known = await self._respond(key, message, update)
        if turn is None:
            return self._after_failure(message, known or ChatState())
        if not turn.reply.is_safety and not (known and known.context.check and not turn.state.context.check):
            return None
        if known is not None and not await self._keep(key, turn, update) and update is not None:
            raise UnkeptError(turn.reply if turn.reply.is_safety else self._plain("seek-help"))
        return turn.reply

    def meanwhile(self, message: Message) -> Reply:
        """What can be said while the store fails: the alarm that the message raises, or where to seek help."""
        try:
            reply = self.conversation.respond(message, ChatState()).reply
        except Exception as error:  # noqa: BLE001 (as in `handle`)
            report(error, "a message could not be answered", "respond-failed")
            return self._after_failure(message, ChatState())
        return reply if reply.is_safety else self._plain("seek-help")

    async def _respond(
        self, key: ChatKey, message: Message, update: int | None
    ) -> tuple[Turn | None, ChatState | None]:
        """The turn, None where it failed; and the state that was loaded, None while the store fails."""
        state = await self._load(key)
        if state is None and update is not None:
            raise UnkeptError(self.meanwhile(message))
        try:
            return self.conversation.respond(message, state or ChatState()), state
        except Exception as error:  # noqa: BLE001 (the last line of defence: a mother must never be left with silence)
            report(error, "a message could not be answered", "respond-failed")
            return None, state

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        """Note which messages of ours answered one of hers, so that an edit can change them."""
        state = self._latest.pop(key, None) or await self._load(key)
        if state is not None and state.context.at:  # nothing is kept of her just after she had all deleted
            await self._keep(key, Turn(reply=_NOTHING, state=_noting(state, exchange)), None)

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        """What was noted for a message of hers, if it still is known."""
        state = await self._load(key)
        exchanges = state.context.exchanges if state else ()
        return next((e for e in exchanges if e.asked == asked), None)

    def suggest(self, query: str) -> Suggestions:
        """What inline mode offers for a query; with a red flag, only the way to the bot."""
        try:
            return suggest(self.conversation, query)
        except Exception as error:  # noqa: BLE001 (as in `handle`)
            report(error, "an inline query could not be answered", "inline-failed")
            return suggest(self.conversation, None)

    async def _load(self, key: ChatKey) -> ChatState | None:
        """The state; None while the store fails."""
        try:
            return await self._store.load(key)
        except StoreError as error:
            _log.error("the chat could not be loaded: %s", error, extra={"action": "store-load-failed"})
        except Exception as error:  # noqa: BLE001 (a mistake in the store may not silence an alarm)
            report(error, "the chat could not be loaded", "store-load-failed")
        return None

    async def _keep(self, key: ChatKey, turn: Turn, update: int | None) -> bool:
        """Keep what a turn says; False while the store fails."""
        self._latest.pop(key, None)
        try:
            if turn.forget:
                await self._store.forget(key.chat)
                return True
            reply = turn.reply if update is not None else None
            kept = Kept(
                walks=turn.walks,
                feedback=turn.feedback,
                improve=turn.improve,
                unanswered=turn.unanswered,
                update=update,
                reply=reply,
            )
            await self._store.save(key, turn.state, kept)
        except StoreError as error:
            _log.error("the chat could not be kept: %s", error, extra={"action": "store-save-failed"})
        except Exception as error:  # noqa: BLE001 (as above)
            report(error, "the chat could not be kept", "store-save-failed")
        else:
            if update is not None:  # the ids of what is sent for it are noted next
                if len(self._latest) >= _MOST_LATEST:
                    self._latest.clear()
                self._latest[key] = turn.state
            return True
        return False

    async def _exported(self, key: ChatKey, turn: Turn) -> Turn:
        """The turn with everything that is kept of the chat."""
        try:
            return self.conversation.exported(turn, await self._store.export(key.chat))
        except StoreError as error:
            _log.error("the chat could not be exported: %s", error, extra={"action": "store-export-failed"})
        except Exception as error:  # noqa: BLE001 (as in `_load`)
            report(error, "the chat could not be exported", "store-export-failed")
        return replace(turn, reply=self._plain("mydata-failed"))

    def _after_failure(self, message: Message, state: ChatState) -> Reply:
        """Triage alone, where that still works; otherwise where to seek help."""
        try:
            if turn := self.conversation.seek_help(message, state):
                return turn.reply
        except Exception as error:  # noqa: BLE001 (the last of the last)
            report(error, "triage failed as well", "triage-failed")
        return self._plain("seek-help")

    def _plain(self, name: str) -> Reply:
        texts = self.conversation.texts
        return Reply(outcome=Outcome.FALLBACK, cards=(Card(blocks=block(texts(name) or texts.seek_help)),))


_NOTHING = Reply(outcome=Outcome.ANSWER)
_MOST_LATEST = 1000
"""More are not in the sending at once."""


def _noting(state: ChatState, exchange: Exchange) -> ChatState:
    return replace(state, context=state.context.with_exchange(exchange))

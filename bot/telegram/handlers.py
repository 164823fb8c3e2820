"""What happens on each kind of update: read it, ask the conversation, show the reply. Nothing is decided here."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from telegram import CallbackQuery, Message, Update, User
from telegram.constants import CallbackQueryLimit
from telegram.error import TelegramError
from telegram.ext import (
    CallbackQueryHandler,
    ChatMemberHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.conversation import message as conversation
from bot.conversation.inline import Suggestions
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.state import Exchange
from bot.telegram.application import BotApplication, Context
from bot.telegram.delivery import Delivery
from bot.telegram.failure import report
from bot.telegram.incoming import is_group, read
from bot.telegram.inline import answer_inline
from bot.telegram.outbox import Outbox, Place
from bot.telegram.render import Part
from bot.telegram.texts import TelegramTexts

_log = logging.getLogger(__name__)


class Brain(Protocol):
    """What the adapter needs of the conversation and its store. No method raises."""

    texts: TelegramTexts

    async def handle(self, key: ChatKey, message: conversation.Message) -> Reply:
        """The reply to a message; keeps the state."""
        ...

    async def remember_exchange(self, key: ChatKey, exchange: Exchange) -> None:
        """Note which messages of ours answered one of hers."""
        ...

    async def earlier_exchange(self, key: ChatKey, asked: int) -> Exchange | None:
        """What was noted for a message of hers, if it still is known."""
        ...

    def suggest(self, query: str) -> Suggestions:
        """What inline mode offers for a query, at most 256 characters."""
        ...


class Handlers:
    """The handlers of one application."""

    def __init__(
        self, brain: Brain, outbox: Outbox, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        """Arguments: brain, the conversation; clock, aware, for tests."""
        self._brain = brain
        self._outbox = outbox
        self._clock = clock

    def install(self, application: BotApplication) -> None:
        """Add them; no two take the same update, so their order means nothing."""
        said = filters.UpdateType.MESSAGE | filters.UpdateType.EDITED_MESSAGE
        application.add_handler(MessageHandler(said, self.on_message))
        application.add_handler(CallbackQueryHandler(self.on_press))
        application.add_handler(InlineQueryHandler(self.on_inline))
        application.add_handler(ChatMemberHandler(self.on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
        application.add_error_handler(self.on_error)

    async def on_message(self, update: Update, context: Context) -> None:
        """She wrote, or changed what she wrote."""
        said = update.effective_message
        heard = read(update, context.bot.bot, self._clock())
        if heard is None or said is None:
            return
        key, message = heard
        earlier = await self._brain.earlier_exchange(key, said.message_id) if message.edited else None
        reply = await self._brain.handle(key, message)
        delivery = Delivery(self._outbox, context.bot.username)
        sent = await delivery.answer(_place(said, said if message.group else None), reply, earlier)
        if sent:
            exchange = Exchange(asked=said.message_id, replies=sent, safety=reply.is_safety)
            await self._brain.remember_exchange(key, exchange)

    async def on_press(self, update: Update, context: Context) -> None:
        """She pressed a button. The query is answered whatever happens, or the button would keep spinning."""
        query = update.callback_query
        if query is None:
            return
        notice, alert = self._brain.texts.failed, False
        try:
            notice, alert = await self._press(update, query, context)
        finally:
            await self._answer(query, notice, alert=alert)

    async def on_inline(self, update: Update, context: Context) -> None:
        """She types behind the bot's name in any chat."""
        if update.inline_query is not None:
            suggestions = self._brain.suggest(update.inline_query.query)
            await answer_inline(update.inline_query, suggestions, context.bot.username)

    async def on_membership(self, update: Update, context: Context) -> None:  # noqa: ARG002  (PTB's signature)
        """The bot was blocked, let in again, added or removed."""
        change = update.my_chat_member
        if change is not None:
            _log.info(
                "Membership: %s -> %s in a chat of type %s",
                change.old_chat_member.status,
                change.new_chat_member.status,
                change.chat.type,
                extra={"action": "membership"},
            )

    async def on_error(self, update: object, context: Context) -> None:
        """A mistake of ours: log it without a word of hers, and do not leave her without an answer."""
        report(context.error)
        if not isinstance(update, Update) or update.callback_query is not None or update.effective_message is None:
            return
        said = update.effective_message
        text = self._brain.texts.failed
        if not is_group(said.chat.type) or read(update, context.bot.bot, self._clock()) is not None:
            await self._outbox.send(_place(said, said if is_group(said.chat.type) else None), Part(text, None, text))

    async def _press(self, update: Update, query: CallbackQuery, context: Context) -> tuple[str, bool]:
        """Returns what to show over the chat, and whether as an alert."""
        texts = self._brain.texts
        if query.message is None:
            return texts.inline_button, True
        heard = read(update, context.bot.bot, self._clock())
        if heard is None:
            return texts.too_old, False
        # PTB builds a Message also of one that is too old to be read or changed; only its date tells.
        shown = query.message if isinstance(query.message, Message) and query.message.is_accessible else None
        asked = shown.reply_to_message if shown is not None else None
        key, message = heard
        if message.group and asked is not None and _is_anothers(asked, query.from_user):
            return texts.not_yours, True
        reply = await self._brain.handle(key, message)
        place = _place(shown, asked if message.group else None) if shown else Place(chat=key.chat)
        delivery = Delivery(self._outbox, context.bot.username)
        await delivery.after_press(place, reply, shown.message_id if shown else None)
        return reply.notice, False

    async def _answer(self, query: CallbackQuery, notice: str, *, alert: bool) -> None:
        text = notice[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH]
        try:
            await self._outbox.attempt(lambda: query.answer(text or None, show_alert=alert))
        except TelegramError as err:  # too old after an outage: nobody waits for it any more
            _log.info("A press was not answered: %s", type(err).__name__, extra={"action": "press-unanswered"})


def _is_anothers(asked: Message, presser: User) -> bool:
    # Who writes for a chat (an anonymous administrator) cannot be told from the presser.
    return asked.sender_chat is None and asked.from_user is not None and asked.from_user.id != presser.id


def _place(said: Message, answered: Message | None) -> Place:
    return Place(
        chat=said.chat.id,
        thread=said.message_thread_id if said.is_topic_message else None,
        reply_to=answered.message_id if answered is not None else None,
    )

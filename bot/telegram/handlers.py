"""What happens on each kind of update: read it, ask the conversation, show the reply. Nothing is decided here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

from telegram import Bot, CallbackQuery, ChatMember, ChatMemberUpdated, Message, Update, User
from telegram.constants import CallbackQueryLimit
from telegram.error import TelegramError

from bot.conversation.message import Message as Said
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Reply
from bot.conversation.state import Exchange
from bot.errors import StoreError, UpdateTakenError
from bot.telegram.flood_control import FloodControl, Flow
from bot.telegram.inline import answer_inline
from bot.telegram.parsing import is_group, read
from bot.telegram.ports import AdminCommandPort, ChatStatus, ConversationPort, NoChatStatus, no_commands
from bot.telegram.render import Part
from bot.telegram.replies import LATE_S, ReplySender, apologising
from bot.telegram.sender import Place, RetryingSender
from bot.telegram.undelivered import Undelivered

CHATS_AT_ONCE = 32
"""That are thought about, and again that are written to: enough for any pace, and a crash repeats so many at most.
Those that wait to be written to are thought about already, so that an alarm among them is found at once."""

_LATER_S = 60.0
"""A message no older than this counts, for flood control, at the time at which it reached us."""
_GONE = (ChatMember.BANNED, ChatMember.LEFT)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PendingUpdate:
    """An update to answer, across all tries."""

    update: Update
    reply: Reply | None = None
    """What had been decided before a crash: it is only sent."""
    pace: Flow | None = None
    """How it counted in flood control; once, however often it is tried."""


async def always(_update: int) -> bool:
    """For a process that shares its updates with none."""
    return True


class Handlers:
    """Answers updates."""

    def __init__(
        self,
        service: ConversationPort,
        bot: Bot,
        sender: RetryingSender,
        *,
        admin_commands: AdminCommandPort = no_commands,
        chat_status: ChatStatus | None = None,
        flood: FloodControl | None = None,
        losses: Undelivered | None = None,
        is_mine: Callable[[int], Awaitable[bool]] = always,
        on_outcome: Callable[[str], None] = lambda _outcome: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Put them together.

        Args:
            service: the conversation.
            bot: initialised before the first update.
            sender: sends.
            admin_commands: asked before the conversation, unless she sends too many.
            chat_status: told of chats that block the bot, come back or get another id.
            flood: counts messages.
            losses: knows what the outbox gave up.
            is_mine: asked before an update is thought about and before something is sent for it, by its id; may raise
                StoreError.
            on_outcome: told what was decided, for counting.
            clock: aware.
        """
        self._service = service
        self._bot = bot
        self._sender = sender
        self._admin_commands = admin_commands
        self._chat_status = chat_status or NoChatStatus()
        self._flood = flood or FloodControl()
        self._losses = losses or Undelivered()
        self._is_mine = is_mine
        self._on_outcome = on_outcome
        self._clock = clock
        self._thinking = asyncio.Semaphore(CHATS_AT_ONCE)
        self._writing = {is_many: asyncio.Semaphore(CHATS_AT_ONCE) for is_many in (False, True)}
        """To groups apart: a 429 makes one wait for a minute."""

    async def handle(self, job: PendingUpdate) -> None:
        """Answer an update.

        Raises:
            StoreError: it has to be tried again; `UnkeptError` where something can be said meanwhile.
            UndeliveredError: the same, as Telegram could not be reached.
            UpdateTakenError: it is another process's now, and nothing was sent.
        """
        update = job.update
        if update.callback_query is not None:
            await self._on_press(job, update.callback_query)
        elif update.inline_query is not None:
            suggestions = self._service.suggest(update.inline_query.query)
            await answer_inline(update.inline_query, suggestions, self._bot.username)
        elif update.my_chat_member is not None:
            await self._on_membership(update.my_chat_member)
        elif (said := update.message or update.edited_message) is not None:
            await self._on_message(job, said)

    def meanwhile(self, update: Update) -> Reply | None:
        """What to say while the store fails; None where the bot has to be quiet."""
        heard = read(update, self._bot.bot, self._clock())
        return self._service.meanwhile(heard[1]) if heard is not None else None

    async def say(self, place: Place, reply: Reply) -> None:
        """Send a reply that answers no update for good."""
        await ReplySender(self._sender, self._bot.username).new(place, reply)

    async def give_up(self, update: Update) -> None:
        """She is not left without an answer to what we cannot read or answer."""
        query, said, failed = update.callback_query, update.effective_message, self._service.texts.failed
        if query is not None:
            await self._answer(query, failed, alert=False)
        elif said is not None and (
            not is_group(said.chat.type) or read(update, self._bot.bot, self._clock()) is not None
        ):
            await self._sender.send(place_of(update), Part(failed, None, failed))

    async def give_up_chat(self, chat: int) -> None:
        """The same where not even the update can be read; silent in a group, where it may have been for others."""
        if chat > 0:
            failed = self._service.texts.failed
            await self._sender.send(Place(chat=chat), Part(failed, None, failed))

    async def _on_message(self, job: PendingUpdate, said: Message) -> None:
        """She wrote, or changed what she wrote."""
        if said.migrate_to_chat_id is not None:
            await self._chat_status.migrated(said.chat.id, said.migrate_to_chat_id)
        now = self._clock()
        heard = read(job.update, self._bot.bot, now)
        if heard is None:
            return
        key, message = heard
        age = (now - (said.edit_date or said.date)).total_seconds()
        reply = await self._reply(job, key, message, now.timestamp() - (age if age > _LATER_S else 0.0))
        place = place_of(job.update)
        if reply is None:
            if job.pace is Flow.TOO_MANY and (text := self._service.texts.too_many):
                await self._sender.send(place, Part(text, None, text))
            return
        if age > LATE_S:
            reply = apologising(reply, self._service.texts.late)
        earlier = await self._service.earlier_exchange(key, said.message_id) if message.edited else None
        async with self._turn(place, reply):
            await self._check_mine(job)
            self._losses.forget(key.chat)
            sent = await ReplySender(self._sender, self._bot.username).answer(place, reply, earlier)
        if sent:
            exchange = Exchange(asked=said.message_id, replies=sent, safety=reply.is_safety)
            await self._service.remember_exchange(key, exchange)
        self._losses.check(key.chat)

    async def _on_press(self, job: PendingUpdate, query: CallbackQuery) -> None:
        """She pressed a button. The query is answered whatever happens, or the button would keep spinning."""
        texts = self._service.texts
        if query.message is None:
            return await self._answer(query, texts.inline_button, alert=True)
        now = self._clock()
        heard = read(job.update, self._bot.bot, now)
        if heard is None:
            return await self._answer(query, texts.too_old, alert=False)
        # PTB builds a Message also of one that is too old to be read or changed; only its date tells.
        shown = query.message if isinstance(query.message, Message) and query.message.is_accessible else None
        asked = shown.reply_to_message if shown is not None else None
        key, message = heard
        if message.group and asked is not None and _is_anothers(asked, query.from_user):
            return await self._answer(query, texts.not_yours, alert=True)
        reply = await self._reply(job, key, message, now.timestamp())
        if reply is None:
            return await self._answer(query, texts.too_many, alert=False)
        delivery, place = ReplySender(self._sender, self._bot.username), place_of(job.update)
        async with self._turn(place, reply):
            await self._check_mine(job)
            self._losses.forget(key.chat)
            try:
                await delivery.after_press(place, reply, shown.message_id if shown else None)
            finally:
                await self._answer(query, reply.notice, alert=False)
        self._losses.check(key.chat)
        return None

    async def _on_membership(self, change: ChatMemberUpdated) -> None:
        """The bot was blocked, let in again, added or removed."""
        status = change.new_chat_member.status
        _log.info(
            "Membership: %s -> %s in a chat of type %s",
            change.old_chat_member.status,
            status,
            change.chat.type,
            extra={"action": "membership"},
        )
        if status in _GONE:
            await self._chat_status.mark_away(change.chat.id, self._clock().timestamp())
        else:
            await self._chat_status.mark_back(change.chat.id)

    async def _reply(self, job: PendingUpdate, key: ChatKey, message: Said, at: float) -> Reply | None:
        """The reply; None where there were too many messages."""
        if job.reply is not None:
            return job.reply
        await self._check_mine(job)
        if job.pace is None:
            job.pace = self._flood.hear(key.chat, at)
        update = job.update.update_id
        async with self._thinking:
            if job.pace is Flow.CALM:
                answered = await self._admin_commands(key, message)
                job.reply = answered or await self._service.handle(key, message, update)
            else:
                job.reply = await self._service.watch(key, message, update)
        self._on_outcome(job.reply.outcome.value if job.reply is not None else job.pace.value)
        return job.reply

    def _turn(self, place: Place, reply: Reply) -> AbstractAsyncContextManager[None]:
        """An alarm waits for no other chat."""
        return nullcontext() if reply.is_safety else self._writing[place.chat < 0]

    async def _check_mine(self, job: PendingUpdate) -> None:
        try:
            is_mine = await self._is_mine(job.update.update_id)
        except StoreError:
            if job.reply is None or not job.reply.is_safety:  # an alarm is sent rather twice than late
                raise
            return
        if not is_mine:
            raise UpdateTakenError

    async def _answer(self, query: CallbackQuery, notice: str, *, alert: bool) -> None:
        text = notice[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH]
        try:
            await self._sender.attempt(lambda: query.answer(text or None, show_alert=alert))
        except TelegramError as err:  # too old after an outage: nobody waits for it any more
            _log.info("A press was not answered: %s", type(err).__name__, extra={"action": "press-unanswered"})


def place_of(update: Update) -> Place:
    """Where an answer to a message or a press goes; in a group, as an answer to hers.

    Raises:
        ValueError: the update belongs to no chat.
    """
    chat = update.effective_chat
    if chat is None:
        raise ValueError("an update without a chat")
    said = update.effective_message if isinstance(update.effective_message, Message) else None
    if said is None or not said.is_accessible:
        return Place(chat=chat.id)
    answered = said.reply_to_message if update.callback_query is not None else said
    return Place(
        chat=chat.id,
        thread=said.message_thread_id if said.is_topic_message else None,
        reply_to=answered.message_id if answered is not None and is_group(chat.type) else None,
    )


def _is_anothers(asked: Message, presser: User) -> bool:
    # Who writes for a chat (an anonymous administrator) cannot be told from the presser.
    return asked.sender_chat is None and asked.from_user is not None and asked.from_user.id != presser.id

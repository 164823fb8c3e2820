"""What happens on each kind of update: read it, ask the conversation, show the reply. Nothing is decided here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from telegram import Bot, CallbackQuery, ChatMember, ChatMemberUpdated, InlineQuery, Message, Update, User
from telegram.constants import CallbackQueryLimit

from bot.conversation.message import Message as Said
from bot.conversation.ports import ChatKey
from bot.conversation.reply import Block, Card, Outcome, Reply
from bot.conversation.state import Exchange
from bot.errors import ExpiredError, InDoubtError, StoreError, UpdateTakenError
from bot.telegram.albums import Albums
from bot.telegram.copies import Copies
from bot.telegram.double_taps import DoubleTaps, Press
from bot.telegram.flood_control import FloodControl, Flow
from bot.telegram.inline import answer_inline
from bot.telegram.outgoing import Outgoing
from bot.telegram.parsing import is_group, place_of, read
from bot.telegram.ports import AdminCommandPort, ChatStatus, ConversationPort, NoChatStatus, no_commands
from bot.telegram.render import Part
from bot.telegram.replies import LATE_S, ReplySender, apologising, priority_of
from bot.telegram.send_results import Effort, Place
from bot.telegram.sender import RetryingSender
from bot.telegram.steps import Step, after_edit, after_press, new
from bot.updates import Progress

THOUGHTS_AT_ONCE = 32
"""Updates that are thought about: each asks the store, which answers them one after the other."""
LONG = 1000
"""Characters. A longer text takes up to a tenth of a second to read, in which nobody else is heard; such texts are read
one at a time, so that whoever writes a few words meanwhile waits for one of them at most."""
INLINE_A_MINUTE = 60
"""Queries of one person that are answered: Telegram sends one when she stops typing for a moment."""
KEPT_FOR_S = 24 * 3600.0
"""For so long a decided reply waits for Telegram. Later it would answer a question that nobody remembers."""

PRESS_S = 60.0
"""A press older than this is not answered any more: Telegram has long given it up."""
BRIEF_S = 60.0
"""For so long "something went wrong" is worth sending."""
_LATER_S = 60.0
"""A message no older than this counts, for flood control, at the time at which it reached us."""
_GONE = (ChatMember.BANNED, ChatMember.LEFT)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class PendingUpdate:
    """An update to answer, across all tries."""

    update: Update
    received_at: float
    """Epoch seconds."""
    since: float
    """The same moment by the event loop's clock."""
    reply: Reply | None = None
    """What had been decided before a crash: it is only sent."""
    progress: Progress = field(default_factory=Progress)
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
        self._inline_flood = FloodControl(INLINE_A_MINUTE)
        """Apart: what she types elsewhere may not use up what she may write here."""
        self._is_mine = is_mine
        self._on_outcome = on_outcome
        self._clock = clock
        self._albums = Albums()
        self._taps = DoubleTaps()
        self._thinking = asyncio.Semaphore(THOUGHTS_AT_ONCE)
        self._long = asyncio.Semaphore(1)

    async def think(self, job: PendingUpdate) -> Outgoing | None:
        """What an update is to be answered with; None where nothing is to be sent for it any more.

        Raises:
            StoreError: it has to be tried again; `UnkeptError` where something can be said meanwhile.
            UpdateTakenError: it is another process's now.
        """
        update = job.update
        if update.callback_query is not None:
            return await self._on_press(job, update.callback_query)
        if update.inline_query is not None:
            await self._on_inline(update.inline_query)
        elif update.my_chat_member is not None:
            await self._on_membership(update.my_chat_member)
        elif (said := update.message or update.edited_message) is not None:
            return await self._on_message(job, said)
        return None

    async def deliver(
        self,
        outgoing: Outgoing,
        *,
        keep: Callable[[Progress], Awaitable[None]],
        ready: Callable[[], Awaitable[None]],
    ) -> None:
        """Send a decided reply.

        Args:
            outgoing: what to send.
            keep: keeps how far it is.
            ready: waited for before each step.

        Raises:
            ExpiredError: its time was over.
            InDoubtError: an alarm may have arrived, so often that it is not sent again now.
            StoreError: whose it is could not be asked.
            UpdateTakenError: it is another process's now, and nothing was sent.
        """
        await self._check_mine(outgoing.update, is_safety=outgoing.reply.is_safety)
        reply = outgoing.reply
        if outgoing.query is None and self._clock().timestamp() - outgoing.asked_at > LATE_S:
            reply = apologising(reply, self._service.texts.late)
        effort = Effort(priority=priority_of(reply), since=outgoing.since, until=outgoing.received_at + KEPT_FOR_S)
        try:
            sent = await ReplySender(self._sender).send(
                outgoing.place,
                await self._steps(outgoing, reply),
                effort,
                progress=outgoing.progress,
                keep=keep,
                ready=ready,
                most=outgoing.most,
            )
        finally:
            if outgoing.query is not None and self._clock().timestamp() - outgoing.received_at < PRESS_S:
                await self._answer(outgoing.query, reply.notice, alert=outgoing.alert)
        if sent and outgoing.asked is not None:
            exchange = Exchange(asked=outgoing.asked, replies=sent, safety=reply.is_safety)
            await self._service.remember_exchange(outgoing.key, exchange)

    async def _steps(self, outgoing: Outgoing, reply: Reply) -> tuple[Step, ...]:
        username = self._bot.username
        if outgoing.query is not None:
            return after_press(reply, outgoing.pressed, username, keyboard=outgoing.keyboard)
        if not outgoing.edited or outgoing.asked is None:
            return new(reply, username)
        earlier = await self._service.earlier_exchange(outgoing.key, outgoing.asked)
        return after_edit(reply, earlier, username)

    def meanwhile(self, update: Update) -> Reply | None:
        """What to say while the store fails; None where the bot has to be quiet."""
        heard = read(update, self._bot.bot, self._clock())
        return self._service.meanwhile(heard[1]) if heard is not None else None

    async def say(self, place: Place, reply: Reply) -> None:
        """Send a reply that answers no update for good."""
        effort = Effort(priority=priority_of(reply), until=self._clock().timestamp() + KEPT_FOR_S)
        await ReplySender(self._sender).send(
            place, new(reply, self._bot.username), effort, progress=Progress(), keep=_not_kept, ready=_at_once
        )

    @property
    def failure(self) -> Reply:
        """Something went wrong, and where to seek help."""
        return Reply(outcome=Outcome.FALLBACK, cards=(Card(blocks=(Block(text=self._service.texts.failed),)),))

    def failed(self, job: PendingUpdate) -> Outgoing | None:
        """What is said to her where we cannot read or answer; None in a group, where it may have been for others."""
        update = job.update
        query, said, text = update.callback_query, update.effective_message, self._service.texts.failed
        if query is not None:
            return self._saying(job, notice=text, query=query.id)
        if said is None:
            return None
        if is_group(said.chat.type) and read(update, self._bot.bot, self._clock()) is None:
            return None
        return self._saying(job, text, place=place_of(update))

    async def give_up_chat(self, chat: int) -> None:
        """The same where not even the update can be read; silent in a group."""
        if chat > 0:
            failed = self._service.texts.failed
            effort = Effort(until=self._clock().timestamp() + BRIEF_S, copies=Copies(most=1))
            with suppress(ExpiredError, InDoubtError):
                await self._sender.send(Place(chat=chat), Part(failed, None, failed), effort)

    @staticmethod
    def _saying(
        job: PendingUpdate,
        text: str = "",
        *,
        notice: str = "",
        alert: bool = False,
        place: Place | None = None,
        query: str | None = None,
    ) -> Outgoing:
        """A line of our own, which nothing of the conversation is kept of."""
        cards = (Card(blocks=(Block(text=text),)),) if text else ()
        chat = job.update.effective_chat
        place = place or Place(chat=chat.id if chat is not None else 0)
        return Outgoing(
            update=job.update.update_id,
            key=ChatKey(chat=place.chat),
            place=place,
            reply=Reply(outcome=Outcome.FALLBACK, cards=cards, notice=notice),
            received_at=job.received_at,
            since=job.since,
            asked_at=job.received_at,
            query=query,
            alert=alert,
            progress=job.progress,
        )

    async def _on_message(self, job: PendingUpdate, said: Message) -> Outgoing | None:
        """She wrote, or changed what she wrote."""
        if said.migrate_to_chat_id is not None:
            await self._chat_status.migrated(said.chat.id, said.migrate_to_chat_id)
        now = self._clock()
        heard = read(job.update, self._bot.bot, now)
        if heard is None:
            return None
        key, message = heard
        number, has_words = job.update.update_id, bool(message.text or message.command)
        is_told = self._albums.is_answered(key.chat, said.media_group_id, number, has_words=has_words)
        if is_told and job.reply is None:
            return None
        age = (now - (said.edit_date or said.date)).total_seconds()
        reply = await self._reply(job, key, message, now.timestamp() - (age if age > _LATER_S else 0.0))
        place = place_of(job.update)
        if reply is None:
            text = self._service.texts.too_many if job.pace is Flow.TOO_MANY else ""
            return self._saying(job, text, place=place) if text else None
        return Outgoing(
            update=job.update.update_id,
            key=key,
            place=place,
            reply=reply,
            received_at=job.received_at,
            since=job.since,
            asked_at=now.timestamp() - age,
            asked=said.message_id,
            edited=message.edited,
            progress=job.progress,
        )

    async def _on_press(self, job: PendingUpdate, query: CallbackQuery) -> Outgoing | None:
        """She pressed a button. The query is answered whatever happens, or the button would keep spinning."""
        texts = self._service.texts
        if query.message is None:
            return self._saying(job, notice=texts.inline_button, alert=True, query=query.id)
        now = self._clock()
        heard = read(job.update, self._bot.bot, now)
        if heard is None:
            return self._saying(job, notice=texts.too_old, alert=False, query=query.id)
        # PTB builds a Message also of one that is too old to be read or changed; only its date tells.
        shown = query.message if isinstance(query.message, Message) and query.message.is_accessible else None
        asked = shown.reply_to_message if shown is not None else None
        key, message = heard
        if message.group and asked is not None and _is_anothers(asked, query.from_user):
            return self._saying(job, notice=texts.not_yours, alert=True, query=query.id)
        press = Press(key.chat, query.from_user.id, query.message.message_id, message.action)
        number = job.update.update_id
        if job.reply is None and self._taps.is_double(press, number, job.received_at):
            return self._saying(job, query=query.id)
        reply = await self._reply(job, key, message, now.timestamp())
        if reply is None:
            return self._saying(job, notice=texts.too_many, alert=False, query=query.id)
        self._taps.answered(press, number, job.received_at, reply)
        return Outgoing(
            update=job.update.update_id,
            key=key,
            place=place_of(job.update),
            reply=reply,
            received_at=job.received_at,
            since=job.since,
            asked_at=job.received_at,
            pressed=shown.message_id if shown else None,
            keyboard=shown.reply_markup if shown else None,
            query=query.id,
            progress=job.progress,
        )

    async def _on_inline(self, query: InlineQuery) -> None:
        """She types in another chat. A script that floods it meets silence, as it would here."""
        if self._inline_flood.hear(query.from_user.id, self._clock().timestamp()) is Flow.CALM:
            suggestions = self._service.suggest(query.query)
            await answer_inline(query, suggestions, self._bot.username, self._sender)

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
        await self._check_mine(job.update.update_id)
        if job.pace is None:
            job.pace = self._flood.hear(key.chat, at)
        update = job.update.update_id
        async with self._long if len(message.text) > LONG else self._thinking:
            if job.pace is Flow.CALM:
                answered = await self._admin_commands(key, message)
                job.reply = answered or await self._service.handle(key, message, update)
            else:
                job.reply = await self._service.watch(key, message, update)
        self._on_outcome(job.reply.outcome.value if job.reply is not None else job.pace.value)
        return job.reply

    async def _check_mine(self, update: int, *, is_safety: bool = False) -> None:
        try:
            is_mine = await self._is_mine(update)
        except StoreError:
            if not is_safety:  # an alarm is sent rather twice than late
                raise
            return
        if not is_mine:
            raise UpdateTakenError

    async def _answer(self, query: str, notice: str, *, alert: bool) -> None:
        text = notice[: CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH]
        await self._sender.answer_press(query, text, alert=alert)


async def _not_kept(_progress: Progress) -> None:
    """Nothing is kept of what answers no update for good."""


async def _at_once() -> None:
    """It waits for nothing."""


def _is_anothers(asked: Message, presser: User) -> bool:
    # Who writes for a chat (an anonymous administrator) cannot be told from the presser.
    return asked.sender_chat is None and asked.from_user is not None and asked.from_user.id != presser.id

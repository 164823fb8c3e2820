"""One process of the bot: its parts, what it does until it is told to stop, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from telegram import Bot

from bot.errors import StoreError, TokenRefusedError
from bot.runtime.health import Health
from bot.runtime.heartbeat import Heartbeat
from bot.runtime.process_locks import ProcessLocks
from bot.settings.parts import RetentionTimes, TelegramSettings
from bot.shutdown import unless
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.store.leases import Leases
from bot.telegram.bot_profile import set_up_profile
from bot.telegram.connecting import reach
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.flood_control import MOST_A_MINUTE, FloodControl
from bot.telegram.handlers import Handlers
from bot.telegram.meter import Meter
from bot.telegram.polling import REFUSED
from bot.telegram.ports import AdminCommandPort, ChatStatus, ConversationPort, NoChatStatus, no_commands
from bot.telegram.rate_limiter import OverallRate, RateLimiter
from bot.telegram.reachability import Reachability
from bot.telegram.sender import RetryingSender
from bot.telegram.texts import SetUpTexts
from bot.updates import Spool

LOOK_S = 0.5
"""Between two looks for what dead processes left behind."""
FINISH_S = 10.0
"""For what is being answered when told to stop. Hosts kill after 30 s; with all the rest this stays below 20, also
where the database does not answer."""
LEAVE_S = 1.0
"""For the last heartbeat."""

Job = Callable[[asyncio.Event], Awaitable[None]]
"""Something that a process does until the event is set."""

_log = logging.getLogger(__name__)


class Process:
    """A process that answers what it receives, or what others left behind."""

    def __init__(
        self,
        *,
        bot: Bot,
        service: ConversationPort,
        set_up: SetUpTexts,
        database: Database,
        cipher: Cipher,
        admin_commands: AdminCommandPort = no_commands,
        chat_status: ChatStatus | None = None,
        overall_rate: OverallRate | None = None,
        locks: ProcessLocks | None = None,
        spool: Spool | None = None,
        rate: float = TelegramSettings.send_rate,
        meter: Meter | None = None,
        inbox_hours: float = RetentionTimes.inbox_hours,
        first_pause_s: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Build everything; nothing runs yet.

        Args:
            bot: the client.
            service: the conversation.
            set_up: what Telegram shows of the bot.
            database: shared with the other processes.
            cipher: seals what is kept.
            admin_commands: asked before the conversation.
            chat_status: told which chats can be written to.
            overall_rate: the pace over all chats, where more than this process keeps to it.
            locks: tell of dead processes before their leases run out, where that can be known.
            spool: where updates wait while the database fails.
            rate: messages a second over all chats, 0 for no pace at all.
            meter: counts.
            inbox_hours: how long the ids of answered updates are known.
            first_pause_s: before Telegram is tried again, where it cannot be reached at the start.
            clock: epoch seconds, of all that is said and due; who lives and who leads goes by the real time.
        """
        self.bot = bot
        self.meter = meter or Meter()
        self.leases = Leases(database)
        self.heartbeat = Heartbeat(self.leases, alive=locks, on_lapse=self._lapsed)
        self.clock = clock
        self.health = Health(self.heartbeat, self.leases, clock=clock)
        status = chat_status or NoChatStatus()

        async def unreachable(chat: int) -> None:
            await status.mark_away(chat, clock())

        self._refused = asyncio.Event()
        self.reachability = Reachability(lambda: bot._post("getMe"), on_refused=self._refused.set)
        self.sender = RetryingSender(
            bot,
            rate_limiter=RateLimiter(rate=rate, overall_rate=overall_rate),
            reachability=self.reachability,
            on_unreachable=unreachable,
            on_migrated=status.migrated,
            on_sent=self.meter.sent,
            clock=clock,
        )
        self.inbox = Inbox(database, cipher, self.heartbeat.me, inbox_hours=inbox_hours, clock=clock)
        handlers = Handlers(
            service,
            bot,
            self.sender,
            admin_commands=admin_commands,
            chat_status=status,
            flood=FloodControl(MOST_A_MINUTE if rate else None),
            is_mine=self._is_mine,
            on_outcome=self.meter.outcome,
            clock=lambda: datetime.fromtimestamp(clock(), UTC),
        )
        self.receiver = Dispatcher(
            self.inbox,
            handlers,
            bot,
            spool=spool,
            meter=self.meter,
            is_away=lambda: self.reachability.is_away,
            clock=clock,
        )
        self.first_pause_s = first_pause_s
        self._set_up = set_up

    async def run(self, jobs: Sequence[Job], stop: asyncio.Event, *, early: Sequence[Job] = ()) -> None:
        """Do the works until `stop` is set or one of them fails; what is being answered then is finished.

        Args:
            early: works that do not wait until Telegram is reached: whoever asks after our health.

        Raises:
            BotError: what a work raised; it has ended the process.
        """
        alive = asyncio.Event()
        beating = asyncio.create_task(self.heartbeat.run(alive))
        running = [asyncio.create_task(_coroutine(work, stop)) for work in early]
        profile: asyncio.Task[None] | None = None
        try:
            try:
                if await reach(self.bot.initialize, stop, self.first_pause_s):
                    self.receiver.open()
                    profile = asyncio.create_task(set_up_profile(self.bot, self._set_up))
                    running += [
                        asyncio.create_task(_coroutine(work, stop))
                        for work in (self._look_after, self._watch_token, *jobs)
                    ]
                    await unless(stop, asyncio.wait(running, return_when=asyncio.FIRST_EXCEPTION))
            finally:
                stop.set()
                if profile is not None:
                    profile.cancel()
                _log.info("Ending; what is being answered is finished", extra={"action": "ending"})
                await asyncio.gather(self.receiver.close(FINISH_S), _ended(running, FINISH_S), return_exceptions=True)
            errors = [task.exception() for task in running if task.done() and not task.cancelled()]
            if error := next((error for error in errors if error is not None), None):  # all have been looked at
                raise error
        finally:
            alive.set()
            await _ended([beating], LEAVE_S)
            await self.heartbeat.leave()
            await self.bot.shutdown()

    async def _look_after(self, stop: asyncio.Event) -> None:
        """Take over what dead processes left behind, and count what waits."""
        while not stop.is_set():
            if self.heartbeat.is_settled:
                try:
                    await self.receiver.take_over(self.heartbeat.live)
                    if self.meter.is_read:
                        self.meter.waiting(self.receiver.waiting, await self.inbox.waiting())
                except StoreError as error:
                    _log.warning("What was left behind cannot be seen: %s", error, extra={"action": "look-failed"})
            await unless(stop, asyncio.sleep(LOOK_S))

    async def _watch_token(self, stop: asyncio.Event) -> None:
        """Who receives by webhook learns only by sending that the token was revoked."""
        if await unless(stop, self._refused.wait()):
            raise TokenRefusedError(REFUSED)

    async def _is_mine(self, update: int) -> bool:
        if not self.heartbeat.is_in_touch:  # the next beat would tell, which may come after this process was stopped
            self.receiver.doubt()
        return await self.receiver.is_mine(update)

    def _lapsed(self) -> None:
        self.receiver.doubt()


async def _coroutine(work: Job, stop: asyncio.Event) -> None:
    await work(stop)


async def _ended(running: list[asyncio.Task[None]], seconds: float) -> None:
    """Wait for works that were told to end; what does not is broken off."""
    if not running:
        return
    _, late = await asyncio.wait(running, timeout=seconds)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)

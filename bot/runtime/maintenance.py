"""What every process does beside answering: it counts, follows the knowledge base, and clears away once a day."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime

from bot.conversation.ports import Composed, Composer, DueWalk
from bot.conversation.reply import Reply
from bot.conversation.state import ChatState
from bot.factory import conversation_for
from bot.runtime.admin import AdminConversationService
from bot.runtime.counting import CountingMeter
from bot.runtime.process import Job, Process
from bot.runtime.reload import KnowledgeReloader
from bot.runtime.retention_job import RetentionJob
from bot.runtime.stats import stats
from bot.schedule.model import Drop
from bot.settings.settings import Settings
from bot.store.counters import Counters
from bot.store.factory import Storage
from bot.store.leases import Leases
from bot.store.retention import Retention
from bot.store.statistics import figures
from bot.telegram.conversation_service import TelegramConversationService
from bot.telegram.meter import Meter
from bot.telegram.ports import ConversationPort

CLOSE_S = 1.0


class Maintenance:
    """The parts of it, around the conversation of a process."""

    def __init__(
        self,
        settings: Settings,
        service: TelegramConversationService,
        storage: Storage,
        counters: Counters,
        *,
        clock: Callable[[], float],
    ) -> None:
        """Arguments: counters, those that `service` counts in; clock, epoch seconds."""
        self._settings = settings
        self._storage = storage
        self._counters = counters
        self._clock = clock
        self._reloading = KnowledgeReloader(
            Leases(storage.database, clock=clock),
            lambda: conversation_for(settings),
            service.use,
            root=settings.knowledge_dir,
            clock=clock,
        )
        commands = {"stats": self._stats, "reload": self._reloading.command}
        self.service: ConversationPort = (
            AdminConversationService(service, settings.admin_ids, commands) if settings.admin_ids else service
        )
        """Answers everybody."""
        self.composer: Composer = CurrentComposer(lambda: service.conversation.composer)
        """Writes the reminders from the knowledge base in use."""

    def meter(self, meter: Meter) -> Meter:
        """A meter that also counts what /stats shows."""
        return CountingMeter(meter, self._counters)

    def jobs(self, process: Process) -> Sequence[Job]:
        """What runs as long as the process does."""
        s = self._settings
        retention = Retention(
            self._storage.database,
            context_hours=s.context_hours,
            inbox_hours=s.inbox_hours,
            chat_months=s.chat_months,
            clock=self._clock,
        )
        daily = RetentionJob(retention, process.leases, process.heartbeat.me, clock=self._clock)
        return (self._counters.run, self._reloading.run, daily.run)

    async def close(self) -> None:
        """Keep the last counts, if the database answers soon."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_S):
                await self._counters.flush()

    async def _stats(self) -> Reply:
        return stats(await figures(self._storage.database, int(self._clock())))


class CurrentComposer:
    """Passes on to the composer of the knowledge base in use. Keeps `bot.conversation.ports.Composer`."""

    def __init__(self, current: Callable[[], Composer | None]) -> None:
        """Arguments: current, None where the knowledge base in use has no walks."""
        self._current = current

    def compose(self, state: ChatState, due: DueWalk, now: datetime) -> Composed | Drop:
        """See `Composer`."""
        composer = self._current()
        return Drop.HELD if composer is None else composer.compose(state, due, now)

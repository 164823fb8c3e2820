"""The bot on Telegram, from settings to a running process: `bot run`, `bot web`, `bot worker`.

The one place where everything is put together; read it from top to bottom.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import time
from collections.abc import Callable
from enum import StrEnum
from urllib.parse import urlsplit

from telegram.constants import SUPPORTED_WEBHOOK_PORTS

from bot.conversation.dialogue import Conversation
from bot.conversation.reply import Reply
from bot.errors import SettingsError
from bot.factory import conversation_for
from bot.knowledge.loader import built_in
from bot.runtime.admin import AdminCommands
from bot.runtime.counting import CountingMeter, counting
from bot.runtime.country import unknown_country
from bot.runtime.http_server import listening
from bot.runtime.jobs import finishing_rotation, listening_on, polling, reminding, webhook
from bot.runtime.process import Job, Process
from bot.runtime.process_locks import ProcessLocks
from bot.runtime.release import knowledge_mark, version
from bot.runtime.reload import KnowledgeReloader, generation_in_use
from bot.runtime.retention_job import RetentionJob
from bot.runtime.stats import stats
from bot.runtime.training import train_apart
from bot.settings.parts import TelegramSettings
from bot.settings.settings import Settings
from bot.shutdown import stopped_by_signals
from bot.store.counters import Counters
from bot.store.deliveries import Deliveries
from bot.store.factory import Storage
from bot.store.late import open_or_wait
from bot.store.leases import Leases
from bot.store.rate_limits import RateLimitStore
from bot.store.retention import Retention
from bot.store.spool import FileSpool
from bot.store.statistics import figures
from bot.telegram.client import build_bot
from bot.telegram.conversation_service import TelegramConversationService, set_up_texts
from bot.telegram.meter import Meter
from bot.telegram.shared_rate_limiter import SharedRate
from bot.telegram.webhook import Webhook

PUBLIC_API = TelegramSettings.api_url
"""A Bot API server of one's own delivers to every port."""
LOOPBACK = "127.0.0.1"
FLUSH_S = 1.0
"""For the last counts, if the database answers so soon."""

_log = logging.getLogger(__name__)


class Role(StrEnum):
    """What a process is there for; the values are the names of the commands."""

    RUN = "run"
    """Everything: polls, answers, sends reminders, and migrates the database."""
    WEB = "web"
    """Receives by webhook and answers."""
    WORKER = "worker"
    """Sends reminders; receives by polling where there is no webhook."""


async def serve(settings: Settings, role: Role = Role.RUN, *, take_over: bool = False) -> None:
    """Do what a role is there for, until told to stop.

    Args:
        take_over: where this process is to poll, delete a webhook that is set.

    Raises:
        KnowledgeError: the knowledge base cannot be used.
        SettingsError: a setting is missing, or a port cannot be had.
        StoreError: the database cannot be used.
        TelegramSetupError: the token is refused, or updates go elsewhere.
    """
    check(settings, role)
    train_apart(settings.conversation.knowledge_dir)
    generation = await generation_in_use(settings.storage.database_url)
    conversation = conversation_for(settings)  # before signals are ours: training takes long, and may just be ended
    _log.info(
        "%d topics and %d flags are loaded",
        len(conversation.knowledge.topics),
        len(conversation.knowledge.flags),
        extra={"action": "knowledge-loaded"},
    )
    gc.collect()
    gc.freeze()  # what was loaded lives as long as the process: to look through it anew would hold everybody up
    if told := unknown_country(settings.conversation.country, conversation.knowledge.countries):
        _log.warning("%s", told, extra={"action": "country-unknown"})
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        storage = await open_or_wait(settings.storage, settings.retention, upgrade=role is Role.RUN)
        _announce(settings, role, storage)
        try:
            await run_role(settings, role, conversation, storage, stop, take_over=take_over, generation=generation)
        finally:
            await storage.chats.close()


def _announce(settings: Settings, role: Role, storage: Storage) -> None:
    """What runs here, on one line: the first that is asked for when something goes wrong."""
    root = settings.conversation.knowledge_dir or built_in()
    by_webhook = settings.telegram.webhook_url and role is not Role.RUN
    _log.info(
        "Version %s as %s over %s at step %s, knowledge base %s (%s), %s",
        version(),
        role.value,
        settings.storage.database_url.dialect,
        storage.step or "unknown",
        root,
        knowledge_mark(root),
        "webhook" if by_webhook else "polling",
        extra={"action": "started"},
    )


def check(settings: Settings, role: Role) -> None:
    """Refuse what cannot work before anything is begun.

    Raises:
        SettingsError: with what to do.
    """
    if settings.telegram.webhook_url and role is Role.WEB and not settings.telegram.webhook_secret:
        raise SettingsError(
            "WEBHOOK_SECRET is not set, and without it anybody could speak for Telegram. "
            "Set it to a long random word: 1 to 256 of A-Z, a-z, 0-9, _ and -."
        )
    port = urlsplit(settings.telegram.webhook_url).port
    if role is Role.WEB and port not in (None, *SUPPORTED_WEBHOOK_PORTS) and settings.telegram.api_url == PUBLIC_API:
        raise SettingsError(f"WEBHOOK_URL names port {port}; Telegram delivers to 443, 80, 88 and 8443 only.")


async def run_role(
    settings: Settings,
    role: Role,
    conversation: Conversation,
    storage: Storage,
    stop: asyncio.Event,
    *,
    take_over: bool = False,
    generation: int = 0,
    clock: Callable[[], float] = time.time,
) -> None:
    """Put a process together and let it work until `stop` is set. For the others, and what is raised, see `serve`.

    Args:
        generation: of the knowledge base that the conversation was built from.
        clock: epoch seconds.
    """
    database, telegram = storage.database, settings.telegram
    # The conversation, what it counts, and what an operator may ask of it.
    counters = Counters(database)
    service = TelegramConversationService(conversation, storage.chats, counting(counters))
    reloader = KnowledgeReloader(
        Leases(database),
        lambda: conversation_for(settings),
        service.use,
        root=settings.conversation.knowledge_dir,
        generation=generation,
    )

    async def shown() -> Reply:
        return stats(await figures(database, int(clock())))

    # The process that receives and answers. Over PostgreSQL, processes on several machines keep to one pace; those
    # over a SQLite file are on one machine, where the kernel knows which of them live.
    path, spool_file = settings.storage.database_url.sqlite_path, settings.storage.spool_file
    process = Process(
        bot=build_bot(telegram.token, telegram.api_url, telegram.proxy),
        service=service,
        admin_commands=AdminCommands(telegram.admin_ids, {"stats": shown, "reload": reloader.command}).answer,
        set_up=set_up_texts(conversation),
        database=database,
        cipher=storage.cipher,
        chat_status=storage.chats,
        overall_rate=SharedRate(RateLimitStore(database), rate=telegram.send_rate) if path is None else None,
        locks=ProcessLocks(path) if path is not None else None,
        spool=FileSpool(spool_file, storage.cipher) if spool_file is not None else None,
        rate=telegram.send_rate,
        meter=_meter(settings, counters),
        inbox_hours=settings.retention.inbox_hours,
        clock=clock,
    )
    # What it does as long as it runs: the role decides on the first of these, the others are every process's.
    jobs: list[Job] = [*_receiving(settings, role, process, take_over=take_over)]
    process.health.expects_ticks = conversation.composer is not None
    if role is not Role.WEB and conversation.composer is not None:
        jobs.append(reminding(process, storage.chats, Deliveries(database, storage.cipher), service))
    retention = Retention(database, settings.retention, file=path, clock=clock)
    daily = RetentionJob(retention, process.leases, process.heartbeat.me, clock=clock)
    jobs += [counters.run, reloader.run, daily.run, finishing_rotation(database, storage.cipher)]
    early = _listening(settings, role, process)
    if storage.opening is not None:
        early.append(storage.opening)
    try:
        await process.run(jobs, stop, early=early)
    finally:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_S):
                await counters.flush()


def _receiving(settings: Settings, role: Role, process: Process, *, take_over: bool) -> list[Job]:
    """How updates come to this process, if they do."""
    telegram = settings.telegram
    by_webhook = bool(telegram.webhook_url) and role is not Role.RUN
    process.health.expects_polls = not by_webhook
    process.health.receives = role is Role.WEB or not by_webhook  # a worker beside it does not hear the webhook
    if role is not Role.WEB:
        return [] if by_webhook else [polling(process, take_over=take_over)]
    if by_webhook:
        return [webhook(process, url=telegram.webhook_url, secret=telegram.webhook_secret)]
    _log.warning(
        "WEBHOOK_URL is not set, so a worker polls; this process answers on /healthz and /readyz only",
        extra={"action": "standing-by"},
    )
    return []


def _listening(settings: Settings, role: Role, process: Process) -> list[Job]:
    """What needs not wait until Telegram is reached: the port for its webhook, and for whoever asks after our health.

    Raises:
        SettingsError: the port cannot be had.
    """
    if role is not Role.WEB and "PORT" not in settings.given:
        return []
    routes, telegram = list(process.health.routes), settings.telegram
    if role is Role.WEB and telegram.webhook_url:
        routes += Webhook(process.receiver, url=telegram.webhook_url, secret=telegram.webhook_secret).routes
    return [listening_on(routes, listening(settings.http.port, settings.http.host))]


def _meter(settings: Settings, counters: Counters) -> Meter:
    if settings.http.metrics_port is None:
        return CountingMeter(counters)
    from bot.runtime.metrics import PrometheusMeter  # noqa: PLC0415 - several MB for those who ask for them

    meter = PrometheusMeter(counters)
    meter.serve(settings.http.metrics_port, settings.http.host or LOOPBACK)
    return meter

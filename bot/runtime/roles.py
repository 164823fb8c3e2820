"""The bot on Telegram, from settings to a running process: `bot run`, `bot web`, `bot worker`."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from bot.conversation.dialogue import Conversation
from bot.errors import SettingsError
from bot.factory import conversation_for
from bot.runtime.counting import counting
from bot.runtime.maintenance import Maintenance
from bot.runtime.process import Job, Process, ProcessParts
from bot.runtime.process_locks import ProcessLocks
from bot.runtime.training import train_apart
from bot.settings.settings import Settings
from bot.shutdown import stopped_by_signals
from bot.store.address import sqlite_path
from bot.store.counters import Counters
from bot.store.deliveries import Deliveries
from bot.store.factory import Storage, open_storage
from bot.store.rate_limits import RateLimitStore
from bot.telegram.client import build_bot
from bot.telegram.conversation_service import TelegramConversationService, set_up_texts
from bot.telegram.meter import Meter
from bot.telegram.shared_rate_limiter import SharedRate

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

    Arguments: take_over, where this process is to poll, delete a webhook that is set.

    Raises:
        KnowledgeError: the knowledge base cannot be used.
        SettingsError: a setting is missing, or a port cannot be had.
        StoreError: the database cannot be used.
        TelegramSetupError: the token is refused, or updates go elsewhere.
    """
    check(settings, role)
    train_apart(settings.knowledge_dir)
    conversation = conversation_for(settings)  # before signals are ours: training takes long, and may just be ended
    _log.info(
        "%d topics and %d flags are loaded",
        len(conversation.knowledge.topics),
        len(conversation.knowledge.flags),
        extra={"action": "knowledge-loaded"},
    )
    stop = asyncio.Event()
    with stopped_by_signals(stop):
        storage = await open_storage(
            settings.database_url,
            data_keys=settings.data_keys,
            key_file=settings.key_file,
            context_hours=settings.context_hours,
            upgrade=role is Role.RUN,
            ephemeral=settings.ephemeral_disk,
            allow_ephemeral_sqlite=settings.allow_ephemeral_sqlite,
        )
        try:
            await run(settings, role, conversation, storage, stop, take_over=take_over)
        finally:
            await storage.chats.close()


async def run(
    settings: Settings,
    role: Role,
    conversation: Conversation,
    storage: Storage,
    stop: asyncio.Event,
    *,
    take_over: bool = False,
    clock: Callable[[], float] = time.time,
) -> None:
    """Put a process together and let it work until `stop` is set.

    Arguments: clock, epoch seconds. For the others, and what is raised, see `serve`.
    """
    counters = Counters(storage.database)
    talk = TelegramConversationService(conversation, storage.chats, counting(counters))
    maintenance = Maintenance(settings, talk, storage, counters, clock=clock)
    process = Process(replace(parts(settings, conversation, storage, maintenance), clock=clock))
    found, early = jobs(settings, role, process, conversation, storage, maintenance=maintenance, take_over=take_over)
    try:
        await process.run([*found, *maintenance.jobs(process)], stop, early=early)
    finally:
        await maintenance.close()


def check(settings: Settings, role: Role) -> None:
    """Refuse what cannot work before anything is begun.

    Raises:
        SettingsError: with what to do.
    """
    if settings.webhook_url and role is Role.WEB and not settings.webhook_secret:
        raise SettingsError(
            "WEBHOOK_SECRET is not set, and without it anybody could speak for Telegram. "
            "Set it to a long random word: 1 to 256 of A-Z, a-z, 0-9, _ and -."
        )


def parts(settings: Settings, conversation: Conversation, storage: Storage, maintenance: Maintenance) -> ProcessParts:
    """What every role is made of."""
    overall_rate = alive = None
    if storage.database.dialect == "postgresql":  # other processes keep to the same pace
        overall_rate = SharedRate(RateLimitStore(storage.database), rate=settings.send_rate)
    else:
        alive = ProcessLocks(sqlite_path(settings.database_url))
    return ProcessParts(
        bot=build_bot(settings.telegram_token, settings.telegram_api_url),
        service=maintenance.service,
        set_up=set_up_texts(conversation),
        database=storage.database,
        cipher=storage.cipher,
        chat_status=storage.chats,
        overall_rate=overall_rate,
        alive=alive,
        rate=settings.send_rate,
        meter=maintenance.meter(_meter(settings)),
        remembered_s=settings.inbox_hours * 3600,
    )


def jobs(
    settings: Settings,
    role: Role,
    process: Process,
    conversation: Conversation,
    storage: Storage,
    *,
    maintenance: Maintenance,
    take_over: bool = False,
) -> tuple[list[Job], list[Job]]:
    """What a role does, and what of it needs not wait until Telegram is reached."""
    from bot.runtime.jobs import listening_on, polling, reminding, webhook  # noqa: PLC0415

    by_webhook = bool(settings.webhook_url) and role is not Role.RUN
    process.health.expects_polls, process.health.expects_ticks = not by_webhook, conversation.composer is not None
    process.health.receives = role is Role.WEB or not by_webhook  # a worker beside it does not hear the webhook
    routes = list(process.health.routes)
    found: list[Job] = []
    if role is Role.WEB and by_webhook:
        from bot.telegram.webhook import Webhook  # noqa: PLC0415

        receiving = Webhook(process.receiver, url=settings.webhook_url, secret=settings.webhook_secret)
        routes += receiving.routes
        found.append(webhook(process, url=settings.webhook_url, secret=settings.webhook_secret))
    elif role is Role.WEB:
        _log.warning(
            "WEBHOOK_URL is not set, so a worker polls; this process answers on /healthz and /readyz only",
            extra={"action": "standing-by"},
        )
    elif not by_webhook:
        found.append(polling(process, take_over=take_over))
    if role is not Role.WEB and conversation.composer is not None:
        deliveries = Deliveries(storage.database, storage.cipher)
        found.append(reminding(process, storage.chats, deliveries, maintenance.composer))
    if role is Role.WEB or "PORT" in settings.given:
        from bot.runtime.http_server import listening  # noqa: PLC0415

        return found, [listening_on(routes, listening(settings.port))]
    return found, []


def _meter(settings: Settings) -> Meter:
    if settings.metrics_port is None:
        return Meter()
    from bot.runtime.metrics import PrometheusMeter  # noqa: PLC0415 - several MB for those who ask for them

    meter = PrometheusMeter()
    meter.serve(settings.metrics_port)
    return meter

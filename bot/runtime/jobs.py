"""What the processes do: poll, listen for the webhook, send reminders. Each is a `Job` of a `Process`."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Sequence

from starlette.routing import BaseRoute

from bot.conversation.ports import Composer
from bot.errors import StoreError
from bot.log import report
from bot.reminders.loop import RemindersLoop
from bot.reminders.planner import Planner
from bot.reminders.sender import DeliverySender
from bot.runtime.health import Health
from bot.runtime.http_server import serve_routes
from bot.runtime.leader_election import LeaderElection
from bot.runtime.process import Job, Process
from bot.shutdown import unless
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.data_keys import is_unfinished
from bot.store.database import Database
from bot.store.deliveries import Deliveries
from bot.store.rotate import rotate
from bot.telegram.connecting import reach
from bot.telegram.meter import Meter
from bot.telegram.polling import CONFLICT_S, Poller, free_to_poll
from bot.telegram.reminder_postman import ReminderPostman
from bot.telegram.webhook import set_webhook
from bot.timezones.tables import zone_release

ROTATE_AFTER_S = 60.0
"""After the start; a mother who writes comes first."""

POLL = "poll"
"""The lease of the process that polls."""

_log = logging.getLogger(__name__)


def polling(process: Process, *, take_over: bool = False, conflict_s: float = CONFLICT_S) -> Job:
    """Poll, while no other process does.

    Args:
        take_over: delete a webhook that is set.
        conflict_s: how long another program's polling is put up with.
    """

    async def poll(give_way: asyncio.Event) -> None:
        poller = Poller(
            process.bot,
            process.receiver,
            on_poll=process.health.polled,
            is_refused=process.reachability.refused,
            may_end=lambda: process.heartbeat.seen,
            conflict_s=conflict_s,
            first_pause_s=min(process.first_pause_s, 0.5),
        )
        if await reach(lambda: free_to_poll(process.bot, take_over=take_over), give_way, process.first_pause_s):
            await poller.run(give_way)

    async def work(stop: asyncio.Event) -> None:
        await LeaderElection(process.leases, POLL, process.heartbeat.me, poll, needs_store=False).run(stop)

    return work


def listening_on(routes: Sequence[BaseRoute], on: socket.socket) -> Job:
    """Serve HTTP on a socket."""

    async def work(stop: asyncio.Event) -> None:
        await serve_routes(routes, on, stop)

    return work


def webhook(process: Process, *, url: str, secret: str) -> Job:
    """Tell Telegram where to deliver; the routes are served by another work."""

    async def work(stop: asyncio.Event) -> None:
        if await reach(lambda: set_webhook(process.bot, url, secret), stop, process.first_pause_s):
            process.health.webhook_set = True

    return work


def reminding(process: Process, chats: ChatStore, deliveries: Deliveries, composer: Composer) -> Job:
    """Plan and send reminders; the loop sees to it that one process plans at a time."""

    async def work(stop: asyncio.Event) -> None:
        observer = _Observer(process.health, process.meter)
        me = process.heartbeat.me
        sender = DeliverySender(
            deliveries,
            chats,
            composer,
            ReminderPostman(process.sender, process.bot.username),
            observer,
            owner=me,
            clock=process.clock,
        )
        planner = Planner(deliveries, observer, release=zone_release())
        await RemindersLoop(deliveries, process.leases, planner, sender, observer, owner=me, clock=process.clock).run(
            stop
        )

    return work


def finishing_rotation(database: Database, cipher: Cipher, *, first_look_s: float = ROTATE_AFTER_S) -> Job:
    """Go on with a `bot rotate-key` that broke off; once, when everything else has settled."""

    async def work(stop: asyncio.Event) -> None:
        if await unless(stop, _true_after(first_look_s)):
            try:
                if await is_unfinished(database, cipher):
                    await unless(stop, rotate(database, cipher))
            except StoreError as error:
                _log.warning("Sealing anew goes on at the next start: %s", error, extra={"action": "rotation-waits"})
            except Exception as error:  # noqa: BLE001 (nobody is left without an answer for what is sealed with an old key)
                report(error, "Sealing anew failed", "rotation-failed")

    return work


async def _true_after(seconds: float) -> bool:
    await asyncio.sleep(seconds)
    return True


class _Observer:
    """Keeps `bot.reminders.ports.Observer`."""

    def __init__(self, health: Health, meter: Meter) -> None:
        self._health = health
        self._meter = meter

    def ticked(self, at: float) -> None:
        self._health.ticked(at)

    def counted(self, what: str, count: int = 1) -> None:
        self._meter.reminder(what, count)

    def late_by(self, seconds: float) -> None:
        self._meter.lateness(seconds)

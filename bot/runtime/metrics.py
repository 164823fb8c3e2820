"""What is counted, for Prometheus. On a port of its own, without anything that could name a chat or a person."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    start_http_server,
)

import bot
from bot.errors import SettingsError
from bot.runtime.counting import CountingMeter
from bot.runtime.release import commit
from bot.store.counters import Counters

_ANSWERED_S = (0.01, 0.03, 0.1, 0.3, 1, 3, 5, 10, 30, 100)
_LATE_S = (1, 5, 15, 30, 60, 300, 900, 2700)


class PrometheusMeter(CountingMeter):
    """Counts for Prometheus too. Its labels have few values, all of them from the code."""

    is_read = True

    def __init__(self, counters: Counters) -> None:
        super().__init__(counters)
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        build = Gauge("bot_build_info", "What runs; always 1", ["version", "commit"], registry=self.registry)
        build.labels(bot.__version__, commit() or "").set(1)
        self._updates = Counter("bot_updates", "Updates taken in", registry=self.registry)
        self._outcomes = Counter("bot_outcomes", "What was decided", ["outcome"], registry=self.registry)
        self._answered = Histogram(
            "bot_answer_seconds", "From taking in to the answer", buckets=_ANSWERED_S, registry=self.registry
        )
        self._sent = Counter("bot_sent", "Calls to Telegram", ["kind", "result"], registry=self.registry)
        self._late = Histogram(
            "bot_reminder_late_seconds", "How late reminders are sent", buckets=_LATE_S, registry=self.registry
        )
        self._reminders = Counter("bot_reminders", "What became of reminders", ["result"], registry=self.registry)
        self._here = Gauge("bot_waiting", "Updates waiting in this process", registry=self.registry)
        self._everywhere = Gauge("bot_inbox_waiting", "Updates waiting in all processes", registry=self.registry)

    def received(self) -> None:
        """See `Meter`."""
        self._updates.inc()

    def answered(self, seconds: float) -> None:
        """See `Meter`."""
        self._answered.observe(seconds)

    def outcome(self, outcome: str) -> None:
        """See `Meter`."""
        super().outcome(outcome)
        self._outcomes.labels(outcome).inc()

    def sent(self, kind: str, result: str) -> None:
        """See `Meter`."""
        super().sent(kind, result)
        self._sent.labels(kind, result).inc()

    def lateness(self, seconds: float) -> None:
        """See `Meter`."""
        self._late.observe(seconds)

    def reminder(self, result: str, count: int) -> None:
        """See `Meter`."""
        super().reminder(result, count)
        self._reminders.labels(result).inc(count)

    def waiting(self, here: int, everywhere: int) -> None:
        """See `Meter`."""
        self._here.set(here)
        self._everywhere.set(everywhere)

    def serve(self, port: int, host: str) -> None:
        """Answer on /metrics, in a thread that ends with the process.

        Raises:
            SettingsError: the port cannot be had.
        """
        try:
            start_http_server(port, host, registry=self.registry)
        except OSError as error:
            raise SettingsError(f"METRICS_PORT {port} cannot be opened on {host}: {error.strerror}") from error

"""Walks end to end: the whole process over HTTP and a database, a clock moved by hand, and one mother."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.dialogue import Conversation
from bot.factory import build_conversation
from bot.runtime.roles import Role, run_role
from bot.settings.database_url import DatabaseUrl
from bot.settings.parts import StorageSettings, TelegramSettings
from bot.settings.settings import Settings
from bot.store.factory import Storage, open_storage
from tests.fake_telegram.methods import SendResult
from tests.fake_telegram.server import TOKEN, FakeApi
from tests.load.bots import KEY

_DUE = """
SELECT (SELECT count(*) FROM reminders WHERE next_due <= :now)
    + (SELECT count(*) FROM deliveries WHERE state = 'sending' OR (state = 'planned' AND send_at <= :now))
"""


@cache
def conversation() -> Conversation:
    return build_conversation()


class Clock:
    """Stands still until it is moved, just before a full second: so the engine looks again every 30 ms."""

    def __init__(self, zone: str, local: str) -> None:
        self.zone = ZoneInfo(zone)
        self.go(local)

    def __call__(self) -> float:
        return self.now + 0.97

    def go(self, local: str) -> None:
        """Go to a local time of hers, as 2026-11-23 10:00, or to a time of the same day."""
        if " " not in local:
            local = f"{self.here:%Y-%m-%d} {local}"
        self.now = int(datetime.fromisoformat(local).replace(tzinfo=self.zone).timestamp())

    @property
    def here(self) -> datetime:
        return self.local(self.now, self.zone)

    @staticmethod
    def local(instant: int, zone: ZoneInfo) -> datetime:
        return datetime.fromtimestamp(instant, UTC).astimezone(zone)


class Walking:
    """The bot, the clock, and a mother in her private chat. What she does returns the messages that came of it."""

    def __init__(self, api: FakeApi, url: str, clock: Clock, chat: int = 7) -> None:
        self.api = api
        self.clock = clock
        self.chat = chat
        self.she = api.user(chat)
        self._settings = Settings(
            telegram=TelegramSettings(token=TOKEN, api_url=api.url, send_rate=0.0),
            storage=StorageSettings(database_url=DatabaseUrl.parse(url), data_keys=(KEY,)),
        )
        self._storage: Storage | None = None
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    # --- the process ----------------------------------------------------------------------

    async def start(self) -> None:
        """Assemble a process on the database, as `bot run` does, and run it."""
        settings = self._settings
        self._storage = await open_storage(settings.storage, settings.retention, upgrade=False, clock=self.clock)
        self._stop = asyncio.Event()
        polls = len(await self.api.called("getUpdates", 0))
        self._running = asyncio.create_task(
            run_role(settings, Role.RUN, conversation(), self._storage, self._stop, clock=self.clock)
        )
        await self.api.called("getUpdates", polls + 1)

    async def end(self) -> None:
        """End it as a signal does."""
        self._stop.set()
        running, self._running, storage, self._storage = self._running, None, self._storage, None
        if running is not None:
            await asyncio.wait_for(running, 10)
        if storage is not None:
            await storage.chats.close()

    async def restart(self) -> None:
        await self.end()
        await self.start()

    # --- time -----------------------------------------------------------------------------

    async def go(self, local: str) -> list[SendResult]:
        """Let it become that time, and everything that is due by then happen."""
        self.clock.go(local)
        return await self.go_on(0)

    async def go_on(self, seconds: int) -> list[SendResult]:
        """Let so much time pass."""
        before = self._standing()
        self.clock.now += seconds
        await self._settled()
        return self._new(before)

    async def rows(self, sql: str, **params: Any) -> list[Any]:
        """Rows of the database."""
        assert self._storage is not None
        async with self._storage.database.transaction(write=False) as tx:
            return [tuple(row) for row in await tx.fetch_all(sql, params)]

    async def reminders(self) -> list[Any]:
        """Every reminder as it is kept."""
        return await self.rows("SELECT * FROM reminders ORDER BY id")

    async def deliveries(self) -> list[tuple[str, str]]:
        """State and reason of each, the oldest first."""
        rows = await self.rows("SELECT state, reason FROM deliveries ORDER BY due, send_at")
        return [(state, reason or "") for state, reason in rows]

    async def _settled(self) -> None:
        for _ in range(1000):
            if await self.rows(_DUE, now=self.clock.now) == [(0,)]:
                return
            await asyncio.sleep(0.01)
        raise AssertionError("what is due stays undone")

    # --- what she does --------------------------------------------------------------------

    async def says(self, text: str) -> list[SendResult]:
        return await self.does(self.she.says(text, date=self.clock.now))

    async def presses(self, *labels: str) -> list[SendResult]:
        """Press buttons one after the other; what came of the last."""
        found: list[SendResult] = []
        for label in labels:
            found = await self.does(self.she.presses(label))
        return found

    async def sets(
        self, said: str = "remind me to walk every day at 10", answers: tuple[str, ...] = ("No",), place: str = "oslo"
    ) -> list[SendResult]:
        """Set a reminder that begins with these words, by the plan; the answers are to what her walks have to heed."""
        shown, left = await self.says(said), list(answers)
        while "Yes, set it" not in labels(shown):
            if "As the plan says" in labels(shown):
                shown = await self.presses("As the plan says")
            elif told("walk-ask-zone") in words(shown):
                shown = await self.says(place)
            else:
                shown = await self.presses(left.pop(0))
        assert not left, "that was not asked"
        return await self.presses("Yes, set it")

    async def does(self, action: Awaitable[Any]) -> list[SendResult]:
        """Something, until it is answered."""
        before = self._standing()
        await action
        await self.she.caught_up()
        return self._new(before)

    def _standing(self) -> dict[int, str]:
        return {s.id: f"{s.html}{s.keyboard}" for s in self.api.sent if s.chat == self.chat and not s.deleted}

    def _new(self, before: dict[int, str]) -> list[SendResult]:
        return [s for s in self.api.sent if s.id in (now := self._standing()) and now[s.id] != before.get(s.id)]


def told(name: str, **values: object) -> str:
    """A sentence of the bot's, by its name in texts.yaml."""
    return conversation().texts(name, **values)


def words(sent: list[SendResult]) -> str:
    """All that was said."""
    return "\n".join(s.text for s in sent)


def labels(sent: list[SendResult]) -> list[str]:
    """All buttons."""
    return [label for s in sent for label in s.labels]

"""An engine with everything around it made up."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.cards import block
from bot.conversation.ports import ChatKey, Composed, DueWalk, Kept
from bot.conversation.reply import Card, Outcome, Reply
from bot.conversation.state import ChatState
from bot.reminders.loop import RemindersLoop
from bot.reminders.planner import Planner
from bot.reminders.ports import Posted, Result
from bot.reminders.sender import DeliverySender
from bot.schedule.model import Book, Care, Drop, PutReminder, Reminder, SetZone, WalkChange
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.columns import day_of
from bot.store.database import Database
from bot.store.deliveries import Deliveries

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OSLO = ZoneInfo("Europe/Oslo")
TEN = Reminder(no=1, at=time(10), days=frozenset(range(7)))
TUESDAY = date(2026, 11, 24)
REPLY = Reply(outcome=Outcome.ANSWER, cards=(Card(blocks=block("Time for a walk.")),), topics=("walking-start",))
RELEASE = "2026a/2026.1"


def instant(text: str) -> int:
    """Of local time in Oslo."""
    return int(datetime.fromisoformat(text).replace(tzinfo=OSLO).timestamp())


@dataclass
class PlainComposer:
    """Composes the same for all; `care` to keep, or `drop`."""

    care: Callable[[ChatState], Care | None] = lambda _: None
    drop: Drop | None = None
    broken: bool = False
    asked_of: list[DueWalk] = field(default_factory=list)

    def compose(self, state: ChatState, due: DueWalk, now: datetime) -> Composed | Drop:
        assert now.tzinfo
        if self.broken:
            raise RuntimeError("a bug")
        self.asked_of.append(due)
        return self.drop or Composed(reply=REPLY, minutes=10, care=self.care(state))


@dataclass
class KeepingPostman:
    """Sends nothing; `results` say how it goes, SENT where they have run out. `before` happens on the way."""

    results: list[Posted] = field(default_factory=list)
    posts: list[tuple[int, Reply, float]] = field(default_factory=list)
    before: Callable[[], Awaitable[object]] | None = None
    broken: bool = False

    async def post(self, chat: int, reply: Reply, *, until: float) -> Posted:
        self.posts.append((chat, reply, until))
        if self.before:
            await self.before()
        if self.broken:
            raise RuntimeError("a bug")
        return self.results.pop(0) if self.results else Posted(result=Result.SENT, message_id=100 + len(self.posts))


@dataclass
class PlainLeases:
    """One lease, and who is alive."""

    alive: set[str] = field(default_factory=lambda: {"me"})
    holder: str | None = None
    released: list[str] = field(default_factory=list)

    async def take(self, name: str, owner: str, seconds: float) -> bool:
        self.holder = self.holder or owner
        return self.holder == owner

    async def release(self, name: str, owner: str) -> None:
        self.released.append(owner)

    async def live(self) -> frozenset[str]:
        return frozenset(self.alive)


class Counts:
    """A watch."""

    def __init__(self) -> None:
        self.ticks: list[float] = []
        self.counts: Counter[str] = Counter()
        self.late: list[float] = []

    def ticked(self, at: float) -> None:
        self.ticks.append(at)

    def counted(self, what: str, count: int = 1) -> None:
        self.counts[what] += count

    def late_by(self, seconds: float) -> None:
        self.late.append(seconds)


class World:
    """The engine of the process "me". The clock stands at nine on a Tuesday in Oslo."""

    def __init__(self, database: Database) -> None:
        self.now = float(instant("2026-11-24 09:00"))
        self.database = database
        cipher = Cipher([KEY])
        self.chats = ChatStore(database, cipher, context_hours=24, clock=self.clock)
        self.store = Deliveries(database, cipher)
        self.composer, self.postman = PlainComposer(), KeepingPostman()
        self.leases, self.observer = PlainLeases(), Counts()
        self.planner = Planner(self.store, self.observer, release=RELEASE, chance=lambda _: 0)
        self.sender = self.sender_of("me")
        self.loop = RemindersLoop(
            self.store, self.leases, self.planner, self.sender, self.observer, owner="me", clock=self.clock
        )

    def clock(self) -> float:
        return self.now

    def sender_of(self, owner: str) -> DeliverySender:
        return DeliverySender(
            self.store, self.chats, self.composer, self.postman, self.observer, owner=owner, clock=self.clock
        )

    async def change(self, *changes: WalkChange, chat: int = 1) -> Book:
        key = ChatKey(chat=chat)
        await self.chats.save(key, await self.chats.load(key), Kept(walks=changes))
        return (await self.chats.load(key)).book

    async def set_up(self, *reminders: Reminder, chat: int = 1) -> Book:
        puts = [PutReminder(reminder) for reminder in reminders or (TEN,)]
        return await self.change(SetZone("Europe/Oslo"), *puts, chat=chat)

    async def at(self, text: str) -> None:
        """Let it become a local time: a tick, and what is to be sent then."""
        self.now = float(instant(text))
        await self.loop.tick()
        await self.loop.send_due()

    async def rows(self, sql: str = "SELECT day, kind, state, reason FROM deliveries ORDER BY day, kind, id") -> Any:
        async with self.database.transaction(write=False) as tx:
            return await tx.fetch_all(sql)

    async def deliveries(self) -> list[str]:
        """As "2026-11-24 walk dropped late"."""
        return [
            " ".join([str(day_of(day)), kind, state, *([reason] if reason else [])])
            for day, kind, state, reason in await self.rows()
        ]

    @property
    def posted(self) -> list[int]:
        """The chats that something was sent to, in order."""
        return [chat for chat, _, _ in self.postman.posts]


async def turns(count: int = 5) -> None:
    """Let other tasks run."""
    for _ in range(count):
        await asyncio.sleep(0)

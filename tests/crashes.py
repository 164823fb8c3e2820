"""Processes that die at a chosen point, over one database and a made-up Telegram, in virtual time."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from telegram import Bot, User
from telegram.error import NetworkError

from bot.conversation.dialogue import Conversation
from bot.conversation.ports import NOTHING_KEPT, ChatKey, Kept
from bot.conversation.state import ChatState
from bot.store.chats import ChatStore
from bot.store.cipher import Cipher
from bot.store.database import Database
from bot.store.inbox import Inbox
from bot.telegram.conversation_service import TelegramConversationService
from bot.telegram.dispatcher import Dispatcher
from bot.telegram.handlers import Handlers, PendingUpdate
from bot.telegram.outgoing import Outgoing
from bot.telegram.rate_limiter import RateLimiter
from bot.telegram.reachability import Reachability
from bot.telegram.sender import RetryingSender
from bot.updates import Progress, ReceivedUpdate

KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"


class KilledError(BaseException):
    """As by `kill -9`: nothing catches it."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a process dies: before or after the n-th time that it does something."""

    what: str
    is_after: bool = False
    nth: int = 1


class Mortal:
    """The life of a process. Once it is dead, nothing it does has an effect."""

    def __init__(self, dies_at: Point | None = None) -> None:
        self.dies_at = dies_at
        self.died = asyncio.Event()
        self.passed: Counter[str] = Counter()
        asyncio.get_running_loop().set_exception_handler(_not_of_the_dead)

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """What it does inside may be the last thing, or what it did not come to any more."""
        self.passed[what] += 1
        self._reached(Point(what, nth=self.passed[what]))
        yield
        self._reached(Point(what, is_after=True, nth=self.passed[what]))

    def _reached(self, point: Point) -> None:
        if point == self.dies_at:
            self.died.set()
        if self.died.is_set():
            raise KilledError


def _not_of_the_dead(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    if not isinstance(context.get("exception"), KilledError):
        loop.default_exception_handler(context)


class MortalInbox(Inbox):
    """Of a process."""

    life: Mortal

    async def add(self, updates: Sequence[ReceivedUpdate], *, claim: bool = True) -> frozenset[int]:
        with self.life.step("keep"):
            return await super().add(updates, claim=claim)

    async def keep_progress(self, update: int, progress: Progress) -> None:
        with self.life.step("note progress"):
            await super().keep_progress(update, progress)

    async def done(self, updates: Iterable[int]) -> None:
        with self.life.step("note the end"):
            await super().done(updates)


class MortalChats(ChatStore):
    """Of a process."""

    life: Mortal

    async def save(self, key: ChatKey, state: ChatState, kept: Kept = NOTHING_KEPT) -> None:
        with self.life.step("save"):
            await super().save(key, state, kept)


class MortalHandlers(Handlers):
    """Of a process."""

    life: Mortal

    async def think(self, job: PendingUpdate) -> Outgoing | None:
        with self.life.step("think"):
            return await super().think(job)


@dataclass
class Telegram:
    """Holds updates until they are confirmed, and keeps what arrives; `is_away`: it answers each call with a 502."""

    clock: Callable[[], float]
    unconfirmed: list[dict[str, Any]] = field(default_factory=list)
    got: list[tuple[int, str]] = field(default_factory=list)
    is_away: bool = False
    _number: int = 0

    def says(self, chat: int, text: str) -> None:
        self._number += 1
        person = {"id": chat, "is_bot": False, "first_name": "x"}
        where = {"id": chat, "type": "private", "first_name": "x"}
        message = {"message_id": self._number, "date": int(self.clock()), "chat": where, "from": person, "text": text}
        self.unconfirmed.append({"update_id": self._number, "message": message})

    async def call(self, life: Mortal, method: str, data: dict[str, Any] | None = None) -> Any:
        await asyncio.sleep(0.1)
        if self.is_away:
            raise NetworkError("Bad Gateway")
        if method == "sendMessage" and data:
            with life.step("send"):
                self.got.append((data["chat_id"], data["text"]))
        return {"message_id": 100 + len(self.got)}

    def texts(self, chat: int) -> list[str]:
        return [text for to, text in self.got if to == chat]


class BotProcess:
    """Polls, answers, and takes over what the one before it left."""

    def __init__(
        self, name: str, database: Database, conversation: Conversation, telegram: Telegram, life: Mortal | None = None
    ) -> None:
        self.name, self.telegram, self.life = name, telegram, life or Mortal()
        clock, cipher = telegram.clock, Cipher([KEY])

        async def post(method: str, data: dict[str, Any] | None = None) -> Any:
            return await telegram.call(self.life, method, data)

        bot: Any = SimpleNamespace(
            _post=post, bot=User(1, "bot", is_bot=True, username="OurBot"), username="OurBot", defaults=None
        )
        reachability = Reachability(lambda: post("getMe"), clock=clock)
        sender = RetryingSender(bot, rate_limiter=RateLimiter(rate=25), reachability=reachability, clock=clock)
        self.chats = MortalChats(database, cipher, context_hours=24, clock=clock)
        self.inbox = MortalInbox(database, cipher, name, clock=clock)
        self.service = TelegramConversationService(conversation, self.chats)
        handlers = MortalHandlers(self.service, bot, sender, clock=lambda: datetime.fromtimestamp(clock(), UTC))
        self.chats.life = self.inbox.life = handlers.life = self.life
        self.dispatcher = Dispatcher(
            self.inbox, handlers, Bot("1:a"), is_away=lambda: reachability.is_away, clock=clock
        )
        self.dispatcher.open()

    async def live(self, seconds: float) -> bool:
        """Poll and answer until nothing is left, for so long at most; whether it is alive."""
        ends, polling = self.telegram.clock() + seconds, asyncio.create_task(self._poll())
        await asyncio.sleep(1)
        while self.telegram.clock() < ends and not self.life.died.is_set():
            if polling.done() and not await self.inbox.waiting():
                break
            await asyncio.sleep(1)
        return not self.life.died.is_set()

    async def _poll(self) -> None:
        await self.dispatcher.take_over(frozenset({self.name}))
        if updates := list(self.telegram.unconfirmed):
            await self.dispatcher.receive(updates)
            with self.life.step("confirm"):
                self.telegram.unconfirmed.clear()

    async def is_killed(self) -> None:
        """Nothing of it goes on."""
        self.life.died.set()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def ends(self) -> None:
        with suppress(KilledError):
            await self.dispatcher.close(1.0)


def documented(name: str) -> str:
    """What docs/operations.md says between the two comments of this name."""
    _, _, rest = OPERATIONS.read_text(encoding="utf-8").partition(f"<!-- {name} -->\n")
    return rest.partition(f"<!-- end of {name} -->")[0].strip("\n")


def table(*rows: Sequence[str]) -> str:
    """Rows as Markdown, the first one as head."""
    head, *others = ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([head, "|" + "---|" * len(rows[0]), *others])

"""The people of a load test: each asks, waits for the answer, and asks again."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.fake_telegram.people import Person, Room

if TYPE_CHECKING:
    from tests.fake_telegram.methods import SendResult
    from tests.fake_telegram.server import FakeApi

FIRST_CHAT = 100_000


@dataclass(slots=True)
class Asker:
    """before, now: the texts that answered her last question and this one."""

    person: Person
    asked_at: float | None = None
    round: int = 0
    before: set[str] = field(default_factory=set)
    now: set[str] = field(default_factory=set)


class Crowd:
    """Asks, and hears.

    A text that answered her question before or this one already is a duplicate, as no two questions of hers that follow
    each other have the same answer.
    """

    def __init__(self, api: FakeApi) -> None:
        """They hear from now on what the bot sends."""
        self._api = api
        api.on_sent = self.heard
        self._askers: dict[int, Asker] = {}
        self._questions: list[str] = []
        self._to_ask = 0
        self._pacing: asyncio.Task[None] | None = None
        self._paced = False
        self._asides: tuple[str, ...] = ()
        self.twice: list[str] = []
        """How the messages begin that came twice."""
        self.asked = self.answered = self.duplicates = self.further = self.asides = 0
        self.waits: list[float] = []
        self.messages = 0
        self.first_at = self.last_at = 0.0

    def begin(self, users: int, questions: list[str], count: int, pace: float, asides: list[str]) -> None:
        """Ask so many questions in all.

        Args:
            users: how many people ask.
            questions: what they ask, in this order, each from another one on.
            count: how many questions.
            pace: questions a second; 0: each asks again when answered.
            asides: beginnings of what is no answer ("I cannot answer now").
        """
        self._asides = tuple(asides)
        self.asides = 0
        self._questions = questions
        self._to_ask = count
        self._paced = bool(pace)
        self.asked = self.answered = self.duplicates = self.further = 0
        self.waits = []
        self.first_at = time.monotonic()
        everybody = [self._asker(FIRST_CHAT + n) for n in range(users)]
        if pace:
            self._pacing = asyncio.create_task(self._ask_on(everybody, 1 / pace))
        else:
            for asker in everybody:
                self._ask(asker)

    @property
    def open(self) -> list[Asker]:
        """Who waits for an answer."""
        return [asker for asker in self._askers.values() if asker.asked_at is not None]

    def heard(self, sent: SendResult) -> None:
        """The bot sent a message."""
        self.messages += 1
        asker, text = self._askers.get(sent.chat), sent.html
        if asker is None:
            return
        if self._asides and text.startswith(self._asides):
            self.asides += 1
            return
        if text in asker.before or text in asker.now:
            self.duplicates += 1
            self.twice.append(text[:60])
            return
        asker.now.add(text)
        if asker.asked_at is None:
            self.further += 1
            return
        self.last_at = time.monotonic()
        self.waits.append(self.last_at - asker.asked_at)
        asker.asked_at = None
        self.answered += 1
        if not self._paced:
            self._ask(asker)

    async def _ask_on(self, everybody: list[Asker], gap: float) -> None:
        """At an even pace; who still waits is passed over."""
        due, turn = time.monotonic(), 0
        while self._to_ask:
            for _ in everybody:
                asker = everybody[turn % len(everybody)]
                turn += 1
                if asker.asked_at is None:
                    self._ask(asker)
                    break
            due += gap
            await asyncio.sleep(max(due - time.monotonic(), 0))

    def _asker(self, chat: int) -> Asker:
        if chat not in self._askers:
            person = Person(self._api, chat, Room(chat, "private"), last_name="Example", language_code="en")
            self._askers[chat] = Asker(person)
        return self._askers[chat]

    def _ask(self, asker: Asker) -> None:
        if not self._to_ask:
            return
        self._to_ask -= 1
        self.asked += 1
        asker.before, asker.now = asker.now, set()
        asker.asked_at = time.monotonic()
        text = self._questions[(asker.person.room.number + asker.round) % len(self._questions)]
        asker.round += 1
        asker.person.writes(text, date=int(time.time()))

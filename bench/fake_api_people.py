"""The people of a load test: each asks, waits for the answer, and asks again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

FIRST_CHAT = 100_000


@dataclass(slots=True)
class Person:
    """before, now: the texts that answered her last question and this one."""

    chat: int
    asked_at: float | None = None
    round: int = 0
    before: set[str] = field(default_factory=set)
    now: set[str] = field(default_factory=set)


class People:
    """Asks, and hears.

    A text that answered her question before or this one already is a duplicate, as no two questions of hers that follow
    each other have the same answer.
    """

    def __init__(self, deliver: Callable[[dict[str, Any]], None]) -> None:
        """Arguments: deliver, hands an update to the bot."""
        self._deliver = deliver
        self._people: dict[int, Person] = {}
        self._questions: list[str] = []
        self._to_ask = 0
        self._pacing: asyncio.Task[None] | None = None
        self._paced = False
        self._ids = int(time.time() * 1000)
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
        everybody = [self._people.setdefault(FIRST_CHAT + n, Person(FIRST_CHAT + n)) for n in range(users)]
        if pace:
            self._pacing = asyncio.create_task(self._ask_on(everybody, 1 / pace))
        else:
            for person in everybody:
                self._ask(person)

    @property
    def open(self) -> list[Person]:
        """Who waits for an answer."""
        return [person for person in self._people.values() if person.asked_at is not None]

    def heard(self, chat: int, text: str) -> None:
        """The bot sent a message."""
        self.messages += 1
        person = self._people.get(chat)
        if person is None:
            return
        if self._asides and text.startswith(self._asides):
            self.asides += 1
            return
        if text in person.before or text in person.now:
            self.duplicates += 1
            self.twice.append(text[:60])
            return
        person.now.add(text)
        if person.asked_at is None:
            self.further += 1
            return
        self.last_at = time.monotonic()
        self.waits.append(self.last_at - person.asked_at)
        person.asked_at = None
        self.answered += 1
        if not self._paced:
            self._ask(person)

    async def _ask_on(self, everybody: list[Person], gap: float) -> None:
        """At an even pace; who still waits is passed over."""
        due, turn = time.monotonic(), 0
        while self._to_ask:
            for _ in everybody:
                person = everybody[turn % len(everybody)]
                turn += 1
                if person.asked_at is None:
                    self._ask(person)
                    break
            due += gap
            await asyncio.sleep(max(due - time.monotonic(), 0))

    def _ask(self, person: Person) -> None:
        if not self._to_ask:
            return
        self._to_ask -= 1
        self.asked += 1
        person.before, person.now = person.now, set()
        person.asked_at = time.monotonic()
        text = self._questions[(person.chat + person.round) % len(self._questions)]
        person.round += 1
        self._ids += 1
        she = {"id": person.chat, "is_bot": False, "first_name": "Ann", "last_name": "Example", "language_code": "en"}
        chat = {"id": person.chat, "first_name": "Ann", "last_name": "Example", "type": "private"}
        self._deliver({
            "update_id": self._ids,
            "message": {
                "message_id": self._ids % 2**31, "from": she, "chat": chat, "date": int(time.time()), "text": text,
            },
        })  # fmt: skip

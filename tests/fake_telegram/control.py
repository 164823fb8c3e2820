"""The fake Bot API as a process of its own, with a crowd that asks: what a load test wants of it, it posts.

JSON to `/control/...`, see `Control.do`.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

from tests.fake_telegram.crowd import Crowd
from tests.fake_telegram.hooks import Hooks
from tests.fake_telegram.http import Call, HttpServer
from tests.fake_telegram.server import FakeApi
from tests.fake_telegram.troubles import of_kind


class Control:
    """A Bot API, its crowd, and a second port for the test."""

    def __init__(self) -> None:
        """Nothing listens yet."""
        self._api = FakeApi()
        self._crowd = Crowd(self._api)
        self._hooks: Hooks | None = None
        self._http = HttpServer(self._hear)
        self._under_way: asyncio.Task[None] | None = None

    async def run(self) -> None:
        """Listen until cancelled. The first line printed: the address for bots, and that for the test."""
        await self._api.start()
        await self._http.start()
        print(self._api.url, self._http.url, flush=True)
        await asyncio.Event().wait()

    def _hear(self, call: Call) -> None:
        found = self.do(call.path.rpartition("/")[2], json.loads(call.body or b"{}"))
        call.answer(404 if found is None else 200, json.dumps(found).encode())

    def do(self, what: str, given: dict[str, Any]) -> dict[str, Any] | None:
        """Do what a test asks for; None where there is no such thing, the state otherwise.

        `begin` (users, questions, count, pace, asides), `hooks` (addresses, secret), `trouble` (kind, method, every,
        seconds), `outage` (seconds), `state`, `reset` (a new bot comes).
        """
        match what:
            case "begin":
                self._crowd.begin(
                    given["users"], given["questions"], given["count"], given["pace"], given.get("asides", [])
                )
            case "hooks":
                self._hooks = Hooks(given["addresses"], given["secret"], self._delivered)
                self._api.on_update = self._hooks.deliver
            case "trouble":
                until = asyncio.get_running_loop().time() + given["seconds"]
                self._api.troubles.add(of_kind(given["kind"], given["method"], every=given["every"], until=until))
            case "outage":
                self._under_way = asyncio.create_task(self._api.outage(given["seconds"]))
            case "reset":
                self._reset()
            case "state":
                pass
            case _:
                return None
        return self._state()

    def _delivered(self, update: dict[str, Any]) -> None:
        self._api.updates.remove(update)

    def _reset(self) -> None:
        if self._hooks is not None:
            self._under_way = asyncio.create_task(self._hooks.close())
        self._hooks = self._api.on_update = None
        self._api.forget()
        self._crowd = Crowd(self._api)

    def _state(self) -> dict[str, Any]:
        now, people = time.monotonic(), self._crowd
        waits = sorted(people.waits)
        return {
            "asked": people.asked,
            "answered": people.answered,
            "open": len(people.open),
            "oldest": max((now - asker.asked_at for asker in people.open if asker.asked_at is not None), default=0.0),
            "duplicates": people.duplicates,
            "further": people.further,
            "messages": people.messages,
            "examples": people.twice[-5:],
            "asides": people.asides,
            "seconds": people.last_at - people.first_at,
            "median": waits[len(waits) // 2] if waits else 0.0,
            "longest": waits[-1] if waits else 0.0,
            "requests": [self._api.requests[int(now) - back] for back in range(120, 0, -1)],
            "doubts": self._api.troubles.doubts,
            "unconfirmed": len(self._api.updates),
        }

"""`python -m bench.fake_api`: a Bot API in a process of its own, with people who ask, for load tests.

Prints its address. What a test wants of it, it posts as JSON to `/control/...`: see `Api.control`.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from typing import Any

import orjson

from bench.fake_api_hooks import Hooks
from bench.fake_api_http import Answer, Call, Connection, refused
from bench.fake_api_methods import Methods
from bench.fake_api_people import People
from bench.fake_api_troubles import Troubles

TOKEN = "4242:FAKE-token-for-load-tests"  # noqa: S105 - of a bot that there is not


class Api:
    """The server. One bot, on 127.0.0.1."""

    def __init__(self) -> None:
        """Nothing listens yet."""
        self._people = People(self._deliver)
        self._methods = Methods(self._people, TOKEN)
        self._troubles = Troubles()
        self._hooks: Hooks | None = None
        self._connections: set[Connection] = set()
        self._controls: set[Connection] = set()
        self._outside: asyncio.Server | None = None
        self._port = 0
        self._requests: dict[int, int] = {}

    async def run(self) -> None:
        """Listen until killed. The first line printed: the address for bots, and that for the test."""
        loop = asyncio.get_running_loop()
        control = await loop.create_server(lambda: Connection(self._controlled, self._controls), "127.0.0.1", 0)
        await self._open()
        print(f"http://127.0.0.1:{self._port} http://127.0.0.1:{control.sockets[0].getsockname()[1]}", flush=True)
        await asyncio.Event().wait()

    async def _open(self) -> None:
        loop = asyncio.get_running_loop()
        listening = socket.create_server(("127.0.0.1", self._port), backlog=1024)
        self._port = listening.getsockname()[1]
        self._outside = await loop.create_server(lambda: Connection(self._hear, self._connections), sock=listening)

    async def _outage(self, seconds: float) -> None:
        """Nothing can be reached."""
        assert self._outside is not None
        self._outside.close()
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.abort()
        await asyncio.sleep(seconds)
        await self._open()

    def _hear(self, call: Call) -> None:
        second = int(time.monotonic())
        self._requests[second] = self._requests.get(second, 0) + 1
        _, _, rest = call.path.partition("/bot")
        token, _, method = rest.partition("/")

        def carry_out() -> Answer | None:
            return self._methods.call(method, token, call)

        answer = self._troubles.meet(method, carry_out)
        if answer is not None:
            call.answer(answer)

    def _deliver(self, update: dict[str, Any]) -> None:
        if self._hooks is None:
            self._methods.post(update)
        else:
            self._methods.updates[update["update_id"]] = update
            self._hooks.deliver(update)

    # --- for the test ------------------------------------------------------------------------

    def _controlled(self, call: Call) -> None:
        given = orjson.loads(call.body or b"{}")
        found = self.control(call.path.rpartition("/")[2], given)
        call.answer(refused(404, "no such control") if found is None else (200, orjson.dumps(found)))

    def control(self, what: str, given: dict[str, Any]) -> dict[str, Any] | None:
        """Do what a test asks for; None where there is no such thing.

        `begin` (users, questions, count, pace, asides), `hooks` (addresses, secret), `trouble` (kind, method, every,
        seconds), `outage` (seconds), `state`, `reset` (a new bot comes).
        """
        if what == "begin":
            self._people.begin(
                given["users"], given["questions"], given["count"], given["pace"], given.get("asides", [])
            )
        elif what == "hooks":
            self._hooks = Hooks(given["addresses"], given["secret"], self._methods.updates)
        elif what == "trouble":
            self._troubles.add(given["kind"], method=given["method"], every=given["every"], seconds=given["seconds"])
        elif what == "outage":
            self._ending = asyncio.create_task(self._outage(given["seconds"]))
        elif what == "reset":
            if self._hooks is not None:
                self._ending = asyncio.create_task(self._hooks.close())
            self._hooks, self._methods.webhook = None, ""
            self._methods.updates.clear()
            self._people = People(self._deliver)
            self._methods.people = self._people
        elif what != "state":
            return None
        return self._state()

    def _state(self) -> dict[str, Any]:
        now, people = time.monotonic(), self._people
        waits = sorted(people.waits)
        return {
            "asked": people.asked,
            "answered": people.answered,
            "open": len(people.open),
            "oldest": max(
                (now - person.asked_at for person in people.open if person.asked_at is not None), default=0.0
            ),
            "duplicates": people.duplicates,
            "further": people.further,
            "messages": people.messages,
            "examples": people.twice[-5:],
            "asides": people.asides,
            "seconds": people.last_at - people.first_at,
            "median": waits[len(waits) // 2] if waits else 0.0,
            "longest": waits[-1] if waits else 0.0,
            "requests": [self._requests.get(int(now) - back, 0) for back in range(120, 0, -1)],
            "doubts": self._troubles.doubts,
            "unconfirmed": len(self._methods.updates),
            "polling": self._methods.calls["getUpdates"],
            "webhook": self._methods.webhook,
        }


def main() -> None:
    """Serve until killed, or until whoever started this goes away."""

    async def run() -> None:
        serving = asyncio.create_task(Api().run())
        await asyncio.to_thread(sys.stdin.read)
        serving.cancel()

    asyncio.run(run())


if __name__ == "__main__":
    main()

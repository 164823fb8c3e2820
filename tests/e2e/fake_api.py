"""A Bot API over HTTP on 127.0.0.1: the unmodified python-telegram-bot talks to it, tests play the people."""

from __future__ import annotations

import asyncio
import re
import socket
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.e2e.fake_limits import Limits
from tests.e2e.fake_methods import BotMethods, SendResult
from tests.e2e.fake_people import Person, Room
from tests.e2e.fake_rules import RefusedError

TOKEN = "4242:FAKE-token-for-tests"


@dataclass
class Refusal:
    error: RefusedError
    times: int


@dataclass
class Trouble:
    """What happens to the connection: it drops, or the answer takes too long; before or after the call took effect."""

    how: Literal["drop", "hang"]
    effect: bool
    times: int
    seconds: float


class FakeApi(BotMethods):
    """One Bot API server with one bot. Times are short; every wait ends with a failure after `patience_s`."""

    patience_s = 3.0

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.lost: dict[str, int] = defaultdict(int)
        """How often a method is carried out but its answer lost."""
        self.limits = Limits()
        self.latency_s = 0.0
        """How long an answer takes."""
        self._refusals: dict[str, Refusal] = {}
        self._troubles: dict[str, Trouble] = {}
        self._runner: web.AppRunner | None = None
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    async def start(self) -> None:
        """Listen; before this, connections are refused."""
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def stop(self) -> None:
        self.closed = True
        await self.notify()
        if self._runner is not None:
            await self._runner.cleanup()
        self._socket.close()

    # -- what tests do -------------------------------------------------------------------------------------------

    def user(self, number: int) -> Person:
        """A person in her private chat."""
        return Person(self, number, Room(number, "private"))

    def group(self, number: int) -> Room:
        """A group; `api.group(-5).user(1)` is a person in it."""
        return Room(number, "supergroup", self)

    def refuse(
        self, method: str, code: int, description: str, *, times: int = 10**6, parameters: dict[str, Any] | None = None
    ) -> None:
        """Answer that method with an error the next `times`."""
        self._refusals[method] = Refusal(RefusedError(code, description, parameters), times)

    def trouble(
        self, method: str, how: Literal["drop", "hang"], *, effect: bool, times: int = 1, seconds: float = 1.0
    ) -> None:
        """Drop the connection of the next calls of that method, or let them wait; `effect`: they are carried out."""
        self._troubles[method] = Trouble(how, effect, times, seconds)

    async def revoke(self) -> None:
        """Make the token invalid; the open poll ends with it."""
        self.token = "4242:another"
        await self.notify()

    async def replies(self, count: int, chat: int | None = None) -> list[SendResult]:
        """The messages in a chat (default: all) as soon as there are at least so many, deleted ones left out."""

        def ready() -> list[SendResult]:
            return [s for s in self.sent if not s.deleted and chat in (None, s.chat)]

        await self.until(lambda: len(ready()) >= count, lambda: f"{count} replies, got {[s.text for s in ready()]}")
        return ready()

    async def called(self, method: str, count: int = 1) -> list[dict[str, str]]:
        """The parameters of the calls of a method as soon as there are at least so many."""

        def ready() -> list[dict[str, str]]:
            return [params for name, params in self.calls if name == method]

        await self.until(lambda: len(ready()) >= count, lambda: f"{count} x {method}, got {len(ready())}")
        return ready()

    async def answered(self, query: str) -> dict[str, str]:
        """How a pressed button or an inline query was answered."""
        await self.until(lambda: query in self.answers, lambda: f"an answer to {query}")
        return self.answers[query]

    async def until(self, ready: Callable[[], object], what: Callable[[], str]) -> None:
        """Wait until something is so; asks often, as not everything that can change tells."""
        try:
            async with asyncio.timeout(self.patience_s):
                while not ready():  # noqa: ASYNC110  (what changes lies on both sides of the wire)
                    await asyncio.sleep(0.002)
        except TimeoutError:
            raise AssertionError(f"waited {self.patience_s} s for {what()}") from None

    async def push(self, kind: str, content: dict[str, Any]) -> int:
        """Hand the bot an update; returns its id."""
        update = self.next_id()
        if kind in ("callback_query", "inline_query"):
            self.queries.add(content["id"])
        self.updates.append({"update_id": update, kind: content})
        await self.notify()
        return update

    # -- what the bot calls --------------------------------------------------------------------------------------

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        params: dict[str, str] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                self.files[value.filename] = value.file.read()
                params[name] = value.filename
            else:
                params[name] = str(value)
        if self.latency_s and method != "getUpdates":
            await asyncio.sleep(self.latency_s)
        trouble = self._troubles.get(method)
        if trouble is not None and trouble.times > 0:
            trouble.times -= 1
            if not trouble.effect:
                self.calls.append((method, params))
                return await self._disturb(request, trouble)
        else:
            trouble = None
        try:
            result = await self._carry_out(request.match_info["token"], method, params)
        except RefusedError as err:
            body = {"ok": False, "error_code": err.code, "description": err.description}
            if err.parameters:
                body["parameters"] = err.parameters
            return web.json_response(body, status=err.code)
        finally:
            await self.notify()
        if trouble is not None:
            return await self._disturb(request, trouble)
        return web.json_response({"ok": True, "result": result})

    async def _disturb(self, request: web.Request, trouble: Trouble) -> web.Response:
        if trouble.how == "hang":
            await asyncio.sleep(trouble.seconds)
        elif request.transport is not None:
            request.transport.abort()
        return web.Response(status=504)

    async def _carry_out(self, token: str, method: str, params: dict[str, str]) -> Any:
        if token != self.token:
            raise RefusedError(401, "Unauthorized")
        self.calls.append((method, params))
        self.limits.check(method, int(params["chat_id"]) if "chat_id" in params else None)
        refusal = self._refusals.get(method)
        if refusal is not None and refusal.times > 0:
            refusal.times -= 1
            raise refusal.error
        handler = getattr(self, "do_" + re.sub("[A-Z]", lambda found: "_" + found[0].lower(), method), None)
        if handler is None:
            raise RefusedError(404, "Not Found")
        result = await handler(params)
        if self.lost[method] > 0:
            self.lost[method] -= 1
            raise RefusedError(502, "Bad Gateway")
        return result

"""A Bot API over HTTP on 127.0.0.1: the unmodified python-telegram-bot talks to it, tests play the people."""

from __future__ import annotations

import asyncio
import json
import logging
import re
import time
from collections import Counter
from collections.abc import Callable
from typing import Any, Literal
from urllib.parse import unquote

from tests.fake_telegram.http import Call, HttpServer
from tests.fake_telegram.limits import Limits
from tests.fake_telegram.methods import BotMethods, SendResult
from tests.fake_telegram.people import Person, Room
from tests.fake_telegram.rules import RefusedError
from tests.fake_telegram.troubles import Trouble, Troubles

TOKEN = "4242:FAKE-token-for-tests"


class FakeApi(BotMethods):
    """One Bot API server with one bot. Times are short; every wait ends with a failure after `patience_s`."""

    patience_s = 3.0

    def __init__(self) -> None:
        super().__init__(TOKEN)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.requests: Counter[int] = Counter()
        """How many came, by the second of the monotonic clock."""
        self.limits = Limits()
        self.troubles = Troubles()
        self.latency_s = 0.0
        """How long an answer takes."""
        self._http = HttpServer(self._hear)
        self._serving: set[asyncio.Task[None]] = set()
        self.url = self._http.url

    async def start(self) -> None:
        """Listen; before this, connections are refused."""
        await self._http.start()

    async def stop(self) -> None:
        """Stop listening, cut what is open and give up what is under way."""
        self._http.stop()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def outage(self, seconds: float) -> None:
        """Nothing can be reached for so long."""
        self._http.stop()
        await asyncio.sleep(seconds)
        await self._http.start_again()

    def forget(self) -> None:
        super().forget()
        self.calls.clear()

    # -- what tests do -------------------------------------------------------------------------------------------

    def user(self, number: int) -> Person:
        """A person in her private chat."""
        return Person(self, number, Room(number, "private"))

    def group(self, number: int) -> Room:
        """A group; `api.group(-5).user(1)` is a person in it."""
        return Room(number, "supergroup", self)

    def refuse(
        self,
        method: str,
        code: int,
        description: str,
        *,
        times: int = 10**6,
        parameters: dict[str, Any] | None = None,
        effect: bool = False,
    ) -> None:
        """Answer that method with an error the next `times`; `effect`: it is carried out all the same."""
        error = RefusedError(code, description, parameters)
        self.troubles.add(Trouble(method=method, how="refuse", error=error, times=times, effect=effect))

    def trouble(
        self, method: str, how: Literal["drop", "hang"], *, effect: bool, times: int = 1, seconds: float = 1.0
    ) -> None:
        """Drop the connection of the next calls of that method, or let them wait; `effect`: they are carried out."""
        self.troubles.add(Trouble(method=method, how=how, effect=effect, times=times, hang_s=seconds))

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

    # -- what the bot calls --------------------------------------------------------------------------------------

    def _hear(self, call: Call) -> None:
        self.requests[int(time.monotonic())] += 1
        task = asyncio.create_task(self._serve(call))
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _serve(self, call: Call) -> None:
        try:
            params, files = call.form()
            self.files |= files
            await self._answer(call, params)
        except RefusedError as err:
            body: dict[str, Any] = {"ok": False, "error_code": err.code, "description": err.description}
            if err.parameters:
                body["parameters"] = err.parameters
            call.answer(err.code, json.dumps(body).encode())
        except Exception:
            logging.getLogger(__name__).exception("The fake Bot API failed")
            call.answer(500, b"")

    async def _answer(self, call: Call, params: dict[str, str]) -> None:
        found = re.fullmatch(r"/bot([^/]*)/(\w+)", unquote(call.path))
        if found is None:
            raise RefusedError(404, "Not Found")
        token, method = found.groups()
        if self.latency_s and method != "getUpdates":
            await asyncio.sleep(self.latency_s)
        cut = self.troubles.cut(method)
        if cut is not None and not cut.effect:
            self.calls.append((method, params))
        else:
            result = await self._carry_out(token, method, params)
        if cut is None:
            call.answer(200, json.dumps({"ok": True, "result": result}).encode())
        elif cut.how == "drop":
            call.drop()
        else:
            await asyncio.sleep(cut.hang_s)
            call.answer(504, b"")

    async def _carry_out(self, token: str, method: str, params: dict[str, str]) -> Any:
        if token != self.token:
            raise RefusedError(401, "Unauthorized")
        self.calls.append((method, params))
        self.limits.check(method, int(params["chat_id"]) if "chat_id" in params else None)
        refusal = self.troubles.refusal(method)
        if refusal is not None and refusal.error is not None and not refusal.effect:
            raise refusal.error
        handler = getattr(self, "do_" + re.sub("[A-Z]", lambda found: "_" + found[0].lower(), method), None)
        if handler is None:
            raise RefusedError(404, "Not Found")
        result = await handler(params)
        if refusal is not None and refusal.error is not None:
            raise refusal.error
        return result

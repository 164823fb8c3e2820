"""HTTP/1.1 as far as clients of the Bot API use it.

At a small part of what a framework costs, so that a load test measures the bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal
from urllib.parse import parse_qsl

import orjson

Answer = tuple[int, bytes] | Literal["hang", "drop"]
"""Status and body; or nothing at all, with the connection left open or cut."""

_REASONS = {200: b"OK", 400: b"Bad Request", 401: b"Unauthorized", 404: b"Not Found", 409: b"Conflict"}


class Call:
    """One request, and the way to answer it, at once or later."""

    __slots__ = ("_connection", "body", "path")

    def __init__(self, connection: Connection, path: str, body: bytes) -> None:
        """Arguments: path, with the slash; body, as it came."""
        self._connection = connection
        self.path = path
        self.body = body

    @property
    def params(self) -> dict[str, str]:
        """A form's fields."""
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))

    @property
    def is_gone(self) -> bool:
        """Whether nobody waits for the answer any more."""
        return self._connection.transport is None

    def answer(self, answer: Answer) -> None:
        """Answer it; nothing happens where nobody waits any more."""
        self._connection.answer(answer)


class Connection(asyncio.Protocol):
    """One client. Requests are answered one after the other; `hear` gets each and may answer later."""

    def __init__(self, hear: Callable[[Call], None], all_of_them: set[Connection]) -> None:
        """Arguments: hear, deals with a request; all_of_them, open connections."""
        self._hear = hear
        self._all = all_of_them
        self._buffer = b""
        self._busy = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See `asyncio.Protocol`."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """See `asyncio.Protocol`."""
        self.transport = None
        self._all.discard(self)

    def data_received(self, data: bytes) -> None:
        """See `asyncio.Protocol`."""
        self._buffer += data
        self._next()

    def answer(self, answer: Answer) -> None:
        """Answer the request that was heard last."""
        if self.transport is None:
            return
        if answer == "hang":
            return
        if answer == "drop":
            self.transport.abort()
            return
        status, body = answer
        head = b"HTTP/1.1 %d %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
        self.transport.write(head % (status, _REASONS.get(status, b"Error"), len(body)) + body)
        self._busy = False
        if self._buffer:
            self._next()

    def _next(self) -> None:
        end = self._buffer.find(b"\r\n\r\n")
        if self._busy or end < 0:
            return
        head = self._buffer[:end]
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            elif name.lower() == b"expect" and self.transport is not None:
                self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        if len(self._buffer) < end + 4 + length:
            return
        body = self._buffer[end + 4 : end + 4 + length]
        self._buffer = self._buffer[end + 4 + length :]
        self._busy = True
        self._hear(Call(self, head.split(b" ", 2)[1].decode(), body))


def ok(result: object) -> Answer:
    """A result of the Bot API."""
    return 200, orjson.dumps({"ok": True, "result": result})


def refused(code: int, description: str, **parameters: object) -> Answer:
    """An error of the Bot API."""
    body: dict[str, object] = {"ok": False, "error_code": code, "description": description}
    return code, orjson.dumps(body | ({"parameters": parameters} if parameters else {}))

"""HTTP/1.1 as far as clients of the Bot API use it.

At a small part of what a framework costs, so that a load test measures the bot.
"""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import Callable
from urllib.parse import parse_qsl

Hear = Callable[["Call"], None]

_REASONS = {200: b"OK", 400: b"Bad Request", 401: b"Unauthorized", 404: b"Not Found", 409: b"Conflict"}
_BOUNDARY = re.compile(rb'(?im)^content-type: *multipart/form-data;.*boundary="?([^";\r\n]+)')


class Call:
    """One request, and the way to answer it, at once or later."""

    __slots__ = ("_connection", "_head", "body", "path")

    def __init__(self, connection: Connection, head: bytes, body: bytes) -> None:
        """Arguments: head, the lines before the body; body, as it came."""
        self._connection = connection
        self._head = head
        self.path = head.split(b" ", 2)[1].decode()
        self.body = body

    def form(self) -> tuple[dict[str, str], dict[str, bytes]]:
        """A form's fields, and its files by their names; the field of a file holds its name."""
        boundary = _BOUNDARY.search(self._head)
        if boundary is None:
            return dict(parse_qsl(self.body.decode(), keep_blank_values=True)), {}
        params: dict[str, str] = {}
        files: dict[str, bytes] = {}
        for part in self.body.split(b"--" + boundary[1])[1:-1]:
            head, _, content = part.removesuffix(b"\r\n").partition(b"\r\n\r\n")
            name, file = re.search(rb'\bname="([^"]*)"', head), re.search(rb'\bfilename="([^"]*)"', head)
            assert name is not None, head
            params[name[1].decode()] = (file[1] if file else content).decode()
            if file:
                files[file[1].decode()] = content
        return params, files

    def answer(self, status: int, body: bytes) -> None:
        """Answer it; nothing happens where nobody waits any more."""
        self._connection.answer(status, body)

    def drop(self) -> None:
        """Cut the connection."""
        if self._connection.transport is not None:
            self._connection.transport.abort()


class Connection(asyncio.Protocol):
    """One client. Requests are answered one after the other; `hear` gets each and may answer later."""

    def __init__(self, hear: Hear, all_of_them: set[Connection]) -> None:
        """Arguments: hear, deals with a request; all_of_them, open connections."""
        self._hear = hear
        self._all = all_of_them
        self._buffer = b""
        self._busy = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._all.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._all.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        self._next()

    def answer(self, status: int, body: bytes) -> None:
        """Answer the request that was heard last."""
        if self.transport is None:
            return
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
        self._hear(Call(self, head, body))


class HttpServer:
    """A port on 127.0.0.1. It is ours from the beginning; before `start`, connections are refused."""

    def __init__(self, hear: Hear) -> None:
        """Arguments: hear, deals with each request."""
        self._hear = hear
        self._connections: set[Connection] = set()
        self._listening: asyncio.Server | None = None
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # or its connections bar `start_again`
        self._socket.bind(("127.0.0.1", 0))
        self._port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self._port}"

    async def start(self) -> None:
        """Listen."""
        self._listening = await asyncio.get_running_loop().create_server(
            lambda: Connection(self._hear, self._connections), sock=self._socket, backlog=1024
        )

    def stop(self) -> None:
        """Close the port and cut what is open."""
        if self._listening is not None:
            self._listening.close()
            self._listening = None
        self._socket.close()
        for connection in list(self._connections):
            if connection.transport is not None:
                connection.transport.abort()

    async def start_again(self) -> None:
        """Listen after a stop, on the same port."""
        self._socket = socket.create_server(("127.0.0.1", self._port))
        await self.start()

"""HTTP connections that cannot use up this process: so many at once, and so long for a request to come.

Each open connection takes a file, and without one left nothing goes to Telegram either, no alarm. uvicorn's own limits
begin with a whole request.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS = 200
"""Telegram opens 40 at most, a proxy in front about as many; a process may have 1024 files open on most hosts."""
REQUEST_S = 10.0
"""From the opening of a connection, or the answer before, to the last byte of a request. Telegram needs far less."""


class GuardedProtocol(H11Protocol):
    """One connection. Where there are too many, the one that has waited longest for its request gives way."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """From `H11Protocol`."""
        super().__init__(*args, **kwargs)
        self._deadline: asyncio.TimerHandle | None = None

    @property
    def lacks_request(self) -> bool:
        """Whether no request has come in full that is not answered yet."""
        return self.cycle is None or self.cycle.response_complete or self.cycle.more_body

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """From `H11Protocol`."""
        super().connection_made(cast("asyncio.Transport", transport))
        self._watch()
        if len(self.connections) > MOST_CONNECTIONS:
            idle = [other for other in cast("set[GuardedProtocol]", self.connections) if other.lacks_request]
            min(idle, key=GuardedProtocol.gives_up_at).drop()  # this one at least is among them

    def data_received(self, data: bytes) -> None:
        """From `H11Protocol`."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """From `H11Protocol`."""
        super().on_response_complete()
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """From `H11Protocol`."""
        self._unwatch()
        super().connection_lost(exc)

    def gives_up_at(self) -> float:
        """When it is closed, by the clock of the event loop, if no request comes."""
        return self._deadline.when() if self._deadline is not None else float("inf")

    def drop(self) -> None:
        """Close it at once; what was asked for halfway is told that nobody is there."""
        self._unwatch()
        self.connections.discard(self)
        self.transport.abort()

    def _watch(self) -> None:
        """Give a request its time from now on, or let it have all the time there is once it is there."""
        if not self.lacks_request:
            self._unwatch()
        elif self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(REQUEST_S, self.drop)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

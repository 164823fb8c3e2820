"""An HTTP server inside the process, which leaves signals to us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Callable, Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.errors import SettingsError
from bot.runtime.http_protocol import GuardedProtocol
from bot.shutdown import unless

GRACE_S = 5
"""Seconds for requests that are being answered when told to stop."""
BACKLOG = 100
"""Connections that wait to be accepted, and are accepted at a time, before those that are too many are closed."""
SAY_AGAIN_S = 60.0
"""Between two log lines that no connection can be accepted: asyncio writes one with a traceback for each try."""

_log = logging.getLogger(__name__)


class AcceptErrors(logging.Filter):
    """Lets one line in a while say that no connection can be accepted."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Make one.

        Args:
            clock: seconds.
        """
        super().__init__()
        self._clock = clock
        self._again_at = float("-inf")

    def filter(self, record: logging.LogRecord) -> bool:
        """From `logging.Filter`."""
        if not record.getMessage().startswith("socket.accept() out of system resource"):
            return True
        now = self._clock()
        if now < self._again_at:
            return False
        self._again_at = now + SAY_AGAIN_S
        return True


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """From `uvicorn.Server`, which would take the signals for itself."""
        yield


def listening(port: int, host: str = "") -> socket.socket:
    """A socket that listens; on all addresses of this machine where `host` is empty.

    Raises:
        SettingsError: the port cannot be had.
    """
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        on = f" on HOST {host}" if host else ""
        raise SettingsError(f"PORT {port} cannot be opened{on}: {error.strerror}") from error


async def serve_routes(routes: Sequence[BaseRoute], on: socket.socket, stop: asyncio.Event) -> None:
    """Answer on the socket until `stop` is set; it is closed then."""
    config = uvicorn.Config(
        Starlette(routes=list(routes)),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        http=GuardedProtocol,
        backlog=BACKLOG,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[on]))
    _log.info("Listening on port %d", on.getsockname()[1], extra={"action": "listening"})
    errors, asyncio_log = AcceptErrors(), logging.getLogger("asyncio")
    asyncio_log.addFilter(errors)
    try:
        await unless(stop, asyncio.wait({serving}))
        server.should_exit = True
        await serving
    finally:
        asyncio_log.removeFilter(errors)

"""An HTTP server inside the process, which leaves signals to us."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

from bot.errors import SettingsError
from bot.shutdown import unless

GRACE_S = 5
"""Seconds for requests that are being answered when told to stop."""
BACKLOG = 512

_log = logging.getLogger(__name__)


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
        return socket.create_server((host, port), backlog=BACKLOG)
    except OSError as error:
        raise SettingsError(f"PORT {port} cannot be opened: {error.strerror}") from error


async def serve_routes(routes: Sequence[BaseRoute], on: socket.socket, stop: asyncio.Event) -> None:
    """Answer on the socket until `stop` is set; it is closed then."""
    config = uvicorn.Config(
        Starlette(routes=list(routes)),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[on]))
    _log.info("Listening on port %d", on.getsockname()[1], extra={"action": "listening"})
    await unless(stop, asyncio.wait({serving}))
    server.should_exit = True
    await serving

"""Ends gracefully: a signal sets an event, and waiting gives way to it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Awaitable, Callable, Iterator


async def unless(stop: asyncio.Event, work: Awaitable[object]) -> bool:
    """Wait for `work`, whose errors are raised, and return True; or cancel it when `stop` is set: False."""
    working = asyncio.ensure_future(work)
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            await working
            return True
        return False
    finally:
        for task in (working, stopping):
            task.cancel()
        await asyncio.gather(working, stopping, return_exceptions=True)


@contextlib.contextmanager
def stopped_by_signals(stop: asyncio.Event, at_once: Callable[[int], object] = os._exit) -> Iterator[None]:
    """While inside, SIGINT and SIGTERM set `stop`, and a second one ends the process at once.

    On Windows and outside the main thread signals stay as they are.

    Args:
        at_once: ends the process with a status; for tests.
    """
    loop = asyncio.get_running_loop()
    signals = (signal.SIGINT, signal.SIGTERM)

    def received(number: int) -> None:
        if stop.is_set():
            at_once(128 + number)
        stop.set()

    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
        for number in signals:
            loop.add_signal_handler(number, received, number)
    try:
        yield
    finally:
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for number in signals:
                loop.remove_signal_handler(number)

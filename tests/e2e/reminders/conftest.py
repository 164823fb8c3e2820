"""A mother, the bot and a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.reminders.walking import Clock, Walking
from tests.engines import database_url, postgres_database, postgres_server, postgres_url
from tests.fake_telegram.server import FakeApi

__all__ = ["database_url", "postgres_database", "postgres_server", "postgres_url"]


@pytest.fixture
def clock() -> Clock:
    """Noon of a Sunday in Oslo."""
    return Clock("Europe/Oslo", "2026-11-22 12:00")


@pytest.fixture
def address(database_file: Path) -> str:
    """The database. A module overrides this fixture to run its tests on each engine."""
    return f"sqlite:///{database_file}"


@pytest.fixture
async def walking(api: FakeApi, address: str, clock: Clock) -> AsyncIterator[Walking]:
    """All of it, running; she has said hello."""
    api.patience_s = 10  # several processes test at once
    found = Walking(api, address, clock)
    await found.start()
    await found.says("hello")
    yield found
    await found.end()

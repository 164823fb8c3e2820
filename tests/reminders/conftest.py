"""The engine over each kind of database, with a clock that is moved by hand and a postman that keeps what it gets."""

from __future__ import annotations

import pytest

from bot.store.database import Database
from tests.engines import (
    database,
    database_file,
    database_url,
    empty_database,
    postgres_database,
    postgres_server,
    postgres_url,
)
from tests.reminders.world import World

__all__ = [
    "database",
    "database_file",
    "database_url",
    "empty_database",
    "postgres_database",
    "postgres_server",
    "postgres_url",
]


@pytest.fixture
def world(database: Database) -> World:
    return World(database)

"""Databases on each engine."""

from __future__ import annotations

from tests.engines import (
    database,
    database_file,
    database_url,
    empty_database,
    empty_postgres,
    postgres_database,
    postgres_server,
    postgres_url,
)
from tests.store.conftest import clock, key

__all__ = [
    "clock",
    "database",
    "database_file",
    "database_url",
    "empty_database",
    "empty_postgres",
    "key",
    "postgres_database",
    "postgres_server",
    "postgres_url",
]

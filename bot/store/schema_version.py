"""Which step of the schema this program needs, and which one a database is at."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from bot.errors import SchemaError

HEAD = "0005"
"""The last step in `migrations/versions`, kept here too so that a start with a current schema need not read them."""

_STEP = re.compile(r"[0-9]{4}")


def step_from(place: str, tables: Collection[str], rows: Sequence[Sequence[object]]) -> str | None:
    """The step that a database is at; None for an empty one.

    Args:
        place: names the database.
        tables: all of its tables.
        rows: what `alembic_version` holds.

    Raises:
        SchemaError: the tables are another program's.
    """
    if not tables:
        return None
    if len(rows) != 1 or not _STEP.fullmatch(str(rows[0][0])):
        raise SchemaError(f"{place} holds tables, but not this program's.")
    return str(rows[0][0])

"""Where the database is: an address, taken apart once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

_PREFIX = "sqlite:///"
_SCHEMES = ("postgresql", "postgres")

_SQLITE = "sqlite:////absolute/path or sqlite:///relative/path, naming a file"
_POSTGRESQL = "postgresql://user:password@host:5432/name, or postgresql://user@/name?host=/folder/of/the/socket"
ALLOWED = f"{_SQLITE}; or {_POSTGRESQL}"
"""What an address may be, for error messages."""

HIDDEN = "(hidden)"
"""Stands in for a secret wherever an address is shown."""

_LOGIN = re.compile(r"^((?:[\w+.-]+:)?/*).*@", re.DOTALL)
_SECRET = re.compile(r"([?&][a-z]*passw[a-z]*=)[^&]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """The address of a SQLite file or of a database on a PostgreSQL server."""

    text: str = field(repr=False)
    """As it was given. May hold a password: it is for the driver alone, `shown` for people."""
    sqlite_path: Path | None
    """The file; None: a PostgreSQL server."""

    @classmethod
    def parse(cls, text: str) -> Self:
        """The address that `text` is: `sqlite:////absolute/path`, `sqlite:///relative/path` or one of PostgreSQL.

        Raises:
            ValueError: with what is allowed; never with the address itself, which may hold a password.
        """
        if text.partition(":")[0].lower() in _SCHEMES:
            _check_postgresql(text)
            return cls(text, None)
        return cls(text, _sqlite_path(text))

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """The address of a SQLite file."""
        return cls(f"{_PREFIX}{path}", path)

    @property
    def dialect(self) -> Literal["sqlite", "postgresql"]:
        """Which engine it names."""
        return "postgresql" if self.sqlite_path is None else "sqlite"

    @property
    def shown(self) -> str:
        """As it may stand in a log."""
        return without_login(self.text)

    def __str__(self) -> str:
        """As it may stand in a log."""
        return self.shown


def without_login(text: str) -> str:
    """`text` with the user and password of an address masked. Takes any text, an address or not."""
    return _SECRET.sub(rf"\1{HIDDEN}", _LOGIN.sub(rf"\1{HIDDEN}@", text))


def _sqlite_path(text: str) -> Path:
    name = text.removeprefix(_PREFIX)
    if name == text:
        raise ValueError(ALLOWED)
    if not name or name.startswith(":") or name.endswith("/") or "?" in name or "\0" in name:
        raise ValueError(_SQLITE)
    return Path(name)


def _check_postgresql(text: str) -> None:
    """Raise ValueError where the outline is wrong; what the parts mean is the server's matter."""
    try:
        parts = urlsplit(text)
        whole = parts.port is None or parts.port > 0
    except ValueError:
        whole = False
    else:
        whole = whole and bool(parts.netloc or "host=" in parts.query) and len(parts.path) > 1 and not parts.fragment
    if not whole or not text.isprintable() or " " in text:
        raise ValueError(f"{_POSTGRESQL}; signs like / : @ # ? in a password as %2F %3A %40 %23 %3F")

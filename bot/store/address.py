"""Where the database is, as an address."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
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


def dialect_of(url: str) -> Literal["sqlite", "postgresql"]:
    """Which engine `url` names.

    Raises:
        ValueError: with what is allowed; never with the address itself, which may hold a password.
    """
    if url.partition(":")[0].lower() in _SCHEMES:
        _check_postgresql(url)
        return "postgresql"
    sqlite_path(url)
    return "sqlite"


def sqlite_path(url: str) -> Path:
    """The file that `url` names: `sqlite:////absolute/path` or `sqlite:///relative/path`.

    Raises:
        ValueError: with what is allowed.
    """
    name = url.removeprefix(_PREFIX)
    if name == url:
        raise ValueError(ALLOWED)
    if not name or name.startswith(":") or name.endswith("/") or "?" in name or "\0" in name:
        raise ValueError(_SQLITE)
    return Path(name)


def shown(url: str) -> str:
    """`url` as it may stand in a log: user and password masked. Takes any text, an address or not."""
    return _SECRET.sub(rf"\1{HIDDEN}", _LOGIN.sub(rf"\1{HIDDEN}@", url))


def _check_postgresql(url: str) -> None:
    """Raise ValueError where the outline is wrong; what the parts mean is the server's matter."""
    try:
        parts = urlsplit(url)
        whole = parts.port is None or parts.port > 0
    except ValueError:
        whole = False
    else:
        whole = whole and bool(parts.netloc or "host=" in parts.query) and len(parts.path) > 1 and not parts.fragment
    if not whole or not url.isprintable() or " " in url:
        raise ValueError(f"{_POSTGRESQL}; signs like / : @ # ? in a password as %2F %3A %40 %23 %3F")

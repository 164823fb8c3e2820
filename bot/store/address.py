"""Where the database is, as an address."""

from __future__ import annotations

from pathlib import Path

_PREFIX = "sqlite:///"


def sqlite_path(url: str) -> Path:
    """The file that `url` names: `sqlite:////absolute/path` or `sqlite:///relative/path`.

    Raises:
        ValueError: with what is allowed.
    """
    scheme = url.partition(":")[0].lower()
    if scheme in ("postgres", "postgresql"):
        raise ValueError("sqlite:////absolute/path or sqlite:///relative/path; PostgreSQL is not supported yet")
    name = url.removeprefix(_PREFIX)
    if name == url or not name or name.startswith(":") or name.endswith("/") or "?" in name or "\0" in name:
        raise ValueError("sqlite:////absolute/path or sqlite:///relative/path, naming a file")
    return Path(name)

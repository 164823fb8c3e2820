"""Which program this is: the version of the package, the commit where that is known, and a mark of the texts."""

from __future__ import annotations

import hashlib
import json
import re
from importlib import metadata
from pathlib import Path

import bot
from bot.settings.parts import APP_NAME

_COMMIT = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
SHOWN = 12
"""Characters of a commit, or of the mark of a knowledge base, that are shown."""


def commit(root: Path | None = None) -> str | None:
    """The commit that runs; None where nothing tells.

    The files of git are read, git is not run: it refuses a checkout that belongs to somebody else, as that of a server
    does, and need not be there at all.

    Args:
        root: of a checkout; None for the one of this program, if it runs from one.
    """
    checkout = root or Path(bot.__file__).resolve().parents[1]
    try:
        found = _of_checkout(checkout / ".git")
    except (OSError, UnicodeError):
        found = None
    return found or (_of_package() if root is None else None)


def version() -> str:
    """The version, with the commit where that is known."""
    known = commit()
    return f"{bot.__version__} ({known[:SHOWN]})" if known else bot.__version__


def knowledge_mark(root: Path) -> str:
    """A few signs that are others whenever a file of a knowledge base is."""
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*.yaml")):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()[:SHOWN]


def _of_checkout(git: Path) -> str | None:
    if git.is_file():  # a worktree names its own folder there, and that one the common one
        git = git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()
    head = _read(git / "HEAD")
    if not head.startswith("ref:"):
        return _commit(head)
    name = head.removeprefix("ref:").strip()
    common = git / (_read(git / "commondir") or ".")
    for folder in (git, common):
        if found := _commit(_read(folder / name)):
            return found
    packed = (line.partition(" ") for line in _read(common / "packed-refs").splitlines())
    return next((_commit(number) for number, _, ref in packed if ref == name), None)


def _read(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.is_file() else ""


def _commit(text: str) -> str | None:
    return text if _COMMIT.fullmatch(text) else None


def _of_package() -> str | None:
    """What pip has noted of an installation from a repository."""
    try:
        noted = json.loads(metadata.distribution(APP_NAME).read_text("direct_url.json") or "{}")
    except (metadata.PackageNotFoundError, ValueError):
        return None
    return _commit(str(noted.get("vcs_info", {}).get("commit_id", "")))

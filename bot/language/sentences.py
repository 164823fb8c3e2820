"""Takes sentences out of texts."""

from __future__ import annotations

import re
from collections.abc import Callable

_END = re.compile(r"(?<=[.!?])\s+")
_BLANK_LINES = re.compile(r"\n{3,}")


def only(text: str, is_kept: Callable[[str], bool]) -> str:
    """A text with some of its sentences; paragraphs stay apart.

    Args:
        text: any, sentences ended by ".", "!" or "?", paragraphs by the end of the line.
        is_kept: says so of a sentence.
    """
    lines = []
    for line in text.split("\n"):
        kept = [s for s in _END.split(line) if s and is_kept(s)]
        if kept or not line.strip():
            lines.append(" ".join(kept))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def each(text: str, change: Callable[[str], str]) -> str:
    """A text with each of its sentences changed; those changed to "" are left out.

    Args:
        text: as in `only`.
        change: of a sentence.
    """
    lines = [" ".join(filter(None, map(change, filter(None, _END.split(line))))) for line in text.split("\n")]
    return only("\n".join(lines), bool)

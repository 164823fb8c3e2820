"""Cuts a text that is too long for one message: at lines, then sentences, then words, then anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BOUNDARIES = (
    re.compile(r"(?<=\n)"),
    re.compile(r"(?<=[.!?…]\s)"),
    re.compile(r"(?<=\s)"),
)
"""Where a text may be cut, the best first. Zero-width, so that nothing is lost by the cut itself."""


def units(text: str) -> int:
    """The length of a text in UTF-16 code units, in which Telegram counts; never less than its characters."""
    return len(text) + sum(ord(c) > 0xFFFF for c in text)


def pieces(text: str, limit: int) -> list[str]:
    """Cut a text into pieces of at most `limit` UTF-16 code units (at least 2), in order.

    White space at a cut is dropped, and so are pieces of nothing else; everything else is kept.
    """
    return [piece for raw in _cut(text, limit, 0) if (piece := raw.strip())]


def _cut(text: str, limit: int, level: int) -> Iterator[str]:
    if units(text) <= limit:
        yield text
        return
    tokens = _BOUNDARIES[level].split(text) if level < len(_BOUNDARIES) else list(text)
    current, size = "", 0
    for token in tokens:
        length = units(token)
        if size + length <= limit:
            current, size = current + token, size + length
            continue
        if current:
            yield current
        current, size = token, length
        if length > limit:
            *whole, current = _cut(token, limit, level + 1)
            yield from whole
            size = units(current)
    if current:
        yield current

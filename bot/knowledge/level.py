"""How fast help is needed: a field of a flag."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How fast help is needed, the most urgent first."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"

    @property
    def rank(self) -> int:
        """0 for the most urgent, 2 for the least."""
        return list(Level).index(self)

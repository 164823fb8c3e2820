"""The reading grade of a text, where textstat (a development tool) is installed."""

from __future__ import annotations

from collections.abc import Callable


def reading_grade() -> Callable[[str], float] | None:
    """A function that gives the Flesch-Kincaid grade of a text, or None without textstat."""
    try:
        import textstat  # noqa: PLC0415
    except ImportError:
        return None

    def grade(text: str) -> float:
        return float(textstat.flesch_kincaid_grade(text))

    return grade

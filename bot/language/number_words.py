"""Numbers in words: one list for every reader, so that "seven" is a number to all of them or to none."""

from __future__ import annotations

NAMES = (*("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),)
"""In order, from 0."""
NUMBERS = {name: n for n, name in enumerate(NAMES)}
UP_TO_TWELVE = NAMES[1:]
"""Hours of a clock, months of a year, and what people count in words."""
ONE = {"a": 1, "an": 1}
"""Said for one, before a unit."""
LARGER = {
    "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "forty": 40, "forty five": 45, "fifty": 50,
}  # fmt: skip
"""Minutes that people say in words."""
ORDINALS = ("first", "second", "third")
"""From 1; as many as there are buttons to choose from."""


def numbers(first: int, last: int) -> dict[str, int]:
    """The names of the numbers `first` to `last`, both included, with their values; 0 to 12."""
    return {name: n for name, n in NUMBERS.items() if first <= n <= last}


MINUTES_IN_WORDS = numbers(1, 12) | LARGER
"""Minutes of a walk that a word alone may name."""

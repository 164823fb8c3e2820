"""How the fields of actions are written, and read again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import Annotated, Generic, TypeVar

from bot.conversation.reminders.formatting import read_clock
from bot.knowledge.models import STAGES
from bot.schedule.occurrence import EVERY_DAY
from bot.schedule.quiet import QuietHours

T = TypeVar("T")
SKIP = "skip"
"""What a button holds by which a question is skipped."""
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_HOURS = re.compile(r"(\d{4})-(\d{4})")


@dataclass(frozen=True)
class Part(Generic[T]):
    """One field as text."""

    write: Callable[[T], str]
    read: Callable[[str], T]
    """Raises ValueError or KeyError for a text that is no value of the field."""


class CheckAnswer(StrEnum):
    """What she answers to a question about danger; in the order of the buttons."""

    YES = "yes"
    UNSURE = "unsure"
    NO = "no"


class GentleAnswer(StrEnum):
    """Whether she wants gentle walks before she is cleared."""

    YES = "yes"
    ASK = "ask"
    """Yes, and to be reminded to ask for the clearance."""
    NO = "no"


def words(values: Mapping[str, T]) -> Part[T]:
    """A part that has a word for each value."""
    written = {value: word for word, value in values.items()}
    return Part(written.__getitem__, values.__getitem__)


def one_of(*names: str) -> Part[str]:
    """A part that is one of some names."""
    return words({name: name for name in names})


def optional(part: Part[T], word: str = "") -> Part[T | None]:
    """A part that may be None.

    Args:
        word: stands for it.
    """

    def write(value: T | None) -> str:
        return word if value is None else part.write(value)

    def read(text: str) -> T | None:
        return None if text == word else part.read(text)

    return Part(write, read)


def packed(numbers: Iterable[int]) -> str:
    """Numbers of reminders, short enough for a button: five of them take 34 characters."""
    return ".".join(_base36(n) for n in numbers)


def unpacked(text: str) -> list[int]:
    """What `packed` wrote. Raises ValueError for anything else."""
    return [int(part, 36) for part in text.split(".")]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _read_text(text: str) -> str:
    if not text:
        raise ValueError(text)
    return text


def _read_zone(text: str) -> str:
    if text == SKIP:
        raise ValueError(text)
    return _read_text(text)


def _read_days(text: str) -> frozenset[int]:
    days = frozenset(int(day) for day in text)
    if not days or not days <= EVERY_DAY:
        raise ValueError(text)
    return days


def _read_hours(text: str) -> QuietHours:
    match = _HOURS.fullmatch(text)
    if not match:
        raise ValueError(text)
    return QuietHours(read_clock(match[1]), read_clock(match[2]))


def _read_span_or_date(text: str) -> int | date:
    is_span = len(text) == 1 and text.isascii() and text.isdigit()
    return int(text) if is_span else date.fromisoformat(text)


def _write_clock(at: time) -> str:
    return f"{at:%H%M}"


NUMBER = Part[int](str, int)
TEXT = Part[str](str, _read_text)
ZONE = Part[str](str, _read_zone)
ISO_DATE = Part[date](date.isoformat, date.fromisoformat)
CLOCK = Part[time](_write_clock, read_clock)
YES_NO = words({"yes": True, "no": False})
FLAG = words({"1": True, "0": False})
DAYS = Part[frozenset[int]](lambda days: "".join(map(str, sorted(days))), _read_days)
HOURS = Part[QuietHours](lambda quiet: f"{_write_clock(quiet.start)}-{_write_clock(quiet.end)}", _read_hours)
NUMBERS = Part[tuple[int, ...]](packed, lambda text: tuple(unpacked(text)))
SPAN_OR_DATE = Part[int | date](str, _read_span_or_date)
CLOCK_OR_YES_NO = Part[time | bool](
    lambda value: YES_NO.write(value) if isinstance(value, bool) else _write_clock(value),
    lambda text: YES_NO.read(text) if text in ("yes", "no") else read_clock(text),
)
STAGE_SHOWN = Part[str | None](lambda stage: stage or "", lambda text: text if text in STAGES else None)

Number = Annotated[int, NUMBER]
Id = Annotated[str, TEXT]
"""Of a topic, a group or a flag; whether there is such a one is for those to say who know."""
Day = Annotated[date, ISO_DATE]
Days = Annotated[frozenset[int], DAYS]
"""Weekdays, 0 for Monday; one at least."""
Which = Annotated[int | None, optional(NUMBER, "all")]
"""The number of a reminder; None for all of them."""

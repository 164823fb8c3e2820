"""Reads weekdays as people type them: "mon wed fri", "weekdays", "every day except sunday", "mon-fri"."""

from __future__ import annotations

import re

from rapidfuzz.distance import OSA

from bot.language.number_words import numbers
from bot.language.reminder_request import Reason, Refusal
from bot.schedule.occurrence import EVERY_DAY

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {
    "mon": 0, "mons": 0, "tue": 1, "tues": 1, "wed": 2, "weds": 2, "thu": 3, "thur": 3, "thurs": 3, "fri": 4,
    "fris": 4, "sat": 5, "sats": 5, "sun": 6, "suns": 6,
}  # fmt: skip
THRICE = frozenset((0, 2, 4))
"""Three times a week: Monday, Wednesday, Friday, a rest day after each."""
_SETS = {
    "everyday": EVERY_DAY, "daily": EVERY_DAY, "weekday": frozenset(range(5)), "weekdays": frozenset(range(5)),
    "workdays": frozenset(range(5)), "weekend": frozenset((5, 6)), "weekends": frozenset((5, 6)), "mwf": THRICE,
}  # fmt: skip
LONG_NAME = 7
"""Letters from which on two slips are repaired ("wensday"), below it one."""
_NO_DAYS = frozenset(
    (
        "someday",
        "holiday",
        "holidays",
        "birthday",
        "midday",
        "yesterday",
        "today",
        "sundry",
        "money",
        "funday",
        "payday",
        "days",
        "day",
        "tuesdate",
    )
)
"""Words too near to a weekday to be repaired to one."""
_EVERY = re.compile(r"\b(?:every|evry|each|all)\s+(?:single\s+)?(?:days?|(mornings?|evenings?|afternoons?))\b")
_RHYTHM = re.compile(
    rf"\b(?:every|each)\s+(?:other|second|third|2nd|3rd|{'|'.join(numbers(2, 4))}|2|3|4)\b(?:\s+[a-z]+)?"
    r"|\balternate\s+days?\b"
    r"|\bfortnight(?:ly)?\b|\bmonthly\b|\b(?:every|each|a|per)\s+month\b|\byearly\b|\bhourly\b|\bevery\s+hour\b"
)
_TIMES_A_WEEK = re.compile(
    rf"\b(?:(once|twice)|(\d{{1,2}}|{'|'.join(numbers(1, 7))})\s*(?:x|times?|days?))"
    r"\s+(?:a|per|every|each)\s+week\b"
    r"|\bweekly\b"
)
_SEVERAL = {"3": THRICE, "three": THRICE, "7": EVERY_DAY, "seven": EVERY_DAY}
_WORDS = re.compile(r"[a-z]+|\d[\da-z.:]*|[^\sa-z\d]")
_LIKE_A_DAY = re.compile(r"[a-z]{2,7}days?")
_TO = frozenset(("to", "till", "til", "until", "through", "thru", "-", "–", "—"))  # noqa: RUF001
_BUT = frozenset(("except", "excluding", "without", "not", "no", "never", "but", "excl"))
_NOT_A_DAY_AFTER = frozenset(("the", "i", "we", "have", "in"))
"""Before "sun" and "sat": "in the sun", "i sat"."""


def take_days(text: str) -> tuple[frozenset[int] | Refusal | None, str]:
    """The weekdays (0 is Monday), and the text without them. None where there are none."""
    if match := _RHYTHM.search(text):
        return Refusal(Reason.OTHER_RHYTHM, match[0]), text
    often = _TIMES_A_WEEK.search(text)
    text = _TIMES_A_WEEK.sub(" ", text)
    text = _EVERY.sub(r" everyday \1 ", text)
    tokens = _WORDS.findall(text)
    if strange := next((t for t in tokens if _is_strange(t)), None):
        return Refusal(Reason.UNCLEAR, strange), text
    plus, minus, rest = _scan(tokens)
    if minus and not plus:
        plus = set(EVERY_DAY)
    days = frozenset(plus - minus)
    if plus and not days:
        return Refusal(Reason.WHICH_DAYS), rest
    if often and not days:
        several = _SEVERAL.get(often[2] or "")
        return (several or Refusal(Reason.WHICH_DAYS, often[0])), rest
    return days or None, rest


def weekday(word: str) -> int | None:
    """The weekday that a word names, also shortened or misspelt, 0 for Monday."""
    if word in _SHORT:
        return _SHORT[word]
    bare = word.removesuffix("s")
    if bare in _NAMES:
        return _NAMES.index(bare)
    if len(word) < 5 or word in _NO_DAYS or word in _SETS:
        return None
    slips = [OSA.distance(bare, name, score_cutoff=2) for name in _NAMES]
    least = min(slips)
    allowed = 2 if len(bare) >= LONG_NAME else 1
    return slips.index(least) if least <= allowed and slips.count(least) == 1 else None


def _is_strange(word: str) -> bool:
    """True for what looks like a weekday and could be two: "munday"."""
    return bool(_LIKE_A_DAY.fullmatch(word)) and word not in _NO_DAYS and word not in _SETS and weekday(word) is None


def _scan(tokens: list[str]) -> tuple[set[int], set[int], str]:
    plus, minus, rest = set[int](), set[int](), list[str]()
    without = False
    at = 0
    while at < len(tokens):
        token, before = tokens[at], tokens[at - 1] if at else ""
        found, at = _days_at(tokens, at)
        if found and not (token in ("sun", "sat") and before in _NOT_A_DAY_AFTER):
            (minus if without else plus).update(found)
        else:
            rest.append(token)
            without = token in _BUT or (without and token in ("on", "and", "for", ",", "the", "&", "or", "/"))
    return plus, minus, " ".join(rest)


def _days_at(tokens: list[str], at: int) -> tuple[frozenset[int], int]:
    """The days named at a place, a range included, and the place after it."""
    token = tokens[at]
    if token in _SETS:
        return _SETS[token], at + 1
    first = weekday(token)
    if first is None:
        return frozenset(), at + 1
    if at + 2 < len(tokens) and tokens[at + 1] in _TO:
        last = weekday(tokens[at + 2])
        if last is not None:
            return frozenset((first + n) % 7 for n in range((last - first) % 7 + 1)), at + 3
    return frozenset((first,)), at + 1

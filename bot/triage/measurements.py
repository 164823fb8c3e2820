"""Numbers that mean something: temperatures, blood pressures, pulses. Found by their units and neighbours."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from bot.language.phrases import Span

HIGHEST_SYSTOLIC = 260
FEVER_C = 38.0
FEVER_F = 100.4
"""Fever is 38 C or 100.4 F and more (evidence brief, section 3)."""
HIGHEST_C, HIGHEST_F = 43.5, 110.0
"""Above this a number is no body temperature."""
SEVERE_SYSTOLIC, SEVERE_DIASTOLIC = 160, 110
RAISED_SYSTOLIC, RAISED_DIASTOLIC = 140, 90
"""Blood pressure in mmHg: severe 160/110, raised 140/90 and more (evidence brief, pre-eclampsia)."""
SEVERE_SCORE = 7
"""Pain of 7 to 10 out of 10 is commonly called severe."""
FAST_PULSE = 120
"""Beats a minute. A pulse this fast at rest is more than worry or effort; lower ones are common with a newborn."""

NUMBER_GROUPS = (
    "#fever",
    "#normal-temperature",
    "#severe-pressure",
    "#raised-pressure",
    "#normal-pressure",
    "#fast-pulse",
    "#severe-score",
)
"""Names that patterns may use like groups of phrases."""

_PRESSURE = re.compile(r"^(\d{2,3})/(\d{2,3})$")
_SCORE = re.compile(r"^(\d{1,2})/10$")
_NUMBER = re.compile(r"^\d{2,3}(\.\d+)?$")
_TEMPERATURE_WORDS = {
    "temperature",
    "temp",
    "fever",
    "thermometer",
    "degrees",
    "degree",
    "°",
    "c",
    "f",
    "celsius",
    "fahrenheit",
    "reading",
    "feverish",
}
_NOT_DEGREES = {
    "week",
    "weeks",
    "wk",
    "days",
    "day",
    "months",
    "month",
    "years",
    "year",
    "old",
    "hours",
    "minutes",
    "weeker",
    "kg",
    "lbs",
    "pounds",
    "times",
    "size",
    "%",
    "km",
    "percent",
    "euro",
    "quid",
    "g",
    "plus",
}
_PULSE_WORDS = {"pulse", "heart", "heartrate", "bpm", "hr", "resting", "watch", "beats", "fitbit", "heartbeat"}
_TENTHS = {"7", "8", "9", "10", "seven", "eight", "nine", "ten"}
_NEAR, _NEAR_AFTER = 4, 3
"""Words before and after a number among which the word stands that says what it is."""
_PRESSURE_WORDS = {"pressure", "bp", "systolic", "mmhg"}


def number_spans(words: Sequence[str]) -> dict[str, list[Span]]:
    """Find the numbers that say something on their own.

    Args:
        words: the words of a text, as `bot.language.text.split` gives them.

    Returns:
        Spans by the names in `NUMBER_GROUPS`.
    """
    found: dict[str, list[Span]] = defaultdict(list)
    for i, word in enumerate(words):
        for name, span in _read(words, i, word):
            found[name].append(span)
    return dict(found)


def _read(words: Sequence[str], i: int, word: str) -> Iterator[tuple[str, Span]]:
    if pressure := _PRESSURE.match(word):
        yield from _pressure(int(pressure[1]), int(pressure[2]), Span(i, i + 1))
        return
    if score := _SCORE.match(word):
        if SEVERE_SCORE <= int(score[1]) <= 10:
            yield "#severe-score", Span(i, i + 1)
        return
    if word in _TENTHS and words[i + 1 : i + 4] in (("out", "of", "10"), ("out", "of", "ten")):
        yield "#severe-score", Span(i, i + 4)
        return
    if not _NUMBER.match(word):
        return
    if i + 2 < len(words) and words[i + 1] in ("over", "on") and words[i + 2].isdigit():
        yield from _pressure(int(float(word)), int(words[i + 2]), Span(i, i + 3))
        return
    value = float(word)
    around = set(words[max(0, i - _NEAR) : i]) | set(words[i + 1 : i + 1 + _NEAR_AFTER])
    following = words[i + 1] if i + 1 < len(words) else ""
    if following not in _NOT_DEGREES and (name := _temperature(value, "." in word, bool(around & _TEMPERATURE_WORDS))):
        yield name, Span(i, i + 1)
    elif FAST_PULSE <= value < 250 and "." not in word and around & _PULSE_WORDS:
        yield "#fast-pulse", Span(i, i + 1)
    elif SEVERE_SYSTOLIC <= value <= HIGHEST_SYSTOLIC and around & _PRESSURE_WORDS:
        yield "#severe-pressure", Span(i, i + 1)


def _temperature(value: float, has_decimals: bool, named: bool) -> str | None:
    """A number with decimals in the range of fever needs no unit ("38.6"); a whole one does ("38" may be weeks)."""
    if FEVER_C <= value <= HIGHEST_C and (has_decimals or named):
        return "#fever"
    if FEVER_F <= value <= HIGHEST_F and (has_decimals or named):
        return "#fever"
    if named and (35.0 <= value < FEVER_C or 95.0 <= value < FEVER_F):
        return "#normal-temperature"
    return None


def _pressure(systolic: int, diastolic: int, span: Span) -> Iterator[tuple[str, Span]]:
    if not (70 <= systolic <= 260 and 35 <= diastolic <= 160 and systolic > diastolic):
        return
    if systolic >= SEVERE_SYSTOLIC or diastolic >= SEVERE_DIASTOLIC:
        yield "#severe-pressure", span
    elif systolic >= RAISED_SYSTOLIC or diastolic >= RAISED_DIASTOLIC:
        yield "#raised-pressure", span
    else:
        yield "#normal-pressure", span

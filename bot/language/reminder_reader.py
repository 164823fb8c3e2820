"""Reads what somebody typed about walk reminders into a request or a clear refusal; never raises."""

from __future__ import annotations

import re
from datetime import date

from rapidfuzz.distance import OSA

from bot.language.number_words import MINUTES_IN_WORDS
from bot.language.reminder_request import Pause, Reason, Refusal, Request, Resume, SetUp, Show, Stop
from bot.language.spans import has_date, read_pause_end
from bot.language.text import clean
from bot.language.times import Clock, lone_time, take_minutes, take_times
from bot.language.weekdays import take_days

LONGEST = 300
"""Characters; a longer text is a story, not a request."""
_REMIND = ("remind", "reminds", "reminder", "reminders", "reminding", "nudge")
_WALKS = re.compile(r"\b(?:walk|walks|walking|wlak|stroll|strolls)\b")
_REMIND_TO = re.compile(r"\bremind(?:ers?)?(?: me)? (?:to|about|of|when|that|if)\b")
_QUESTION = re.compile(
    r"^(?:why|what|how|who|where|does|do|is|are|did|should|when (?:will|do|does|can|should)|can i walk)\b"
)
_SHOW = re.compile(
    r"\b(?:show|list|see|view|which|what|when)\b.*\b(?:reminders?|next walk|my walks)\b"
    r"|^(?:my |all )*(?:walk(?:ing)? )?reminders(?: list)?$|^list$"
)
_NO_MORE = re.compile(r"\b(?:do not|dont|never|please dont) (?:remind|nudge|send|write|message|text)|\bno more\b")
_NOT = re.compile(r"\b(?:dont|do not|never|not|wont)\s+(?:\w+\s+)?(?:stop|pause|cancel|delete|end|turn|quit|resume)\b")
_PAUSE = re.compile(
    r"\b(?:paus(?:e|ed|ing)|suspend|take a break|have a break|hold off)\b"
    r"|\b(?:no|stop|skip)\b.*\b(?:until|till|til|for (?:\w+ )?(?:days?|weeks?|months?|wks?)|for \d+ ?[dwm])\b"
)
_RESUME = re.compile(
    r"\b(?:resume|unpause|un-pause|restart|re-start|start again|start (?:my |the )?(?:walk )?reminders?(?: again)?$"
    r"|(?:turn|switch)(?: \w+){0,3} (?:back )?on$|reminders? (?:back )?on$|on again|back on)\b"
)
_STOP = re.compile(
    r"\b(?:stop|cancel|delete|remove|end|quit|unsubscribe|disable|clear)\b|\b(?:turn|switch)(?: \w+){0,4} off\b"
    r"|\breminders? off\b|^off$|\bturn off\b"
)
_ONE_OFF = re.compile(
    r"\b(?:today|tonight|tomorrow|tomorow|tmrw|tmr|once|(?:this|next) (?:\w+day|mon|tue|wed|thu|fri|sat|sun|week)"
    r"|in (?:an?|\d+|\w+) (?:hours?|hrs?|min(?:ute)?s?|days?|weeks?))\b"
)
_ACTION = re.compile(
    r"\b(?:stop|pause|resume|restart|cancel|delete|remove|end|quit|disable|suspend|turn|switch|unpause|start|clear|no)"
    r"(?: \S+){0,4} (?:reminders?|reminding)\b|\breminders? (?:please )?(?:off|on|stop|paused?|resume|again|back)\b"
    r"|^(?:please )?(?:stop|pause|resume|restart|cancel|no)(?: \w+){0,2} walks?(?: (?:please|now|until|till|for)\b.*)?$"
)
"""What stops, pauses or resumes reminders; "remind me when to stop ibuprofen" does not."""
_PARTS_OF_DAY = frozenset(("morning", "mornings", "afternoon", "afternoons", "evening", "evenings"))
_EMPTY = frozenset(("and", "on", "-", ",", "&", "/", "please", "the", "a", "walk", "in", "every", "each"))
_LEFT_NUMBER = re.compile(r"\d+(?:[.:/]\d+)*")


def plain(text: str) -> str:
    """A text as the readers here take it: lower case, "dont" for "don't", single blanks."""
    text = re.sub(r"\b([a-z]+n)'t\b", r"\1t", clean(text.replace("@", " at ").replace("~", " ")))
    text = re.sub(r"\b(\d[\d:.]*) ?-?ish\b", r"\1", text)
    text = re.sub(r"([ap])\.m\b\.?", r"\1m", text.replace("o'clock", "oclock"))
    return " ".join(re.sub(r"[;!?()…°%#]|,(?!\d)|\.(?=\s|$)", " ", text).split())


def is_about_reminders(text: str, today: date) -> bool:
    """True where a message that nobody asked for is a request about reminders, and no question about walking.

    Args:
        text: any message.
        today: her local date.
    """
    if len(text) > LONGEST:
        return False
    words = plain(text)
    told = any(_is_remind(word) for word in words.split())
    if _SHOW.search(words) and told:
        return not words.startswith(("how", "why"))
    if _QUESTION.search(words):
        return False
    action = read(text, today)
    if isinstance(action, SetUp) and action.days and _is_days_and_time(words):
        return True
    if isinstance(action, Stop | Pause | Resume):
        return bool(_ACTION.search(words) or (told and _NO_MORE.search(words)))
    if not told or (_REMIND_TO.search(words) and not _WALKS.search(words)):
        return False
    if isinstance(action, SetUp):
        return bool(action.days or action.at or action.minutes or re.search(r"\b(?:walk|stroll|set|add|new)\b", words))
    if not isinstance(action, Refusal):
        return False
    is_no_such = action.reason in (Reason.NO_SUCH_TIME, Reason.NO_SUCH_DATE) and "remind me" in words
    return is_no_such or _is_one_off(words) or bool(_WALKS.search(words))


def read(text: str, today: date) -> Request:
    """Read a request.

    Args:
        text: as typed, with or without "remind me to walk"; a bare answer within the set-up works as well.
        today: her local date.

    Returns:
        A Refusal where any part cannot be read or could mean two things: nothing is guessed.
    """
    if len(text) > LONGEST:
        return Refusal(Reason.TOO_LONG)
    words = plain(text)
    if not words:
        return Refusal(Reason.NOTHING)
    if _NOT.search(words):
        return Refusal(Reason.UNCLEAR, words)
    if _PAUSE.search(words) or re.match(r"(?:until|till|til)\b", words):
        end = read_pause_end(words, today)
        return end if isinstance(end, Refusal) else Pause(end)
    if _RESUME.search(words):
        return Resume()
    if _STOP.search(words) or _NO_MORE.search(words):
        wanted = _set_up(words)
        return Stop(days=wanted.days, at=wanted.at) if isinstance(wanted, SetUp) else Stop()
    if _SHOW.search(words):
        return Show()
    return _set_up(words)


def read_minutes(text: str) -> int | Refusal:
    """Read the answer to "how many minutes?", where a bare number is one, in digits or in a word: "10", "ten"."""
    words = plain(text[: LONGEST + 1])
    number = words.removesuffix(" please").replace("-", " ")
    is_bare = number.isdigit() or number in MINUTES_IN_WORDS
    minutes, _ = take_minutes(f"{number[:11]} minutes" if is_bare else words)
    return Refusal(Reason.MINUTES, words) if minutes is None else minutes


def _set_up(words: str) -> SetUp | Refusal:
    if found := has_date(words):
        return found
    if match := _ONE_OFF.search(words):
        return Refusal(Reason.ONE_OFF, match[0])
    days, rest = take_days(words)  # first: "3 times a week" holds a number that is no time
    if isinstance(days, Refusal):
        return days
    minutes, rest = take_minutes(rest)
    if isinstance(minutes, Refusal):
        return minutes
    times, rest = take_times(rest)
    if not times and (alone := lone_time(_bare(rest) if days or minutes else rest)):
        times, rest = [alone], " ".join(w for w in rest.split() if w in _PARTS_OF_DAY)
    clocks: dict[Clock, None] = {}
    for found_time in times:
        if isinstance(found_time, Refusal):
            return found_time
        clocks[_in_part_of_day(found_time, rest.split())] = None
    if len(clocks) > 1:
        return Refusal(Reason.TWO_TIMES)
    if left := _LEFT_NUMBER.search(rest):
        return Refusal(Reason.NO_SUCH_TIME if ":" in left[0] else Reason.UNCLEAR, left[0])
    if not (days or clocks or minutes or any(_is_remind(word) for word in words.split())):
        return Refusal(Reason.NOTHING)
    clock = next(iter(clocks), None)
    return SetUp(days=days, at=clock.at if clock else None, or_at=clock.other if clock else None, minutes=minutes)


def _is_one_off(words: str) -> bool:
    """True for "remind me tomorrow at 5" and no more: what else she wants to be reminded of is none of ours."""
    if not (match := _ONE_OFF.search(words)):
        return False
    _, rest = take_times(f"{words[: match.start()]} {words[match.end() :]}")
    return _bare(rest) == "remind me"


def _is_days_and_time(words: str) -> bool:
    """True for "every day 7:30" and no more. A mere number is no time here: "10 every day" may be anything."""
    _, rest = take_days(words)
    _, rest = take_minutes(rest)
    times, rest = take_times(rest)
    return bool(times) and bool(re.search(r"\d:\d|\d ?[ap]m\b|\bat\b", words)) and not _bare(rest)


def _in_part_of_day(clock: Clock, words: list[str]) -> Clock:
    """A time with the morning or evening that stands apart from it: "every evening at 7"."""
    part = next((word.removesuffix("s") for word in words if word in _PARTS_OF_DAY), None)
    if part is None or clock.other is None:
        return clock
    return Clock(clock.at if part == "morning" else clock.other)


def _bare(rest: str) -> str:
    """What is left without the words that carry nothing."""
    return " ".join(w for w in rest.split() if w not in _EMPTY and w not in _PARTS_OF_DAY)


def _is_remind(word: str) -> bool:
    if word in _REMIND:
        return True
    return len(word) >= 6 and any(OSA.distance(word, known) <= 1 for known in _REMIND)

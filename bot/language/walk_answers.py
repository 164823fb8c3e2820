"""Reads what she types to a reminder: "done", "did 15 min, pain 3", "not today", "later"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.language.reminder_reader import plain
from bot.language.times import take_minutes
from bot.schedule.plan_model import PAIN_MOST

LONGEST = 80
"""Characters; a longer text is a story, for triage and matching."""
_PAIN = re.compile(
    r"\b(?:back )?(?:pain|ache|soreness)(?: (?:level|score))?(?: (?:is|was|at|of|about|around|maybe|like))*"
    r" ?:? ?(\d{1,2})\b(?: ?(?:/|out of) ?10)?|\b(\d{1,2}) ?(?:/|out of) ?10\b(?: pain)?"
    r"|\bback(?: (?:is|was|feels|felt))?(?: a)? ?:? ?(\d{1,2})$"
)
_NO_PAIN = re.compile(r"\b(?:no|zero|without|without any) (?:back )?pain(?: at all)?\b|\bpain ?free\b")
_LONE_PAIN = re.compile(r"(?:(?:about|around|maybe|a|its|it is|it was|now) )*(\d{1,2}|[a-z]+)")
_IN_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NONE = ("none", "nothing", "none at all", "not at all")
FELT = frozenset(
    ("a", "bit", "little", "quite", "very", "really", "pretty", "so", "too", "still", "it", "its", "is", "my", "back",
     "feels", "was", "sore", "bad", "hurts", "hurting", "painful", "achy", "aching", "awful", "terrible", "tired", "ok",
     "okay", "fine", "good", "great", "alright", "better", "worse", "same", "the", "as", "before", "not", "than",
     "much")
)  # fmt: skip
"""Words for how a back feels, to which a number is asked."""
_DONE = frozenset(("done", "did", "walked", "finished", "went", "managed", "completed"))
_AROUND = frozenset(
    ("it", "i", "i've", "ive", "have", "we", "my", "the", "a", "an", "for", "with", "and", "just", "about", "only",
     "yes", "yep", "yeah", "walk", "walking", "today", "all", "out", "been", "now", "of", "was", "that", "around",
     "but", "nice", "lovely", "good", "great", "fine", "felt", "thanks", "so", "very", "really",
     "little", "short", "already", "had", "well", "minutes", "min")
)  # fmt: skip
_NOT_TODAY = frozenset(
    ("not today", "skip", "skip it", "skip today", "skip this one", "not now", "no walk today", "i cant today",
     "cant today", "cannot today", "too tired", "too tired today", "im too tired", "i am too tired", "not this time",
     "maybe tomorrow", "tomorrow", "no not today", "sorry not today", "not today sorry", "not today thanks",
     "not today thank you", "no thanks", "no")
)  # fmt: skip
_LATER = re.compile(
    r"^(?:(?:please )?(?:maybe )?(?:remind me )?(?:a bit |a little )?later(?: please| today| on)?|not yet|snooze"
    r"|in a (?:bit|while))$"
    r"|^(?:(?:remind me |ask me )?(?:later|again) ?,? ?)?(?:in )?(?P<count>an?|half an|one|two|2|1|\d{1,3}) "
    r"?(?P<unit>h|hours?|hrs?|m|mins?|minutes?)(?: later)?$"
)
_STOP = frozenset(
    ("stop", "stop it", "stop this", "stop please", "please stop", "no more", "stop these", "stop now", "stop asking")
)
_COUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "half an": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkAnswer:
    """What she said. `done` with what she told of it; `later` in minutes, 0 where she named none."""

    done: bool = False
    minutes: int | None = None
    pain: int | None = None
    not_today: bool = False
    later: int | None = None
    stop: bool = False


def read_walk_answer(text: str) -> WalkAnswer | None:
    """Read an answer to a reminder; None where it is none."""
    if len(text) > LONGEST:
        return None
    words = plain(text).strip(" ,.")
    if words in _NOT_TODAY:
        return WalkAnswer(not_today=True)
    if words in _STOP:
        return WalkAnswer(stop=True)
    if match := _LATER.match(words):
        return WalkAnswer(later=_delay(match))
    pain, rest = _take_pain(words)
    minutes, rest = take_minutes(rest)
    left = re.findall(r"[a-z']+|\d+", rest)
    said = any(word in _DONE for word in left)
    if not isinstance(minutes, int | None) or any(w not in _DONE and w not in _AROUND for w in left):
        return None
    if said or minutes is not None:
        return WalkAnswer(done=True, minutes=minutes, pain=pain)
    return WalkAnswer(pain=pain) if pain is not None else None


def read_pain(text: str) -> int | None:
    """Read the answer to "how does your back feel?", where a bare number is one."""
    words = plain(text[: LONGEST + 1]).strip(" ,.")
    if words in _NONE:
        return 0
    if match := _LONE_PAIN.fullmatch(words):
        said = match[1]
        if said in _IN_WORDS:
            return _IN_WORDS.index(said)
        if said.isdigit():
            return int(said) if int(said) <= PAIN_MOST else None
    pain, rest = _take_pain(words)
    return None if rest.strip(" ,.") else pain


def _take_pain(words: str) -> tuple[int | None, str]:
    if match := _NO_PAIN.search(words):
        return 0, f"{words[: match.start()]} {words[match.end() :]}"
    match = _PAIN.search(words)
    said = int(match[1] or match[2] or match[3]) if match else PAIN_MOST + 1
    if match is None or said > PAIN_MOST:
        return None, words
    return said, f"{words[: match.start()]} {words[match.end() :]}"


def _delay(match: re.Match[str]) -> int:
    if not match["unit"]:
        return 0
    count = _COUNTS.get(match["count"]) or float(match["count"])
    return int(count * 60) if match["unit"].startswith("h") else int(count)

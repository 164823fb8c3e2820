"""Reads what she types to a reminder: "done", "did 15 min, pain 3", "not today", "later"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.schedule.plan_values import PAIN_MOST
from bot.schedule.word_times import take_minutes
from bot.schedule.words import plain

LONGEST = 80
"""Characters; a longer text is a story, for triage and matching."""
_PAIN = re.compile(
    r"\b(?:back )?(?:pain|ache|soreness)(?: (?:level|score))?(?: (?:is|was|at|of|about|around|maybe|like))*"
    r" ?:? ?(\d{1,2})\b(?: ?(?:/|out of) ?10)?|\b(\d{1,2}) ?(?:/|out of) ?10\b(?: pain)?"
)
_NO_PAIN = re.compile(r"\b(?:no|zero|without|without any) (?:back )?pain(?: at all)?\b|\bpain ?free\b")
_LONE_PAIN = re.compile(r"(?:(?:about|around|maybe|a|its|it is|it was|now) )*(\d{1,2})")
_DONE = frozenset(("done", "did", "walked", "finished", "went", "managed", "completed"))
_AROUND = frozenset(
    ("it", "i", "i've", "ive", "have", "we", "my", "the", "a", "an", "for", "with", "and", "just", "about", "only",
     "yes", "yep", "yeah", "walk", "walking", "today", "all", "out", "been", "now", "of", "was", "that", "around",
     "but", "nice", "little", "short", "already", "had", "well", "minutes", "min")
)  # fmt: skip
_NOT_TODAY = frozenset(
    ("not today", "skip", "skip it", "skip today", "skip this one", "not now", "no walk today", "i cant today",
     "cant today", "cannot today", "too tired", "too tired today", "im too tired", "i am too tired", "not this time",
     "maybe tomorrow", "tomorrow", "no not today", "sorry not today", "not today sorry", "not today thanks",
     "not today thank you", "no thanks", "no")
)  # fmt: skip
_LATER = re.compile(
    r"^(?:(?:please )?(?:remind me )?(?:a bit |a little )?later(?: please| today| on)?|not yet|snooze"
    r"|in a (?:bit|while))$"
    r"|^(?:(?:remind me |ask me )?(?:later|again) ?,? ?)?(?:in )?(?P<count>an?|half an|one|two|2|1|\d{1,3}) "
    r"?(?P<unit>h|hours?|hrs?|m|mins?|minutes?)(?: later)?$"
)
_STOP = frozenset(
    ("stop", "stop it", "stop this", "stop please", "please stop", "no more", "stop these", "stop now", "stop asking")
)
_PLEASE = r"(?:please |now |ok |just |can you |could you |i (?:want|would like|need) (?:you )?to )*"
_THEM = (
    r"(?: (?:it|this|these|them|all|all of (?:it|them)|everything|please|now|(?:the |my |all |these )*"
    r"(?:walks|messages|notifications)|(?:sending|writing|messaging|texting|asking)(?: me)?(?: (?:this|these|now))?))*"
)
STOP = re.compile(rf"{_PLEASE}(?:stop|quit|end|cancel|turn off|no more){_THEM}|(?:please )?leave me alone(?: please)?")
"""What stops every reminder of one who has some. To be matched as a whole: "stop ibuprofen" is something else."""
RESUME = re.compile(rf"{_PLEASE}(?:resume|restart|unpause|start(?: them| it| the walks)? again){_THEM}")
"""What starts them again."""
_AGREED = re.compile(
    r"(?:(?:my|the) )?(?:doctor|dr|gp|midwife|physio|physiotherapist|consultant|hospital|health visitor)\b.*"
    r"\b(?:said|says|told|agreed|agrees|cleared|okayed|allowed|allows|approved|gave|given)\b.*"
    r"|(?:i am|im|i was|i have been|ive been|i got|got) (?:now )?(?:cleared|allowed|signed off)\b.*"
    r"|i (?:may|can|am allowed to) (?:now )?(?:exercise|walk|walk more|train)(?: again| more)? now"
)
_WALKING = re.compile(r"\b(?:walk(?:s|ing)?|exercis\w+|sports?|train(?:ing)?|cleared|signed off|all clear)\b")
_DENIED = re.compile(
    r"\b(?:no|not|cannot|cant|never|dont|doesnt|didnt|hasnt|isnt|wait|until|before|rest|stop|if|when)\b"
)
_COUNTS = {"a": 1.0, "an": 1.0, "one": 1.0, "two": 2.0, "half an": 0.5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What she said. `done` with what she told of it; `later` in minutes, 0 where she named none."""

    done: bool = False
    minutes: int | None = None
    pain: int | None = None
    not_today: bool = False
    later: int | None = None
    stop: bool = False


def read_told(text: str) -> Told | None:
    """Read an answer to a reminder; None where it is none."""
    if len(text) > LONGEST:
        return None
    words = plain(text).strip(" ,.")
    if words in _NOT_TODAY:
        return Told(not_today=True)
    if words in _STOP:
        return Told(stop=True)
    if match := _LATER.match(words):
        return Told(later=_delay(match))
    pain, rest = _take_pain(words)
    minutes, rest = take_minutes(rest)
    left = re.findall(r"[a-z']+|\d+", rest)
    said = any(word in _DONE for word in left)
    if not isinstance(minutes, int | None) or any(w not in _DONE and w not in _AROUND for w in left):
        return None
    if said or minutes is not None:
        return Told(done=True, minutes=minutes, pain=pain)
    return Told(pain=pain) if pain is not None else None


def says_cleared(words: str) -> bool:
    """True for "my doctor says I may exercise", as `plain` gives it. It is worth the question, no more."""
    return bool(_AGREED.fullmatch(words) and _WALKING.search(words) and not _DENIED.search(words))


def read_pain(text: str) -> int | None:
    """Read the answer to "how does your back feel?", where a bare number is one."""
    words = plain(text[: LONGEST + 1]).strip(" ,.")
    if match := _LONE_PAIN.fullmatch(words):
        return int(match[1]) if int(match[1]) <= PAIN_MOST else None
    pain, rest = _take_pain(words)
    return None if rest.strip(" ,.") else pain


def _take_pain(words: str) -> tuple[int | None, str]:
    if match := _NO_PAIN.search(words):
        return 0, f"{words[: match.start()]} {words[match.end() :]}"
    match = _PAIN.search(words)
    if not match or int(match[1] or match[2]) > PAIN_MOST:
        return None, words
    return int(match[1] or match[2]), f"{words[: match.start()]} {words[match.end() :]}"


def _delay(match: re.Match[str]) -> int:
    if not match["unit"]:
        return 0
    count = _COUNTS.get(match["count"]) or float(match["count"])
    return int(count * 60) if match["unit"].startswith("h") else int(count)

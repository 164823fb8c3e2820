"""What a sentence tells of a birth of her own just now: what was cleared before it is not cleared after it."""

from __future__ import annotations

import re

from bot.conversation.message import Message
from bot.conversation.reminders.plan_inputs import cleared_on
from bot.conversation.stage import stage_in_words
from bot.conversation.state import Birth, ChatState, Stage
from bot.conversation.understanding import Understanding

LONGEST = 1000
"""Characters that are looked at."""
_CHILD = r"(?:bab(?:y|ies)|twins|(?:little )?(?:boy|girl|one)|son|daughter)"
_BORN = re.compile(
    r"\b(?:gave|given|since giving) birth\b|\bi (?:\w+ )?delivered\b"
    r"|(?<!if my baby )\b(?:was|were) (?:just |finally )?born\b"
    rf"|\b(?:i|ive|weve|we|just) (?:just |finally |have )*had (?:my|our|the|a) {_CHILD}\b|^(?:just )?had my {_CHILD}\b"
    rf"|\b{_CHILD} (?:has |have )?(?:arrived|came|is here|are here)\b"
    rf"|\bmy (?:first )?{_CHILD} is \w+ (?:hours?|days?|weeks?) old\b"
)
_RECENT = re.compile(
    r"\b(?:hours?|days?|weeks?) (?:ago|post|pp|old)\b|\bday \w+ (?:after|post)\b"
    r"|\b(?:yesterday|last (?:night|week)|this (?:morning|week))\b"
)
_OWN = re.compile(
    rf"{_BORN.pattern}|{_RECENT.pattern}"
    r"|(?:^|\b(?:i|ive|just) )(?:just |have )*had (?:a|an|my|the)\b|\b(?:after|since|from) my\b"
    r"|\b(?:im|i am|now) (?:\w+ ){0,3}(?:postpartum|pp|postnatal)\b|\bmy (?:scar|wound|stitches)\b|\bbreastfeeding\b"
)
_ANOTHERS = re.compile(
    r"\b(?:sisters?|friends?|mums?|moms?|mothers?|cousins?|wifes?|daughters?|neighbou?rs?|aunts?|colleagues?|she)"
    r" (?:just |recently |has |have )*(?:had|gave|given|is|was|has|got)\b"
    r"(?! (?:just )?born| \w+ (?:hours|days|weeks) old)"
)
_EARLIER = re.compile(
    r"\byears? (?:ago|old)\b|\b(?:first|second|third|last|previous|older|other|earlier) (?:baby|child|birth|one|time"
    r"|pregnancy|section|c section|caesarean|labour|delivery|son|daughter)\b|\bmy (?:first|second|third|last)\b"
)
"""Another birth than the latest, unless it is plainly of these days."""
_AHEAD = re.compile(
    r"\b(?:will|going to|gonna|would|might|may|planning|booked|scheduled|due|next|before|if|want|wants|when i have"
    r"|having a|have to have|need a|scared|afraid|still pregnant|weeks pregnant)\b"
)
"""A birth to come; outweighed by one that is plainly over."""


def tells_of_birth(understanding: Understanding, text: str) -> str | None:
    """What a sentence tells of her own birth just now.

    Args:
        understanding: knows the words for births.
        text: of hers.

    Returns:
        "caesarean", "after-birth", or None where it tells of none, of one to come, of an earlier or another's.
    """
    words = understanding.words(text[:LONGEST]).words
    said = " ".join(words)
    is_over = bool(_BORN.search(said))
    named = stage_in_words(understanding.phrases, words)
    named = named if named in ("caesarean", "after-birth") else ("after-birth" if is_over else None)
    if named is None or _ANOTHERS.search(said) or not _OWN.search(said):
        return None
    if _EARLIER.search(said) and not _RECENT.search(said):
        return None
    return None if _AHEAD.search(said) and not is_over else named


def contradicts(understanding: Understanding, message: Message, state: ChatState) -> bool:
    """True where a message tells of a birth that takes the ground from what is known of her clearance.

    Args:
        understanding: see `tells_of_birth`.
        message: of hers.
        state: after it.
    """
    profile, care = state.profile, state.book.care
    is_known = care.needs_clearance is not None or cleared_on(state) is not None
    if not is_known or message.action or not message.text:
        return False
    if profile.stage is Stage.PREGNANT:
        return tells_of_birth(understanding, message.text) is not None
    if profile.birth is Birth.CAESAREAN or care.needs_clearance is not False:
        return False
    return tells_of_birth(understanding, message.text) == "caesarean"

"""What a sentence tells of a birth of her own just now: what was cleared before it is not cleared after it."""

from __future__ import annotations

from bot.conversation.message import Message
from bot.conversation.reminders.plan_inputs import cleared_on
from bot.conversation.stage import stage_in_words
from bot.conversation.state import Birth, ChatState, Stage
from bot.conversation.understanding import Understanding

LONGEST = 1000
"""Characters that are looked at."""


def tells_of_birth(understanding: Understanding, text: str) -> str | None:
    """What a sentence tells of her own birth just now.

    Args:
        understanding: knows the words for births.
        text: of hers.

    Returns:
        "caesarean", "after-birth", or None where it tells of none, of one to come, of an earlier or another's.
    """
    words, said = understanding.words(text[:LONGEST]).words, understanding.replies
    is_over = said.has("birth-over", words, unless="birth-not-over") or said.begin("birth-over-first", words)
    is_recent = said.has("birth-recent", words)
    is_own = is_over or is_recent or said.has("birth-own", words) or said.begin("birth-own-first", words)
    named = stage_in_words(understanding.phrases, words)
    named = named if named in ("caesarean", "after-birth") else ("after-birth" if is_over else None)
    if named is None or said.has("birth-anothers", words, unless="birth-not-anothers") or not is_own:
        return None
    if said.has("birth-earlier", words) and not is_recent:  # of another birth, unless it is plainly of these days
        return None
    return None if said.has("birth-ahead", words) and not is_over else named


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

"""Where she stands: from the message, or else from the profile."""

from __future__ import annotations

from datetime import date, timedelta

from bot.conversation.state import Birth, Profile, Stage
from bot.knowledge.models import STAGES, Topic
from bot.language.phrases import PhraseGroups

OVERDUE = timedelta(weeks=3)
"""After this long past an unconfirmed due date the stage is unknown: no pregnancy lasts longer."""
TERM = timedelta(weeks=40)
BIRTH_STAGES = ("caesarean", "after-birth")


def stage_in_words(phrases: PhraseGroups, words: tuple[str, ...]) -> str | None:
    """The stage that a message names, in the order in which they win; a pregnancy that is over does not count."""
    return next((stage for stage in STAGES if phrases.has(f"stage-{stage}", words, unless="not-stage")), None)


def is_loss_in_words(phrases: PhraseGroups, words: tuple[str, ...]) -> bool:
    """True where a message tells that she lost her baby, and not long ago, of somebody else, or before this one."""
    return phrases.has("loss", words) and not phrases.has("not-loss", words)


def stage_for(named: str | None, profile: Profile) -> str | None:
    """The stage a message names; "after the birth" is after a caesarean for one who has told of hers."""
    is_caesarean = profile.birth is Birth.CAESAREAN and profile.stage is not Stage.PREGNANT
    return "caesarean" if named == "after-birth" and is_caesarean else named


def stage_of(profile: Profile, today: date) -> str | None:
    """The stage that a profile gives, or None."""
    if profile.stage is Stage.PREGNANT:
        return None if profile.due and today > profile.due + OVERDUE else "pregnant"
    if profile.stage is None:
        return None
    if profile.birth is Birth.CAESAREAN:
        return "caesarean"
    # A loss need not be a birth; where she has not said that it was, the text that is safe for everyone is right.
    return None if profile.stage is Stage.LOSS and profile.birth is None else "after-birth"


def variant_for(topic: Topic, stage: str | None) -> str | None:
    """The variant of a topic to show: a caesarean is also a birth, where a topic says nothing of its own about it."""
    if stage == "caesarean" and "caesarean" not in topic.when:
        return "after-birth"
    return stage


def weeks_pregnant(profile: Profile, today: date) -> int | None:
    """Full weeks of pregnancy, counted back from the due date at 40 weeks."""
    if profile.due is None:
        return None
    return max(0, min(42, (today - (profile.due - TERM)).days // 7))


def weeks_since_birth(profile: Profile, today: date) -> int | None:
    """Full weeks since the birth."""
    return max(0, (today - profile.born).days // 7) if profile.born else None

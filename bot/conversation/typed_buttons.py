"""What stands for a button when it is typed: "2", "the second one", "tell me more", "none of these", "yes"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.conversation.actions import Action, parse
from bot.conversation.actions.questions import (
    AskProfile,
    DeclineProfile,
    Forget,
    ForgetNothing,
    MoreWasTold,
    NoneOfThese,
    OpenGroup,
    OpenTopic,
    RateTopic,
    TellMore,
)
from bot.conversation.state import Context
from bot.conversation.understanding import Understanding
from bot.language.number_words import ORDINALS, UP_TO_TWELVE
from bot.language.text import Words

_DIGITS = re.compile(r"(?:number |option |nr\.? ?|#)?([1-9][0-9]?)[.)]?", re.IGNORECASE)
_WORDS = {name: n for names in (UP_TO_TWELVE[: len(ORDINALS)], ORDINALS) for n, name in enumerate(names, 1)}


def number_in(text: str) -> int | None:
    """The number, 1 to 99, that a text is: "2", "2.", "option 2", "two", "the second one"; None for any other text."""
    wanted = " ".join(text.lower().split())
    if match := _DIGITS.fullmatch(wanted):
        return int(match[1])
    bare = wanted.strip(" .!").removeprefix("the ").removesuffix(" one")
    return _WORDS.get(bare)


class TypedButtons:
    """Finds the button that a text stands for."""

    def __init__(self, understanding: Understanding) -> None:
        """Make one.

        Args:
            understanding: for the phrases of the knowledge base.
        """
        self._understanding = understanding

    def action(self, text: str, words: Words, context: Context) -> str | None:
        """The action of the button.

        Args:
            text: as typed.
            words: of the text, typos repaired.
            context: with the buttons last shown.

        Returns:
            None where the text stands for no button.
        """
        offered = context.offered
        if (number := number_in(text)) and number <= len(offered):
            return offered[number - 1]
        says = self._understanding.says
        if says("more", words):
            return self._more(context)
        if _last(offered, _is_choice) and says("none", words):
            return NoneOfThese().pack()
        for group, is_wanted in _SAID:
            if (found := _last(offered, is_wanted)) and says(group, words):
                return found
        return None

    @staticmethod
    def _more(context: Context) -> str:
        if button := _last(context.offered, lambda action: isinstance(action, TellMore)):
            return button
        told = context.told is not None and context.told == context.topic
        return (MoreWasTold(context.topic) if told else TellMore(context.topic)).pack()


def _is_choice(action: Action | None) -> bool:
    return isinstance(action, OpenTopic | OpenGroup | NoneOfThese)


def _agrees(action: Action | None) -> bool:
    return isinstance(action, Forget | AskProfile)


def _refuses(action: Action | None) -> bool:
    return isinstance(action, ForgetNothing | DeclineProfile)


def _praises(action: Action | None) -> bool:
    return isinstance(action, RateTopic) and action.helpful


def _blames(action: Action | None) -> bool:
    return isinstance(action, RateTopic) and not action.helpful


_SAID = (("agree", _agrees), ("refuse", _refuses), ("helped", _praises), ("not-helped", _blames))
"""Groups of words, and the buttons that they may stand for."""


def _last(offered: Sequence[str], is_wanted: Callable[[Action | None], bool]) -> str | None:
    return next((text for text in reversed(offered) if is_wanted(parse(text))), None)

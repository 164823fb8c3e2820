"""Messages in another language are told from clumsy English."""

from __future__ import annotations

import pytest

from bot.language.detection import english_words, is_english
from bot.language.spelling import SpellingCorrector
from bot.language.text import split

WORDS = english_words()
REPAIRER = SpellingCorrector(["back", "lower", "weeks", "pelvis", "hurts"], WORDS)


def _is_english(text: str) -> bool:
    words = split(text)
    return is_english(words, REPAIRER.words(words), WORDS.__contains__)


@pytest.mark.parametrize(
    "text",
    [
        "my back hurts when i lift",
        "20 weks lower bakc hrts",
        "no can sleep, pain in back",
        "hi",
        "",
        "123 456",
        "pelvs",
    ],
)
def test_english(text: str) -> None:
    assert _is_english(text)


@pytest.mark.parametrize(
    "text",
    [
        "ryggen min gjør så vondt etter fødselen",
        "mir tut der rücken seit der geburt so weh",
        "me duele mucho la espalda desde el parto",
        "j'ai très mal au dos depuis l'accouchement",
        "спина болит",
        "背中が痛い",
        "ظهري يؤلمني",
    ],
)
def test_other_languages(text: str) -> None:
    assert not _is_english(text)


def test_the_word_list_has_no_apostrophes() -> None:
    assert {"back", "cant", "dont"} <= WORDS
    assert not any("'" in w for w in WORDS)

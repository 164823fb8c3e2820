"""Typos are repaired; words that somebody meant never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.detection import english_words
from bot.language.spelling import SpellingCorrector, elongation_options, sentence
from bot.language.text import split

VOCABULARY = ["back", "pain", "pelvis", "pregnant", "caesarean", "thumb", "week", "lower", "breastfeeding", "walking"]
REAL = english_words()
REPAIRER = SpellingCorrector(VOCABULARY, REAL)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bakc", "back"),
        ("pelivs", "pelvis"),
        ("pregannt", "pregnant"),
        ("pregnnat", "pregnant"),
        ("cesarian", "caesarean"),
        ("caesarain", "caesarean"),
        ("breastfeedng", "breastfeeding"),
        ("backk", "back"),
        ("paiin", "pain"),
        ("lowerback", "lower back"),
        ("qqqq", "qqqq"),
        ("123", "123"),
        ("größe", "größe"),
    ],
)
def test_repairs(typed: str, meant: str) -> None:
    assert REPAIRER.word(typed) == meant


@pytest.mark.parametrize(
    "word", ["numb", "thumb", "leg", "egg", "wee", "week", "pee", "bum", "womb", "limb", "sore", "sole"]
)
def test_leaves_real_words_alone(word: str) -> None:
    assert REPAIRER.word(word) == word


@given(st.sampled_from(sorted(REAL)))
def test_never_changes_a_word_of_the_language(word: str) -> None:
    assert REPAIRER.word(word) == word


@given(st.text(max_size=40))
def test_never_raises(text: str) -> None:
    words = split(text)
    repaired = REPAIRER.words(words)
    assert len(repaired.words) == len(words.words)
    assert repaired.breaks == words.breaks


@given(st.sampled_from(VOCABULARY), st.data())
def test_one_swapped_pair_within_a_long_word_is_found(word: str, data: st.DataObject) -> None:
    if len(word) < 6:
        return
    at = data.draw(st.integers(1, len(word) - 3))
    swapped = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    assert REPAIRER.word(swapped) == word or swapped in REAL


def test_stems_are_left_alone() -> None:
    assert SpellingCorrector(["swelling"], stems=["swell"]).word("swellinh") == "swellinh"


def test_elongations() -> None:
    assert elongation_options("soo")[0] == "so"
    assert "pain" in elongation_options("painn")


def test_words_become_a_sentence_again() -> None:
    assert sentence(split("my back, it hurts!")) == "my back, it hurts!"
    assert sentence(split("")) == ""

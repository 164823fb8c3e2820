from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KnowledgeError
from bot.language.phrases import PhraseGroups, Span, parse_phrase, spelled_out
from bot.language.text import split


def found(phrases: list[str], text: str, **others: list[str]) -> list[str]:
    groups = PhraseGroups({"sign": phrases, **{name.replace("_", "-"): group for name, group in others.items()}})
    words = split(text)
    search = groups.search(words.words, [0] * len(words.words), breaks=words.breaks)
    return [" ".join(words.words[s.start : s.end]) for s in search.spans("sign")]


@pytest.mark.parametrize(
    ("phrase", "text", "expected"),
    [
        ("cant feel", "I can't feel it", ["cant feel"]),
        ("swell*", "my swelling swells", ["swelling", "swells"]),
        ("leg/legs numb", "legs numb", ["legs numb"]),
        ("cant ?really feel", "cannot really feel", ["cant really feel"]),
        ("cant ?really feel", "cannot feel", ["cant feel"]),
        ("numb .. leg", "numb all down my leg", ["numb all down my leg"]),
        ("numb .. leg", "numb one two three four five leg", []),
        ("numb ~ leg", "the leg is numb", ["leg is numb"]),
        ("numb ~ leg", "numb in the leg", ["numb in the leg"]),
        ("?my wife", "wife says", ["wife"]),
        ("?my wife", "my wife says", ["my wife"]),
    ],
)
def test_forms_of_phrases(phrase: str, text: str, expected: list[str]) -> None:
    assert found([phrase], text) == expected


def test_a_group_within_a_phrase() -> None:
    assert found(["sore .. <leg>"], "sore left calf", leg=["calf"]) == ["sore left calf"]
    assert found(["<leg> sore"], "calf sore", leg=["calf"]) == ["calf sore"]


def test_a_gap_does_not_reach_into_the_next_statement() -> None:
    cues = {"~turn": ["but"], "~and": ["and"], "~opener": ["my"]}
    assert found(["sore .. chest"], "sore but the chest is fine", **cues) == []
    assert found(["sore .. chest"], "sore, my chest is fine", **cues) == []
    assert found(["sore .. chest"], "sore and my chest is fine", **cues) == []
    assert found(["sore .. chest"], "sore in my chest", **cues) == ["sore in my chest"]


def test_skipped_words_are_remembered() -> None:
    search = PhraseGroups({"sign": ["chest .. tight"]}).search(("chest", "not", "tight"), [0, 0, 0])
    (span,) = search.spans("sign")
    assert span == Span(0, 3, (1,))
    assert span.overlaps(Span(1, 2))


def test_no_phrase_reaches_over_the_end_of_a_sentence() -> None:
    assert PhraseGroups({"sign": ["numb leg"]}).search(("numb", "leg"), [0, 1]).spans("sign") == ()


def test_the_longer_span_hides_the_shorter() -> None:
    assert found(["numb", "numb leg"], "numb leg") == ["numb leg"]


@pytest.mark.parametrize("phrase", ["", "..", "numb ..", ".. numb", "?numb"])
def test_a_phrase_begins_and_ends_with_a_word(phrase: str) -> None:
    with pytest.raises(KnowledgeError):
        parse_phrase(phrase)


def test_groups_that_cannot_be() -> None:
    with pytest.raises(KnowledgeError, match="is not there"):
        PhraseGroups({"sign": ["<nothing>"]})
    with pytest.raises(KnowledgeError, match="leads back"):
        PhraseGroups({"a": ["<b> x"], "b": ["<a> x"]})


def test_spelled_out() -> None:
    assert spelled_out("?my a ~ b") == ("my a .. b", "a .. b", "b .. ?my a")


def test_what_typo_repair_needs() -> None:
    groups = PhraseGroups({"sign": ["numb swell*", "leg"], "x": ["calf"]})
    assert {"numb", "leg", "calf"} <= groups.vocabulary
    assert groups.stems == ("swell",)
    assert groups.names == ("sign", "x")
    assert "x" in groups


@given(st.lists(st.sampled_from(["numb", "leg", "the", "but", "sore"]), max_size=12))
def test_spans_lie_within_the_text(words: list[str]) -> None:
    search = PhraseGroups({"sign": ["numb ~ leg", "sore .. leg", "sore"]}).search(words, [0] * len(words))
    assert all(0 <= s.start < s.end <= len(words) for s in search.spans("sign"))


WAYS = PhraseGroups(
    {"stop": ["stop", "turn ?it off"], "them": ["it/all", "all of it"], "not": ["dont stop"], "any": ["my * leg"]}
)


def of(text: str) -> tuple[str, ...]:
    return split(text).words


def test_anywhere_at_the_beginning_and_as_a_whole() -> None:
    assert WAYS.has("stop", of("please turn off"))
    assert not WAYS.begin("stop", of("please turn off"))
    assert WAYS.begin("stop", of("turn it off now"))
    assert not WAYS.are("stop", of("turn it off now"))
    assert WAYS.are("stop", of("Turn it off!"))


def test_an_excuse() -> None:
    assert not WAYS.has("stop", of("don't stop"), unless="not")
    assert WAYS.has("stop", of("don't stop. stop"), unless="not")


def test_what_is_not_there_stands_nowhere() -> None:
    words = of("stop")
    assert not any(find("x", words) for find in (WAYS.has, WAYS.begin, WAYS.are))
    assert not WAYS.covered(["x"], words)
    assert WAYS.has("stop", words, unless="x")
    assert WAYS.after("x", words, [0], many=True) == {0}


def test_which_words_are_covered() -> None:
    assert WAYS.covered(["stop", "them"], of("stop all of it now")) == {0, 1, 2, 3}


def test_one_phrase_after_the_other() -> None:
    words = of("stop it all all of it now")
    assert WAYS.after("stop", words, [0]) == {1}
    assert WAYS.after("them", words, [1]) == {2}
    assert WAYS.after("them", words, [1], many=True) == {1, 2, 3, 6}


def test_any_word() -> None:
    assert WAYS.has("any", of("my 3rd leg")) is False
    assert WAYS.has("any", of("my left leg"))


@given(st.lists(st.sampled_from(["stop", "turn", "it", "off", "all", "of", "dont", "x"])))
def test_a_whole_is_a_beginning_and_stands_there(words: list[str]) -> None:
    text = tuple(words)
    for name in WAYS.names:
        assert not WAYS.are(name, text) or WAYS.begin(name, text)
        assert not WAYS.begin(name, text) or WAYS.has(name, text)
        assert WAYS.has(name, text) == bool(WAYS.covered([name], text))
        assert WAYS.are(name, text) <= (len(text) in WAYS.after(name, text, [0]))

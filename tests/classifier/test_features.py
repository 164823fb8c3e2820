"""What matching sees of a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.classifier.features import LONGEST_PIECE, SHORTEST_PIECE, FeatureReader, pieces, stem
from bot.errors import KnowledgeError
from bot.language.text import PHRASING_LIMIT

LEXICON = {"seat": ("bum", "bottom/backside"), "pain": ("ache*", "it hurts"), "cannot": ("can't",)}
READER = FeatureReader(LEXICON)


def test_stems() -> None:
    assert stem("lifting") == stem("lifts") == "lift"
    assert stem("ryggen") == "ryggen"


def test_pieces_mark_the_ends_of_a_word() -> None:
    found = pieces("leg")
    assert " l" in found
    assert "g " in found
    assert " leg " in found
    assert all(SHORTEST_PIECE <= len(p) <= LONGEST_PIECE for p in found)
    assert set(pieces("a")) == {" a", "a ", " a "}


def test_words_pairs_and_concepts() -> None:
    features = READER.read("my bum aches, I can't sit")
    assert features.words["my bum"] == 1
    assert features.words["ach"] == 1
    assert set(features.concepts) == {"seat", "pain", "cannot"}
    assert len(features.blocks()) == 3


def test_the_order_of_concepts_is_the_lexicons() -> None:
    assert READER.concepts(("it", "hurts", "bottom")) == ["seat", "pain"]
    assert FeatureReader().concepts(("bum",)) == []


def test_reads_only_so_much() -> None:
    assert READER.read("back " * PHRASING_LIMIT).words["back"] <= PHRASING_LIMIT // 5 + 1


def test_a_lexicon_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(KnowledgeError):
        FeatureReader({"broken": ("..",)})


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    assert all(n > 0 for block in READER.read(text).blocks() for n in block.values())

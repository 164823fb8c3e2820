"""The encoder's second opinion: it may ask back or spare a question, and triage works without it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.classifier.encoder import Encoder, packed
from bot.classifier.wordpiece import MOST_TOKENS, WordPiece, words
from bot.factory import build_conversation, model_cache
from bot.knowledge.level import Level
from bot.knowledge.loader import built_in, load
from bot.language.text import Words, split
from bot.triage.encoder_model import FILE, EncoderModel, second_opinion
from bot.triage.example_model import Suspicion
from bot.triage.factory import build_triage
from bot.triage.reader import CombinedReader
from bot.triage.rules import Finding, Fired

FLAGS = tuple(load(built_in()).flags)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(FILE)


@pytest.fixture(scope="module")
def opinion(encoder: Encoder) -> EncoderModel:
    return EncoderModel(encoder, FLAGS)


def test_words_are_cut_into_the_longest_pieces() -> None:
    pieces = WordPiece(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "back", "##ache", "a", "##che", "##s"])
    assert pieces.tokens("Backache") == [2, 4, 5, 3]
    assert pieces.tokens("aches") == [2, 6, 7, 8, 3]
    assert pieces.tokens("xyz") == [2, 1, 3]
    assert len(pieces.tokens("back " * 500)) == MOST_TOKENS


def test_accents_case_and_invisible_characters_do_not_matter() -> None:
    assert words("Caf\u00e9\u200b, OK?") == ["cafe", ",", "ok", "?"]


def test_a_matrix_comes_back_nearly_as_it_was() -> None:
    matrix = np.random.default_rng(1).normal(size=(6, 8)).astype(np.float32)
    arrays = dict(packed("m", matrix, axis=0))
    restored = arrays["m.packed"].astype(np.float32) * arrays["m.scales"].astype(np.float32)
    np.testing.assert_allclose(restored, matrix, atol=0.03)


@pytest.mark.parametrize("text", ["", " ", "x", "back " * 400, "\U0001f600", "\u0627\u0644\u0638\u0647\u0631"])
def test_any_text_has_scores(encoder: Encoder, text: str) -> None:
    assert all(np.isfinite(scores).all() for scores in encoder.scores(text).values())


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("since this morning there is no feeling at all between my legs when i wash", "cauda-equina"),
        ("my wife keeps saying she wants to be dead and that we would be better off", "self-harm"),
        ("third big towel soaked through with blood in an hour", "heavy-bleeding"),
    ],
)
def test_it_names_the_flag(opinion: EncoderModel, text: str, flag: str) -> None:
    margins = opinion.margins(split(text))
    assert max(margins, key=lambda f: margins[f]) == flag
    assert margins[flag] > 0


def test_an_ordinary_question_is_far_from_every_flag(opinion: EncoderModel) -> None:
    assert max(opinion.margins(split("which pillow is best for sleeping on my side")).values()) < 0


def test_other_flags_get_no_opinion(tmp_path: Path) -> None:
    assert second_opinion(["not-a-flag-of-ours"]) is None
    assert second_opinion(FLAGS, tmp_path / "missing.npz") is None


class _Rules:
    def __init__(self, level: Level) -> None:
        self._finding = Finding(flag="f", level=level, kind="alarm", fired=(Fired("f", "alarm", "p", ("numb",)),))

    def read(self, *texts: str, remembered: frozenset[str] = frozenset()) -> Finding:
        return self._finding


class _Unlike:
    """Models to which every message is unlike every flag, though not so far that the encoder is not asked."""

    def suspect(self, words: Words) -> Suspicion:
        return Suspicion({"f": -1.5}, lambda flag: ())

    def margins(self, words: Words) -> dict[str, float]:
        return {"f": -20.0}


@pytest.mark.parametrize(("level", "kind"), [(Level.EMERGENCY, "check"), (Level.URGENT, None), (Level.SOON, None)])
def test_an_emergency_that_a_rule_saw_is_never_met_with_silence(level: Level, kind: str | None) -> None:
    unlike = _Unlike()
    panel = CombinedReader(_Rules(level), unlike, {"f": level}, lambda w: w, unlike)  # type: ignore[arg-type]
    assert panel.read("something said at length").kind == kind


def test_triage_works_without_it() -> None:
    conversation = build_conversation()
    triage = build_triage(conversation.knowledge, lambda w: w, model_cache(), encoder=False)
    assert isinstance(triage, CombinedReader)
    assert triage.read("I cant feel anything when I wipe and I cant wee").kind == "alarm"
    assert triage.read("how do i lift the baby").kind is None

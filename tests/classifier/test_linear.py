"""The linear model gives what scikit-learn's own pipeline gives."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import FunctionTransformer
from sklearn.svm import LinearSVC

from bot.classifier.features import FeatureReader, Features
from bot.classifier.linear import train
from bot.classifier.svm import RANDOM_SEED, REGULARISATION

TEXTS = [
    ("how do i lift the baby", "lifting"),
    ("is it safe to lift my toddler", "lifting"),
    ("lifting the car seat hurts my back", "lifting"),
    ("how should i sleep with a sore pelvis", "sleep"),
    ("which side to sleep on", "sleep"),
    ("my hips ache at night in bed, in bed", "sleep"),
    ("when can i run again", "running"),
    ("can i go jogging after birth", "running"),
]
UNSEEN = ["lift baby", "sleeping on my side", "going for a run", "zzz", ""]
READER = FeatureReader({"seat": ("bum",), "night": ("at night", "sleep*", "bed")})


def _features(texts: list[str]) -> list[Features]:
    return [READER.read(t) for t in texts]


def _reference(texts: list[tuple[str, str]]) -> object:
    def block(n: int) -> object:
        pick = FunctionTransformer(lambda fs: [dict(f.blocks()[n]) for f in fs])
        return make_pipeline(pick, DictVectorizer(), TfidfTransformer(sublinear_tf=True))

    machine = LinearSVC(C=REGULARISATION, random_state=RANDOM_SEED)
    pipeline = make_pipeline(make_union(*(block(n) for n in range(3))), machine)
    return pipeline.fit(_features([t for t, _ in texts]), [label for _, label in texts])


@pytest.mark.parametrize("texts", [TEXTS, TEXTS[:6]], ids=["three classes", "two classes"])
def test_the_same_scores_as_scikit_learn(texts: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.classifier.svm.ROUNDS", 500)
    monkeypatch.setattr("bot.classifier.linear.LEAST_TEXTS", (1, 1, 1))
    model = train(_features([t for t, _ in texts]), [label for _, label in texts])
    reference = _reference(texts)
    expected = reference.decision_function(_features(UNSEEN))  # type: ignore[attr-defined]
    if expected.ndim == 1:
        expected = np.stack([-expected, expected], axis=1)
    found = np.stack([model.scores(f) for f in _features(UNSEEN)])
    assert list(model.classes) == list(reference.classes_)  # type: ignore[attr-defined]
    np.testing.assert_allclose(found, expected, atol=2e-3)  # weights are kept in half precision


def test_words_never_seen_take_a_message_farther_from_every_topic() -> None:
    documents, labels = _features([t for t, _ in TEXTS]), [label for _, label in TEXTS]
    heeding, heedless = train(documents, labels, unknown=(1.0, 1.0, 0.0)), train(documents, labels)
    plain, strange = _features(["can i run again", "can i run again wx"])
    drops = [float((m.scores(plain) - m.scores(strange)).max()) for m in (heeding, heedless)]
    assert drops[0] > drops[1] + 0.01


def test_the_same_phrasings_give_the_same_model() -> None:
    one, two = (train(_features([t for t, _ in TEXTS]), [label for _, label in TEXTS]) for _ in range(2))
    assert one.classes == two.classes
    assert np.array_equal(one.weights, two.weights)
    assert np.array_equal(one.bias, two.bias)


def test_a_single_class_is_possible() -> None:
    model = train(_features(["a sore back"]), ["only"])
    assert model.classes == ("only",)
    assert model.scores(READER.read("anything")).tolist() == [0.0]


def test_each_block_has_length_one() -> None:
    model = train(_features([t for t, _ in TEXTS]), [label for _, label in TEXTS])
    _, values = model.vector(READER.read("lift baby at night in bed"))
    assert float(values @ values) == pytest.approx(3.0, rel=1e-5)

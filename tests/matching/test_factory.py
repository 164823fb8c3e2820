"""What was trained is kept, and a cache that fails costs time and nothing else."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pytest

import bot.matching.factory as build_module
from bot.errors import KnowledgeError
from bot.knowledge.models import Knowledge, Topic
from bot.matching.factory import build_matcher, phrasings
from bot.matching.matcher import Matcher

TEXT = "how do i lift"


def _knowledge(*more: str, lexicon: dict[str, tuple[str, ...]] | None = None) -> Knowledge:
    topics = {
        "lifting": Topic(id="lifting", title="Lift", questions=("how do i lift the baby", *more), answer="So."),
        "sleep": Topic(id="sleep", title="Sleep", questions=("how should i sleep",), answer="So."),
    }
    return Knowledge(root=Path(), topics=topics, lexicon=lexicon or {"up": ("lift?ing", "pick up")})


def _scores(matcher: Matcher) -> list[tuple[str, float]]:
    return [(c.topic, c.score) for c in matcher.rank(TEXT).candidates]


@pytest.fixture(autouse=True)
def _few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The word list of English takes half a second to read."""
    monkeypatch.setattr(build_module, "english_words", lambda: frozenset({"how", "should", "the", "baby"}))


@pytest.fixture
def _no_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def train(*_: object) -> None:
        raise AssertionError("trained again")

    monkeypatch.setattr(build_module, "train", train)


def test_phrasings_and_titles_are_learned() -> None:
    assert ("Sleep", "sleep") in set(phrasings(_knowledge()))


def test_nothing_to_learn_is_refused() -> None:
    with pytest.raises(KnowledgeError):
        build_matcher(Knowledge(root=Path(), topics={}))


def test_the_model_is_kept(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    folder = tmp_path / "new" / "cache"
    first = build_matcher(_knowledge(), folder)
    assert len(list(folder.iterdir())) == 1
    request.getfixturevalue("_no_training")
    second = build_matcher(_knowledge(), folder)
    assert _scores(second) == _scores(first)
    assert second.repairer.word("lfit") == first.repairer.word("lfit") == "lift"


@pytest.mark.parametrize(
    "other", [_knowledge("raise the cot"), _knowledge(lexicon={"up": ("pick up",)})], ids=["phrasing", "lexicon"]
)
def test_another_knowledge_base_is_another_model(tmp_path: Path, other: Knowledge) -> None:
    build_matcher(_knowledge(), tmp_path)
    build_matcher(other, tmp_path)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["empty", "text", "half", "other arrays"])
def test_a_damaged_model_is_trained_anew(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    expected = _scores(build_matcher(_knowledge(), tmp_path))
    (file,) = tmp_path.iterdir()
    whole = file.read_bytes()
    if damage == "other arrays":
        with file.open("wb") as opened:
            np.savez(opened, something=np.zeros(3))
    else:
        file.write_bytes({"empty": b"", "text": b"hello", "half": whole[: len(whole) // 2]}[damage])
    with caplog.at_level(logging.WARNING):
        assert _scores(build_matcher(_knowledge(), tmp_path)) == expected
    assert [getattr(r, "action", "") for r in caplog.records] == ["model-cache-unreadable"]
    assert _scores(build_matcher(_knowledge(), tmp_path)) == expected


def test_a_folder_that_cannot_be_written_is_a_line_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    with caplog.at_level(logging.WARNING):
        matcher = build_matcher(_knowledge(), in_the_way)
    assert _scores(matcher) == _scores(build_matcher(_knowledge()))
    assert "model-cache-unwritable" in [getattr(r, "action", "") for r in caplog.records]

"""The knowledge base says things in its own words, and holds no message that it is measured on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.knowledge.loader import built_in
from bot.knowledge.yaml_source import Source, Value

ROOT = Path(__file__).parents[2]
SENTENCE_WORDS = 6
MESSAGE_WORDS = 4
_OTHER = re.compile(r"[^a-z0-9]+")


def _normalised(text: str) -> str:
    """Lower-case letters and digits, anything else as one blank."""
    return _OTHER.sub(" ", text.lower()).strip()


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value.content, str):
        yield value.content
    else:
        inside = value.content.values() if isinstance(value.content, dict) else value.content
        for item in inside:
            yield from _texts(item)


@pytest.fixture(scope="session")
def everything() -> str:
    """Every text of the knowledge base, normalised, each within bars."""
    source = Source(built_in())
    values = [v for path in sorted(source.root.rglob("*.yaml")) if (v := source.read(path))]
    return "|" + "|".join(f" {_normalised(text)} " for value in values for text in _texts(value)) + "|"


def _sentences(text: str) -> Iterator[str]:
    """Sentences, table cells and list items; an abbreviation cuts one short, which only makes the check stricter."""
    for line in re.split(r"\n\s*\n|\n(?=[-#|])", text):
        for cell in line.split("|"):
            for sentence in re.split(r"(?<=[.!?;:])\s+", cell.replace("\n", " ")):
                yield re.sub(r"\((?:[AS]\d+|gk)[^)]*\)", "", sentence)


def _messages(folder: Path) -> Iterator[str]:
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                yield json.loads(line)["q"]


def _found(texts: Iterator[str], fewest: int, everything: str) -> list[str]:
    wanted = {n for text in texts if len((n := _normalised(text)).split()) >= fewest}
    return sorted(text for text in wanted if f" {text} " in everything)


@pytest.mark.parametrize("file", ["article.md", "evidence.md"])
def test_no_sentence_is_copied(file: str, shared: Path, everything: str) -> None:
    text = (shared / file).read_text(encoding="utf-8")
    if file == "evidence.md":  # without the sources, whose titles are quoted, and the examples of voice
        text = text[text.index("## 2. Facts") : text.index("## 4. Voice")]
    assert not _found(_sentences(text), SENTENCE_WORDS, everything)


def test_no_message_of_the_brief_is_learned(shared: Path, everything: str) -> None:
    assert not _found(_messages(shared / "eval"), MESSAGE_WORDS, everything)


def test_no_message_of_the_tests_is_learned(everything: str) -> None:
    messages = [m for folder in ("eval", "eval_blind") for m in _messages(ROOT / "tests" / folder)]
    assert messages
    assert not _found(iter(messages), MESSAGE_WORDS, everything)

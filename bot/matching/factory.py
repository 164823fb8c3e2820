"""Makes the matcher of a knowledge base; what was trained is kept by the hash of what it was trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.classifier.features import FeatureReader
from bot.classifier.linear import train
from bot.classifier.model_cache import fingerprint, load_model, save_model
from bot.errors import KnowledgeError
from bot.knowledge.models import Knowledge
from bot.language.detection import english_words
from bot.language.spelling import SpellingCorrector
from bot.language.text import Words, split
from bot.matching.matcher import OUTSIDE, Matcher

BLOCK_WEIGHTS = (1.0, 1.0, 0.3)
"""Of words, pieces of words and concepts; docs/matching.md has what other weights of the concepts did."""

UNKNOWN = (1.0, 1.0, 0.0)
"""Of the same, for words and pieces that no phrasing has: see `bot.classifier.linear.Block`."""


def phrasings(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Every phrasing with the class it belongs to."""
    for topic in knowledge.topics.values():
        for text in (*topic.questions, topic.title):
            yield text, topic.id
    for group in knowledge.outside:
        for text in group.questions:
            yield text, OUTSIDE + group.id


def topics_file(knowledge: Knowledge, cache: Path) -> Path:
    """Where the trained model of a knowledge base is kept in a cache."""
    return cache / f"topics-{fingerprint(phrasings(knowledge), knowledge.lexicon, knowledge.words)}.npz"


def build_matcher(knowledge: Knowledge, cache: Path | None = None) -> Matcher:
    """Train the matcher of a knowledge base, or take the trained one from the cache.

    Args:
        knowledge: the topics, the lexicon, the outside groups.
        cache: folder for trained models; None trains every time. One that cannot be written is a line in the log.

    Raises:
        KnowledgeError: there is no phrasing, or a phrase of the lexicon cannot be read.
    """
    pairs = list(phrasings(knowledge))
    if not pairs:
        raise KnowledgeError("there is not one phrasing.")
    reader = FeatureReader(knowledge.lexicon)
    path = topics_file(knowledge, cache) if cache else None
    kept = load_model(path) if path else None
    if kept is None:
        words = [split(text) for text, _ in pairs]
        model = train([reader.read(w) for w in words], [label for _, label in pairs], BLOCK_WEIGHTS, UNKNOWN)
        kept = model, {"vocabulary": tuple(_by_use(words, knowledge)), "real": tuple(sorted(english_words()))}
        if path:
            save_model(path, *kept)
    model, lists = kept
    known = frozenset(lists["vocabulary"]) | frozenset(lists["real"])
    repairer = SpellingCorrector(lists["vocabulary"], lists["real"])
    return Matcher(model, reader, repairer, known, english_only=knowledge.english_only)


def _by_use(phrasing_words: list[Words], knowledge: Knowledge) -> list[str]:
    """Words to repair to, the most used first: of phrasings, lexicon and triage."""
    counts = Counter(w for words in phrasing_words for w in words.words)
    groups = (*knowledge.lexicon.values(), *knowledge.words.signs.values(), *knowledge.words.things.values())
    for phrase in (p for phrases in groups for p in phrases):
        for part in phrase.removeprefix("?").replace("/", " ").split():
            if part.isalpha():
                counts.setdefault(part, 0)
    return [w for w, _ in counts.most_common()]

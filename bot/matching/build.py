"""Makes the matcher of a knowledge base, and keeps what was trained in a cache by the hash of what it was trained on."""

from __future__ import annotations

import hashlib
import logging
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from bot.errors import KnowledgeError
from bot.knowledge.models import Knowledge
from bot.matching.english import english_words
from bot.matching.features import FeatureReader
from bot.matching.matcher import OUTSIDE, Matcher
from bot.matching.model import Block, LinearModel, train
from bot.matching.repair import Repairer
from bot.matching.text import Words, split

FORMAT = "1"
"""Changes whenever the features or the way of training do, so that no older model is taken for a new one."""

log = logging.getLogger(__name__)


def phrasings(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Every phrasing with the class it belongs to."""
    for topic in knowledge.topics.values():
        for text in (*topic.questions, topic.title):
            yield text, topic.id
    for group in knowledge.outside:
        for text in group.questions:
            yield text, OUTSIDE + group.id


def build_matcher(knowledge: Knowledge, cache: Path | None = None) -> Matcher:
    """Train the matcher of a knowledge base, or take the trained one from the cache.

    Args:
        knowledge: the topics, the lexicon, the outside groups.
        cache: folder for trained models; None trains every time. A cache that cannot be written is left out with a line in the log.

    Raises:
        KnowledgeError: there is no phrasing, or a phrase of the lexicon cannot be read.
    """
    pairs = list(phrasings(knowledge))
    if not pairs:
        raise KnowledgeError("there is not one phrasing.")
    reader = FeatureReader(knowledge.lexicon)
    path = cache / f"model-{_fingerprint(pairs, knowledge)}.npz" if cache else None
    kept = _load(path) if path else None
    if kept is None:
        words = [split(text) for text, _ in pairs]
        model = train([reader.read(w) for w in words], [label for _, label in pairs])
        kept = model, _by_use(words, knowledge), english_words()
        if path:
            _save(path, *kept)
    model, vocabulary, real = kept
    known = frozenset(vocabulary) | real
    return Matcher(model, reader, Repairer(vocabulary, real), known, english_only=knowledge.english_only)


def _by_use(phrasing_words: list[Words], knowledge: Knowledge) -> list[str]:
    """Words to repair to, the most used first: of phrasings, lexicon and triage."""
    counts = Counter(w for words in phrasing_words for w in words.words)
    groups = (*knowledge.lexicon.values(), *knowledge.words.signs.values(), *knowledge.words.things.values())
    for phrase in (p for phrases in groups for p in phrases):
        for part in phrase.removeprefix("?").replace("/", " ").split():
            if part.isalpha():
                counts.setdefault(part, 0)
    return [w for w, _ in counts.most_common()]


def _fingerprint(pairs: list[tuple[str, str]], knowledge: Knowledge) -> str:
    digest = hashlib.sha256(FORMAT.encode())
    for part in (
        *(x for pair in pairs for x in pair),
        *(f"{k}={v}" for k, v in sorted(knowledge.lexicon.items())),
        repr(knowledge.words),
    ):
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:24]


def _joined(words: list[str] | frozenset[str] | dict[str, int]) -> np.ndarray:  # type: ignore[type-arg]
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _parted(array: np.ndarray) -> list[str]:  # type: ignore[type-arg]
    text = array.tobytes().decode()
    return text.split("\n") if text else []


def _save(path: Path, model: LinearModel, vocabulary: list[str], real: frozenset[str]) -> None:
    arrays = {
        "weights": model.weights,
        "bias": model.bias,
        "classes": _joined(list(model.classes)),
        "vocabulary": _joined(vocabulary),
        "real": _joined(frozenset(real)),
    }
    for n, block in enumerate(model.blocks):
        arrays |= {f"names{n}": _joined(block.index), f"idf{n}": block.idf}
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        part.replace(path)
    except OSError as error:
        log.warning("the trained model is not kept: %s", error.strerror, extra={"action": "model_cache_unwritable"})
        part.unlink(missing_ok=True)


def _load(path: Path) -> tuple[LinearModel, list[str], frozenset[str]] | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            blocks = []
            while f"names{len(blocks)}" in kept:
                n = len(blocks)
                blocks.append(Block({name: i for i, name in enumerate(_parted(kept[f"names{n}"]))}, kept[f"idf{n}"]))
            model = LinearModel(tuple(_parted(kept["classes"])), tuple(blocks), kept["weights"], kept["bias"])
            return model, _parted(kept["vocabulary"]), frozenset(_parted(kept["real"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError) as error:
        log.warning(
            "the kept model cannot be read and is trained anew: %s",
            type(error).__name__,
            extra={"action": "model_cache_unreadable"},
        )
        return None

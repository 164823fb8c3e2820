"""Makes the triage of a knowledge base."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from bot.classifier.linear import train
from bot.classifier.model_cache import fingerprint, load_model, save_model
from bot.knowledge.models import Knowledge
from bot.language.text import Words
from bot.triage.encoder_model import second_opinion
from bot.triage.example_model import HARMLESS, ExampleModel, training_features
from bot.triage.reader import CombinedReader, TriageReader
from bot.triage.rules import FlagRules, Triage


def build_rules(knowledge: Knowledge) -> Triage:
    """Compile the patterns of a knowledge base.

    Raises:
        KnowledgeError: a pattern or a phrase cannot be read.
    """
    rules = [
        FlagRules(
            id=f.id,
            level=f.level,
            patterns=f.patterns,
            check=f.check,
            always_ask=f.always_ask,
            escalate=f.escalate,
            past_counts=f.past_counts,
        )
        for f in knowledge.flags.values()
    ]
    words = knowledge.words
    return Triage(rules, words.signs, words.things, words.cues, words.half_signs)


def training_texts(knowledge: Knowledge) -> Iterator[tuple[str, str]]:
    """Every example with its flag, and everything harmless: counter-examples, phrasings, what lies outside."""
    for flag in knowledge.flags.values():
        yield from ((text, flag.id) for text in flag.examples)
        yield from ((text, HARMLESS) for text in flag.not_examples)
    for topic in knowledge.topics.values():
        yield from ((text, HARMLESS) for text in topic.questions)
    for group in knowledge.outside:
        yield from ((text, HARMLESS) for text in group.questions)


def triage_file(knowledge: Knowledge, cache: Path) -> Path:
    """Where the trained model of a knowledge base is kept in a cache."""
    return cache / f"triage-{fingerprint(training_texts(knowledge), knowledge.words)}.npz"


def build_triage(
    knowledge: Knowledge, repair: Callable[[Words], Words], cache: Path | None = None, *, encoder: bool = True
) -> TriageReader:
    """Make the triage of a knowledge base: its rules, and the model trained on its examples.

    Args:
        knowledge: the flags and the texts to tell them from.
        repair: of typos.
        cache: folder for trained models; None trains every time.
        encoder: ask the sentence encoder too, where the flags are among those it knows.

    Raises:
        KnowledgeError: a pattern or a phrase cannot be read.
    """
    rules = build_rules(knowledge)
    pairs = list(training_texts(knowledge))
    if not any(label != HARMLESS for _, label in pairs) or not any(label == HARMLESS for _, label in pairs):
        return rules
    path = triage_file(knowledge, cache) if cache else None
    kept = load_model(path) if path else None
    if kept is not None:
        model = kept[0]
    else:
        model = train(training_features(rules, repair, [text for text, _ in pairs]), [label for _, label in pairs])
        if path:
            save_model(path, model)
    levels = {flag.id: flag.level for flag in knowledge.flags.values()}
    second = second_opinion(levels) if encoder else None
    return CombinedReader(rules, ExampleModel(rules, model), levels, repair, second)

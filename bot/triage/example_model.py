"""What the examples of the flags teach: a linear model beside the rules, for what no pattern foresaw.

It reads the words and pieces of words of a message, and which signs the rules saw in it and how they are spoken of
(`numb:reported`, `fever:denied`). It is trained on the examples and counter-examples that stand beside each flag, with
the phrasings of the topics as further counter-examples, so that a clinician extends it by writing one sentence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.classifier.features import FeatureReader, Features
from bot.classifier.linear import LinearModel
from bot.language.text import Words, split
from bot.triage.assertion import Status
from bot.triage.rules import Triage

HARMLESS = "-"
"""The class of messages that raise nothing."""
MOST_REASONS = 6
"""Words and signs named as the reason of a suspicion."""


@dataclass(frozen=True, slots=True)
class Suspicion:
    """How near a message is to each flag."""

    margins: Mapping[str, float]
    """By flag: how much nearer the message is to its examples than to the harmless ones; above 0 it is nearer."""
    because: Callable[[str], tuple[str, ...]]
    """The words and signs that speak most for a flag."""

    @property
    def nearest(self) -> float:
        """The margin of the flag that the message is like most."""
        return max(self.margins.values())


class ExampleModel:
    """The model, over one set of rules."""

    def __init__(self, rules: Triage, model: LinearModel) -> None:
        """Make one.

        Args:
            rules: the ones the model was trained with.
        """
        self._rules = rules
        self._model = model
        self._flags = [(i, c) for i, c in enumerate(model.classes) if c != HARMLESS]
        self._harmless = model.classes.index(HARMLESS)

    def suspect(self, words: Words) -> Suspicion | None:
        """How near a message is to each flag.

        Args:
            words: the message, typos repaired.

        Returns:
            None for a message without words.
        """
        if not words.words or not self._flags:
            return None
        features = features_of(words, self._rules)
        rows, values = self._model.vector(features)
        weights = self._model.rows(rows)
        scores = values @ weights + self._model.bias
        harmless = scores[self._harmless]
        names = [
            n
            for block, counts in zip(self._model.blocks, features.blocks(), strict=True)
            for n in counts
            if n in block.index
        ]

        def because(flag: str) -> tuple[str, ...]:
            speaking = (weights[:, self._model.classes.index(flag)] - weights[:, self._harmless]) * values
            top = np.argsort(-speaking)[:MOST_REASONS]
            return tuple(dict.fromkeys(names[i].strip() for i in top if speaking[i] > 0))

        return Suspicion({flag: float(scores[i] - harmless) for i, flag in self._flags}, because)


_reader = FeatureReader()


def features_of(words: Words, rules: Triage) -> Features:
    """The features of a message: its words, their pieces, and the signs the rules see, alone and in pairs."""
    signs = rules.signs_in(words)
    reported = sorted({name for name, status in signs if status is Status.REPORTED})
    concepts = Counter(f"{name}:{status.value}" for name, status in signs)
    concepts.update(f"{a}+{b}" for n, a in enumerate(reported) for b in reported[n + 1 :])
    plain = _reader.read(words)
    return Features(plain.words, plain.pieces, concepts)


def training_features(rules: Triage, repair: Callable[[Words], Words], texts: Sequence[str]) -> list[Features]:
    """The features of the training texts, as `ExampleModel.suspect` will see them."""
    return [features_of(repair(split(text)), rules) for text in texts]

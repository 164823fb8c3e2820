"""The second opinion on a message: a small sentence encoder, fine-tuned on the knowledge base's texts.

It knows the flags that it was trained with; one that a clinician adds is judged by the rules and the linear model alone
until it is trained anew (tools/train_encoder.py). docs/matching.md has what it brings and what it costs.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path

from bot.classifier.encoder import Encoder
from bot.language.spelling import sentence
from bot.language.text import Words

HEAD = "flag"
HARMLESS = "-"
FILE = Path(__file__).parent / "encoder.npz"

_log = logging.getLogger(__name__)


class EncoderModel:
    """How much more a message sounds like each flag than like anything harmless."""

    def __init__(self, encoder: Encoder, flags: Iterable[str]) -> None:
        """Make one.

        Args:
            flags: of the knowledge base.
        """
        self._encoder = encoder
        classes = encoder.classes[HEAD]
        self._harmless = classes.index(HARMLESS)
        self._flags = [(i, c) for i, c in enumerate(classes) if c in set(flags)]

    def margins(self, words: Words) -> Mapping[str, float]:
        """By flag that it knows: above 0 the message is nearer to it than to the harmless ones.

        Args:
            words: the message, typos repaired.
        """
        scores = self._encoder.scores(sentence(words))[HEAD]
        return {flag: float(scores[i] - scores[self._harmless]) for i, flag in self._flags}


def second_opinion(flags: Iterable[str], file: Path = FILE) -> EncoderModel | None:
    """The second opinion for the flags of a knowledge base; None where it knows none of them or cannot be read."""
    wanted = frozenset(flags)
    try:
        encoder = Encoder.load(file)
    except (OSError, KeyError, ValueError) as error:
        _log.warning("triage goes without its encoder: %s", type(error).__name__, extra={"action": "encoder-missing"})
        return None
    return EncoderModel(encoder, wanted) if wanted.intersection(encoder.classes[HEAD]) else None

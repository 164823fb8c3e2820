"""A linear model over the features of phrasings: trained once, kept as arrays, applied with a matrix product.

One support vector machine a topic against the rest over TF-IDF; docs/matching.md says what it was compared with.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.classifier.features import Features
from bot.classifier.svm import fit

LEAST_TEXTS = (1, 2, 1)
"""Texts that must have a word, a piece of a word, a concept for it to be learnt from. Pieces seen once are only noise:
without them training takes a quarter less time and the figures stay within a message or two."""
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Block:
    """One kind of features: the number of each, and how rare it is."""

    index: dict[str, int]
    idf: Floats
    weight: float = 1.0
    """Length of the block's part of a vector."""
    unknown: float = 0.0
    """What a feature never seen counts in that length, as a share of the rarest one seen: a message about something
    else is then farther from every topic ("treatments for goitre" from "treatments")."""

    @cached_property
    def rarest(self) -> float:
        """The highest weight of a feature, that of one seen in a single text."""
        return float(self.idf.max(initial=0.0))


@dataclass(frozen=True)
class LinearModel:
    """Weights of every feature for every class."""

    classes: tuple[str, ...]
    blocks: tuple[Block, ...]
    weights: npt.NDArray[np.floating[Any]]
    """A row a feature (of all blocks, one after the other), a column a class. Half precision is enough: it moves a
    distance by less than 0.001, and takes half of the largest part of the memory."""
    bias: Floats

    def vector(self, features: Features) -> tuple[npt.NDArray[np.intp], Floats]:
        """The rows of the features a text has, and their values, each block of length 1."""
        return vectorise(self.blocks, features)

    def rows(self, rows: npt.NDArray[np.intp]) -> Floats:
        """The weights of some features, ready to be multiplied."""
        return self.weights[rows].astype(np.float32)

    def scores(self, features: Features) -> Floats:
        """The distance from each class's border, in the order of `classes`; above 0 is inside."""
        rows, values = self.vector(features)
        scores: Floats = values @ self.rows(rows) + self.bias
        return scores


def vectorise(blocks: Sequence[Block], features: Features) -> tuple[npt.NDArray[np.intp], Floats]:
    """See `LinearModel.vector`."""
    rows: list[npt.NDArray[np.intp]] = []
    values: list[Floats] = []
    start = 0
    for block, counts in zip(blocks, features.blocks(), strict=True):
        place = block.index.get
        found = [(i, n) for f, n in counts.items() if (i := place(f)) is not None]
        if found:
            own, often = np.array(found, dtype=np.intp).T
            weighed = block.idf[own] * (1 + np.log(often, dtype=np.float32))
            strange = _unknown(block, counts) * (block.unknown * block.rarest) ** 2 if block.unknown else 0.0
            rows.append(own + start)
            values.append(weighed * np.float32(block.weight / math.sqrt(float(weighed @ weighed) + strange)))
        start += len(block.index)
    if not rows:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    return np.concatenate(rows), np.concatenate(values)


def _unknown(block: Block, counts: Counter[str]) -> int:
    """How many features a block has never seen; pairs of words do not count, as most pairs are new in any message."""
    return sum(f not in block.index and " " not in f.strip() for f in counts)


def _block(documents: Sequence[Counter[str]], weight: float, unknown: float, least: int) -> Block:
    seen: Counter[str] = Counter()
    for counts in documents:
        seen.update(counts.keys())
    names = sorted(name for name, texts in seen.items() if texts >= least)
    total = len(documents)
    idf = np.array([math.log((1 + total) / (1 + seen[n])) + 1 for n in names], dtype=np.float32)
    return Block({name: i for i, name in enumerate(names)}, idf, weight, unknown)


def train(
    documents: Sequence[Features],
    labels: Sequence[str],
    weights: Sequence[float] = (1.0, 1.0, 1.0),
    unknown: Sequence[float] = (0.0, 0.0, 0.0),
) -> LinearModel:
    """Fit a model.

    Args:
        documents: the features of the phrasings.
        labels: the class of each; at least one class.
        weights: of words, pieces and concepts.
        unknown: see `Block.unknown`, of the same.
    """
    kinds = zip(*(d.blocks() for d in documents), strict=True)
    blocks = tuple(_block(*kind) for kind in zip(kinds, weights, unknown, LEAST_TEXTS, strict=True))
    size = sum(len(b.index) for b in blocks)
    classes = tuple(sorted(set(labels)))
    if len(classes) == 1:  # nothing to tell apart
        return LinearModel(classes, blocks, np.zeros((size, 1), np.float32), np.zeros(1, np.float32))

    vectors = [vectorise(blocks, d) for d in documents]
    number = {name: i for i, name in enumerate(classes)}
    borders = fit(vectors, [number[label] for label in labels], size, len(classes))
    return LinearModel(classes, blocks, borders[:-1].astype(np.float16), borders[-1].copy())

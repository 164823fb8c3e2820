"""A small BERT encoder in NumPy: WordPiece, a few transformer layers, mean pooling, and linear heads.

The weights lie in one .npz file written by tools/train_encoder.py: matrices as 8-bit integers with a scale a row,
or as 16-bit floats. Nothing but NumPy is needed to apply them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.classifier.wordpiece import WordPiece

PACKED = ".packed"
"""Ends the name of a matrix kept as 8-bit integers; its scales lie beside it."""
SCALES = ".scales"
EPSILON = 1e-12

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Layer:
    """One transformer layer; matrices take a row vector from the right."""

    qkv: Floats
    qkv_bias: Floats
    out: Floats
    out_bias: Floats
    norm1: Floats
    norm1_bias: Floats
    up: Floats
    up_bias: Floats
    down: Floats
    down_bias: Floats
    norm2: Floats
    norm2_bias: Floats


class Encoder:
    """Turns texts into vectors, and vectors into the scores of each head."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.generic]]) -> None:
        """Make one.

        Args:
            arrays: as `pack` in tools/train_encoder.py names them.
        """
        vocabulary = arrays["vocabulary"].tobytes().decode().split("\n")
        self.tokeniser = WordPiece(vocabulary)
        self._heads_of_attention = int(arrays["attention_heads"][()])
        self._embedding, self._embedding_scales = _rows(arrays, "embedding")
        self._position = _matrix(arrays, "position")
        self._norm, self._norm_bias = _matrix(arrays, "norm"), _matrix(arrays, "norm_bias")
        fields = tuple(Layer.__dataclass_fields__)
        count = sum(1 for name in arrays if name.endswith(".norm1"))
        self._layers = [Layer(*(_matrix(arrays, f"layer{n}.{f}") for f in fields)) for n in range(count)]
        names = sorted(
            name.removeprefix("head.").removesuffix(".classes") for name in arrays if name.endswith(".classes")
        )
        self.classes = {n: tuple(arrays[f"head.{n}.classes"].tobytes().decode().split("\n")) for n in names}
        self._heads = {n: (_matrix(arrays, f"head.{n}.weight"), _matrix(arrays, f"head.{n}.bias")) for n in names}

    @classmethod
    def load(cls, path: Path) -> Encoder:
        """Read the file of weights."""
        with np.load(path, allow_pickle=False) as file:
            return cls(dict(file))

    def vector(self, text: str) -> Floats:
        """The mean of what the last layer makes of the tokens of a text."""
        tokens = self.tokeniser.tokens(text)
        x = self._embedding[tokens].astype(np.float32)
        if self._embedding_scales is not None:
            x *= self._embedding_scales[tokens]
        x = _normed(x + self._position[: len(tokens)], self._norm, self._norm_bias)
        for layer in self._layers:
            x = self._through(layer, x)
        mean: Floats = x.mean(axis=0)
        return mean

    def scores(self, text: str) -> dict[str, Floats]:
        """By head: the score of each of its `classes`."""
        vector = self.vector(text)
        return {name: vector @ weight + bias for name, (weight, bias) in self._heads.items()}

    def _through(self, layer: Layer, x: Floats) -> Floats:
        length, width = x.shape
        heads = self._heads_of_attention
        # (3, heads, tokens, width of a head)
        query, key, value = (
            (x @ layer.qkv + layer.qkv_bias).reshape(length, 3, heads, width // heads).transpose(1, 2, 0, 3)
        )
        attention = query @ key.transpose(0, 2, 1)  # the root of the width is in the weights of the query
        attention -= attention.max(axis=-1, keepdims=True)
        np.exp(attention, out=attention)
        attention /= attention.sum(axis=-1, keepdims=True)
        seen = (attention @ value).transpose(1, 0, 2).reshape(length, width)
        x = _normed(x + (seen @ layer.out + layer.out_bias), layer.norm1, layer.norm1_bias)
        inner = _gelu(x @ layer.up + layer.up_bias)
        return _normed(x + (inner @ layer.down + layer.down_bias), layer.norm2, layer.norm2_bias)


def _normed(x: Floats, weight: Floats, bias: Floats) -> Floats:
    """Layer normalisation."""
    centred = x - x.mean(axis=-1, keepdims=True)
    spread = np.sqrt(np.mean(centred * centred, axis=-1, keepdims=True) + np.float32(EPSILON))
    normed: Floats = centred / spread * weight + bias
    return normed


def _gelu(x: Floats) -> Floats:
    """Gaussian error linear unit, by its approximation with tanh; the model was trained with the same one."""
    inner = x * x
    inner *= np.float32(0.044715)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.7978845608)
    np.tanh(inner, out=inner)
    inner += np.float32(1)
    inner *= x
    inner *= np.float32(0.5)
    return inner


def _rows(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> tuple[npt.NDArray[np.generic], Floats | None]:
    """A table of which only some rows are ever needed: left packed, with the scale of each row."""
    if name + PACKED in arrays:
        return arrays[name + PACKED], arrays[name + SCALES].astype(np.float32)
    return arrays[name], None


def _matrix(arrays: Mapping[str, npt.NDArray[np.generic]], name: str) -> Floats:
    """A matrix or vector, unpacked."""
    if name + PACKED in arrays:
        unpacked: Floats = arrays[name + PACKED].astype(np.float32) * arrays[name + SCALES].astype(np.float32)
        return unpacked
    return np.ascontiguousarray(arrays[name], dtype=np.float32)


def packed(name: str, matrix: Floats, axis: int) -> Iterable[tuple[str, npt.NDArray[np.generic]]]:
    """A matrix as 8-bit integers and the scales of its rows (axis 1) or columns (axis 0)."""
    scales = np.maximum(np.abs(matrix).max(axis=axis, keepdims=True), 1e-8) / 127
    yield name + PACKED, np.round(matrix / scales).astype(np.int8)
    yield name + SCALES, scales.astype(np.float16)

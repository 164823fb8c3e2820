"""Keeps trained models in a folder, by the hash of all that they came from."""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import bot
from bot.classifier.linear import Block, LinearModel

_log = logging.getLogger(__name__)

MODELS_KEPT = 4
"""Of each kind: the present one, the one before it, and those of another knowledge base that is being tried."""

_PACKAGES = ("language", "classifier", "matching", "triage")
"""Whose code decides what a model is made of."""


@cache
def _code_hash() -> bytes:
    """So that no model outlives the code that trained it."""
    digest = hashlib.sha256(bot.__version__.encode())
    root = Path(bot.__file__).parent
    for package in _PACKAGES:
        for path in sorted((root / package).glob("*.py")):
            digest.update(path.read_bytes())
    return digest.digest()


def fingerprint(pairs: Iterable[tuple[str, str]], *others: object) -> str:
    """A name for what a model is trained on: labelled phrasings, whatever else goes in, and the code itself."""
    digest = hashlib.sha256(_code_hash())
    for text, label in pairs:
        digest.update(f"{text}\0{label}\0".encode("utf-8", "replace"))
    for other in others:
        digest.update(f"{other!r}\0".encode("utf-8", "replace"))
    return digest.hexdigest()[:24]


def _joined(words: Iterable[str]) -> npt.NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), dtype=np.uint8)


def _parted(array: npt.NDArray[np.uint8]) -> tuple[str, ...]:
    text = array.tobytes().decode()
    return tuple(text.split("\n")) if text else ()


def _remove_older(path: Path) -> None:
    """Of the models of one kind only the latest stay; each takes tens of megabytes, and every edit makes another."""
    kind = path.name.partition("-")[0]
    models = sorted(path.parent.glob(f"{kind}-*.npz"), key=lambda p: p.stat().st_mtime, reverse=True)
    for old in models[MODELS_KEPT:]:
        old.unlink(missing_ok=True)


def save_model(path: Path, model: LinearModel, lists: Mapping[str, Iterable[str]] | None = None) -> None:
    """Keep a model; a folder that cannot be written is a line in the log and nothing else.

    Args:
        path: a file ending in `.npz`.
        model: the model.
        lists: lists of words to keep with it, by name.
    """
    arrays: dict[str, npt.NDArray[Any]] = {
        "weights": model.weights,
        "bias": model.bias,
        "classes": _joined(model.classes),
    }
    arrays |= {f"list-{name}": _joined(words) for name, words in (lists or {}).items()}
    for n, block in enumerate(model.blocks):
        arrays |= {
            f"names{n}": _joined(block.index),
            f"idf{n}": block.idf,
            f"scales{n}": np.array([block.weight, block.unknown]),
        }
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        part.replace(path)  # so that no other process reads half a file
        _remove_older(path)
    except OSError as error:
        _log.warning("the trained model is not kept: %s", error.strerror, extra={"action": "model-cache-unwritable"})
        with suppress(OSError):
            part.unlink(missing_ok=True)


def load_model(path: Path) -> tuple[LinearModel, dict[str, tuple[str, ...]]] | None:
    """The model that `save_model` kept, with its lists; None where there is none that can be read."""
    try:
        # numpy leaves a file that it cannot read open; one that is opened here is closed
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            blocks: list[Block] = []
            while f"names{len(blocks)}" in kept:
                n = len(blocks)
                index = {name: i for i, name in enumerate(_parted(kept[f"names{n}"]))}
                weight, unknown = kept[f"scales{n}"].tolist()
                blocks.append(Block(index, kept[f"idf{n}"], weight, unknown))
            model = LinearModel(_parted(kept["classes"]), tuple(blocks), kept["weights"], kept["bias"])
            lists = {name.removeprefix("list-"): _parted(kept[name]) for name in kept.files if name.startswith("list-")}
            return model, lists
    except FileNotFoundError:
        return None
    except Exception as error:  # noqa: BLE001 - a damaged file fails in many ways (zip, struct, key, memory); all mean: train anew
        _log.warning(
            "the kept model cannot be read and is trained anew: %s",
            type(error).__name__,
            extra={"action": "model-cache-unreadable"},
        )
        return None

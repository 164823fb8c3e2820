"""Small knowledge bases in a temporary folder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

TOPIC = """\
- id: lifting
  title: How do I lift?
  questions:
    - how do i lift
    - lifting the baby
  answer: Close.
"""

Write = Callable[..., Path]


def writer(folder: Path) -> Write:
    """Writes a knowledge base of one good topic and the files given, by path, into `folder`; returns it."""

    def make(files: Mapping[str, str | bytes] | None = None, *, topic: str | bytes = TOPIC) -> Path:
        for name, text in {"topics/group.yaml": topic, **(files or {})}.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return folder

    return make

"""Trains the models in a process of its own.

Training takes up to 600 MB for half a minute, which the process that answers would keep for as long as it lives.
"""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

from bot.factory import announce_training, build_conversation, model_cache
from bot.knowledge.loader import built_in, load

LONGEST_S = 300.0

_log = logging.getLogger(__name__)


def train_apart(knowledge_dir: Path | None) -> None:
    """Fill the cache with the models of a knowledge base, where they are missing.

    What goes wrong is only logged: the process that answers trains by itself then.

    Args:
        knowledge_dir: None for the built-in one.

    Raises:
        KnowledgeError: it cannot be loaded.
    """
    root = knowledge_dir or built_in()
    if not announce_training(load(root), model_cache()):
        return
    try:
        subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-m", __name__, str(root)], check=True, timeout=LONGEST_S, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("Training apart failed: %s", type(error).__name__, extra={"action": "training-failed"})


if __name__ == "__main__":
    build_conversation(Path(sys.argv[1]))

"""Trains the models in a process of its own.

Training takes up to 600 MB for half a minute, which the process that answers would keep for as long as it lives.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import time
from pathlib import Path

from bot.errors import TrainingError
from bot.factory import announce_training, build_conversation, missing_models, model_cache
from bot.knowledge.loader import built_in, load

LONGEST_S = 300.0
KILLED = (
    "the process that trains was ended by signal {signal}, most probably by the kernel for want of memory. About 600 "
    "MB are needed for half a minute: free so much, or run `bot warm` where there is more and copy its cache here."
)

_log = logging.getLogger(__name__)


def train_apart(knowledge_dir: Path | None) -> None:
    """Fill the cache with the models of a knowledge base, where they are missing.

    Where it fails, the process that answers trains by itself then; but not where it was killed, which is mostly for
    want of memory: this process would be killed in the same way, again and again, and without a word.

    Args:
        knowledge_dir: None for the built-in one.

    Raises:
        KnowledgeError: it cannot be loaded.
        TrainingError: it was killed.
    """
    root = knowledge_dir or built_in()
    if not announce_training(load(root), model_cache()):
        return
    try:
        subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-m", __name__, str(root)], check=True, timeout=LONGEST_S, stdin=subprocess.DEVNULL
        )
    except subprocess.CalledProcessError as error:
        if error.returncode < 0:
            raise TrainingError(KILLED.format(signal=-error.returncode)) from None
        _log.warning("Training apart failed: status %d", error.returncode, extra={"action": "training-failed"})
    except (OSError, subprocess.SubprocessError) as error:
        _log.warning("Training apart failed: %s", type(error).__name__, extra={"action": "training-failed"})


def warm(knowledge_dir: Path | None) -> str:
    """Fill the cache before the process that answers is stopped for a new version; what was done, in a sentence.

    Raises:
        KnowledgeError: the knowledge base cannot be used.
        TrainingError: the process that trains was killed, or the models could not be kept.
    """
    root = knowledge_dir or built_in()
    began = time.monotonic()
    was_missing = bool(missing_models(load(root), model_cache()))
    train_apart(knowledge_dir)
    if missing_models(load(root), model_cache()):
        raise TrainingError(f"they are not in {model_cache()}; can that folder be written?")
    done = f"were trained in {time.monotonic() - began:.0f} s" if was_missing else "are there already"
    return f"The models of {root} {done}: {model_cache()}"


if __name__ == "__main__":
    build_conversation(Path(sys.argv[1]))

"""Tries a knowledge base out in a process of its own: checks it, and trains what has to be trained, into the cache.

Training takes up to half a minute of the processor; the process that answers must not stop for it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.authoring.checker import check
from bot.errors import KnowledgeError
from bot.factory import build_conversation
from bot.knowledge.problems import BrokenKnowledgeError, reason

LONGEST_S = 300.0


def problems_of(root: Path) -> list[str]:
    """What stands in the way of using a knowledge base, as lines with file and line; trained models are cached."""
    problems = [str(p) for p in check(root, datetime.now(UTC).date()) if not p.is_warning]
    if problems:
        return problems
    try:
        build_conversation(root)
    except BrokenKnowledgeError as error:
        return [str(p) for p in error.problems]
    except KnowledgeError as error:
        return [reason(error)]
    return []


async def rehearse(root: Path) -> list[str]:
    """As `problems_of`, in a process of its own."""
    quiet = asyncio.subprocess.DEVNULL
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, str(root), stdin=quiet, stdout=asyncio.subprocess.PIPE, stderr=quiet
        )
    except OSError as error:
        return [f"The check could not be started: {error.strerror}"]
    try:
        async with asyncio.timeout(LONGEST_S):
            said, _ = await child.communicate()
    except TimeoutError:
        return [f"The check did not end within {LONGEST_S:.0f} s."]
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    try:
        return [str(line) for line in json.loads(said)]
    except (TypeError, ValueError):
        return [f"The check itself failed, with exit status {child.returncode}; try: bot check"]


if __name__ == "__main__":
    print(json.dumps(problems_of(Path(sys.argv[1]))))

"""The fake Bot API in a process of its own, from the side of the test."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
WARM_S = 120.0
CALM_S = 1.0
"""Nothing is under way any more when nothing was sent for so long."""


class RemoteApi:
    """The fake Bot API in a process of its own."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fake_telegram"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.url, self._control = self._process.stdout.readline().decode().split()

    def ask(self, what: str, **given: Any) -> dict[str, Any]:
        """See `Control.do`."""
        with urllib.request.urlopen(
            f"{self._control}/control/{what}", data=json.dumps(given).encode(), timeout=30
        ) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def until(self, ready: str, seconds: float, **wanted: Any) -> dict[str, Any]:
        """The state as soon as `ready`, an expression over it, holds; as it is when the time is over otherwise."""
        end = time.monotonic() + seconds
        while True:
            state = self.ask("state")
            if eval(ready, {}, state | wanted) or time.monotonic() > end:
                return state
            time.sleep(0.1)

    def warm(self, users: int, questions: list[str], times: int = 1) -> None:
        """Let everybody ask before anything is measured: the opening lines are said, caches are filled."""
        self.ask("begin", users=users, questions=questions, count=times * users, pace=0)
        state = self.until("answered == asked", WARM_S)
        messages, since = -1, time.monotonic()
        while time.monotonic() - since < CALM_S:  # the last answers have further messages
            if state["messages"] != messages:
                messages, since = state["messages"], time.monotonic()
            time.sleep(0.1)
            state = self.ask("state")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

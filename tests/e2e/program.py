"""The real program in a process of its own, against the fake Bot API."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import Any

from tests.conftest import ROOT
from tests.fake_telegram.server import FakeApi
from tests.load.bots import environment


class Program:
    """`python -m bot ...`; what it logs is kept."""

    def __init__(self, api: FakeApi, folder: Path, *arguments: str, **settings: str) -> None:
        self.environment = environment(api.url, folder, **{"LOG_LEVEL": "DEBUG"} | settings)
        self.arguments = arguments or ("run",)
        self.log = folder / "log.txt"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", *self.arguments,
                env=self.environment, cwd=ROOT, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    async def kill(self) -> None:
        """End it as a crash does."""
        await self.send(signal.SIGKILL)

    async def send(self, number: signal.Signals, seconds: float = 20.0) -> int:
        """Send a signal; the exit status."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)
        return await self.ends(seconds)

    async def ends(self, seconds: float = 20.0) -> int:
        assert self._process is not None
        return await asyncio.wait_for(self._process.wait(), seconds)

    @property
    def said(self) -> str:
        return self.log.read_text() if self.log.exists() else ""

    async def __aenter__(self) -> Program:
        await self.start()
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.kill()

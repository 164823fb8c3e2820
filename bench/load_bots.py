"""Real processes for load tests: the fake Bot API, and bots against it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from bench.fake_api import TOKEN

ROOT = Path(__file__).resolve().parents[1]
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SECRET = "a-long-secret_1"  # noqa: S105 - of a test
WARM_S = 120.0
CALM_S = 1.0
"""Nothing is under way any more when nothing was sent for so long."""
TICKS = os.sysconf("SC_CLK_TCK")
_KEPT = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


class RemoteApi:
    """The fake Bot API in a process of its own."""

    def __init__(self) -> None:
        """Start it."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.fake_api"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self._process.stdout is not None
        self.url, self._control = self._process.stdout.readline().decode().split()

    def ask(self, what: str, **given: Any) -> dict[str, Any]:
        """See `bench.fake_api.Api.control`."""
        with urllib.request.urlopen(  # noqa: S310 - our own address
            f"{self._control}/control/{what}", data=json.dumps(given).encode(), timeout=30
        ) as answer:
            found: dict[str, Any] = json.load(answer)
        return found

    def until(self, ready: str, seconds: float, **wanted: Any) -> dict[str, Any]:
        """The state as soon as `ready`, an expression over it, holds; as it is when the time is over otherwise."""
        end = time.monotonic() + seconds
        while True:
            state = self.ask("state")
            if eval(ready, {}, state | wanted) or time.monotonic() > end:  # noqa: S307 - of this folder's making
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


@dataclass
class Used:
    """What a bot used so far. memory: its peak, in MiB."""

    cpu: float = 0.0
    memory: float = 0.0


@dataclass
class Bot:
    """One process. command: what Python is told to run."""

    api: RemoteApi
    folder: Path
    command: tuple[str, ...]
    settings: dict[str, str] = field(default_factory=dict)
    _process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Where it says what it does."""
        return self.folder / f"{self.settings.get('PORT', 'bot')}-{self.command[-1]}.log"

    @property
    def said(self) -> str:
        """What it has said so far."""
        return self.log.read_text() if self.log.exists() else ""

    @property
    def status(self) -> int | None:
        """Its exit status; None while it runs."""
        return self._process.poll() if self._process is not None else None

    def start(self) -> None:
        """Start it, again where it has ended."""
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.api.url,
            "DATABASE_URL": f"sqlite:///{self.folder}/data/bot.sqlite3",
            "DATA_KEY": KEY,
            "SEND_RATE": "0",
            **self.settings,
        }
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, *self.command],
                cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def kill(self) -> None:
        """End it as a crash does."""
        self.end(signal.SIGKILL)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; its exit status."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(number)
        return self._process.wait(30)

    def used(self) -> Used:
        """CPU seconds and peak of memory."""
        assert self._process is not None
        return used_by(self._process.pid)


def used_by(pid: int) -> Used:
    """What a process used; nothing where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        status: IO[str]
        with Path(f"/proc/{pid}/status").open() as status:
            peak = next((int(line.split()[1]) for line in status if line.startswith("VmHWM")), 0)
    except OSError:
        return Used()
    return Used(cpu=(int(fields[11]) + int(fields[12])) / TICKS, memory=peak / 1024)


def migrate(api: RemoteApi, folder: Path, **settings: str) -> None:
    """Bring the database to the current schema."""
    bot = Bot(api, folder, ("-m", "bot", "migrate"), settings)
    bot.start()
    assert bot._process is not None
    if bot._process.wait(60):
        raise RuntimeError(bot.said)


def polling_bot(api: RemoteApi, folder: Path, module: str = "bot", **settings: str) -> list[Bot]:
    """`bot run`: one process."""
    return [Bot(api, folder, ("-m", module, "run"), settings)]


def webhook_bot(
    api: RemoteApi, folder: Path, module: str = "bot", webs: int = 1, workers: int = 1, **settings: str
) -> list[Bot]:
    """`bot web` and `bot worker`, told apart from others by their port."""
    hook = {"WEBHOOK_URL": "https://bot.example.org", "WEBHOOK_SECRET": SECRET, **settings}
    ports = [str(free_port()) for _ in range(webs + workers)]
    found = [Bot(api, folder, ("-m", module, "web"), {**hook, "PORT": port}) for port in ports[:webs]]
    found += [Bot(api, folder, ("-m", module, "worker"), {**hook, "PORT": port}) for port in ports[webs:]]
    addresses = [f"http://127.0.0.1:{port}/telegram/webhook" for port in ports[:webs]]
    api.ask("hooks", addresses=addresses, secret=SECRET)
    return found

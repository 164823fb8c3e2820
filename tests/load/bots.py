"""Real processes of the bot against the fake Bot API."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from tests.fake_telegram.remote import RemoteApi
from tests.fake_telegram.server import TOKEN

ROOT = Path(__file__).resolve().parents[2]
KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
SECRET = "a-long-secret_1"
TICKS = os.sysconf("SC_CLK_TCK")
_KEPT = ("PATH", "HOME", "XDG_CACHE_HOME", "LANG")


def environment(api_url: str, folder: Path, **settings: str) -> dict[str, str]:
    """What a process of the bot finds in its environment: nothing of ours but where Python and its caches are."""
    return {name: os.environ[name] for name in _KEPT if name in os.environ} | {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api_url,
        "DATABASE_URL": f"sqlite:///{folder}/data/bot.sqlite3",
        "DATA_KEY": KEY,
        "SEND_RATE": "0",
        **settings,
    }


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


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
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env=environment(self.api.url, self.folder, **self.settings),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

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

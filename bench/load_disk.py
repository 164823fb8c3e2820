"""`python -m bench.load --disk`: the disk is full, then the database is locked; killed meanwhile. Nothing is lost.

What had been confirmed to Telegram and not stored would be lost by the kill. So where nothing is lost, nothing was
confirmed without being stored.
"""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bot.factory import build_conversation
from tests.fake_telegram.remote import RemoteApi
from tests.load.bots import Bot, migrate, polling_bot

PACE = 10.0
MIB = 2**20


@contextlib.contextmanager
def small_disk(mebibytes: int) -> Iterator[Path | None]:
    """A folder on a disk of its own; None where that may not be made."""
    with tempfile.TemporaryDirectory(prefix="bot-disk-") as folder:
        mount = shutil.which("mount")
        options = ("-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", folder)
        if mount is None or subprocess.run((mount, *options), capture_output=True, check=False).returncode:  # noqa: S603
            yield None
            return
        try:
            yield Path(folder)
        finally:
            subprocess.run(("umount", folder), check=True)  # noqa: S603, S607


@contextlib.contextmanager
def full(folder: Path) -> Iterator[None]:
    """Nothing more fits."""
    filler = folder / "filler"
    with contextlib.suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(b"x" * 4096):
            pass
    try:
        yield
    finally:
        filler.unlink()


@contextlib.contextmanager
def locked(database: Path) -> Iterator[None]:
    """Somebody else writes, and does not end."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def fail(
    name: str,
    *,
    api: RemoteApi,
    bot: Bot,
    asked: list[str],
    failure: contextlib.AbstractContextManager[None],
    seconds: float,
) -> bool:
    """People ask before, while and after the store fails; in the middle the bot is killed and started again."""
    asides = [build_conversation().texts("seek-help")[:30]]
    api.warm(50, asked)
    said = len(bot.said)
    count = int(PACE * (seconds + 4))
    api.ask("begin", users=50, questions=asked, count=count, pace=PACE, asides=asides)
    time.sleep(1.0)
    with failure:
        time.sleep(seconds / 2)
        while_failing = api.ask("state")
        bot.kill()
        bot.start()
        time.sleep(seconds / 2)
    ended: list[int] = []
    end = time.monotonic() + 60
    while time.monotonic() < end:
        state = api.ask("state")
        if state["asked"] == state["answered"] == count:
            break
        if bot.status is not None:  # a host starts it again
            ended.append(bot.status)
            bot.start()
        time.sleep(0.5)
    time.sleep(1.0)
    state = api.ask("state")
    lines = {line[:140] for line in bot.said[said:].splitlines() if "ERROR" in line or line.startswith("The store")}
    lost = count - state["answered"]
    print(
        f"{name}: {count} questions, {while_failing['open']} waited and {while_failing['unconfirmed']} were "
        f"unconfirmed while it failed, {state['asides']} were told where to seek help; lost {lost}, twice "
        f"{state['duplicates']}, longest wait {max(state['longest'], state['oldest']):.1f} s; started meanwhile it "
        f"{f'ended with {ended}, and was started again' if ended else 'went on'}"
    )
    for line in sorted({line.partition(": ")[2] or line for line in lines}):
        print(f"    {line}")
    return not lost and bool(lines) and "Traceback" not in bot.said[said:]


def disk(asked: list[str], seconds: float = 12.0) -> bool:
    """Both failures; whether nothing was lost and the log says what failed."""
    holds = True
    with RemoteApi() as api, small_disk(12) as small, tempfile.TemporaryDirectory(prefix="bot-load-") as folder:
        if small is None:
            print("disk full: left out, as no disk can be mounted here")
        else:
            holds &= _one(
                "disk full", api=api, asked=asked, folder=Path(folder) / "a", database=small / "bot.sqlite3",
                failure=full(small), seconds=seconds,
            )  # fmt: skip
        file = Path(folder) / "bot.sqlite3"
        holds &= _one(
            "database locked", api=api, asked=asked, folder=Path(folder) / "b", database=file, failure=locked(file),
            seconds=seconds,
        )  # fmt: skip
    return holds


def _one(
    name: str,
    *,
    api: RemoteApi,
    asked: list[str],
    folder: Path,
    database: Path,
    failure: contextlib.AbstractContextManager[None],
    seconds: float,
) -> bool:
    folder.mkdir()
    api.ask("reset")
    address = f"sqlite:///{database}"
    migrate(api, folder, DATABASE_URL=address)
    (bot,) = polling_bot(api, folder, DATABASE_URL=address)
    bot.start()
    try:
        return fail(name, api=api, bot=bot, asked=asked, failure=failure, seconds=seconds)
    finally:
        bot.kill()

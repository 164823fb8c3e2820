"""`python -m bench.load`: the bot under 200 people, by polling and by webhook, beside a bare echo bot on the same API.

Real processes over HTTP on this machine. For each bot: CPU an update, updates a second, peak of memory, what was lost
and what came twice. `fixed` is the bot with its engine replaced by a fixed reply. Two echo bots run:
`echo` takes one update after the other, as python-telegram-bot does by itself; `echo at once` has `concurrent_updates`,
as a bot for 200 people needs, and is what the figures are held to. `--kill`, `--cluster`, `--trouble` and `--disk` hurt
the bot instead: see `tests.load.kill`, `tests.load.trouble`, `bench.load_disk`.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.load_disk import disk
from bench.load_questions import questions
from tests.fake_telegram.remote import RemoteApi
from tests.load.bots import Bot, migrate, polling_bot, webhook_bot
from tests.load.kill import cluster, kill
from tests.load.trouble import trouble

NAMES = ("echo at once", "echo", "fixed polling", "fixed webhook", "whole polling", "whole webhook")
MOST_CPU = {"fixed": 1.0, "whole": 2.5}
LEAST_SPEED = 0.4
"""Beside the echo bot's."""
MOST_MEMORY = 250
"""MiB, of each process."""


@dataclass
class Run:
    """cpu: ms an update; speed: updates a second; memory: MiB of the largest process."""

    cpu: float
    speed: float
    memory: float
    lost: int
    duplicates: int
    further: int


def bots(name: str, api: RemoteApi, folder: Path) -> list[Bot]:
    """The processes of a bot."""
    if name.startswith("echo"):
        return [Bot(api, folder, ("-m", "bench.load_echo", *name.split()[1:]))]
    module = "bench.load_fixed" if name.startswith("fixed") else "bot"
    migrate(api, folder)  # which takes 25 MiB more, once
    return polling_bot(api, folder, module) if name.endswith("polling") else webhook_bot(api, folder, module)


def measure(name: str, api: RemoteApi, asked: list[str], users: int, count: int) -> Run:
    """One bot, from its start to its end."""
    api.ask("reset")
    with tempfile.TemporaryDirectory(prefix="bot-load-") as folder:
        running = bots(name, api, Path(folder))
        try:
            for bot in running:
                bot.start()
            api.warm(users, asked, 3)
            before = [bot.used() for bot in running]
            api.ask("begin", users=users, questions=asked, count=count, pace=0)
            state = api.until("answered == count", 30 + count / 20, count=count)
            time.sleep(1.0)  # what would come twice comes now
            state |= {k: v for k, v in api.ask("state").items() if k in ("duplicates", "further")}
            after = [bot.used() for bot in running]
        finally:
            for bot in running:
                if bot.status is None and bot.end() and not name.startswith("echo"):
                    print(bot.said[-2000:])
    cpu = sum(now.cpu - then.cpu for now, then in zip(after, before, strict=True))
    memory = max(one.memory for one in after)
    answered = state["answered"]
    return Run(
        cpu=1000 * cpu / max(answered, 1),
        speed=answered / max(state["seconds"], 0.001),
        memory=memory,
        lost=count - answered,
        duplicates=state["duplicates"],
        further=state["further"],
    )


def compare(users: int, count: int, rounds: int, names: tuple[str, ...]) -> bool:
    """All of them in turn, the other way round each time; whether everything holds that is promised."""
    asked = questions()
    runs: dict[str, list[Run]] = {name: [] for name in names}
    with RemoteApi() as api:
        for number in range(rounds):
            for name in names if number % 2 == 0 else names[::-1]:
                run = measure(name, api, asked, users, count)
                runs[name].append(run)
                print(
                    f"  round {number + 1}, {name}: {run.cpu:.2f} ms, {run.speed:.0f}/s, {run.memory:.0f} MiB, "
                    f"lost {run.lost}, twice {run.duplicates}, further {run.further}",
                    flush=True,
                )
    print(f"\n{users} people, {count} updates, median of {rounds}; beside {names[0]!r} in brackets")
    print(f"{'':<16}{'CPU ms an update':>20}{'updates a second':>20}{'MiB':>7}{'lost':>7}{'twice':>7}")
    holds = True
    cpu, speed = (statistics.median(getattr(run, what) for run in runs[names[0]]) for what in ("cpu", "speed"))
    for name, found in runs.items():
        mine = statistics.median(run.cpu for run in found)
        fast = statistics.median(run.speed for run in found)
        memory = max(run.memory for run in found)
        lost, twice = sum(run.lost for run in found), sum(run.duplicates for run in found)
        print(
            f"{name:<16}{mine:>12.2f} ({mine / cpu:.2f}){fast:>13.0f} ({fast / speed:.2f})"
            f"{memory:>7.0f}{lost:>7}{twice:>7}"
        )
        if not name.startswith("echo"):
            kind = name.split()[0]
            slow = kind == "whole" and fast < LEAST_SPEED * speed
            holds &= not (mine > MOST_CPU[kind] * cpu or slow or memory > MOST_MEMORY or lost or twice)
    print("all of it holds" if holds else "NOT all of it holds")
    return holds


def main() -> None:
    """Read the arguments and run; exit status 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--updates", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", default=NAMES, choices=NAMES, help="the first is what others are held to")
    parser.add_argument("--kill", type=int, metavar="TIMES", help="kill -9 of `bot run` on SQLite under load")
    parser.add_argument("--cluster", type=int, metavar="TIMES", help="2 web and 2 worker processes on PostgreSQL")
    parser.add_argument("--every", type=float, default=5.0, help="seconds between two kills")
    parser.add_argument("--trouble", action="store_true", help="Telegram fails in every way, and is away for a minute")
    parser.add_argument("--disk", action="store_true", help="the disk is full, the database locked")
    given = parser.parse_args()
    if given.kill:
        holds = kill(questions(), given.kill, given.every)
    elif given.cluster:
        holds = cluster(questions(), given.cluster, given.every)
    elif given.trouble:
        holds = trouble(questions())
    elif given.disk:
        holds = disk(questions())
    else:
        holds = compare(given.users, given.updates, given.rounds, tuple(given.only))
    raise SystemExit(not holds)


if __name__ == "__main__":
    main()

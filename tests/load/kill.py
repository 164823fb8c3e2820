"""`python -m bench.load --kill 20` and `--cluster 12`: killed again and again, the bot answers everybody in time."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.fake_telegram.remote import RemoteApi
from tests.load.bots import Bot, migrate, polling_bot, webhook_bot

MOST_WAIT_S = 20.0
IN_FLIGHT = 32
"""What may be on its way to Telegram when a process dies: `bot.telegram.handlers.CHATS_AT_ONCE`. Alarms add to it."""


def hurt(
    api: RemoteApi,
    running: Sequence[Bot],
    asked: list[str],
    *,
    times: int,
    every: float,
    pace: float,
    harm: Callable[[int], None],
    users: int = 200,
) -> bool:
    """People ask at an even pace while the processes are harmed; whether all were answered in time, and hardly twice.

    Arguments: times, how often, and every, seconds between; pace, questions a second; harm, gets the number from 0 on.
    """
    for bot in running:
        bot.start()
    api.warm(users, asked, 3)
    count = int(pace * every * times)
    api.ask("begin", users=users, questions=asked, count=count, pace=pace)
    for number in range(times):
        time.sleep(every)
        harm(number)
        state = api.ask("state")
        print(
            f"  {number + 1}: asked {state['asked']}, open {state['open']}, longest wait so far "
            f"{max(state['longest'], state['oldest']):.1f} s, twice {state['duplicates']}",
            flush=True,
        )
    state = api.until("asked == count and answered == count", 60, count=count)
    time.sleep(2.0)
    state = api.ask("state")
    longest, lost = max(state["longest"], state["oldest"]), count - state["answered"]
    most = IN_FLIGHT * times
    print(
        f"harmed {times} times, once in {every} s; {count} questions, {pace:g} a second: lost {lost}, "
        f"longest wait {longest:.1f} s (median {state['median']:.3f}), twice {state['duplicates']} (at most {most})"
    )
    return not lost and longest <= MOST_WAIT_S and state["duplicates"] <= most


def kill(asked: list[str], times: int, every: float = 5.0, pace: float = 40.0, users: int = 200) -> bool:
    """`bot run` on SQLite, killed and started again at once, as a host does."""
    with RemoteApi() as api, tempfile.TemporaryDirectory(prefix="bot-kill-") as folder:
        running = polling_bot(api, Path(folder))

        def harm(_number: int) -> None:
            running[0].kill()
            running[0].start()

        try:
            return hurt(api, running, asked, times=times, every=every, pace=pace, harm=harm, users=users)
        finally:
            running[0].kill()


def cluster(asked: list[str], times: int, every: float = 6.0, pace: float = 40.0) -> bool:
    """Two web and two worker processes on PostgreSQL, killed in turn; each fifth time the server is stopped instead."""
    from tests.engines import start_server  # a development requirement

    with RemoteApi() as api, tempfile.TemporaryDirectory(prefix="bot-kill-") as folder:
        server = start_server(Path(folder) / "server")
        running: list[Bot] = []
        try:
            url = server.url("postgres")
            migrate(api, Path(folder), DATABASE_URL=url)
            running = webhook_bot(api, Path(folder), webs=2, workers=2, DATABASE_URL=url)

            def harm(number: int) -> None:
                if number % 5 == 4:
                    server.stop()
                    time.sleep(2.0)
                    server.start()
                else:
                    bot = running[(0, 2, 1, 3)[number % 5]]
                    bot.kill()
                    bot.start()

            return hurt(api, running, asked, times=times, every=every, pace=pace, harm=harm)
        finally:
            for bot in running:
                bot.kill()
            server.leave()
